//! Pages: the components rendered for a request.

use std::sync::Arc;

use app::request::{Request, Returned};
use axum::{
    body::Body,
    http::{self, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;

use crate::{failure::Failure, headers, session::Visitor, state::AppState};

/// The page at `path`, with its query, as this visitor sees it. `status` goes before the page's own,
/// and with a form that was not done the page is that of the form.
pub async fn page(
    state: &AppState,
    visitor: &Visitor,
    path: &str,
    status: Option<StatusCode>,
    returned: Option<Returned>,
) -> Response {
    let request = context(state, visitor, returned);
    let shown = request.clone();
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(request.clone());
            allow_own_scripts();
        },
        move || app::shell(&shown),
    );
    let Ok(asked) = http::Request::get(path).body(Body::empty()) else {
        return Failure::from(protocol::Error::NotFound).into_response();
    };
    let mut response = render(asked).await;
    if let Some(status) = status {
        *response.status_mut() = status;
    }
    response
}

/// What a rendering or a server function knows of its request.
pub fn context(state: &AppState, visitor: &Visitor, returned: Option<Returned>) -> Request {
    Request {
        engine: state.engine.clone(),
        actor: visitor.actor.clone(),
        zone: visitor.zone,
        assets: state.site.assets(),
        theme: visitor.theme,
        returned: returned.map(Arc::new),
        origin: visitor.origin.clone(),
        dev: state.config.dev,
    }
}

/// Names the nonce of this rendering, which is new each time, in its policy.
fn allow_own_scripts() {
    let nonce = leptos::nonce::use_nonce().map(|nonce| headers::page_policy(&nonce));
    let Some(policy) = nonce.and_then(|policy| HeaderValue::try_from(policy).ok()) else { return };
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// A page of a few words, for failures in which the components can't be relied on.
pub fn plain(state: &AppState, failure: &Failure) -> Response {
    // The words are our own or quote nothing that was sent, but a message may stand in them one day.
    let words = escape(&failure.body().message);
    let title = failure.status().canonical_reason().unwrap_or("Error");
    let css = &state.site.assets().css;
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"{css}\"></head>\
         <body><main class=\"notice\"><h1>{title}</h1><p>{words}</p><p><a href=\"/\">Back to the start</a></p></main></body></html>"
    );
    let mut response = (failure.status(), Html(page)).into_response();
    failure.mark(&mut response);
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
