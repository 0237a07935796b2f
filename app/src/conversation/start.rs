//! What a conversation begins with: a snapshot of a room, of a thread, or of a task's comments.

use protocol::{
    Cursor, MyBoard, Room, Stream, Watch,
    page::{History, RoomPage, TaskPage, ThreadPage},
};

/// What a conversation begins with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The room or task.
    pub place: Stream,
    /// What it is called: a room's name, a task's `#12 title`.
    pub name: String,
    /// The newest rows.
    pub history: History,
    /// Number of the last message I have read.
    pub read: i64,
    /// The board it is on, and what I am on it.
    pub board: MyBoard,
    /// The room it is in.
    pub room: Option<Room>,
    /// Who is told of what is said here, where that can be chosen.
    pub watch: Option<Watch>,
    /// Of the place's stream.
    pub cursor: Cursor,
}

impl Start {
    /// The start of a room's conversation.
    pub fn room(page: &RoomPage) -> Self {
        Self {
            place: Stream::Room(page.room.id),
            name: page.room.name.clone(),
            history: page.history.clone(),
            read: page.read,
            board: page.board.clone(),
            room: Some(page.room.clone()),
            watch: None,
            cursor: page.cursor.clone(),
        }
    }

    /// The start of a thread of a room.
    pub fn thread(page: &ThreadPage) -> Self {
        Self {
            place: Stream::Thread(page.root.message.id),
            name: "this thread".to_owned(),
            history: page.history.clone(),
            read: page.read,
            board: page.board.clone(),
            room: Some(page.room.clone()),
            watch: Some(page.watch.clone()),
            cursor: page.cursor.clone(),
        }
    }

    /// The start of a task's thread of comments.
    pub fn task(page: &TaskPage) -> Self {
        let card = &page.task.card;
        Self {
            place: Stream::Task(card.id),
            name: format!("#{} {}", card.number, card.title),
            history: page.history.clone(),
            read: page.read,
            board: page.board.clone(),
            room: None,
            watch: Some(page.watch.clone()),
            cursor: page.cursor.clone(),
        }
    }
}
