//! A write in a transaction of its own: on PostgreSQL, which groups commits by itself.

use std::time::{Duration, Instant};

use protocol::Error;
use tokio::time::timeout;
use tracing::Instrument;

use super::{Answer, Job, Waiting, What, Write, give};
use crate::{
    Result,
    db::{Tx, fault, postgres::Server},
    delivery::Committed,
};

/// How often a message is tried that PostgreSQL gave up, for a deadlock or as it was restarted. Only
/// a message: its client id makes a second try safe even where the first was committed after all.
const TRIES: u32 = 3;
/// A message that has waited longer is not tried again.
const RETRIED: Duration = Duration::from_secs(2);
/// How long a commit is waited for after who asked was told to come back, so that what was
/// committed is published.
const COMMIT: Duration = Duration::from_secs(30);

impl Job {
    /// Does the write and answers.
    pub(crate) async fn alone(self, server: Server) {
        let Self { what, waiting, span, .. } = self;
        let done = async {
            match what {
                What::Work(work) => {
                    let mut write = begin(&server).await?;
                    let (answer, committed) = write.run(work).await?;
                    Ok((write, answer, committed))
                }
                What::Post(draft) => {
                    let begun = Instant::now();
                    let mut tries = 1;
                    loop {
                        match attempt(&server, std::slice::from_ref(&*draft)).await {
                            Err(Error::Unavailable) if tries < TRIES && begun.elapsed() < RETRIED => tries += 1,
                            done => return done,
                        }
                    }
                }
            }
        };
        async {
            match done.await {
                Ok((write, answer, committed)) => commit(&server, write.tx, waiting, answer, committed).await,
                Err(error) => waiting.answer(Err(error)),
            }
        }
        .instrument(span)
        .await;
    }
}

async fn begin(server: &Server) -> Result<Write> {
    server.begin("begin").await.map(Write::new).map_err(fault)
}

async fn attempt(server: &Server, draft: &[crate::messages::Draft]) -> Result<(Write, Answer, Committed)> {
    let mut write = begin(server).await?;
    let (mut posted, committed) = write.post(draft).await?;
    let posted = posted.pop().ok_or_else(|| super::internal("a message was neither stored nor refused"))??;
    Ok((write, Box::new(posted), committed))
}

async fn commit(server: &Server, tx: Tx, waiting: Waiting, answer: Answer, committed: Committed) {
    let commit = tx.commit();
    tokio::pin!(commit);
    match server.watch.wait(&mut commit).await {
        Some(Ok(())) => give(waiting.publish(committed), Ok(answer)),
        Some(Err(cause)) => waiting.answer(Err(fault(cause))),
        None => {
            // It may be committed or not; who asked again with the same key will know.
            let Waiting { publish, answer } = waiting;
            give(answer, Err(Error::Unavailable));
            match timeout(COMMIT, commit).await {
                Ok(Ok(())) => super::publish(publish, committed),
                Ok(Err(error)) => tracing::warn!(%error, "a commit that took too long failed"),
                Err(_) => tracing::warn!("a commit did not end"),
            }
        }
    }
    metrics::counter!("boardwalk_writes_total").increment(1);
}
