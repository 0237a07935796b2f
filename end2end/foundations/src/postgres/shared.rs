//! One PostgreSQL for all tests of a run, each of which gets a database of its own.
//!
//! The runner starts every test in a process of its own, so the cluster can't belong to one of them.
//! The first test that needs it starts it while it holds a lock file; the others find its port in a
//! file beside it. Every test touches a third file, and a detached watchdog stops the cluster and
//! removes it when that has not happened for a minute; it takes the same lock, so that nobody is
//! handed a cluster that is about to go. It is in the system's folder for temporary files, which the
//! user `postgres` can reach.

use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    net::TcpStream,
    path::PathBuf,
    process::Command,
};

use anyhow::Result;
use uuid::Uuid;

use super::programs::{create_database, init, run, start, stop_words};
use crate::process::{free_port, is_root, watchdog};

/// Not durable, which these tests are not about, and quick to make databases.
const SETTINGS: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300";

/// The address of a new and empty database on the cluster of this run.
///
/// # Errors
/// PostgreSQL is not installed, or does not start.
pub async fn new_database() -> Result<String> {
    tokio::task::spawn_blocking(|| {
        let port = Shared::here().port()?;
        let name = format!("test_{}", Uuid::now_v7().simple());
        create_database(port, &name)?;
        Ok(format!("postgres://boardwalk@127.0.0.1:{port}/{name}"))
    })
    .await?
}

struct Shared {
    /// Holds everything, and belongs to the user who runs it.
    dir: PathBuf,
    lock: PathBuf,
}

impl Shared {
    /// The cluster of this clone of the project.
    fn here() -> Self {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
        let dir = env::temp_dir().join(format!("boardwalk-tests-{:016x}", hasher.finish()));
        Self { lock: dir.with_extension("lock"), dir }
    }

    /// The port of the running cluster, which is started if it isn't there.
    fn port(&self) -> Result<u16> {
        let lock = File::options().create(true).append(true).open(&self.lock)?;
        lock.lock()?;
        let port = fs::read_to_string(self.dir.join("port")).ok().and_then(|port| port.parse().ok());
        let port = match port {
            Some(port) if TcpStream::connect(("127.0.0.1", port)).is_ok() => port,
            _ => self.start()?,
        };
        fs::write(self.dir.join("touched"), "")?;
        Ok(port)
    }

    fn start(&self) -> Result<u16> {
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir)?;
        }
        fs::create_dir(&self.dir)?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&self.dir))?;
        }
        let (data, port) = (self.dir.join("data"), free_port()?);
        init(&data)?;
        start(&data, &self.dir.join("log"), port, SETTINGS)?;
        fs::write(self.dir.join("port"), port.to_string())?;
        fs::write(self.dir.join("touched"), "")?;
        let (dir, lock, stop) = (self.dir.display(), self.lock.display(), stop_words(&data));
        watchdog(&format!(
            "while sleep 5; do flock '{lock}' sh -c '\
               test -d {dir} || exit 1; \
               test -z \"$(find {dir}/touched -newermt \"-60 seconds\")\" || exit 0; \
               {stop}; rm -rf {dir}; exit 1' || exit; done"
        ))?;
        Ok(port)
    }
}
