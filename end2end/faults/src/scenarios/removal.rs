//! I7: people are removed while others write. Nothing reaches them from the answer on; what was on its
//! way comes at once or never.

use std::time::Duration;

use anyhow::{Result, ensure};
use protocol::Stream;

use super::{
    Scale,
    load::{self, Stop},
    pair::Pair,
    spread,
};
use crate::{
    client::Outcome,
    history::{Entry, History, Operation},
    report::Report,
    run::{Alone, Run},
};

/// A frame that was written before the answer may be read so much after it.
const WITHIN: Duration = Duration::from_millis(50);
/// On other nodes; the checker is more patient, as a busy machine is no leak.
const GRACE: Duration = Duration::from_secs(1);

pub(super) async fn remove(scale: Scale, report: &mut Report) -> Result<()> {
    let times = if scale.light { 20 } else { 200 };
    let alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 3).await?;
    remove_often(&run, times).await?;
    let history = run.end_on_sqlite(&alone.node.database()).await?;
    told("one node", &history, &run, times, report)?;

    if let Some(lacking) = Pair::lacking()? {
        report.figure("two nodes", format!("left out: {lacking}"));
        return Ok(());
    }
    let pair = Pair::start().await?;
    let mut run = pair.run(3).await?;
    run.grace = GRACE;
    remove_often(&run, times).await?;
    let history = run.end_on_postgres(&pair.cluster).await?;
    told("by way of another node", &history, &run, times, report)
}

/// The first removes the second, again and again, while the third writes.
async fn remove_often(run: &Run, times: usize) -> Result<()> {
    let [owner, other, ..] = &run.clients[..] else { anyhow::bail!("three people") };
    let stop = Stop::default();
    let removals = async {
        for _ in 0..times {
            load::progress(run, 2).await?;
            let removed = owner.remove(run.private, other.account.user).await?;
            ensure!(matches!(removed, Outcome::Done(_)), "{removed:?}");
            other.revoked(run.private).await?;
            load::progress(run, 2).await?;
            owner.add(run.private, other.account.user).await?;
            other.reopen(run.private).await?;
        }
        Ok(())
    };
    let removals = async {
        let outcome: Result<()> = removals.await;
        stop.say();
        outcome
    };
    let writer = load::posts_of(&run.clients[2..], run.private, Duration::from_millis(1), &stop);
    let (removed, written) = tokio::join!(removals, writer);
    removed.and(written.map(drop))
}

/// When, after each removal was answered, the last frame of the room was read.
fn told(what: &str, history: &History, run: &Run, times: usize, report: &mut Report) -> Result<()> {
    let mut late = lateness(history, 1, run.private);
    ensure!(late.len() == times, "{} removals in the history of {times}", late.len());
    let frames = late.iter().filter(|late| !late.is_zero()).count();
    let (middle, most) = spread(&mut late);
    report.figure(&format!("removals, {what}"), times);
    report.figure("of them with a frame read after the answer", frames);
    report.limit("last frame after the answer, median", middle, WITHIN);
    report.limit("last frame after the answer, at most", most, WITHIN);
    Ok(())
}

fn lateness(history: &History, who: usize, room: Stream) -> Vec<Duration> {
    let removes = |key| {
        let sent = |entry: &Entry| match entry {
            Entry::Sent { key: sent, what: Operation::Remove { streams, .. }, .. } => {
                *sent == key && streams[..] == [room]
            }
            _ => false,
        };
        history.entries.iter().any(|(_, entry)| sent(entry))
    };
    let (mut late, mut since) = (Vec::new(), None);
    for (at, entry) in &history.entries {
        match entry {
            Entry::Acknowledged { key, client: 0, .. } if removes(*key) => {
                late.push(Duration::ZERO);
                since = Some(*at);
            }
            Entry::Sent { what: Operation::Add { .. }, .. } => since = None,
            Entry::Received { client, stream, .. } if *client == who && *stream == room => {
                if let (Some(since), Some(late)) = (since, late.last_mut()) {
                    *late = *at - since;
                }
            }
            _ => {}
        }
    }
    late
}
