//! Emoji by their names. The list is fetched when it is first asked for.

use std::sync::{Arc, OnceLock};

use gloo_net::http::Request;
use protocol::{Error, emoji::active};

/// Where the list is (names as in GitHub’s `gemoji` 8.1): a line for each emoji, with its names, its description and further words between
/// tabs; a line that begins with a tab names the group that follows.
const ADDRESS: &str = "/emoji.txt";

static LIST: OnceLock<Arc<str>> = OnceLock::new();

/// One emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Emoji<'a> {
    /// Itself.
    pub emoji: &'a str,
    /// The names between colons, the first one best.
    pub names: &'a str,
    /// What it shows, where its name doesn't say so.
    pub description: &'a str,
    /// What else it is looked for by.
    words: &'a str,
}

impl<'a> Emoji<'a> {
    /// Its best name.
    pub fn name(self) -> &'a str {
        self.names.split(' ').next().unwrap_or_default()
    }

    fn read(line: &'a str) -> Option<Self> {
        let mut parts = line.split('\t');
        let emoji = parts.next().filter(|emoji| !emoji.is_empty())?;
        let mut next = || parts.next().unwrap_or_default();
        Some(Self { emoji, names: next(), description: next(), words: next() })
    }

    /// How well it fits: smaller is better.
    fn rank(self, query: &str) -> Option<u8> {
        let name = query.replace(' ', "_");
        let begins = |word: &str| {
            let texts = [self.names, self.description, self.words];
            texts.iter().any(|text| text.split([' ', '_', '-']).any(|other| other.starts_with(word)))
        };
        if self.names.split(' ').any(|other| other == name) {
            Some(0)
        } else if self.names.split(' ').any(|other| other.starts_with(&name)) {
            Some(1)
        } else {
            query.split([' ', '_']).all(begins).then_some(2)
        }
    }
}

/// The list, fetched once.
///
/// # Errors
/// It can't be had now.
pub async fn load() -> Result<Arc<str>, Error> {
    if let Some(list) = LIST.get() {
        return Ok(list.clone());
    }
    let answer = Request::get(ADDRESS).send().await.map_err(|_| Error::Unavailable)?;
    if !answer.ok() {
        return Err(Error::Unavailable);
    }
    let text = answer.text().await.map_err(|_| Error::Unavailable)?;
    Ok(LIST.get_or_init(|| text.into()).clone())
}

/// The emoji of a name, where the list is here.
pub fn named(name: &str) -> Option<String> {
    let list = LIST.get()?;
    all(list).find(|emoji| emoji.names.split(' ').any(|other| other == name)).map(|emoji| emoji.emoji.to_owned())
}

/// All of them, in the order of the list.
pub fn all(list: &str) -> impl Iterator<Item = Emoji<'_>> {
    list.lines().filter_map(Emoji::read)
}

/// The groups, with their emoji.
pub fn groups(list: &str) -> Vec<(&str, Vec<Emoji<'_>>)> {
    let mut groups: Vec<(&str, Vec<Emoji<'_>>)> = Vec::new();
    for line in list.lines() {
        match (line.strip_prefix('\t'), groups.last_mut()) {
            (Some(name), _) => groups.push((name, Vec::new())),
            (None, Some((_, group))) => group.extend(Emoji::read(line)),
            (None, None) => {}
        }
    }
    groups
}

/// Those that fit a few letters, the best first.
pub fn search<'a>(list: &'a str, query: &str, limit: usize) -> Vec<Emoji<'a>> {
    let query = query.trim().trim_matches(':').to_lowercase();
    let mut found: Vec<(u8, Emoji<'a>)> = all(list).filter_map(|emoji| Some((emoji.rank(&query)?, emoji))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(limit).map(|(_, emoji)| emoji).collect()
}

/// A name that was just closed by its second colon: what stands there instead.
pub fn closed(text: &str, caret: usize) -> Option<(String, usize)> {
    let before = text.get(..caret)?.strip_suffix(':')?;
    let (start, name) = active(before, before.len())?;
    let emoji = named(&name.to_lowercase())?;
    Some((format!("{}{emoji}{}", &text[..start], &text[caret..]), start + emoji.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str =
        "\tFaces\n😀\tgrinning\tgrinning face\tsmile happy\n😄\tsmile\n\tHands\n👍\t+1 thumbsup\tthumbs up\tapprove\n";

    #[test]
    fn an_emoji_is_found_by_its_name_first_and_then_by_other_words() {
        let found = |query: &str| search(LIST, query, 8).iter().map(|emoji| emoji.emoji).collect::<Vec<_>>().join("");
        for (query, expected) in [
            ("smile", "😄😀"),
            ("GRIN", "😀"),
            ("+1", "👍"),
            ("thumbs up", "👍"),
            ("up", "👍"),
            (":approve:", "👍"),
            ("nothing", ""),
        ] {
            assert_eq!(found(query), expected, "{query}");
        }
        assert_eq!(
            groups(LIST).iter().map(|(name, all)| (*name, all.len())).collect::<Vec<_>>(),
            [("Faces", 2), ("Hands", 1)]
        );
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let list = include_str!("../../../public/emoji.txt");
        assert!(all(list).count() > 1_800 && groups(list).len() == 9);
        for emoji in all(list) {
            assert!(!emoji.names.is_empty() && emoji.names.split(' ').all(protocol::emoji::is_name), "{emoji:?}");
        }
    }
}
