//! Three masters of one Redis Cluster, each with its share of the slots.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Result, ensure};
use tokio::time::{Instant, sleep};

use super::{Redis, WITHIN};
use crate::process::free_port;

const MASTERS: usize = 3;

/// A running cluster; it ends with this.
pub struct RedisCluster(Vec<Redis>);

impl RedisCluster {
    /// Is the program on this machine that makes one of single servers?
    pub fn possible() -> bool {
        Command::new("redis-cli").arg("--version").stdout(Stdio::null()).status().is_ok_and(|done| done.success())
    }

    /// Starts one, and waits until every slot is served.
    ///
    /// # Errors
    /// The programs are not installed, or it does not come up.
    pub async fn start() -> Result<Self> {
        let mut masters = Vec::new();
        for _ in 0..MASTERS {
            // What the masters tell each other has a port of its own.
            let settings = ["--cluster-enabled", "yes", "--cluster-node-timeout", "5000", "--cluster-port"];
            let port = free_port()?.to_string();
            masters.push(Redis::with(settings.map(str::to_owned).into_iter().chain([port]).collect()).await?);
        }
        let cluster = Self(masters);
        let mut create = Command::new("redis-cli");
        create.args(["--cluster", "create"]).args(cluster.0.iter().map(Redis::address)).arg("--cluster-yes");
        let made = create.stdin(Stdio::null()).output()?;
        let words = |output: &std::process::Output| String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(made.status.success(), "{create:?}: {}", words(&made));
        let begun = Instant::now();
        for master in &cluster.0 {
            let port = master.port.to_string();
            loop {
                let told = Command::new("redis-cli").args(["-p", &port, "cluster", "info"]).output()?;
                if words(&told).contains("cluster_state:ok") {
                    break;
                }
                ensure!(begun.elapsed() < WITHIN, "the cluster does not come up: {}", words(&told));
                sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(cluster)
    }

    /// Its address, of all masters.
    pub fn url(&self) -> String {
        let others = self.0[1..].iter().map(|master| format!("node={}", master.address()));
        format!("redis-cluster://{}?{}", self.0[0].address(), others.collect::<Vec<_>>().join("&"))
    }
}
