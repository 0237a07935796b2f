//! F7: PostgreSQL is restarted, then stalls, while people write.

use std::time::Duration;

use anyhow::{Result, ensure};
use foundations::postgres::Cluster;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{Scale, load};
use crate::{
    client::{Outcome, Try},
    node::Node,
    report::Report,
    run::Run,
};

/// A send waits no longer than this for a database that is away; half a second is the machine's.
const WAITS: Duration = Duration::from_millis(2500);

pub(super) async fn restart_and_stall(scale: Scale, report: &mut Report) -> Result<()> {
    let cluster = Cluster::start()?;
    let folder = tempfile::tempdir()?;
    let node = Node::on_postgres(folder.path(), &cluster, None).await?;
    let run = Run::alone(&node.url, 3).await?;
    let pause = Duration::from_millis(20);

    let restart = async {
        load::progress(&run, 20).await?;
        cluster.down()?;
        let away = Instant::now();
        sleep(Duration::from_secs(if scale.light { 1 } else { 5 })).await;
        cluster.up()?;
        load::progress(&run, 20).await?;
        Ok(away.elapsed())
    };
    let (took, _) = load::during(&run, pause, restart).await?;
    report.figure("restarted; writes go on after", format!("{took:.2?}"));

    cluster.signal("STOP")?;
    let key = Uuid::now_v7();
    let begun = Instant::now();
    let stalled = run.clients[0].post_once(key, run.room, "while it stalls").await;
    let waited = begun.elapsed();
    let reading = Instant::now();
    let read = run.clients[1].account.ask(&node.url, "/messaging/notifications/count/", None).await;
    let read_took = reading.elapsed();
    cluster.signal("CONT")?;
    let Try::Again(why) = stalled else { anyhow::bail!("a stalled database is answered with {stalled:?}") };
    report.limit("stalled; a send is refused after", waited, WAITS);
    report.figure("with", &why);
    if !why.contains("503") {
        report.miss(format!("a stalled database is answered with {why}, not 503"));
    }
    report.figure("a read meanwhile", format!("{} after {read_took:.2?}", said(&read)));
    let outcome = run.clients[0].post_as(key, run.room, "while it stalls").await?;
    ensure!(matches!(outcome, Outcome::Done(Some(_))), "the retry: {outcome:?}");
    let (_, mut took) = load::during(&run, pause, load::progress(&run, 20)).await?;
    report.figure("answers after it, p99", format!("{:.2?}", super::percentile(&mut took, 99)));
    let acknowledged = run.acknowledged();
    run.end_on_postgres(&cluster).await?;
    report.figure("acknowledged", acknowledged);
    report.figure("lost or doubled", 0);
    Ok(())
}

fn said<T>(read: &Result<(reqwest::StatusCode, T)>) -> String {
    match read {
        Ok((status, _)) => status.to_string(),
        Err(error) => error.to_string(),
    }
}
