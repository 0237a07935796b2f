//! What is due: reminders, and how much is overdue. Nobody does these, time does.

use protocol::{Event, Notification, Reason, Stream, TaskId, UserId};

use super::{TOGETHER, UNCOUNTED, put, recount, url};
use crate::{
    Result,
    db::{self, notifications::Source, reminders as rows},
    write::Write,
};

/// Somebody is reminded of tasks, each in the row of its own.
pub(crate) async fn remind(w: &mut Write, user: UserId, tasks: &[rows::Due]) -> Result<()> {
    let mut places: Vec<Stream> = tasks.iter().map(|task| Stream::Task(task.id)).collect();
    places.sort_unstable();
    // Before anybody's inbox, as a comment does that is posted at the same time.
    db::threads::lock_all(&mut w.tx, &places).await?;
    let raised = db::notifications::several::raise(&mut w.tx, &places, w.now, user).await?;
    let sources: Vec<Source> = raised.iter().map(|(row, _)| Source { row: *row, user, reason: Reason::Due }).collect();
    put(w, &sources, None, None).await?;
    rows::note(&mut w.tx, user, tasks).await?;
    for (row, place) in raised {
        let Some(task) = tasks.iter().find(|task| Stream::Task(task.id).to_string() == place) else { continue };
        let stream = Stream::Task(task.id);
        let day = task.due.parse::<protocol::Day>().map(protocol::Day::due_words);
        tell(
            w,
            user,
            Notification {
                id: row,
                reason: Reason::Due,
                stream,
                message: None,
                actor: None,
                place: format!("#{} {}", task.number, task.title),
                excerpt: day.unwrap_or_default(),
                url: url(stream, None, Reason::Due),
                at: w.now,
                count: UNCOUNTED,
                read: false,
            },
        );
    }
    Ok(())
}

/// Somebody is told how many tasks of theirs are overdue: one row, in place of the one of the day before. Where it
/// is still to be read there that something of theirs went wrong, it waits for the next day.
pub(crate) async fn overdue(w: &mut Write, user: UserId, count: i64) -> Result<()> {
    let stream = Stream::User(user);
    let gone = rows::forget_overdue(&mut w.tx, user).await?;
    if count == 0 || rows::something_else(&mut w.tx, user).await? {
        return if gone > 0 { recount(w, vec![user]).await } else { Ok(()) };
    }
    let raised = db::notifications::raise(&mut w.tx, stream, w.now, &[user]).await?;
    let sources: Vec<Source> = raised.iter().map(|row| Source { row: row.id, user, reason: Reason::Due }).collect();
    put(w, &sources, None, None).await?;
    for source in sources {
        tell(
            w,
            user,
            Notification {
                id: source.row,
                reason: Reason::Due,
                stream,
                message: None,
                actor: None,
                place: protocol::overdue_words(count),
                excerpt: String::new(),
                url: url(stream, None, Reason::Due),
                at: w.now,
                count: UNCOUNTED,
                read: false,
            },
        );
    }
    Ok(())
}

fn tell(w: &mut Write, user: UserId, notification: Notification) {
    w.tell(Stream::User(user), Event::Notified { notification: Box::new(notification), unread: UNCOUNTED });
}

/// These tasks are done, archived, or due at another time: reminders of them are withdrawn where they were not read,
/// and whoever was reminded may be again.
pub(crate) async fn withdraw(w: &mut Write, tasks: &[TaskId]) -> Result<()> {
    let mut users = Vec::new();
    for some in tasks.chunks(TOGETHER) {
        let reminded = rows::forget(&mut w.tx, some).await?;
        if reminded.is_empty() {
            continue;
        }
        let mut places: Vec<Stream> = reminded.iter().map(|(task, _)| Stream::Task(*task)).collect();
        places.sort_unstable();
        places.dedup();
        // Before anybody's inbox, as a comment does that is posted at the same time.
        db::threads::lock_all(&mut w.tx, &places).await?;
        rows::withdraw(&mut w.tx, &places).await?;
        users.extend(reminded.into_iter().map(|(_, user)| user));
    }
    recount(w, users).await
}
