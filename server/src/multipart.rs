//! A form that files come with, as browsers send it without script.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use engine::{Actor, files, portable};
use futures::{TryStreamExt, stream};
use protocol::{Error, FileId, limits};
use tower::{Layer, ServiceExt, service_fn};
use uuid::Uuid;

use crate::{
    failure::Failure,
    input::{BODY_BYTES, Fields, key_in},
    state::AppState,
};

/// Bytes of a form at most.
const FORM_BYTES: usize = limits::FILES * limits::FILE_BYTES as usize + 2 * BODY_BYTES;
/// Bytes that may come between two pieces of the form, as the head of a field.
const HEAD_BYTES: usize = 64 * 1024;
/// What a field counts beside its name and its text.
const FIELD_BYTES: usize = 1024;

/// Is the body a form with files?
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("multipart/form-data")
}

/// A form that can't be done, and those of its fields that came.
pub struct Refused {
    /// Why.
    pub failure: Failure,
    /// Where one of its files is the reason, so that nothing else has to be typed again.
    pub fields: Option<Fields>,
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(failure: E) -> Self {
        Self { failure: failure.into(), fields: None }
    }
}

/// Reads the fields of a form and takes in its files: the form then names them as `files`.
pub async fn read(
    state: &AppState,
    actor: Option<&Actor>,
    headers: &HeaderMap,
    body: Body,
) -> Result<Arc<Fields>, Refused> {
    let actor = actor.ok_or(Error::SignedOut)?;
    let unread = Arc::new(AtomicUsize::new(0));
    let mut form = open(headers, body, unread.clone()).await?;
    let mut fields: Vec<(String, String)> = Vec::new();
    let (mut length, mut taken, mut refused) = (0, 0, None);
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            // Of a file that is refused no more is read than has to be.
            Err(_) if refused.is_some() => break,
            Err(error) => return Err(unreadable(error).into()),
        };
        unread.store(0, Ordering::Relaxed);
        let name = field.name().unwrap_or_default().to_owned();
        length += name.len() + FIELD_BYTES;
        match field.file_name().map(str::to_owned) {
            // An input of files in which none was chosen.
            Some(file) if file.is_empty() || refused.is_some() => {}
            Some(file) => {
                taken += 1;
                if taken > limits::FILES {
                    let words = format!("{} files are the most at once.", limits::FILES);
                    return Err(Error::invalid("files", words).into());
                }
                match take_in(state, actor, key(headers, &fields, taken)?, &file, field, &unread).await {
                    Ok(id) => fields.push(("files".to_owned(), id.to_string())),
                    Err(Failure::Error(Error::Invalid { message, .. })) => {
                        refused = Some(Error::invalid("files", format!("“{file}”: {message}")));
                    }
                    Err(Failure::Error(Error::TooLarge)) => refused = Some(Error::TooLarge),
                    Err(failure) => return Err(failure.into()),
                }
            }
            None => {
                let text = text(field, BODY_BYTES.saturating_sub(length), &unread).await?;
                length += text.len();
                fields.push((name, text));
            }
        }
        if length > BODY_BYTES {
            return Err(Error::TooLarge.into());
        }
    }
    match refused {
        Some(error) => Err(Refused { failure: error.into(), fields: Some(Fields::Form(fields)) }),
        None => Ok(Arc::new(Fields::Form(fields))),
    }
}

/// A file that is read whole, of which something is made, and the right to have it in memory.
#[derive(Clone)]
pub struct Whole {
    /// What it is; empty where none was chosen.
    pub bytes: Bytes,
    _turn: Arc<portable::Turn>,
}

/// Reads the fields of a form and the one file in it; or a body of JSON, which is the file itself.
pub async fn read_whole(
    state: &AppState,
    actor: Option<&Actor>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Arc<Fields>, Whole), Failure> {
    let actor = actor.ok_or(Error::SignedOut)?;
    // Before the file is read: who must wait need not send it all.
    let turn = Arc::new(portable::turn(&state.engine, actor).await?);
    let unread = Arc::new(AtomicUsize::new(0));
    let (mut fields, mut file): (Vec<(String, String)>, Option<Bytes>) = Default::default();
    if is_multipart(headers) {
        let mut form = open(headers, body, unread.clone()).await?;
        let mut length = 0;
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            unread.store(0, Ordering::Relaxed);
            let name = field.name().unwrap_or_default().to_owned();
            length += name.len() + FIELD_BYTES;
            if length > BODY_BYTES {
                return Err(Error::TooLarge.into());
            }
            if name == "file" || field.file_name().is_some() {
                if file.is_some() {
                    return Err(Error::invalid("file", "One file is the most.").into());
                }
                file = Some(pieces(field, portable::FILE_BYTES, &unread).await?.into());
            } else {
                let text = text(field, BODY_BYTES.saturating_sub(length), &unread).await?;
                length += text.len();
                fields.push((name, text));
            }
        }
    } else {
        let mut whole = Vec::new();
        let mut parts = body.into_data_stream();
        // An error is a client that went away, which gets no answer anyway.
        while let Some(part) = parts.try_next().await.map_err(|_| Error::TooLarge)? {
            if whole.len() + part.len() > portable::FILE_BYTES {
                return Err(Error::TooLarge.into());
            }
            whole.extend_from_slice(&part);
        }
        file = Some(whole.into());
    }
    Ok((Arc::new(Fields::Form(fields)), Whole { bytes: file.unwrap_or_default(), _turn: turn }))
}

/// The form, of which at most so much is kept that is not yet given to anybody; `unread` counts it.
async fn open(headers: &HeaderMap, body: Body, unread: Arc<AtomicUsize>) -> Result<Multipart, Failure> {
    let counted = body.into_data_stream().map_err(io::Error::other).and_then(move |piece| {
        let kept = unread.fetch_add(piece.len(), Ordering::Relaxed);
        futures::future::ready(if kept > HEAD_BYTES { Err(io::Error::other("too large a head")) } else { Ok(piece) })
    });
    let mut request = Request::post("/").body(Body::from_stream(counted)).unwrap_or_default();
    *request.headers_mut() = headers.clone();
    let opened = DefaultBodyLimit::max(FORM_BYTES)
        .layer(service_fn(|request: Request| async { Multipart::from_request(request, &()).await }))
        .oneshot(request)
        .await;
    opened.map_err(|_| Error::invalid("body", "The body is not a form.").into())
}

/// The client id of the n-th file of a form, so that the same form sent twice brings the same files.
fn key(headers: &HeaderMap, fields: &[(String, String)], nth: usize) -> Result<Uuid, Error> {
    let in_form = fields.iter().find(|(name, _)| name == "client_id").map(|(_, id)| id.clone());
    let form = key_in(headers, || Ok(in_form.unwrap_or_default()))?;
    Ok(form.map_or_else(Uuid::now_v7, |id| Uuid::from_u128(id.as_u128() ^ nth as u128)))
}

async fn take_in(
    state: &AppState,
    actor: &Actor,
    key: Uuid,
    name: &str,
    field: Field<'_>,
    unread: &AtomicUsize,
) -> Result<FileId, Failure> {
    let pieces = stream::unfold(field, async |mut field| {
        let piece = field.chunk().await.transpose()?;
        unread.store(0, Ordering::Relaxed);
        Some((piece, field))
    });
    Ok(files::take_in(&state.engine, actor, key, name, Box::pin(pieces)).await?.id)
}

/// The text of a field of at most so many bytes.
async fn text(field: Field<'_>, most: usize, unread: &AtomicUsize) -> Result<String, Failure> {
    let bytes = pieces(field, most, unread).await?;
    String::from_utf8(bytes).map_err(|_| Error::invalid("body", "The body is not a form.").into())
}

async fn pieces(mut field: Field<'_>, most: usize, unread: &AtomicUsize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        unread.store(0, Ordering::Relaxed);
        bytes.extend_from_slice(&piece);
        if bytes.len() > most {
            return Err(Error::TooLarge.into());
        }
    }
    Ok(bytes)
}

fn unreadable(_: axum::extract::multipart::MultipartError) -> Failure {
    Error::invalid("body", "The form did not come whole, or is too large.").into()
}
