//! Snapshots: what a page is rendered from, read in one transaction, with the numbers of its streams.

mod board;
mod find;
mod person;
mod query;
mod talk;
mod task;

use serde::{Deserialize, Serialize};

pub use board::*;
pub use find::*;
pub use person::*;
pub use query::*;
pub use talk::*;
pub use task::*;

/// A moment as the reader's wall shows it, written by the server so that hydration changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// `2026-11-23`, for grouping and for `datetime`.
    pub day: String,
    /// `Monday, 23 November 2026`.
    pub day_text: String,
    /// `09:41`.
    pub time: String,
}
