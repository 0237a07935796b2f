//! Messages that are pinned in their room, threads included, or on their task.

use protocol::{Error, Event, MessageId, Pin, Stream, limits::PINS, page::PinsPage};
use uuid::Uuid;

use super::{Place, held, pages::rows, place, require};
use crate::{
    Actor, Engine, Result, Zone, db, live, references,
    write::{Write, digest, internal},
};

/// Pins a message, for everybody. One that is pinned stays so as it was.
///
/// # Errors
/// Not readable, not allowed, deleted; too many are pinned; the key used for something else.
pub async fn pin(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId) -> Result<Pin> {
    let request = digest("messages::pin", &id)?;
    let actor = actor.clone();
    engine.write_once(actor.id(), key, request, move |w| Box::pin(async move { put(w, &actor, id).await })).await
}

/// As [`pin`], as part of a write.
pub(crate) async fn put(w: &mut Write, actor: &Actor, id: MessageId) -> Result<Pin> {
    let (message, place) = held(w, actor, id).await?;
    require(place.rights.pins(&message), &message)?;
    if let Some(pin) = message.pinned {
        return Ok(pin);
    }
    if db::pins::count(&mut w.tx, place.home).await? >= PINS {
        let words = format!("{PINS} messages are pinned here, which is the most. Unpin one first.");
        return Err(Error::invalid("message", words));
    }
    db::pins::add(&mut w.tx, id, place.home, actor.id(), w.now).await?;
    let pin = db::pins::of(&mut w.tx, &[id]).await?.remove(&id);
    let pin = pin.ok_or_else(|| internal("a pin is gone at once"))?;
    w.tell(place.home, Event::MessagePinned { id, pin: pin.clone() });
    Ok(pin)
}

/// Takes the pin off a message. One without stays so.
///
/// # Errors
/// Not readable, not allowed, deleted; the key used for something else.
pub async fn unpin(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId) -> Result<()> {
    let request = digest("messages::unpin", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (message, place) = held(w, &actor, id).await?;
                require(place.rights.pins(&message), &message)?;
                if db::pins::remove(&mut w.tx, id).await? > 0 {
                    w.tell(place.home, Event::MessageUnpinned { id });
                }
                Ok(())
            })
        })
        .await
}

/// The messages pinned in a room or on a task, the last one pinned first.
///
/// # Errors
/// Not readable.
pub async fn pins(engine: &Engine, actor: &Actor, stream: Stream, zone: Zone) -> Result<PinsPage> {
    let mut tx = engine.db().read().await?;
    let Place { home, rights, .. } = place(&mut tx, actor, stream).await?;
    let messages = db::messages::pinned(&mut tx, home, PINS).await?;
    let texts = messages.iter().map(|message| message.html.as_str());
    let refs = references::shown(&mut tx, engine, actor, texts).await?;
    let rows = rows(&mut tx, actor, messages, zone).await?;
    Ok(PinsPage { rows, refs, writes: rights.posts, cursor: live::cursor(&mut tx, engine, home).await? })
}
