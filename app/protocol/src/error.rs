//! The one error of the product: what a caller can act on.

use serde::{Deserialize, Serialize};

/// Why something was refused or failed, as far as the caller can act on it.
///
/// What a person may not see is [`Error::NotFound`]; what they see but may not do is
/// [`Error::Forbidden`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// Nobody is signed in, or not any more.
    #[error("Please sign in.")]
    SignedOut,
    /// Name or password is wrong; the words don't tell which.
    #[error("That name and password don't match.")]
    WrongPassword,
    /// Seen, but not allowed.
    #[error("You may not do that here.")]
    Forbidden,
    /// Not there, or not to be seen.
    #[error("There is nothing here, or nothing that you can see.")]
    NotFound,
    /// The input can't be taken as it is.
    #[error("{message}")]
    Invalid {
        /// A word for programs: `invalid`, `taken`.
        code: String,
        /// The field of the form.
        field: String,
        /// What is wrong, in plain words.
        message: String,
    },
    /// Something else happened first, or the key was used for something else.
    #[error("{message}")]
    Conflict {
        /// What happened, in plain words.
        message: String,
    },
    /// The body is too large to be read.
    #[error("That is too large.")]
    TooLarge,
    /// Too many tries; wait so many seconds.
    #[error("Too many at once. Try again in {retry_after} s.")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The server is restarting or its database is away: the same write can be tried again.
    #[error("The server can't do that right now. Try again in a moment.")]
    Unavailable,
    /// A fault of ours, logged under this id.
    #[error("Something went wrong on our side. If it happens again, name {request_id} to whoever runs this server.")]
    Internal {
        /// The id of the request in the log.
        request_id: String,
    },
}

/// An error as it goes over the wire: `{"code","message","field"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// A word for programs.
    pub code: String,
    /// What happened, in plain words.
    pub message: String,
    /// The field of the form that is meant, if one is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
}

impl Error {
    /// A field of the input is wrong.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { code: "invalid".into(), field: field.into(), message: message.into() }
    }

    /// A name that must be unique is in use.
    pub fn taken(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { code: "taken".into(), field: field.into(), message: message.into() }
    }

    /// Something else happened first.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignedOut | Self::WrongPassword => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict { .. } => 409,
            Self::TooLarge => 413,
            Self::Invalid { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable => 503,
        }
    }

    /// The word for programs.
    pub fn code(&self) -> &str {
        match self {
            Self::SignedOut => "signed_out",
            Self::WrongPassword => "wrong_password",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Invalid { code, .. } => code,
            Self::Conflict { .. } => "conflict",
            Self::TooLarge => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::Unavailable => "unavailable",
            Self::Internal { .. } => "internal",
        }
    }

    /// The field of the form that is meant, if one is.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }

    /// The error as it goes over the wire.
    pub fn body(&self) -> ErrorBody {
        ErrorBody { code: self.code().into(), message: self.to_string(), field: self.field().map(Into::into) }
    }
}
