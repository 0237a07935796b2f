//! Finding the way in a long conversation.

use protocol::{Error, MessageId, Stream, page::Seek};

use super::place;
use crate::{Actor, Engine, Result, Zone, db};

/// The message that is looked for; none where there is nothing so new.
///
/// # Errors
/// Not readable; the day is none.
pub async fn seek(
    engine: &Engine,
    actor: &Actor,
    stream: Stream,
    seek: &Seek,
    zone: Zone,
) -> Result<Option<MessageId>> {
    let mut tx = engine.db().read().await?;
    let stream = place(&mut tx, actor, stream).await?.stream;
    let n = match seek {
        Seek::After(n) => *n,
        Seek::Day(day) => {
            let day = day.parse().map_err(|_| Error::invalid("day", "A day is written as 2026-11-23."))?;
            db::messages::number_before(&mut tx, stream, zone.start_of(day, 0)).await?
        }
    };
    db::messages::first_after(&mut tx, stream, n).await
}
