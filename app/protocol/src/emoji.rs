//! Emoji by their names between colons: `:tada:`.

use std::ops::Range;

/// Bytes of a name at most: the longest in the list has 40.
const NAME: usize = 40;

/// Every `:name:` in plain text, in order: where it stands in bytes, the colons included, and the name. That there is
/// an emoji of that name is for the caller to find out, as code and links are for it to leave out.
pub fn scan(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut done = 0;
    text.match_indices(':').filter_map(move |(start, _)| {
        let rest = &text[start + 1..];
        let name = &rest[..rest.find(|c: char| !in_name(c)).unwrap_or(rest.len())];
        let closed = rest[name.len()..].starts_with(':');
        if start < done || name.is_empty() || name.len() > NAME || !closed || !opens(&text[..start]) {
            return None;
        }
        let end = start + name.len() + 2;
        done = end;
        Some((start..end, name))
    })
}

/// The name being typed before the caret: where its colon stands, in bytes, and what follows. From two letters on, so
/// that times and addresses open nothing.
pub fn active(text: &str, caret: usize) -> Option<(usize, &str)> {
    let before = text.get(..caret)?;
    let start = before.rfind(':')?;
    let query = &before[start + 1..];
    (query.len() >= 2 && is_name(query) && opens(&before[..start])).then_some((start, query))
}

/// Can it be a name?
pub fn is_name(text: &str) -> bool {
    text.chars().all(in_name)
}

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+')
}

/// Whether a colon after this text may begin a name: only where a word begins.
fn opens(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_typed_after_a_colon_at_the_beginning_of_a_word() {
        for (text, expected) in [
            (":ta", Some((0, "ta"))),
            ("so :+1", Some((3, "+1"))),
            ("(:ta", Some((1, "ta"))),
            (":t", None),
            ("at 10:30", None),
            ("https://x", None),
            ("a::ta", None),
            (":ta da", None),
        ] {
            assert_eq!(active(text, text.len()), expected, "{text}");
        }
    }

    #[test]
    fn names_between_colons_are_found_where_words_begin() {
        for (text, expected) in [
            (":tada:", &["tada"][..]),
            ("so :+1: and :-1:!", &["+1", "-1"]),
            ("(:tada:)", &["tada"]),
            (":a: :b:", &["a", "b"]),
            (":a::b:", &["a"]),
            ("ä:tada:", &[]),
            ("10:30:45", &[]),
            ("::", &[]),
            (": tada:", &[]),
            (":tada", &[]),
        ] {
            let found: Vec<&str> = scan(text)
                .map(|(range, name)| {
                    assert_eq!(&text[range], format!(":{name}:"));
                    name
                })
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
