//! Threads under messages of rooms.

use std::collections::HashMap;

use protocol::{MessageId, Person, Replies, RoomId, Stream, UserId};

use super::{Tx, sql};
use crate::Result;

/// Makes the head of a thread, whose home is its room, where there is none yet.
pub(crate) async fn create(tx: &mut Tx, root: MessageId, room: RoomId) -> Result<u64> {
    sql!(run tx,
        "insert into streams (name, home) values ($1, $2) on conflict (name) do nothing",
        Stream::Thread(root).to_string(), Stream::Room(room).to_string())
}

/// Holds a thread, then its room, or just the place, until the write ends: what is counted there from
/// here on is as the last write left it, and nothing there is cleared meanwhile. To be called before
/// anything of the log is changed, in the order in which every write takes the rows of `streams`
/// (PostgreSQL).
pub(crate) async fn lock_all(tx: &mut Tx, places: &[Stream]) -> Result<()> {
    let mut held = None;
    for place in places {
        if held.replace(*place) != Some(*place) {
            let _rows: u64 = sql!(run tx, "update streams set n = n where name = $1", place.to_string())?;
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    root: MessageId,
    count: i64,
    at: i64,
    id: Option<UserId>,
    username: Option<String>,
    display_name: Option<String>,
}

/// The threads under these messages of rooms, as they are shown there.
pub(crate) async fn under(tx: &mut Tx, roots: &[MessageId]) -> Result<HashMap<MessageId, Replies>> {
    let rows: Vec<Row> = sql!(all_in roots, tx,
        "select x.root, x.count, x.at, u.id, u.username, u.display_name from
         (select m.parent_id as root, m.author_id, m.at, count(*) over (partition by m.parent_id) as count,
                 row_number() over (partition by m.parent_id order by m.n desc) as nth
          from messages m where m.parent_id in ({ids}) and m.deleted_at is null and m.stream like 'thread:%') x
         left join users u on u.id = x.author_id where x.nth = 1")?;
    let replies = |row: Row| {
        let by = match (row.id, row.username, row.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        };
        (row.root, Replies { count: row.count, at: row.at, by })
    };
    Ok(rows.into_iter().map(replies).collect())
}

/// The rooms that threads are in, by name.
pub(crate) async fn room_names(tx: &mut Tx, roots: &[i64]) -> Result<Vec<(i64, String)>> {
    sql!(all_in roots, tx,
        "select m.id, r.name from messages m join rooms r on m.stream = 'room:' || r.id where m.id in ({ids})")
}
