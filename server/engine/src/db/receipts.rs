//! Who has read what, from the watermarks of those who let it be seen.

use protocol::{MessageId, Person, Stream};

use super::{Tx, rooms::PersonRow, sql};
use crate::Result;

/// Those a message is for who let it be seen: the members of a room, or who hears of a thread or task,
/// but for its author; with when they had read so far, where they have.
macro_rules! audience {
    ($what:literal, $from:literal) => {
        concat!(
            "select ",
            $what,
            " from messages x join ",
            $from,
            " join users u on u.id = a.user_id and u.receipts and u.deactivated_at is null \
               and u.id is distinct from x.author_id \
             left join watermarks w on w.user_id = u.id and w.stream = x.stream and w.n >= x.n and w.at > 0 \
             where x.id = $1"
        )
    };
}

const OF_ROOM: &str = audience!("count(*), count(w.user_id)", "room_members a on x.stream = 'room:' || a.room_id");
const OF_WATCHERS: &str = audience!("count(*), count(w.user_id)", "watches a on a.stream = x.stream");

/// How many a message is for, and how many of them have read it.
pub(crate) async fn count(tx: &mut Tx, id: MessageId, place: Stream) -> Result<(i64, i64)> {
    match place {
        Stream::Room(_) => sql!(one tx, OF_ROOM, id),
        _ => sql!(one tx, OF_WATCHERS, id),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    person: PersonRow,
    at: i64,
}

/// The first who have read a message, with when.
pub(crate) async fn readers(tx: &mut Tx, id: MessageId, place: Stream, limit: i64) -> Result<Vec<(Person, i64)>> {
    let rows: Vec<Row> = match place {
        Stream::Room(_) => sql!(all tx,
            concat!(audience!("u.id, u.username, u.display_name, w.at", "room_members a on x.stream = 'room:' || a.room_id"),
                " and w.user_id is not null order by w.at, u.id limit $2"),
            id, limit)?,
        _ => sql!(all tx,
            concat!(audience!("u.id, u.username, u.display_name, w.at", "watches a on a.stream = x.stream"),
                " and w.user_id is not null order by w.at, u.id limit $2"),
            id, limit)?,
    };
    Ok(rows.into_iter().map(|row| (row.person.into(), row.at)).collect())
}
