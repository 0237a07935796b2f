//! Messages that quote others.

use protocol::{Message, MessageId, Quote};

use super::found;
use crate::{Actor, Engine, Result, markdown, notify::EXCERPT};

/// What of a message is shown where another quotes it, as it is now.
///
/// # Errors
/// Not there, or not readable.
pub async fn quote(engine: &Engine, actor: &Actor, id: MessageId) -> Result<Quote> {
    let (message, _) = found(&mut engine.db().read().await?, actor, id).await?;
    Ok(of(&message))
}

pub(super) fn of(message: &Message) -> Quote {
    Quote {
        id: message.id,
        author: message.author.clone(),
        excerpt: (!message.deleted).then(|| markdown::excerpt(&message.source, EXCERPT)),
        deleted: message.deleted,
    }
}

/// A message as an event may hold it: without the words of another.
pub(super) fn told(mut message: Message) -> Box<Message> {
    if let Some(quote) = &mut message.quote {
        quote.excerpt = None;
    }
    Box::new(message)
}
