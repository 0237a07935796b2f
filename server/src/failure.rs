//! What a handler answers when it can't do what was asked.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use protocol::{Error, ErrorBody};

/// Why a request failed. As a response it is JSON, and carries itself along, so that `exchange` can
/// make a page of it for a browser.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The product refused.
    Error(Error),
    /// The body is of a kind that we don't read.
    UnknownMedia,
    /// The address is right, the method is not.
    WrongMethod,
}

impl Failure {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Error(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            Self::UnknownMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    /// The error as it goes over the wire.
    pub fn body(&self) -> ErrorBody {
        let body = |code: &str, message: &str| ErrorBody { code: code.into(), message: message.into(), field: None };
        match self {
            Self::Error(error) => error.body(),
            Self::UnknownMedia => body("unsupported_media_type", "Send a form or JSON."),
            Self::WrongMethod => body("method_not_allowed", "This address takes another method."),
        }
    }

    /// The same, with the id of its request where it is a fault of ours.
    pub fn of_request(self, id: &str) -> Self {
        match self {
            Self::Error(Error::Internal { .. }) => Error::Internal { request_id: id.to_owned() }.into(),
            other => other,
        }
    }

    /// Adds what a failure's headers say, whatever its body is.
    pub fn mark(&self, response: &mut Response) {
        if let Self::Error(Error::TooMany { retry_after }) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(self.body())).into_response();
        self.mark(&mut response);
        response.extensions_mut().insert(self);
        response
    }
}
