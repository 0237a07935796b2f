//! When the log of writes (WAL) of SQLite is copied into the file: apart from the writer.
//!
//! The log is copied while the writer goes on; only when it has grown long is it begun anew, and for
//! the little that is left to copy then the writer waits.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use sqlx::{Connection, SqliteConnection};
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinHandle,
    time::timeout,
};

use super::sqlite::File;
use crate::writer::Limits;

/// How long a checkpoint waits for readers, and so may keep the writer waiting.
const READERS_LEAVE: Duration = Duration::from_millis(100);
/// At least so long from one look at the log to the next.
const LOOK: Duration = Duration::from_millis(100);

/// What copies the log into the file, on a connection of its own, and so on a thread of its own.
pub(crate) struct Checkpoints {
    stop: watch::Sender<bool>,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Checkpoints {
    /// Starts. `committed` says that something was written; who holds `turn` keeps the writer waiting.
    pub(crate) async fn start(
        file: &File,
        limits: Limits,
        committed: Arc<Notify>,
        turn: Arc<Semaphore>,
    ) -> anyhow::Result<Self> {
        let connection = file.copying(READERS_LEAVE).await.context("can't open the SQLite database for checkpoints")?;
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(checkpoints(connection, limits, committed, turn, stopped));
        Ok(Self { stop, running: Mutex::new(Some(running)) })
    }

    /// Copies what is left, once nobody reads or writes any more, and ends.
    pub(crate) async fn close(&self) {
        self.stop.send_replace(true);
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(running) = running else { return };
        if let Err(error) = running.await {
            tracing::error!(%error, "the checkpoints ended badly");
        }
    }
}

async fn checkpoints(
    mut connection: SqliteConnection,
    limits: Limits,
    committed: Arc<Notify>,
    turn: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            () = committed.notified() => {}
            // Said, or the engine is gone.
            _ = stopped.wait_for(|stop| *stop) => break,
        }
        if let Err(error) = round(&mut connection, limits, &turn).await {
            // Nothing is lost: the log only grows until the next round succeeds.
            tracing::warn!(%error, "can't copy the log of writes into the database file");
        }
        // Rounds that come sooner would copy the same pages again and again.
        let _stopped = timeout(LOOK, stopped.wait_for(|stop| *stop)).await;
    }
    if let Err(error) = checkpoint(&mut connection, "pragma wal_checkpoint(truncate)").await {
        tracing::warn!(%error, "can't copy the log of writes into the database file at the end");
    }
    if let Err(error) = connection.close().await {
        tracing::warn!(%error, "can't close the database");
    }
}

async fn round(connection: &mut SqliteConnection, limits: Limits, turn: &Semaphore) -> sqlx::Result<()> {
    let (log, copied) = checkpoint(connection, "pragma wal_checkpoint(noop)").await?;
    if log - copied < limits.copied_at {
        return Ok(());
    }
    let (log, _) = checkpoint(connection, "pragma wal_checkpoint(passive)").await?;
    if log >= limits.restarted_at {
        // Little is left to copy by now. Readers of an old moment leave soon, or are left for the next round.
        let _turn = turn.acquire().await;
        checkpoint(connection, "pragma wal_checkpoint(restart)").await?;
    }
    Ok(())
}

/// Pages in the log, and those of them that are in the file.
async fn checkpoint(connection: &mut SqliteConnection, text: &'static str) -> sqlx::Result<(i64, i64)> {
    let (_busy, log, copied): (i64, i64, i64) = sqlx::query_as(text).fetch_one(connection).await?;
    Ok((log, copied))
}
