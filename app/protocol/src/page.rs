//! Snapshots: what a page is rendered from, read in one transaction, with the numbers of its streams.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Board, BoardId, Card, Column, ColumnId, Cursor, Day, Hearing, Invitation, Invite, Label, Level, MailDeed, Me,
    Member, Message, MessageId, MyBoard, Notices, Notification, Person, Quiet, Room, RoomEntry, RoomId, SavedFilter,
    Scheduled, Session, Stream, Task, TaskId, Version, Watch,
    archive::{ArchiveKey, Shelf},
    reference::Refs,
    search::Sort,
};

/// Which page, with what its address says of it. What it shows is the record named with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageQuery {
    /// [`Door`]: signing in and up.
    Door {
        /// The token of the invitation that led there.
        invite: Option<String>,
    },
    /// [`InvitePage`]
    Invite {
        /// What stands in the link.
        token: String,
    },
    /// [`MailLinkPage`]
    MailLink {
        /// What the link does.
        deed: MailDeed,
        /// What stands in it.
        token: String,
    },
    /// [`Nav`]: the frame around a page.
    Nav {
        /// The board, room or task that the page is on.
        place: Option<Stream>,
    },
    /// [`Hub`]: my boards.
    Hub,
    /// [`BoardPage`]
    Board {
        /// Which.
        board: BoardId,
    },
    /// [`MembersPage`]
    Members {
        /// Of which board.
        board: BoardId,
    },
    /// [`LabelsPage`]
    Labels {
        /// Of which board.
        board: BoardId,
    },
    /// [`FiltersPage`]
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
    /// [`RoomsPage`]
    Rooms {
        /// Of which board.
        board: BoardId,
    },
    /// [`RoomPage`], and the older [`History`] that was asked for.
    Room {
        /// Which.
        room: RoomId,
        /// Messages before this one too.
        before: Option<MessageId>,
        /// The messages around this one, instead of the newest.
        at: Option<MessageId>,
    },
    /// [`ThreadPage`], and the older [`History`] that was asked for.
    Thread {
        /// The message that it is under.
        root: MessageId,
        /// Replies before this one too.
        before: Option<MessageId>,
        /// The replies around this one, instead of the newest.
        at: Option<MessageId>,
    },
    /// [`PinsPage`]
    Pins {
        /// Of which room or task.
        place: Stream,
    },
    /// [`RoomSettings`]
    RoomSettings {
        /// Of which room.
        room: RoomId,
    },
    /// [`TaskPage`], and the older [`History`] that was asked for.
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
    /// [`TaskOfPage`]: a task is about to be made from a message.
    TaskOf {
        /// Which message.
        message: MessageId,
    },
    /// [`TransferPage`]: tasks are about to go to another board.
    Transfer {
        /// The board that they are on.
        board: BoardId,
        /// Which.
        tasks: Vec<TaskId>,
        /// The client id of a move of mine that is done.
        done: Option<Uuid>,
    },
    /// [`ReferrersPage`]: where a task is named.
    Referrers {
        /// Which.
        task: TaskId,
        /// Below this key, if not the newest.
        before: Option<i64>,
    },
    /// [`Inbox`]
    Inbox {
        /// Rows before this one, by their place in time; none for the newest.
        before: Option<i64>,
    },
    /// [`MyTasks`]
    MyTasks {
        /// Where the page begins, if not at the first task.
        after: Option<String>,
        /// Only what is overdue?
        #[serde(default)]
        overdue: bool,
    },
    /// [`ScheduledPage`]
    Scheduled,
    /// [`Account`]
    Account,
    /// [`SearchPage`]
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

/// A message that is sent later, as its author's list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledRow {
    /// The message.
    pub scheduled: Scheduled,
    /// When it is sent.
    pub clock: Clock,
}

/// What the list of messages that are sent later shows, the next one first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledPage {
    /// The messages.
    pub rows: Vec<ScheduledRow>,
    /// Of `user:me`.
    pub cursor: Cursor,
}

/// Whom a text would notify by naming groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// How many people, oneself aside.
    pub people: usize,
    /// Does it name a group at all?
    pub group: bool,
}

/// Who has read a message, of those who say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readers {
    /// The first who have, by when.
    pub people: Vec<Reader>,
    /// How many have.
    pub read: i64,
    /// Of how many.
    pub of: i64,
}

/// Somebody who has read a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// Who.
    pub person: Person,
    /// When they had read so far, or further.
    pub clock: Clock,
}

/// A member of a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomMember {
    /// Who.
    pub person: Person,
    /// When they were last here, where they show it.
    pub seen: Option<Clock>,
}

/// What to go to in a long conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seek {
    /// The first message after the one with this number.
    After(i64),
    /// The first of a day (`2026-11-23`, by the reader's clock), or of the next one on which something
    /// was said.
    Day(String),
}

/// The frame around every page of somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nav {
    /// Who is signed in.
    pub me: Me,
    /// Their boards, by name.
    pub boards: Vec<MyBoard>,
    /// Rows of the inbox not read.
    pub unread: i64,
    /// The board the page is on, with its rooms.
    pub board: Option<NavBoard>,
    /// Of `user:me`, and of the board's stream.
    pub cursors: Vec<Cursor>,
}

/// The board in the sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavBoard {
    /// The board and what I am on it.
    pub board: MyBoard,
    /// The rooms I can see, by name.
    pub rooms: Vec<RoomEntry>,
}

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

/// A message with its moment in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The message.
    pub message: Message,
    /// Its moment.
    pub clock: Clock,
    /// The emoji that the reader has put under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mine: Vec<String>,
}

/// What a message said, with its moment in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRow {
    /// The text.
    pub version: Version,
    /// Since when it said this.
    pub clock: Clock,
}

/// A page of a conversation, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The messages. On a task: whole threads, each reply after the comment it replies to.
    pub rows: Vec<Row>,
    /// Are there older ones? On a task: older threads.
    pub older: bool,
    /// Are there newer ones?
    #[serde(default)]
    pub newer: bool,
    /// The tasks that the texts name, as they are now; nothing where they name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refs: Option<Refs>,
}

/// What the room page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomPage {
    /// The room.
    pub room: Room,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// Am I in its member list?
    pub joined: bool,
    /// May I change its settings, and delete what others posted?
    pub manages: bool,
    /// How I hear of it.
    pub hearing: Hearing,
    /// The newest messages.
    pub history: History,
    /// Number of the last message I have read.
    pub read: i64,
    /// Number of the newest message.
    pub n: i64,
    /// The room's members, by name, at most 200.
    pub members: Vec<Person>,
    /// Of the room's stream.
    pub cursor: Cursor,
}

/// What a thread of a room shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadPage {
    /// The room.
    pub room: Room,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// May I delete what others posted?
    pub manages: bool,
    /// The message that the thread is under.
    pub root: Row,
    /// Its newest replies.
    pub history: History,
    /// Number of the last reply I have read.
    pub read: i64,
    /// Number of the newest reply.
    pub n: i64,
    /// Who is told of replies.
    pub watch: Watch,
    /// Of the room's stream, on which the thread's events are told.
    pub cursor: Cursor,
}

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

/// What is pinned in a room or on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinsPage {
    /// The messages, the last one pinned first.
    pub rows: Vec<Row>,
    /// May I pin, and take pins off?
    pub writes: bool,
    /// The tasks that the texts name, as they are now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refs: Option<Refs>,
    /// Of the room's or the task's stream.
    pub cursor: Cursor,
}

/// What the members page of a room shows to who manages it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSettings {
    /// The room.
    pub room: Room,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// Am I in its member list?
    pub joined: bool,
    /// May I change them?
    pub manages: bool,
    /// Members, by name.
    pub members: Vec<Person>,
    /// Members of the board who are not in the room.
    pub others: Vec<Person>,
}

/// What the rooms page of a board shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomsPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// The rooms I can see, by name.
    pub rooms: Vec<RoomEntry>,
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

/// What the page shows to which a link in a mail leads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailLinkPage {
    /// What it is about; none where the link is good no more, or never was.
    pub mail: Option<LinkedMail>,
}

/// What a link in a mail is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedMail {
    /// The address to which mail goes.
    pub address: String,
    /// Is it done already?
    pub done: bool,
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
    pub file_clocks: Vec<(crate::FileId, Clock)>,
    /// Its board, and what I am on it.
    pub board: MyBoard,
    /// The board's columns, in order.
    pub columns: Vec<Column>,
    /// The cards of the board's columns for "Move to…": (column, cards in it).
    pub counts: Vec<(crate::ColumnId, i64)>,
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
}

/// What the page of my tasks shows: what I shall do and is not done, what is due first before all else, and of
/// one day what matters most.
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

/// What the page of a board's labels shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelsPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// By name, each with how many tasks bear it.
    pub labels: Vec<(Label, i64)>,
}

/// A notification with its moment in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRow {
    /// The row.
    pub notification: Notification,
    /// Its moment.
    pub clock: Clock,
}

/// What the inbox shows, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// The rows.
    pub rows: Vec<InboxRow>,
    /// Rows not read in all.
    pub unread: i64,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
    /// Of the person's stream.
    pub cursor: Cursor,
}

/// What the hub shows: my boards with their rooms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hub {
    /// Each board with the rooms I can see.
    pub boards: Vec<NavBoard>,
}

/// A session with its moments in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The session.
    pub session: Session,
    /// Signed in at.
    pub created: Clock,
    /// Last seen at.
    pub seen: Clock,
}

/// What the account page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who is signed in.
    pub me: Me,
    /// E-mail address, empty where none is set.
    pub email: String,
    /// May others see that they are here?
    pub shown: bool,
    /// May others see how far they have read?
    pub receipts: bool,
    /// Their quiet hours, if they have some.
    pub quiet: Option<Quiet>,
    /// The name of the zone of the wall before them, like `Europe/Berlin`.
    pub zone: String,
    /// The key with which a browser subscribes to what is sent to it.
    pub push_key: String,
    /// Is this browser sent something?
    pub pushed: bool,
    /// What they want by mail and by time.
    pub notices: Notices,
    /// To where mail goes; none where this installation sends none.
    pub mail: Option<MailAddress>,
    /// Their sign-ins, newest first.
    pub sessions: Vec<SessionRow>,
}

/// Where mail to somebody goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailAddress {
    /// They have given no address.
    None,
    /// They have not been asked whether it is theirs.
    Unconfirmed,
    /// They have been asked, and have not answered yet.
    Asked,
    /// It is theirs.
    Confirmed,
}

/// What somebody on the sign-in page must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Nobody has an account yet: the first one becomes the admin.
    pub first_run: bool,
    /// May people sign up by themselves?
    pub signup: bool,
    /// Already signed in?
    pub signed_in: bool,
}

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
