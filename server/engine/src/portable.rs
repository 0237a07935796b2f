//! A board as a file that can be read back, here or on another Boardwalk: written while it is read, and made
//! into a new board. Boards of Trello are read too.
//!
//! The file is described in `docs/board-file.md`. It has what the board's tasks and comments say, people by their
//! usernames, and no id of this database. What is imported is never said to be anybody's but who imports it: a
//! file can say what it likes, so of comments by others it only says, in the text, whose they were.

mod boardwalk;
mod document;
mod export;
mod import;
mod plan;
mod reading;
mod store;
mod trello;

pub use export::{Export, export};
pub use import::{Turn, import, page, turn};

/// Bytes of a file at most. Trello's own exports of boards of thousands of cards have ten to twenty megabytes; the
/// whole file and what is read from it are in memory, of two imports at once.
pub const FILE_BYTES: usize = 32 * 1024 * 1024;
/// Imports that have their file in memory at once, on one node.
pub(crate) const AT_ONCE: usize = 2;
/// Tasks of a board that is imported: twice as many as a board stays quick with, all stored in one write.
pub const TASKS: usize = 10_000;
/// Comments, all of which are stored in one write.
pub const COMMENTS: usize = 30_000;
/// Columns that are archived, besides those on the board.
pub const ARCHIVED_COLUMNS: usize = 500;
/// People that a file may name.
pub const PEOPLE: usize = 1_000;
