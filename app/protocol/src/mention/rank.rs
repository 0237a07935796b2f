//! Which people a half-typed mention means, best first.

use std::cmp::Ordering;

use crate::text::fold;

/// Rows of the completion list.
pub const ROWS: usize = 8;

/// A person as the ranking sees them: names folded once, not at each keystroke.
#[derive(Clone, Debug)]
pub struct Candidate {
    username: String,
    display_name: String,
    /// Have they written in the place where the mention is being typed?
    pub in_conversation: bool,
}

impl Candidate {
    /// `in_conversation`: they have written in the place where the mention is being typed.
    pub fn new(username: &str, display_name: &str, in_conversation: bool) -> Self {
        Self { username: fold(username), display_name: fold(display_name), in_conversation }
    }
}

/// The best matches as indexes into `candidates`, at most `limit`: those whose username begins
/// with the query, then those with a word of the display name that does, then those where its
/// letters occur in order. Within each, people in the conversation first, then by username.
pub fn rank(query: &str, candidates: &[Candidate], limit: usize) -> Vec<usize> {
    let query = fold(query);
    let all = || candidates.iter().enumerate();
    let named = all().filter(|(_, person)| person.username.starts_with(&query));
    let mut found: Vec<(Match, usize)> = named.map(|(index, _)| (Match::Username, index)).collect();
    if found.len() < limit {
        // To look at words and letters costs far more, and mostly there are enough of what is better.
        found = all().filter_map(|(index, person)| Some((matches(&query, person)?, index))).collect();
    }

    let order = |(left_match, left): &(Match, usize), (right_match, right): &(Match, usize)| {
        left_match
            .cmp(right_match)
            .then_with(|| before(&candidates[*left], &candidates[*right]))
            .then_with(|| left.cmp(right))
    };
    if limit < found.len() {
        found.select_nth_unstable_by(limit, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found.into_iter().map(|(_, index)| index).collect()
}

/// How a person matches, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Username,
    Word,
    Scattered,
}

fn matches(query: &str, person: &Candidate) -> Option<Match> {
    if person.username.starts_with(query) {
        Some(Match::Username)
    } else if any_word_starts_with(&person.display_name, query) {
        Some(Match::Word)
    } else if is_scattered_in(query, &person.username) || is_scattered_in(query, &person.display_name) {
        Some(Match::Scattered)
    } else {
        None
    }
}

/// Whether the query stands at the start of a word; it may run on past it (`jean-luc`).
pub(crate) fn any_word_starts_with(name: &str, query: &str) -> bool {
    let mut in_word = false;
    name.char_indices().any(|(at, c)| {
        let starts = c.is_alphanumeric() && !in_word;
        in_word = c.is_alphanumeric();
        starts && name[at..].starts_with(query)
    })
}

fn is_scattered_in(query: &str, name: &str) -> bool {
    let mut letters = name.chars();
    query.chars().all(|wanted| letters.any(|c| c == wanted))
}

fn before(left: &Candidate, right: &Candidate) -> Ordering {
    let conversation = right.in_conversation.cmp(&left.in_conversation);
    conversation.then_with(|| left.username.cmp(&right.username))
}
