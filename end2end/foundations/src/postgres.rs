//! PostgreSQL: one of a test's own, which may be stopped and killed, or one for all tests of a run.

mod programs;
mod shared;

use std::{
    fs,
    path::PathBuf,
    process::{Command, id},
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process::{free_port, is_root, signal, watchdog};
use programs::{create_database, init, run, start, stop, stop_words};
pub use shared::new_database;

/// Written to the system and not to the disk: what is broken are processes.
const SETTINGS: &str = "-c fsync=off -c max_connections=100";

/// How often a signal is sent to processes that end meanwhile.
const TRIES: usize = 20;

/// A running PostgreSQL; it ends with this.
pub struct Cluster {
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes one and starts it.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let cluster = Self { folder, port: free_port()? };
        init(&cluster.data())?;
        cluster.up()?;
        cluster.watch()?;
        create_database(cluster.port, "boards")?;
        Ok(cluster)
    }

    /// PostgreSQL leaves our group of processes: it is ended from outside when we were ended so.
    fn watch(&self) -> Result<()> {
        let (own, stop, folder) = (id(), stop_words(&self.data()), self.folder.path().display());
        watchdog(&format!(
            "while kill -0 {own}; do sleep 2; done; test -d {folder} || exit; \
             kill -CONT $(head -n 1 {folder}/data/postmaster.pid); \
             cd /; {stop}; rm -rf {folder}"
        ))
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        self.url_at(self.port)
    }

    /// The same, by way of a proxy on a port.
    pub fn url_at(&self, port: u16) -> String {
        format!("postgres://boardwalk@127.0.0.1:{port}/boards")
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts it, after [`Cluster::down`].
    ///
    /// # Errors
    /// It does not start.
    pub fn up(&self) -> Result<()> {
        start(&self.data(), &self.folder.path().join("log"), self.port, SETTINGS)
    }

    /// Ends it at once, as a crash would.
    ///
    /// # Errors
    /// It does not run.
    pub fn down(&self) -> Result<()> {
        stop(&self.data())
    }

    /// Stops every process of it, or lets them go on: `STOP`, `CONT`.
    ///
    /// # Errors
    /// It does not run.
    pub fn signal(&self, name: &str) -> Result<()> {
        let mut outcome = Ok(());
        // One that has just ended by itself is no failure: asked again are those that are left.
        for _ in 0..TRIES {
            outcome = signal(name, &self.processes()?);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn processes(&self) -> Result<Vec<u32>> {
        let file = fs::read_to_string(self.data().join("postmaster.pid"))?;
        let parent: u32 = file.lines().next().context("PostgreSQL does not run")?.trim().parse()?;
        let mut pids = vec![parent];
        for process in fs::read_dir("/proc")?.flatten() {
            let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let Ok(stat) = fs::read_to_string(process.path().join("stat")) else { continue };
            // After the name, which is in brackets and may hold anything: state, parent.
            let of = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
            if of == Some(parent) {
                pids.push(pid);
            }
        }
        Ok(pids)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Where it was stopped it must go on to hear that it is to end.
        let gone_on = self.signal("CONT");
        if let Err(error) = self.down().and(gone_on) {
            eprintln!("PostgreSQL in {} could not be ended: {error}", self.folder.path().display());
        }
    }
}
