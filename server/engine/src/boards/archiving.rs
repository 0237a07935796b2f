//! Boards that are put away: off the lists of their members, and read only, until an owner brings them back.

use protocol::{BoardId, Error, Event, MyBoard, Stream, activity::Deed};
use uuid::Uuid;

use super::access;
use crate::{
    Actor, Engine, Result,
    db::boards::{self as rows, ending},
    write::{Write, digest},
};

/// Archives a board. Whoever is on it still reads it, and nobody writes there: not its owners either.
///
/// # Errors
/// [`Error::Forbidden`] but to owners; [`Error::NotFound`].
pub async fn archive(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId) -> Result<MyBoard> {
    let request = digest("boards::archive", &board)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let mine = owned(w, &actor, board).await?;
                if ending::archive(&mut w.tx, board, actor.id(), w.now).await? == 0 {
                    return Ok(mine);
                }
                tell(w, &actor, mine, true, Deed::BoardArchived).await
            })
        })
        .await
}

/// Brings a board back that was archived.
///
/// # Errors
/// [`Error::Forbidden`] but to owners; [`Error::NotFound`].
pub async fn restore(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId) -> Result<MyBoard> {
    let request = digest("boards::restore", &board)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let mine = owned(w, &actor, board).await?;
                if ending::restore(&mut w.tx, board).await? == 0 {
                    return Ok(mine);
                }
                tell(w, &actor, mine, false, Deed::BoardRestored).await
            })
        })
        .await
}

/// A board that this person owns, archived or not, held until the write ends.
pub(super) async fn owned(w: &mut Write, actor: &Actor, board: BoardId) -> Result<MyBoard> {
    rows::lock(&mut w.tx, board).await?;
    let mine = access(&mut w.tx, actor, board).await?;
    if mine.owns() { Ok(mine) } else { Err(Error::Forbidden) }
}

/// Tells those who are on the board now, and those who have it in their lists.
async fn tell(w: &mut Write, actor: &Actor, mut mine: MyBoard, archived: bool, deed: Deed) -> Result<MyBoard> {
    mine.board.archived = archived;
    let (id, board) = (mine.board.id, mine.board.clone());
    w.tell(Stream::Board(id), Event::BoardChanged { board: board.clone() }).did(actor.id(), [deed]);
    for (user, role) in ending::members(&mut w.tx, id).await? {
        w.tell(Stream::User(user), Event::BoardAdded { board: MyBoard { board: board.clone(), role } });
    }
    Ok(mine)
}
