//! What was sent: forms and JSON alike, as named fields of known types.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{HeaderMap, header, request::Parts},
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use protocol::Error;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::failure::Failure;

/// The header with the client's id of a write.
const KEY: &str = "idempotency-key";
/// Bytes of a body at most.
pub const BODY_BYTES: usize = 256 * 1024;

/// The fields of a body or of a query.
#[derive(Clone, Debug)]
pub enum Fields {
    /// Of a form or a query: text by name, a name maybe several times.
    Form(Vec<(String, String)>),
    /// Of a JSON object.
    Json(Map<String, Value>),
}

/// A body's fields, or why they can't be read, as an extension of the request.
pub type ReadFields = Result<Arc<Fields>, Failure>;

/// Something made of a body's or a query's fields.
pub trait FromFields: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the field that is of another type.
    fn from_fields(fields: &Fields) -> Result<Self, Error>;
}

/// All of a body that may be read.
///
/// # Errors
/// [`Error::TooLarge`].
pub async fn read_body(body: Body) -> Result<Bytes, Failure> {
    let mut whole = BytesMut::new();
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        // An error is a client that went away, which gets no answer anyway.
        let part = part.map_err(|_| Error::TooLarge)?;
        if whole.len() + part.len() > BODY_BYTES {
            return Err(Error::TooLarge.into());
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.freeze())
}

/// Reads the fields of a body by its content type.
pub async fn read_fields(headers: &HeaderMap, body: Body) -> ReadFields {
    let bytes = read_body(body).await?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        _ if bytes.is_empty() => Ok(Fields::Form(Vec::new())),
        "application/json" => json_fields(&bytes),
        "application/x-www-form-urlencoded" => form_fields(headers, bytes).await,
        _ => Err(Failure::UnknownMedia),
    }
    .map(Arc::new)
}

fn json_fields(bytes: &[u8]) -> Result<Fields, Failure> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(Fields::Json(fields)),
        Ok(_) => Err(Error::invalid("body", "The body must be a JSON object.").into()),
        Err(error) => Err(Error::invalid("body", format!("The body is not JSON: {error}.")).into()),
    }
}

async fn form_fields(headers: &HeaderMap, bytes: Bytes) -> Result<Fields, Failure> {
    let mut request = Request::post("/").body(Body::from(bytes)).unwrap_or_default();
    *request.headers_mut() = headers.clone();
    match axum::Form::from_request(request, &()).await {
        Ok(axum::Form(fields)) => Ok(Fields::Form(fields)),
        Err(_) => Err(Error::invalid("body", "The body is not a form.").into()),
    }
}

impl Fields {
    /// Is there such a field, be it empty?
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Form(fields) => fields.iter().any(|(found, _)| found == name),
            Self::Json(fields) => fields.contains_key(name),
        }
    }

    /// A text; empty where there is none.
    ///
    /// # Errors
    /// The field is something else.
    pub fn text(&self, name: &str) -> Result<String, Error> {
        Ok(self.one_of(&[name])?.unwrap_or_default())
    }

    /// The text of the first of these names that is there; empty where none is.
    ///
    /// # Errors
    /// The field is something else.
    pub fn text_of(&self, names: &[&str]) -> Result<String, Error> {
        Ok(self.one_of(names)?.unwrap_or_default())
    }

    fn one_of(&self, names: &[&str]) -> Result<Option<String>, Error> {
        for name in names {
            match self {
                Self::Form(fields) => {
                    if let Some((_, text)) = fields.iter().find(|(found, _)| found == name) {
                        return Ok(Some(text.clone()));
                    }
                }
                Self::Json(fields) => match fields.get(*name) {
                    None | Some(Value::Null) => {}
                    Some(Value::String(text)) => return Ok(Some(text.clone())),
                    Some(_) => return Err(Error::invalid(name, "This must be a text.")),
                },
            }
        }
        Ok(None)
    }

    /// A whole number, if there is one; an empty field is none.
    ///
    /// # Errors
    /// The field is something else.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Error> {
        match self.numbers(name)?.as_slice() {
            [] => Ok(None),
            [number] => Ok(Some(*number)),
            _ => Err(not_a_number(name)),
        }
    }

    /// Whole numbers: a field several times, or a list.
    ///
    /// # Errors
    /// One of them is something else.
    pub fn numbers(&self, name: &str) -> Result<Vec<i64>, Error> {
        match self {
            Self::Form(fields) => fields
                .iter()
                .filter(|(found, text)| found == name && !text.is_empty())
                .map(|(_, text)| text.parse().map_err(|_| not_a_number(name)))
                .collect(),
            Self::Json(fields) => match fields.get(name) {
                None | Some(Value::Null) => Ok(Vec::new()),
                Some(Value::Array(list)) => list.iter().map(|value| number_in(name, value)).collect(),
                Some(value) => Ok(vec![number_in(name, value)?]),
            },
        }
    }

    /// Do they come from a form?
    pub fn is_form(&self) -> bool {
        matches!(self, Self::Form(_))
    }

    /// A switch: `on`, `true` or `1`; off where there is none.
    ///
    /// # Errors
    /// The field is something else.
    pub fn switch(&self, name: &str) -> Result<bool, Error> {
        if let Self::Json(fields) = self
            && let Some(Value::Bool(on)) = fields.get(name)
        {
            return Ok(*on);
        }
        match self.text(name)?.as_str() {
            "on" | "true" | "1" => Ok(true),
            "" | "off" | "false" | "0" => Ok(false),
            _ => Err(Error::invalid(name, "This must be on or off.")),
        }
    }

    /// What was typed, to be shown again; passwords are not.
    pub fn typed(&self) -> Vec<(String, String)> {
        let Self::Form(fields) = self else { return Vec::new() };
        fields.iter().filter(|(name, _)| !name.contains("password")).cloned().collect()
    }
}

fn number_in(name: &str, value: &Value) -> Result<i64, Error> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.ok_or_else(|| not_a_number(name))
}

fn not_a_number(name: &str) -> Error {
    Error::invalid(name, "This must be a whole number.")
}

/// A body, read as `T`.
pub struct Input<T>(pub T);

impl<T: FromFields, S: Sync> FromRequestParts<S> for Input<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self(T::from_fields(&*fields(parts)?)?))
    }
}

/// A query, read as `T`.
pub struct Asked<T>(pub T);

impl<T: FromFields, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let fields = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::invalid("query", "The part after ? can't be read."))?;
        Ok(Self(T::from_fields(&Fields::Form(fields.0))?))
    }
}

/// Ids in the path; what can't be an id is not there.
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path(id) =
            <Path<T> as FromRequestParts<S>>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        Ok(Self(id))
    }
}

/// The client's id of a write: the header `Idempotency-Key`, else the field `client_id`, else made here.
pub struct Key(pub Uuid);

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let fields = fields(parts)?;
        Ok(Self(key_in(&parts.headers, || fields.text("client_id"))?.unwrap_or_else(Uuid::now_v7)))
    }
}

/// The client's id of a write, if it gives one: in a header, else in a field.
///
/// # Errors
/// [`Error::Invalid`]: it is no UUID.
pub fn key_in(headers: &HeaderMap, field: impl FnOnce() -> Result<String, Error>) -> Result<Option<Uuid>, Error> {
    let key = match headers.get(KEY) {
        Some(key) => key.to_str().unwrap_or("?").to_owned(),
        None => field()?,
    };
    if key.is_empty() {
        return Ok(None);
    }
    key.parse().map(Some).map_err(|_| Error::invalid("client_id", "This must be a UUID."))
}

fn fields(parts: &Parts) -> ReadFields {
    parts.extensions.get::<ReadFields>().cloned().unwrap_or_else(|| Ok(Arc::new(Fields::Form(Vec::new()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Fields {
        Fields::Form(fields.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect())
    }

    fn json(text: &str) -> Fields {
        json_fields(text.as_bytes()).unwrap()
    }

    #[test]
    fn forms_and_json_say_the_same() {
        for fields in [
            form(&[("message", "hi"), ("column", "7"), ("members", "1"), ("members", "2"), ("private", "on")]),
            json(r#"{"message": "hi", "column": 7, "members": [1, "2"], "private": true}"#),
        ] {
            assert_eq!(fields.text_of(&["content", "message"]).unwrap(), "hi");
            assert_eq!(fields.number("column").unwrap(), Some(7));
            assert_eq!(fields.numbers("members").unwrap(), [1, 2]);
            assert!(fields.switch("private").unwrap());
            assert_eq!(fields.text("name").unwrap(), "");
            assert_eq!(fields.number("parent").unwrap(), None);
            assert!(!fields.switch("other").unwrap());
        }
    }

    #[test]
    fn a_field_of_another_type_is_named() {
        for (text, field) in [
            (r#"{"content": {"$ne": 1}}"#, "content"),
            (r#"{"column": 1e300}"#, "column"),
            (r#"{"column": [1, 2]}"#, "column"),
            (r#"{"private": "maybe"}"#, "private"),
        ] {
            let fields = json(text);
            let read =
                fields.text("content").and_then(|_| fields.number("column")).and_then(|_| fields.switch("private"));
            assert_eq!(read.unwrap_err().field(), Some(field), "{text}");
        }
        assert!(json_fields(b"[1]").is_err() && json_fields(b"{").is_err());
    }

    #[test]
    fn passwords_are_not_shown_again() {
        assert_eq!(
            form(&[("username", "ana"), ("old_password", "x"), ("password", "y")]).typed(),
            [("username".into(), "ana".into())]
        );
    }
}
