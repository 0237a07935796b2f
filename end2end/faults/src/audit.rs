//! What the database has, read past the server.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use protocol::{Event, Stream};
use sqlx::{Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

use crate::history::{Body, Database, Item, Logged};

type Head = (String, i64, i64);
type Row = (String, i64, i64, Option<i64>, Uuid, String, Option<i64>);
type Line = (String, i64, String);

const HEADS: &str = "select name, seq, n from streams where name like 'room:%'";
const MESSAGES: &str = "select stream, id, n, author_id, client_id, source, deleted_at from messages \
    where stream like 'room:%' order by stream, n";
const EVENTS: &str = "select stream, seq, body from events where stream like 'room:%' order by stream, seq";

/// The rooms of an SQLite file.
pub async fn sqlite(file: &Path) -> Result<Database> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut db = SqliteConnection::connect_with(&options).await.context("can't open the database to audit it")?;
    let mut tx = db.begin().await?;
    let heads: Vec<Head> = sqlx::query_as(HEADS).fetch_all(&mut *tx).await?;
    let messages: Vec<Row> = sqlx::query_as(MESSAGES).fetch_all(&mut *tx).await?;
    let events: Vec<Line> = sqlx::query_as(EVENTS).fetch_all(&mut *tx).await?;
    database(heads, messages, events)
}

/// What `pragma integrity_check` says of an SQLite file: `ok`, where it is.
pub async fn integrity(file: &Path) -> Result<String> {
    let options = SqliteConnectOptions::new().filename(file);
    let mut db = SqliteConnection::connect_with(&options).await?;
    let (said,): (String,) = sqlx::query_as("pragma integrity_check").fetch_one(&mut db).await?;
    db.close().await?;
    Ok(said)
}

/// Milliseconds between the moments of the oldest and the newest message, as the server's clock had them.
pub async fn span(file: &Path) -> Result<i64> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut db = SqliteConnection::connect_with(&options).await?;
    let (span,): (i64,) = sqlx::query_as("select max(at) - min(at) from messages").fetch_one(&mut db).await?;
    Ok(span)
}

/// The rooms of a PostgreSQL database.
pub async fn postgres(url: &str) -> Result<Database> {
    let mut db = PgConnection::connect(url).await.context("can't open the database to audit it")?;
    let mut tx = db.begin_with("begin isolation level repeatable read, read only").await?;
    let heads: Vec<Head> = sqlx::query_as(HEADS).fetch_all(&mut *tx).await?;
    let messages: Vec<Row> = sqlx::query_as(MESSAGES).fetch_all(&mut *tx).await?;
    let events: Vec<Line> = sqlx::query_as(EVENTS).fetch_all(&mut *tx).await?;
    database(heads, messages, events)
}

fn database(heads: Vec<Head>, messages: Vec<Row>, events: Vec<Line>) -> Result<Database> {
    let mut database: Database = BTreeMap::new();
    for (stream, head, n) in heads {
        let stored = database.entry(stream.parse::<Stream>()?).or_default();
        (stored.head, stored.n) = (head, n);
    }
    for (stream, id, n, author, key, text, deleted) in messages {
        let item = Item { id, n, key, author, text, deleted: deleted.is_some() };
        database.entry(stream.parse()?).or_default().messages.push(item);
    }
    for (stream, seq, text) in events {
        let event: Event = serde_json::from_str(&text).with_context(|| format!("{stream} {seq}: {text}"))?;
        let logged = Logged { seq, body: Body::from(&event), text };
        database.entry(stream.parse()?).or_default().events.push(logged);
    }
    Ok(database)
}
