//! A transaction, or something like one, on either database.

use std::ops::{Deref, DerefMut};

use sqlx::{Database, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::{
    fault, placeholders,
    pulse::{LONG, Watch},
    readers::Reader,
};
use crate::Result;

/// What queries run on.
pub(crate) enum Tx {
    /// On SQLite.
    Sqlite(Held<Sqlite>),
    /// On PostgreSQL, and how long it is waited for.
    Postgres(Held<Postgres>, Watch),
}

/// A connection for as long as it is needed.
pub(crate) enum Held<DB: Database> {
    /// Dropped, it is rolled back.
    Transaction(Transaction<'static, DB>),
    /// Each statement is a transaction of its own.
    Statement(PoolConnection<DB>),
    /// Only reads, in a transaction or not; dropped, it is rolled back.
    Reading(Reader<DB>),
    /// Its owner begins and ends the transaction.
    Lent(Box<DB::Connection>),
}

impl Tx {
    /// The writer's connection back.
    pub(crate) fn into_lent(self) -> Option<Box<SqliteConnection>> {
        match self {
            Self::Sqlite(Held::Lent(connection)) => Some(connection),
            Self::Sqlite(_) | Self::Postgres(..) => None,
        }
    }

    /// Gives the statements that follow more time: they touch very many rows.
    pub(crate) async fn allow_long(&mut self) -> Result<()> {
        if let Self::Postgres(held, watch) = self {
            watch.allow_long();
            let text = format!("set local statement_timeout = {}", LONG.as_millis());
            let query = sqlx::query(sqlx::AssertSqlSafe(text)).persistent(false);
            watch.ask(query.execute(&mut **held)).await.map_err(fault)?;
        }
        Ok(())
    }

    /// Makes a transaction so: on disk when this returns. Nothing is to be done where statements
    /// stand alone, nor where the connection's owner ends the transaction.
    pub(crate) async fn commit(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(held) => held.commit().await,
            Self::Postgres(held, _) => held.commit().await,
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
            Self::Postgres(..) => {
                (0..rows).map(|row| format!("({})", placeholders(row * width, width))).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl<DB: Database> Held<DB> {
    async fn commit(self) -> sqlx::Result<()> {
        match self {
            Held::Transaction(tx) => tx.commit().await,
            Held::Statement(_) | Held::Reading(_) | Held::Lent(_) => Ok(()),
        }
    }
}

impl<DB: Database> Deref for Held<DB> {
    type Target = DB::Connection;
    fn deref(&self) -> &DB::Connection {
        match self {
            Held::Transaction(tx) => tx,
            Held::Statement(connection) => connection,
            Held::Reading(reader) => reader,
            Held::Lent(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Held<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Held::Transaction(tx) => tx,
            Held::Statement(connection) => connection,
            Held::Reading(reader) => reader,
            Held::Lent(connection) => connection,
        }
    }
}
