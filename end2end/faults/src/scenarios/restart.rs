//! F12: nodes are stopped and started one after the other while people write.

use std::time::Duration;

use anyhow::Result;

use super::{Scale, load, pair::Pair, spread};
use crate::{
    node::Node,
    report::Report,
    run::{Alone, Run},
};

const PAUSE: Duration = Duration::from_millis(10);
/// The whole stop, as the README promises.
const STOPPED_WITHIN: Duration = Duration::from_secs(5);

pub(super) async fn roll(scale: Scale, report: &mut Report) -> Result<()> {
    one(scale, report).await?;
    match Pair::lacking()? {
        None => two(report).await,
        Some(lacking) => {
            report.figure("two nodes left out:", lacking);
            Ok(())
        }
    }
}

async fn one(scale: Scale, report: &mut Report) -> Result<()> {
    let mut alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 4).await?;
    let rounds = if scale.light { 2 } else { 10 };
    let scenario = async {
        let mut stops = Vec::new();
        for _ in 0..rounds {
            load::progress(&run, 30).await?;
            stops.push(alone.node.stop().await?);
            alone.node.start().await?;
        }
        Ok(stops)
    };
    let (mut stops, _) = load::during(&run, PAUSE, scenario).await?;
    let acknowledged = run.acknowledged();
    run.end_on_sqlite(&alone.node.database()).await?;
    report.figure("one node, restarts", rounds);
    report.limit("stopped within", spread(&mut stops).1, STOPPED_WITHIN);
    report.figure("acknowledged", acknowledged);
    report.figure("lost or doubled", 0);
    Ok(())
}

async fn two(report: &mut Report) -> Result<()> {
    let mut pair = Pair::start().await?;
    let mut run = pair.run(4).await?;
    run.grace = Duration::from_secs(1);
    let scenario = async {
        let mut fresh = Vec::new();
        for old in 0..2 {
            load::progress(&run, 50).await?;
            let folder = tempfile::tempdir()?;
            let new = Node::on_postgres(folder.path(), &pair.cluster, Some(&pair.redis)).await?;
            // As a balancer would: nobody new is sent to the old one, and then it is stopped.
            for client in run.clients.iter().filter(|client| client.id % 2 == old) {
                client.go_to(&new.url, &new.url);
            }
            pair.nodes[old].stop().await?;
            fresh.push((new, folder));
        }
        load::progress(&run, 50).await?;
        Ok(fresh)
    };
    let (_fresh, _) = load::during(&run, PAUSE, scenario).await?;
    let acknowledged = run.acknowledged();
    let ended = (0..run.clients.len()).map(|client| run.ended(client)).max().unwrap_or_default();
    run.end_on_postgres(&pair.cluster).await?;
    report.figure("two nodes, acknowledged", acknowledged);
    report.figure("reconnects of a client, at most", ended);
    if ended > 1 {
        report.miss(format!("a client reconnected {ended} times"));
    }
    report.figure("lost or doubled", 0);
    Ok(())
}
