//! What kind of file it is, and what is wrong with it, in words that name the place.

use protocol::Error;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{error::Category, value::RawValue};

use super::{
    FILE_BYTES, boardwalk,
    document::{Document, FORMAT},
    plan::Plan,
    trello,
};
use crate::{Result, Zone};

/// What tells the formats apart; all else is walked past.
#[derive(Deserialize)]
struct Signs<'f> {
    #[serde(borrow)]
    format: Option<&'f RawValue>,
    lists: Option<IgnoredAny>,
    cards: Option<IgnoredAny>,
    places: Option<IgnoredAny>,
}

/// Reads a file of either kind. Days are those of `zone`, moments not later than `now`.
///
/// # Errors
/// [`Error::Invalid`] naming `file`, [`Error::TooLarge`].
pub(super) fn read(bytes: &[u8], zone: Zone, now: i64) -> Result<Plan> {
    if bytes.len() > FILE_BYTES {
        return Err(Error::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(wrong("The file is empty."));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(wrong("This is a ZIP archive. Unpack it, and choose the JSON file that is in it."));
    }
    match signs(bytes)? {
        Signs { format: Some(format), .. } if format.get().trim_matches('"') == FORMAT => {
            boardwalk::plan(parse::<Document>(bytes)?, now)
        }
        Signs { lists: Some(_), cards: Some(_), .. } => trello::plan(parse(bytes)?, zone, now),
        Signs { places: Some(_), .. } => Err(wrong(
            "This file is a record of what was said. One that a board can be made from is the export named \
             “Board file”.",
        )),
        _ => Err(neither()),
    }
}

fn signs(bytes: &[u8]) -> Result<Signs<'_>> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => neither(),
        _ => fault(".", &error),
    })
}

fn neither() -> Error {
    wrong("This is neither a board file of Boardwalk nor an export of a Trello board.")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        fault(&place, error.inner())
    })?;
    reader.end().map_err(|error| fault(".", &error))?;
    Ok(read)
}

/// The words for a fault at a place.
fn fault(place: &str, error: &serde_json::Error) -> Error {
    let words = error.to_string();
    let (what, _) = words.rsplit_once(" at line ").unwrap_or((words.as_str(), ""));
    if !matches!(error.classify(), Category::Data) {
        let (line, column) = (error.line(), error.column());
        return wrong(&format!("The file is not JSON, or is not whole: {what}, at line {line}, column {column}."));
    }
    let inside = |field: &str| if place == "." { field.to_owned() } else { format!("{place}.{field}") };
    let quoted = |words: &str| words.split('`').nth(1).map(str::to_owned);
    if let Some(field) = what.strip_prefix("missing field ").and_then(quoted) {
        return wrong(&format!("{} is missing.", inside(&field)));
    }
    if place == "." {
        return wrong(&format!("The file does not fit: {what}."));
    }
    wrong(&format!("{place} does not fit: {what}."))
}

/// A file that can't be taken, and why.
pub(super) fn wrong(words: &str) -> Error {
    // Of a text that stands in the file only the beginning is said again.
    let words: String =
        if words.chars().count() > 300 { words.chars().take(299).chain(['…']).collect() } else { words.to_owned() };
    Error::invalid("file", words)
}
