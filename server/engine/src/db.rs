//! The database: SQLite or PostgreSQL, one SQL text for both.
//!
//! Every query of the product is in a file of this folder, lower case, one statement a function.

pub(crate) mod accounts;
pub(crate) mod activity;
pub(crate) mod boards;
mod checkpoints;
pub(crate) mod columns;
pub(crate) mod drafts;
pub(crate) mod events;
mod fault;
pub(crate) mod files;
pub(crate) mod filters;
pub(crate) mod invites;
pub(crate) mod jobs;
pub(crate) mod labels;
pub(crate) mod levels;
pub(crate) mod mail;
pub(crate) mod messages;
pub(crate) mod notices;
pub(crate) mod notifications;
pub(crate) mod outside;
pub(crate) mod palette;
pub(crate) mod pins;
pub(crate) mod portable;
pub(crate) mod postgres;
mod pulse;
pub(crate) mod quiet;
pub(crate) mod quotes;
pub(crate) mod reactions;
mod readers;
pub(crate) mod receipts;
pub(crate) mod references;
pub(crate) mod reminders;
pub(crate) mod revocations;
pub(crate) mod rooms;
pub(crate) mod scheduled;
pub(crate) mod search;
pub(crate) mod seed;
mod sql;
mod sqlite;
pub(crate) mod tasks;
pub(crate) mod threads;
mod tx;
pub(crate) mod versions;
pub(crate) mod wiping;
pub(crate) mod writes;

use std::path::Path;

use anyhow::Context;
use protocol::Error;

pub(crate) use checkpoints::Checkpoints;
pub(crate) use fault::{fault, take_damage};
use readers::Readers;
pub(crate) use sql::{literal, placeholders, sql};
pub(crate) use sqlite::File;
pub(crate) use tx::{Held, Tx};

use crate::{
    Result,
    write::Job,
    writer::{Limits, Writer},
};

/// An open database.
#[allow(clippy::large_enum_variant, reason = "a program has one, behind an Arc")]
pub(crate) enum Db {
    /// One file; one connection writes, others read.
    Sqlite(Sqlite),
    /// A server.
    Postgres(postgres::Server),
}

/// An open SQLite file.
pub(crate) struct Sqlite {
    /// Commits everything that is written.
    pub(crate) writer: Writer,
    /// See the last commit, never wait for the writer (WAL).
    readers: Readers,
    checkpoints: Checkpoints,
}

impl Db {
    /// Opens the database at `url`, or the file `boardwalk.db` in `folder`, and brings its tables up to date.
    pub(crate) async fn open(url: Option<&str>, folder: &Path) -> anyhow::Result<Self> {
        match url {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(postgres::open(url).await?))
            }
            Some(url) if url.starts_with("sqlite:") => Self::sqlite(File::named(url)?, Limits::default()).await,
            Some(_) => anyhow::bail!("DATABASE_URL must begin with postgres:// or sqlite:"),
            None => Self::sqlite(File::within(folder)?, Limits::default()).await,
        }
    }

    /// Opens an SQLite file.
    pub(crate) async fn sqlite(file: File, limits: Limits) -> anyhow::Result<Self> {
        let writer = Writer::start(file.clone(), limits).await?;
        let readers = Readers::open(file).await.context("can't open the SQLite database for reading")?;
        let checkpoints = writer.checkpoints().await?;
        Ok(Self::Sqlite(Sqlite { writer, readers, checkpoints }))
    }

    /// A snapshot: every query of it sees the same moment. Dropped, it ends.
    pub(crate) async fn read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite(sqlite) => sqlite.readers.begin().await.map(|reader| Tx::Sqlite(Held::Reading(reader))),
            Self::Postgres(server) => {
                server.begin("begin transaction isolation level repeatable read, read only").await
            }
        }
        .map_err(fault)
    }

    /// For a single statement, which is its own snapshot: without the way there and back of a transaction.
    pub(crate) async fn look(&self) -> Result<Tx> {
        match self {
            Self::Sqlite(sqlite) => sqlite.readers.one().await.map(|reader| Tx::Sqlite(Held::Reading(reader))),
            Self::Postgres(server) => server.look().await,
        }
        .map_err(fault)
    }

    /// Has a write done, on the writer's thread or in a task of its own; the answer goes to who waits for it.
    pub(crate) fn write(&self, job: Job) {
        match self {
            Self::Sqlite(sqlite) => sqlite.writer.submit(job),
            Self::Postgres(server) => drop(tokio::spawn(job.alone(server.clone()))),
        }
    }

    /// Is it SQLite, where this process is the only node?
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Does the database answer, and may it be written?
    pub(crate) async fn ping(&self) -> Result<()> {
        if matches!(self, Self::Sqlite(sqlite) if !sqlite.writer.is_well()) {
            return Err(Error::Unavailable);
        }
        let (_one,): (i64,) = sql!(one &mut self.look().await?, "select cast(1 as bigint)")?;
        Ok(())
    }

    /// Finishes what was accepted, refuses what comes later, and lets go of the database.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.writer.close().await;
                sqlite.readers.close().await;
                sqlite.checkpoints.close().await;
            }
            Self::Postgres(server) => server.close().await,
        }
    }
}
