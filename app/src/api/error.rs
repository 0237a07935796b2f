//! The error of the server functions.

use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use protocol::{Error, ErrorBody, json};
use serde::{Deserialize, Serialize};
use server_fn::{Bytes, codec::JsonEncoding};

/// [`Error`] as server functions answer it: as JSON, under its own status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub Error);

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Error::invalid("", "That could not be understood.")
            }
            // Everything else is a network that is away, or a server in the middle of a restart.
            _ => Error::Unavailable,
        })
    }

    fn ser(&self) -> Bytes {
        #[cfg(feature = "ssr")]
        set_status(&self.0);
        serde_json::to_vec(self).unwrap_or_default().into()
    }

    fn de(body: Bytes) -> Self {
        Self::read(&String::from_utf8_lossy(&body))
    }
}

impl ApiError {
    /// Reads our own errors, and the body that middleware answers with.
    pub fn read(body: &str) -> Self {
        let named = || json::read(body).map(|body| Self(named(body)));
        json::read(body).or_else(named).unwrap_or(Self(Error::Unavailable))
    }
}

/// The error that such a body stands for.
fn named(body: ErrorBody) -> Error {
    match body.code.as_str() {
        "signed_out" => Error::SignedOut,
        "forbidden" => Error::Forbidden,
        "not_found" => Error::NotFound,
        "conflict" => Error::conflict(body.message),
        "too_large" => Error::TooLarge,
        "too_many" => Error::TooMany { retry_after: 5 },
        "unavailable" => Error::Unavailable,
        _ => Error::Invalid { code: body.code, field: body.field.unwrap_or_default(), message: body.message },
    }
}

/// Gives the answer being made the status of `error`.
#[cfg(feature = "ssr")]
pub fn set_status(error: &Error) {
    use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};

    let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>() else { return };
    if let Ok(status) = StatusCode::from_u16(error.status()) {
        response.set_status(status);
    }
    if let Error::TooMany { retry_after } = error {
        response.insert_header(RETRY_AFTER, HeaderValue::from(*retry_after));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_reads_back_what_it_writes() {
        for error in [Error::NotFound, Error::invalid("title", "Too long."), Error::TooMany { retry_after: 3 }] {
            assert_eq!(ApiError::de(ApiError(error.clone()).ser()), ApiError(error));
        }
    }

    #[test]
    fn what_middleware_answers_is_understood() {
        let body = serde_json::to_vec(&Error::SignedOut.body()).unwrap();
        assert_eq!(ApiError::de(body.into()), ApiError(Error::SignedOut));
        assert_eq!(ApiError::de("<html>bad gateway</html>".into()), ApiError(Error::Unavailable));
    }
}
