//! Files that come with messages: sent before the message, and had by who may read it.

use std::{ops::Range, path::Path};

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::files::{self, Content, Object};
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
    let mut response = match &file.content {
        Content::Disk(path) => from_disk(path, request).await?,
        Content::Bucket(object) => from_bucket(object, &file.tag, request.headers()).await?,
    };
    label(response.headers_mut(), &file);
    Ok(response)
}

async fn from_disk(path: &Path, request: Request) -> Result<Response, Failure> {
    let mut asked = Request::new(Body::empty());
    *asked.headers_mut() = request.headers().clone();
    // It is stored as it came, in no other encoding.
    asked.headers_mut().remove(header::ACCEPT_ENCODING);
    match ServeFile::new(path).oneshot(asked).await {
        Ok(response) if response.status() != 404 => Ok(response.map(Body::new)),
        Ok(_) => {
            tracing::error!(path = %path.display(), "a file is not in the data folder");
            Err(Error::NotFound.into())
        }
        Err(never) => match never {},
    }
}

/// Sends what comes from the bucket as it comes. Nobody is led there: each request is looked at here.
async fn from_bucket(object: &Object, tag: &str, headers: &HeaderMap) -> Result<Response, Failure> {
    let of = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let with_tag = [(header::ETAG, tag.to_owned()), (header::ACCEPT_RANGES, "bytes".to_owned())];
    if of(header::IF_NONE_MATCH).is_some_and(|known| known == tag || known == "*") {
        return Ok((StatusCode::NOT_MODIFIED, with_tag).into_response());
    }
    let changed = of(header::IF_RANGE).is_some_and(|known| known != tag);
    let Some(asked) = of(header::RANGE).filter(|_| !changed).and_then(part) else {
        let (size, pieces) = object.read(None).await?;
        let length = [(header::CONTENT_LENGTH, size.to_string())];
        return Ok((with_tag, length, Body::from_stream(pieces)).into_response());
    };
    let size = object.size().await?;
    let Some(range) = asked.of(size) else {
        let whole = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
        return Ok((StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response());
    };
    let placed = [
        (header::CONTENT_LENGTH, (range.end - range.start).to_string()),
        (header::CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start, range.end - 1)),
    ];
    let (_, pieces) = object.read(Some(range)).await?;
    Ok((StatusCode::PARTIAL_CONTENT, with_tag, placed, Body::from_stream(pieces)).into_response())
}

/// A part of a file, as a header asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// From here to the end, or to the last byte that is wanted.
    From(u64, Option<u64>),
    /// So many bytes at the end.
    Last(u64),
}

/// The one part that is asked for; of several, and of what is no such header, nothing is made.
fn part(range: &str) -> Option<Part> {
    match range.strip_prefix("bytes=")?.split_once('-')? {
        ("", last) => Some(Part::Last(last.parse().ok()?)),
        (first, "") => Some(Part::From(first.parse().ok()?, None)),
        (first, last) => {
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            (first <= last).then_some(Part::From(first, Some(last)))
        }
    }
}

impl Part {
    /// In a file of so many bytes; none where it has none of them.
    fn of(self, size: u64) -> Option<Range<u64>> {
        let range = match self {
            Self::From(first, last) => first..last.map_or(size, |last| size.min(last.saturating_add(1))),
            Self::Last(count) => size.saturating_sub(count)..size,
        };
        (range.start < range.end).then_some(range)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_asks_for_a_part_of_a_file() {
        for (range, expected) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=8-99", Some(8..10)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-30", Some(0..10)),
            ("bytes=10-", None),
            ("bytes=-0", None),
        ] {
            assert_eq!(part(range).unwrap().of(10), expected, "{range}");
        }
        for range in ["", "bytes=", "bytes=-", "bytes=4-2", "bytes=1-2,4-5", "bytes=a-b", "lines=1-2"] {
            assert_eq!(part(range), None, "{range}");
        }
    }
}
