//! PostgreSQL: connections, and how long anything is waited for.
//!
//! A server that stands still keeps its connections alive, so no timer of TCP notices. Each wait
//! has a limit here (see [`Watch`]): for a connection and the begin of a transaction, for a
//! statement, and for a connection that is given back; one that does not answer is closed, and
//! others are opened once the server is well.

use std::{str::FromStr, time::Duration};

use anyhow::Context;
use sqlx::{
    ConnectOptions, Connection, Executor, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use super::{
    Tx,
    pulse::{Watch, late},
    tx::Held,
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Connections of one process.
const CONNECTIONS: u32 = 16;
/// How long a request waits for a connection while others are answered.
const ACQUIRE: Duration = Duration::from_secs(30);
/// How long a connection may take to say that it is well when it is given back, or has been idle.
const WELL: Duration = Duration::from_secs(2);
/// A connection that has been idle for as long is asked whether it is still there.
const DOUBT: Duration = Duration::from_secs(1);
/// Said to each new connection. Our queries take a millisecond; compiling one takes a quarter of a
/// second. A statement or a lock that takes too long is given up by the server too; and a node that
/// is gone, or stands still, must not keep the others waiting for what it holds.
const SETTINGS: &str = "set jit = off; set statement_timeout = 30000; set lock_timeout = 10000; \
    set idle_in_transaction_session_timeout = 10000; set tcp_keepalives_idle = 15; \
    set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = 30000";

/// A server, and whether it answers; a clone is the same.
#[derive(Clone)]
pub(crate) struct Server {
    pool: PgPool,
    pub(crate) watch: Watch,
}

/// Brings the tables up to date and opens the connections.
pub(super) async fn open(url: &str) -> anyhow::Result<Server> {
    let options = PgConnectOptions::from_str(url).context("can't read DATABASE_URL")?;
    // On a connection without limits: a migration may take its time.
    let mut connection = options.connect().await.context("can't connect to PostgreSQL")?;
    MIGRATIONS.run(&mut connection).await.context("can't migrate the PostgreSQL database")?;
    connection.close().await.context("can't connect to PostgreSQL")?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .after_connect(|connection, _| Box::pin(async move { connection.execute(SETTINGS).await.map(drop) }))
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for >= DOUBT {
                    timely(connection.ping()).await?;
                }
                Ok(true)
            })
        })
        .after_release(|connection, _| Box::pin(async move { timely(connection.ping()).await.map(|()| true) }))
        .connect_with(options)
        .await
        .context("can't connect to PostgreSQL")?;
    Ok(Server { pool, watch: Watch::new() })
}

async fn timely(answer: impl Future<Output = sqlx::Result<()>>) -> sqlx::Result<()> {
    timeout(WELL, answer).await.unwrap_or_else(|_| Err(late()))
}

impl Server {
    /// Begins a transaction.
    pub(crate) async fn begin(&self, statement: &'static str) -> sqlx::Result<Tx> {
        let begin = async {
            match self.pool.begin_with(statement).await {
                // The server was restarted while the connection was idle; the next one is a new one.
                Err(error) if is_gone(&error) => self.pool.begin_with(statement).await,
                begun => begun,
            }
        };
        let begun = self.watch.ask(begin).await?;
        Ok(Tx::Postgres(Held::Transaction(begun), self.watch.clone()))
    }

    /// A connection for a single statement.
    pub(crate) async fn look(&self) -> sqlx::Result<Tx> {
        let connection = self.watch.wait(self.pool.acquire()).await.unwrap_or_else(|| Err(late()))?;
        Ok(Tx::Postgres(Held::Statement(connection), self.watch.clone()))
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
