//! Pages of tasks.

use serde::{Deserialize, Serialize};

use super::{Clock, History};
use crate::{Card, Column, ColumnId, Cursor, Day, FileId, Label, MessageId, MyBoard, Person, Task, Watch};

/// What one sees who makes a task from a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskOfPage {
    /// The message.
    pub message: MessageId,
    /// Who wrote it; none for a former member.
    pub author: Option<Person>,
    /// Its beginning, in plain words.
    pub excerpt: String,
    /// Its first line, as the title that is proposed.
    pub title: String,
    /// The board that the task will be on.
    pub board: MyBoard,
    /// The columns it may go to, in order.
    pub columns: Vec<Column>,
}

/// A text that names a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referrer {
    /// Its place among them: the newest has the highest.
    pub key: i64,
    /// What kind of text.
    pub kind: ReferrerKind,
    /// Where it is: the name of a room, or `#12 title` of a task.
    pub place: String,
    /// Its address.
    pub url: String,
    /// Who named the task there; nobody who is here any more where it is none.
    pub by: Option<Person>,
    /// When.
    pub clock: Clock,
    /// The beginning of the text, in plain words.
    pub excerpt: String,
}

/// What kind of text names a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReferrerKind {
    /// A message of a room, or of a thread there.
    Message,
    /// A comment on a task.
    Comment,
    /// The description of a task.
    Description,
}

/// Where a task is named, as far as the reader may read there, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferrersPage {
    /// The texts.
    pub rows: Vec<Referrer>,
    /// The key below which there are more, if there are.
    pub more: Option<i64>,
    /// Of the private rooms that some of them are in; what happens there is not told on the board.
    pub rooms: Vec<Cursor>,
}

/// What the task page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPage {
    /// The task.
    pub task: Task,
    /// When it was made, in words.
    pub clock: Clock,
    /// When each of its files came, in words.
    #[serde(default)]
    pub file_clocks: Vec<(FileId, Clock)>,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// The board's columns, in order.
    pub columns: Vec<Column>,
    /// The cards of the board's columns for "Move to…": (column, cards in it).
    pub counts: Vec<(ColumnId, i64)>,
    /// Where the task is named.
    #[serde(default)]
    pub referrers: ReferrersPage,
    /// The newest threads.
    pub history: History,
    /// Number of the last comment I have read.
    pub read: i64,
    /// The board's labels, by name.
    pub labels: Vec<Label>,
    /// The board's members, by name, at most [`crate::limits::PICKED`].
    pub people: Vec<Person>,
    /// What day the reader's wall shows.
    #[serde(default)]
    pub today: Day,
    /// Who is told of comments.
    pub watch: Watch,
    /// Of the task's stream.
    pub cursor: Cursor,
    /// Of the board's stream, on which labels are told.
    pub board_cursor: Cursor,
}

/// A task of mine, with where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyTask {
    /// The task.
    pub card: Card,
    /// Its board's name.
    pub board: String,
    /// Its column's name.
    pub column: String,
    /// Open items of its checklist that are mine to do.
    pub items: i64,
}

/// What the page of my tasks shows: what I shall do, or an item of it, and is not done, what is due first before
/// all else, and of one day what matters most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyTasks {
    /// The tasks.
    pub tasks: Vec<MyTask>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// What day the reader's wall shows.
    pub today: Day,
    /// Of `user:me`, and of the boards of these tasks.
    pub cursors: Vec<Cursor>,
}
