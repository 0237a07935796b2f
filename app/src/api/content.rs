//! What a page shows, as one type for all pages.

#[cfg(feature = "ssr")]
use std::any::Any;
use std::sync::Arc;

use leptos::prelude::FromServerFnError;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;
use server_fn::error::ServerFnErrorErr;

use super::ApiError;

/// The content of a page: JSON until it is shown. What waits for it, keeps it and hands it from
/// server to browser is thus compiled once, and not once for each page.
#[derive(Clone, Debug)]
pub struct Content {
    json: Arc<RawValue>,
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
    pub fn of<T: Serialize + Send + Sync + 'static>(record: T) -> Result<Self, ApiError> {
        let json = serde_json::value::to_raw_value(&record)
            .map_err(|error| ApiError::from_server_fn_error(ServerFnErrorErr::Serialization(error.to_string())))?;
        Ok(Self { json: json.into(), record: Some(Arc::new(record)) })
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
        serde_json::from_str(self.json.get())
            .map_err(|error| ApiError::from_server_fn_error(ServerFnErrorErr::Deserialization(error.to_string())))
    }

    /// The JSON, to be kept.
    pub fn text(&self) -> &str {
        self.json.get()
    }

    /// What was kept; none where it is no JSON.
    pub fn kept(text: &str) -> Option<Self> {
        Some(Self::from(RawValue::from_string(text.to_owned()).ok()?))
    }
}

impl From<Box<RawValue>> for Content {
    fn from(json: Box<RawValue>) -> Self {
        Self {
            json: json.into(),
            #[cfg(feature = "ssr")]
            record: None,
        }
    }
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(Box::<RawValue>::deserialize(deserializer)?))
    }
}
