//! What is shown of a hit: where it is, and the part of its text in which it was found.

use std::ops::Range;

use protocol::page::{Hit, HitKind, Piece};

use super::{person, words, words::Phrase};
use crate::{
    Zone,
    db::search::{FoundMessage, FoundTask},
    markdown,
};

/// Characters of an excerpt, …
const LENGTH: usize = 240;
/// … and of those before the first word that was looked for.
const BEFORE: usize = 60;

pub(super) fn message(found: FoundMessage, phrases: &[Phrase], zone: Zone) -> Hit {
    let (kind, place) = match (found.room_name, found.number, found.title) {
        (Some(room), ..) => (HitKind::Message, room),
        (None, number, title) => {
            (HitKind::Comment, format!("#{} {}", number.unwrap_or_default(), title.unwrap_or_default()))
        }
    };
    Hit {
        kind,
        id: found.id.0,
        url: format!("/messaging/message/{}/", found.id),
        place,
        private: found.private,
        board: found.board_name,
        author: person(found.author_id, found.username, found.display_name),
        at: found.at,
        clock: zone.clock(found.at),
        archived: found.archived,
        title: Vec::new(),
        excerpt: excerpt(&found.source, phrases),
    }
}

pub(super) fn task(found: FoundTask, phrases: &[Phrase], zone: Zone) -> Hit {
    let title = words::composed(&found.title);
    let marked = marked(&title, phrases);
    Hit {
        kind: HitKind::Task,
        id: found.id.0,
        url: format!("/boards/{}/tasks/{}/", found.board_id, found.id),
        place: format!("#{}", found.number),
        private: false,
        board: found.board_name,
        author: person(found.author_id, found.username, found.display_name),
        at: found.at,
        clock: zone.clock(found.at),
        archived: found.archived,
        title: pieces(&title, 0..title.len(), &marked),
        excerpt: excerpt(&found.description, phrases),
    }
}

/// The part of a text in which something was found first, as one plain line.
fn excerpt(source: &str, phrases: &[Phrase]) -> Vec<Piece> {
    let text = words::composed(&markdown::excerpt(source, usize::MAX));
    let marked = marked(&text, phrases);
    let first = marked.first().map_or(0, |range| range.start);
    let mut start = back(&text, first, BEFORE);
    let end = forward(&text, start, LENGTH);
    if end == text.len() {
        start = back(&text, end, LENGTH);
    }
    let mut pieces = pieces(&text, start..end, &marked);
    if start > 0 {
        pieces.insert(0, Piece { text: "…".to_owned(), hit: false });
    }
    if end < text.len() {
        pieces.push(Piece { text: "…".to_owned(), hit: false });
    }
    pieces
}

/// So many characters before a place, at the start of a word if there is one.
fn back(text: &str, at: usize, characters: usize) -> usize {
    let Some((start, _)) = text[..at].char_indices().rev().take(characters).last() else { return at };
    if start == 0 {
        return 0;
    }
    text[start..at].find(' ').map_or(start, |space| start + space + 1)
}

/// So many characters after a place, at the end of a word if there is one.
fn forward(text: &str, at: usize, characters: usize) -> usize {
    let Some((length, _)) = text[at..].char_indices().nth(characters) else { return text.len() };
    text[at..at + length].rfind(' ').filter(|space| *space > length / 2).map_or(at + length, |space| at + space)
}

/// The parts of a composed text that are looked for, in order, none over another.
fn marked(text: &str, phrases: &[Phrase]) -> Vec<Range<usize>> {
    let words = words::words(text);
    let bytes = |phrase: &Phrase, place: Range<usize>| {
        let start = words[place.start].range.start;
        match phrase.begins {
            true => start..start + text[start..].chars().next().map_or(0, char::len_utf8),
            false => start..words[place.end - 1].range.end,
        }
    };
    let of =
        |phrase| Phrase::places(phrase, text, &words).into_iter().map(|place| bytes(phrase, place)).collect::<Vec<_>>();
    let mut ranges: Vec<_> = phrases.iter().flat_map(of).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// A part of a text, cut where what is looked for begins and ends.
fn pieces(text: &str, part: Range<usize>, marked: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut push = |range: Range<usize>, hit: bool| {
        if !range.is_empty() {
            pieces.push(Piece { text: text[range].to_owned(), hit });
        }
    };
    let mut at = part.start;
    for range in marked.iter().filter(|range| range.end > part.start && range.start < part.end) {
        let (start, end) = (range.start.max(part.start), range.end.min(part.end));
        push(at..start, false);
        push(start..end, true);
        at = end;
    }
    push(at..part.end, false);
    pieces
}

/// How well a text says what is looked for: how often, among how many other words, and whether it
/// says it in one piece. Whole numbers, so that an order can be gone on with.
pub(super) fn score(source: &str, phrases: &[Phrase], title: bool) -> i64 {
    let text = words::composed(source);
    let words = words::words(&text);
    let each: i64 = phrases
        .iter()
        .map(|phrase| {
            let times = phrase.places(&text, &words).len() as i64;
            2_000 * times / (times + 1 + words.len() as i64 / 40)
        })
        .sum();
    let whole = Phrase { words: phrases.iter().flat_map(|phrase| phrase.words.clone()).collect(), begins: false };
    let together = phrases.len() > 1 && !whole.places(&text, &words).is_empty();
    (each + if together { 2_000 } else { 0 }) * if title { 3 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(text: &str) -> Vec<Phrase> {
        text.split('|').filter_map(|part| Phrase::name(part).or_else(|| Phrase::of(part))).collect()
    }

    fn check(source: &str, wanted: &str, expected: &str) {
        let pieces = excerpt(source, &phrases(wanted));
        let said: String = pieces
            .iter()
            .map(|piece| if piece.hit { format!("[{}]", piece.text) } else { piece.text.clone() })
            .collect();
        assert_eq!(said, expected, "{wanted:?} in {source:?}");
    }

    #[test]
    fn what_is_looked_for_is_marked() {
        check("The **draft** is in the [folder](http://x.example)", "draft|folder", "The [draft] is in the [folder]");
        check("Über den Rest, ÜBER alles", "uber", "[Über] den Rest, [ÜBER] alles");
        check("明日は東京都で会議", "東京都", "明日は[東京都]で会議");
        check("明日は東京都で会議", "京", "明日は東[京]都で会議");
        check("see #12 and 12, @ana and ana", "#12|@ana", "see #[12] and 12, @[ana] and ana");
        check("second page, page two", "second page|page", "[second page], [page] two");
        check("nothing of it", "other", "nothing of it");
        check("", "other", "");
        check("<script>alert(1)</script>", "script", "<[script]>alert(1)</[script]>");
    }

    #[test]
    fn a_long_text_is_shown_around_the_first_hit() {
        let long = format!("{} needle {}", "word ".repeat(200), "more ".repeat(200));
        let pieces = excerpt(&long, &phrases("needle"));
        assert_eq!(pieces[0].text, "…");
        assert!(pieces.iter().any(|piece| piece.hit && piece.text == "needle"));
        let length: usize = pieces.iter().map(|piece| piece.text.chars().count()).sum();
        assert!((150..=LENGTH + 2).contains(&length), "{length}");
        let unbroken = "x".repeat(1_000);
        assert!(excerpt(&unbroken, &phrases("y")).len() == 2);
    }

    #[test]
    fn more_often_and_in_one_piece_is_better() {
        let best = |texts: &[&str], wanted: &str| {
            let phrases = phrases(wanted);
            texts.iter().max_by_key(|text| score(text, &phrases, false)).map(|text| (*text).to_owned())
        };
        assert_eq!(
            best(&["deploy the page now", "the page: deploy page"], "deploy|page").unwrap(),
            "the page: deploy page"
        );
        assert_eq!(best(&["page", "page page"], "page").unwrap(), "page page");
        let long = format!("page {}", "word ".repeat(500));
        assert_eq!(best(&["a page", &long], "page").unwrap(), "a page");
        assert!(score("page", &phrases("page"), true) > score("page page page", &phrases("page"), false));
    }
}
