//! F1: the server is killed in the middle of writes, again and again.

use std::time::Duration;

use anyhow::Result;
use foundations::postgres::Cluster;
use tokio::time::sleep;

use super::{Scale, load, spread};
use crate::{
    node::Node,
    report::Report,
    run::{Alone, Run},
};

const UP_WITHIN: Duration = Duration::from_secs(1);

pub(super) async fn kills(scale: Scale, report: &mut Report) -> Result<()> {
    let mut alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 4).await?;
    let up = kill_often(&run, &mut alone.node, scale.cycles).await?;
    let acknowledged = run.acknowledged();
    run.end_on_sqlite(&alone.node.database()).await?;
    told("SQLite", acknowledged, up, report);

    let cluster = Cluster::start()?;
    let folder = tempfile::tempdir()?;
    let mut node = Node::on_postgres(folder.path(), &cluster, None).await?;
    let run = Run::alone(&node.url, 4).await?;
    let up = kill_often(&run, &mut node, scale.cycles / 4).await?;
    let acknowledged = run.acknowledged();
    run.end_on_postgres(&cluster).await?;
    told("PostgreSQL", acknowledged, up, report);
    Ok(())
}

/// Kills a node while everybody writes; gives how long it took to be up, each time.
async fn kill_often(run: &Run, node: &mut Node, cycles: usize) -> Result<Vec<Duration>> {
    let scenario = async {
        let mut up = Vec::new();
        for _ in 0..cycles {
            load::progress(run, 8).await?;
            // Anywhere in the next writes.
            sleep(Duration::from_micros(fastrand::u64(0..20_000))).await;
            node.kill()?;
            up.push(node.start().await?);
        }
        Ok(up)
    };
    Ok(load::during(run, Duration::ZERO, scenario).await?.0)
}

fn told(what: &str, acknowledged: usize, mut up: Vec<Duration>, report: &mut Report) {
    report.figure(&format!("{what}: kills"), up.len());
    report.figure("acknowledged", acknowledged);
    report.figure("lost or doubled", 0);
    let (middle, slowest) = spread(&mut up);
    report.limit("up again, median", middle, UP_WITHIN);
    report.figure("up again, slowest", format!("{slowest:.2?}"));
}
