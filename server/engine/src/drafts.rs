//! What people have begun to write and not sent: it is there again in their other browsers.

use protocol::{Draft, Error, Event, MessageId, Stream, limits, text};

use crate::{
    Actor, Engine, Result, db,
    messages::{found, place},
};

/// Drafts of one person that are kept; of more the oldest is forgotten.
const KEPT: i64 = 200;

/// Keeps what somebody has begun to write in a room or on a task, or in reply to a message there;
/// nothing but spaces forgets it. The last one wins.
///
/// # Errors
/// Not readable, too long, too often; the message replied to is not there.
pub async fn save(
    engine: &Engine,
    actor: &Actor,
    stream: Stream,
    parent: Option<MessageId>,
    source: &str,
) -> Result<()> {
    text::no_nul("text", source)?;
    if source.chars().count() > limits::MESSAGE {
        return Err(Error::invalid("text", format!("{} characters are the most.", limits::MESSAGE)));
    }
    let (place, parent) = {
        let mut tx = engine.db().read().await?;
        let home = place(&mut tx, actor, stream).await?.home;
        let parent = match stream {
            Stream::Thread(root) => Some(root),
            _ => parent,
        };
        if let Some(parent) = parent {
            match found(&mut tx, actor, parent).await {
                Ok((_, there)) if there.home == home => {}
                Ok(_) | Err(Error::NotFound) => {
                    return Err(Error::invalid("parent", "The message you reply to is not here any more."));
                }
                Err(error) => return Err(error),
            }
        }
        (home, parent)
    };
    engine.limits().draft(actor.id())?;
    let (user, text) = (actor.id(), source.to_owned());
    engine
        .write(move |w| {
            Box::pin(async move {
                let changed = if text.trim().is_empty() {
                    db::drafts::remove(&mut w.tx, user, place, parent).await?
                } else {
                    let changed = db::drafts::put(&mut w.tx, user, &Draft { place, parent, text, at: w.now }).await?;
                    db::drafts::trim(&mut w.tx, user, KEPT).await?;
                    changed
                };
                if changed > 0 {
                    w.tell(Stream::User(user), Event::DraftChanged { place, parent });
                }
                Ok(())
            })
        })
        .await
}

/// What somebody has begun to write in a room or on a task, replies included, the newest first.
///
/// # Errors
/// Not readable.
pub async fn list(engine: &Engine, actor: &Actor, stream: Stream) -> Result<Vec<Draft>> {
    let mut tx = engine.db().read().await?;
    let home = place(&mut tx, actor, stream).await?.home;
    db::drafts::of(&mut tx, actor.id(), home).await
}
