//! Keeps Markdown from reading emphasis into names and addresses.

use std::{borrow::Cow, ops::Range};

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::{options, token};

/// The source with a backslash before each `_`, `*` and `~` of a name or a bare address that
/// Markdown could take for emphasis: `@_ana_` and `https://example.com/_a_` stay whole.
pub(super) fn keep_tokens_whole(source: &str) -> Cow<'_, str> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for (range, token) in token::tokens("", source) {
        let within = &source[range.clone()];
        let is_mark = |(at, c): &(usize, char)| match token {
            token::Token::Url(_) => matches!(c, '_' | '*' | '~'),
            // Between letters and digits `_` never opens emphasis.
            token::Token::Task { .. } => false,
            token::Token::Name { .. } => *c == '_' && !within[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()),
        };
        marks.extend(within.char_indices().filter(is_mark).map(|(at, _)| (range.start, range.start + at)));
    }
    if marks.is_empty() {
        return Cow::Borrowed(source);
    }

    let texts = text_ranges(source);
    marks.retain(|(token, _)| is_inside(&texts, *token));
    let mut kept = String::with_capacity(source.len() + marks.len());
    let mut done = 0;
    for (_, mark) in marks {
        kept.push_str(&source[done..mark]);
        kept.push('\\');
        done = mark;
    }
    kept.push_str(&source[done..]);
    Cow::Owned(kept)
}

/// Where the source holds text in which a backslash escapes: not code, HTML or `<…>` links.
fn text_ranges(source: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut links = Vec::new();
    let mut in_code = false;
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(Tag::Link { link_type, .. }) => {
                links.push(matches!(link_type, LinkType::Autolink | LinkType::Email));
            }
            Event::End(TagEnd::Link) => {
                links.pop();
            }
            Event::Text(_) if !in_code && !links.contains(&true) => ranges.push(range),
            _ => {}
        }
    }
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

fn is_inside(ranges: &[Range<usize>], at: usize) -> bool {
    let after = ranges.partition_point(|range| range.start <= at);
    after > 0 && ranges[after - 1].contains(&at)
}
