//! What is forgotten in time, once for all nodes: client ids of writes, revocations, old events, tasks
//! that were deleted long ago, and what they and deleted boards and rooms leave behind; and soon, by any node,
//! texts that are deleted for good. And what the search's index lacks, which is made good.

mod deleted;
mod retention;
mod wiping;

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch::Receiver},
    time::{Instant, MissedTickBehavior, interval_at},
};
use uuid::Uuid;

use crate::{Engine, Inner, Result, db, files, now, search, tasks::TRASH_MS};
use retention::Retention;

/// The first time: after whatever only looks in, as the command line does, has gone again.
const FIRST: Duration = Duration::from_secs(60);
/// How often.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// How often texts are wiped that are deleted for good.
const WIPED_EVERY: Duration = Duration::from_secs(30);
/// The first time that what the search lacks is put into its index, and how often.
const INDEXED_EVERY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(30));
/// For how long a node has the job, in milliseconds: a little less than until the next time.
const LEASE_MS: i64 = 50 * 60 * 1000;
/// How long the key of a write other than a message is kept, in milliseconds: 7 days.
const KEYS_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How long a revocation is kept, in milliseconds: a day. A node that was away for longer lets all
/// its sockets start afresh.
const REVOCATIONS_MS: i64 = 24 * 60 * 60 * 1000;

/// What it is time for.
enum Due {
    Everything,
    Deleted,
    DeletedTexts,
    Search,
}

/// Runs until the engine is closed or gone; looks after deleted boards and rooms whenever there is `housework`.
pub(crate) async fn run(engine: Weak<Inner>, housework: Arc<Notify>, mut stopped: Receiver<bool>) {
    let mut ticks = interval_at(Instant::now() + FIRST, EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut wipes = interval_at(Instant::now() + WIPED_EVERY, WIPED_EVERY);
    wipes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut indexed = interval_at(Instant::now() + INDEXED_EVERY.0, INDEXED_EVERY.1);
    indexed.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let node = Uuid::now_v7().to_string();
    loop {
        let due = tokio::select! {
            _ = ticks.tick() => Due::Everything,
            () = housework.notified() => Due::Deleted,
            _ = wipes.tick() => Due::DeletedTexts,
            _ = indexed.tick() => Due::Search,
            // Said, or the engine is gone: either way there is nothing more to do.
            _ = stopped.changed() => return,
        };
        let Some(engine) = engine.upgrade().map(Engine) else { return };
        let work = async {
            match due {
                Due::Everything => keep_house(&engine, &node).await,
                Due::Deleted => deleted::clear(&engine).await.map(drop),
                Due::DeletedTexts => {
                    wiping::wipe(&engine).await?;
                    files::sweep(&engine).await.map(drop)
                }
                Due::Search => search::catch_up(&engine, &node).await.map(drop),
            }
        };
        tokio::select! {
            kept = work => if let Err(error) = kept {
                tracing::warn!(%error, "could not keep house; trying again later");
            },
            _ = stopped.changed() => return,
        }
    }
}

async fn keep_house(engine: &Engine, node: &str) -> Result<()> {
    let holder = node.to_owned();
    let mine = engine.write(move |w| {
        Box::pin(async move { db::jobs::take(&mut w.tx, "housekeeping", &holder, w.now, w.now + LEASE_MS).await })
    });
    if mine.await? == 0 {
        return Ok(());
    }
    let (keys, revocations) = engine
        .write(|w| {
            Box::pin(async move {
                db::reminders::plan_all(&mut w.tx).await?;
                let keys = db::writes::forget(&mut w.tx, w.now - KEYS_MS).await?;
                Ok((keys, db::revocations::forget(&mut w.tx, w.now - REVOCATIONS_MS).await?))
            })
        })
        .await?;
    let events = retention::trim(engine, Retention::of_days(engine.settings().event_retention_days)).await?;
    deleted::expire(engine, now() - TRASH_MS).await?;
    deleted::clear(engine).await?;
    files::sweep_folder(engine).await?;
    tracing::debug!(keys, revocations, events, "forgot what is old");
    Ok(())
}

#[cfg(test)]
mod tests;
