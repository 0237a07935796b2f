//! Messages that are sent later.

use protocol::{MessageId, Scheduled, ScheduledId, Stream, UserId};
use uuid::Uuid;

use super::{Tx, sql};
use crate::{Result, write::internal};

/// A message that waits.
pub(crate) struct Waiting {
    pub(crate) user: UserId,
    pub(crate) place: Stream,
    pub(crate) parent: Option<MessageId>,
    pub(crate) client_id: Uuid,
    pub(crate) source: String,
    pub(crate) due_at: i64,
}

/// Stores a message that waits.
pub(crate) async fn insert(tx: &mut Tx, new: &Waiting) -> Result<ScheduledId> {
    let (id,): (ScheduledId,) = sql!(one tx,
        "insert into scheduled_messages (user_id, stream, parent_id, client_id, source, due_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
        new.user, new.place.to_string(), new.parent, new.client_id, new.source.as_str(), new.due_at)?;
    Ok(id)
}

/// How many of a person's messages wait, or could not be sent.
pub(crate) async fn count(tx: &mut Tx, user: UserId) -> Result<i64> {
    let (count,): (i64,) = sql!(one tx, "select count(*) from scheduled_messages where user_id = $1", user)?;
    Ok(count)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: ScheduledId,
    stream: String,
    parent_id: Option<MessageId>,
    source: String,
    due_at: i64,
    failed: Option<String>,
    room: Option<String>,
    number: Option<i64>,
    title: Option<String>,
}

/// A person's messages that wait or could not be sent, the next one first, with the names of places
/// that the person may read.
pub(crate) async fn of(tx: &mut Tx, user: UserId, id: Option<ScheduledId>) -> Result<Vec<Scheduled>> {
    let rows: Vec<Row> = sql!(all tx,
        "select s.id, s.stream, s.parent_id, s.source, s.due_at, s.failed, r.name as room, t.number, t.title
         from scheduled_messages s
         left join rooms r on s.stream = 'room:' || r.id
           and exists (select 1 from board_members b where b.board_id = r.board_id and b.user_id = s.user_id)
           and (not r.private or exists
                (select 1 from room_members m where m.room_id = r.id and m.user_id = s.user_id))
         left join tasks t on s.stream = 'task:' || t.id and t.deleted_at is null
           and exists (select 1 from board_members b where b.board_id = t.board_id and b.user_id = s.user_id)
         where s.user_id = $1 and ($2 = 0 or s.id = $2) order by s.due_at, s.id",
        user, id.map_or(0, |id| id.0))?;
    let scheduled = |row: Row| {
        let name = match (row.room, row.number, row.title) {
            (Some(room), ..) => room,
            (None, Some(number), Some(title)) => format!("#{number} {title}"),
            _ => String::new(),
        };
        Ok(Scheduled {
            id: row.id,
            place: row.stream.parse().map_err(internal)?,
            name,
            parent: row.parent_id,
            text: row.source,
            at: row.due_at,
            failed: row.failed,
        })
    };
    rows.into_iter().map(scheduled).collect()
}

/// Gives a message of a person's another text and moment, and lets it be tried anew; 0 where it is not
/// there, or sent.
pub(crate) async fn update(tx: &mut Tx, user: UserId, id: ScheduledId, source: &str, due_at: i64) -> Result<u64> {
    sql!(run tx,
        "update scheduled_messages set source = $3, due_at = $4, failed = null where user_id = $1 and id = $2",
        user, id, source, due_at)
}

/// Forgets a message of a person's; 0 where it is not there, or sent.
pub(crate) async fn remove(tx: &mut Tx, user: UserId, id: ScheduledId) -> Result<u64> {
    sql!(run tx, "delete from scheduled_messages where user_id = $1 and id = $2", user, id)
}

/// The messages that are due, the longest due first.
pub(crate) async fn due(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<ScheduledId>> {
    let rows: Vec<(ScheduledId,)> = sql!(all tx,
        "select id from scheduled_messages where failed is null and due_at <= $1 order by due_at, id limit $2",
        now, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// When the next message is due.
pub(crate) async fn next(tx: &mut Tx) -> Result<Option<i64>> {
    let (at,): (Option<i64>,) = sql!(one tx, "select min(due_at) from scheduled_messages where failed is null")?;
    Ok(at)
}

#[derive(sqlx::FromRow)]
struct Taken {
    user_id: UserId,
    stream: String,
    parent_id: Option<MessageId>,
    client_id: Uuid,
    source: String,
    due_at: i64,
}

/// Takes a message that is due, to send it; another node that wants it waits until this write has
/// ended, and finds it gone.
pub(crate) async fn take(tx: &mut Tx, id: ScheduledId, now: i64) -> Result<Option<Waiting>> {
    let row: Option<Taken> = sql!(maybe tx,
        "delete from scheduled_messages where id = $1 and failed is null and due_at <= $2
         returning user_id, stream, parent_id, client_id, source, due_at",
        id, now)?;
    let waiting = |row: Taken| {
        Ok(Waiting {
            user: row.user_id,
            place: row.stream.parse().map_err(internal)?,
            parent: row.parent_id,
            client_id: row.client_id,
            source: row.source,
            due_at: row.due_at,
        })
    };
    row.map(waiting).transpose()
}

/// Says of a message that was just stored why it can't be sent.
pub(crate) async fn fail(tx: &mut Tx, id: ScheduledId, why: &str) -> Result<u64> {
    sql!(run tx, "update scheduled_messages set failed = $2 where id = $1", id, why)
}
