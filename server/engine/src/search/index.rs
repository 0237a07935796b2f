//! Putting what is written into the index of words.

use protocol::{BoardId, MessageId, RoomId, TaskId, UserId};

use super::{tags, words};
use crate::{
    Engine, Result,
    db::{
        self, Tx,
        search::{Cursor, Entry, MessageSource, TaskSource},
    },
    now,
};

/// Rows looked at in one write, some milliseconds.
const TOGETHER: i64 = 200;
/// So often comments are put into the index anew within the write that moves their tasks.
const STEPS: usize = 5;
/// Rows are looked at when they are so old, in milliseconds: until then what has a lower id may not
/// be committed yet (PostgreSQL).
const SETTLED_MS: i64 = 15_000;
/// For how long a node has the job without a word, in milliseconds.
const LEASE_MS: i64 = 60_000;

/// Where something stands, by whom and of when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Indexed {
    pub(crate) board: BoardId,
    /// The room, and whether it is private; none on a task.
    pub(crate) room: Option<(RoomId, bool)>,
    pub(crate) author: Option<UserId>,
    pub(crate) at: i64,
    /// Do files come with it?
    pub(crate) files: bool,
}

/// The words of a message, and the names in it, as the index has them.
pub(crate) fn of(source: &str) -> Vec<String> {
    let text = words::composed(source);
    let words = words::words(&text).into_iter().map(|word| word.word);
    words.chain(words::names(&text)).collect()
}

/// The entry of a message, or a task, of these words.
pub(crate) fn entry(id: i64, mut words: Vec<String>, at: Indexed) -> Entry {
    let Indexed { board, room, author, at, files } = at;
    words.extend(room.is_none_or(|(_, private)| !private).then(|| tags::open(board)));
    words.extend(room.map(|(room, _)| tags::room(room)));
    words.extend(author.map(tags::author));
    words.extend(files.then(|| tags::FILES.to_owned()));
    words.extend(tags::moment(at));
    Entry { id, words }
}

/// Has the index say of a message what it says now.
pub(crate) async fn put_message(tx: &mut Tx, id: MessageId) -> Result<()> {
    if let Some(source) = db::search::message(tx, id).await? {
        db::search::put_message(tx, of_message(&source)).await?;
    }
    Ok(())
}

/// Has the index say of a task what it says now.
pub(crate) async fn put_task(tx: &mut Tx, id: TaskId) -> Result<()> {
    if let Some(source) = db::search::task(tx, id).await? {
        db::search::put_task(tx, of_task(&source)).await?;
    }
    Ok(())
}

/// Has the index say of tasks that went to another board where they are now, and of their comments: of a few at
/// once, of more a little later. Until then a search does not find those; whom it shows what it finds is up to the
/// rows themselves.
pub(crate) async fn tasks_moved(tx: &mut Tx, tasks: &[TaskId]) -> Result<()> {
    let entries: Vec<Entry> = db::search::some_tasks(tx, tasks).await?.iter().map(of_task).collect();
    db::search::remove_tasks(tx, tasks).await?;
    db::search::insert_tasks(tx, &entries).await?;
    db::search::add_moved(tx, tasks).await?;
    for _ in 0..STEPS {
        if again(tx, TOGETHER).await?.is_none() {
            break;
        }
    }
    Ok(())
}

/// Puts the next comments into the index anew whose task went to another board; none where there are no more.
async fn again(tx: &mut Tx, rows: i64) -> Result<Option<u64>> {
    let Some((task, n)) = db::search::moved(tx).await? else { return Ok(None) };
    let (found, more) = db::search::comments(tx, task, n, n + rows).await?;
    let ids: Vec<MessageId> = found.iter().map(|row| row.id).collect();
    if !ids.is_empty() {
        let entries: Vec<Entry> = found.iter().map(of_message).collect();
        db::search::remove_messages(tx, &ids).await?;
        db::search::insert_messages(tx, &entries).await?;
    }
    db::search::set_moved(tx, task, more.then_some(n + rows)).await?;
    Ok(Some(ids.len() as u64))
}

fn of_message(row: &MessageSource) -> Entry {
    let room = row.room_id.map(|room| (room, row.private));
    let at = Indexed { board: row.board_id, room, author: row.author_id, at: row.at, files: row.filed };
    entry(row.id.0, of(&row.source), at)
}

/// The entry of a task.
pub(crate) fn of_task(row: &TaskSource) -> Entry {
    let title = words::composed(&row.title);
    let titled = words::words(&title).into_iter().map(|word| tags::titled(row.board_id, &word.word));
    let mut words = of(&row.title);
    // No phrase goes from the title into the description.
    words.push(":".to_owned());
    words.extend(of(&row.description));
    words.push(format!("#{}", row.number));
    words.extend(titled);
    let at = Indexed { board: row.board_id, room: None, author: row.author_id, at: row.created_at, files: false };
    entry(row.id.0, words, at)
}

/// Puts rows into the index that are not in it: those from before there was one, and those that came
/// in another way. Goes on where it stopped; one node does it at a time. Gives how many.
pub(crate) async fn catch_up(engine: &Engine, node: &str) -> Result<u64> {
    let mut indexed = 0;
    while db::search::is_behind(&mut engine.db().look().await?, now() - SETTLED_MS).await? {
        let node = node.to_owned();
        let some = engine.write(move |w| {
            Box::pin(async move {
                if db::jobs::take(&mut w.tx, "search", &node, w.now, w.now + LEASE_MS).await? == 0 {
                    return Ok(None);
                }
                step(&mut w.tx, TOGETHER, w.now - SETTLED_MS).await
            })
        });
        match some.await? {
            Some(some) => indexed += some,
            None => break,
        }
    }
    Ok(indexed)
}

/// Looks at the next rows that were written before a moment; none where all have been looked at.
pub(crate) async fn step(tx: &mut Tx, rows: i64, before: i64) -> Result<Option<u64>> {
    let after = db::search::cursor(tx, Cursor::Messages).await?;
    if let Some((found, end)) = db::search::unseen_messages(tx, MessageId(after), rows, before).await? {
        let entries: Vec<Entry> = found.iter().map(of_message).collect();
        db::search::insert_messages(tx, &entries).await?;
        db::search::advance(tx, Cursor::Messages, end).await?;
        return Ok(Some(entries.len() as u64));
    }
    let after = db::search::cursor(tx, Cursor::Tasks).await?;
    if let Some((found, end)) = db::search::unseen_tasks(tx, TaskId(after), rows, before).await? {
        let entries: Vec<Entry> = found.iter().map(of_task).collect();
        db::search::insert_tasks(tx, &entries).await?;
        db::search::advance(tx, Cursor::Tasks, end).await?;
        return Ok(Some(entries.len() as u64));
    }
    again(tx, rows).await
}

#[cfg(test)]
mod tests;
