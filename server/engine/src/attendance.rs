//! Keeps presence true: who left is gone after a moment, who is silent is away, who is here is told
//! to the other nodes with every heartbeat, and now and then noted as seen.

use std::{sync::Weak, time::Duration};

use protocol::limits::HEARTBEAT_S;
use tokio::{
    sync::watch::Receiver,
    time::{Instant, MissedTickBehavior, interval},
};

use crate::{Engine, Inner, bus::Said, db};

/// How often it is looked who has left.
const EVERY: Duration = Duration::from_millis(250);
/// How often the leases of this node are renewed.
const RENEW_EVERY: Duration = Duration::from_secs(HEARTBEAT_S);
/// How often it is written down who was here.
const NOTE_EVERY: Duration = Duration::from_secs(180);
/// Leases in one message between nodes.
const TOGETHER: usize = 256;

/// Runs until the engine is closed or gone.
pub(crate) async fn run(engine: Weak<Inner>, mut stopped: Receiver<bool>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut renewed, mut noted) = (Instant::now(), Instant::now());
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        let Some(engine) = engine.upgrade().map(Engine) else { return };
        engine.hub().sweep(Instant::now());
        if renewed.elapsed() >= RENEW_EVERY {
            renewed = Instant::now();
            engine.say_who_is_here();
        }
        if noted.elapsed() >= NOTE_EVERY {
            noted = Instant::now();
            note(&engine).await;
        }
    }
}

/// Writes down who was here since the last time, all in one write.
async fn note(engine: &Engine) {
    let users = engine.hub().take_seen();
    for users in users.chunks(TOGETHER) {
        let users = users.to_vec();
        let noted =
            engine.write(move |w| Box::pin(async move { db::accounts::note_here(&mut w.tx, &users, w.now).await }));
        if let Err(error) = noted.await {
            tracing::warn!(%error, "can't note who was here");
        }
    }
}

impl Engine {
    /// Tells the other nodes who is where by way of this one.
    pub(crate) fn say_who_is_here(&self) {
        if self.bus().carries() {
            for leases in self.hub().leases().chunks(TOGETHER) {
                self.bus().say(Said::Here { leases: leases.to_vec() });
            }
            for people in self.hub().before_pages().chunks(TOGETHER) {
                self.bus().say(Said::Before { people: people.to_vec() });
            }
        }
    }
}
