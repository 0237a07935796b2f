//! A Redis of a test's own, which may be killed, stalled and brought back; or a cluster of three.

mod cluster;

use std::{
    process::{Child, Command, Stdio, id},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::process::{free_port, signal, watchdog};
pub use cluster::RedisCluster;

/// How long a start may take, on however slow a machine.
const WITHIN: Duration = Duration::from_secs(30);

/// A running Redis; it ends with this.
pub struct Redis {
    folder: TempDir,
    port: u16,
    /// Further arguments.
    settings: Vec<String>,
    child: Option<Child>,
}

impl Redis {
    /// Is the program on this machine?
    pub fn installed() -> bool {
        Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_ok_and(|done| done.success())
    }

    /// Starts one.
    ///
    /// # Errors
    /// It is not installed, or does not come up.
    pub async fn start() -> Result<Self> {
        Self::with(Vec::new()).await
    }

    async fn with(settings: Vec<String>) -> Result<Self> {
        let mut redis = Self { folder: tempfile::tempdir()?, port: free_port()?, settings, child: None };
        redis.up().await?;
        Ok(redis)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts it, after [`Redis::down`], with nothing in it, and waits until it answers.
    ///
    /// # Errors
    /// It does not come up.
    pub async fn up(&mut self) -> Result<()> {
        let mut command = Command::new("redis-server");
        command
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .args(&self.settings)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().context("can't start redis-server")?;
        // Ends it too when this process is killed and drops nothing.
        let (own, redis) = (id(), child.id());
        self.child = Some(child);
        watchdog(&format!("while kill -0 {own}; do kill -0 {redis} || exit; sleep 1; done; kill -9 {redis}"))?;
        let until = Instant::now() + WITHIN;
        while TcpStream::connect(self.address()).await.is_err() {
            ensure!(Instant::now() < until, "Redis does not come up");
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Kills it, as kill -9 does.
    ///
    /// # Errors
    /// The system refuses.
    pub fn down(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Stops it, so that it is there and answers nothing, or lets it go on: `STOP`, `CONT`.
    ///
    /// # Errors
    /// It does not run.
    pub fn signal(&self, name: &str) -> Result<()> {
        signal(name, &[self.child.as_ref().context("Redis does not run")?.id()])
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Err(error) = self.down() {
            eprintln!("Redis could not be ended: {error}");
        }
    }
}
