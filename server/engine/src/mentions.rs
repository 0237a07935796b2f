//! Whom one may mention: people who may read the place.

use protocol::{
    Person, Stream, limits,
    mention::{self, Candidate, ROWS},
    text::fold,
};

use crate::{Actor, Engine, Result, db, messages::place};

/// Candidates that are ranked, at most.
const CANDIDATES: i64 = 2_000;
/// Messages that count as the conversation that is going on.
const RECENT: i64 = 100;
/// Characters of a query that are looked at; no name is longer than this.
const QUERY: usize = 60;

/// People whom a half-typed name may mean, best first: of a room or task, or of every board that
/// this person is on.
///
/// # Errors
/// The place is not readable.
pub async fn candidates(engine: &Engine, actor: &Actor, stream: Option<Stream>, query: &str) -> Result<Vec<Person>> {
    let mut tx = engine.db().read().await?;
    let mut authors = Vec::new();
    let mut home = None;
    if let Some(stream) = stream {
        home = Some(place(&mut tx, actor, stream).await?.home);
        authors = db::messages::recent_authors(&mut tx, stream, RECENT).await?;
    }
    let query: String = fold(query).chars().filter(|c| *c != '\0').take(QUERY).collect();
    let people = db::messages::mentionable(&mut tx, actor.id(), home, &pattern(&query), CANDIDATES).await?;
    let candidates: Vec<Candidate> = people
        .iter()
        .map(|person| Candidate::new(&person.username, &person.display_name, authors.contains(&person.id)))
        .collect();
    Ok(mention::rank(&query, &candidates, ROWS).into_iter().map(|index| people[index].clone()).collect())
}

/// Everybody whom one may mention in a place, in the order of their names; nothing where they are more than
/// [`limits::MENTIONABLE`].
///
/// # Errors
/// The place is not readable, or asked too often.
pub async fn everybody(engine: &Engine, actor: &Actor, stream: Stream) -> Result<Option<Vec<Person>>> {
    engine.limits().look_up(actor.id())?;
    let mut tx = engine.db().read().await?;
    let home = place(&mut tx, actor, stream).await?.home;
    let people = db::messages::mentionable(&mut tx, actor.id(), Some(home), "%", limits::MENTIONABLE + 1).await?;
    Ok((people.len() as i64 <= limits::MENTIONABLE).then_some(people))
}

/// The pattern of names in which the letters of the query occur in order.
fn pattern(query: &str) -> String {
    let letters: Vec<String> = query.chars().map(|letter| db::literal(letter.encode_utf8(&mut [0; 4]))).collect();
    format!("%{}%", letters.join("%"))
}
