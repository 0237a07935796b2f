//! The database: SQLite or PostgreSQL, one SQL text for both.
//!
//! Every query of the product is in a file of this folder, lower case, one statement a function.

pub(crate) mod accounts;
pub(crate) mod boards;
pub(crate) mod events;
pub(crate) mod jobs;
pub(crate) mod messages;
pub(crate) mod notifications;
pub(crate) mod revocations;
pub(crate) mod rooms;
pub(crate) mod seed;
pub(crate) mod tasks;
pub(crate) mod writes;

use std::{path::Path, str::FromStr, time::Duration};

use anyhow::Context;
use protocol::Error;
use sqlx::{
    Executor, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{Mutex, MutexGuard};

use crate::Result;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Connections that only read, on SQLite.
const READERS: u32 = 4;
/// Connections to PostgreSQL.
const CONNECTIONS: u32 = 16;
/// How long a request waits for a connection before it is told to come back.
const ACQUIRE: Duration = Duration::from_secs(2);

/// An open database.
pub(crate) enum Db {
    /// One file; one connection writes, others read.
    Sqlite {
        /// A pool of one.
        writer: SqlitePool,
        /// See the last commit, never wait for the writer (WAL).
        readers: SqlitePool,
        /// Held from `begin` until after publishing, so that events are published in commit order.
        order: Mutex<()>,
    },
    /// A server.
    Postgres(PgPool),
}

/// A transaction on either.
pub(crate) enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one SQL text on whichever database the transaction is of.
///
/// `sql!(all tx, "text", binds…)` gives every row, `one` exactly one, `maybe` one or none, `run` the
/// number of rows changed. `sql!(all_in ids, tx, "… in ({ids}) …", binds…)` and `run_in` put the
/// placeholders of a list, after the other binds, where `{ids}` stands. `sql!(values rows, row =>
/// [expr, …], tx, "insert … values {values} …")` inserts many rows by one statement.
macro_rules! sql {
    (@do $tx:expr, $function:ident, $fetch:ident, $text:expr, [$($bind:expr),*]) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => sqlx::$function($text)$(.bind($bind))*.$fetch(&mut **tx).await.map_err($crate::db::fault),
            $crate::db::Tx::Postgres(tx) => sqlx::$function($text)$(.bind($bind))*.$fetch(&mut **tx).await.map_err($crate::db::fault),
        }
    };
    (@list $ids:expr, $tx:expr, $function:ident, $fetch:ident, $text:expr, [$($bind:expr),*]) => {{
        let fixed = <[&str]>::len(&[$(stringify!($bind)),*]);
        let text = $text.replace("{ids}", &$crate::db::placeholders(fixed, $ids.len()));
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let mut query = sqlx::$function(sqlx::AssertSqlSafe(text))$(.bind($bind))*;
                for id in $ids.iter() { query = query.bind(id); }
                query.$fetch(&mut **tx).await.map_err($crate::db::fault)
            }
            $crate::db::Tx::Postgres(tx) => {
                let mut query = sqlx::$function(sqlx::AssertSqlSafe(text))$(.bind($bind))*;
                for id in $ids.iter() { query = query.bind(id); }
                query.$fetch(&mut **tx).await.map_err($crate::db::fault)
            }
        }
    }};
    (all $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@do $tx, query_as, fetch_all, $text, [$($bind),*]) };
    (one $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@do $tx, query_as, fetch_one, $text, [$($bind),*]) };
    (maybe $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@do $tx, query_as, fetch_optional, $text, [$($bind),*]) };
    (run $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => sqlx::query($text)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()).map_err($crate::db::fault),
            $crate::db::Tx::Postgres(tx) => sqlx::query($text)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected()).map_err($crate::db::fault),
        }
    };
    (all_in $ids:expr, $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@list $ids, $tx, query_as, fetch_all, $text, [$($bind),*]) };
    (run_in $ids:expr, $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => {{
        let fixed = <[&str]>::len(&[$(stringify!($bind)),*]);
        let text = $text.replace("{ids}", &$crate::db::placeholders(fixed, $ids.len()));
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let mut query = sqlx::query(sqlx::AssertSqlSafe(text))$(.bind($bind))*;
                for id in $ids.iter() { query = query.bind(id); }
                query.execute(&mut **tx).await.map(|done| done.rows_affected()).map_err($crate::db::fault)
            }
            $crate::db::Tx::Postgres(tx) => {
                let mut query = sqlx::query(sqlx::AssertSqlSafe(text))$(.bind($bind))*;
                for id in $ids.iter() { query = query.bind(id); }
                query.execute(&mut **tx).await.map(|done| done.rows_affected()).map_err($crate::db::fault)
            }
        }
    }};
    (values $rows:expr, $row:pat => [$($value:expr),+], $tx:expr, $text:expr) => {{
        let width = [$(stringify!($value)),+].len();
        let text = $text.replace("{values}", &$crate::db::value_rows($rows.len(), width));
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(text));
                for $row in $rows { query = query$(.bind($value))+; }
                query.fetch_all(&mut **tx).await.map_err($crate::db::fault)
            }
            $crate::db::Tx::Postgres(tx) => {
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(text));
                for $row in $rows { query = query$(.bind($value))+; }
                query.fetch_all(&mut **tx).await.map_err($crate::db::fault)
            }
        }
    }};
}
pub(crate) use sql;

/// `$3, $4, $5` for three values after two others.
pub(crate) fn placeholders(after: usize, count: usize) -> String {
    if count == 0 {
        return "null".to_owned();
    }
    (after + 1..=after + count).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}

/// `($1, $2), ($3, $4)` for two rows of two values.
pub(crate) fn value_rows(rows: usize, width: usize) -> String {
    (0..rows).map(|row| format!("({})", placeholders(row * width, width))).collect::<Vec<_>>().join(", ")
}

/// What a failed query means to the caller; the cause is logged here, in the span of its request.
pub(crate) fn fault(cause: sqlx::Error) -> Error {
    let passing = match &cause {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => true,
        // Disk full and busy on SQLite; deadlock, serialisation, shutting down, too many connections on PostgreSQL.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            matches!(&*code, "13" | "5" | "517" | "40P01" | "40001" | "57P01" | "57P03" | "53300" | "53100")
        }),
        _ => false,
    };
    tracing::error!(error = %cause, passing, "the database failed");
    if passing { Error::Unavailable } else { Error::Internal { request_id: String::new() } }
}

impl Db {
    /// Opens the database at `url`, or the file `boardwalk.db` in `folder`, and brings its tables up to date.
    pub(crate) async fn open(url: Option<&str>, folder: &Path) -> anyhow::Result<Self> {
        match url {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                let pool = PgPoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .acquire_timeout(ACQUIRE)
                    .after_connect(|connection, _| {
                        // Our queries take a millisecond; compiling one takes a quarter of a second.
                        Box::pin(async move { connection.execute("set jit = off").await.map(drop) })
                    })
                    .connect(url)
                    .await
                    .context("can't connect to PostgreSQL")?;
                POSTGRES.run(&pool).await.context("can't migrate the PostgreSQL database")?;
                Ok(Self::Postgres(pool))
            }
            Some(url) if url.starts_with("sqlite:") => Self::sqlite(SqliteConnectOptions::from_str(url)?).await,
            Some(_) => anyhow::bail!("DATABASE_URL must begin with postgres:// or sqlite:"),
            None => {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("can't make the data folder {}", folder.display()))?;
                Self::sqlite(SqliteConnectOptions::new().filename(folder.join("boardwalk.db"))).await
            }
        }
    }

    async fn sqlite(options: SqliteConnectOptions) -> anyhow::Result<Self> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged write survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await
            .context("can't open the SQLite database")?;
        SQLITE.run(&writer).await.context("can't migrate the SQLite database")?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.read_only(true))
            .await
            .context("can't open the SQLite database for reading")?;
        Ok(Self::Sqlite { writer, readers, order: Mutex::new(()) })
    }

    /// A snapshot: every query of it sees the same moment. Dropped, it ends.
    pub(crate) async fn read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { readers, .. } => readers.begin().await.map(Tx::Sqlite),
            Self::Postgres(pool) => {
                pool.begin_with("begin transaction isolation level repeatable read, read only").await.map(Tx::Postgres)
            }
        }
        .map_err(fault)
    }

    /// Waits for the turn to write (SQLite) and begins.
    pub(crate) async fn write(&self) -> Result<(Tx, Option<MutexGuard<'_, ()>>)> {
        match self {
            Self::Sqlite { writer, order, .. } => {
                let turn = order.lock().await;
                let tx = writer.begin_with("begin immediate").await.map_err(fault)?;
                Ok((Tx::Sqlite(tx), Some(turn)))
            }
            Self::Postgres(pool) => Ok((Tx::Postgres(pool.begin().await.map_err(fault)?), None)),
        }
    }

    /// Is it SQLite, where this process is the only node?
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }

    /// Does the database answer?
    pub(crate) async fn ping(&self) -> Result<()> {
        let (_one,): (i64,) = sql!(one &mut self.read().await?, "select cast(1 as bigint)")?;
        Ok(())
    }

    /// Lets go of the database; what is committed is on disk already.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes it so: on disk when this returns.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(fault)
    }
}
