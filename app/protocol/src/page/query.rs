//! Which page is wanted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    BoardId, MailDeed, MessageId, RoomId, Stream, TaskId,
    archive::{ArchiveKey, Shelf},
    search::Sort,
};

/// Which page, with what its address says of it. What it shows is the record named with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageQuery {
    /// [`Door`](super::Door): signing in and up.
    Door {
        /// The token of the invitation that led there.
        invite: Option<String>,
    },
    /// [`InvitePage`](super::InvitePage)
    Invite {
        /// What stands in the link.
        token: String,
    },
    /// [`MailLinkPage`](super::MailLinkPage)
    MailLink {
        /// What the link does.
        deed: MailDeed,
        /// What stands in it.
        token: String,
    },
    /// [`Nav`](super::Nav): the frame around a page.
    Nav {
        /// The board, room or task that the page is on.
        place: Option<Stream>,
    },
    /// [`Hub`](super::Hub): my boards.
    Hub,
    /// [`BoardPage`](super::BoardPage)
    Board {
        /// Which.
        board: BoardId,
    },
    /// [`MembersPage`](super::MembersPage)
    Members {
        /// Of which board.
        board: BoardId,
    },
    /// [`LabelsPage`](super::LabelsPage)
    Labels {
        /// Of which board.
        board: BoardId,
    },
    /// [`FiltersPage`](super::FiltersPage)
    Filters {
        /// Of which board.
        board: BoardId,
    },
    /// [`ArchivePage`](crate::archive::ArchivePage)
    Archive {
        /// Of which board.
        board: BoardId,
        /// What of it.
        shelf: Shelf,
        /// Those put away before this place.
        before: Option<ArchiveKey>,
    },
    /// [`Imported`](crate::Imported): what came of importing a board.
    Imported {
        /// Which board.
        board: BoardId,
    },
    /// [`ActivityPage`](crate::activity::ActivityPage)
    Activity {
        /// Of which board.
        board: BoardId,
        /// Of this one of its tasks alone.
        task: Option<TaskId>,
        /// What was told before the event of this number; none for the newest.
        before: Option<i64>,
    },
    /// [`RoomsPage`](super::RoomsPage)
    Rooms {
        /// Of which board.
        board: BoardId,
    },
    /// [`RoomPage`](super::RoomPage), and the older [`History`](super::History) that was asked for.
    Room {
        /// Which.
        room: RoomId,
        /// Messages before this one too.
        before: Option<MessageId>,
        /// The messages around this one, instead of the newest.
        at: Option<MessageId>,
    },
    /// [`ThreadPage`](super::ThreadPage), and the older [`History`](super::History) that was asked for.
    Thread {
        /// The message that it is under.
        root: MessageId,
        /// Replies before this one too.
        before: Option<MessageId>,
        /// The replies around this one, instead of the newest.
        at: Option<MessageId>,
    },
    /// [`PinsPage`](super::PinsPage)
    Pins {
        /// Of which room or task.
        place: Stream,
    },
    /// [`RoomSettings`](super::RoomSettings)
    RoomSettings {
        /// Of which room.
        room: RoomId,
    },
    /// [`TaskPage`](super::TaskPage), and the older [`History`](super::History) that was asked for.
    Task {
        /// Which.
        task: TaskId,
        /// Comments before this one too.
        before: Option<MessageId>,
        /// The comments around this one, instead of the newest.
        at: Option<MessageId>,
        /// Where it is named below this key, instead of the newest.
        #[serde(default)]
        refs: Option<i64>,
    },
    /// [`TaskOfPage`](super::TaskOfPage): a task is about to be made from a message.
    TaskOf {
        /// Which message.
        message: MessageId,
    },
    /// [`TransferPage`](super::TransferPage): tasks are about to go to another board.
    Transfer {
        /// The board that they are on.
        board: BoardId,
        /// Which.
        tasks: Vec<TaskId>,
        /// The client id of a move of mine that is done.
        done: Option<Uuid>,
    },
    /// [`ReferrersPage`](super::ReferrersPage): where a task is named.
    Referrers {
        /// Which.
        task: TaskId,
        /// Below this key, if not the newest.
        before: Option<i64>,
    },
    /// [`Inbox`](super::Inbox)
    Inbox {
        /// Rows before this one, by their place in time; none for the newest.
        before: Option<i64>,
    },
    /// [`MyTasks`](super::MyTasks)
    MyTasks {
        /// Where the page begins, if not at the first task.
        after: Option<String>,
        /// Only what is overdue?
        #[serde(default)]
        overdue: bool,
    },
    /// [`ScheduledPage`](super::ScheduledPage)
    Scheduled,
    /// [`Account`](super::Account)
    Account,
    /// [`SearchPage`](super::SearchPage)
    Search {
        /// As typed.
        text: String,
        /// In which order.
        sort: Sort,
        /// Where the page begins, if not at the first hit.
        key: Option<String>,
    },
}

impl PageQuery {
    /// The place whose newest content the page shows, if it is one.
    pub fn place(&self) -> Option<Stream> {
        match *self {
            Self::Board { board } => Some(Stream::Board(board)),
            Self::Room { room, before: None, at: None } => Some(Stream::Room(room)),
            Self::Task { task, before: None, at: None, refs: None } => Some(Stream::Task(task)),
            _ => None,
        }
    }
}
