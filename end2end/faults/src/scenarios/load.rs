//! People who write all the time, until told to stop.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use protocol::Stream;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{
    client::{Client, Outcome, WITHIN},
    run::Run,
};

/// Tells writers to stop; a clone is the same word.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(super) fn say(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn said(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Every client posts to the room again and again, with a pause between; each is answered before it
/// posts the next. Gives how long each answer took.
pub(super) async fn posts(run: &Run, pause: Duration, stop: &Stop) -> Result<Vec<Duration>> {
    posts_of(&run.clients, run.room, pause, stop).await
}

/// As [`posts`], by some clients.
pub(super) async fn posts_of(clients: &[Client], room: Stream, pause: Duration, stop: &Stop) -> Result<Vec<Duration>> {
    let writers = clients.iter().map(|client| async move {
        let mut took = Vec::new();
        while !stop.said() {
            // Said by nobody else, and never again.
            let text = format!("of client {}: {}", client.id, Uuid::now_v7());
            let begun = Instant::now();
            let outcome = client.post(room, &text).await?;
            took.push(begun.elapsed());
            ensure!(matches!(outcome, Outcome::Done(Some(_))), "client {}: {outcome:?}", client.id);
            sleep(pause).await;
        }
        Ok::<_, anyhow::Error>(took)
    });
    Ok(try_join_all(writers).await?.concat())
}

/// Runs a scenario while the clients post, and tells them to stop when it is over, however it ends.
pub(super) async fn during<T>(
    run: &Run,
    pause: Duration,
    scenario: impl Future<Output = Result<T>>,
) -> Result<(T, Vec<Duration>)> {
    let stop = Stop::default();
    let scenario = async {
        let outcome = scenario.await;
        stop.say();
        outcome
    };
    let (outcome, took) = tokio::join!(scenario, posts(run, pause, &stop));
    Ok((outcome?, took?))
}

/// Waits until so many more writes were acknowledged.
pub(super) async fn progress(run: &Run, more: usize) -> Result<()> {
    let (begun, wanted) = (Instant::now(), run.acknowledged() + more);
    while run.acknowledged() < wanted {
        ensure!(begun.elapsed() < WITHIN, "no {more} writes acknowledged in {WITHIN:?}");
        sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}
