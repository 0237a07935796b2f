//! Threads under the messages of a room, and who follows them.

use protocol::{Error, Event, Message, MessageId, Replies, RoomEntry, Stream, page::ThreadPage};

use super::{found, middle, newest, pages::rows, place, quoting::told, with_references};
use crate::{Actor, Engine, Result, Zone, db, live, rooms, watching, write::Write};

/// Where a reply to a message goes that is posted in a place: on a task to the task, in a room to the
/// thread.
pub(super) async fn of_reply(engine: &Engine, actor: &Actor, stream: Stream, parent: MessageId) -> Result<Stream> {
    if matches!(stream, Stream::Task(_)) {
        return Ok(stream);
    }
    let mut tx = engine.db().read().await?;
    let home = place(&mut tx, actor, stream).await?.home;
    let gone = || Error::invalid("parent", "The message you reply to is not here any more.");
    match found(&mut tx, actor, parent).await {
        Ok((_, there)) if there.home == home => Ok(thread(parent, there.stream)),
        Ok(_) | Err(Error::NotFound) => Err(gone()),
        Err(error) => Err(error),
    }
}

/// The thread under a message, or that it is in.
fn thread(id: MessageId, place: Stream) -> Stream {
    if matches!(place, Stream::Thread(_)) { place } else { Stream::Thread(id) }
}

/// The thread under a message of a room, or that it is in.
///
/// # Errors
/// The message is not there, or not readable, or a comment on a task.
pub async fn thread_of(engine: &Engine, actor: &Actor, id: MessageId) -> Result<Stream> {
    let (_, place) = found(&mut engine.db().read().await?, actor, id).await?;
    if matches!(place.home, Stream::Room(_)) { Ok(thread(id, place.stream)) } else { Err(Error::NotFound) }
}

/// A thread of a room: its first message and its newest replies, or those around one.
///
/// # Errors
/// The message is not there, or not readable, or no first message of a thread.
pub async fn page(
    engine: &Engine,
    actor: &Actor,
    root: MessageId,
    at: Option<MessageId>,
    zone: Zone,
) -> Result<ThreadPage> {
    let mut tx = engine.db().read().await?;
    let (message, there) = found(&mut tx, actor, root).await?;
    let Stream::Room(room) = there.stream else { return Err(Error::NotFound) };
    let (entry, board) = rooms::access(&mut tx, actor, room).await?;
    let stream = Stream::Thread(root);
    let history = match at {
        Some(at) => middle(&mut tx, actor, stream, at, zone).await?,
        None => newest(&mut tx, actor, stream, i64::MAX, zone).await?,
    };
    let history = with_references(&mut tx, engine, actor, history, [message.html.as_str()]).await?;
    let root_row = rows(&mut tx, actor, vec![message], zone).await?.pop().ok_or(Error::NotFound)?;
    let RoomEntry { room, .. } = entry;
    Ok(ThreadPage {
        room,
        board,
        manages: there.rights.moderates,
        root: root_row,
        history,
        read: db::messages::watermark(&mut tx, actor.id(), stream).await?,
        n: db::events::head(&mut tx, stream).await?.n,
        watch: watching::of(&mut tx, stream, actor.id()).await?,
        cursor: live::cursor(&mut tx, engine, there.stream).await?,
    })
}

/// A thread as it is shown under its first message now.
pub(super) async fn replies(w: &mut Write, root: MessageId) -> Result<Replies> {
    let replies = db::threads::under(&mut w.tx, &[root]).await?.remove(&root);
    Ok(replies.unwrap_or(Replies { count: 0, at: 0, by: None }))
}

/// That a message was deleted, as its place tells it.
pub(super) async fn deleted(w: &mut Write, place: Stream, message: &Message) -> Result<Event> {
    let Message { id, n, .. } = *message;
    Ok(match place {
        Stream::Thread(root) => Event::ReplyDeleted { id, n, root, replies: replies(w, root).await? },
        _ => Event::MessageDeleted { id, n },
    })
}

/// That a deletion was undone, as its place tells it.
pub(super) async fn restored(w: &mut Write, place: Stream, message: Message) -> Result<Event> {
    let message = told(message);
    Ok(match place {
        Stream::Thread(root) => Event::ReplyRestored { message, replies: replies(w, root).await? },
        _ => Event::MessageRestored { message },
    })
}
