//! What messages said before they were edited.

use protocol::{MessageId, Version, limits::VERSIONS};

use super::{Tx, sql};
use crate::Result;

/// Keeps what a message says now, before it is rewritten; of many the oldest is forgotten.
pub(crate) async fn keep(tx: &mut Tx, message: MessageId) -> Result<()> {
    sql!(run tx,
        "insert into message_versions (message_id, version, source, html, at)
         select m.id, coalesce((select max(v.version) from message_versions v where v.message_id = m.id), 0) + 1,
                m.source, m.html, coalesce(m.edited_at, m.at)
         from messages m where m.id = $1",
        message)?;
    sql!(run tx,
        "delete from message_versions where message_id = $1 and version <=
         (select max(v.version) from message_versions v where v.message_id = $1) - $2",
        message, VERSIONS - 1)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    source: String,
    html: String,
    at: i64,
}

/// What a message said before it was edited, newest first.
pub(crate) async fn of(tx: &mut Tx, message: MessageId) -> Result<Vec<Version>> {
    let rows: Vec<Row> = sql!(all tx,
        "select source, html, at from message_versions where message_id = $1 order by version desc", message)?;
    Ok(rows.into_iter().map(|Row { source, html, at }| Version { source, html, at }).collect())
}
