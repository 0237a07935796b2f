//! Files that come with messages: sent before the message, and had by who may read it.

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use engine::files;
use protocol::{Attachment, Error, FileId};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::{
    contract::{DONE, Done},
    failure::Failure,
    input::{Asked, Fields, FromFields, Id, Key},
    multipart,
    openapi::Refusals,
    session::Signed,
    state::AppState,
};

/// The type of a body that is a file.
pub const FILE: &str = "application/octet-stream";

/// Is the body of a request a file, or a form with files? Then it takes its time.
pub fn come_with(headers: &HeaderMap) -> bool {
    multipart::is_multipart(headers) || headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == FILE)
}

/// What a file is called.
pub struct Name(String);

impl FromFields for Name {
    fn from_fields(fields: &Fields) -> Result<Self, Error> {
        Ok(Self(fields.text("name")?))
    }
}

/// Takes a file in, to be sent with a message within a day.
#[utoipa::path(post, path = "/messaging/files/", tag = "files",
    request_body(content = String, content_type = "application/octet-stream", description = "The file, at most 10 MB"),
    params(("name" = String, Query, description = "What it is called"),
        ("Idempotency-Key" = Option<String>, Header, description = "A UUID: the same one takes it in once")),
    responses((status = 201, description = "Taken in", body = Attachment), Refusals))]
pub async fn take_in(
    State(state): State<AppState>,
    Signed(me): Signed,
    Asked(Name(name)): Asked<Name>,
    Key(key): Key,
    request: Request,
) -> Result<Response, Failure> {
    if request.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind != FILE) {
        return Err(Failure::UnknownMedia);
    }
    let pieces = request.into_body().into_data_stream();
    let file = files::take_in(&state.engine, &me, key, &name, pieces).await?;
    Ok((super::messages::made(true), Json(file)).into_response())
}

/// Gives up a file that was not sent.
#[utoipa::path(post, path = "/messaging/files/{id}/remove/", tag = "files",
    params(("id" = i64, Path)), responses((status = 200, description = "It is wanted no more", body = Done), Refusals))]
pub async fn give_up(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<FileId>,
) -> Result<Response, Failure> {
    files::give_up(&state.engine, &me, id).await?;
    Ok(DONE.into_response())
}

/// A file as it was sent.
pub async fn whole(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<FileId>,
    request: Request,
) -> Result<Response, Failure> {
    serve(files::open(&state.engine, &me, id, false).await?, request).await
}

/// The small picture of a file.
pub async fn small(
    State(state): State<AppState>,
    Signed(me): Signed,
    Id(id): Id<FileId>,
    request: Request,
) -> Result<Response, Failure> {
    serve(files::open(&state.engine, &me, id, true).await?, request).await
}

/// Sends a file, or a part of it, as what its content is. Only pictures are ever shown by a browser: all
/// else is saved, and nothing in it is run.
async fn serve(file: files::Opened, request: Request) -> Result<Response, Failure> {
    let mut asked = Request::new(Body::empty());
    *asked.headers_mut() = request.headers().clone();
    // It is stored as it came, in no other encoding.
    asked.headers_mut().remove(header::ACCEPT_ENCODING);
    let served = ServeFile::new(&file.path).oneshot(asked).await;
    let mut response = match served {
        Ok(response) if response.status() != 404 => response.map(Body::new),
        Ok(_) => {
            tracing::error!(path = %file.path.display(), "a file is not in the data folder");
            return Err(Error::NotFound.into());
        }
        Err(never) => match never {},
    };
    label(response.headers_mut(), &file);
    Ok(response)
}

fn label(headers: &mut HeaderMap, file: &files::Opened) {
    let kind = file.media.as_deref().and_then(|media| HeaderValue::from_str(media).ok());
    let place = if kind.is_some() { "inline" } else { "attachment" };
    headers.insert(header::CONTENT_TYPE, kind.unwrap_or(HeaderValue::from_static(FILE)));
    let named = HeaderValue::from_str(&format!("{place}; filename*=UTF-8''{}", escaped(&file.name)));
    headers.insert(header::CONTENT_DISPOSITION, named.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    // A browser may keep it and asks each time whether it is still to be seen.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

/// A name as RFC 5987 has it in a header.
fn escaped(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    name.bytes().map(byte).collect()
}
