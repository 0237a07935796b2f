//! Pages of a conversation, by key in both directions.

use std::collections::HashMap;

use protocol::{
    Error, Message, MessageId, Stream,
    limits::{OFFSET, PAGE},
    page::{History, Row},
    reference,
};

use super::{Window, place};
use crate::{
    Actor, Engine, Result, Zone,
    db::{self, Tx},
    references,
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
    let n = number(&mut tx, stream, "before", before).await?.unwrap_or(i64::MAX);
    let history = newest(&mut tx, actor, stream, n, zone).await?;
    with_references(&mut tx, engine, actor, history, []).await
}

/// The page that follows a message.
///
/// # Errors
/// Not readable, or `after` is not a message of the place.
pub async fn newer(engine: &Engine, actor: &Actor, stream: Stream, after: MessageId, zone: Zone) -> Result<History> {
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    let n = number(&mut tx, stream, "after", Some(after)).await?.unwrap_or(0);
    let (messages, newer) = above(&mut tx, stream, n, PAGE).await?;
    let history =
        History { rows: shown(&mut tx, actor, stream, messages, zone).await?, older: true, newer, refs: None };
    with_references(&mut tx, engine, actor, history, []).await
}

/// The page around a message, which is in it.
///
/// # Errors
/// [`Error::NotFound`] where the place is not readable, and where the message is not of it.
pub async fn around(engine: &Engine, actor: &Actor, stream: Stream, id: MessageId, zone: Zone) -> Result<History> {
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    let history = middle(&mut tx, actor, stream, id, zone).await?;
    with_references(&mut tx, engine, actor, history, []).await
}

/// As [`around`], in a snapshot that is open already, of a place that may be read.
pub(crate) async fn middle(tx: &mut Tx, actor: &Actor, stream: Stream, id: MessageId, zone: Zone) -> Result<History> {
    let n = match db::messages::one(tx, id).await? {
        Some((message, there)) if there == stream => match message.parent.filter(|_| is_threaded(stream)) {
            // A comment's page is that of its thread.
            Some(root) => db::messages::one(tx, root).await?.ok_or(Error::NotFound)?.0.n,
            None => message.n,
        },
        _ => return Err(Error::NotFound),
    };
    let (mut messages, older) = below(tx, stream, n, PAGE / 2).await?;
    let (rest, newer) = above(tx, stream, n - 1, PAGE - PAGE / 2).await?;
    messages.extend(rest);
    Ok(History { rows: shown(tx, actor, stream, messages, zone).await?, older, newer, refs: None })
}

/// As [`history`], in a snapshot that is open already, before a number.
pub(crate) async fn newest(tx: &mut Tx, actor: &Actor, stream: Stream, n: i64, zone: Zone) -> Result<History> {
    let (messages, older) = below(tx, stream, n, PAGE).await?;
    Ok(History { rows: shown(tx, actor, stream, messages, zone).await?, older, newer: n != i64::MAX, refs: None })
}

/// A page with what is true of the tasks that its texts name, and those that are shown beside it.
pub(crate) async fn with_references<const N: usize>(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    history: History,
    beside: [&str; N],
) -> Result<History> {
    let made = history.rows.iter().flat_map(|row| &row.message.tasks);
    let made: String = made.map(|task| reference::link(task.board, task.id, task.number)).collect();
    let texts = history.rows.iter().map(|row| row.message.html.as_str()).chain(beside).chain([made.as_str()]);
    let refs = references::shown(tx, engine, actor, texts).await?;
    Ok(History { refs, ..history })
}

/// On a task a page is of first comments, each with its replies.
fn is_threaded(stream: Stream) -> bool {
    matches!(stream, Stream::Task(_))
}

/// Messages before a number, oldest first, and whether there are more before them.
async fn below(tx: &mut Tx, stream: Stream, n: i64, limit: i64) -> Result<(Vec<Message>, bool)> {
    let mut messages = if is_threaded(stream) {
        db::messages::roots_before(tx, stream, n, limit + 1).await?
    } else {
        db::messages::before(tx, stream, n, limit + 1).await?
    };
    let more = messages.len() as i64 > limit;
    messages.truncate(limit as usize);
    messages.reverse();
    Ok((messages, more))
}

/// Messages after a number, oldest first, and whether there are more after them.
async fn above(tx: &mut Tx, stream: Stream, n: i64, limit: i64) -> Result<(Vec<Message>, bool)> {
    let mut messages = if is_threaded(stream) {
        db::messages::roots_after(tx, stream, n, limit + 1).await?
    } else {
        db::messages::after(tx, stream, n, limit + 1).await?
    };
    let more = messages.len() as i64 > limit;
    messages.truncate(limit as usize);
    Ok((messages, more))
}

/// Messages as a page shows them, on a task each with its replies.
async fn shown(tx: &mut Tx, actor: &Actor, stream: Stream, mut messages: Vec<Message>, zone: Zone) -> Result<Vec<Row>> {
    if is_threaded(stream) && !messages.is_empty() {
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
    rows(tx, actor, messages, zone).await
}

/// Messages as a reader sees them: with moments in words, and with what is the reader's own.
pub(super) async fn rows(tx: &mut Tx, actor: &Actor, messages: Vec<Message>, zone: Zone) -> Result<Vec<Row>> {
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
/// Not readable; a window out of bounds; `before` or `after` is not a message of the place.
/// [`Error::NotFound`] where `around` is none.
pub async fn list(engine: &Engine, actor: &Actor, stream: Stream, window: Window) -> Result<Vec<Message>> {
    let Window { before, after, around, offset, limit } = window;
    if !(1..=PAGE).contains(&limit) {
        return Err(Error::invalid("limit", "The limit is a number from 1 to 50."));
    }
    if !(0..=OFFSET).contains(&offset) {
        return Err(Error::invalid("offset", "The offset is a number from 0 to 10,000."));
    }
    let named = [("after", after), ("around", around)].into_iter().filter(|(_, id)| id.is_some()).map(|(name, _)| name);
    let mut named: Vec<&str> = before.map(|_| "before").into_iter().chain(named).collect();
    if let (Some(extra), true) = (named.pop(), !named.is_empty()) {
        return Err(Error::invalid(extra, "Only one of before, after and around can be asked for."));
    }
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    if let Some(id) = around {
        let n = match db::messages::one(&mut tx, id).await? {
            Some((message, there)) if there == stream => message.n,
            _ => return Err(Error::NotFound),
        };
        let mut messages = db::messages::live_before(&mut tx, stream, n, offset, limit / 2).await?;
        messages.reverse();
        messages.extend(db::messages::live_after(&mut tx, stream, n - 1, offset, limit - limit / 2).await?);
        return Ok(messages);
    }
    if let Some(n) = number(&mut tx, stream, "after", after).await? {
        return db::messages::live_after(&mut tx, stream, n, offset, limit).await;
    }
    let n = number(&mut tx, stream, "before", before).await?.unwrap_or(i64::MAX);
    let mut messages = db::messages::live_before(&mut tx, stream, n, offset, limit).await?;
    messages.reverse();
    Ok(messages)
}

/// The number of the message that a page is asked for by.
async fn number(tx: &mut Tx, stream: Stream, field: &str, id: Option<MessageId>) -> Result<Option<i64>> {
    let Some(id) = id else { return Ok(None) };
    match db::messages::one(tx, id).await? {
        Some((message, place)) if place == stream => Ok(Some(message.n)),
        _ => Err(Error::invalid(field, "There is no such message here.")),
    }
}
