//! A Redis of a scenario's own, that may be stopped and killed.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

use crate::node::{free_port, signal};

/// A running Redis; it ends with this.
pub struct Redis {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Redis {
    /// Is the program on this machine?
    pub fn installed() -> bool {
        Command::new("redis-server").arg("--version").stdout(Stdio::null()).status().is_ok_and(|done| done.success())
    }

    /// Starts one.
    pub async fn start() -> Result<Self> {
        let port = free_port()?;
        let mut redis = Self { folder: tempfile::tempdir()?, port, child: None };
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

    /// Starts it, after [`Redis::down`], with nothing in it.
    pub async fn up(&mut self) -> Result<()> {
        let mut command = Command::new("redis-server");
        command
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        self.child = Some(command.spawn().context("can't start redis-server")?);
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(self.address()).await.is_err() {
            ensure!(Instant::now() < until, "Redis does not come up");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Kills it.
    pub fn down(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Stops it, or lets it go on: `STOP`, `CONT`.
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
