//! A room that is cleared of everything said in it.

use protocol::{Error, Event, RoomId, Stream};
use uuid::Uuid;

use super::place;
use crate::{Actor, Engine, Result, db, notify, references, write::digest};

/// Events before the newest whose texts may still be in a ring, or on their way to one: more than a
/// ring holds and a resume reads at once.
const RECENT: i64 = 2_048;

/// Clears a room, at whatever size in one short write: from its commit on nobody is shown anything
/// of what was said before, and nothing of it is unread. The texts go out of the tables little by
/// little afterwards (`housekeeping`).
///
/// # Errors
/// The room can't be seen or managed; the key was used for something else.
pub async fn clear(engine: &Engine, actor: &Actor, key: Uuid, room: RoomId) -> Result<()> {
    let request = digest("messages::clear", &room)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let stream = Stream::Room(room);
                let place = place(&mut w.tx, &actor, stream).await?;
                if !place.rights.moderates {
                    return Err(Error::Forbidden);
                }
                w.tx.allow_long().await?;
                let (n, seq) = db::wiping::clear(&mut w.tx, stream).await?;
                db::pins::remove_all(&mut w.tx, stream).await?;
                w.redact_recent(stream, seq - RECENT).await?;
                notify::cleared(w, stream, room, n).await?;
                w.tell(stream, Event::RoomCleared { n });
                // Whichever tasks were named: their texts are not read for that.
                references::tell_any(w, &place);
                Ok(())
            })
        })
        .await
}
