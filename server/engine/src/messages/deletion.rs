//! Messages deleted.

use protocol::{Error, Event, MessageId};
use uuid::Uuid;

use super::{found, tell_count};
use crate::{Actor, Engine, Result, db, notify, write::digest};

/// Deletes a message: its author may, and who moderates the place. A tombstone stays. Deleting
/// what is deleted changes nothing.
///
/// # Errors
/// Not readable, not allowed, the key used for something else.
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId) -> Result<()> {
    let request = digest("messages::delete", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                db::messages::lock(&mut w.tx, id).await?;
                let (message, place) = found(&mut w.tx, &actor, id).await?;
                if message.deleted {
                    return Ok(());
                }
                if !place.rights.deletes(&message) {
                    return Err(Error::Forbidden);
                }
                db::messages::bury(&mut w.tx, id, w.now).await?;
                w.redact(id).await?;
                notify::withdrawn(w, id).await?;
                w.tell(place.stream, Event::MessageDeleted { id, n: message.n });
                tell_count(w, &place).await
            })
        })
        .await
}
