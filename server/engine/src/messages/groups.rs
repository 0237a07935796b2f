//! Whom a message notifies by naming a group: `@here`, `@room`, `@board`.

use std::collections::HashSet;

use protocol::{
    Error, Stream, UserId, limits,
    mention::{Group, may_notify},
    page::Reach,
    text,
};

use super::{Place, place};
use crate::{
    Actor, Engine, Result, boards,
    db::{self, Tx},
    markdown,
};

/// The people whom groups mean, who writes aside.
#[derive(Default)]
pub(crate) struct Reached {
    pub(crate) people: Vec<UserId>,
    /// Does who writes own the board?
    owner: bool,
}

/// How many people a text would notify by naming groups, for who may post it.
///
/// # Errors
/// Not readable, no right to post, empty or too long, or more people than this person may notify.
pub async fn reach(engine: &Engine, actor: &Actor, stream: Stream, content: &str) -> Result<Reach> {
    let source = text::message(content)?;
    let named = markdown::parse(&source).groups(stream);
    let mut tx = engine.db().read().await?;
    let place = place(&mut tx, actor, stream).await?;
    if !place.rights.posts {
        return Err(Error::Forbidden);
    }
    let reached = reached(engine, &mut tx, actor, &place, &named).await?;
    require(&reached, true)?;
    Ok(Reach { people: reached.people.len(), group: !named.is_empty() })
}

/// Whom groups mean in a place: who may read it and is in the room, on the board, or online.
pub(crate) async fn reached(
    engine: &Engine,
    tx: &mut Tx,
    actor: &Actor,
    place: &Place,
    named: &[Group],
) -> Result<Reached> {
    if named.is_empty() {
        return Ok(Reached::default());
    }
    // One more than may be, and who writes.
    let most = limits::GROUP as i64 + 2;
    let mut people = HashSet::new();
    for group in named {
        match (group, &place.room) {
            (Group::Here, room) => {
                let online: Vec<UserId> = engine.hub().online().into_iter().collect();
                people.extend(match room {
                    Some(room) => db::rooms::members_among(tx, room.id, &online).await?,
                    None => db::boards::members_among(tx, place.board, &online).await?,
                });
            }
            // Of a private room nobody else hears.
            (Group::Board, Some(room)) if room.private => people.extend(db::rooms::reached(tx, room.id, most).await?),
            (Group::Board, _) => people.extend(db::boards::reached(tx, place.board, most).await?),
            (Group::Room, Some(room)) => people.extend(db::rooms::reached(tx, room.id, most).await?),
            (Group::Room, None) => {}
        }
    }
    people.remove(&actor.id());
    let mut people: Vec<UserId> = people.into_iter().collect();
    people.sort_unstable();
    let owner = boards::access(tx, actor, place.board).await?.runs();
    Ok(Reached { people, owner })
}

/// May these people be notified, and does who writes know how many they are?
pub(crate) fn require(reached: &Reached, confirmed: bool) -> Result<()> {
    let people = reached.people.len();
    if !may_notify(people, reached.owner) {
        return Err(Error::invalid(
            "content",
            match reached.owner {
                true => format!("More than {} people can’t be notified at once.", limits::GROUP),
                false => {
                    format!("Only owners of the board may notify more than {} people at once.", limits::GROUP_OWNER)
                }
            },
        ));
    }
    if people >= limits::GROUP_CONFIRM && !confirmed {
        return Err(Error::invalid("confirmed", format!("This notifies {people} people. Is that meant?")));
    }
    Ok(())
}
