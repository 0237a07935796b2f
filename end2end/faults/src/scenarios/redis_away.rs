//! F5 and F6: Redis is killed, and stalls, between two nodes.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::{Instant, sleep};

use super::{Scale, load, pair::Pair, percentile};
use crate::{
    client::{Account, Outcome},
    raw::{Ending, RawSocket},
    report::Report,
    run::Run,
};

/// Nodes without Redis look into the log every 250 ms; the rest is the machine's.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(1);
/// The request itself included.
const REVOKED_WITHIN: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_millis(20);

pub(super) async fn kill(scale: Scale, report: &mut Report) -> Result<()> {
    if !Pair::possible(report)? {
        return Ok(());
    }
    let mut pair = Pair::start().await?;
    let mut run = pair.run(4).await?;
    run.grace = FOLLOWS_WITHIN;
    let with = across(&run).await?;
    report.figure("from node to node, with Redis", format!("{with:.2?}"));

    let last = &run.clients[3];
    let begun = Instant::now();
    run.clients[0].remove(run.private, last.account.user).await?;
    last.revoked(run.private).await?;
    report.limit("removed on one node, heard on the other", begun.elapsed(), REVOKED_WITHIN);
    report.limit("signed out on one node, heard on the other", sign_out(&pair).await?, FOLLOWS_WITHIN);

    pair.redis.down()?;
    let away = Duration::from_secs(if scale.light { 3 } else { 60 });
    let ((), mut took) = load::during(&run, PAUSE, async {
        sleep(away).await;
        Ok(())
    })
    .await?;
    report.figure("away for", format!("{away:?}"));
    report.figure("answers meanwhile, p99", format!("{:.2?}", percentile(&mut took, 99)));
    let without = across(&run).await?;
    report.limit("from node to node, without Redis", without, FOLLOWS_WITHIN);

    let (owner, other) = (&run.clients[0], &run.clients[1]);
    owner.remove(run.private, other.account.user).await?;
    let removed = Instant::now();
    other.revoked(run.private).await?;
    report.limit("removed on one node, heard on the other without Redis", removed.elapsed(), FOLLOWS_WITHIN);
    let signed_out = sign_out(&pair).await?;
    report.limit("signed out on one node, heard on the other without Redis", signed_out, FOLLOWS_WITHIN);
    // None of these may reach who was removed, now that the other node must know.
    sleep(FOLLOWS_WITHIN.saturating_sub(removed.elapsed())).await;
    for n in 0..5 {
        owner.post(run.private, &format!("without them {n}")).await?;
    }

    pair.redis.up().await?;
    load::during(&run, PAUSE, load::progress(&run, 100)).await?;
    let acknowledged = run.acknowledged();
    run.end_on_postgres(&pair.cluster).await?;
    report.figure("acknowledged", acknowledged);
    report.figure("lost or doubled", 0);
    Ok(())
}

pub(super) async fn stall(scale: Scale, report: &mut Report) -> Result<()> {
    if !Pair::possible(report)? {
        return Ok(());
    }
    let pair = Pair::start().await?;
    let mut run = pair.run(4).await?;
    run.grace = FOLLOWS_WITHIN;
    let (_, mut before) = load::during(&run, PAUSE, load::progress(&run, 300)).await?;
    let memory = pair.nodes[0].resident()?;
    pair.redis.signal("STOP")?;
    let stalled = Duration::from_secs(if scale.light { 3 } else { 20 });
    let outcome = load::during(&run, PAUSE, async {
        sleep(stalled).await;
        Ok(())
    })
    .await;
    pair.redis.signal("CONT")?;
    let ((), mut during) = outcome?;
    let (before, during) = (percentile(&mut before, 99), percentile(&mut during, 99));
    report.figure("answers before, p99", format!("{before:.2?}"));
    report.limit("answers while it stalls, p99", during, before * 2);
    let grown = pair.nodes[0].resident()?.saturating_sub(memory) / 1024;
    report.figure("memory grew by", format!("{grown} KiB"));
    let acknowledged = run.acknowledged();
    run.end_on_postgres(&pair.cluster).await?;
    report.figure("acknowledged", acknowledged);
    Ok(())
}

/// How long a socket on the second node stays open after its person signed out on the first.
async fn sign_out(pair: &Pair) -> Result<Duration> {
    let [first, second] = pair.nodes.each_ref().map(|node| node.url.as_str());
    let again = Account::sign_in(second, "person0").await?;
    let mut socket = RawSocket::open(second, &again.cookie).await?;
    socket.text_with("ready").await?;
    again.post(first, "/accounts/logout/", serde_json::json!({})).await?;
    let begun = Instant::now();
    let ending = socket.ending().await?;
    ensure!(ending == Ending::Close(protocol::close::SIGNED_OUT), "{ending:?}");
    Ok(begun.elapsed())
}

/// How long a message takes from a person on the first node to one on the second.
async fn across(run: &Run) -> Result<Duration> {
    let (from, to) = (&run.clients[0], &run.clients[1]);
    let before = to.seq(run.room);
    let begun = Instant::now();
    let outcome = from.post(run.room, &format!("across, after {before}")).await?;
    ensure!(matches!(outcome, Outcome::Done(_)), "{outcome:?}");
    to.caught_up(run.room, before + 1).await?;
    Ok(begun.elapsed())
}
