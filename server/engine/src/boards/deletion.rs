//! Boards that are deleted, with everything on them.

use protocol::{BoardId, Error, Event, Stream};
use uuid::Uuid;

use super::archiving::owned;
use crate::{
    Actor, Engine, Result,
    db::boards::{self as rows, ending},
    write::{Revocation, digest, internal},
};

/// Deletes a board with its tasks, rooms, messages and files, for everybody and for good. Nobody sees anything of
/// it from then on; its rows go in steps, so that a very large one holds up nobody. `name` shows that it is meant.
///
/// # Errors
/// [`Error::Invalid`] naming `confirm` where that is not the board's name; [`Error::Forbidden`] but to owners;
/// [`Error::NotFound`].
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, name: &str) -> Result<()> {
    let request = digest("boards::delete", &board)?;
    let (actor, name) = (actor.clone(), name.trim().to_owned());
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let mine = owned(w, &actor, board).await?;
                if name != mine.board.name {
                    return Err(Error::invalid("confirm", "This is not the name of the board."));
                }
                w.tx.allow_long().await?;
                let streams = rows::streams(&mut w.tx, board).await?;
                let streams = streams.iter().map(|name| name.parse().map_err(internal)).collect::<Result<_>>()?;
                let members = ending::close(&mut w.tx, board, w.now).await?;
                w.revoke(Revocation::Gone(streams));
                for user in members {
                    w.tell(Stream::User(user), Event::BoardRemoved { id: board });
                }
                Ok(())
            })
        })
        .await?;
    engine.housework().notify_one();
    Ok(())
}
