//! Boardwalk on SQLite, as it ships.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use sqlx::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::{Process, free_address};
use crate::audit::{open, wait_for};

/// A filled data folder, made once and copied for every start.
pub struct Template {
    binary: PathBuf,
    site: Option<PathBuf>,
    folder: TempDir,
}

impl Template {
    /// Fills a folder by `boardwalk seed`; `site` is for a program that does not carry its site.
    ///
    /// # Errors
    /// The program fails.
    pub fn make(binary: &Path, site: Option<&Path>, people: usize, messages: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let output = Command::new(binary)
            .args(["seed", "--users", &people.to_string(), "--rooms", "1", "--messages", &messages.to_string()])
            .args(["--prefix", "bench", "--password", "a long enough phrase", "--data-dir"])
            .arg(folder.path())
            .output()
            .with_context(|| format!("can't start {}", binary.display()))?;
        ensure!(output.status.success(), "`boardwalk seed` failed: {}", String::from_utf8_lossy(&output.stderr));
        Ok(Self { binary: binary.to_owned(), site: site.map(Path::to_owned), folder })
    }
}

/// A running Boardwalk.
pub struct Boardwalk {
    pub(super) process: Process,
    pub(super) cookies: Vec<String>,
    /// The room of all the messages, and the numbers of its newest event and message at the start.
    pub(super) room: i64,
    pub(super) seq: i64,
    pub(super) n: i64,
    /// From its start until it was ready.
    pub(super) start_time: Duration,
    binary: PathBuf,
    site: Option<PathBuf>,
    folder: TempDir,
}

impl Boardwalk {
    /// Starts it on a copy of the data, with this many people signed in.
    pub(super) fn start(template: &Template, people: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        copy(template.folder.path(), folder.path())?;
        let (cookies, room, seq, n) = wait_for(sign_in(database(folder.path()), people))?;
        let address = free_address()?;
        let begun = Instant::now();
        let process = process(&template.binary, template.site.as_deref(), folder.path(), address)?;
        process.wait_for("/readyz")?;
        let start_time = begun.elapsed();
        Ok(Self {
            process,
            cookies,
            room,
            seq,
            n,
            start_time,
            binary: template.binary.clone(),
            site: template.site.clone(),
            folder,
        })
    }

    pub(super) fn start_again(&mut self) -> Result<()> {
        self.process = process(&self.binary, self.site.as_deref(), self.folder.path(), self.address())?;
        Ok(())
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.process.address
    }

    pub(super) fn database(&self) -> PathBuf {
        database(self.folder.path())
    }
}

fn process(binary: &Path, site: Option<&Path>, folder: &Path, address: SocketAddr) -> Result<Process> {
    let mut command = Command::new(binary);
    command.args(["serve", "--rate-limits", "off", "--bind", &address.to_string(), "--data-dir"]).arg(folder);
    for inherited in ["DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "RUST_LOG", "LOG_FORMAT"] {
        command.env_remove(inherited);
    }
    if let Some(site) = site {
        command.env("SITE_DIR", site);
    }
    Process::start("Boardwalk", command, address, Some(&folder.join("log")))
}

fn database(folder: &Path) -> PathBuf {
    folder.join("boardwalk.db")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Signs people in by writing their sessions, since checking thousands of passwords costs minutes
/// (25 ms of CPU each) and is not what is measured. What the server does with a session is the same.
async fn sign_in(database: PathBuf, people: usize) -> Result<(Vec<String>, i64, i64, i64)> {
    let mut db = open(&database).await?;
    let mut tx = db.begin().await?;
    let users: Vec<(i64,)> =
        sqlx::query_as("select id from users order by id limit $1").bind(people as i64).fetch_all(&mut *tx).await?;
    ensure!(users.len() == people, "{people} people were wanted and {} are there", users.len());
    let now = chrono::Utc::now().timestamp_millis();
    let mut cookies = Vec::with_capacity(people);
    for (user,) in users {
        let token = format!("{}{}", Uuid::now_v7().simple(), Uuid::now_v7().simple());
        sqlx::query(
            "insert into sessions (user_id, token_hash, agent, address, created_at, seen_at)
             values ($1, $2, 'load', '127.0.0.1', $3, $3)",
        )
        .bind(user)
        .bind(&Sha256::digest(token.as_bytes())[..])
        .bind(now)
        .execute(&mut *tx)
        .await?;
        cookies.push(format!("session={token}"));
    }
    let (room,): (i64,) = sqlx::query_as("select min(id) from rooms").fetch_one(&mut *tx).await?;
    let (seq, n) = sqlx::query_as("select seq, n from streams where name = $1")
        .bind(format!("room:{room}"))
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    db.close().await?;
    Ok((cookies, room, seq, n))
}
