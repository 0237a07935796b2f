//! Emoji that people answer messages with.

use protocol::{Error, Event, MessageId, Reacted, Reaction, limits::REACTIONS};
use uuid::Uuid;

use super::{count, found, held, require};
use crate::{
    Actor, Engine, Result, db, emoji,
    write::{Write, digest},
};

/// Puts an emoji under a message, or takes one's own back.
///
/// # Errors
/// Not readable, not allowed, deleted; not one emoji; too many different ones; too often; the key
/// used for something else.
pub async fn react(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId, emoji: &str) -> Result<Reacted> {
    let emoji = emoji::one(emoji)?;
    let request = digest("messages::react", &(id, &emoji))?;
    {
        let mut tx = engine.db().read().await?;
        found(&mut tx, actor, id).await?;
        count(engine, &mut tx, actor, key).await?;
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| Box::pin(async move { toggle(w, &actor, id, emoji).await }))
        .await
}

/// As [`react`], as part of a write; `emoji` is one in its full form.
pub(crate) async fn toggle(w: &mut Write, actor: &Actor, id: MessageId, emoji: String) -> Result<Reacted> {
    let (message, place) = held(w, actor, id).await?;
    require(place.rights.reacts(&message), &message)?;
    let on = db::reactions::remove(&mut w.tx, id, &emoji, actor.id()).await? == 0;
    if on {
        if db::reactions::others(&mut w.tx, id, &emoji).await? >= REACTIONS {
            let words = format!("There are {REACTIONS} different emoji here, which is the most.");
            return Err(Error::invalid("emoji", words));
        }
        db::reactions::add(&mut w.tx, id, &emoji, actor.id(), w.now).await?;
    }
    let under = db::reactions::of(&mut w.tx, &[id]).await?.remove(&id).unwrap_or_default();
    let reaction = under.into_iter().find(|reaction| reaction.emoji == emoji);
    let reaction = reaction.unwrap_or(Reaction { emoji, count: 0, people: Vec::new() });
    w.tell(place.home, Event::ReactionChanged { id, reaction: reaction.clone(), by: actor.id(), on });
    Ok(Reacted { reaction, on })
}
