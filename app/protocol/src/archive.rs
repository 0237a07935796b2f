//! What the archive of a board shows.

use serde::{Deserialize, Serialize};

use crate::{ColumnId, Cursor, MyBoard, Person, TaskId, page::Clock};

/// What of that which is off the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shelf {
    /// Tasks that were archived.
    #[default]
    Archived,
    /// Columns that were archived with their tasks.
    Columns,
    /// Tasks that were deleted and can still be brought back.
    Deleted,
}

/// A task that was archived or deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveRow {
    /// Which.
    pub id: TaskId,
    /// Its number on the board.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// The name of the column that it goes back to.
    pub column: String,
    /// Who put it away; none for a former member.
    pub by: Option<Person>,
    /// When.
    pub clock: Clock,
    /// A deleted task is gone for good from then on.
    pub until: Option<Clock>,
}

/// A column that was archived with its tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedColumn {
    /// Which.
    pub id: ColumnId,
    /// Its name.
    pub name: String,
    /// How many tasks come back with it.
    pub tasks: i64,
    /// Who archived it; none for a former member.
    pub by: Option<Person>,
    /// When.
    pub clock: Clock,
}

/// A place in the archive: the moment at which a task or a column was put there, and its id.
pub type ArchiveKey = (i64, i64);

/// A place in the archive as an address says it; none where the text is no place.
pub fn key(text: &str) -> Option<ArchiveKey> {
    let (at, id) = text.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

/// The same in an address.
pub fn key_text((at, id): ArchiveKey) -> String {
    format!("{at}.{id}")
}

/// A page of a board's archive, what was put away last first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivePage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// What of it.
    pub shelf: Shelf,
    /// The columns, on their shelf.
    #[serde(default)]
    pub columns: Vec<ArchivedColumn>,
    /// The tasks, on the others.
    pub rows: Vec<ArchiveRow>,
    /// Where the next page begins after, if there is one.
    pub next: Option<ArchiveKey>,
    /// Of the board's stream.
    pub cursor: Cursor,
}
