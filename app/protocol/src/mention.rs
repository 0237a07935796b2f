//! The grammar of mentions: usernames, finding `@name` in text, completing one while it is typed.

mod group;
mod rank;

use std::ops::Range;

use crate::unicode::is_mark;

pub use group::{Group, groups, may_notify};
pub(crate) use rank::any_word_starts_with;
pub use rank::{Candidate, ROWS, rank};

/// Names that mean groups of people; nobody can have one as username.
pub const RESERVED: [&str; 4] = ["here", "room", "board", "all"];

/// Longest username, in characters (all of them ASCII).
pub const MAX_LENGTH: usize = 30;

/// Whether an account may have this username: 1 to 30 ASCII letters, digits, `_`, `.` or `-`,
/// ending in a letter, digit or `_`, and not reserved, whatever the case. It may begin with `.`
/// or `-`: only a trailing one is punctuation.
pub fn is_username(name: &str) -> bool {
    name.len() <= MAX_LENGTH && name.chars().all(is_name_char) && name.ends_with(ends_name) && !is_reserved(name)
}

/// One `@name` in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'t> {
    /// Where it stands, in bytes, the `@` included.
    pub range: Range<usize>,
    /// The name as typed, without the `@`.
    pub name: &'t str,
}

impl Found<'_> {
    /// Whether it names a group (`@here`, `@room`, `@board`, `@all`) rather than a person.
    pub fn wildcard(&self) -> bool {
        is_reserved(self.name)
    }
}

/// Every mention in plain text, in order. Code and links are for the caller to leave out.
pub fn scan(text: &str) -> impl Iterator<Item = Found<'_>> {
    text.match_indices(is_at).filter_map(|(start, at)| {
        if !opens(&text[..start]) {
            return None;
        }
        let rest = &text[start + at.len()..];
        let run = name_run(rest);
        let name = run.trim_end_matches(|c| !ends_name(c));
        let address = name.len() == run.len() && rest[run.len()..].starts_with(is_at);
        let goes_on = rest[run.len()..].starts_with(is_word);
        if name.is_empty() || name.len() > MAX_LENGTH || address || goes_on {
            return None;
        }
        Some(Found { range: start..start + at.len() + name.len(), name })
    })
}

/// Whether an `@` after this text may begin a mention: not inside a word, an address (`bob@`,
/// `bob+x@`), a path (`/@scope`) or a run of `@`.
pub fn opens(before: &str) -> bool {
    let last = before.chars().rev().find(|c| !is_mark(*c));
    !last.is_some_and(|c| is_word(c) || is_name_char(c) || is_at(c) || matches!(c, '/' | '+'))
}

/// A mention that is being typed: what lies between an `@` and the caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active<'t> {
    text: &'t str,
    caret: usize,
    /// Where its `@` stands, in bytes.
    pub start: usize,
    /// What has been typed after the `@`; empty just behind it. May hold any letters, since
    /// display names are searched too.
    pub query: &'t str,
}

/// The mention being typed at `caret` (in bytes), if there is one.
pub fn active(text: &str, caret: usize) -> Option<Active<'_>> {
    let before = text.get(..caret)?;
    let head = before.trim_end_matches(|c| is_name_char(c) || is_word(c) || is_unspaced(c));
    let query = &before[head.len()..];
    let at = head.chars().next_back().filter(|c| is_at(*c))?;
    let start = head.len() - at.len_utf8();
    let short = query.chars().count() <= MAX_LENGTH;
    (short && opens(&text[..start])).then_some(Active { text, caret, start, query })
}

impl Active<'_> {
    /// The text with the mention completed to `@username` and one space, and the caret (in bytes)
    /// behind that space. What follows the caret stays, unless it is the rest of the same name.
    pub fn complete(&self, username: &str) -> (String, usize) {
        let mut after = &self.text[self.caret..];
        let rest = name_run(after);
        if format!("{}{rest}", self.query).eq_ignore_ascii_case(username) {
            after = &after[rest.len()..];
        }

        let mut text = format!("{}@{username} ", &self.text[..self.start]);
        let caret = text.len();
        text.push_str(after.strip_prefix(' ').unwrap_or(after));
        (text, caret)
    }
}

/// Bytes before a caret that a browser counts in UTF-16 units. Past the end it is the end; inside
/// a surrogate pair, the start of that character.
pub fn byte_offset(text: &str, utf16: usize) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > utf16 {
            return at;
        }
    }
    text.len()
}

/// UTF-16 units before a byte offset: the caret as a browser counts it. Inside a character it
/// counts up to the start of that character.
pub fn utf16_offset(text: &str, bytes: usize) -> usize {
    text.char_indices().take_while(|(at, c)| at + c.len_utf8() <= bytes).map(|(_, c)| c.len_utf16()).sum()
}

fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

fn is_at(c: char) -> bool {
    matches!(c, '@' | '＠')
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// The name characters that a text begins with.
fn name_run(text: &str) -> &str {
    &text[..text.find(|c| !is_name_char(c)).unwrap_or(text.len())]
}

fn ends_name(c: char) -> bool {
    is_name_char(c) && !matches!(c, '.' | '-')
}

/// Whether a letter or mark makes one word with the `@name` beside it.
fn is_word(c: char) -> bool {
    is_mark(c) || (c.is_alphanumeric() && !is_unspaced(c))
}

/// Letters of scripts written without spaces between words, so that `你好@ana` is a mention:
/// Thai to Burmese, Khmer, and Chinese, Japanese and Korean (which attaches particles to names).
pub fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests;
