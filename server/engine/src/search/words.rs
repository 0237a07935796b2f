//! The words of a text: the same for what is stored and for what is looked for, on both databases.
//!
//! A word is a run of letters and digits, without accents, in lower case. Scripts that are written
//! without spaces between words give every two characters that stand together, and the last one by
//! itself, so that any two characters of a text are found, and any one by what begins with it.

use std::ops::Range;

use protocol::mention::{self, is_unspaced};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters of a word that are looked at.
const LONGEST: usize = 64;

/// A word, and the bytes of its text that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) word: String,
    pub(crate) range: Range<usize>,
    /// The last character of a run, by itself.
    pub(crate) last: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Spaced,
    Unspaced,
    Mark,
    Between,
}

fn kind(c: char) -> Kind {
    match c {
        // The voiced sound marks of narrow katakana.
        '\u{ff9e}' | '\u{ff9f}' => Kind::Mark,
        _ if is_combining_mark(c) => Kind::Mark,
        _ if !c.is_alphanumeric() => Kind::Between,
        _ if is_unspaced(c) => Kind::Unspaced,
        _ => Kind::Spaced,
    }
}

/// A text in the form whose words are taken: letters whole, however they were typed.
pub(crate) fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// The words of a composed text, in order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut run: Option<(Kind, usize)> = None;
    for (at, c) in text.char_indices().map(|(at, c)| (at, Some(c))).chain([(text.len(), None)]) {
        let kind = c.map_or(Kind::Between, kind);
        match (run, kind) {
            (Some(_), Kind::Mark) => {}
            (Some((now, _)), kind) if now == kind => {}
            (was, kind) => {
                if let Some((was, start)) = was {
                    take(text, start..at, was, &mut words);
                }
                run = matches!(kind, Kind::Spaced | Kind::Unspaced).then_some((kind, at));
            }
        }
    }
    words
}

fn take(text: &str, range: Range<usize>, kind: Kind, words: &mut Vec<Word>) {
    if kind == Kind::Unspaced {
        return pairs(text, range, words);
    }
    let word: String =
        protocol::text::fold(&text[range.clone()]).chars().filter(|c| c.is_alphanumeric()).take(LONGEST).collect();
    if !word.is_empty() {
        words.push(Word { word, range, last: false });
    }
}

/// Every two characters of a run, with their marks, and the last one.
fn pairs(text: &str, range: Range<usize>, words: &mut Vec<Word>) {
    let run = &text[range.clone()];
    let starts: Vec<usize> =
        run.char_indices().filter(|(at, c)| *at == 0 || kind(*c) != Kind::Mark).map(|(at, _)| at).collect();
    let end = |nth: usize| starts.get(nth).copied().unwrap_or(run.len());
    for (nth, start) in starts.iter().enumerate() {
        let last = nth + 1 == starts.len();
        let stop = if last { end(nth + 1) } else { end(nth + 2) };
        let word: String = run[*start..stop].nfkc().filter(|c| kind(*c) != Kind::Between).take(LONGEST).collect();
        if !word.is_empty() {
            words.push(Word { word, range: range.start + start..range.start + stop, last });
        }
    }
}

/// Names in a composed text that are looked for as a whole: `#12`, and usernames after an `@`.
pub(crate) fn names(text: &str) -> Vec<String> {
    let numbers = text.match_indices('#').filter_map(|(at, _)| {
        let opens = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '#' || c == '&');
        let digits = text[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let ends = !text[at + 1 + digits..].starts_with(char::is_alphanumeric);
        (opens && ends && (1..=18).contains(&digits)).then(|| text[at..=at + digits].to_owned())
    });
    let people = mention::scan(text).map(|found| format!("@{}", found.name.to_ascii_lowercase()));
    let mut names: Vec<String> = numbers.chain(people).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What a part of a search looks for: words that stand together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) words: Vec<String>,
    /// One character alone of a script without spaces: whatever begins with it.
    pub(crate) begins: bool,
}

impl Phrase {
    /// The phrase that a text means; none where it has no words.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = composed(text);
        let mut words = words(&text);
        let begins = words.len() == 1 && words[0].last;
        // In the text that is looked for more may follow on the last character.
        if !begins && words.last().is_some_and(|word| word.last) && words.len() > 1 && pair_before(&words) {
            words.pop();
        }
        let words: Vec<String> = words.into_iter().map(|word| word.word).collect();
        (!words.is_empty()).then_some(Self { words, begins })
    }

    /// The name that a text is, `#12` or `@ana`.
    pub(crate) fn name(text: &str) -> Option<Self> {
        let text = composed(text);
        let names = names(&text);
        let whole = |name: &String| name.len() == text.len();
        names.into_iter().find(whole).map(|name| Self { words: vec![name], begins: false })
    }

    /// Where the words of a text are this phrase: the ranges of each time, by index.
    pub(crate) fn places(&self, text: &str, words: &[Word]) -> Vec<Range<usize>> {
        if let Some((sign, name)) = self.words.first().and_then(|word| Some((word.chars().next()?, word.get(1..)?)))
            && matches!(sign, '#' | '@')
        {
            let phrase = Self::of(name).unwrap_or_default();
            let places = phrase.places(text, words).into_iter();
            return places.filter(|place| text[..words[place.start].range.start].ends_with(sign)).collect();
        }
        let length = self.words.len();
        let fits = |at: usize| match self.begins {
            true => words[at].word.starts_with(&self.words[0]),
            false => words[at..at + length].iter().zip(&self.words).all(|(word, wanted)| word.word == *wanted),
        };
        let last = (words.len() + 1).saturating_sub(length.max(1));
        (0..last).filter(|at| length > 0 && fits(*at)).map(|at| at..at + length).collect()
    }
}

/// Does the last word, a single character, only repeat the end of the pair before it?
fn pair_before(words: &[Word]) -> bool {
    let [.., pair, single] = words else { return false };
    pair.range.end == single.range.end
}

#[cfg(test)]
mod tests;
