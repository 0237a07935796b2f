//! Subscriptions: who may read a stream, and what they missed of it.

use protocol::{Count, Cursor, Error, RoomEntry, RoomId, ServerFrame, Stream, Writing};

use crate::{
    Actor, Connection, Engine, Result, boards,
    db::{self, Tx},
    messages, rooms,
};

/// Events that a resume replays, at most; who misses more loads the page's content again.
pub(crate) const REPLAY: i64 = 1_000;
/// Events read from the log at once.
const PAGE: i64 = 128;

/// May this person read the stream?
///
/// # Errors
/// [`Error::NotFound`] when not.
pub async fn may_subscribe(engine: &Engine, actor: &Actor, stream: Stream) -> Result<()> {
    readable(&mut engine.db().read().await?, actor, stream).await
}

async fn readable(tx: &mut Tx, actor: &Actor, stream: Stream) -> Result<()> {
    match stream {
        Stream::User(user) if user == actor.id() => Ok(()),
        // A thread is told of on its room.
        Stream::Thread(_) | Stream::User(_) => Err(Error::NotFound),
        Stream::Board(board) => boards::access(tx, actor, board).await.map(drop),
        Stream::Room(room) => rooms::access(tx, actor, room).await.map(drop),
        Stream::Task(task) => {
            let board = db::tasks::board_of(tx, task).await?.ok_or(Error::NotFound)?;
            boards::access(tx, actor, board).await.map(drop)
        }
    }
}

/// Subscribes a connection from its cursor on. What it may not read it hears is revoked; a cursor
/// of another history, or too far back, is reset.
///
/// # Errors
/// The sign-in has ended, or the database failed.
pub async fn subscribe(engine: &Engine, actor: &Actor, connection: &Connection, from: Cursor) -> Result<()> {
    let Cursor { stream, epoch, seq } = from;
    // The ring is held before the log is read, so that nothing falls between them, and nothing is
    // delivered before the right to read is checked in the same snapshot as the log.
    connection.begin(stream);
    let outcome = async {
        let mut tx = engine.db().read().await?;
        // The sign-in may have ended after the socket was let in and before it was known to the hub.
        let shown = db::accounts::session_alive(&mut tx, actor.session).await?.ok_or(Error::SignedOut)?;
        engine.hub().show(actor.id(), shown);
        readable(&mut tx, actor, stream).await?;
        let head = db::events::head(&mut tx, stream).await?.seq;
        if epoch != engine.epoch() || seq > head || head - seq > REPLAY {
            return Ok(None);
        }
        // A page at a time: the rest is read when this has been taken.
        let missed = if seq == head { Vec::new() } else { db::events::after(&mut tx, stream, seq, PAGE).await? };
        let whole = missed.first().map_or(seq == head, |first| first.seq == seq + 1);
        Ok(whole.then_some((missed, head)))
    }
    .await;
    match outcome {
        Ok(Some((missed, head))) => connection.confirm(stream, missed, head),
        Ok(None) => {
            connection.unsubscribe(stream);
            connection.note(ServerFrame::Reset { stream });
        }
        Err(Error::NotFound) => {
            connection.unsubscribe(stream);
            connection.note(ServerFrame::Revoked { stream, gone: false });
        }
        Err(error) => {
            connection.unsubscribe(stream);
            return Err(error);
        }
    }
    Ok(())
}

/// Reads from the log what a connection lacks before the ring of a stream begins.
///
/// # Errors
/// As [`subscribe`].
pub async fn catch_up(engine: &Engine, actor: &Actor, connection: &Connection, stream: Stream) -> Result<()> {
    // It may have left the stream since it was found behind.
    let Some(seq) = connection.lacks(stream) else { return Ok(()) };
    subscribe(engine, actor, connection, Cursor { stream, epoch: engine.epoch(), seq }).await
}

/// The number of the newest event of a stream: where a socket without a cursor begins.
///
/// # Errors
/// [`Error::NotFound`] when it may not be read.
pub async fn head(engine: &Engine, actor: &Actor, stream: Stream) -> Result<Cursor> {
    let mut tx = engine.db().read().await?;
    readable(&mut tx, actor, stream).await?;
    cursor(&mut tx, engine, stream).await
}

/// Tells a connection how far those of these rooms are that it may read, and then of new messages
/// in them, by number.
///
/// # Errors
/// The database failed.
pub async fn watch(engine: &Engine, actor: &Actor, connection: &Connection, rooms: &[RoomId]) -> Result<()> {
    let readable = db::rooms::readable(&mut engine.db().read().await?, actor.id(), rooms).await?;
    connection.watch(readable.into_iter().map(|entry| entry.room.id).collect());
    // Only now, so that what is committed meanwhile is either counted or told.
    let counted = db::rooms::readable(&mut engine.db().read().await?, actor.id(), rooms).await?;
    let counts: Vec<Count> = counted
        .into_iter()
        .filter(|entry| entry.n > 0)
        .map(|RoomEntry { room, n, read, .. }| Count { room: room.id, n, read })
        .collect();
    if !counts.is_empty() {
        connection.note(ServerFrame::Counts { rooms: counts });
    }
    Ok(())
}

/// Tells the others in a place that somebody who may post there types, or has stopped.
///
/// # Errors
/// Not readable, or not allowed to post.
pub async fn typing(
    engine: &Engine,
    actor: &Actor,
    connection: &Connection,
    stream: Stream,
    writing: Writing,
    on: bool,
) -> Result<()> {
    if writing == Writing::Text && !matches!(stream, Stream::Task(_)) {
        return Err(Error::invalid("writing", "Only a task has a text of its own."));
    }
    let place = messages::place(&mut engine.db().read().await?, actor, stream).await?;
    if !place.rights.posts {
        return Err(Error::Forbidden);
    }
    connection.typing(stream, writing, on);
    Ok(())
}

/// The cursor of a stream as a snapshot carries it.
pub(crate) async fn cursor(tx: &mut Tx, engine: &Engine, stream: Stream) -> Result<Cursor> {
    let seq = db::events::head(tx, stream).await?.seq;
    Ok(Cursor { stream, epoch: engine.epoch(), seq })
}
