//! What came of importing a board.

use serde::{Deserialize, Serialize};

use crate::MyBoard;

/// A board that was made of a file, and what of the file is not on it as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The board.
    pub board: MyBoard,
    /// Its columns.
    pub columns: i64,
    /// Its tasks.
    pub tasks: i64,
    /// The comments on them.
    pub comments: i64,
    /// People who were put on it besides who imported it.
    pub added: i64,
    /// People whom the file names and who are not on it.
    pub missing: i64,
    /// What they are called there, the first of them.
    pub names: Vec<String>,
    /// What was cut, changed or left out, each in a sentence.
    pub notes: Vec<String>,
}
