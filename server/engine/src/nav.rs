//! The frame around every page: who I am, my boards, the rooms of the board I am on.

use protocol::{
    BoardId, RoomId, Stream,
    page::{Nav, NavBoard},
};

use crate::{
    Actor, Engine, Result,
    db::{self, Tx},
    live,
};

/// The frame around a page. Of a place that is not to be seen it says nothing: the page itself does.
///
/// # Errors
/// The database is away.
pub async fn load(engine: &Engine, actor: &Actor, place: Option<Stream>) -> Result<Nav> {
    let mut tx = engine.db().read().await?;
    let boards = db::boards::mine(&mut tx, actor.id()).await?;
    let unread = db::notifications::unread(&mut tx, actor.id()).await?;
    let mut cursors = vec![live::cursor(&mut tx, engine, Stream::User(actor.id())).await?];
    let mut board = None;
    if let Some(id) = board_of(&mut tx, place).await?
        && let Some(mine) = boards.iter().find(|mine| mine.board.id == id)
    {
        let rooms = db::rooms::entries(&mut tx, id, actor.id()).await?;
        let seen = |room: RoomId| rooms.iter().any(|entry| entry.room.id == room);
        if !matches!(place, Some(Stream::Room(room)) if !seen(room)) {
            cursors.push(live::cursor(&mut tx, engine, Stream::Board(id)).await?);
            board = Some(NavBoard { board: mine.clone(), rooms });
        }
    }
    Ok(Nav { me: actor.me.clone(), boards, unread, board, cursors })
}

async fn board_of(tx: &mut Tx, place: Option<Stream>) -> Result<Option<BoardId>> {
    match place {
        Some(Stream::Board(board)) => Ok(Some(board)),
        Some(Stream::Room(room)) => db::boards::of_room(tx, room).await,
        Some(Stream::Thread(_) | Stream::User(_)) | None => Ok(None),
        Some(Stream::Task(task)) => db::tasks::board_of(tx, task).await,
    }
}
