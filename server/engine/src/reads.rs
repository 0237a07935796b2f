//! How far somebody has read.

use protocol::{Event, Stream, UserId};

use crate::{Actor, Engine, Result, db, messages::place, write::Write};

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
