//! What is left of messages that are gone: taken out of the tables a few at a time.

use protocol::{MessageId, Stream};

use super::{Tx, events, files, search, sql};
use crate::{Result, write::internal};

/// Clears a room: nothing of its messages up to now is shown any more. Gives the number of the
/// newest of them, and of the newest event.
pub(crate) async fn clear(tx: &mut Tx, room: Stream) -> Result<(i64, i64)> {
    sql!(one tx, "update streams set cleared = n, cleared_seq = seq where name = $1 returning n, seq", room.to_string())
}

/// Some messages whose deletion can't be undone any more, while their text is still there.
pub(crate) async fn deleted(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<MessageId>> {
    let rows: Vec<(MessageId,)> = sql!(all tx,
        "select id from messages where deleted_at < $1 and source <> '' order by deleted_at limit $2", before, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A room that was cleared and whose texts are still there, with how far they are gone.
pub(crate) async fn cleared(tx: &mut Tx) -> Result<Option<(Stream, i64)>> {
    let row: Option<(String, i64)> =
        sql!(maybe tx, "select name, wiped from streams where wiped < cleared order by name limit 1")?;
    row.map(|(name, wiped)| Ok((name.parse().map_err(internal)?, wiped))).transpose()
}

/// Wipes the next messages of a room that was cleared, after a number; gives how many.
pub(crate) async fn wipe_after(tx: &mut Tx, place: Stream, n: i64, limit: i64, now: i64) -> Result<u64> {
    let rows: Vec<(MessageId,)> = sql!(all tx,
        "select id from messages where stream = $1 and n > $2 and n <= $2 + $3
           and n <= (select cleared from streams where name = $1)",
        place.to_string(), n, limit)?;
    let ids: Vec<MessageId> = rows.into_iter().map(|(id,)| id).collect();
    events::redact_all(tx, &ids).await?;
    // The threads under them are wiped after it, in their own turn.
    sql!(run tx,
        "update streams set cleared = n where home = $1 and cleared < n and name in
         (select 'thread:' || m.id from messages m where m.stream = $1 and m.n > $2 and m.n <= $2 + $3
            and m.n <= (select s.cleared from streams s where s.name = $1))",
        place.to_string(), n, limit)?;
    sql!(run tx,
        "update streams set wiped = case when cleared < $2 + $3 then cleared else $2 + $3 end where name = $1",
        place.to_string(), n, limit)?;
    wipe(tx, &ids, now).await
}

/// Takes out of the tables what messages said and caused. The tombstones stay, with the client ids,
/// so that a write sent again is known for ever.
pub(crate) async fn wipe(tx: &mut Tx, ids: &[MessageId], now: i64) -> Result<u64> {
    search::remove_messages(tx, ids).await?;
    files::expire(tx, ids, now).await?;
    sql!(run_in ids, tx, "delete from mentions where message_id in ({ids})")?;
    sql!(run_in ids, tx, "delete from task_references where message_id in ({ids})")?;
    sql!(run_in ids, tx, "delete from pins where message_id in ({ids})")?;
    sql!(run_in ids, tx, "delete from reactions where message_id in ({ids})")?;
    sql!(run_in ids, tx, "delete from message_versions where message_id in ({ids})")?;
    sql!(run_in ids, tx, "delete from withdrawn_sources where message_id in ({ids})")?;
    sql!(run_in ids, tx,
        "update messages set source = '', html = '', deleted_at = coalesce(deleted_at, $1) where id in ({ids})", now)
}
