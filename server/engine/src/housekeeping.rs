//! What is forgotten in time: client ids of writes, after a week.

use std::{sync::Weak, time::Duration};

use tokio::{
    sync::watch::Receiver,
    time::{MissedTickBehavior, interval},
};

use crate::{Engine, Inner, db};

/// How often.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// How long the key of a write other than a message is kept, in milliseconds: 7 days.
const KEYS_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Runs until the engine is closed or gone.
pub(crate) async fn run(engine: Weak<Inner>, mut stopped: Receiver<bool>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            // Said, or the engine is gone: either way there is nothing more to do.
            _ = stopped.changed() => return,
        }
        let Some(engine) = engine.upgrade().map(Engine) else { return };
        let forgotten =
            engine.write(|w| Box::pin(async move { db::writes::forget(&mut w.tx, w.now - KEYS_MS).await })).await;
        match forgotten {
            Ok(count) => tracing::debug!(count, "forgot old client ids"),
            Err(error) => tracing::warn!(%error, "could not forget old client ids"),
        }
    }
}
