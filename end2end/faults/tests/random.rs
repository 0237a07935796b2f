//! Random histories on real servers; `seeds.txt` keeps those that once failed.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use faults::{
    node::{Node, knows},
    random::{Walk, kill_now_and_then},
    run::Alone,
};
use foundations::{postgres::Cluster, redis::Redis};

const STEPS: usize = 60;

fn kept() -> Result<Vec<u64>> {
    let lines = include_str!("seeds.txt").lines().map(str::trim);
    let seeds = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    seeds.map(|seed| seed.parse().with_context(|| format!("not a seed: {seed}"))).collect()
}

/// One that nobody has tried.
fn fresh() -> Result<u64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64)
}

async fn alone(seed: u64, kills: usize) -> Result<()> {
    let mut alone = Alone::start().await?;
    let base = alone.node.url.clone();
    let walk = Walk::begin(seed, STEPS, &[&base]).await?;
    tokio::try_join!(walk.go(), kill_now_and_then(&mut alone.node, kills, seed))?;
    walk.run.end_on_sqlite(&alone.node.database()).await?;
    Ok(())
}

async fn on_postgres(seed: u64, nodes: usize) -> Result<()> {
    let cluster = Cluster::start()?;
    let redis = if nodes > 1 { Some(Redis::start().await?) } else { None };
    let (mut folders, mut running) = (Vec::new(), Vec::new());
    for _ in 0..nodes {
        let folder = tempfile::tempdir()?;
        running.push(Node::on_postgres(folder.path(), &cluster, redis.as_ref()).await?);
        folders.push(folder);
    }
    let bases: Vec<&str> = running.iter().map(|node| node.url.as_str()).collect();
    let mut walk = Walk::begin(seed, STEPS, &bases).await?;
    if nodes > 1 {
        walk.run.grace = std::time::Duration::from_secs(1);
    }
    walk.go().await?;
    walk.run.end_on_postgres(&cluster).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_hold_on_one_node() -> Result<()> {
    for seed in kept()?.into_iter().chain([fresh()?]) {
        alone(seed, 0).await.with_context(|| format!("seed {seed}"))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_hold_on_a_node_that_is_killed_meanwhile() -> Result<()> {
    for seed in [fresh()?, fresh()? + 1] {
        alone(seed, 3).await.with_context(|| format!("seed {seed}"))?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_hold_on_postgres() -> Result<()> {
    let seed = fresh()?;
    on_postgres(seed, 1).await.with_context(|| format!("seed {seed}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_hold_on_two_nodes() -> Result<()> {
    if !knows("serve", "REDIS_URL")? || !Redis::installed() {
        println!("left out: no REDIS_URL, or no redis-server");
        return Ok(());
    }
    let seed = fresh()?;
    on_postgres(seed, 2).await.with_context(|| format!("seed {seed}"))
}
