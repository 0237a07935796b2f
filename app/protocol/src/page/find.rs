//! What a search finds.

use serde::{Deserialize, Serialize};

use super::Clock;
use crate::Person;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A message of a room, or of a thread there.
    Message,
    /// A comment on a task.
    Comment,
    /// A task.
    Task,
}

/// A part of a text, and whether it is what was looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Is it what was looked for?
    pub hit: bool,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Of the message or the task.
    pub id: i64,
    /// Where it leads.
    pub url: String,
    /// The room's name, or the task's number, and its title where the hit is a comment.
    pub place: String,
    /// Is it in a private room?
    pub private: bool,
    /// The board's name.
    pub board: String,
    /// Who wrote it; none for a former member.
    pub author: Option<Person>,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// The same in words.
    pub clock: Clock,
    /// Is the task archived?
    #[serde(default)]
    pub archived: bool,
    /// A task's title.
    pub title: Vec<Piece>,
    /// A part of the text.
    pub excerpt: Vec<Piece>,
}

/// What the search page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    /// In the order that was asked for.
    pub hits: Vec<Hit>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// Why nothing was looked for.
    #[serde(default)]
    pub notice: Option<String>,
}
