//! Messages that are sent later: by whatever node comes first, once.
//!
//! A message is taken out of those that wait and posted in one transaction, under the client id that it
//! got when it was scheduled. A node that dies in between leaves it waiting; another node that wants it
//! at the same time finds it gone.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use protocol::{
    Error, Event, MessageId, Scheduled, ScheduledId, SessionId, Stream, limits,
    page::{ScheduledPage, ScheduledRow},
    text,
};
use tokio::{
    sync::{Notify, watch::Receiver},
    time::sleep,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Inner, Result, Zone,
    db::{
        self,
        scheduled::{self as rows, Waiting},
    },
    live, markdown,
    messages::{self, Draft, found, place},
    notify, now, search,
    write::{Write, digest},
};

/// How often it is looked for what other nodes have scheduled.
const EVERY: Duration = Duration::from_secs(5);
/// Sent between two looks, so that other writes get their turn.
const TOGETHER: i64 = 50;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What somebody wants to say later.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Later {
    /// A room or a task.
    pub place: Stream,
    /// The comment that it replies to.
    pub parent: Option<MessageId>,
    /// Markdown, as typed.
    pub content: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// The moment that somebody names: see [`Zone::moment`].
///
/// # Errors
/// It is none.
pub fn moment(zone: Zone, text: &str) -> Result<i64> {
    zone.moment(text).ok_or_else(|| Error::invalid("at", "Say when, as 2026-11-26T09:00."))
}

/// Schedules a message.
///
/// # Errors
/// Not readable; no right to post; empty or too long; not in the future, or too far; too many wait.
pub async fn schedule(engine: &Engine, actor: &Actor, key: Uuid, later: Later) -> Result<Scheduled> {
    let request = digest("scheduled::schedule", &later)?;
    let source = text::message(&later.content)?;
    in_future(later.at)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let there = place(&mut w.tx, &actor, later.place).await?;
                if !there.rights.posts {
                    return Err(Error::Forbidden);
                }
                no_groups(later.place, &source)?;
                if let Some(parent) = later.parent {
                    let gone = || Error::invalid("parent", "The comment you reply to is not here any more.");
                    match (later.place, found(&mut w.tx, &actor, parent).await) {
                        (Stream::Task(_), Ok((message, there))) if there.home == later.place && !message.deleted => {}
                        (_, Ok(_) | Err(Error::NotFound)) => return Err(gone()),
                        (_, Err(error)) => return Err(error),
                    }
                } else if !matches!(later.place, Stream::Room(_) | Stream::Task(_)) {
                    return Err(Error::invalid("place", "A message is sent later to a room or a task."));
                }
                if rows::count(&mut w.tx, actor.id()).await? >= limits::SCHEDULED {
                    let words = format!("{} messages of yours wait already; more can't.", limits::SCHEDULED);
                    return Err(Error::invalid("content", words));
                }
                let Later { place, parent, at, .. } = later;
                let client_id = Uuid::now_v7();
                let waiting = Waiting { user: actor.id(), place, parent, client_id, source, due_at: at };
                let id = rows::insert(&mut w.tx, &waiting).await?;
                w.tell(Stream::User(actor.id()), Event::ScheduledChanged);
                one(w, &actor, id).await
            })
        })
        .await
        .inspect(|_| engine.mail().notify_one())
}

/// The messages of somebody that wait, or could not be sent, the next one first.
///
/// # Errors
/// The database is away.
pub async fn page(engine: &Engine, actor: &Actor, zone: Zone) -> Result<ScheduledPage> {
    let mut tx = engine.db().read().await?;
    let row = |scheduled: Scheduled| ScheduledRow { clock: zone.clock(scheduled.at), scheduled };
    let rows = rows::of(&mut tx, actor.id(), None).await?.into_iter().map(row).collect();
    Ok(ScheduledPage { rows, cursor: live::cursor(&mut tx, engine, Stream::User(actor.id())).await? })
}

/// Gives a message that waits another text and moment. One that could not be sent is tried anew.
///
/// # Errors
/// It was sent, or is not one of this person's; empty or too long; not in the future, or too far.
pub async fn edit(engine: &Engine, actor: &Actor, id: ScheduledId, content: &str, at: i64) -> Result<Scheduled> {
    let source = text::message(content)?;
    in_future(at)?;
    let actor = actor.clone();
    engine
        .write(move |w| {
            Box::pin(async move {
                no_groups(one(w, &actor, id).await?.place, &source)?;
                if rows::update(&mut w.tx, actor.id(), id, &source, at).await? == 0 {
                    return Err(Error::NotFound);
                }
                w.tell(Stream::User(actor.id()), Event::ScheduledChanged);
                one(w, &actor, id).await
            })
        })
        .await
        .inspect(|_| engine.mail().notify_one())
}

/// Takes a message back that waits, or puts one away that could not be sent.
///
/// # Errors
/// It was sent, or is not one of this person's.
pub async fn cancel(engine: &Engine, actor: &Actor, id: ScheduledId) -> Result<()> {
    let user = actor.id();
    engine
        .write(move |w| {
            Box::pin(async move {
                if rows::remove(&mut w.tx, user, id).await? == 0 {
                    return Err(Error::NotFound);
                }
                w.tell(Stream::User(user), Event::ScheduledChanged);
                Ok(())
            })
        })
        .await
}

async fn one(w: &mut Write, actor: &Actor, id: ScheduledId) -> Result<Scheduled> {
    rows::of(&mut w.tx, actor.id(), Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// How many people a group means is known only when the message is sent, and then there is nobody to ask.
fn no_groups(place: Stream, source: &str) -> Result<()> {
    match markdown::parse(source).groups(place).is_empty() {
        true => Ok(()),
        false => Err(Error::invalid("content", "A message that is sent later can’t notify a group.")),
    }
}

fn in_future(at: i64) -> Result<()> {
    let ahead = at - now();
    if ahead <= 0 {
        return Err(Error::invalid("at", "That moment is over. Choose one that is to come."));
    }
    if ahead > limits::SCHEDULED_DAYS * DAY_MS {
        return Err(Error::invalid("at", "A message is sent within a year at most."));
    }
    Ok(())
}

/// Sends what is due, until the engine is closed or gone; looks anew whenever there is `mail`.
pub(crate) async fn run(engine: Weak<Inner>, mail: Arc<Notify>, mut stopped: Receiver<bool>) {
    loop {
        let wait = {
            let Some(engine) = engine.upgrade().map(Engine) else { return };
            match send(&engine).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "could not look for messages to send; trying again later");
                    EVERY
                }
            }
        };
        tokio::select! {
            () = sleep(wait) => {}
            () = mail.notified() => {}
            // Said, or the engine is gone: either way there is nothing more to do.
            _ = stopped.changed() => return,
        }
    }
}

/// Sends what is due; says when to look again.
async fn send(engine: &Engine) -> Result<Duration> {
    let (due, next) = {
        let mut tx = engine.db().read().await?;
        (rows::due(&mut tx, now(), TOGETHER).await?, rows::next(&mut tx).await?)
    };
    let mut failed = false;
    for id in due.iter().copied() {
        // One that can't be sent now must not keep the others waiting.
        if let Err(error) = engine.write(move |w| Box::pin(send_one(w, id))).await {
            tracing::warn!(%error, %id, "could not send a scheduled message; trying again later");
            failed = true;
        }
    }
    if failed {
        return Ok(EVERY);
    }
    if !due.is_empty() {
        return Ok(Duration::ZERO);
    }
    let until = next.map_or(i64::MAX, |next| next.saturating_sub(now()).max(1));
    Ok(EVERY.min(Duration::from_millis(until.unsigned_abs())))
}

/// Posts a message that is due, or says why it can't be.
async fn send_one(w: &mut Write, id: ScheduledId) -> Result<()> {
    let Some(waiting) = rows::take(&mut w.tx, id, w.now).await? else { return Ok(()) };
    let user = waiting.user;
    let why = match post(w, &waiting).await {
        Ok(()) => None,
        Err(Error::NotFound) => Some("You can't see this place any more, or it is gone.".to_owned()),
        Err(Error::Forbidden) => Some("You may not write there any more, or the board is archived.".to_owned()),
        Err(Error::SignedOut) => Some("Your account was closed.".to_owned()),
        Err(Error::Invalid { message, .. }) => Some(message),
        Err(error) => return Err(error),
    };
    if let Some(why) = why {
        let id = rows::insert(&mut w.tx, &waiting).await?;
        rows::fail(&mut w.tx, id, &why).await?;
        notify::not_sent(w, user).await?;
    }
    w.tell(Stream::User(user), Event::ScheduledChanged);
    Ok(())
}

async fn post(w: &mut Write, waiting: &Waiting) -> Result<()> {
    let me = db::accounts::active(&mut w.tx, waiting.user).await?.ok_or(Error::SignedOut)?;
    // No sign-in sends it.
    let actor = Actor { me, session: SessionId(0) };
    let there = place(&mut w.tx, &actor, waiting.place).await?;
    let (html, mentions) = messages::render(&mut w.tx, waiting.place, there.board, &waiting.source).await?;
    let request = digest("messages::post", &(waiting.place, &waiting.source, waiting.parent))?;
    let (place, parent, key, source) = (waiting.place, waiting.parent, waiting.client_id, waiting.source.clone());
    let words = search::of(&source);
    let draft = Draft {
        actor,
        place,
        key,
        request,
        source,
        html,
        words,
        mentions,
        reach: Vec::new(),
        parent,
        quote: None,
        files: Vec::new(),
    };
    messages::store(w, &[draft]).await?.into_iter().collect::<Result<Vec<_>>>().map(drop)
}
