//! What a page shows, as one type for all pages.

#[cfg(feature = "ssr")]
use std::any::Any;
use std::sync::Arc;

use leptos::{
    prelude::FromServerFnError,
    server::codee::{Decoder, Encoder},
};
use protocol::json;
use serde::de::DeserializeOwned;
use server_fn::error::ServerFnErrorErr;

use super::ApiError;

/// The content of a page: JSON until it is shown. What waits for it, keeps it and hands it from
/// server to browser is thus compiled once, and not once for each page.
#[derive(Clone, Debug)]
pub struct Content {
    json: Arc<str>,
    /// The record itself where it was just loaded, which the server needs not read back.
    #[cfg(feature = "ssr")]
    record: Option<Arc<dyn Any + Send + Sync>>,
}

impl Content {
    /// The content that a record is.
    ///
    /// # Errors
    /// The record can't be written as JSON.
    #[cfg(feature = "ssr")]
    pub fn of<T: serde::Serialize + Send + Sync + 'static>(record: T) -> Result<Self, ApiError> {
        let json = serde_json::to_string(&record)
            .map_err(|error| ApiError::from_server_fn_error(ServerFnErrorErr::Serialization(error.to_string())))?;
        Ok(Self { json: json.into(), record: Some(Arc::new(record)) })
    }

    /// What was written as this JSON.
    pub fn kept(json: &str) -> Self {
        Self {
            json: json.into(),
            #[cfg(feature = "ssr")]
            record: None,
        }
    }

    /// The record.
    ///
    /// # Errors
    /// It is another one: of another version of the program.
    pub fn read<T: DeserializeOwned + Clone + 'static>(&self) -> Result<T, ApiError> {
        #[cfg(feature = "ssr")]
        if let Some(record) = self.record.as_ref().and_then(|record| record.downcast_ref::<T>()) {
            return Ok(record.clone());
        }
        json::read(&self.json).ok_or_else(unreadable)
    }

    /// The JSON, to be sent or kept.
    pub fn text(&self) -> &str {
        &self.json
    }
}

fn unreadable() -> ApiError {
    ApiError::from_server_fn_error(ServerFnErrorErr::Deserialization(String::new()))
}

/// How what was loaded for a page goes to the browser inside it: a letter for how it went, and JSON.
pub struct InPage;

const CONTENT: char = 'c';
const ERROR: char = 'e';

impl Encoder<Result<Content, ApiError>> for InPage {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(loaded: &Result<Content, ApiError>) -> Result<String, serde_json::Error> {
        Ok(match loaded {
            Ok(content) => format!("{CONTENT}{}", content.text()),
            Err(error) => format!("{ERROR}{}", serde_json::to_string(error)?),
        })
    }
}

impl Decoder<Result<Content, ApiError>> for InPage {
    type Error = ();
    type Encoded = str;

    fn decode(text: &str) -> Result<Result<Content, ApiError>, ()> {
        match text.strip_prefix(CONTENT) {
            Some(json) => Ok(Ok(Content::kept(json))),
            None => Ok(Err(ApiError::read(text.strip_prefix(ERROR).ok_or(())?))),
        }
    }
}
