//! Messages edited by their authors, and what they said before.

use std::collections::BTreeSet;

use protocol::{Error, Event, Message, MessageId, Person, UserId, Version, page::VersionRow, text};
use uuid::Uuid;

use super::{count, found, held, quoting::told, render, require};
use crate::{
    Actor, Engine, Result, Zone, db, markdown,
    notify::{self, Groups},
    references, search,
    write::{Write, digest},
};

/// Gives a message of one's own another text; gives it as it is now. Nobody else edits it, so the
/// last edit wins; what it said before stays in its history. The same text again changes nothing.
/// Who is mentioned newly is told, and it is withdrawn from who is mentioned no longer.
///
/// # Errors
/// Not readable, not allowed, deleted, empty or too long, too often, the key used for something else.
pub async fn edit(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId, content: &str) -> Result<Message> {
    let source = text::message(content)?;
    let request = digest("messages::edit", &(id, &source))?;
    let (html, mentions) = {
        let mut tx = engine.db().read().await?;
        let (message, place) = found(&mut tx, actor, id).await?;
        require(place.rights.edits(&message), &message)?;
        let named = markdown::parse(&message.source).groups(place.stream);
        if markdown::parse(&source).groups(place.stream).iter().any(|group| !named.contains(group)) {
            return Err(Error::invalid("content", "An edit can’t notify a group. Write a new message for that."));
        }
        count(engine, &mut tx, actor, key).await?;
        render(&mut tx, place.home, place.board, &source).await?
    };
    let author = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move { rewrite(w, &author, id, &source, &html, &mentions).await })
        })
        .await?;
    // Not the write's own answer: a retry gets the message as it is, not as it once was.
    Ok(found(&mut engine.db().read().await?, actor, id).await?.0)
}

/// As [`edit`], as part of a write; the text is rendered.
pub(crate) async fn rewrite(
    w: &mut Write,
    author: &Actor,
    id: MessageId,
    source: &str,
    html: &str,
    mentions: &[Person],
) -> Result<()> {
    let (before, place) = held(w, author, id).await?;
    require(place.rights.edits(&before), &before)?;
    if before.source == source {
        return Ok(());
    }
    db::versions::keep(&mut w.tx, id).await?;
    db::messages::rewrite(&mut w.tx, id, source, html, w.now).await?;
    search::put_message(&mut w.tx, id).await?;
    references::said(w, &place, &before, html).await?;
    db::messages::delete_mentions(&mut w.tx, id).await?;
    let users: Vec<UserId> = mentions.iter().map(|person| person.id).collect();
    db::messages::insert_mentions(&mut w.tx, id, &users).await?;
    let (message, _) = db::messages::one(&mut w.tx, id).await?.ok_or(Error::NotFound)?;
    w.redact(id).await?;
    let ids = |message: &Message| message.mentions.iter().map(|person| person.id).collect::<BTreeSet<_>>();
    let grouped = |source: &str| !markdown::parse(source).groups(place.stream).is_empty();
    let groups = match (grouped(&before.source), grouped(source)) {
        (_, true) => Groups::Named,
        (true, false) => Groups::Gone,
        (false, false) => Groups::None,
    };
    notify::edited(w, &place, &message, &ids(&before), groups).await?;
    w.tell_of(place.home, id, Event::MessageEdited { message: told(message) });
    Ok(())
}

/// What a message says and said before, newest first, for who may read it; nothing of one that is
/// deleted.
///
/// # Errors
/// Not there, or not readable.
pub async fn versions(engine: &Engine, actor: &Actor, id: MessageId, zone: Zone) -> Result<Vec<VersionRow>> {
    let mut tx = engine.db().read().await?;
    let (message, _) = found(&mut tx, actor, id).await?;
    if message.deleted {
        return Ok(Vec::new());
    }
    let Message { source, html, at, edited_at, .. } = message;
    let now = Version { source, html, at: edited_at.unwrap_or(at) };
    let before = db::versions::of(&mut tx, id).await?;
    let row = |version: Version| VersionRow { clock: zone.clock(version.at), version };
    Ok(std::iter::once(now).chain(before).map(row).collect())
}
