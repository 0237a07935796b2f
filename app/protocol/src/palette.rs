//! The palette: how well a name fits what is typed there, and what the server finds for it.

use serde::{Deserialize, Serialize};

use crate::{BoardId, Person, RoomId, TaskId, mention, text::fold};

/// Characters of what is typed that are looked at.
const LENGTH: usize = 100;
/// Words of what is typed that are looked at.
const WORDS: usize = 6;
/// Digits that a number of a task has at most.
const DIGITS: usize = 18;
/// So many of each kind the server finds.
pub const FOUND: usize = 8;

/// What the server finds, best first, of what a person may read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Tasks of this number, or with these words in their title.
    pub tasks: Vec<FoundTask>,
    /// Rooms of this name.
    pub rooms: Vec<FoundRoom>,
    /// People of this name.
    pub people: Vec<Person>,
}

/// A task as the palette names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundTask {
    /// Its id.
    pub id: TaskId,
    /// Its board, …
    pub board: BoardId,
    /// … by name.
    pub board_name: String,
    /// Its number there.
    pub number: i64,
    /// Its title.
    pub title: String,
}

/// A room as the palette names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRoom {
    /// Its id.
    pub id: RoomId,
    /// Its name.
    pub name: String,
    /// For invited members only?
    pub private: bool,
    /// The name of its board.
    pub board_name: String,
}

/// What is typed, as names are compared with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    words: Vec<String>,
    number: Option<i64>,
}

/// How a name fits, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It begins so.
    Start,
    /// Words of it begin so.
    Words,
    /// It has that inside.
    Inside,
}

impl Typed {
    /// What a text means; nothing where it is blank.
    pub fn of(text: &str) -> Self {
        let text: String = text.chars().filter(|c| *c != '\0').take(LENGTH).collect();
        let digits = text.trim().trim_start_matches('#');
        let number = digits.len() <= DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            words: fold(&text).split_whitespace().take(WORDS).map(str::to_owned).collect(),
            number: if number { digits.parse().ok() } else { None },
        }
    }

    /// Is it nothing at all?
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Its words, folded.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The number that it is: `12` and `#12`.
    pub fn number(&self) -> Option<i64> {
        self.number
    }

    /// Is it of a script that is written without spaces, where no word has a beginning?
    pub fn is_unspaced(&self) -> bool {
        self.words.iter().any(|word| word.chars().any(mention::is_unspaced))
    }

    /// How a folded name fits; not at all where a word is not in it. All names fit nothing at all.
    pub fn fit(&self, name: &str) -> Option<Fit> {
        if name.starts_with(&self.words.join(" ")) {
            Some(Fit::Start)
        } else if self.words.iter().all(|word| mention::any_word_starts_with(name, word)) {
            Some(Fit::Words)
        } else {
            self.words.iter().all(|word| name.contains(word.as_str())).then_some(Fit::Inside)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_name_fits_before_that_of_a_word_before_the_inside_of_one() {
        for (typed, name, expected) in [
            ("", "Anything", Some(Fit::Start)),
            ("web", "Website", Some(Fit::Start)),
            ("  WEB  site", "Web site", Some(Fit::Start)),
            ("site web", "Web site", Some(Fit::Words)),
            ("pl", "Ána's Plans", Some(Fit::Words)),
            ("aña", "Ana", Some(Fit::Start)),
            ("12", "#12 Ship it", Some(Fit::Words)),
            ("ite", "Website", Some(Fit::Inside)),
            ("書", "設計書", Some(Fit::Inside)),
            ("web x", "Website", None),
        ] {
            assert_eq!(Typed::of(typed).fit(&fold(name)), expected, "{typed} in {name}");
        }
    }

    #[test]
    fn a_number_may_have_its_sign() {
        for (typed, expected) in [
            ("12", Some(12)),
            (" #12 ", Some(12)),
            ("#", None),
            ("", None),
            ("12a", None),
            ("1 2", None),
            ("-1", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(Typed::of(typed).number(), expected, "{typed}");
        }
    }

    #[test]
    fn of_a_long_text_little_is_looked_at() {
        let typed = Typed::of(&"a ".repeat(10_000));
        assert_eq!(typed.words().len(), WORDS);
        assert!(Typed::of("\0").is_empty());
    }
}
