//! Tasks named in a text by their number on the board: `#12`.

use std::ops::Range;

use crate::unicode::is_mark;

/// Digits of a number at most.
const DIGITS: usize = 9;

/// Every `#12` in plain text, in order: where it stands in bytes, the sign included, and the number. Code and
/// links are for the caller to leave out.
pub fn scan(text: &str) -> impl Iterator<Item = (Range<usize>, i64)> {
    text.match_indices(['#', '＃']).filter_map(|(start, sign)| {
        let rest = &text[start + sign.len()..];
        let digits = &rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())];
        let goes_on = rest[digits.len()..].starts_with(is_word);
        if !opens(&text[..start]) || goes_on || digits.len() > DIGITS || digits.starts_with('0') {
            return None;
        }
        Some((start..start + sign.len() + digits.len(), digits.parse().ok()?))
    })
}

/// Whether a `#` after this text may name a task: not inside a word, an address, an entity or a run of `#`.
pub fn opens(before: &str) -> bool {
    let last = before.chars().rev().find(|c| !is_mark(*c));
    !last.is_some_and(|c| is_word(c) || matches!(c, '#' | '＃' | '&' | '/'))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = scan(text).map(|(range, _)| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_number_after_a_sign_names_a_task() {
        check("#12", &["#12"]);
        check("see #1, (#23) and “#456”.", &["#1", "#23", "#456"]);
        check("＃12 です", &["＃12"]);
        check("#12/#13 #14's", &["#12", "#14"]);
        for none in [
            "",
            "#",
            "# 12",
            "a#12",
            "é#12",
            "##12",
            "&#12;",
            "/#12",
            "#12a",
            "#12_",
            "#012",
            "#0",
            "#1234567890",
            "#é",
        ] {
            check(none, &[]);
        }
    }

    #[test]
    fn its_number_is_read() {
        assert_eq!(scan("#7 #999999999").map(|(_, number)| number).collect::<Vec<_>>(), [7, 999_999_999]);
    }

    proptest! {
        #[test]
        fn any_text_is_scanned_on_character_boundaries(text in ".{0,40}|[#＃a1é0王\u{301} /&_-]{0,40}") {
            for (range, number) in scan(&text) {
                let digits = text[range.clone()].trim_start_matches(['#', '＃']);
                prop_assert_eq!(digits, number.to_string());
                prop_assert!(opens(&text[..range.start]));
                prop_assert!(!text[range.end..].starts_with(|c: char| c.is_alphanumeric()));
            }
        }

        #[test]
        fn every_number_is_found_between_spaces(number in 1..1_000_000_000_i64) {
            let text = format!("see #{number}, or ({number})");
            prop_assert_eq!(scan(&text).map(|(_, number)| number).collect::<Vec<_>>(), vec![number]);
        }

        #[test]
        fn no_colour_word_or_address_names_a_task(
            colour in "#[0-9]{0,5}[a-f][0-9a-f]{0,5}",
            word in "[a-z_é]{1,5}#[0-9]{1,4}",
            address in "https://[a-z]{1,8}/#[0-9]{1,4}",
        ) {
            for text in [colour, word, address] {
                prop_assert_eq!(scan(&text).count(), 0, "{}", text);
            }
        }
    }
}
