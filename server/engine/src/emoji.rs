//! One emoji: what may be put under a message. And emoji by their names in texts.

use std::{borrow::Cow, collections::HashMap, iter::Peekable, str::Chars, sync::LazyLock};

use protocol::Error;
use unicode_properties::{
    UnicodeEmoji,
    emoji::{EmojiStatus, is_emoji_presentation_selector, is_regional_indicator, is_zwj},
};

use crate::Result;

/// Bytes of an emoji at most; a couple with skin tones has 35.
const BYTES: usize = 64;
/// Asks for the colourful form of a character that is a plain sign otherwise.
const AS_EMOJI: char = '\u{FE0F}';
/// Puts a keycap around a digit.
const KEYCAP: char = '\u{20E3}';
/// The flag that tags turn into one of a region, and the tag that ends them.
const BLACK_FLAG: char = '\u{1F3F4}';
const TAGS_END: char = '\u{E007F}';

/// The list that the client offers from, which says what its lines hold.
const LIST: &str = include_str!("../../../public/emoji.txt");

static NAMED: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = LIST.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        Some((columns.next().filter(|emoji| !emoji.is_empty())?, columns.next()?))
    });
    lines.flat_map(|(emoji, names)| names.split(' ').map(move |name| (name, emoji))).collect()
});

/// A plain text with the emoji for each `:name:` that there is one for.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    let (mut shown, mut done) = (String::new(), 0);
    for (range, name) in protocol::emoji::scan(text) {
        if let Some(emoji) = NAMED.get(name.to_ascii_lowercase().as_str()) {
            shown += &text[done..range.start];
            shown += emoji;
            done = range.end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    shown += &text[done..];
    Cow::Owned(shown)
}

/// The one emoji that a text is, in its full form, so that the same emoji is the same text.
///
/// A sequence as Unicode's UTS #51 defines them (ED-14 to ED-17), so one grapheme: a flag, a keycap,
/// or characters with their modifiers joined by U+200D.
///
/// # Errors
/// It is anything else.
pub(crate) fn one(text: &str) -> Result<String> {
    let text = text.trim();
    let mut full = String::new();
    let mut rest = text.chars().peekable();
    let whole = text.len() <= BYTES && sequence(&mut rest, &mut full).is_some() && rest.next().is_none();
    if whole { Ok(full) } else { Err(Error::invalid("emoji", "This must be one emoji.")) }
}

fn sequence(rest: &mut Peekable<Chars<'_>>, full: &mut String) -> Option<()> {
    match *rest.peek()? {
        first if is_regional_indicator(first) => {
            full.push(rest.next()?);
            full.push(rest.next_if(|c| is_regional_indicator(*c))?);
            Some(())
        }
        '0'..='9' | '#' | '*' => {
            full.push(rest.next()?);
            rest.next_if(|c| is_emoji_presentation_selector(*c));
            full.extend([AS_EMOJI, rest.next_if_eq(&KEYCAP)?]);
            Some(())
        }
        _ => loop {
            element(rest, full)?;
            match rest.next_if(|c| is_zwj(*c)) {
                Some(joiner) => full.push(joiner),
                None => return Some(()),
            }
        },
    }
}

/// A character with what modifies it.
fn element(rest: &mut Peekable<Chars<'_>>, full: &mut String) -> Option<()> {
    let base = rest.next_if(|c| c.is_emoji_char() && !c.is_ascii() && !is_regional_indicator(*c))?;
    full.push(base);
    let asked = rest.next_if(|c| is_emoji_presentation_selector(*c)).is_some();
    match rest.next_if(|c| matches!(c, '\u{1F3FB}'..='\u{1F3FF}')).filter(|_| !asked) {
        Some(tone) => full.push(tone),
        None if is_plain_sign(base) => full.push(AS_EMOJI),
        None => {}
    }
    if base == BLACK_FLAG && rest.peek().is_some_and(|c| is_tag(*c)) {
        while let Some(tag) = rest.next_if(|c| is_tag(*c)) {
            full.push(tag);
        }
        full.push(rest.next_if_eq(&TAGS_END)?);
    }
    Some(())
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0020}'..='\u{E007E}')
}

/// Is it shown as a plain sign unless its colourful form is asked for?
fn is_plain_sign(c: char) -> bool {
    matches!(
        c.emoji_status(),
        EmojiStatus::EmojiOther | EmojiStatus::EmojiModifierBase | EmojiStatus::EmojiOtherAndEmojiComponent
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_emoji_is_one() {
        for emoji in ["👍", "👍🏽", "❤️", "🇩🇪", "1️⃣", "#️⃣", "👨‍👩‍👧‍👦", "👩🏾‍🚀", "🏳️‍🌈", "❤️‍🔥", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☺️"]
        {
            assert_eq!(one(&format!(" {emoji} ")).unwrap(), emoji);
        }
    }

    #[test]
    fn whatever_the_picker_offers_is_one_in_its_full_form() {
        let offered: Vec<&str> =
            LIST.lines().filter_map(|line| line.split('\t').next()).filter(|e| !e.is_empty()).collect();
        let wrong = |emoji: &&&str| one(emoji).ok().as_deref() != Some(**emoji);
        assert_eq!(offered.iter().filter(wrong).collect::<Vec<_>>(), Vec::<&&str>::new());
        assert!(offered.len() > 1_800);
    }

    #[test]
    fn the_same_emoji_is_the_same_text() {
        for (short, full) in [("❤", "❤️"), ("1⃣", "1️⃣"), ("❤‍🔥", "❤️‍🔥"), ("👍\u{FE0F}", "👍")]
        {
            assert_eq!(one(short).unwrap(), full);
        }
    }

    #[test]
    fn anything_else_is_none() {
        let long = "👩\u{200D}".repeat(20) + "👩";
        let others = [
            "",
            " ",
            "a",
            "1",
            "#",
            "👍👍",
            "👍a",
            "a👍",
            "🇩",
            "🇩🇪🇫🇷",
            "👍\u{200D}",
            "\u{200D}",
            "\u{FE0F}",
            "<b>",
            "👍\0",
            "👍\u{E0061}\u{E007F}",
            "🏴\u{E0061}",
            "e\u{301}",
            "👍🏽🏽",
            "🇩🇪\u{200D}👍",
            "1\u{FE0F}",
            &long,
        ];
        for other in others {
            assert!(one(other).is_err(), "{other:?}");
        }
    }
}
