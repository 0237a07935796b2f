//! Pages of a board, of its members and of what belongs to it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Clock, NavBoard};
use crate::{
    Board, Card, Column, ColumnId, Cursor, Day, Invitation, Invite, Label, Level, Member, MyBoard, SavedFilter, TaskId,
};

/// What one sees who moves tasks to another board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferPage {
    /// The board that they are on.
    pub board: MyBoard,
    /// Those of them that are there, with what they are called.
    pub tasks: Vec<(TaskId, String)>,
    /// Where they may go.
    pub targets: Vec<TransferTarget>,
    /// What was moved before, where that is asked for and can be undone.
    pub done: Option<Transferred>,
}

/// A board that tasks may go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferTarget {
    /// The board.
    pub board: Board,
    /// Its columns, in order.
    pub columns: Vec<(ColumnId, String)>,
    /// How many of the people who do or watch the tasks are not on it: they would be taken off.
    pub outsiders: i64,
}

/// Tasks that went to another board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transferred {
    /// The client id of that move.
    pub key: Uuid,
    /// The board that they went to.
    pub board: Board,
    /// Those that are still there, with what they are called now.
    pub tasks: Vec<(TaskId, String)>,
    /// How many people were taken off.
    pub outsiders: i64,
}

impl Transferred {
    /// That people were taken off, in words; none where nobody was.
    pub fn taken_off(&self) -> String {
        match self.outsiders {
            0 => String::new(),
            1 => " One person was taken off, who is not on that board.".to_owned(),
            many => format!(" {many} people were taken off, who are not on that board."),
        }
    }
}

/// What the board page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// In order.
    pub columns: Vec<Column>,
    /// In order of position within their columns.
    pub cards: Vec<Card>,
    /// The board's labels, by name.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// What day the reader's wall shows.
    #[serde(default)]
    pub today: Day,
    /// How I hear of its rooms and tasks.
    pub level: Level,
    /// The filters of it that I keep, by name.
    #[serde(default)]
    pub filters: Vec<SavedFilter>,
    /// Of the board's stream.
    pub cursor: Cursor,
    /// Of `user:me`.
    #[serde(default)]
    pub my_cursor: Option<Cursor>,
}

/// What the page of the filters that I keep of a board shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiltersPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// By name.
    pub filters: Vec<SavedFilter>,
    /// Of `user:me`.
    pub cursor: Cursor,
}

/// What the members page of a board shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// By name.
    pub members: Vec<Member>,
    /// The invitations in force, the newest first; to owners.
    pub invites: Vec<InviteRow>,
}

/// An invitation, as the owners of its board see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteRow {
    /// The invitation.
    pub invite: Invite,
    /// Its whole address, to be sent to people.
    pub url: String,
    /// When it ends.
    pub until: Clock,
}

/// What the page of an invitation shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitePage {
    /// Where it leads; none where it is not in force, or never was.
    pub invitation: Option<Invitation>,
    /// Is somebody signed in?
    pub signed_in: bool,
}

/// What the page of a board's labels shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelsPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// By name, each with how many tasks bear it.
    pub labels: Vec<(Label, i64)>,
}

/// What the hub shows: my boards with their rooms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hub {
    /// Each board with the rooms I can see.
    pub boards: Vec<NavBoard>,
}
