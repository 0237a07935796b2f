//! The SQLite file and its connections.

use std::{
    os::unix::fs::MetadataExt,
    path::Path,
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::Context;
use sqlx::{
    ConnectOptions, SqliteConnection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// How long another process that writes is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// Statements that the writer keeps prepared: a set of posts has its own text for each size.
const STATEMENTS: usize = 512;
/// Bytes of the log's file that are kept when it is begun anew.
const KEPT: &str = "67108864";

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
            // What a savepoint must be able to undo stays out of temporary files.
            .pragma("temp_store", "memory")
            .thread_name(|_| "writer-sqlite".to_owned())
    }

    /// A connection that reads.
    pub(crate) async fn reading(&self) -> sqlx::Result<Box<SqliteConnection>> {
        let options = self.options.clone().read_only(true);
        // A page's rows come in one go: whoever waits for them is woken once.
        options.row_buffer_size(256).thread_name(|_| "reader-sqlite".to_owned()).connect().await.map(Box::new)
    }

    /// A connection that copies the log into the file, and waits for others no longer than `busy`.
    pub(super) async fn copying(&self, busy: Duration) -> sqlx::Result<SqliteConnection> {
        self.options.clone().busy_timeout(busy).pragma("wal_autocheckpoint", "0").connect().await
    }

    fn look(&self) -> std::io::Result<(u64, u64)> {
        let found = std::fs::metadata(self.options.get_filename())?;
        Ok((found.dev(), found.ino()))
    }
}
