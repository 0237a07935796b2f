//! F8: one of two nodes is cut off from database and Redis, and comes back.

use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep};

use super::{Scale, load, pair::Pair};
use crate::{
    client::WITHIN,
    node::Node,
    proxy::{Mode, Proxy},
    report::Report,
    run::{Home, Run},
};

pub(super) async fn cut_off(scale: Scale, report: &mut Report) -> Result<()> {
    if !Pair::possible(report)? {
        return Ok(());
    }
    let pair = Pair::start().await?;
    let database = Proxy::to(&pair.cluster.address()).await?;
    let redis = Proxy::to(&pair.redis.address()).await?;
    let folder = tempfile::tempdir()?;
    let redis_url = format!("redis://{}", redis.address);
    let far = Node::with(folder.path(), &pair.cluster.url_at(database.address.port()), Some(&redis_url)).await?;
    let homes = [&pair.nodes[0], &far].map(|node| Home { base: node.url.clone(), socket: node.url.clone() });
    let mut run = Run::begin(&homes, 4).await?;
    run.grace = Duration::from_secs(5);

    let length = Duration::from_secs(if scale.light { 4 } else { 20 });
    let scenario = async {
        load::progress(&run, 50).await?;
        database.set(Mode::Silent);
        redis.set(Mode::Silent);
        sleep(length).await;
        database.set(Mode::Open);
        redis.set(Mode::Open);
        let back = Instant::now();
        load::progress(&run, 100).await?;
        Ok(back.elapsed())
    };
    let (back, _) = load::during(&run, Duration::from_millis(30), scenario).await?;
    report.figure("cut off for", format!("{length:?}"));
    report.figure("a hundred more writes after", format!("{back:.2?}"));
    let acknowledged = run.acknowledged();
    tokio::time::timeout(2 * WITHIN, run.end_on_postgres(&pair.cluster)).await??;
    report.figure("acknowledged on both sides", acknowledged);
    report.figure("in two orders, lost or doubled", 0);
    Ok(())
}
