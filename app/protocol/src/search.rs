//! The grammar of a search: words, "phrases", and filters such as `in:general`.
//!
//! Any text is a search. What looks like a filter of ours and is none (`before:noon`) is named as
//! such; everything else, operators of databases included, is words.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::Day;

/// Characters of a search that are read; more are refused.
pub const LONGEST: usize = 1_000;
/// Words, phrases and filters of one search.
pub const PARTS: usize = 40;
/// Hits of one page.
pub const HITS: usize = 20;
/// The newest hits among which the best are looked for.
pub const RANKED: usize = 1_000;

/// What filters there are: how one looks, and what it does.
pub const HELP: [(&str, &str); 8] = [
    ("\"two words\"", "these words, next to each other"),
    ("in:general", "in a room or on a board of that name"),
    ("from:ana", "written by that person; from:me is you"),
    ("before:2026-11-23", "written before that day"),
    ("after:2026-11-23", "written after that day"),
    ("has:file", "messages that come with files"),
    ("is:task", "tasks only"),
    ("#12", "what names the task of that number"),
];

/// A filter of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// In a room or on a board of this name.
    In(String),
    /// By a person of this username, or `me`.
    From(String),
    /// Before this day.
    Before(Day),
    /// After this day.
    After(Day),
    /// With a file.
    HasFile,
    /// Tasks alone.
    IsTask,
}

/// What a part of a search means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A word, or what stands together like one (`don't`, `src/main.rs`): found as it stands there.
    Word(String),
    /// Words between quotes.
    Phrase(String),
    /// A filter.
    Filter(Filter),
    /// A filter that can't be understood, and why.
    Wrong(&'static str),
}

/// A part of a search, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// In bytes.
    pub range: Range<usize>,
    /// What it means.
    pub meaning: Meaning,
}

/// The parts of a search, in order.
pub fn parse(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(skip) = text[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + skip;
        let (meaning, end) = part(text, start);
        parts.push(Part { range: start..end, meaning });
        at = end;
    }
    parts
}

/// The part that begins at `start`, and where it ends.
fn part(text: &str, start: usize) -> (Meaning, usize) {
    let rest = &text[start..];
    if rest.starts_with(is_quote) {
        let (inside, length) = quoted(rest);
        return (Meaning::Phrase(inside.to_owned()), start + length);
    }
    let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    let Some((colon, sign)) = word.char_indices().find(|(_, c)| is_colon(*c)) else {
        return (Meaning::Word(word.to_owned()), start + word.len());
    };
    let name = word[..colon].to_ascii_lowercase();
    let after = &rest[colon + sign.len_utf8()..];
    let (value, length) = match after.starts_with(is_quote) {
        true => quoted(after),
        false => (&word[colon + sign.len_utf8()..], word.len() - colon - sign.len_utf8()),
    };
    match filter(&name, value.trim()) {
        Some(meaning) => (meaning, start + colon + sign.len_utf8() + length),
        None => (Meaning::Word(word.to_owned()), start + word.len()),
    }
}

/// What stands between the quote that a text begins with and the next, or the end; and how long that
/// is with the quotes.
fn quoted(text: &str) -> (&str, usize) {
    let open = text.chars().next().map_or(0, char::len_utf8);
    match text[open..].char_indices().find(|(_, c)| is_quote(*c)) {
        Some((length, close)) => (&text[open..open + length], open + length + close.len_utf8()),
        None => (&text[open..], text.len()),
    }
}

/// What `name:value` means, if `name` is a filter.
fn filter(name: &str, value: &str) -> Option<Meaning> {
    let or = |filter: Option<Filter>, wrong| filter.map_or(Meaning::Wrong(wrong), Meaning::Filter);
    let named = |of: fn(String) -> Filter, sign: char| {
        let value = value.strip_prefix(sign).unwrap_or(value);
        (!value.is_empty()).then(|| of(value.to_owned()))
    };
    Some(match name {
        "in" => or(named(Filter::In, '#'), "A search with in: needs the name of a room or board, as in in:general."),
        "from" => or(named(Filter::From, '@'), "A search with from: needs a username, as in from:ana, or from:me."),
        "before" => {
            or(value.parse().ok().map(Filter::Before), "A search with before: needs a day, as in before:2026-11-23.")
        }
        "after" => {
            or(value.parse().ok().map(Filter::After), "A search with after: needs a day, as in after:2026-11-23.")
        }
        "has" => or(is("file", value).then_some(Filter::HasFile), "The one thing to look for with has: is has:file."),
        "is" => or(is("task", value).then_some(Filter::IsTask), "The one thing to look for with is: is is:task."),
        _ => return None,
    })
}

fn is(word: &str, value: &str) -> bool {
    value.eq_ignore_ascii_case(word)
}

fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '＂')
}

/// The search without one of its parts.
pub fn without(text: &str, range: &Range<usize>) -> String {
    let (before, after) = (text.get(..range.start).unwrap_or(text), text.get(range.end..).unwrap_or_default());
    [before.trim(), after.trim()].into_iter().filter(|half| !half.is_empty()).collect::<Vec<_>>().join(" ")
}

/// In which order hits come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// The best match first, among the newest [`RANKED`].
    Best,
}

impl Sort {
    /// As it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Best => "best",
        }
    }

    /// The order of that name; newest first where there is none of it.
    pub fn named(name: &str) -> Self {
        if name == Self::Best.as_str() { Self::Best } else { Self::Newest }
    }
}

/// Where a page of hits begins, written `m55t7` or `m55t7s1200m3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Messages before this one.
    pub messages: i64,
    /// Tasks before this one.
    pub tasks: i64,
    /// Best first: after the hit of this score, a task or a message, with this id.
    pub after: Option<(i64, bool, i64)>,
}

impl Default for Key {
    fn default() -> Self {
        Self { messages: i64::MAX, tasks: i64::MAX, after: None }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m{}t{}", self.messages, self.tasks)?;
        match self.after {
            Some((score, task, id)) => write!(f, "s{score}{}{id}", if task { 't' } else { 'm' }),
            None => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |text: &str| match text.starts_with(|c: char| c.is_ascii_digit()) {
            true => text.parse::<i64>().map_err(drop),
            false => Err(()),
        };
        let (place, after) = match text.split_once('s') {
            None => (text, None),
            Some((place, after)) => {
                let kind = after.find(['m', 't']).ok_or(())?;
                let (score, id) = (number(&after[..kind])?, number(&after[kind + 1..])?);
                (place, Some((score, after.as_bytes()[kind] == b't', id)))
            }
        };
        let (messages, tasks) = place.strip_prefix('m').and_then(|place| place.split_once('t')).ok_or(())?;
        Ok(Self { messages: number(messages)?, tasks: number(tasks)?, after })
    }
}

#[cfg(test)]
mod tests;
