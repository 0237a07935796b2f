//! Durable changes, as they stand in the log and reach every reader of a stream.
//!
//! A body holds what a reader of the stream may see and never depends on who reads it.
//!
//! Events are tagged from without, serde's default. With the tag inside, serde would keep each value
//! in a buffer of its own before reading it: a second reader of every record, a tenth of the client.

use serde::{Deserialize, Serialize};

use crate::{
    Board, Card, CardPlace, ChecklistItem, Column, FileId, ItemId, Label, LabelId, Level, MadeTask, Me, Member,
    Message, MessageId, MyBoard, Notification, Person, Pin, Reaction, Replies, Room, RoomId, Stream, Task, TaskFile,
    TaskId, UserId,
};

/// One durable change on a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    // On a room or a task.
    /// A message or comment was posted.
    MessagePosted {
        /// The message.
        message: Box<Message>,
    },
    /// A message or comment was deleted; a tombstone stays.
    MessageDeleted {
        /// Which.
        id: MessageId,
        /// Its number.
        n: i64,
    },
    /// The text of a message or comment was changed. Earlier events that showed it are redacted, so
    /// this one holds for a message that never came, too.
    MessageEdited {
        /// The message as it is now.
        message: Box<Message>,
    },
    /// The deletion of a message or comment was undone.
    MessageRestored {
        /// The message as it is again.
        message: Box<Message>,
    },
    /// Somebody put an emoji under a message or comment, or took it back.
    ReactionChanged {
        /// The message.
        id: MessageId,
        /// The emoji as it stands now.
        reaction: Reaction,
        /// Who.
        by: UserId,
        /// Put there, rather than taken back?
        on: bool,
    },
    /// A message or comment was pinned.
    MessagePinned {
        /// Which.
        id: MessageId,
        /// Who pinned it, and when.
        pin: Pin,
    },
    /// A message or comment is pinned no longer.
    MessageUnpinned {
        /// Which.
        id: MessageId,
    },
    /// A task was made from a message or comment.
    TaskMade {
        /// The message.
        id: MessageId,
        /// The task, without a word of it.
        task: MadeTask,
    },
    /// What stood here was edited or deleted later; the number stays so that nothing is missing.
    Redacted,
    /// What a node of a newer version logged and this one has no word for: it has changed the stream.
    #[serde(skip)]
    Newer,

    // On a room.
    /// Somebody replied in a thread. The message's number is one of the thread's.
    ReplyPosted {
        /// The reply; its parent is the first message of the thread.
        message: Box<Message>,
        /// The thread as it is shown under that now.
        replies: Replies,
    },
    /// A reply was deleted; a tombstone stays in the thread.
    ReplyDeleted {
        /// Which.
        id: MessageId,
        /// Its number in the thread.
        n: i64,
        /// The first message of the thread.
        root: MessageId,
        /// The thread as it is shown under that now.
        replies: Replies,
    },
    /// The deletion of a reply was undone.
    ReplyRestored {
        /// The reply as it is again.
        message: Box<Message>,
        /// The thread as it is shown under its first message now.
        replies: Replies,
    },
    /// Somebody joined the room.
    MemberJoined {
        /// Who.
        person: Person,
    },
    /// Somebody left the room, or was removed from it.
    MemberLeft {
        /// Who.
        user: UserId,
    },
    /// A room's name or topic changed. On the board for an open room, on the room for every room.
    RoomChanged {
        /// The room as it is now.
        room: Room,
    },
    /// A room is gone with its messages.
    RoomDeleted {
        /// Which.
        id: RoomId,
    },

    /// The room was cleared: its messages up to this number are gone, without tombstones, and so are
    /// the threads under them.
    RoomCleared {
        /// Number of the last message that is gone.
        n: i64,
    },

    // On a board.
    /// An open room was made.
    RoomCreated {
        /// The room.
        room: Room,
    },
    /// The board has another name, was archived, or is in use again.
    BoardChanged {
        /// The board as it is now.
        board: Board,
    },
    /// Somebody was added to the board, or their role changed.
    BoardMemberChanged {
        /// Who, with the role they have now.
        member: Member,
    },
    /// Somebody left the board or was removed.
    BoardMemberRemoved {
        /// Who.
        user: UserId,
    },
    /// Somebody changed their display name.
    PersonChanged {
        /// As they are now.
        person: Person,
    },
    /// A task was made.
    TaskCreated {
        /// Its card.
        card: Card,
    },
    /// What a task's card shows changed, its place included. On the board; on the task too, where nothing
    /// else of it changed.
    CardChanged {
        /// The card as it is now.
        card: Card,
    },
    /// Tasks were archived. On the board, and on each of the tasks.
    CardsArchived {
        /// Each with the revision that its card has now.
        cards: Vec<(TaskId, i64)>,
        /// Who did it.
        by: UserId,
    },
    /// A task that was archived or deleted is on the board again. On the board and on the task.
    TaskRestored {
        /// Its card.
        card: Card,
        /// Who brought it back.
        by: UserId,
    },
    /// A task was deleted, with its comments; it can be brought back for a while. Earlier events that
    /// showed it are redacted. On the board and on the task, which nobody reads any more.
    TaskDeleted {
        /// Which.
        id: TaskId,
        /// The revision that its card has now.
        revision: i64,
        /// Who did it.
        by: UserId,
    },
    /// A task went to another board, of which nothing is said here. On the board that it has left.
    TaskLeft {
        /// Which.
        id: TaskId,
        /// The revision that its card has now.
        revision: i64,
        /// Who did it.
        by: UserId,
    },
    /// A label of the board is new, or has another name or colour.
    LabelChanged {
        /// The label as it is now.
        label: Label,
    },
    /// A label of the board is gone, from its tasks too.
    LabelDeleted {
        /// Which.
        id: LabelId,
    },
    /// Several cards have other places at once, since a column was removed or its places had become long.
    CardsPlaced {
        /// Where each of them is now.
        cards: Vec<CardPlace>,
    },
    /// A column is new, gone, or changed.
    ColumnsChanged {
        /// All columns of the board as they are now, in order.
        columns: Vec<Column>,
    },
    /// The number of a task's comments changed.
    CommentsCounted {
        /// The task.
        id: TaskId,
        /// Comments that are not deleted.
        comments: i64,
    },

    /// A text that readers of the whole board may see names these tasks, has named them, or says something else of
    /// them; of any tasks where there are none. Says no word of the text, which is looked up where it is shown.
    TasksReferenced {
        /// The tasks.
        tasks: Vec<TaskId>,
    },

    // On a task.
    /// The task's title, description or place changed.
    TaskChanged {
        /// The task as it is now.
        task: Box<Task>,
        /// Who changed it.
        by: UserId,
    },

    /// An item of the task's checklist is new, or is now like this.
    ItemChanged {
        /// The item.
        item: ChecklistItem,
    },
    /// An item of the task's checklist is gone.
    ItemRemoved {
        /// Which.
        id: ItemId,
    },
    /// The task has a file that it did not have.
    FileAttached {
        /// The file.
        file: TaskFile,
    },
    /// The task has a file no longer.
    FileRemoved {
        /// Which.
        id: FileId,
    },

    // On a user.
    /// A row of the inbox is new, or changed; `unread` counts the rows not read.
    Notified {
        /// The row as it is now.
        notification: Box<Notification>,
        /// Rows not read.
        unread: i64,
    },
    /// Rows of the inbox were read, or are gone: read what `unread` says.
    NotificationsChanged {
        /// Rows not read.
        unread: i64,
    },
    /// This person has read a place up to here, on some tab.
    ReadUpTo {
        /// The room or task.
        place: Stream,
        /// Number of the last message read.
        n: i64,
        /// Rows of the inbox not read.
        unread: i64,
    },
    /// This person wants to read a place again, from further up than they have read it.
    MarkedUnread {
        /// The room, thread or task.
        place: Stream,
        /// Number of the last message that counts as read; lower than before.
        n: i64,
        /// Rows of the inbox not read.
        unread: i64,
    },
    /// This person has begun to write something, in some browser, or has finished: load it where it is
    /// shown. The text itself is not told, as the log would keep it.
    DraftChanged {
        /// The room or task.
        place: Stream,
        /// The message that it replies to.
        parent: Option<MessageId>,
    },
    /// This person wants to hear more or less of a room or a board.
    LevelChanged {
        /// The room or board.
        place: Stream,
        /// What they chose; none for a room that is heard as its board is.
        level: Option<Level>,
        /// Is the room muted?
        muted: bool,
    },
    /// This person keeps other filters of a board, or calls them otherwise.
    FiltersChanged {
        /// The board.
        board: crate::BoardId,
        /// All of theirs, by name.
        filters: Vec<crate::SavedFilter>,
    },
    /// This person watches a task or a thread, or does no longer.
    WatchChanged {
        /// The task or thread.
        place: Stream,
        /// Do they?
        on: bool,
    },
    /// A message of this person's that is sent later was scheduled, changed, sent, or could not be sent.
    ScheduledChanged,
    /// A private room now has this person in it, or any room was joined on another tab.
    RoomAdded {
        /// The room.
        room: Room,
    },
    /// A room no longer has this person in it.
    RoomRemoved {
        /// Which.
        id: RoomId,
    },
    /// This person is on a board, or has another role there; or it was archived, or is in use again.
    BoardAdded {
        /// The board and the role.
        board: MyBoard,
    },
    /// This person is on a board no longer.
    BoardRemoved {
        /// Which.
        id: crate::BoardId,
    },
    /// This person's own profile changed.
    ProfileChanged {
        /// As it is now.
        me: Me,
    },
}

impl Event {
    /// The task whose text it shows to the readers of a stream other than the task's own: it is redacted there
    /// when the task is deleted.
    pub fn shows_task(&self) -> Option<TaskId> {
        match self {
            Self::TaskCreated { card } | Self::CardChanged { card } | Self::TaskRestored { card, .. } => Some(card.id),
            Self::Notified { notification, .. } => match notification.stream {
                Stream::Task(id) => Some(id),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Event {
    /// The one task that a change of a board's is about.
    pub fn about(&self) -> Option<TaskId> {
        match self {
            Self::CommentsCounted { id, .. } => Some(*id),
            Self::TaskChanged { task, .. } => Some(task.card.id),
            Self::CardsArchived { cards, .. } => match cards[..] {
                [(id, _)] => Some(id),
                _ => None,
            },
            Self::Notified { .. } => None,
            _ => self.shows_task(),
        }
    }
}

/// An event at its place in its stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// The stream.
    pub stream: Stream,
    /// Its dense number there.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What happened.
    pub event: Event,
}
