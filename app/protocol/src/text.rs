//! What a text may be: trimmed, not empty, within its limit, and free of U+0000.

use crate::{Error, limits, unicode};

/// `text` trimmed, if it has 1 to `max` characters and no U+0000.
///
/// # Errors
/// [`Error::Invalid`] naming `field`.
pub fn required(field: &str, text: &str, max: usize) -> Result<String, Error> {
    let text = optional(field, text, max)?;
    if text.is_empty() { Err(Error::invalid(field, "This can't be empty.")) } else { Ok(text) }
}

/// `text` trimmed, if it has at most `max` characters and no U+0000.
///
/// # Errors
/// [`Error::Invalid`] naming `field`.
pub fn optional(field: &str, text: &str, max: usize) -> Result<String, Error> {
    let text = text.trim();
    no_nul(field, text)?;
    let length = text.chars().count();
    if length > max {
        return Err(Error::invalid(field, format!("This is {length} characters long; {max} is the most.")));
    }
    Ok(text.to_owned())
}

/// A task's description: at most 64 KB, no U+0000. Not trimmed: leading spaces mean something in Markdown.
///
/// # Errors
/// [`Error::Invalid`] naming `description`.
pub fn description(text: &str) -> Result<String, Error> {
    no_nul("description", text)?;
    if text.len() > limits::DESCRIPTION_BYTES {
        return Err(Error::invalid("description", "A description is at most 64 KB long."));
    }
    Ok(text.replace("\r\n", "\n"))
}

/// The source of a message or comment: trimmed, 1 to 10,000 characters, lines ended by `\n`.
///
/// # Errors
/// [`Error::Invalid`] naming `content`.
pub fn message(text: &str) -> Result<String, Error> {
    required("content", &text.replace("\r\n", "\n"), limits::MESSAGE)
}

/// Is a message so long that only its beginning is shown until somebody asks for the rest? About
/// twenty lines.
pub fn is_long(source: &str) -> bool {
    source.len() > 2_000 || source.lines().count() > 20
}

/// Refuses U+0000, which PostgreSQL can't store and SQLite cuts a text at.
///
/// # Errors
/// [`Error::Invalid`] naming `field`.
pub fn no_nul(field: &str, text: &str) -> Result<(), Error> {
    if text.contains('\0') {
        Err(Error::invalid(field, "This has a character (U+0000) that can't be stored."))
    } else {
        Ok(())
    }
}

/// A text as names are compared: without accents, in lower case.
pub fn fold(text: &str) -> String {
    unicode::unmarked(text).chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_trimmed_and_measured_in_characters() {
        assert_eq!(message("  hi\r\nyou ").unwrap(), "hi\nyou");
        assert!(message(" \n ").is_err());
        assert!(message(&"é".repeat(10_000)).is_ok());
        assert!(message(&"é".repeat(10_001)).is_err());
        assert!(message("a\0b").is_err());
    }

    #[test]
    fn folding_drops_accents_and_case() {
        assert_eq!(fold("Ána Müller"), fold("ána muller"));
        assert_eq!(fold("ＡＮＡ"), "ana");
    }
}
