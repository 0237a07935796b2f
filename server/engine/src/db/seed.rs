//! Rows in bulk, for measurements: each function takes any number and needs few statements.

use protocol::{BoardId, ColumnId, RoomId, TaskId, UserId};
use uuid::Uuid;

use super::{
    Tx,
    accounts::{name_key, username_key},
    sql,
};
use crate::Result;

/// Rows of one statement. Looking up a placeholder costs SQLite time in proportion to how many
/// there are, so more at once is slower.
const ROWS: usize = 100;

/// Makes users that share a password hash; gives their ids in the order of the names.
pub(crate) async fn users(tx: &mut Tx, names: &[String], hash: &str, now: i64) -> Result<Vec<UserId>> {
    let mut ids = Vec::with_capacity(names.len());
    for part in names.chunks(ROWS) {
        let mut made: Vec<(UserId, String)> = sql!(values part, name =>
            [name.as_str(), username_key(name), name.as_str(), name_key(name, name), "", hash, false, now], tx,
            "insert into users (username, username_key, display_name, name_key, email, password, admin, created_at)
             values {values} returning id, username")?;
        made.sort_by_key(|(_, name)| part.iter().position(|asked| asked == name));
        ids.extend(made.into_iter().map(|(id, _)| id));
    }
    Ok(ids)
}

/// Makes somebody an admin of the installation.
pub(crate) async fn make_admin(tx: &mut Tx, user: UserId) -> Result<u64> {
    sql!(run tx, "update users set admin = $1 where id = $2", true, user)
}

/// Makes the heads of streams, or sets their numbers, as if so many messages had been posted.
pub(crate) async fn heads(tx: &mut Tx, heads: &[(String, i64)]) -> Result<()> {
    for part in heads.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, (stream, n) => [stream.as_str(), *n, *n], tx,
            "insert into streams (name, seq, n) values {values}
             on conflict (name) do update set seq = excluded.seq, n = excluded.n")?;
    }
    Ok(())
}

/// Puts people on a board as members.
pub(crate) async fn board_members(tx: &mut Tx, board: BoardId, users: &[UserId]) -> Result<()> {
    for part in users.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, user => [board, *user, "member"], tx,
            "insert into board_members (board_id, user_id, role) values {values} on conflict do nothing")?;
    }
    Ok(())
}

/// Makes open rooms; gives their ids in order.
pub(crate) async fn rooms(
    tx: &mut Tx,
    board: BoardId,
    names: &[String],
    creator: UserId,
    now: i64,
) -> Result<Vec<RoomId>> {
    let mut ids = Vec::with_capacity(names.len());
    for part in names.chunks(ROWS) {
        let made: Vec<(RoomId,)> = sql!(values part, name =>
            [board, name.as_str(), protocol::text::fold(name), "", false, creator, now], tx,
            "insert into rooms (board_id, name, name_key, topic, private, creator_id, created_at)
             values {values} returning id")?;
        ids.extend(made.into_iter().map(|(id,)| id));
    }
    ids.sort_unstable();
    Ok(ids)
}

/// Puts every member of a board into every room of it.
pub(crate) async fn fill_rooms(tx: &mut Tx, board: BoardId) -> Result<u64> {
    sql!(run tx,
        "insert into room_members (room_id, user_id)
         select r.id, m.user_id from rooms r join board_members m on m.board_id = r.board_id where r.board_id = $1",
        board)
}

/// A task to be stored.
pub(crate) struct NewTask {
    pub(crate) number: i64,
    pub(crate) column: ColumnId,
    pub(crate) position: String,
    pub(crate) title: String,
    pub(crate) description: &'static str,
    pub(crate) html: String,
    pub(crate) author: UserId,
}

/// Makes tasks, and numbers the board's next one after them; gives their ids.
pub(crate) async fn tasks(tx: &mut Tx, board: BoardId, tasks: &[NewTask], now: i64) -> Result<Vec<TaskId>> {
    let mut ids = Vec::with_capacity(tasks.len());
    for part in tasks.chunks(ROWS) {
        let made: Vec<(TaskId,)> = sql!(values part, task =>
            [board, task.number, task.column, task.position.as_str(), task.title.as_str(), task.description,
             task.html.as_str(), task.author, now], tx,
            "insert into tasks (board_id, number, column_id, position, title, description, description_html, author_id, created_at)
             values {values} returning id")?;
        ids.extend(made.into_iter().map(|(id,)| id));
    }
    sql!(run tx, "update boards set tasks = $1 where id = $2", tasks.len() as i64, board)?;
    Ok(ids)
}

/// A message to be stored.
pub(crate) struct NewMessage<'a> {
    pub(crate) stream: &'a str,
    pub(crate) n: i64,
    pub(crate) author: UserId,
    pub(crate) client_id: Uuid,
    pub(crate) source: &'a str,
    pub(crate) html: &'a str,
    pub(crate) at: i64,
}

/// Stores messages. Nobody can retry them: what was asked has an empty digest.
pub(crate) async fn messages(tx: &mut Tx, messages: &[NewMessage<'_>]) -> Result<()> {
    for part in messages.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, new =>
            [new.stream, new.n, new.author, new.client_id, &[0_u8; 0][..], new.source, new.html, new.at], tx,
            "insert into messages (stream, n, author_id, client_id, request, source, html, at) values {values}")?;
    }
    Ok(())
}
