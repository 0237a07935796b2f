//! Messages of rooms and comments on tasks, in one table.

use std::collections::HashMap;

use protocol::{Message, MessageId, Person, Stream, UserId};
use uuid::Uuid;

use super::{Tx, files, pins, quotes, reactions, references, rooms::PersonRow, sql, threads};
use crate::{Result, write::internal};

#[derive(sqlx::FromRow)]
struct Row {
    id: MessageId,
    n: i64,
    author_id: Option<UserId>,
    username: Option<String>,
    display_name: Option<String>,
    at: i64,
    source: String,
    html: String,
    client_id: Uuid,
    parent_id: Option<MessageId>,
    deleted: bool,
    edited_at: Option<i64>,
    reacted: bool,
    replied: bool,
    pinned: bool,
    filed: bool,
    tasked: bool,
    quote_id: Option<MessageId>,
}

/// Messages with their authors, as [`Row`] reads them, where the rest of the text says. Of one that
/// is deleted the text may still be there, as that can be undone: it never leaves this file.
macro_rules! messages {
    ($rest:literal) => {
        concat!(
            "select m.id, m.n, m.author_id, u.username, u.display_name, m.at, m.client_id, m.parent_id, \
             m.deleted_at is not null as deleted, m.edited_at, \
             exists (select 1 from reactions r where r.message_id = m.id) as reacted, \
             exists (select 1 from streams t where t.name = 'thread:' || m.id and t.n > 0) as replied, \
             exists (select 1 from pins p where p.message_id = m.id) as pinned, \
             exists (select 1 from files f where f.message_id = m.id) as filed, \
             exists (select 1 from tasks k where k.message_id = m.id) as tasked, m.quote_id, \
             case when m.deleted_at is null then m.source else '' end as source, \
             case when m.deleted_at is null then m.html else '' end as html \
             from messages m left join users u on u.id = m.author_id ",
            $rest
        )
    };
}

/// A message to be stored.
pub(crate) struct New<'a> {
    pub(crate) place: Stream,
    pub(crate) n: i64,
    pub(crate) author: UserId,
    pub(crate) client_id: Uuid,
    pub(crate) request: &'a [u8],
    pub(crate) parent: Option<MessageId>,
    pub(crate) source: &'a str,
    pub(crate) html: &'a str,
    pub(crate) at: i64,
}

/// Stores messages; gives their ids by place and number. One whose author used its client id before
/// is left out.
pub(crate) async fn insert(tx: &mut Tx, new: &[New<'_>]) -> Result<HashMap<(Stream, i64), MessageId>> {
    let rows: Vec<(MessageId, String, i64)> = sql!(values new, new =>
        [new.place.to_string(), new.n, new.author, new.client_id, new.request, new.parent, new.source, new.html, new.at],
        tx,
        "insert into messages (stream, n, author_id, client_id, request, parent_id, source, html, at) values {values}
         on conflict (author_id, client_id) do nothing returning id, stream, n")?;
    rows.into_iter().map(|(id, stream, n)| Ok(((stream.parse().map_err(internal)?, n), id))).collect()
}

/// Stores whom a message mentions.
pub(crate) async fn insert_mentions(tx: &mut Tx, message: MessageId, users: &[UserId]) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let _none: Vec<(i64,)> = sql!(values users, user => [message, *user], tx,
        "insert into mentions (message_id, user_id) values {values}")?;
    Ok(())
}

/// The message that this person sent under this key.
pub(crate) async fn sent(tx: &mut Tx, author: UserId, key: Uuid) -> Result<Option<(Message, Stream)>> {
    let row: Option<(MessageId,)> =
        sql!(maybe tx, "select id from messages where author_id = $1 and client_id = $2", author, key)?;
    match row {
        Some((id,)) => one(tx, id).await,
        None => Ok(None),
    }
}

/// A message and where it is.
pub(crate) async fn one(tx: &mut Tx, id: MessageId) -> Result<Option<(Message, Stream)>> {
    let Some((stream,)): Option<(String,)> = sql!(maybe tx, "select stream from messages where id = $1", id)? else {
        return Ok(None);
    };
    let stream = stream.parse().map_err(internal)?;
    let rows: Vec<Row> = sql!(all tx,
        messages!("where m.id = $1 and m.n > (select s.cleared from streams s where s.name = m.stream)"),
        id)?;
    Ok(with_all(tx, rows).await?.pop().map(|message| (message, stream)))
}

/// The pages of a history. Each follows the index of (stream, n) from its key on: a test has both
/// databases say so.
const BEFORE: &str = messages!(
    "where m.stream = $1 and m.n < $2 and m.n > (select s.cleared from streams s where s.name = $1)
     order by m.n desc limit $3"
);
const AFTER: &str = messages!(
    "where m.stream = $1 and m.n > $2 and m.n > (select s.cleared from streams s where s.name = $1)
     order by m.n limit $3"
);
const LIVE_BEFORE: &str = messages!(
    "where m.stream = $1 and m.n < $2 and m.n > (select s.cleared from streams s where s.name = $1)
       and m.deleted_at is null order by m.n desc limit $3 offset $4"
);
const LIVE_AFTER: &str = messages!(
    "where m.stream = $1 and m.n > $2 and m.n > (select s.cleared from streams s where s.name = $1)
       and m.deleted_at is null order by m.n limit $3 offset $4"
);
const ROOTS_BEFORE: &str =
    messages!("where m.stream = $1 and m.n < $2 and m.parent_id is null order by m.n desc limit $3");
const ROOTS_AFTER: &str = messages!("where m.stream = $1 and m.n > $2 and m.parent_id is null order by m.n limit $3");

/// Messages of a place before a number, newest first, tombstones included.
pub(crate) async fn before(tx: &mut Tx, place: Stream, n: i64, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all tx, BEFORE, place.to_string(), n, limit)?;
    with_all(tx, rows).await
}

/// Messages of a place after a number, oldest first, tombstones included.
pub(crate) async fn after(tx: &mut Tx, place: Stream, n: i64, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all tx, AFTER, place.to_string(), n, limit)?;
    with_all(tx, rows).await
}

/// Messages of a place before a number, newest first, without the deleted ones, after the first `offset`.
pub(crate) async fn live_before(tx: &mut Tx, place: Stream, n: i64, offset: i64, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all tx, LIVE_BEFORE, place.to_string(), n, limit, offset)?;
    with_all(tx, rows).await
}

/// Messages of a place after a number, oldest first, without the deleted ones, after the first `offset`.
pub(crate) async fn live_after(tx: &mut Tx, place: Stream, n: i64, offset: i64, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all tx, LIVE_AFTER, place.to_string(), n, limit, offset)?;
    with_all(tx, rows).await
}

/// The comments before a number that reply to none, newest first.
pub(crate) async fn roots_before(tx: &mut Tx, place: Stream, n: i64, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all tx, ROOTS_BEFORE, place.to_string(), n, limit)?;
    with_all(tx, rows).await
}

/// The comments after a number that reply to none, oldest first.
pub(crate) async fn roots_after(tx: &mut Tx, place: Stream, n: i64, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all tx, ROOTS_AFTER, place.to_string(), n, limit)?;
    with_all(tx, rows).await
}

/// Replies in the threads of a room under these messages, by thread, after one of them, without the
/// deleted ones.
pub(crate) async fn replies_after(
    tx: &mut Tx,
    roots: &[MessageId],
    (root, id): (i64, i64),
    limit: i64,
) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all_in roots, tx,
        messages!("where (m.parent_id > $1 or (m.parent_id = $1 and m.id > $2)) and m.parent_id in ({ids})
                   and m.stream like 'thread:%' and m.deleted_at is null order by m.parent_id, m.id limit $3"),
        root, id, limit)?;
    with_all(tx, rows).await
}

/// Ends where `lo` and `hi` are neighbours: of the messages after `hi` none is older than the moment,
/// and after any lower number there are. Numbers and moments grow together, so there is no need for
/// an index of moments; twenty steps are enough for a million messages.
const BISECTED: &str = "with recursive bisected (lo, hi) as (
       select cast(-1 as bigint), n from streams where name = $1
       union all
       select
         case when coalesce((select m.at from messages m where m.stream = $1 and m.n > (lo + hi) / 2
                             order by m.n limit 1) < $2, false) then (lo + hi) / 2 else lo end,
         case when coalesce((select m.at from messages m where m.stream = $1 and m.n > (lo + hi) / 2
                             order by m.n limit 1) < $2, false) then hi else (lo + hi) / 2 end
       from bisected where hi - lo > 1
     )
     select max(hi) from bisected where hi - lo <= 1";
const FIRST_AFTER: &str = "select m.id from messages m
     where m.stream = $1 and m.n > $2 and m.n > (select s.cleared from streams s where s.name = $1)
       and m.deleted_at is null order by m.n limit 1";

/// The number of the last message of a place that is older than a moment; 0 where there is none.
pub(crate) async fn number_before(tx: &mut Tx, place: Stream, at: i64) -> Result<i64> {
    let row: Option<(Option<i64>,)> = sql!(maybe tx, BISECTED, place.to_string(), at)?;
    Ok(row.and_then(|(n,)| n).unwrap_or(0))
}

/// The first message of a place after a number that is not deleted.
pub(crate) async fn first_after(tx: &mut Tx, place: Stream, n: i64) -> Result<Option<MessageId>> {
    let row: Option<(MessageId,)> = sql!(maybe tx, FIRST_AFTER, place.to_string(), n)?;
    Ok(row.map(|(id,)| id))
}

/// The messages pinned in a place, the last one pinned first.
pub(crate) async fn pinned(tx: &mut Tx, place: Stream, limit: i64) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all tx,
        messages!("join pins q on q.message_id = m.id where q.stream = $1 and m.deleted_at is null
                   order by q.at desc, m.id desc limit $2"),
        place.to_string(), limit)?;
    with_all(tx, rows).await
}

/// The replies to these comments, oldest first.
pub(crate) async fn replies(tx: &mut Tx, parents: &[MessageId]) -> Result<Vec<Message>> {
    let rows: Vec<Row> = sql!(all_in parents, tx,
        messages!("where m.parent_id in ({ids}) order by m.n"),
    )?;
    with_all(tx, rows).await
}

/// Messages with what is in other tables, each of which is only asked where there is something.
async fn with_all(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Message>> {
    let ids: Vec<MessageId> = rows.iter().filter(|row| !row.deleted).map(|row| row.id).collect();
    let mut mentions: HashMap<MessageId, Vec<Person>> = HashMap::new();
    if !ids.is_empty() {
        let found: Vec<(MessageId, UserId, String, String)> = sql!(all_in ids, tx,
            "select m.message_id, u.id, u.username, u.display_name from mentions m join users u on u.id = m.user_id
             where m.message_id in ({ids}) order by u.name_key, u.id")?;
        for (message, id, username, display_name) in found {
            mentions.entry(message).or_default().push(Person { id, username, display_name });
        }
    }
    let those =
        |has: fn(&Row) -> bool| -> Vec<MessageId> { rows.iter().filter(|row| has(row)).map(|row| row.id).collect() };
    let (reacted, replied, pinned) =
        (those(|row| row.reacted && !row.deleted), those(|row| row.replied), those(|row| row.pinned && !row.deleted));
    let filed = those(|row| row.filed && !row.deleted);
    let tasked = those(|row| row.tasked && !row.deleted);
    let quoted: Vec<MessageId> = rows.iter().filter(|row| !row.deleted).filter_map(|row| row.quote_id).collect();
    let mut reactions = if reacted.is_empty() { HashMap::new() } else { reactions::of(tx, &reacted).await? };
    let mut replies = if replied.is_empty() { HashMap::new() } else { threads::under(tx, &replied).await? };
    let mut pins = if pinned.is_empty() { HashMap::new() } else { pins::of(tx, &pinned).await? };
    let mut tasks = if tasked.is_empty() { HashMap::new() } else { references::made_from(tx, &tasked).await? };
    let mut files = if filed.is_empty() { HashMap::new() } else { files::of(tx, &filed).await? };
    let quotes = if quoted.is_empty() { HashMap::new() } else { quotes::of(tx, &quoted).await? };
    let message = |row: Row| Message {
        id: row.id,
        n: row.n,
        author: match (row.author_id, row.username, row.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        },
        at: row.at,
        source: row.source,
        html: row.html,
        client_id: row.client_id,
        parent: row.parent_id,
        deleted: row.deleted,
        mentions: mentions.remove(&row.id).unwrap_or_default(),
        edited_at: row.edited_at,
        reactions: reactions.remove(&row.id).unwrap_or_default(),
        quote: row.quote_id.filter(|_| !row.deleted).and_then(|id| quotes.get(&id).cloned()),
        replies: replies.remove(&row.id),
        pinned: pins.remove(&row.id),
        files: files.remove(&row.id).unwrap_or_default(),
        tasks: tasks.remove(&row.id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(message).collect())
}

/// Holds a message until the write ends, so that what happens to it at once happens one after the
/// other: what is read of it from here on is as the last left it (PostgreSQL).
pub(crate) async fn lock(tx: &mut Tx, id: MessageId) -> Result<u64> {
    sql!(run tx, "update messages set deleted_at = deleted_at where id = $1", id)
}

/// Gives a message another text.
pub(crate) async fn rewrite(tx: &mut Tx, id: MessageId, source: &str, html: &str, now: i64) -> Result<u64> {
    sql!(run tx, "update messages set source = $2, html = $3, edited_at = $4 where id = $1", id, source, html, now)
}

/// Forgets whom a message mentions.
pub(crate) async fn delete_mentions(tx: &mut Tx, id: MessageId) -> Result<u64> {
    sql!(run tx, "delete from mentions where message_id = $1", id)
}

/// Makes a message a tombstone. Its text is shown to nobody any more, and wiped when that can't be
/// undone any more.
pub(crate) async fn bury(tx: &mut Tx, id: MessageId, by: UserId, now: i64) -> Result<u64> {
    sql!(run tx, "update messages set deleted_at = $3, deleted_by = $2 where id = $1", id, by, now)
}

/// When a message was deleted, and by whom; none where it is not, or where its text and files are gone.
pub(crate) async fn deletion(tx: &mut Tx, id: MessageId) -> Result<Option<(i64, Option<UserId>)>> {
    sql!(maybe tx,
        "select deleted_at, deleted_by from messages where id = $1 and deleted_at is not null
           and (source <> '' or exists (select 1 from files f where f.message_id = messages.id))", id)
}

/// Makes a tombstone the message again that it was.
pub(crate) async fn dig_up(tx: &mut Tx, id: MessageId) -> Result<u64> {
    sql!(run tx, "update messages set deleted_at = null, deleted_by = null where id = $1", id)
}

/// Comments of a place that are not deleted.
pub(crate) async fn count(tx: &mut Tx, place: Stream) -> Result<i64> {
    let (count,): (i64,) = sql!(one tx,
        "select count(*) from messages where stream = $1 and deleted_at is null", place.to_string())?;
    Ok(count)
}

/// Those of the named people (usernames in lower case) who may read a room.
pub(crate) async fn readers_of_room(tx: &mut Tx, room: protocol::RoomId, names: &[String]) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = sql!(all_in names, tx,
        "select u.id, u.username, u.display_name from rooms r
         join board_members b on b.board_id = r.board_id
         join users u on u.id = b.user_id and u.deactivated_at is null
         left join room_members m on m.room_id = r.id and m.user_id = u.id
         where r.id = $1 and (not r.private or m.user_id is not null) and u.username_key in ({ids})",
        room)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Those of the named people (usernames in lower case) who are on a board.
pub(crate) async fn readers_of_board(tx: &mut Tx, board: protocol::BoardId, names: &[String]) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = sql!(all_in names, tx,
        "select u.id, u.username, u.display_name from board_members b
         join users u on u.id = b.user_id and u.deactivated_at is null
         where b.board_id = $1 and u.username_key in ({ids})",
        board)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Who wrote in a place lately.
pub(crate) async fn recent_authors(tx: &mut Tx, place: Stream, messages: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "select distinct author_id from messages
         where stream = $1 and author_id is not null and n > (select n from streams where name = $1) - $2",
        place.to_string(), messages)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How far a person has read a place.
pub(crate) async fn watermark(tx: &mut Tx, user: UserId, place: Stream) -> Result<i64> {
    let row: Option<(i64,)> =
        sql!(maybe tx, "select n from watermarks where user_id = $1 and stream = $2", user, place.to_string())?;
    Ok(row.map_or(0, |(n,)| n))
}

/// Moves a watermark forward, never back; false where it was as far already.
pub(crate) async fn raise_watermark(tx: &mut Tx, user: UserId, place: Stream, n: i64, at: i64) -> Result<bool> {
    Ok(!raise_watermarks(tx, &[(user, place, n)], at).await?.is_empty())
}

/// Moves watermarks forward, never back; each person and place at most once. Gives whose moved. `at` is
/// when they read so far; 0 where they did not.
pub(crate) async fn raise_watermarks(tx: &mut Tx, marks: &[(UserId, Stream, i64)], at: i64) -> Result<Vec<(UserId,)>> {
    sql!(values marks, (user, place, n) => [*user, place.to_string(), *n, at], tx,
        "insert into watermarks (user_id, stream, n, at) values {values}
         on conflict (user_id, stream) do update set n = excluded.n, at = excluded.at
         where watermarks.n < excluded.n returning user_id")
}

/// Puts a watermark back; 0 where it is not further.
pub(crate) async fn lower_watermark(tx: &mut Tx, user: UserId, place: Stream, n: i64) -> Result<u64> {
    sql!(run tx,
        "update watermarks set n = $3 where user_id = $1 and stream = $2 and n > $3", user, place.to_string(), n)
}

/// People a person may mention whose folded name matches a pattern: in a room, or on a board, or on
/// any board they share.
pub(crate) async fn mentionable(
    tx: &mut Tx,
    user: UserId,
    place: Option<Stream>,
    pattern: &str,
    limit: i64,
) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = match place {
        Some(Stream::Room(room)) => sql!(all tx,
            r"select u.id, u.username, u.display_name from rooms r
             join board_members b on b.board_id = r.board_id
             join users u on u.id = b.user_id and u.deactivated_at is null
             left join room_members m on m.room_id = r.id and m.user_id = u.id
             where r.id = $1 and (not r.private or m.user_id is not null) and u.id <> $2
               and u.name_key like $3 escape '\' order by u.name_key, u.id limit $4",
            room, user, pattern, limit)?,
        Some(Stream::Task(task)) => sql!(all tx,
            r"select u.id, u.username, u.display_name from tasks t
             join board_members b on b.board_id = t.board_id
             join users u on u.id = b.user_id and u.deactivated_at is null
             where t.id = $1 and u.id <> $2
               and u.name_key like $3 escape '\' order by u.name_key, u.id limit $4",
            task, user, pattern, limit)?,
        _ => sql!(all tx,
            r"select distinct u.id, u.username, u.display_name, u.name_key from board_members mine
             join board_members b on b.board_id = mine.board_id
             join users u on u.id = b.user_id and u.deactivated_at is null
             where mine.user_id = $1 and u.id <> $1
               and u.name_key like $2 escape '\' order by u.name_key, u.id limit $3",
            user, pattern, limit)?,
    };
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Who wrote the message of this number in a place; `None` where they are gone, or it is.
pub(crate) async fn author_of(tx: &mut Tx, place: Stream, n: i64) -> Result<Option<UserId>> {
    let author: Option<(Option<UserId>,)> =
        sql!(maybe tx, "select author_id from messages where stream = $1 and n = $2", place.to_string(), n)?;
    Ok(author.and_then(|(author,)| author))
}

#[cfg(test)]
mod plans;
