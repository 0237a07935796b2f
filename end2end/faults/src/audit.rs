//! What the database has, read past the server.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result};
use protocol::{BoardId, Event, Stream, TaskId, UserId};
use sqlx::{Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use uuid::Uuid;

use crate::history::{Body, Database, Item, Logged, comments_on, notification, task, unread_rows};

type Head = (String, i64, i64);
type Row = (String, i64, i64, Option<i64>, Uuid, String, Option<i64>);
type Line = (String, i64, String);
type Task = (i64, i64, i64, String, String);
type Inbox = (i64, i64, String, i64, i64, Option<i64>);

const HEADS: &str = "select name, seq, n from streams";
// A text that is deleted can be brought back for a while; it must not be read.
const MESSAGES: &str = "select stream, id, n, author_id, client_id, \
    case when deleted_at is null then source else '' end, deleted_at from messages \
    order by stream, n";
const EVENTS: &str = "select stream, seq, body from events order by stream, seq";
const TASKS: &str = "select board_id, id, column_id, position, title from tasks";
/// Of each row the sources that are not read, all of them, and the message of the newest.
const ROWS: &str = "select n.user_id, n.id, n.stream, \
    (select count(*) from notification_sources s where s.notification_id = n.id and s.read_at is null), \
    (select count(*) from notification_sources s where s.notification_id = n.id), \
    (select s.message_id from notification_sources s where s.notification_id = n.id order by s.id desc limit 1) \
    from notifications n";

/// The streams of an SQLite file.
pub async fn sqlite(file: &Path) -> Result<Database> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut db = SqliteConnection::connect_with(&options).await.context("can't open the database to audit it")?;
    let mut tx = db.begin().await?;
    let mut database = Database::new();
    heads(&mut database, sqlx::query_as(HEADS).fetch_all(&mut *tx).await?)?;
    messages(&mut database, sqlx::query_as(MESSAGES).fetch_all(&mut *tx).await?)?;
    events(&mut database, sqlx::query_as(EVENTS).fetch_all(&mut *tx).await?)?;
    boards(&mut database, sqlx::query_as(TASKS).fetch_all(&mut *tx).await?);
    inboxes(&mut database, sqlx::query_as(ROWS).fetch_all(&mut *tx).await?)?;
    Ok(database)
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

/// The streams of a PostgreSQL database.
pub async fn postgres(url: &str) -> Result<Database> {
    let mut db = PgConnection::connect(url).await.context("can't open the database to audit it")?;
    let mut tx = db.begin_with("begin isolation level repeatable read, read only").await?;
    let mut database = Database::new();
    heads(&mut database, sqlx::query_as(HEADS).fetch_all(&mut *tx).await?)?;
    messages(&mut database, sqlx::query_as(MESSAGES).fetch_all(&mut *tx).await?)?;
    events(&mut database, sqlx::query_as(EVENTS).fetch_all(&mut *tx).await?)?;
    boards(&mut database, sqlx::query_as(TASKS).fetch_all(&mut *tx).await?);
    inboxes(&mut database, sqlx::query_as(ROWS).fetch_all(&mut *tx).await?)?;
    Ok(database)
}

fn heads(database: &mut Database, rows: Vec<Head>) -> Result<()> {
    for (stream, head, n) in rows {
        let stored = database.entry(stream.parse::<Stream>()?).or_default();
        (stored.head, stored.n) = (head, n);
    }
    Ok(())
}

fn messages(database: &mut Database, rows: Vec<Row>) -> Result<()> {
    for (stream, id, n, author, key, text, deleted) in rows {
        let item = Item { id, n, key, author, text, deleted: deleted.is_some() };
        database.entry(stream.parse()?).or_default().messages.push(item);
    }
    Ok(())
}

fn events(database: &mut Database, rows: Vec<Line>) -> Result<()> {
    for (stream, seq, text) in rows {
        let event: Event = serde_json::from_str(&text).with_context(|| format!("{stream} {seq}: {text}"))?;
        let logged = Logged { seq, body: Body::from(&event), text };
        database.entry(stream.parse()?).or_default().events.push(logged);
    }
    Ok(())
}

/// The cards, with their comments counted.
fn boards(database: &mut Database, rows: Vec<Task>) {
    for (board, id, column, position, title) in rows {
        let comments = database.get(&Stream::Task(TaskId(id))).map_or(0, |stored| {
            let shown = stored.messages.iter().filter(|message| !message.deleted);
            shown.count() as i64
        });
        let things = &mut database.entry(Stream::Board(BoardId(board))).or_default().things;
        things.extend([task(id, column, &position, &title), comments_on(id, comments)]);
    }
}

/// The rows of every inbox, counted anew.
fn inboxes(database: &mut Database, rows: Vec<Inbox>) -> Result<()> {
    let mut unread: BTreeMap<Stream, i64> = BTreeMap::new();
    for stream in database.keys().filter(|stream| matches!(stream, Stream::User(_))) {
        unread.insert(*stream, 0);
    }
    for (user, id, place, fresh, all, message) in rows {
        let stream = Stream::User(UserId(user));
        *unread.entry(stream).or_default() += i64::from(fresh > 0);
        let count = if fresh > 0 { fresh } else { all };
        let row = notification(id, place.parse()?, message, count, fresh == 0);
        database.entry(stream).or_default().things.extend([row]);
    }
    for (stream, unread) in unread {
        database.entry(stream).or_default().things.extend([unread_rows(unread)]);
    }
    Ok(())
}
