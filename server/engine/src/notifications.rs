//! A person's inbox.

use std::collections::HashMap;

use protocol::{
    Day, Error, Event, Notification, NotificationId, Person, Reason, Stream,
    limits::PAGE,
    page::{Inbox, InboxRow},
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone,
    db::{self, Tx, notifications as rows},
    markdown,
    notify::{self, UNCOUNTED},
    reminders,
    write::{Write, digest, internal},
};

/// A page of the inbox, newest first; `before` is [`Inbox::next`] of the page above.
///
/// # Errors
/// `before` is not a row of this person.
pub async fn inbox(engine: &Engine, actor: &Actor, before: Option<i64>, zone: Zone) -> Result<Inbox> {
    let mut tx = engine.db().read().await?;
    let from = match before {
        None => (i64::MAX, i64::MAX),
        Some(id) => {
            let at = rows::at(&mut tx, actor.id(), NotificationId(id)).await?;
            (at.ok_or_else(|| Error::invalid("before", "There is no such row."))?, id)
        }
    };
    let mut page = rows::page(&mut tx, actor.id(), from, PAGE + 1).await?;
    let more = page.len() as i64 > PAGE;
    page.truncate(PAGE as usize);
    let next = page.last().filter(|_| more).map(|row| row.id.0);
    let unread = rows::unread(&mut tx, actor.id()).await?;
    let rows = shown(&mut tx, page)
        .await?
        .into_iter()
        .map(|notification| InboxRow { clock: zone.clock(notification.at), notification })
        .collect();
    let cursor = crate::live::cursor(&mut tx, engine, Stream::User(actor.id())).await?;
    Ok(Inbox { rows, unread, next, cursor })
}

/// Rows of the inbox that are not read.
///
/// # Errors
/// The database failed.
pub async fn count(engine: &Engine, actor: &Actor) -> Result<i64> {
    rows::unread(&mut engine.db().look().await?, actor.id()).await
}

/// Marks a row read and gives where it leads.
///
/// # Errors
/// Not a row of this person.
pub async fn open(engine: &Engine, actor: &Actor, id: NotificationId) -> Result<String> {
    let row = rows::one(&mut engine.db().read().await?, actor.id(), id).await?.ok_or(Error::NotFound)?;
    read(engine, actor, id).await?;
    Ok(notify::url(row.stream.parse().map_err(internal)?, row.message_id, row.reason))
}

/// Marks a row read.
///
/// # Errors
/// Not a row of this person.
pub async fn read(engine: &Engine, actor: &Actor, id: NotificationId) -> Result<()> {
    let user = actor.id();
    engine
        .write(move |w| {
            Box::pin(async move {
                rows::at(&mut w.tx, user, id).await?.ok_or(Error::NotFound)?;
                let changed = rows::read(&mut w.tx, user, id, w.now).await?;
                told(w, user, changed);
                Ok(())
            })
        })
        .await
}

/// Marks a row unread, with all that it stands for.
///
/// # Errors
/// Not a row of this person.
pub async fn unread(engine: &Engine, actor: &Actor, id: NotificationId) -> Result<()> {
    let user = actor.id();
    engine
        .write(move |w| {
            Box::pin(async move {
                rows::at(&mut w.tx, user, id).await?.ok_or(Error::NotFound)?;
                let changed = rows::unread_row(&mut w.tx, user, id).await?;
                told(w, user, changed);
                Ok(())
            })
        })
        .await
}

/// Takes a row out of the inbox, read or not.
///
/// # Errors
/// Not a row of this person; the key used for something else.
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, id: NotificationId) -> Result<()> {
    let request = digest("notifications::delete", &id)?;
    let user = actor.id();
    engine
        .write_once(user, key, request, move |w| {
            Box::pin(async move {
                let deleted = rows::delete(&mut w.tx, user, id).await?;
                if deleted == 0 {
                    return Err(Error::NotFound);
                }
                told(w, user, deleted);
                Ok(())
            })
        })
        .await
}

/// Marks every row read.
///
/// # Errors
/// The database failed.
pub async fn read_all(engine: &Engine, actor: &Actor) -> Result<()> {
    let user = actor.id();
    engine
        .write(move |w| {
            Box::pin(async move {
                let changed = rows::read_all(&mut w.tx, user, w.now).await?;
                told(w, user, changed);
                Ok(())
            })
        })
        .await
}

/// One row of a person's inbox, as it is now.
pub(crate) async fn one(tx: &mut Tx, user: protocol::UserId, id: NotificationId) -> Result<Option<Notification>> {
    let rows = rows::one(tx, user, id).await?.into_iter().collect();
    Ok(shown(tx, rows).await?.pop())
}

fn told(w: &mut Write, user: protocol::UserId, changed: u64) {
    if changed > 0 {
        w.tell(Stream::User(user), Event::NotificationsChanged { unread: UNCOUNTED });
    }
}

/// Rows with the names of their places: one query for each kind of place.
pub(crate) async fn shown(tx: &mut Tx, page: Vec<rows::InboxRow>) -> Result<Vec<Notification>> {
    let page: Vec<(Stream, rows::InboxRow)> =
        page.into_iter().map(|row| Ok((row.stream.parse().map_err(internal)?, row))).collect::<Result<_>>()?;
    let (mut rooms, mut boards, mut tasks, mut threads) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (stream, _) in &page {
        match stream {
            Stream::Room(id) => rooms.push(id.0),
            Stream::Board(id) => boards.push(id.0),
            Stream::Task(id) => tasks.push(id.0),
            Stream::Thread(id) => threads.push(id.0),
            Stream::User(_) => {}
        }
    }
    let rooms: HashMap<i64, String> = db::notifications::room_names(tx, &rooms).await?.into_iter().collect();
    let threads: HashMap<i64, String> = db::threads::room_names(tx, &threads).await?.into_iter().collect();
    let boards: HashMap<i64, String> = db::notifications::board_names(tx, &boards).await?.into_iter().collect();
    let tasks = db::notifications::task_names(tx, &tasks).await?;
    let dues: HashMap<i64, Day> =
        tasks.iter().filter_map(|(id, .., due)| Some((*id, due.as_ref()?.parse().ok()?))).collect();
    let tasks: HashMap<i64, String> =
        tasks.into_iter().map(|(id, number, title, _)| (id, format!("#{number} {title}"))).collect();
    // All rows are one person's, and at most one is about what is overdue.
    let mut overdue = None;
    for (stream, row) in &page {
        if let (Stream::User(user), Reason::Due) = (*stream, row.reason) {
            overdue = Some(protocol::overdue_words(reminders::overdue(tx, user).await?));
        }
    }
    let name = |stream: &Stream| match stream {
        Stream::Room(id) => rooms.get(&id.0),
        Stream::Board(id) => boards.get(&id.0),
        Stream::Task(id) => tasks.get(&id.0),
        Stream::Thread(id) => threads.get(&id.0),
        Stream::User(_) => overdue.as_ref(),
    };
    let said = |stream: &Stream, row: &rows::InboxRow| match (*stream, row.reason) {
        (Stream::Task(id), Reason::Due) => dues.get(&id.0).map(|day| day.due_words()),
        _ => row.source.as_ref().map(|source| markdown::excerpt(source, notify::EXCERPT)),
    };
    let shown = |(stream, row): (Stream, rows::InboxRow)| Notification {
        id: row.id,
        reason: row.reason,
        stream,
        excerpt: said(&stream, &row).unwrap_or_default(),
        message: row.message_id,
        actor: match (row.actor_id, row.username, row.display_name) {
            (Some(id), Some(username), Some(display_name)) => Some(Person { id, username, display_name }),
            _ => None,
        },
        place: name(&stream).cloned().unwrap_or_default(),
        url: notify::url(stream, row.message_id, row.reason),
        at: row.at,
        count: if row.unread > 0 { row.unread } else { row.total },
        read: row.unread == 0,
    };
    Ok(page.into_iter().map(shown).collect())
}
