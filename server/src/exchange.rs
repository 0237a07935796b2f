//! One request and its answer: what kind of answer is wanted, what was typed, how a failure is told.

use app::request::{Returned, Why};
use axum::{
    Extension, Json,
    body::Body,
    extract::{FromRequestParts, RawPathParams, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use protocol::Error;
use serde_json::json;

use crate::{
    failure::Failure,
    input::{self, ReadFields},
    multipart,
    observe::RequestId,
    render,
    session::Visitor,
    state::AppState,
};

/// Where somebody goes who has nowhere else to go.
pub const HOME: &str = "/messaging/";

/// What a route answers, known before its request.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Is it JSON, where the request doesn't say what it wants?
    pub json: bool,
    /// The page of the form that posts here, as a path with the route's own `{parameters}`.
    pub page: Option<&'static str>,
    /// Do files come with it, in a form or as the body itself?
    pub files: Files,
}

/// How files come with what is sent to a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// Not at all.
    None,
    /// In a form.
    Form,
    /// One, as the body, which the route reads by itself.
    Body,
    /// One of which something is made: in a form, or as a body of JSON.
    Whole,
}

/// What a plain form answers that is only to show what its text will look like, as HTML: its page with that.
#[derive(Clone, Debug)]
pub struct Preview(pub String);

impl IntoResponse for Preview {
    fn into_response(self) -> Response {
        let json = Json(json!({ "html": self.0 }));
        (Extension(self), json).into_response()
    }
}

/// What the asker wants to get.
#[derive(Clone, Debug)]
pub struct Asker {
    said: Option<bool>,
    json: bool,
    next: Option<String>,
}

impl Asker {
    fn of(method: &Method, headers: &HeaderMap, kind: Kind, fields: Option<&ReadFields>) -> Self {
        let next = match fields {
            Some(Ok(fields)) => fields.text("next").ok().filter(|next| is_local(next)),
            _ => None,
        };
        let said = wants_json(method, headers);
        Self { said, json: said.unwrap_or(kind.json), next }
    }

    /// Does it want JSON, rather than a page?
    pub fn json(&self) -> bool {
        self.json
    }

    /// Does it say so itself that it wants JSON? For an address that is a page first.
    pub fn says_json(&self) -> bool {
        self.said == Some(true)
    }

    /// What is done, as JSON, or for a form the way on: to `next` if the form said so, else to `page`.
    pub fn answer(&self, json: impl IntoResponse, page: impl AsRef<str>) -> Response {
        self.answer_at(json, self.next.as_deref().unwrap_or(page.as_ref()))
    }

    /// The same, where the way on is known only once it is done: what the form said is for when it is not.
    pub fn answer_at(&self, json: impl IntoResponse, page: impl AsRef<str>) -> Response {
        if self.json {
            return json.into_response();
        }
        Redirect::to(page.as_ref()).into_response()
    }
}

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::Internal { request_id: String::new() }.into())
    }
}

/// JSON when it is named, sent, or asked for by a script; a page when that is named; else unsaid.
fn wants_json(method: &Method, headers: &HeaderMap) -> Option<bool> {
    let names = |name: header::HeaderName, kind: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|range| range.split(';').next().is_some_and(|range| range.trim().eq_ignore_ascii_case(kind)))
    };
    let by_script =
        headers.get("x-requested-with").is_some_and(|with| with.as_bytes().eq_ignore_ascii_case(b"XMLHttpRequest"));
    let sends_json = !method.is_safe() && names(header::CONTENT_TYPE, "application/json");
    if by_script || sends_json || names(header::ACCEPT, "application/json") {
        Some(true)
    } else if names(header::ACCEPT, "text/html") {
        Some(false)
    } else {
        None
    }
}

/// Is this a place on our own site, for `next`? One slash begins it; a browser would take `//host`
/// and `/\host` for another site, and drops tabs and line ends before it looks.
pub fn is_local(next: &str) -> bool {
    next.starts_with('/') && !next.starts_with("//") && next.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}

/// The address of the sign-in page that leads back to `next`.
pub fn sign_in_page(next: &str) -> String {
    if next == "/" || !is_local(next) {
        return "/accounts/login/".into();
    }
    let escaped: String = next
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("/accounts/login/?next={escaped}")
}

/// The middleware of every route: reads the body once, runs the handler, tells a failure in the way
/// that is wanted.
pub async fn exchange(
    State(state): State<AppState>,
    Extension(kind): Extension<Kind>,
    visitor: Visitor,
    params: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, mut body) = request.into_parts();
    let mut came = None;
    let fields = if parts.method.is_safe() || kind.files == Files::Body {
        None
    } else {
        let body = std::mem::take(&mut body);
        Some(match kind.files {
            Files::Whole => match multipart::read_whole(&state, visitor.actor.as_ref(), &parts.headers, body).await {
                Ok((fields, file)) => {
                    parts.extensions.insert(file);
                    Ok(fields)
                }
                Err(failure) => Err(failure),
            },
            Files::Form if multipart::is_multipart(&parts.headers) => {
                let read = multipart::read(&state, visitor.actor.as_ref(), &parts.headers, body).await;
                read.map_err(|refused| {
                    came = refused.fields.map(|fields| fields.typed());
                    refused.failure
                })
            }
            _ => input::read_fields(&parts.headers, body).await,
        })
    };
    let asker = Asker::of(&parts.method, &parts.headers, kind, fields.as_ref());
    let id = parts.extensions.get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let action = parts.uri.path().to_owned();
    let path = parts.uri.path_and_query().map_or_else(|| "/".into(), ToString::to_string);
    parts.extensions.insert(asker.clone());
    if let Some(fields) = &fields {
        parts.extensions.insert(fields.clone());
    }

    let mut response = match &fields {
        // Also where nothing of the body would be looked at. Who is signed out is told that first.
        Some(Err(failure)) if visitor.actor.is_some() => failure.clone().into_response(),
        _ => next.run(Request::from_parts(parts, body)).await,
    };
    let failure = response.extensions_mut().remove::<Failure>().map(|failure| failure.of_request(&id));
    let preview = response.extensions_mut().remove::<Preview>();
    if failure.is_none() && preview.is_none() {
        return response;
    }
    if asker.json {
        return failure.map_or(response, Failure::into_response);
    }
    let page = match (kind.page, fields.is_some()) {
        (Some(page), _) => fill_in(page, &params),
        (None, true) => asker.next.unwrap_or_else(|| HOME.into()),
        (None, false) => path,
    };
    match (failure, preview, fields) {
        (None, Some(Preview(html)), Some(Ok(fields))) => {
            let returned = Returned { action, why: Why::Previewed(html), fields: fields.typed() };
            render::page(&state, &visitor, &page, Some(StatusCode::OK), Some(returned)).await
        }
        (Some(failure), _, fields) => tell(&state, &visitor, failure, action, page, fields, came).await,
        (None, ..) => response,
    }
}

/// A failure, for a browser: the sign-in page, or the page again with what was typed; `came` is that of a form that
/// could not be read to its end.
async fn tell(
    state: &AppState,
    visitor: &Visitor,
    failure: Failure,
    action: String,
    page: String,
    fields: Option<ReadFields>,
    came: Option<Vec<(String, String)>>,
) -> Response {
    let status = failure.status();
    let error = match (&failure, status) {
        (Failure::Error(Error::SignedOut), _) => return Redirect::to(&sign_in_page(&page)).into_response(),
        // The page would need what has just failed.
        (_, StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE) => {
            return render::plain(state, &failure);
        }
        (Failure::Error(error), _) => error.clone(),
        _ => return render::plain(state, &failure),
    };
    let typed = match fields {
        Some(Ok(fields)) => Some(fields.typed()),
        Some(Err(_)) if came.is_some() => came,
        Some(Err(_)) => return render::plain(state, &failure),
        None => None,
    };
    let returned = typed.map(|fields| Returned { action, why: Why::Refused(error), fields });
    let mut response = render::page(state, visitor, &page, Some(status), returned).await;
    failure.mark(&mut response);
    response
}

/// A path with this request's parameters in it.
fn fill_in(page: &str, params: &RawPathParams) -> String {
    params.iter().fold(page.to_owned(), |page, (name, value)| page.replace(&format!("{{{name}}}"), value))
}

/// For addresses that stand in no route.
pub async fn nowhere(State(state): State<AppState>, visitor: Visitor, request: Request<Body>) -> Response {
    let failure = Failure::from(Error::NotFound);
    if wants_json(request.method(), request.headers()).unwrap_or(!request.method().is_safe()) {
        return failure.into_response();
    }
    render::page(&state, &visitor, request.uri().path(), Some(failure.status()), None).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(method: Method, headers: &[(&'static str, &'static str)]) -> Option<bool> {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        wants_json(&method, &headers)
    }

    #[test]
    fn the_headers_say_what_is_wanted() {
        let browser = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        assert_eq!(wants(Method::GET, &[browser]), Some(false));
        assert_eq!(wants(Method::GET, &[browser, ("x-requested-with", "XMLHttpRequest")]), Some(true));
        assert_eq!(wants(Method::POST, &[browser, ("content-type", "application/json; charset=utf-8")]), Some(true));
        assert_eq!(wants(Method::GET, &[("accept", "text/html, application/json;q=0.5")]), Some(true));
        assert_eq!(wants(Method::GET, &[("accept", "*/*")]), None);
        assert_eq!(wants(Method::GET, &[]), None);
    }

    #[test]
    fn next_never_leads_away() {
        for next in ["/", "/messaging/room/1/?before=3#m2"] {
            assert!(is_local(next), "{next}");
        }
        for next in [
            "",
            "//evil.com",
            "/\\evil.com",
            "\\\\evil.com",
            "https://evil.com",
            "/\t/evil.com",
            "javascript:alert(1)",
            "evil",
            "/ä",
            "/a\r\nb",
        ] {
            assert!(!is_local(next), "{next:?}");
        }
    }

    #[test]
    fn the_sign_in_page_leads_back() {
        assert_eq!(
            sign_in_page("/messaging/room/1/?before=3"),
            "/accounts/login/?next=/messaging/room/1/%3Fbefore%3D3"
        );
        assert_eq!(sign_in_page("/"), "/accounts/login/");
        assert_eq!(sign_in_page("//evil.com"), "/accounts/login/");
    }
}
