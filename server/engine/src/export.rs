//! A room or a board, written out piece by piece: never more of it in memory than a page.
//!
//! Each page is read by itself, with what its reader may see at that moment: who is removed while it
//! goes on gets no more.

use std::collections::VecDeque;

use protocol::{Board, BoardId, Column, Message, MessageId, Room, RoomId, Stream, Task};

use crate::{
    Actor, Engine, Result, boards,
    db::{self, Tx},
    messages, rooms,
};

/// Messages, tasks or replies of a page.
const ROWS: i64 = 500;

/// One thing of an export.
#[derive(Clone, Debug)]
pub enum Piece {
    /// A room begins: its messages follow.
    Room(Room),
    /// A task begins, with the name of its column: its comments follow.
    Task(Box<Task>, String),
    /// A message of the room, or a comment on the task, that began last. Replies of a room's thread
    /// follow the message that they reply to.
    Message(Box<Message>),
}

/// An export under way.
pub struct Export {
    engine: Engine,
    actor: Actor,
    /// The board, and its columns.
    board: (Board, Vec<Column>),
    rooms: VecDeque<Room>,
    /// The number of the last task that was written; none where tasks are left out.
    tasks: Option<i64>,
    waiting: VecDeque<Task>,
    at: Option<At>,
}

/// How far the messages of a place are written.
struct At {
    stream: Stream,
    n: i64,
    threads: Threads,
}

/// First messages of a room, oldest first, with the threads under them.
#[derive(Default)]
struct Threads {
    roots: VecDeque<Message>,
    /// Those of them that have replies.
    replied: Vec<MessageId>,
    /// The root and the id of the last reply that was written.
    last: (i64, i64),
}

/// Begins to export a room.
///
/// # Errors
/// The room can't be seen.
pub async fn room(engine: &Engine, actor: &Actor, id: RoomId) -> Result<Export> {
    let mut tx = engine.db().read().await?;
    let (entry, board) = rooms::access(&mut tx, actor, id).await?;
    Ok(Export::new(engine, actor, board.board, Vec::new(), [entry.room].into()))
}

/// Begins to export a board: its tasks, and the rooms that this person sees.
///
/// # Errors
/// [`protocol::Error::NotFound`] to who is not on it.
pub async fn board(engine: &Engine, actor: &Actor, id: BoardId) -> Result<Export> {
    let mut tx = engine.db().read().await?;
    let board = boards::access(&mut tx, actor, id).await?;
    let columns = db::columns::all_of_board(&mut tx, id).await?;
    let rooms = db::rooms::entries(&mut tx, id, actor.id()).await?.into_iter().map(|entry| entry.room).collect();
    Ok(Export { tasks: Some(0), ..Export::new(engine, actor, board.board, columns, rooms) })
}

impl Export {
    fn new(engine: &Engine, actor: &Actor, board: Board, columns: Vec<Column>, rooms: VecDeque<Room>) -> Self {
        let (engine, actor, board) = (engine.clone(), actor.clone(), (board, columns));
        Self { engine, actor, board, rooms, tasks: None, waiting: VecDeque::new(), at: None }
    }

    /// The board that is exported, or that the room is on.
    pub fn board(&self) -> &Board {
        &self.board.0
    }

    /// The next pieces; none when all are written.
    ///
    /// # Errors
    /// What is exported can't be seen any more; the database is away.
    pub async fn next(&mut self) -> Result<Option<Vec<Piece>>> {
        let engine = self.engine.clone();
        let mut tx = engine.db().read().await?;
        if let Some(at) = &mut self.at {
            messages::place(&mut tx, &self.actor, at.stream).await?;
            let messages = at.next(&mut tx).await?;
            if !messages.is_empty() {
                let piece = |message| Piece::Message(Box::new(message));
                return Ok(Some(messages.into_iter().map(piece).collect()));
            }
        }
        let Some((piece, at)) = self.begin(&mut tx).await? else { return Ok(None) };
        self.at = at;
        Ok(Some(vec![piece]))
    }

    /// The next room or task, and its messages, if there are any.
    async fn begin(&mut self, tx: &mut Tx) -> Result<Option<(Piece, Option<At>)>> {
        if let Some(after) = self.tasks.filter(|_| self.waiting.is_empty()) {
            let board = boards::access(tx, &self.actor, self.board.0.id).await?.board.id;
            self.waiting = db::tasks::after(tx, board, after, ROWS).await?.into();
            self.tasks = self.waiting.back().map(|task| task.card.number);
        }
        if let Some(task) = self.waiting.pop_front() {
            let column = self.board.1.iter().find(|column| column.id == task.card.column);
            let column = column.map(|column| column.name.clone()).unwrap_or_default();
            let at = (task.card.comments > 0).then(|| At::the_begin_of(Stream::Task(task.card.id)));
            return Ok(Some((Piece::Task(Box::new(task), column), at)));
        }
        let Some(room) = self.rooms.pop_front() else { return Ok(None) };
        let at = At::the_begin_of(Stream::Room(room.id));
        Ok(Some((Piece::Room(room), Some(at))))
    }
}

impl At {
    fn the_begin_of(stream: Stream) -> Self {
        Self { stream, n: 0, threads: Threads::default() }
    }

    async fn next(&mut self, tx: &mut Tx) -> Result<Vec<Message>> {
        loop {
            let replies = self.threads.next(tx).await?;
            if !replies.is_empty() {
                return Ok(replies);
            }
            let page = db::messages::after(tx, self.stream, self.n, ROWS).await?;
            let Some(last) = page.last() else { return Ok(Vec::new()) };
            self.n = last.n;
            self.threads = Threads::under(page);
        }
    }
}

impl Threads {
    fn under(page: Vec<Message>) -> Self {
        let replied = page.iter().filter(|message| message.replies.is_some()).map(|message| message.id).collect();
        Self { roots: page.into(), replied, last: (0, 0) }
    }

    /// The next messages, each root before its replies. What is deleted is left out; the replies under
    /// it are not.
    async fn next(&mut self, tx: &mut Tx) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        if !self.replied.is_empty() {
            let replies = db::messages::replies_after(tx, &self.replied, self.last, ROWS).await?;
            if (replies.len() as i64) < ROWS {
                self.replied.clear();
            }
            for reply in replies {
                let root = reply.parent.map_or(0, |root| root.0);
                self.last = (root, reply.id.0);
                while let Some(first) = self.roots.pop_front_if(|first| first.id.0 <= root) {
                    messages.push(first);
                }
                messages.push(reply);
            }
        }
        if self.replied.is_empty() {
            messages.extend(self.roots.drain(..));
        }
        messages.retain(|message| !message.deleted);
        Ok(messages)
    }
}
