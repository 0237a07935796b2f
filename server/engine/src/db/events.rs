//! Streams, their heads, and the log of events.

use std::collections::HashMap;

use protocol::{Event, MessageId, StoredEvent, Stream, TaskId};

use super::{Tx, sql};
use crate::{
    Result,
    write::{Told, internal},
};

/// Rows of one statement: databases take only so many values at once.
const TOGETHER: usize = 3_000;

/// The head of a stream.
#[derive(Clone, Copy, Default, sqlx::FromRow)]
pub(crate) struct Head {
    /// Number of its newest event.
    pub(crate) seq: i64,
    /// Number of its newest message.
    pub(crate) n: i64,
}

/// Makes the head of a new stream.
pub(crate) async fn create(tx: &mut Tx, stream: Stream) -> Result<u64> {
    sql!(run tx, "insert into streams (name) values ($1) on conflict (name) do nothing", stream.to_string())
}

/// The head of a stream; zeroes before its first event.
pub(crate) async fn head(tx: &mut Tx, stream: Stream) -> Result<Head> {
    let head = sql!(maybe tx, "select seq, n from streams where name = $1", stream.to_string())?;
    Ok(head.unwrap_or_default())
}

/// Takes numbers for so many messages of each place; gives the first of each. The rows stay locked
/// until the write ends.
pub(crate) async fn take_numbers(tx: &mut Tx, counts: &[(Stream, i64)]) -> Result<Vec<(Stream, i64)>> {
    if counts.is_empty() {
        return Ok(Vec::new());
    }
    let heads = sql!(values counts, (stream, count) => [stream.to_string(), *count], tx,
        "insert into streams (name, n) values {values}
         on conflict (name) do update set n = streams.n + excluded.n returning name, n")?;
    firsts(counts, heads)
}

/// The first number of each stream told, in one statement; `told` is sorted by stream.
pub(crate) async fn take_seqs(tx: &mut Tx, told: &[Told]) -> Result<Vec<(Stream, i64)>> {
    let counts: Vec<(Stream, i64)> =
        told.chunk_by(|a, b| a.stream == b.stream).map(|same| (same[0].stream, same.len() as i64)).collect();
    let mut heads: Vec<(String, i64)> = Vec::with_capacity(counts.len());
    for some in counts.chunks(TOGETHER) {
        heads.extend::<Vec<(String, i64)>>(sql!(values some, (stream, count) => [stream.to_string(), *count], tx,
            "insert into streams (name, seq) values {values}
             on conflict (name) do update set seq = streams.seq + excluded.seq returning name, seq")?);
    }
    firsts(&counts, heads)
}

/// The first of the numbers that were taken for each stream.
fn firsts(counts: &[(Stream, i64)], heads: Vec<(String, i64)>) -> Result<Vec<(Stream, i64)>> {
    let heads: HashMap<String, i64> = heads.into_iter().collect();
    counts
        .iter()
        .map(|(stream, count)| {
            let head = heads.get(&stream.to_string()).ok_or_else(|| internal("a stream has no head"))?;
            Ok((*stream, head - count + 1))
        })
        .collect()
}

/// Logs events under the numbers taken for them.
pub(crate) async fn insert(tx: &mut Tx, told: Vec<Told>, seqs: Vec<(Stream, i64)>) -> Result<Vec<StoredEvent>> {
    let mut seqs: HashMap<Stream, i64> = seqs.into_iter().collect();
    let mut rows = Vec::with_capacity(told.len());
    for Told { stream, message, at, event, did } in told {
        let next = seqs.get_mut(&stream).ok_or_else(|| internal("an event has no number"))?;
        let body = serde_json::to_string(&event).map_err(internal)?;
        // The task's own readers go with it.
        let task = if matches!(stream, Stream::Task(_)) { None } else { event.shows_task() };
        let about = did.as_ref().and_then(|_| event.about());
        let (by, deeds) = did.unzip();
        let deeds = deeds.map(|deeds| serde_json::to_string(&deeds)).transpose().map_err(internal)?;
        rows.push((StoredEvent { stream, seq: *next, at, event }, message, task, body, by, about, deeds));
        *next += 1;
    }
    for some in rows.chunks(TOGETHER) {
        let _none: Vec<(i64,)> = sql!(values some, (stored, message, task, body, by, about, deeds) =>
            [stored.stream.to_string(), stored.seq, stored.at, *message, *task, body.as_str(), *by, *about, deeds.as_deref()],
            tx,
            "insert into events (stream, seq, at, message_id, task_id, body, actor_id, about, deeds) values {values}")?;
    }
    Ok(rows.into_iter().map(|(stored, ..)| stored).collect())
}

#[derive(sqlx::FromRow)]
struct Logged {
    seq: i64,
    at: i64,
    body: String,
}

/// Up to `limit` events of a stream after a number, in order.
pub(crate) async fn after(tx: &mut Tx, stream: Stream, seq: i64, limit: i64) -> Result<Vec<StoredEvent>> {
    let redacted = serde_json::to_string(&Event::Redacted).map_err(internal)?;
    // The texts of a room that was cleared go out of the log little by little; none is read meanwhile.
    let rows: Vec<Logged> = sql!(all tx,
        "select e.seq, e.at, case when e.message_id is not null and e.seq <= s.cleared_seq then $4 else e.body end as body
         from events e join streams s on s.name = e.stream where e.stream = $1 and e.seq > $2 order by e.seq limit $3",
        stream.to_string(), seq, limit, redacted)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let event = serde_json::from_str(&row.body).unwrap_or_else(|error| {
                // While nodes are brought up to date one after the other, that is how it should be.
                tracing::info!(%error, %stream, seq = row.seq, "an event of another version");
                Event::Newer
            });
            StoredEvent { stream, seq: row.seq, at: row.at, event }
        })
        .collect())
}

/// Takes the text of a message out of every event that showed it; gives the events' numbers.
pub(crate) async fn redact(tx: &mut Tx, message: MessageId) -> Result<Vec<(String, i64)>> {
    let body = serde_json::to_string(&Event::Redacted).map_err(internal)?;
    sql!(all tx, "update events set body = $1 where message_id = $2 returning stream, seq", body, message)
}

/// Takes a task's text, and what people were told of it, out of every event that showed it but those of its own
/// stream; gives the events' numbers.
pub(crate) async fn redact_task(tx: &mut Tx, task: TaskId) -> Result<Vec<(String, i64)>> {
    let body = serde_json::to_string(&Event::Redacted).map_err(internal)?;
    sql!(all tx,
        "update events set body = $1, deeds = null, actor_id = null where task_id = $2 returning stream, seq", body, task)
}

/// Takes the texts of these messages out of the log.
pub(crate) async fn redact_all(tx: &mut Tx, messages: &[MessageId]) -> Result<u64> {
    let body = serde_json::to_string(&Event::Redacted).map_err(internal)?;
    sql!(run_in messages, tx, "update events set body = $1 where message_id in ({ids})", body)
}

/// Takes the texts of all messages out of what is told on a stream after a number; gives the events'
/// numbers.
pub(crate) async fn redact_after(tx: &mut Tx, stream: Stream, seq: i64) -> Result<Vec<(String, i64)>> {
    let body = serde_json::to_string(&Event::Redacted).map_err(internal)?;
    sql!(all tx,
        "update events set body = $1 where stream = $2 and seq > $3 and message_id is not null returning stream, seq",
        body, stream.to_string(), seq)
}

/// Takes the texts of what is said in a place and its threads out of what people were told of it; gives
/// the events' numbers.
pub(crate) async fn redact_told(tx: &mut Tx, place: Stream) -> Result<Vec<(String, i64)>> {
    let body = serde_json::to_string(&Event::Redacted).map_err(internal)?;
    sql!(all tx,
        "update events set body = $1 where stream like 'user:%' and message_id in
         (select s.message_id from notifications n join notification_sources s on s.notification_id = n.id
          where (n.stream = $2 or n.stream in (select name from streams where home = $2)) and s.message_id is not null)
         returning stream, seq",
        body, place.to_string())
}

/// The heads of the streams of these names that have any.
pub(crate) async fn heads(tx: &mut Tx, names: &[String]) -> Result<Vec<(String, i64, i64)>> {
    sql!(all_in names, tx, "select name, seq, n from streams where name in ({ids})")
}

/// Streams of rooms and people with more than `kept` events behind them, and their heads.
pub(crate) async fn long(tx: &mut Tx, kept: i64) -> Result<Vec<(String, i64)>> {
    sql!(all tx,
        "select name, seq from streams where seq > $1 and (name like 'room:%' or name like 'user:%') order by name", kept)
}

/// The first number of a stream that is younger than `before`, or not below `kept`; all before it may go.
pub(crate) async fn first_kept(tx: &mut Tx, stream: &str, before: i64, kept: i64) -> Result<i64> {
    let first: Option<(i64,)> = sql!(maybe tx,
        "select seq from events where stream = $1 and (at >= $2 or seq >= $3) order by seq limit 1",
        stream, before, kept)?;
    Ok(first.map_or(kept, |(seq,)| seq))
}

/// Takes up to `limit` of the oldest events of a stream, below a number, out of the log.
pub(crate) async fn trim(tx: &mut Tx, stream: &str, below: i64, limit: i64) -> Result<u64> {
    sql!(run tx,
        "delete from events where stream = $1 and seq in
         (select seq from events where stream = $1 and seq < $2 order by seq limit $3)",
        stream, below, limit)
}
