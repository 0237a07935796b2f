//! A transaction, or something like one, on either database.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use sqlx::{Database, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::{fault, placeholders, within};
use crate::Result;

/// How long one statement of a read, or of an ordinary write, may take on PostgreSQL.
pub(super) const STATEMENT: Duration = Duration::from_secs(2);
/// How long one statement may take that touches very many rows.
const LONG_STATEMENT: Duration = Duration::from_secs(30);

/// What queries run on.
pub(crate) enum Tx {
    /// On SQLite.
    Sqlite(Held<Sqlite>),
    /// On PostgreSQL.
    Postgres(Held<Postgres>),
}

/// A connection for as long as it is needed.
pub(crate) struct Held<DB: Database> {
    hold: Hold<DB>,
    /// How long one statement may take, where statements are limited.
    pub(crate) limit: Duration,
}

enum Hold<DB: Database> {
    /// Dropped, it is rolled back.
    Transaction(Transaction<'static, DB>),
    /// Each statement is a transaction of its own.
    Statement(PoolConnection<DB>),
    /// Its owner begins and ends the transaction.
    Lent(Box<DB::Connection>),
}

impl Tx {
    /// The writer's connection, which has begun a transaction.
    pub(crate) fn lent(connection: Box<SqliteConnection>) -> Self {
        Self::Sqlite(Held { hold: Hold::Lent(connection), limit: STATEMENT })
    }

    /// The writer's connection back.
    pub(crate) fn into_lent(self) -> Option<Box<SqliteConnection>> {
        match self {
            Self::Sqlite(Held { hold: Hold::Lent(connection), .. }) => Some(connection),
            Self::Sqlite(_) | Self::Postgres(_) => None,
        }
    }

    /// Gives the statements that follow more time: they touch very many rows.
    pub(crate) async fn allow_long(&mut self) -> Result<()> {
        if let Self::Postgres(held) = self {
            held.limit = LONG_STATEMENT;
            let text = format!("set local statement_timeout = {}", LONG_STATEMENT.as_millis());
            let query = sqlx::query(sqlx::AssertSqlSafe(text)).persistent(false);
            within(held.limit, query.execute(&mut **held)).await.map_err(fault)?;
        }
        Ok(())
    }

    /// Makes a transaction so: on disk when this returns. Nothing is to be done where statements
    /// stand alone, nor where the connection's owner ends the transaction.
    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(held) => held.commit().await,
            Self::Postgres(held) => held.commit().await,
        }
    }

    /// `($1, $2), ($3, $4)` for two rows of two values. SQLite gets them without names, since
    /// looking up a name costs it time in proportion to how many there are.
    pub(crate) fn value_rows(&self, rows: usize, width: usize) -> String {
        match self {
            Self::Sqlite(_) => {
                let row = format!("({})", vec!["?"; width].join(","));
                vec![row; rows].join(",")
            }
            Self::Postgres(_) => {
                (0..rows).map(|row| format!("({})", placeholders(row * width, width))).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl<DB: Database> Held<DB> {
    async fn commit(self) -> sqlx::Result<()> {
        match self.hold {
            Hold::Transaction(tx) => tx.commit().await,
            Hold::Statement(_) | Hold::Lent(_) => Ok(()),
        }
    }
}

impl<DB: Database> From<Transaction<'static, DB>> for Held<DB> {
    fn from(tx: Transaction<'static, DB>) -> Self {
        Self { hold: Hold::Transaction(tx), limit: STATEMENT }
    }
}

impl<DB: Database> From<PoolConnection<DB>> for Held<DB> {
    fn from(connection: PoolConnection<DB>) -> Self {
        Self { hold: Hold::Statement(connection), limit: STATEMENT }
    }
}

impl<DB: Database> Deref for Held<DB> {
    type Target = DB::Connection;
    fn deref(&self) -> &DB::Connection {
        match &self.hold {
            Hold::Transaction(tx) => tx,
            Hold::Statement(connection) => connection,
            Hold::Lent(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Held<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match &mut self.hold {
            Hold::Transaction(tx) => tx,
            Hold::Statement(connection) => connection,
            Hold::Lent(connection) => connection,
        }
    }
}
