//! Two nodes on one PostgreSQL and one Redis.

use anyhow::Result;
use foundations::{postgres::Cluster, redis::Redis};
use tempfile::TempDir;

use crate::{
    node::{Node, knows},
    report::Report,
    run::{Home, Run},
};

/// Two nodes, and what they stand on. The nodes end first.
pub(super) struct Pair {
    pub(super) nodes: [Node; 2],
    pub(super) cluster: Cluster,
    pub(super) redis: Redis,
    _folders: [TempDir; 2],
}

impl Pair {
    /// Can there be two nodes here? Where not, the report says why.
    pub(super) fn possible(report: &mut Report) -> Result<bool> {
        let lacking = Self::lacking()?;
        if let Some(lacking) = lacking {
            report.leave_out(lacking);
        }
        Ok(lacking.is_none())
    }

    /// What two nodes would need and is not here.
    pub(super) fn lacking() -> Result<Option<&'static str>> {
        Ok(if !knows("serve", "REDIS_URL")? {
            Some("this server has no REDIS_URL")
        } else if !Redis::installed() {
            Some("redis-server is not installed")
        } else {
            None
        })
    }

    /// Starts them.
    pub(super) async fn start() -> Result<Self> {
        let (cluster, redis) = (Cluster::start()?, Redis::start().await?);
        let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
        let first = Node::on_postgres(folders[0].path(), &cluster, Some(&redis)).await?;
        let second = Node::on_postgres(folders[1].path(), &cluster, Some(&redis)).await?;
        Ok(Self { nodes: [first, second], cluster, redis, _folders: folders })
    }

    /// People on both, in turn.
    pub(super) async fn run(&self, people: usize) -> Result<Run> {
        let homes = self.nodes.each_ref().map(|node| Home { base: node.url.clone(), socket: node.url.clone() });
        Run::begin(&homes, people).await
    }
}
