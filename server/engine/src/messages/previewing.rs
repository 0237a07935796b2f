//! What a text will look like, before it is stored.

use protocol::{Error, Stream, Writing, text};

use super::{place, render};
use crate::{Actor, Engine, Result};

/// The HTML that a text would have in a place: as a message or comment, or as the description of a task. Nothing
/// is stored and nobody is told.
///
/// # Errors
/// Not readable, no right to write, empty or too long, or asked too often.
pub async fn preview(
    engine: &Engine,
    actor: &Actor,
    stream: Stream,
    writing: Writing,
    content: &str,
) -> Result<String> {
    engine.limits().preview(actor.id())?;
    let source = match writing {
        Writing::Message => text::message(content)?,
        Writing::Text => text::description(content)?,
    };
    let mut tx = engine.db().read().await?;
    let place = place(&mut tx, actor, stream).await?;
    if !place.rights.posts {
        return Err(Error::Forbidden);
    }
    // A description is read as what stands on the board.
    let home = match (writing, stream) {
        (Writing::Message, _) => place.home,
        (Writing::Text, Stream::Task(_)) => Stream::Board(place.board),
        (Writing::Text, _) => return Err(Error::invalid("place", "Only a task has a description.")),
    };
    Ok(render(&mut tx, home, place.board, &source).await?.0)
}
