//! Pages of a conversation.

use std::collections::HashMap;

use protocol::{
    Error, Message, MessageId, Stream,
    limits::{OFFSET, PAGE},
    page::{History, Row},
};

use super::{Window, place};
use crate::{
    Actor, Engine, Result, Zone,
    db::{self, Tx},
};

/// A page of a conversation for our screens, tombstones included, oldest first. On a task whole
/// threads: each reply after the comment it replies to.
///
/// # Errors
/// Not readable, or `before` is not a message of the place.
pub async fn history(
    engine: &Engine,
    actor: &Actor,
    stream: Stream,
    before: Option<MessageId>,
    zone: Zone,
) -> Result<History> {
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    let n = number(&mut tx, stream, before).await?;
    newest(&mut tx, actor, stream, n, zone).await
}

/// As [`history`], in a snapshot that is open already, before a number.
pub(crate) async fn newest(tx: &mut Tx, actor: &Actor, stream: Stream, n: i64, zone: Zone) -> Result<History> {
    let threaded = matches!(stream, Stream::Task(_));
    let mut messages = if threaded {
        db::messages::roots_before(tx, stream, n, PAGE + 1).await?
    } else {
        db::messages::before(tx, stream, n, PAGE + 1).await?
    };
    let older = messages.len() as i64 > PAGE;
    messages.truncate(PAGE as usize);
    messages.reverse();
    if threaded && !messages.is_empty() {
        let roots: Vec<MessageId> = messages.iter().map(|root| root.id).collect();
        let mut replies: HashMap<MessageId, Vec<Message>> = HashMap::new();
        for reply in db::messages::replies(tx, &roots).await? {
            replies.entry(reply.parent.unwrap_or(reply.id)).or_default().push(reply);
        }
        messages = messages
            .into_iter()
            .flat_map(|root| {
                let below = replies.remove(&root.id).unwrap_or_default();
                std::iter::once(root).chain(below)
            })
            .collect();
    }
    Ok(History { rows: rows(tx, actor, messages, zone).await?, older })
}

/// Messages as a reader sees them: with moments in words, and with what is the reader's own.
async fn rows(tx: &mut Tx, actor: &Actor, messages: Vec<Message>, zone: Zone) -> Result<Vec<Row>> {
    let reacted: Vec<MessageId> =
        messages.iter().filter(|message| !message.reactions.is_empty()).map(|message| message.id).collect();
    let mut mine =
        if reacted.is_empty() { HashMap::new() } else { db::reactions::mine(tx, actor.id(), &reacted).await? };
    let row = |message: Message| Row {
        clock: zone.clock(message.at),
        mine: mine.remove(&message.id).unwrap_or_default(),
        message,
    };
    Ok(messages.into_iter().map(row).collect())
}

/// A page of a conversation as the contract's JSON has it: oldest first, without the deleted.
///
/// # Errors
/// Not readable; a window out of bounds; `before` is not a message of the place.
pub async fn list(engine: &Engine, actor: &Actor, stream: Stream, window: Window) -> Result<Vec<Message>> {
    if !(1..=PAGE).contains(&window.limit) {
        return Err(Error::invalid("limit", "The limit is a number from 1 to 50."));
    }
    if !(0..=OFFSET).contains(&window.offset) {
        return Err(Error::invalid("offset", "The offset is a number from 0 to 10,000."));
    }
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    let n = number(&mut tx, stream, window.before).await?;
    let mut messages = db::messages::live_before(&mut tx, stream, n, window.offset, window.limit).await?;
    messages.reverse();
    Ok(messages)
}

/// The number that a page begins before.
async fn number(tx: &mut Tx, stream: Stream, before: Option<MessageId>) -> Result<i64> {
    let Some(id) = before else { return Ok(i64::MAX) };
    match db::messages::one(tx, id).await? {
        Some((message, place)) if place == stream => Ok(message.n),
        _ => Err(Error::invalid("before", "There is no such message here.")),
    }
}
