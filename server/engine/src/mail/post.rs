//! When mail goes: by whatever node comes first.
//!
//! A mail is leased, since a mail server is waited for outside of transactions. It counts as sent in the write after
//! the server took it: a node that dies in between has sent it, and another sends it again, under the same
//! `Message-ID` if it says the same. Rather that than to lose it: whoever waits for mail does not look at their inbox.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use futures::StreamExt;
use protocol::{Mailing, UserId};
use tokio::{
    sync::{Notify, watch::Receiver},
    time::sleep,
};

use super::{Outcome, Pace, Sender, address, digest};
use crate::{Engine, Inner, Result, Zone, db::mail as rows, now, quiet, write::Write};

/// Taken up between two looks.
const TOGETHER: i64 = 50;
/// Mails that are sent at once: mail servers count connections.
const AT_ONCE: usize = 4;
/// How long a node may take to send one, in milliseconds; it waits for an answer much shorter.
const LEASE_MS: i64 = 3 * 60 * 1000;
/// How often it is tried to send one: with doubled pauses about a day.
const TRIES: i64 = 11;

/// How long is waited before the next try, in milliseconds.
pub(super) fn pause(first: i64, tries: i64) -> i64 {
    first.saturating_mul(1 << (tries - 1).clamp(0, 16))
}

/// Sends what is due, until the engine is closed or gone; looks anew whenever there is `mail`.
pub(crate) async fn send_for_ever(engine: Weak<Inner>, mail: Arc<Notify>, mut stopped: Receiver<bool>) {
    loop {
        let wait = {
            let Some(engine) = engine.upgrade().map(Engine) else { return };
            let Some(sender) = engine.mailer() else { return };
            let every = Duration::from_millis(sender.pace.look);
            tokio::select! {
                sent = send(&engine, sender) => match sent {
                    // There may be more.
                    Ok(TOGETHER..) => Duration::ZERO,
                    Ok(_) => every,
                    Err(error) => {
                        tracing::warn!(%error, "could not look for mail to send; trying again later");
                        every
                    }
                },
                _ = stopped.changed() => return,
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

/// Sends what is due; gives how much that was.
async fn send(engine: &Engine, sender: &Sender) -> Result<i64> {
    let questions = rows::questions(&mut engine.db().look().await?, now(), TOGETHER).await?;
    let digests = rows::due(&mut engine.db().look().await?, now(), TOGETHER).await?;
    let count = questions.len().max(digests.len()) as i64;
    let each = |(user, asks): (UserId, bool)| async move {
        let sent = match asks {
            true => address::send(engine, sender, user, LEASE_MS, TRIES).await,
            false => send_digest(engine, sender, user).await,
        };
        // One that can't be sent must not keep the others waiting.
        if let Err(error) = sent {
            tracing::warn!(%error, %user, "could not send a mail; trying again later");
        }
    };
    let all = questions.into_iter().map(|user| (user, true)).chain(digests.into_iter().map(|user| (user, false)));
    futures::stream::iter(all).for_each_concurrent(AT_ONCE, each).await;
    Ok(count)
}

/// Mails to somebody what is in their inbox, if it is time for that and no other node does.
async fn send_digest(engine: &Engine, sender: &Sender, user: UserId) -> Result<()> {
    let pace = sender.pace;
    let Some(to) = engine.write(move |w| Box::pin(async move { lease(w, user, &pace).await })).await? else {
        return Ok(());
    };
    // As it is now: what was read, edited or deleted meanwhile is told by nobody.
    let composed = digest::compose(&mut engine.db().read().await?, sender, &to).await?;
    let outcome = match composed.letter {
        Some(letter) => Some(sender.send(letter).await),
        None => None,
    };
    let seen = composed.seen;
    engine.write(move |w| Box::pin(async move { settle(w, &to, outcome, seen, &pace).await })).await
}

/// Takes a mail to send it now; none where it is not the time, or it is not to be.
async fn lease(w: &mut Write, user: UserId, pace: &Pace) -> Result<Option<rows::Digest>> {
    let Some(to) = rows::lease(&mut w.tx, user, w.now, w.now + LEASE_MS).await? else { return Ok(None) };
    if !to.reachable || to.mail == Mailing::Never {
        rows::forget(&mut w.tx, user).await?;
        return Ok(None);
    }
    let from = moment(&to, pace);
    if from > w.now {
        rows::put_off(&mut w.tx, user, from).await?;
        return Ok(None);
    }
    if quiet::holds(&mut w.tx, user, w.now).await? {
        rows::put_off(&mut w.tx, user, w.now + pace.quiet).await?;
        return Ok(None);
    }
    Ok(Some(to))
}

/// From when on a mail may go.
fn moment(to: &rows::Digest, pace: &Pace) -> i64 {
    match to.mail {
        Mailing::Daily => Zone::named(&to.zone).next(to.since, to.mail_at),
        Mailing::Hourly | Mailing::Never => {
            (to.since + pace.gather).max(to.mailed_at.map_or(0, |mailed| mailed + pace.every))
        }
    }
}

/// What becomes of a mail that was sent, or could not be; none where there was nothing to say. Rows of the inbox
/// come first, then what their person wants, then what waits, as in every write (PostgreSQL).
async fn settle(
    w: &mut Write,
    to: &rows::Digest,
    outcome: Option<Outcome>,
    seen: Vec<(protocol::NotificationId, i64)>,
    pace: &Pace,
) -> Result<()> {
    let user = to.user_id;
    match outcome {
        Some(Outcome::Later) if to.tries < TRIES => {
            rows::again(&mut w.tx, user, to.tries, w.now + pause(pace.retry, to.tries)).await?;
        }
        Some(Outcome::Later) => {
            tracing::warn!(%user, "a mail is given up; what it says goes with the next");
            rows::done(&mut w.tx, user, to.tries, to.raised, w.now).await?;
        }
        Some(Outcome::Sent | Outcome::Refused) | None => {
            rows::mark(&mut w.tx, &seen).await?;
            if outcome == Some(Outcome::Sent) {
                rows::note_mailed(&mut w.tx, user, w.now).await?;
            }
            rows::done(&mut w.tx, user, to.tries, to.raised, w.now).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_about_a_day_in_all() {
        let all: i64 = (1..TRIES).map(|tries| pause(60_000, tries)).sum();
        assert_eq!((pause(60_000, 1), pause(60_000, 2), pause(60_000, 4)), (60_000, 120_000, 480_000));
        assert!((12..36).contains(&(all / 3_600_000)), "{all}");
    }
}
