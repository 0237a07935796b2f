//! A form that files come with, as browsers send it without script.

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
    http::{HeaderMap, header},
};
use engine::{Actor, files};
use futures::stream;
use protocol::{Error, limits};
use std::sync::Arc;
use tower::{Layer, ServiceExt, service_fn};
use uuid::Uuid;

use crate::{
    failure::Failure,
    input::{BODY_BYTES, Fields, ReadFields},
    state::AppState,
};

/// Is the body a form with files?
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.to_ascii_lowercase().starts_with("multipart/form-data")
}

/// Reads the fields of a form and takes in its files: the form then names them as `files`.
pub async fn read(state: &AppState, actor: Option<&Actor>, headers: &HeaderMap, body: Body) -> ReadFields {
    let actor = actor.ok_or(Error::SignedOut)?;
    let mut form = open(headers, body).await?;
    let mut fields: Vec<(String, String)> = Vec::new();
    let (mut length, mut taken) = (0, 0);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            // An input of files in which none was chosen.
            Some(file) if file.is_empty() => {}
            Some(file) => {
                taken += 1;
                if taken > limits::FILES {
                    let words = format!("{} files are the most for one message.", limits::FILES);
                    return Err(Error::invalid("files", words).into());
                }
                let id = take_in(state, actor, key(&fields, taken)?, &file, field).await?;
                fields.push(("files".to_owned(), id.to_string()));
            }
            None => {
                let text = text(field, BODY_BYTES - length).await?;
                length += text.len();
                fields.push((name, text));
            }
        }
    }
    Ok(Arc::new(Fields::Form(fields)))
}

async fn open(headers: &HeaderMap, body: Body) -> Result<Multipart, Failure> {
    let mut request = Request::post("/").body(body).unwrap_or_default();
    *request.headers_mut() = headers.clone();
    // What is too large is refused file by file.
    let opened = DefaultBodyLimit::disable()
        .layer(service_fn(|request: Request| async { Multipart::from_request(request, &()).await }))
        .oneshot(request)
        .await;
    opened.map_err(|_| Error::invalid("body", "The body is not a form.").into())
}

/// The client id of the n-th file of a form, so that the same form sent twice brings the same files.
fn key(fields: &[(String, String)], nth: usize) -> Result<Uuid, Error> {
    let form = fields.iter().find(|(name, _)| name == "client_id").map(|(_, id)| id.parse::<Uuid>());
    match form {
        Some(Ok(id)) => Ok(Uuid::from_u128(id.as_u128() ^ nth as u128)),
        Some(Err(_)) => Err(Error::invalid("client_id", "This must be a UUID.")),
        None => Ok(Uuid::now_v7()),
    }
}

async fn take_in(
    state: &AppState,
    actor: &Actor,
    key: Uuid,
    name: &str,
    field: Field<'_>,
) -> Result<protocol::FileId, Failure> {
    let pieces = stream::unfold(field, async |mut field| field.chunk().await.transpose().map(|piece| (piece, field)));
    Ok(files::take_in(&state.engine, actor, key, name, Box::pin(pieces)).await?.id)
}

/// The text of a field of at most so many bytes.
async fn text(mut field: Field<'_>, most: usize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > most {
            return Err(Error::TooLarge.into());
        }
    }
    String::from_utf8(bytes).map_err(|_| Error::invalid("body", "The body is not a form.").into())
}

fn unreadable(_: axum::extract::multipart::MultipartError) -> Failure {
    Error::invalid("body", "The form did not come whole.").into()
}
