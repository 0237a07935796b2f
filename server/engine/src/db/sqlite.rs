//! The SQLite file: its connections, and when the log of writes (WAL) goes into the file proper.

use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use anyhow::Context;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::writer::Limits;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Connections that only read.
const READERS: u32 = 4;
/// How long a request waits for one of them.
const ACQUIRE: Duration = Duration::from_secs(10);
/// How long another process that writes is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// Statements that the writer keeps prepared: a set of posts has its own text for each size.
const STATEMENTS: usize = 512;
/// Bytes of the log's file that are kept when it is begun anew.
const KEPT: &str = "67108864";
/// At least so long from one look at the log to the next.
const LOOK: Duration = Duration::from_millis(100);
/// How long a checkpoint waits for readers, and so may keep the writer waiting.
const READERS_LEAVE: Duration = Duration::from_millis(100);

/// Which file it is.
#[derive(Clone)]
pub(crate) struct File {
    options: SqliteConnectOptions,
    /// Device and inode, once it was opened: a file put in its place is another history.
    identity: Arc<OnceLock<(u64, u64)>>,
}

impl File {
    /// The file that a `sqlite:` address names.
    pub(crate) fn named(url: &str) -> anyhow::Result<Self> {
        Ok(Self::with(SqliteConnectOptions::from_str(url)?))
    }

    /// The file `boardwalk.db` in a folder, which is made.
    pub(crate) fn within(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("can't make the data folder {}", folder.display()))?;
        Ok(Self::with(SqliteConnectOptions::new().filename(folder.join("boardwalk.db"))))
    }

    fn with(options: SqliteConnectOptions) -> Self {
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged write survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY);
        Self { options, identity: Arc::default() }
    }

    /// Makes the file where there is none, and brings its tables up to date.
    pub(crate) async fn prepare(&self) -> anyhow::Result<Box<SqliteConnection>> {
        let mut connection =
            self.writing(true).connect().await.context("can't open the SQLite database for writing")?;
        MIGRATIONS.run(&mut connection).await.context("can't migrate the SQLite database")?;
        // A file or a disk that can only be read is opened without a word.
        let written = sqlx::query("update meta set value = value where name = 'epoch'").execute(&mut connection).await;
        written.context("the SQLite database can't be written")?;
        let identity = self.look().context("can't look at the SQLite database")?;
        self.identity.get_or_init(|| identity);
        Ok(Box::new(connection))
    }

    /// The connection that writes, again, after something went wrong with the one before.
    pub(crate) async fn reopen(&self) -> sqlx::Result<Box<SqliteConnection>> {
        if self.identity.get() != Some(&self.look()?) {
            let other = std::io::Error::other("the file of the database was taken away, or another put in its place");
            return Err(sqlx::Error::Io(other));
        }
        self.writing(false).connect().await.map(Box::new)
    }

    fn writing(&self, create: bool) -> SqliteConnectOptions {
        self.options
            .clone()
            .create_if_missing(create)
            .statement_cache_capacity(STATEMENTS)
            .row_buffer_size(256)
            // Never in the middle of somebody's write: that is for Checkpoints.
            .pragma("wal_autocheckpoint", "0")
            .pragma("journal_size_limit", KEPT)
            .thread_name(|_| "writer-sqlite".to_owned())
    }

    /// The connections that read.
    pub(crate) async fn readers(&self) -> anyhow::Result<SqlitePool> {
        SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            // A connection is a thread of this process: it is there.
            .test_before_acquire(false)
            .connect_with(self.options.clone().read_only(true))
            .await
            .context("can't open the SQLite database for reading")
    }

    fn look(&self) -> std::io::Result<(u64, u64)> {
        let found = std::fs::metadata(self.path())?;
        Ok((found.dev(), found.ino()))
    }

    fn path(&self) -> PathBuf {
        self.options.get_filename().to_owned()
    }
}

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
        let options = file.options.clone().busy_timeout(READERS_LEAVE).pragma("wal_autocheckpoint", "0");
        let connection = options.connect().await.context("can't open the SQLite database for checkpoints")?;
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(checkpoints(connection, limits, committed, turn, stopped));
        Ok(Self { stop, running: Mutex::new(Some(running)) })
    }

    /// Copies what is left, once nobody reads or writes any more, and ends.
    pub(crate) async fn close(&self) {
        self.stop.send_replace(true);
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(Err(error)) = match running {
            Some(running) => Some(running.await),
            None => None,
        } {
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
