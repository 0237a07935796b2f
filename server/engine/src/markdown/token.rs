//! What Markdown itself does not know: names after an `@`, numbers after a `#`, and bare web addresses.

use std::ops::Range;

use protocol::{mention, task_number};

use super::Piece;

/// A stretch of text that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A web address, as typed.
    Url(&'t str),
    /// A mention: the name, and all of it as typed, with its `@`.
    Name { name: &'t str, typed: &'t str },
    /// A task: its number on the board, and all of it as typed, with its `#`.
    Task { number: i64, typed: &'t str },
}

/// Cuts a text into tokens and what lies between them. `before` is what it follows.
pub(super) fn split<'t>(before: &str, text: &'t str, visit: &mut impl FnMut(Piece<'t>)) {
    let mut done = 0;
    for (range, token) in tokens(before, text) {
        if done < range.start {
            visit(Piece::Plain(&text[done..range.start]));
        }
        done = range.end;
        visit(Piece::Token(token));
    }
    if done < text.len() {
        visit(Piece::Plain(&text[done..]));
    }
}

/// The tokens of a text with their places in bytes, in order, none within another.
pub(super) fn tokens<'t>(before: &str, text: &'t str) -> Vec<(Range<usize>, Token<'t>)> {
    let mut tokens = Vec::new();
    let mut urls = urls(text).peekable();
    let names = mention::scan(text).filter(|found| found.range.start > 0 || mention::opens(before));
    let mut found: Vec<_> =
        names.map(|found| (found.range.clone(), Token::Name { name: found.name, typed: &text[found.range] })).collect();
    let tasks = task_number::scan(text).filter(|(range, _)| range.start > 0 || task_number::opens(before));
    found.extend(tasks.map(|(range, number)| (range.clone(), Token::Task { number, typed: &text[range] })));
    found.sort_unstable_by_key(|(range, _)| range.start);
    for (range, token) in found {
        while let Some(url) = urls.next_if(|url| url.end <= range.start) {
            tokens.push((url.clone(), Token::Url(&text[url])));
        }
        if urls.peek().is_none_or(|url| range.end <= url.start) {
            tokens.push((range, token));
        }
    }
    tokens.extend(urls.map(|url| (url.clone(), Token::Url(&text[url]))));
    tokens
}

/// Bare `http://` and `https://` addresses, without the punctuation of the sentence around them.
fn urls(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut done = 0;
    text.match_indices("://").filter_map(move |(colon, _)| {
        let before = text.get(done..colon)?;
        let scheme = ["https", "http"].into_iter().find(|scheme| ends_with_ignoring_case(before, scheme))?;
        let start = colon - scheme.len();
        if text[done..start].ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let host = colon + "://".len();
        if !text[host..].starts_with(|c: char| c.is_alphanumeric() || c == '[') {
            return None;
        }
        let end = host + url_length(&text[host..]);
        done = end;
        Some(start..end)
    })
}

fn ends_with_ignoring_case(text: &str, end: &str) -> bool {
    let tail = text.len().checked_sub(end.len()).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// How much of a text that begins behind `://` belongs to the address.
fn url_length(text: &str) -> usize {
    let mut url = &text[..text.find(ends_url).unwrap_or(text.len())];
    let count = |url: &str, wanted| url.chars().filter(|c| *c == wanted).count();
    let mut unopened = count(url, ')').saturating_sub(count(url, '('));
    while let Some(last) = url.chars().next_back() {
        match last {
            ')' if unopened > 0 => unopened -= 1,
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'' => {}
            _ => break,
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    url.len()
}

/// Characters no address holds: those that must be escaped in one, and East Asian punctuation.
fn ends_url(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^')
        || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
        || matches!(c, '\u{2018}'..='\u{201f}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}')
}
