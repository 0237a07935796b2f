//! Mail: addresses that are asked about, and what is to be mailed of inboxes.

use std::collections::HashMap;

use protocol::{BoardId, Hearing, Level, Mailing, MessageId, NotificationId, RoomId, Stream, TaskId, UserId};

use super::{Tx, notifications::InboxRow, sql};
use crate::Result;

/// What is known of the address that somebody gave.
#[derive(sqlx::FromRow)]
pub(crate) struct Address {
    pub(crate) address: String,
    pub(crate) asked_at: i64,
    pub(crate) asked: i64,
    pub(crate) confirmed: bool,
}

/// What is known of the address that somebody gave last.
pub(crate) async fn address(tx: &mut Tx, user: UserId) -> Result<Option<Address>> {
    sql!(maybe tx,
        "select address, asked_at, asked, confirmed_at is not null as confirmed from mail_addresses where user_id = $1",
        user)
}

/// Has it asked whether an address is somebody's, for the `asked`th time on this day.
pub(crate) async fn ask(tx: &mut Tx, user: UserId, address: &str, token: &str, now: i64, asked: i64) -> Result<u64> {
    sql!(run tx,
        "insert into mail_addresses (user_id, address, token, asked_at, asked, due_at) values ($1, $2, $3, $4, $5, $4)
         on conflict (user_id) do update set
           token = case when mail_addresses.address = excluded.address then mail_addresses.token else excluded.token end,
           address = excluded.address, asked_at = excluded.asked_at, asked = excluded.asked, confirmed_at = null,
           due_at = excluded.due_at, tries = 0",
        user, address, token, now, asked)
}

/// The mails that ask and are due, by whom they are to.
pub(crate) async fn questions(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> =
        sql!(all tx, "select user_id from mail_addresses where due_at <= $1 order by due_at limit $2", now, limit)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// A mail that asks.
#[derive(sqlx::FromRow)]
pub(crate) struct Question {
    pub(crate) address: String,
    pub(crate) token: String,
    pub(crate) name: String,
    pub(crate) tries: i64,
}

/// Takes a mail that asks, to send it; until `lease` it is nobody else's. None where another node was first, or
/// there is nothing to ask any more.
pub(crate) async fn lease_question(tx: &mut Tx, user: UserId, now: i64, lease: i64) -> Result<Option<Question>> {
    sql!(maybe tx,
        "update mail_addresses set due_at = $3, tries = tries + 1
         where user_id = $1 and due_at <= $2
         returning address, token, tries, (select u.display_name from users u where u.id = mail_addresses.user_id) as name",
        user, now, lease)
}

/// A mail that asks was sent, or is to be sent again at a moment.
pub(crate) async fn settle_question(tx: &mut Tx, user: UserId, tries: i64, again: Option<i64>) -> Result<u64> {
    sql!(run tx, "update mail_addresses set due_at = $3 where user_id = $1 and tries = $2", user, tries, again)
}

/// The address that a question with this token was about, if it was asked after a moment and is still what its
/// person gave; and whether it is confirmed.
pub(crate) async fn asked(tx: &mut Tx, token: &str, after: i64) -> Result<Option<(String, bool)>> {
    sql!(maybe tx,
        "select a.address, a.confirmed_at is not null from mail_addresses a join users u on u.id = a.user_id
         where a.token = $1 and (a.asked_at > $2 or a.confirmed_at is not null) and u.email = a.address",
        token, after)
}

/// Notes that the address is its person's; 0 where the token is good no more.
pub(crate) async fn confirm(tx: &mut Tx, token: &str, after: i64, now: i64) -> Result<u64> {
    sql!(run tx,
        "update mail_addresses set confirmed_at = coalesce(confirmed_at, $3)
         where token = $1 and (asked_at > $2 or confirmed_at is not null)
           and address = (select u.email from users u where u.id = mail_addresses.user_id)",
        token, after, now)
}

/// Has what was just put into rows of inboxes mailed to those of their people who want that; whoever takes it first
/// puts it off to its moment. People are taken in one order, so that none waits in a circle (PostgreSQL).
pub(crate) async fn raise(tx: &mut Tx, rows: &[NotificationId], now: i64) -> Result<u64> {
    sql!(run_in rows, tx,
        "insert into digests (user_id, since, due_at)
         select c.user_id, $1, $1 from notice_choices c
         where c.mail <> 'never' and c.user_id in (select n.user_id from notifications n where n.id in ({ids}))
         order by c.user_id
         on conflict (user_id) do update set raised = digests.raised + 1",
        now)
}

/// To whom something is to be mailed by now, the longest due first.
pub(crate) async fn due(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(UserId,)> =
        sql!(all tx, "select user_id from digests where due_at <= $1 order by due_at limit $2", now, limit)?;
    Ok(rows.into_iter().map(|(user,)| user).collect())
}

/// A mail to somebody of what is in their inbox.
#[derive(sqlx::FromRow)]
pub(crate) struct Digest {
    pub(crate) user_id: UserId,
    pub(crate) since: i64,
    pub(crate) raised: i64,
    pub(crate) tries: i64,
    #[sqlx(try_from = "String")]
    pub(crate) mail: Mailing,
    pub(crate) mail_at: i64,
    pub(crate) zone: String,
    pub(crate) token: String,
    pub(crate) from_id: i64,
    pub(crate) mailed_at: Option<i64>,
    pub(crate) name: String,
    pub(crate) address: String,
    /// Is the address theirs, and may they sign in?
    pub(crate) reachable: bool,
}

/// Takes what is to be mailed to somebody, to send it; until `lease` it is nobody else's. None where another node
/// was first.
pub(crate) async fn lease(tx: &mut Tx, user: UserId, now: i64, lease: i64) -> Result<Option<Digest>> {
    let taken = sql!(run tx, "update digests set due_at = $3, tries = tries + 1 where user_id = $1 and due_at <= $2",
            user, now, lease)?;
    if taken == 0 {
        return Ok(None);
    }
    sql!(maybe tx,
        "select d.user_id, d.since, d.raised, d.tries, c.mail, c.mail_at, c.zone, c.token, c.from_id, c.mailed_at,
                u.display_name as name, u.email as address,
                a.confirmed_at is not null and u.deactivated_at is null as reachable
         from digests d join notice_choices c on c.user_id = d.user_id join users u on u.id = d.user_id
         left join mail_addresses a on a.user_id = u.id and a.address = u.email
         where d.user_id = $1",
        user)
}

/// Looks at a mail again later, as if it had not been looked at now.
pub(crate) async fn put_off(tx: &mut Tx, user: UserId, until: i64) -> Result<u64> {
    sql!(run tx, "update digests set due_at = $2, tries = tries - 1 where user_id = $1", user, until)
}

/// Tries to send a mail again later.
pub(crate) async fn again(tx: &mut Tx, user: UserId, tries: i64, at: i64) -> Result<u64> {
    sql!(run tx, "update digests set due_at = $3 where user_id = $1 and tries = $2", user, tries, at)
}

/// A mail was sent, or is not to be: it is looked at anew where something has come since `raised` was read.
pub(crate) async fn done(tx: &mut Tx, user: UserId, tries: i64, raised: i64, now: i64) -> Result<()> {
    let ended: u64 = sql!(run tx,
        "delete from digests where user_id = $1 and tries = $2 and raised = $3", user, tries, raised)?;
    if ended == 0 {
        sql!(run tx,
            "update digests set since = $3, due_at = $3, tries = 0 where user_id = $1 and tries = $2", user, tries, now)?;
    }
    Ok(())
}

/// Nothing is to be mailed to somebody.
pub(crate) async fn forget(tx: &mut Tx, user: UserId) -> Result<u64> {
    sql!(run tx, "delete from digests where user_id = $1", user)
}

/// What waits for somebody is looked at anew.
pub(crate) async fn look_anew(tx: &mut Tx, user: UserId, now: i64) -> Result<u64> {
    sql!(run tx, "update digests set due_at = $2 where user_id = $1 and tries = 0", user, now)
}

/// Notes that something was mailed.
pub(crate) async fn note_mailed(tx: &mut Tx, user: UserId, now: i64) -> Result<u64> {
    sql!(run tx, "update notice_choices set mailed_at = $2 where user_id = $1", user, now)
}

/// A row of an inbox that is not read, with its newest unread source.
#[derive(sqlx::FromRow)]
pub(crate) struct Unmailed {
    #[sqlx(flatten)]
    pub(crate) row: InboxRow,
    /// The newest unread source, which counts the row as mailed.
    pub(crate) last: i64,
}

/// What is unread in somebody's inbox and was not mailed, the newest first; only what came after a source.
pub(crate) async fn unmailed(tx: &mut Tx, user: UserId, after: i64, limit: i64) -> Result<Vec<Unmailed>> {
    sql!(all tx,
        "select n.id, n.stream, n.at, s.reason, s.message_id, m.source, s.actor_id, u.username, u.display_name,
                c.unread, c.unread as total, c.last
         from (select notification_id, count(*) as unread, max(id) as last from notification_sources
               where user_id = $1 and read_at is null group by notification_id) c
         join notifications n on n.id = c.notification_id
         join notification_sources s on s.id = c.last
         left join messages m on m.id = s.message_id
         left join users u on u.id = s.actor_id
         where c.last > $2 and (n.mailed_id is null or n.mailed_id < c.last)
         order by n.at desc, n.id desc limit $3",
        user, after, limit)
}

/// Notes which rows were mailed, and up to which source.
pub(crate) async fn mark(tx: &mut Tx, seen: &[(NotificationId, i64)]) -> Result<()> {
    if seen.is_empty() {
        return Ok(());
    }
    let _none: Vec<(i64,)> = sql!(values seen, (row, last) => [*row, *last], tx,
        "update notifications set mailed_id = v.column2 from (values {values}) as v
         where notifications.id = v.column1 returning id")?;
    Ok(())
}

/// A place that somebody may read, by its number among its kind: its board, and its room where it has one.
#[derive(sqlx::FromRow)]
struct Place {
    id: i64,
    board_id: BoardId,
    room_id: Option<RoomId>,
}

/// Of these places those that somebody may read: each with its board, and with its room where it has one. A
/// statement for each kind.
pub(crate) async fn readable(
    tx: &mut Tx,
    user: UserId,
    places: &[Stream],
) -> Result<HashMap<Stream, (BoardId, Option<RoomId>)>> {
    let mut found = HashMap::new();
    let ids = |of: fn(Stream) -> Option<i64>| places.iter().filter_map(|place| of(*place)).collect::<Vec<i64>>();
    let mut keep = |rows: Vec<Place>, stream: fn(i64) -> Stream| {
        found.extend(rows.into_iter().map(|row| (stream(row.id), (row.board_id, row.room_id))));
    };
    let boards = ids(|place| if let Stream::Board(id) = place { Some(id.0) } else { None });
    let rows: Vec<Place> = sql!(all_in boards, tx,
        "select board_id as id, board_id, cast(null as bigint) as room_id from board_members
         where user_id = $1 and board_id in ({ids})",
        user)?;
    keep(rows, |id| Stream::Board(BoardId(id)));
    let tasks = ids(|place| if let Stream::Task(id) = place { Some(id.0) } else { None });
    let rows: Vec<Place> = sql!(all_in tasks, tx,
        "select t.id, t.board_id, cast(null as bigint) as room_id from tasks t
         join board_members b on b.board_id = t.board_id and b.user_id = $1
         where t.deleted_at is null and t.id in ({ids})",
        user)?;
    keep(rows, |id| Stream::Task(TaskId(id)));
    let threads = ids(|place| if let Stream::Thread(id) = place { Some(id.0) } else { None });
    let homes: Vec<(i64, String)> = sql!(all_in threads, tx, "select id, stream from messages where id in ({ids})")?;
    let home = |(root, stream): (i64, String)| match stream.parse() {
        Ok(Stream::Room(room)) => Some((root, room.0)),
        _ => None,
    };
    let homes: Vec<(i64, i64)> = homes.into_iter().filter_map(home).collect();
    let mut rooms = ids(|place| if let Stream::Room(id) = place { Some(id.0) } else { None });
    rooms.extend(homes.iter().map(|(_, room)| *room));
    let rows: Vec<Place> = sql!(all_in rooms, tx,
        "select r.id, r.board_id, r.id as room_id from rooms r
         join board_members b on b.board_id = r.board_id and b.user_id = $1
         where r.id in ({ids}) and (not r.private or exists
           (select 1 from room_members m where m.room_id = r.id and m.user_id = b.user_id))",
        user)?;
    keep(rows, |id| Stream::Room(RoomId(id)));
    let in_rooms = |(root, room)| Some((Stream::Thread(MessageId(root)), *found.get(&Stream::Room(RoomId(room)))?));
    let in_rooms: Vec<_> = homes.into_iter().filter_map(in_rooms).collect();
    found.extend(in_rooms);
    Ok(found)
}

/// How much somebody wants to hear of these boards and rooms, where they have said so.
async fn levels(tx: &mut Tx, user: UserId, names: &[String]) -> Result<HashMap<String, (Option<Level>, bool)>> {
    let rows: Vec<(String, Option<String>, bool)> = sql!(all_in names, tx,
        "select stream, level, muted from levels where user_id = $1 and stream in ({ids})", user)?;
    Ok(rows
        .into_iter()
        .map(|(name, level, muted)| (name, (level.and_then(|level| Level::named(&level)), muted)))
        .collect())
}

/// How somebody hears of places, by board and room.
pub(crate) async fn hearings(tx: &mut Tx, user: UserId, places: &[(BoardId, Option<RoomId>)]) -> Result<Vec<Hearing>> {
    let board_name = |board: BoardId| Stream::Board(board).to_string();
    let room_name = |room: RoomId| Stream::Room(room).to_string();
    let mut names: Vec<String> =
        places.iter().flat_map(|(board, room)| [Some(board_name(*board)), room.map(room_name)]).flatten().collect();
    names.sort_unstable();
    names.dedup();
    let said = levels(tx, user, &names).await?;
    let hearing = |(board, room): &(BoardId, Option<RoomId>)| {
        let (own, muted) = room.and_then(|room| said.get(&room_name(room)).copied()).unwrap_or_default();
        let board = said.get(&board_name(*board)).and_then(|(level, _)| *level).unwrap_or_default();
        Hearing { own, board, muted }
    };
    Ok(places.iter().map(hearing).collect())
}
