//! Rooms and who is in them.

use std::collections::HashMap;

use protocol::{BoardId, MessageId, Person, Role, Room, RoomEntry, RoomId, UserId};

use super::{Tx, sql};
use crate::Result;

/// A room with how one person stands to it.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct Entry {
    id: RoomId,
    board_id: BoardId,
    name: String,
    topic: String,
    private: bool,
    creator_id: Option<UserId>,
    joined: bool,
    n: i64,
    read: i64,
    muted: bool,
}

impl From<Entry> for RoomEntry {
    fn from(row: Entry) -> Self {
        let Entry { id, board_id, name, topic, private, creator_id, joined, n, read, muted } = row;
        let room = Room { id, board: board_id, name, topic, private, creator: creator_id };
        Self { room, joined, n, read, muted }
    }
}

/// A room as its board's member sees it, with that person's role; none where they are not on the board.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct Seen {
    #[sqlx(flatten)]
    pub(crate) entry: Entry,
    pub(crate) board_name: String,
    pub(crate) board_archived: bool,
    #[sqlx(try_from = "String")]
    pub(crate) role: Role,
}

#[derive(sqlx::FromRow)]
struct SeenBy {
    #[sqlx(flatten)]
    seen: Seen,
    author_id: UserId,
}

/// Rooms on the boards of the person `$1`, as [`Seen`] and [`Entry`] read them, where the rest of
/// the text says.
macro_rules! rooms {
    ($rest:literal) => {
        concat!(
            "select r.id, r.board_id, r.name, r.topic, r.private, r.creator_id, m.user_id is not null as joined, \
             coalesce(s.n, 0) as n, coalesce(w.n, 0) as read, coalesce(l.muted, false) as muted, o.name as board_name, \
             o.archived_at is not null as board_archived, b.role \
             from board_members b join boards o on o.id = b.board_id join rooms r on r.board_id = b.board_id \
             left join room_members m on m.room_id = r.id and m.user_id = $1 \
             left join streams s on s.name = 'room:' || r.id \
             left join watermarks w on w.user_id = $1 and w.stream = 'room:' || r.id \
             left join levels l on l.user_id = $1 and l.stream = 'room:' || r.id \
             where b.user_id = $1 ",
            $rest
        )
    };
}

/// The rooms of a board that a person can see, by name.
pub(crate) async fn entries(tx: &mut Tx, board: BoardId, user: UserId) -> Result<Vec<RoomEntry>> {
    let rows: Vec<Entry> = sql!(all tx,
        rooms!("and r.board_id = $2 and (not r.private or m.user_id is not null) order by r.name_key, r.id"),
        user, board)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The rooms that a person can see on all of their boards, by name.
pub(crate) async fn all_entries(tx: &mut Tx, user: UserId) -> Result<Vec<RoomEntry>> {
    let rows: Vec<Entry> = sql!(all tx,
        rooms!("and (not r.private or m.user_id is not null) order by r.name_key, r.id"),
        user)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A room as a person sees it; none where it is not there or they are not on its board. Whether
/// they may see a private one is for the caller to decide.
pub(crate) async fn seen(tx: &mut Tx, room: RoomId, user: UserId) -> Result<Option<Seen>> {
    sql!(maybe tx, rooms!("and r.id = $2"), user, room)
}

/// As [`seen`], for several people and rooms at once. Found where the person is on the room's board.
pub(crate) async fn seen_by(tx: &mut Tx, asked: &[(RoomId, UserId)]) -> Result<HashMap<(RoomId, UserId), Seen>> {
    // `cross join` keeps SQLite from beginning with the rooms. Who posts is not asked what they mute.
    let rows: Vec<SeenBy> = sql!(values asked, (room, user) => [*room, *user], tx,
        "with asked (room_id, user_id) as (values {values})
         select r.id, r.board_id, r.name, r.topic, r.private, r.creator_id, m.user_id is not null as joined,
                coalesce(s.n, 0) as n, coalesce(w.n, 0) as read, false as muted, o.name as board_name,
                o.archived_at is not null as board_archived, b.role, a.user_id as author_id
         from asked a cross join rooms r cross join board_members b cross join boards o
         left join room_members m on m.room_id = r.id and m.user_id = a.user_id
         left join streams s on s.name = 'room:' || r.id
         left join watermarks w on w.user_id = a.user_id and w.stream = 'room:' || r.id
         where r.id = a.room_id and b.board_id = r.board_id and b.user_id = a.user_id and o.id = r.board_id")?;
    Ok(rows.into_iter().map(|row| ((row.seen.entry.id, row.author_id), row.seen)).collect())
}

/// Those of the rooms that a person may read.
pub(crate) async fn readable(tx: &mut Tx, user: UserId, rooms: &[RoomId]) -> Result<Vec<RoomEntry>> {
    let rows: Vec<Entry> = sql!(all_in rooms, tx,
        rooms!("and (not r.private or m.user_id is not null) and r.id in ({ids})"),
        user)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Makes a room; none where its name is in use on the board.
pub(crate) async fn insert(tx: &mut Tx, room: &Room, name_key: &str, now: i64) -> Result<Option<RoomId>> {
    let row: Option<(RoomId,)> = sql!(maybe tx,
        "insert into rooms (board_id, name, name_key, topic, private, creator_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (board_id, name_key) do nothing returning id",
        room.board, room.name.as_str(), name_key, room.topic.as_str(), room.private, room.creator, now)?;
    Ok(row.map(|(id,)| id))
}

/// Is there another room of this name on the board?
pub(crate) async fn name_taken(tx: &mut Tx, board: BoardId, name_key: &str, but: RoomId) -> Result<bool> {
    let row: Option<(RoomId,)> = sql!(maybe tx,
        "select id from rooms where board_id = $1 and name_key = $2 and id <> $3", board, name_key, but)?;
    Ok(row.is_some())
}

/// Changes a room's name and topic.
pub(crate) async fn update(tx: &mut Tx, room: RoomId, name: &str, name_key: &str, topic: &str) -> Result<u64> {
    sql!(run tx, "update rooms set name = $2, name_key = $3, topic = $4 where id = $1", room, name, name_key, topic)
}

/// Deletes a room's members and name: nothing leads to its messages any more.
pub(crate) async fn delete(tx: &mut Tx, room: RoomId) -> Result<u64> {
    sql!(run tx, "delete from rooms where id = $1", room)
}

/// Rooms that are deleted and have rows left of their streams.
pub(crate) async fn left_streams(tx: &mut Tx) -> Result<Vec<RoomId>> {
    // A number even where another stream is looked at first.
    let rows: Vec<(RoomId,)> = sql!(all tx,
        "select s.id from
         (select case when name like 'room:%' then cast(substr(name, 6) as bigint) end as id from streams) s
         where s.id is not null and not exists (select 1 from rooms r where r.id = s.id) order by s.id")?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Deletes up to `limit` of a stream's messages with all that hangs on them, the newest first, as
/// nothing hangs on those but what is newer; gives how many.
pub(crate) async fn delete_newest(tx: &mut Tx, stream: protocol::Stream, limit: i64) -> Result<u64> {
    let rows: Vec<(MessageId,)> = sql!(all tx,
        "delete from messages where stream = $1 and n in
         (select n from messages where stream = $1 order by n desc limit $2) returning id",
        stream.to_string(), limit)?;
    let ids: Vec<MessageId> = rows.into_iter().map(|(id,)| id).collect();
    super::search::remove_messages(tx, &ids).await?;
    Ok(ids.len() as u64)
}

/// Deletes the head of a stream, with the marks, watches and whatever else is left of it.
pub(crate) async fn delete_stream(tx: &mut Tx, stream: protocol::Stream) -> Result<u64> {
    sql!(run tx, "delete from streams where name = $1", stream.to_string())
}

/// Puts a person into a room; 0 where they are in it.
pub(crate) async fn join(tx: &mut Tx, room: RoomId, user: UserId) -> Result<u64> {
    sql!(run tx, "insert into room_members (room_id, user_id) values ($1, $2) on conflict do nothing", room, user)
}

/// Puts members of the room's board into a room.
pub(crate) async fn join_all(tx: &mut Tx, room: RoomId, board: BoardId, users: &[UserId]) -> Result<u64> {
    sql!(run_in users, tx,
        "insert into room_members (room_id, user_id)
         select $1, user_id from board_members where board_id = $2 and user_id in ({ids}) on conflict do nothing",
        room, board)
}

/// Takes a person out of a room; 0 where they are not in it.
pub(crate) async fn leave(tx: &mut Tx, room: RoomId, user: UserId) -> Result<u64> {
    sql!(run tx, "delete from room_members where room_id = $1 and user_id = $2", room, user)
}

#[derive(sqlx::FromRow)]
pub(crate) struct PersonRow {
    id: UserId,
    username: String,
    display_name: String,
}

impl From<PersonRow> for Person {
    fn from(PersonRow { id, username, display_name }: PersonRow) -> Self {
        Self { id, username, display_name }
    }
}

/// The members of a room, by name.
pub(crate) async fn members(tx: &mut Tx, room: RoomId, limit: i64) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = sql!(all tx,
        "select u.id, u.username, u.display_name from room_members m join users u on u.id = m.user_id
         where m.room_id = $1 order by u.name_key, u.id limit $2",
        room, limit)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The same, and when they were last here, of those who show it.
pub(crate) async fn members_seen(tx: &mut Tx, room: RoomId, limit: i64) -> Result<Vec<(Person, Option<i64>)>> {
    let rows: Vec<(UserId, String, String, Option<i64>)> = sql!(all tx,
        "select u.id, u.username, u.display_name, u.last_seen_at
         from room_members m join users u on u.id = m.user_id
         where m.room_id = $1 order by u.name_key, u.id limit $2",
        room, limit)?;
    let person = |(id, username, display_name, at)| (Person { id, username, display_name }, at);
    Ok(rows.into_iter().map(person).collect())
}

/// The members of the room's board who are not in the room, by name.
pub(crate) async fn outsiders(tx: &mut Tx, room: RoomId, board: BoardId, limit: i64) -> Result<Vec<Person>> {
    let rows: Vec<PersonRow> = sql!(all tx,
        "select u.id, u.username, u.display_name from board_members b join users u on u.id = b.user_id
         where b.board_id = $2
           and not exists (select 1 from room_members m where m.room_id = $1 and m.user_id = u.id)
         order by u.name_key, u.id limit $3",
        room, board, limit)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Those of some people who are in a room.
pub(crate) async fn members_among(tx: &mut Tx, room: RoomId, users: &[UserId]) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all_in users, tx,
        "select user_id from room_members where room_id = $1 and user_id in ({ids})", room)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// The first who are in a room, by id, and whose account is open.
pub(crate) async fn reached(tx: &mut Tx, room: RoomId, limit: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "select m.user_id from room_members m join users u on u.id = m.user_id and u.deactivated_at is null
         where m.room_id = $1 order by m.user_id limit $2",
        room, limit)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// Marks a room read by all of its members up to a number; gives who was not as far.
pub(crate) async fn read_by_all(tx: &mut Tx, room: RoomId, n: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> = sql!(all tx,
        "insert into watermarks (user_id, stream, n) select user_id, $2, $3 from room_members where room_id = $1
         on conflict (user_id, stream) do update set n = excluded.n where watermarks.n < excluded.n returning user_id",
        room, protocol::Stream::Room(room).to_string(), n)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}
