//! The files of the built site.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Uri},
    response::{IntoResponse, Response},
};
use protocol::Error;

use crate::{exchange, failure::Failure, session::Visitor, state::AppState};

/// A file whose name carries a hash.
pub async fn file(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Response {
    state.site.file(uri.path(), &headers).unwrap_or_else(|| Failure::from(Error::NotFound).into_response())
}

/// An icon or the like at an address that stands in no route; else there is nothing.
pub async fn file_or_nowhere(State(state): State<AppState>, visitor: Visitor, request: Request) -> Response {
    let file = request.method().is_safe().then(|| state.site.file(request.uri().path(), request.headers())).flatten();
    match file {
        Some(file) => file,
        None => exchange::nowhere(State(state), visitor, request).await,
    }
}
