//! The things of the product as both sides know them.

mod message;
mod notification;

use serde::{Deserialize, Serialize};

use crate::{
    BoardId, ChecklistItem, Colour, ColumnId, Day, FileId, LabelId, Priority, Role, RoomId, TaskFile, TaskId, UserId,
    permission::{Action, may},
};

pub use message::*;
pub use notification::*;

/// A user as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Unique without case.
    pub username: String,
    /// What they are called; the username where they set nothing.
    pub display_name: String,
}

/// The person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// As others see them.
    pub person: Person,
    /// Admin of the installation?
    pub admin: bool,
}

/// A board as it stands in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// Its id.
    pub id: BoardId,
    /// Its name.
    pub name: String,
    /// Is it archived? Then it is read, and nobody writes there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// A board of mine, with what I am on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyBoard {
    /// The board.
    pub board: Board,
    /// What I am on it.
    pub role: Role,
}

impl MyBoard {
    /// What my rights are those of: on a board that is archived everybody only reads.
    pub fn acts_as(&self) -> Role {
        if self.board.archived { Role::Viewer } else { self.role }
    }

    /// May I write here?
    pub fn writes(&self) -> bool {
        may(self.acts_as(), Action::Write)
    }

    /// May I change its columns and labels?
    pub fn shapes(&self) -> bool {
        may(self.acts_as(), Action::Shape)
    }

    /// Do I run this board?
    pub fn runs(&self) -> bool {
        may(self.acts_as(), Action::Run)
    }

    /// Is it mine to archive, to bring back and to delete? An archived one too.
    pub fn owns(&self) -> bool {
        self.role == Role::Owner
    }
}

/// A member of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they are on the board.
    pub role: Role,
}

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its id.
    pub id: ColumnId,
    /// Its name.
    pub name: String,
    /// Its place among the columns, see [`crate::order`].
    pub position: String,
    /// Its colour, if it has one.
    pub colour: Option<Colour>,
    /// How many tasks should be in it at most. More are not refused, but show.
    pub limit: Option<i64>,
}

/// Where a card is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPlace {
    /// The task.
    pub id: TaskId,
    /// Its column.
    pub column: ColumnId,
    /// Its place in the column, see [`crate::order`].
    pub position: String,
}

/// A task as its card shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its id, in addresses.
    pub id: TaskId,
    /// Its board.
    pub board: BoardId,
    /// Its number on the board, `#12`.
    pub number: i64,
    /// The column it is in.
    pub column: ColumnId,
    /// Its place in the column, see [`crate::order`].
    pub position: String,
    /// Its title.
    pub title: String,
    /// Comments that are not deleted.
    pub comments: i64,
    /// Counts the changes of everything here but the comments: of two cards of one task the one with the
    /// higher number is newer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: i64,
    /// Who shall do it, in the order in which they were assigned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<Person>,
    /// The labels of the board that it bears.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<LabelId>,
    /// The day on which it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// How much it matters, where that is not as usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// How much of it is done, of a hundred.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub progress: i64,
    /// Items of its checklist.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub items: i64,
    /// Those that are ticked.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ticked: i64,
    /// Files that it has.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub files: i64,
    /// The picture among them that the card shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<FileId>,
    /// Off the board, in its archive?
    #[serde(default, skip_serializing_if = "is_false")]
    pub archived: bool,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A task with everything its own page shows but the comments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What the card shows.
    pub card: Card,
    /// Description, as typed.
    pub description: String,
    /// Description, rendered and sanitised.
    pub description_html: String,
    /// Counts the edits; an edit names the version it began from.
    pub version: i64,
    /// Who made it; `None` for a former member.
    pub author: Option<Person>,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What is to be done for it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<ChecklistItem>,
    /// Its files, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<TaskFile>,
}

/// A chat room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// Its board.
    pub board: BoardId,
    /// Its name, unique on the board.
    pub name: String,
    /// What it is for.
    pub topic: String,
    /// Invited members only?
    pub private: bool,
    /// Who made it; `None` for a former member.
    pub creator: Option<UserId>,
}

/// A room in a list, with how I stand to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomEntry {
    /// The room.
    pub room: Room,
    /// Am I in its member list?
    pub joined: bool,
    /// Number of its newest message.
    pub n: i64,
    /// Number of the last message I have read.
    pub read: i64,
    /// Do I want it not to be counted?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
}

impl RoomEntry {
    /// Messages I have not read; none where I have not joined.
    pub fn unread(&self) -> i64 {
        if self.joined { (self.n - self.read).max(0) } else { 0 }
    }

    /// The same as lists show it: nothing of a room that is muted.
    pub fn counted(&self) -> i64 {
        if self.muted { 0 } else { self.unread() }
    }
}

/// A sign-in of mine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: crate::SessionId,
    /// The browser, as it named itself.
    pub agent: String,
    /// The address it last came from.
    pub address: String,
    /// Signed in at, in milliseconds since 1970.
    pub created_at: i64,
    /// Last seen at, in milliseconds since 1970, within a minute.
    pub seen_at: i64,
    /// The one that asks.
    pub current: bool,
}
