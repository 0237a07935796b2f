//! What is in the databases afterwards.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sqlx::{
    Connection, FromRow, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteRow},
};

/// Boardwalk's messages of a room after a number, in order: id and text.
///
/// # Errors
/// The file can't be read.
pub fn boardwalk(database: PathBuf, room: i64, after: i64) -> Result<Vec<(i64, String)>> {
    let sql = "select id, source from messages where stream = $1 and n > $2 order by n";
    wait_for(async move {
        let mut db = open(&database).await?;
        check(&mut db).await?;
        let rows = sqlx::query_as(sql).bind(format!("room:{room}")).bind(after).fetch_all(&mut db).await?;
        db.close().await?;
        Ok(rows)
    })
}

/// The peer's messages in order: id and text.
///
/// # Errors
/// The file can't be read.
pub fn channels(database: PathBuf) -> Result<Vec<(i64, String)>> {
    wait_for(async move {
        let mut db = open(&database).await?;
        check(&mut db).await?;
        let rows =
            sqlx::query_as("select id, content from messaging_chatmessage order by id").fetch_all(&mut db).await?;
        db.close().await?;
        Ok(rows)
    })
}

async fn check(db: &mut SqliteConnection) -> Result<()> {
    let row: SqliteRow = sqlx::query("pragma integrity_check").fetch_one(db).await?;
    let (verdict,): (String,) = FromRow::from_row(&row)?;
    anyhow::ensure!(verdict == "ok", "the database is damaged: {verdict}");
    Ok(())
}

/// Opens a database file that is there.
pub(crate) async fn open(database: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(database);
    SqliteConnection::connect_with(&options).await.with_context(|| format!("can't open {}", database.display()))
}

/// Runs something to its end on this thread.
pub(crate) fn wait_for<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
