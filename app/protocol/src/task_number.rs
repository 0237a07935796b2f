//! Tasks named in a text by their number on the board: `#12`, and completed while that is typed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{palette::Fit, palette::Typed, unicode::is_mark};

/// Digits of a number at most.
const DIGITS: usize = 9;
/// Characters behind the sign that are looked at while it is typed.
const TYPED: usize = 40;
/// Rows of the completion list.
pub const ROWS: usize = 8;

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

/// A task that is being named: what lies between a `#` and the caret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Active<'t> {
    text: &'t str,
    caret: usize,
    /// Where its `#` stands, in bytes.
    pub start: usize,
    /// What has been typed behind the `#`: a number, or a word of the title; empty just behind it.
    pub query: &'t str,
}

/// The task being named at `caret` (in bytes), if there is one.
pub fn active(text: &str, caret: usize) -> Option<Active<'_>> {
    let before = text.get(..caret)?;
    let head = before.trim_end_matches(|c| is_word(c) || c == '-');
    let query = &before[head.len()..];
    let sign = head.chars().next_back().filter(|c| matches!(c, '#' | '＃'))?;
    let start = head.len() - sign.len_utf8();
    let short = query.chars().count() <= TYPED;
    (short && opens(&text[..start])).then_some(Active { text, caret, start, query })
}

impl Active<'_> {
    /// The text with the task named, `#12` and one space, and the caret (in bytes) behind that space. What
    /// follows the caret stays, unless it is the rest of the same number.
    pub fn complete(&self, number: i64) -> (String, usize) {
        let number = number.to_string();
        let mut after = &self.text[self.caret..];
        let rest = &after[..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())];
        if number == format!("{}{rest}", self.query) {
            after = &after[rest.len()..];
        }
        let mut text = format!("{}#{number} ", &self.text[..self.start]);
        let caret = text.len();
        text.push_str(after.strip_prefix(' ').unwrap_or(after));
        (text, caret)
    }
}

/// A task that can be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nameable {
    /// Its number on the board.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The name of its column.
    pub column: String,
    /// Is all of it done?
    pub done: bool,
    /// Is it archived?
    pub archived: bool,
}

/// How a task fits what is typed behind the sign, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// It has that number.
    Number,
    /// Its number begins so.
    Begins,
    /// Its title, folded, fits.
    Title(Fit),
}

/// How a task fits; not at all where neither its number nor the beginnings of words of its title do.
pub fn fit(typed: &Typed, task: &Nameable) -> Option<Named> {
    if let Some(number) = typed.number() {
        if number == task.number {
            return Some(Named::Number);
        }
        if task.number.to_string().starts_with(&number.to_string()) {
            return Some(Named::Begins);
        }
    }
    let fit = typed.fit(&crate::text::fold(&task.title)).filter(|fit| *fit != Fit::Inside || typed.is_unspaced());
    fit.map(Named::Title)
}

/// Those that fit, best first and at most [`ROWS`]: of those that fit alike the ones that are not archived, then in
/// the order in which they come.
pub fn ranked(typed: &Typed, tasks: Vec<Nameable>) -> Vec<Nameable> {
    let mut fitting: Vec<_> = tasks.into_iter().filter_map(|task| Some((fit(typed, &task)?, task))).collect();
    fitting.sort_by_key(|(fit, task)| (*fit, task.archived));
    fitting.truncate(ROWS);
    fitting.into_iter().map(|(_, task)| task).collect()
}

/// The numbers that begin with the digits of this one, from and to: itself, then those of one digit more, and so on.
pub fn beginning_with(number: i64) -> [(i64, i64); 4] {
    [1, 10, 100, 1000].map(|ten| (number.saturating_mul(ten), number.saturating_add(1).saturating_mul(ten) - 1))
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

    fn named(number: i64, title: &str, archived: bool) -> Nameable {
        Nameable { number, title: title.to_owned(), column: String::new(), done: false, archived }
    }

    #[test]
    fn a_sign_on_the_boundary_of_a_word_opens_the_list() {
        for (text, expected) in [
            ("#", Some("")),
            ("see #", Some("")),
            ("(#1", Some("1")),
            ("＃pai", Some("pai")),
            ("#grö", Some("grö")),
            ("#one-t", Some("one-t")),
            ("# ", None),
            ("##", None),
            ("a#1", None),
            ("&#1", None),
            ("x/#1", None),
            ("#12 and", None),
            ("", None),
        ] {
            assert_eq!(active(text, text.len()).map(|active| active.query), expected, "{text}");
        }
        assert_eq!(active("#12 and", 2).map(|active| active.query), Some("1"));
        assert_eq!(active(&format!("#{}", "a".repeat(41)), 42), None);
    }

    #[test]
    fn completing_puts_the_number_and_one_space() {
        for (before, after, expected) in [
            ("see #sh", "", "see #12 |"),
            ("see #", " soon", "see #12 |soon"),
            ("(#1", ")", "(#12 |)"),
            ("#1", "2, x", "#12 |, x"),
            ("#1", "3", "#12 |3"),
            ("＃ship", "", "#12 |"),
        ] {
            let (text, caret) = active(&format!("{before}{after}"), before.len()).unwrap().complete(12);
            assert_eq!(format!("{}|{}", &text[..caret], &text[caret..]), expected);
        }
    }

    #[test]
    fn a_number_comes_before_what_begins_so_and_before_words_of_titles() {
        let tasks = vec![
            named(3, "1 more coat", false),
            named(12, "Two", false),
            named(1, "One", true),
            named(4, "Repaint 21", false),
            named(10, "Ten", false),
        ];
        let numbers = |typed: &str| -> Vec<i64> {
            ranked(&Typed::of(typed), tasks.clone()).iter().map(|task| task.number).collect()
        };
        assert_eq!(numbers("1"), [1, 12, 10, 3]);
        assert_eq!(numbers("t"), [12, 10]);
        assert_eq!(numbers("paint"), Vec::<i64>::new());
        assert_eq!(numbers(""), [3, 12, 4, 10, 1]);
    }

    #[test]
    fn the_numbers_that_begin_with_one_lie_in_four_ranges() {
        assert_eq!(beginning_with(7), [(7, 7), (70, 79), (700, 799), (7000, 7999)]);
        // Of what no number can be nothing is asked.
        assert!(beginning_with(i64::MAX).iter().all(|(from, to)| from >= to));
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
