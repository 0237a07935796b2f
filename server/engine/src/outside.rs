//! What reaches people who don't look at a page: decided a moment after they were told, and sent by whatever
//! node comes first.
//!
//! Whoever tells somebody something notes in the same transaction that it is undecided whether it goes to
//! their devices. What was undecided is taken out and put among what is to be sent in one transaction, too; a
//! node that dies leaves it in the one or the other. What is to be sent is leased, since a push service is
//! waited for outside of transactions: a node that dies meanwhile may have sent it, and another sends it again,
//! which takes the place of the first on the device.

mod verdict;

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use futures::StreamExt;
use protocol::{Error, Notice, NotificationId, SessionId, Stream, UserId};
use tokio::{
    sync::{Notify, watch::Receiver},
    time::sleep,
};

pub use verdict::Pace;
use verdict::{Verdict, verdict};

use crate::{
    Actor, Engine, Inner, Result, boards,
    db::{
        self, Tx,
        outside::{self as rows, Push, Undecided},
    },
    levels, messages, notifications, now,
    push::{self, Outcome},
    quiet,
    write::{Write, internal},
};

/// Taken up between two looks, so that other writes get their turn.
const TOGETHER: i64 = 50;
/// Push services that are waited for at once.
const AT_ONCE: usize = 16;
/// How long a node may take to send something, in milliseconds; it waits for an answer much shorter.
const LEASE_MS: i64 = 60 * 1000;
/// How often it is tried to send something.
const TRIES: i64 = 5;
/// After how long it is tried again at the latest, whatever a push service asks for.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

fn ms(duration: Duration) -> i64 {
    duration.as_millis().try_into().unwrap_or(i64::MAX)
}

/// Decides what is undecided, until the engine is closed or gone.
pub(crate) async fn decide_for_ever(engine: Weak<Inner>, start: Duration, mut stopped: Receiver<bool>) {
    let mut wait = start;
    loop {
        tokio::select! {
            () = sleep(wait) => {}
            // Said, or the engine is gone: either way there is nothing more to do.
            _ = stopped.changed() => return,
        }
        wait = {
            let Some(engine) = engine.upgrade().map(Engine) else { return };
            match decide(&engine).await {
                // There may be more.
                Ok(TOGETHER..) => Duration::ZERO,
                Ok(_) => engine.settings().outside.every,
                Err(error) => {
                    tracing::warn!(%error, "could not decide what goes to devices; trying again later");
                    engine.settings().outside.every
                }
            }
        };
    }
}

/// Decides what has waited long enough; gives how much that was.
async fn decide(engine: &Engine) -> Result<i64> {
    let pace = engine.settings().outside;
    let until = now() - ms(pace.after);
    let undecided = rows::undecided(&mut engine.db().look().await?, until, TOGETHER).await?;
    let count = undecided.len() as i64;
    let mut sent = false;
    for row in undecided {
        let told = Duration::from_millis(now().saturating_sub(row.told_at).max(0).unsigned_abs());
        let verdict = verdict(engine.hub().attention(row.user_id, pace.away), told, &pace);
        // Each by itself: who decides holds no more than one row of anybody's.
        sent |= engine.write(move |w| Box::pin(async move { decide_one(w, &row, verdict, until).await })).await?;
    }
    if sent {
        engine.post_office().notify_one();
    }
    Ok(count)
}

/// Does with a row of an inbox what was decided; gives whether there is something to send.
async fn decide_one(w: &mut Write, row: &Undecided, verdict: Verdict, until: i64) -> Result<bool> {
    let (id, user) = (row.notification_id, row.user_id);
    if rows::hold(&mut w.tx, id).await? == 0 {
        return Ok(false);
    }
    if let Verdict::Later(after) = verdict
        && db::notifications::is_unread(&mut w.tx, id).await?
    {
        // It is due a while after `from_at`.
        rows::put_off(&mut w.tx, id, until + ms(after), until).await?;
        return Ok(false);
    }
    let mine = rows::take(&mut w.tx, id, until).await? > 0;
    if !mine || verdict != Verdict::Send || quiet::holds(&mut w.tx, user, w.now).await? {
        return Ok(false);
    }
    if notice(&mut w.tx, user, id).await?.is_none() {
        return Ok(false);
    }
    Ok(rows::send(&mut w.tx, id, user, w.now).await? > 0)
}

/// What a page of this person that nobody looks at shows of a row of their inbox by itself; none where it is told
/// nobody now, or where this browser is sent it anyway.
///
/// # Errors
/// The database is away.
pub async fn of_page(engine: &Engine, actor: &Actor, row: NotificationId) -> Result<Option<Notice>> {
    let mut tx = engine.db().read().await?;
    if rows::subscribed(&mut tx, actor.session).await? || quiet::holds(&mut tx, actor.id(), now()).await? {
        return Ok(None);
    }
    Ok(notice(&mut tx, actor.id(), row).await?.as_ref().map(Notice::from))
}

/// A row of somebody's inbox as it is now, if they have not read it, may see its place and want to hear of it.
pub(crate) async fn notice(tx: &mut Tx, user: UserId, row: NotificationId) -> Result<Option<protocol::Notification>> {
    let Some(me) = db::accounts::active(tx, user).await? else { return Ok(None) };
    let Some(notification) = notifications::one(tx, user, row).await?.filter(|row| !row.read) else { return Ok(None) };
    // No sign-in asks.
    let actor = Actor { me, session: SessionId(0) };
    let stream = notification.stream;
    let seen = match stream {
        Stream::Room(_) | Stream::Task(_) | Stream::Thread(_) => {
            messages::place(tx, &actor, stream).await.map(|place| (place.board, place.room_id()))
        }
        Stream::Board(board) => boards::access(tx, &actor, board).await.map(|_| (board, None)),
        Stream::User(_) => return Ok(Some(notification)),
    };
    let (board, room) = match seen {
        Ok(seen) => seen,
        Err(Error::NotFound | Error::Forbidden) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut told = [(user, notification.reason)].into();
    levels::heard(tx, board, room, &mut told).await?;
    Ok((!told.is_empty()).then_some(notification))
}

/// Sends what is to be sent, until the engine is closed or gone; looks anew whenever there is `mail`.
pub(crate) async fn send_for_ever(engine: Weak<Inner>, mail: Arc<Notify>, mut stopped: Receiver<bool>) {
    loop {
        let wait = {
            let Some(engine) = engine.upgrade().map(Engine) else { return };
            let work = send(&engine);
            tokio::select! {
                sent = work => match sent {
                    Ok(TOGETHER..) => Duration::ZERO,
                    Ok(_) => engine.settings().outside.every,
                    Err(error) => {
                        tracing::warn!(%error, "could not look for what goes to devices; trying again later");
                        engine.settings().outside.every
                    }
                },
                _ = stopped.changed() => return,
            }
        };
        tokio::select! {
            () = sleep(wait) => {}
            () = mail.notified() => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Sends what is due; gives how much that was.
async fn send(engine: &Engine) -> Result<i64> {
    let due = rows::due(&mut engine.db().look().await?, now(), TOGETHER).await?;
    let count = due.len() as i64;
    let each = |id| async move {
        // One that can't be sent must not keep the others waiting.
        if let Err(error) = send_one(engine, id).await {
            tracing::warn!(%error, push = id, "could not send something to a device; trying again later");
        }
    };
    futures::stream::iter(due).for_each_concurrent(AT_ONCE, each).await;
    Ok(count)
}

async fn send_one(engine: &Engine, id: i64) -> Result<()> {
    let leased =
        engine.write(move |w| Box::pin(async move { rows::lease(&mut w.tx, id, w.now, w.now + LEASE_MS).await }));
    let Some(push) = leased.await? else { return Ok(()) };
    // As it is now: what was edited or deleted meanwhile is said by nobody.
    let notice = notice(&mut engine.db().read().await?, push.user_id, push.notification_id).await?;
    let outcome = match notice {
        Some(notification) => {
            let content = serde_json::to_vec(&Notice::from(&notification)).map_err(internal)?;
            engine.push().send(&push, &content).await
        }
        None => Outcome::Done,
    };
    let retry = engine.settings().outside.retry;
    engine.write(move |w| Box::pin(async move { settle(w, id, &push, outcome, retry).await })).await
}

/// What becomes of something that was sent, or could not be.
async fn settle(w: &mut Write, id: i64, push: &Push, outcome: Outcome, retry: Duration) -> Result<()> {
    match outcome {
        Outcome::Gone => rows::forget(&mut w.tx, push.subscription_id).await?,
        Outcome::Later(asked) if push.tries < TRIES => {
            let doubled = retry.saturating_mul(1 << push.tries.clamp(0, 16));
            let after = asked.unwrap_or_default().max(doubled).min(PATIENCE);
            rows::again(&mut w.tx, id, push.tries, w.now + ms(after)).await?
        }
        Outcome::Done | Outcome::Later(_) => rows::done(&mut w.tx, id, push.tries).await?,
    };
    Ok(())
}

impl Engine {
    /// The key of this installation, the same for all its nodes.
    pub(crate) async fn vapid(db: &db::Db) -> Result<push::Vapid> {
        let fresh = push::Vapid::fresh()?;
        let take = crate::write::What::of(move |w| Box::pin(async move { rows::key(&mut w.tx, &fresh).await }));
        // Nothing is told by it, and nobody listens yet.
        let key: String = db.commit(take, drop).await?;
        push::Vapid::of(&key).map_err(internal)
    }
}
