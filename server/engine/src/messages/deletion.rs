//! Messages deleted, and brought back by who has just deleted them.

use protocol::{Error, Message, MessageId, limits::UNDO_S};
use uuid::Uuid;

use super::{found, held, tell_count, threads};
use crate::{Actor, Engine, Result, db, notify, references, search, write::digest};

/// The files of a deleted message go so many seconds after that can't be undone any more: whoever undoes
/// it in the last moment finds them.
const LATE_S: i64 = 5;

/// Deletes a message: its author may, and who moderates the place. A tombstone stays. For some
/// seconds who deleted it can [`restore`] it; nobody is shown its text meanwhile. Deleting what is
/// deleted changes nothing.
///
/// # Errors
/// Not readable, not allowed, the key used for something else.
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId) -> Result<()> {
    let request = digest("messages::delete", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (message, place) = held(w, &actor, id).await?;
                if message.deleted {
                    return Ok(());
                }
                if !place.rights.deletes(&message) {
                    return Err(Error::Forbidden);
                }
                db::messages::bury(&mut w.tx, id, actor.id(), w.now).await?;
                db::search::remove_messages(&mut w.tx, &[id]).await?;
                references::said(w, &place, &message, "").await?;
                db::files::expire(&mut w.tx, &[id], w.now + (UNDO_S + LATE_S) * 1000).await?;
                w.redact(id).await?;
                notify::withdrawn(w, id).await?;
                let event = threads::deleted(w, place.stream, &message).await?;
                w.tell(place.home, event);
                tell_count(w, &place, None).await
            })
        })
        .await
}

/// Undoes a deletion of one's own, within [`UNDO_S`] seconds: the message is as it was, in inboxes
/// too. What is not deleted stays as it is.
///
/// # Errors
/// Not readable; deleted by somebody else, or one may not delete it any more; too late; the key used
/// for something else.
pub async fn restore(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId) -> Result<Message> {
    let request = digest("messages::restore", &id)?;
    let person = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (tombstone, place) = held(w, &person, id).await?;
                if !tombstone.deleted {
                    return Ok(());
                }
                let too_late = || Error::conflict("This was deleted too long ago to be undone.");
                let (at, by) = db::messages::deletion(&mut w.tx, id).await?.ok_or_else(too_late)?;
                if by != Some(person.id()) || !place.rights.deletes(&Message { deleted: false, ..tombstone }) {
                    return Err(Error::Forbidden);
                }
                if w.now - at > UNDO_S * 1000 {
                    return Err(too_late());
                }
                db::messages::dig_up(&mut w.tx, id).await?;
                db::files::keep(&mut w.tx, id).await?;
                search::put_message(&mut w.tx, id).await?;
                let (message, _) = db::messages::one(&mut w.tx, id).await?.ok_or(Error::NotFound)?;
                references::said(w, &place, &message, &message.html).await?;
                notify::brought_back(w, &place, id).await?;
                let event = threads::restored(w, place.stream, message).await?;
                w.tell_of(place.home, id, event);
                tell_count(w, &place, None).await
            })
        })
        .await?;
    Ok(found(&mut engine.db().read().await?, actor, id).await?.0)
}
