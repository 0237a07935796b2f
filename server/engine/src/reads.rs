//! How far somebody has read.

use protocol::{
    Event, MessageId, Stream, UserId,
    page::{Reader, Readers},
};

use crate::{
    Actor, Engine, Result, Zone, db,
    messages::{found, place},
    notify::UNCOUNTED,
    write::Write,
};

/// Readers of a message that are named.
const READERS: i64 = 200;

/// Somebody has seen a place up to a message's number. A number beyond the newest is taken for the
/// newest; a watermark never goes back. What the inbox had of it is read with it.
///
/// # Errors
/// Not readable.
pub async fn seen(engine: &Engine, actor: &Actor, stream: Stream, n: i64) -> Result<()> {
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    let newest = db::events::head(&mut tx, stream).await?.n;
    let (user, n) = (actor.id(), n.min(newest));
    drop(tx);
    engine.write(move |w| Box::pin(mark(w, user, stream, n))).await
}

async fn mark(w: &mut Write, user: UserId, stream: Stream, n: i64) -> Result<()> {
    let raised = db::messages::raise_watermark(&mut w.tx, user, stream, n, w.now).await?;
    let read = db::notifications::read_place(&mut w.tx, user, stream, n, w.now).await?;
    if raised || read > 0 {
        let n = db::messages::watermark(&mut w.tx, user, stream).await?;
        w.tell(Stream::User(user), Event::ReadUpTo { place: stream, n, unread: UNCOUNTED });
    }
    Ok(())
}

/// Somebody wants to read a place again from a message on: it is unread with all that follows, in
/// the inbox too.
///
/// # Errors
/// Not there, or not readable.
pub async fn unread_from(engine: &Engine, actor: &Actor, id: MessageId) -> Result<()> {
    let (message, place) = found(&mut engine.db().read().await?, actor, id).await?;
    let (user, stream, n) = (actor.id(), place.stream, message.n);
    engine
        .write(move |w| {
            Box::pin(async move {
                let lowered = db::messages::lower_watermark(&mut w.tx, user, stream, n - 1).await?;
                let unread = db::notifications::unread_place(&mut w.tx, user, stream, n).await?;
                if lowered + unread > 0 {
                    let n = db::messages::watermark(&mut w.tx, user, stream).await?;
                    w.tell(Stream::User(user), Event::MarkedUnread { place: stream, n, unread: UNCOUNTED });
                }
                Ok(())
            })
        })
        .await
}

/// Who has read a message, of those it is for who let it be seen; nothing for who does not let others see
/// it either. A deleted one is read by nobody.
///
/// # Errors
/// Not there, or not readable.
pub async fn readers(engine: &Engine, actor: &Actor, id: MessageId, zone: Zone) -> Result<Option<Readers>> {
    let mut tx = engine.db().read().await?;
    let (message, place) = found(&mut tx, actor, id).await?;
    let (_, lets_see) = db::accounts::shown(&mut tx, actor.id()).await?;
    if message.deleted || !lets_see {
        return Ok(None);
    }
    let (of, read) = db::receipts::count(&mut tx, id, place.stream).await?;
    let people = db::receipts::readers(&mut tx, id, place.stream, READERS).await?;
    let reader = |(person, at)| Reader { person, clock: zone.clock(at) };
    Ok(Some(Readers { people: people.into_iter().map(reader).collect(), read, of }))
}
