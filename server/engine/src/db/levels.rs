//! How much people want to hear of rooms and boards.

use std::collections::BTreeMap;

use protocol::{BoardId, Hearing, Level, RoomId, Stream, UserId};

use super::{Tx, sql};
use crate::Result;

/// Who wants to hear everything of some rooms and boards: the stream's name, and who.
pub(crate) async fn everything(tx: &mut Tx, places: &[String]) -> Result<Vec<(String, UserId)>> {
    sql!(all_in places, tx, "select stream, user_id from levels where level = 'everything' and stream in ({ids})")
}

#[derive(sqlx::FromRow)]
struct Row {
    user_id: UserId,
    stream: String,
    level: Option<String>,
    muted: bool,
}

/// How people hear of a room, or of a board where no room is named: a hearing each.
pub(crate) async fn of(
    tx: &mut Tx,
    board: BoardId,
    room: Option<RoomId>,
    users: &[UserId],
) -> Result<Vec<(UserId, Hearing)>> {
    let board = Stream::Board(board).to_string();
    let room = room.map_or_else(|| board.clone(), |room| Stream::Room(room).to_string());
    let rows: Vec<Row> = sql!(all_in users, tx,
        "select user_id, stream, level, muted from levels where stream in ($1, $2) and user_id in ({ids})",
        board.as_str(), room.as_str())?;
    let mut hearings: BTreeMap<UserId, Hearing> = users.iter().map(|user| (*user, Hearing::default())).collect();
    for Row { user_id, stream, level, muted } in rows {
        let level = level.and_then(|level| Level::named(&level));
        let hearing = hearings.entry(user_id).or_default();
        if stream == board {
            hearing.board = level.unwrap_or_default();
        } else {
            (hearing.own, hearing.muted) = (level, muted);
        }
    }
    Ok(hearings.into_iter().collect())
}

/// How one person hears of a room, or of a board where no room is named.
pub(crate) async fn one(tx: &mut Tx, board: BoardId, room: Option<RoomId>, user: UserId) -> Result<Hearing> {
    Ok(of(tx, board, room, &[user]).await?.pop().map(|(_, hearing)| hearing).unwrap_or_default())
}

/// Sets how a person hears of a room or a board.
pub(crate) async fn set(tx: &mut Tx, user: UserId, place: Stream, level: Option<Level>, muted: bool) -> Result<u64> {
    sql!(run tx,
        "insert into levels (user_id, stream, level, muted) values ($1, $2, $3, $4)
         on conflict (user_id, stream) do update set level = excluded.level, muted = excluded.muted",
        user, place.to_string(), level.map(Level::as_str), muted)
}
