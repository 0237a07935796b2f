//! Messages that others quote.

use std::collections::HashMap;

use protocol::{MessageId, Person, Quote, UserId};

use super::{Tx, sql};
use crate::{Result, markdown, notify::EXCERPT};

/// Says what a message quotes.
pub(crate) async fn set(tx: &mut Tx, message: MessageId, quoted: MessageId) -> Result<u64> {
    sql!(run tx, "update messages set quote_id = $2 where id = $1", message, quoted)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: MessageId,
    author_id: Option<UserId>,
    username: Option<String>,
    display_name: Option<String>,
    /// Null where it is gone.
    source: Option<String>,
}

/// What of these messages is shown where they are quoted, as they are now.
pub(crate) async fn of(tx: &mut Tx, quoted: &[MessageId]) -> Result<HashMap<MessageId, Quote>> {
    let rows: Vec<Row> = sql!(all_in quoted, tx,
        "select m.id, m.author_id, u.username, u.display_name,
                case when m.deleted_at is null and m.n > s.cleared
                      and (h.name is null or p.n > h.cleared) then m.source end as source
         from messages m join streams s on s.name = m.stream left join users u on u.id = m.author_id
         left join streams h on h.name = s.home left join messages p on p.id = m.parent_id
         where m.id in ({ids})")?;
    let quote = |row: Row| {
        let author = match (row.author_id, row.username, row.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        };
        let excerpt = row.source.map(|source| markdown::excerpt(&source, EXCERPT));
        (row.id, Quote { id: row.id, author, deleted: excerpt.is_none(), excerpt })
    };
    Ok(rows.into_iter().map(quote).collect())
}
