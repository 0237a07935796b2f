//! The index of words: FTS5 on SQLite, `tsvector` on PostgreSQL, both of the same words.
//!
//! An entry has the id of its message or task. What is looked for is written in the language of the
//! database here and nowhere else, from words that have letters and digits only.

use protocol::{BoardId, MessageId, RoomId, TaskId, UserId};

use super::{Tx, accounts::username_key, sql};
use crate::{
    Result,
    search::{Phrase, tags},
};

mod backfill;
mod hits;
#[cfg(test)]
pub(crate) mod plans;

pub(crate) use backfill::{
    Cursor, add_moved, advance, comments, cursor, is_behind, moved, set_moved, unseen_messages, unseen_tasks,
};
pub(crate) use hits::{Asked, FoundMessage, FoundTask, messages, tasks};

/// Rows of one statement.
const ROWS: usize = 100;

/// An entry to be stored.
pub(crate) struct Entry {
    /// Of the message or task.
    pub(crate) id: i64,
    /// Its words, in order, and its tags.
    pub(crate) words: Vec<String>,
}

/// What an entry must have to be found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Each of these.
    pub(crate) phrases: Vec<Phrase>,
    /// Of each of these lists one tag.
    pub(crate) tags: Vec<Vec<String>>,
    /// Of each of these lists a tag that begins so.
    pub(crate) begins: Vec<Vec<String>>,
}

impl Entry {
    fn text(&self, sqlite: bool) -> String {
        if sqlite {
            return self.words.join(" ");
        }
        let place = |(at, word): (usize, &String)| format!("'{word}':{}", at + 1);
        self.words.iter().enumerate().map(place).collect::<Vec<_>>().join(" ")
    }
}

impl Wanted {
    fn text(&self, sqlite: bool) -> String {
        let (and, or) = if sqlite { (" AND ", " OR ") } else { (" & ", " | ") };
        let phrase = |phrase: &Phrase| match (sqlite, phrase.begins) {
            (true, begins) => format!("\"{}\"{}", phrase.words.join(" "), if begins { " *" } else { "" }),
            (false, true) => format!("'{}':*", phrase.words.join("")),
            (false, false) => {
                format!("({})", phrase.words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" <-> "))
            }
        };
        let quote = if sqlite { '"' } else { '\'' };
        let one = |tags: &Vec<String>| {
            let tags: Vec<String> = tags.iter().map(|tag| format!("{quote}{tag}{quote}")).collect();
            format!("({})", tags.join(or))
        };
        let begins = if sqlite { " *" } else { ":*" };
        let beginning = |tags: &Vec<String>| {
            let tags: Vec<String> = tags.iter().map(|tag| format!("{quote}{tag}{quote}{begins}")).collect();
            format!("({})", tags.join(or))
        };
        let phrases = self.phrases.iter().map(phrase);
        let tags = self.tags.iter().map(one).chain(self.begins.iter().map(beginning));
        phrases.chain(tags).collect::<Vec<_>>().join(and)
    }
}

fn on(tx: &Tx, sqlite: &'static str, postgres: &'static str) -> &'static str {
    if is_sqlite(tx) { sqlite } else { postgres }
}

fn is_sqlite(tx: &Tx) -> bool {
    matches!(tx, Tx::Sqlite(_))
}

/// Puts messages into the index that are not in it.
pub(crate) async fn insert_messages(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let text = on(
        tx,
        "insert into message_words (rowid, words) values {values}",
        "insert into message_words (message_id, words)
         select v.id, v.words::tsvector from (values {values}) v (id, words) on conflict (message_id) do nothing",
    );
    insert(tx, entries, text).await
}

/// Puts tasks into the index that are not in it.
pub(crate) async fn insert_tasks(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let text = on(
        tx,
        "insert into task_words (rowid, words) values {values}",
        "insert into task_words (task_id, words)
         select v.id, v.words::tsvector from (values {values}) v (id, words) on conflict (task_id) do nothing",
    );
    insert(tx, entries, text).await
}

async fn insert(tx: &mut Tx, entries: &[Entry], text: &'static str) -> Result<()> {
    let sqlite = is_sqlite(tx);
    for part in entries.chunks(ROWS) {
        let _none: Vec<(i64,)> = sql!(values part, entry => [entry.id, entry.text(sqlite)], tx, text)?;
    }
    Ok(())
}

/// Has the index say of a message what it says now.
pub(crate) async fn put_message(tx: &mut Tx, entry: Entry) -> Result<u64> {
    let text = on(
        tx,
        "insert or replace into message_words (rowid, words) values ($1, $2)",
        "insert into message_words (message_id, words) values ($1, $2::text::tsvector)
         on conflict (message_id) do update set words = excluded.words",
    );
    let words = entry.text(is_sqlite(tx));
    sql!(run tx, text, entry.id, words)
}

/// Has the index say of a task what it says now.
pub(crate) async fn put_task(tx: &mut Tx, entry: Entry) -> Result<u64> {
    let text = on(
        tx,
        "insert or replace into task_words (rowid, words) values ($1, $2)",
        "insert into task_words (task_id, words) values ($1, $2::text::tsvector)
         on conflict (task_id) do update set words = excluded.words",
    );
    let words = entry.text(is_sqlite(tx));
    sql!(run tx, text, entry.id, words)
}

/// Takes messages out of the index.
pub(crate) async fn remove_messages(tx: &mut Tx, ids: &[MessageId]) -> Result<u64> {
    let text = on(
        tx,
        "delete from message_words where rowid in ({ids})",
        "delete from message_words where message_id in ({ids})",
    );
    sql!(run_in ids, tx, text)
}

/// Takes tasks out of the index.
pub(crate) async fn remove_tasks(tx: &mut Tx, ids: &[TaskId]) -> Result<u64> {
    let text =
        on(tx, "delete from task_words where rowid in ({ids})", "delete from task_words where task_id in ({ids})");
    sql!(run_in ids, tx, text)
}

/// Where a person may read: the tags of all of it. Of rooms only the private ones are named.
pub(crate) async fn readable(tx: &mut Tx, user: UserId) -> Result<Vec<String>> {
    let boards: Vec<(BoardId,)> = sql!(all tx, "select board_id from board_members where user_id = $1", user)?;
    let rooms: Vec<(RoomId,)> = sql!(all tx,
        "select r.id from room_members m join rooms r on r.id = m.room_id
         join board_members b on b.board_id = r.board_id and b.user_id = m.user_id
         where m.user_id = $1 and r.private",
        user)?;
    let boards = boards.into_iter().map(|(board,)| tags::open(board));
    Ok(boards.chain(rooms.into_iter().map(|(room,)| tags::room(room))).collect())
}

/// The tags of a person's boards of these names (folded) and of the rooms that they may read whose
/// own name is one of these, or which are private on one of these boards.
pub(crate) async fn named(tx: &mut Tx, user: UserId, names: &[String]) -> Result<Vec<String>> {
    let boards = super::boards::mine(tx, user).await?;
    let of_name = |name: &str| names.contains(&protocol::text::fold(name));
    let boards: Vec<BoardId> =
        boards.into_iter().filter(|mine| of_name(&mine.board.name)).map(|mine| mine.board.id).collect();
    let rooms: Vec<(RoomId, BoardId, String, bool)> = sql!(all tx,
        "select r.id, r.board_id, r.name_key, r.private from board_members b join rooms r on r.board_id = b.board_id
         left join room_members m on m.room_id = r.id and m.user_id = b.user_id
         where b.user_id = $1 and (not r.private or m.user_id is not null)",
        user)?;
    let rooms = rooms
        .into_iter()
        .filter(|(_, board, name, private)| names.contains(name) || (*private && boards.contains(board)));
    let rooms: Vec<String> = rooms.map(|(room, ..)| tags::room(room)).collect();
    Ok(boards.into_iter().map(tags::open).chain(rooms).collect())
}

/// The person of that name, whether or not they are still there.
pub(crate) async fn author(tx: &mut Tx, name: &str) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> = sql!(maybe tx, "select id from users where username_key = $1", username_key(name))?;
    Ok(row.map(|(id,)| id))
}

/// A message as the index takes it.
#[derive(sqlx::FromRow)]
pub(crate) struct MessageSource {
    pub(crate) id: MessageId,
    pub(crate) author_id: Option<UserId>,
    pub(crate) at: i64,
    /// With the names of its files.
    pub(crate) source: String,
    pub(crate) filed: bool,
    pub(crate) board_id: BoardId,
    /// Null for a comment on a task.
    pub(crate) room_id: Option<RoomId>,
    pub(crate) private: bool,
}

/// A task as the index takes it.
#[derive(sqlx::FromRow)]
pub(crate) struct TaskSource {
    pub(crate) id: TaskId,
    pub(crate) board_id: BoardId,
    pub(crate) number: i64,
    pub(crate) author_id: Option<UserId>,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) created_at: i64,
}

/// A message to be put into the index; none where it is not to be found.
pub(crate) async fn message(tx: &mut Tx, id: MessageId) -> Result<Option<MessageSource>> {
    sql!(maybe tx, backfill::sources!("where m.id = $1"), id)
}

/// Some tasks to be put into the index.
pub(crate) async fn some_tasks(tx: &mut Tx, ids: &[TaskId]) -> Result<Vec<TaskSource>> {
    sql!(all_in ids, tx,
        "select id, board_id, number, author_id, title, description, created_at from tasks where id in ({ids})")
}

/// A task to be put into the index.
pub(crate) async fn task(tx: &mut Tx, id: TaskId) -> Result<Option<TaskSource>> {
    sql!(maybe tx,
        "select id, board_id, number, author_id, title, description, created_at from tasks where id = $1", id)
}
