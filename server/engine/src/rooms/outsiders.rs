//! People who are mentioned in a private room and are not in it.

use protocol::{Person, Stream, UserId, text};

use crate::{Actor, Engine, Result, db, markdown, messages};

/// The people that a text mentions who are on the board and not in this private room, for who may put them
/// into it; nobody for others, and of an open room.
///
/// # Errors
/// Not readable; empty or too long.
pub async fn outsiders(engine: &Engine, actor: &Actor, place: Stream, content: &str) -> Result<Vec<Person>> {
    let names = markdown::parse(&text::message(content)?).names();
    let mut tx = engine.db().read().await?;
    let there = messages::place(&mut tx, actor, place).await?;
    // Who moderates a room manages it.
    let Some(room) = there.room.filter(|room| room.private && there.rights.moderates) else { return Ok(Vec::new()) };
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut people = db::messages::readers_of_board(&mut tx, room.board, &names).await?;
    let ids: Vec<UserId> = people.iter().map(|person| person.id).collect();
    let inside = db::rooms::members_among(&mut tx, room.id, &ids).await?;
    people.retain(|person| !inside.contains(&person.id));
    Ok(people)
}
