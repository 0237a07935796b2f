//! The server functions of the hydrated page, at `/api/…`.

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use leptos::prelude::provide_context;
use protocol::Error;

use crate::{failure::Failure, input, observe::RequestId, render, session::Visitor, state::AppState};

/// Runs the function that the path names. Those that change something answer to POST alone.
pub async fn call(State(state): State<AppState>, visitor: Visitor, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let id = parts.extensions.get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    // With these Leptos would answer a browser's form by sending it back to its page; our forms
    // post elsewhere.
    parts.headers.remove(header::REFERER);
    parts.headers.remove(header::ACCEPT);
    let body = match input::read_body(body).await {
        Ok(body) => body,
        Err(failure) => return failure.into_response(),
    };
    let context = render::context(&state, &visitor, None);
    let request = Request::from_parts(parts, Body::from(body));
    let answer = leptos_axum::handle_server_fns_with_context(move || provide_context(context.clone()), request);
    let response = answer.await.into_response();
    match response.status() {
        // What Leptos says of a path that names no function; refusals of a function have their own status.
        StatusCode::BAD_REQUEST => Failure::from(Error::NotFound).into_response(),
        // A fault of ours, which the function can't name.
        StatusCode::INTERNAL_SERVER_ERROR => {
            (response.status(), Json(Error::Internal { request_id: id })).into_response()
        }
        _ => response,
    }
}
