//! How far somebody has read.

use protocol::{Event, MessageId, Stream, UserId};

use crate::{
    Actor, Engine, Result, db,
    messages::{found, place},
    write::Write,
};

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
    let raised = db::messages::raise_watermark(&mut w.tx, user, stream, n).await?;
    let read = db::notifications::read_place(&mut w.tx, user, stream, n, w.now).await?;
    if raised || read > 0 {
        let n = db::messages::watermark(&mut w.tx, user, stream).await?;
        let unread = db::notifications::unread(&mut w.tx, user).await?;
        w.tell(Stream::User(user), Event::ReadUpTo { place: stream, n, unread });
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
                    let unread = db::notifications::unread(&mut w.tx, user).await?;
                    w.tell(Stream::User(user), Event::MarkedUnread { place: stream, n, unread });
                }
                Ok(())
            })
        })
        .await
}
