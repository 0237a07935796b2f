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

/// A message as [`message`] takes it; it may be empty where it comes with files.
///
/// # Errors
/// [`Error::Invalid`] naming `content`.
pub fn message_with_files(text: &str, files: usize) -> Result<String, Error> {
    if files > 0 && text.trim().is_empty() {
        return Ok(String::new());
    }
    message(text)
}

/// The name of a file as it is kept: without the folders that it was in, without characters that hide
/// or turn round what is written, at most 200 characters with its ending.
pub fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control() && !is_unseen(*c)).collect();
    let name = name.trim().trim_start_matches('.');
    if name.is_empty() {
        return "file".to_owned();
    }
    let length = name.chars().count();
    if length <= limits::FILE_NAME {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.len() <= 10);
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    name.chars().take(limits::FILE_NAME - ending.chars().count()).chain(ending.chars()).collect()
}

/// Does a character say how others are shown, without being seen itself: which way the text runs
/// (UAX #9), and what has no width?
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
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
