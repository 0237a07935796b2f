//! Messages that are pinned.

use std::collections::HashMap;

use protocol::{MessageId, Person, Pin, Stream, UserId};

use super::{Tx, sql};
use crate::Result;

/// Pins a message in a room or on a task; 0 where it is pinned.
pub(crate) async fn add(tx: &mut Tx, message: MessageId, place: Stream, by: UserId, now: i64) -> Result<u64> {
    sql!(run tx,
        "insert into pins (message_id, stream, user_id, at) values ($1, $2, $3, $4) on conflict (message_id) do nothing",
        message, place.to_string(), by, now)
}

/// Takes the pin off a message; 0 where there is none.
pub(crate) async fn remove(tx: &mut Tx, message: MessageId) -> Result<u64> {
    sql!(run tx, "delete from pins where message_id = $1", message)
}

/// Takes every pin off what is in a place.
pub(crate) async fn remove_all(tx: &mut Tx, place: Stream) -> Result<u64> {
    sql!(run tx, "delete from pins where stream = $1", place.to_string())
}

/// How many messages are pinned in a place; a deleted one is not.
pub(crate) async fn count(tx: &mut Tx, place: Stream) -> Result<i64> {
    let (count,): (i64,) = sql!(one tx,
        "select count(*) from pins p join messages m on m.id = p.message_id and m.deleted_at is null where p.stream = $1",
        place.to_string())?;
    Ok(count)
}

#[derive(sqlx::FromRow)]
struct Row {
    message_id: MessageId,
    at: i64,
    id: Option<UserId>,
    username: Option<String>,
    display_name: Option<String>,
}

/// The pins of those of these messages that are pinned.
pub(crate) async fn of(tx: &mut Tx, messages: &[MessageId]) -> Result<HashMap<MessageId, Pin>> {
    let rows: Vec<Row> = sql!(all_in messages, tx,
        "select p.message_id, p.at, u.id, u.username, u.display_name from pins p left join users u on u.id = p.user_id
         where p.message_id in ({ids})")?;
    let pin = |row: Row| {
        let by = match (row.id, row.username, row.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        };
        (row.message_id, Pin { by, at: row.at })
    };
    Ok(rows.into_iter().map(pin).collect())
}
