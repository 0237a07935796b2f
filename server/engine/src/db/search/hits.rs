//! What is found, for who may read it at this moment.
//!
//! The tags that are asked for lead to what a person may read; whether they may is looked at here
//! once more, with each row, in the same statement. On PostgreSQL the index of words can't give the
//! newest entries first: what the planner takes for common is looked for among the newest entries
//! themselves, and only where those have too few of it the index is asked.

use protocol::{BoardId, MessageId, TaskId, UserId};

use super::{Tx, Wanted, is_sqlite, on, sql};
use crate::{Result, write::internal};

/// The newest entries that PostgreSQL looks through, for each hit that is wanted and at most.
const NEAR: (i64, i64) = (200, 20_000);

/// What PostgreSQL's planner expects in no more entries than this is fetched by the index of words and sorted.
const FEW: i64 = 5_000;

/// Which hits.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) user: UserId,
    pub(crate) wanted: Wanted,
    /// With an id below this.
    pub(crate) before: i64,
    /// Not written before this moment, …
    pub(crate) from: i64,
    /// … but before this one.
    pub(crate) until: i64,
    /// So many of the newest.
    pub(crate) limit: i64,
    /// Of each text so many characters.
    pub(crate) length: i64,
}

/// A message or comment that was found.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct FoundMessage {
    pub(crate) id: MessageId,
    pub(crate) at: i64,
    pub(crate) source: String,
    pub(crate) author_id: Option<UserId>,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) board_name: String,
    /// Null for a comment on a task.
    pub(crate) room_name: Option<String>,
    pub(crate) private: bool,
    pub(crate) number: Option<i64>,
    pub(crate) title: Option<String>,
    /// Is the task archived?
    pub(crate) archived: bool,
}

/// A task that was found.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct FoundTask {
    pub(crate) id: TaskId,
    pub(crate) at: i64,
    pub(crate) author_id: Option<UserId>,
    pub(crate) username: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) board_id: BoardId,
    pub(crate) board_name: String,
    pub(crate) number: i64,
    pub(crate) title: String,
    pub(crate) archived: bool,
    pub(crate) description: String,
}

/// The message of an entry `w`, for who may read it. The binds are those of [`Asked`] in order, the
/// wanted text after the person.
macro_rules! readable_message {
    ($from:expr, $rest:literal) => {
        concat!(
            "select m.id, m.at, \
             substr(m.source || coalesce(' ' || (select string_agg(f.name, ' ') from files f where f.message_id = m.id), ''), 1, \
             cast($7 as integer)) as source, m.author_id, u.username, \
             u.display_name, b.name as board_name, r.name as room_name, coalesce(r.private, 1 = 2) as private, \
             t.number, t.title, t.archived_at is not null as archived from ",
            $from,
            "messages m cross join streams s \
             left join streams h on h.name = s.home \
             left join messages p on p.id = m.parent_id \
             left join rooms r on r.id = case when coalesce(s.home, s.name) like 'room:%' \
             then cast(substr(coalesce(s.home, s.name), 6) as bigint) end \
             left join tasks t on t.id = case when s.name like 'task:%' then cast(substr(s.name, 6) as bigint) end \
             and t.deleted_at is null \
             join board_members me on me.board_id = coalesce(r.board_id, t.board_id) and me.user_id = $1 \
             join boards b on b.id = me.board_id \
             left join room_members rm on rm.room_id = r.id and rm.user_id = $1 \
             left join users u on u.id = m.author_id \
             where m.id = w.id and s.name = m.stream and m.deleted_at is null and m.n > s.cleared \
             and (h.name is null or p.n > h.cleared) and (r.id is null or not r.private or rm.user_id is not null) \
             and m.at >= $4 and m.at < $5",
            $rest
        )
    };
}

/// The task of an entry `w`, as [`readable_message`].
macro_rules! readable_task {
    ($from:expr, $rest:literal) => {
        concat!(
            "select t.id, t.created_at as at, t.author_id, u.username, u.display_name, t.board_id, \
             b.name as board_name, t.number, t.title, t.archived_at is not null as archived, \
             substr(t.description, 1, cast($7 as integer)) as description from ",
            $from,
            "tasks t join board_members me on me.board_id = t.board_id and me.user_id = $1 \
             join boards b on b.id = t.board_id left join users u on u.id = t.author_id \
             where t.id = w.id and t.deleted_at is null and t.created_at >= $4 and t.created_at < $5",
            $rest
        )
    };
}

/// On SQLite: the index is in the order of the ids, so the newest entries come first and one by one.
macro_rules! by_order {
    ($row:ident, $table:literal) => {
        $row!(
            concat!(
                "(select rowid as id from ",
                $table,
                " where ",
                $table,
                " match $2 and rowid < $3 order by rowid desc) w \
                 cross join "
            ),
            " order by w.id desc limit $6"
        )
    };
}

/// On PostgreSQL: the entries that `entries` gives in order, each with its row, until there are
/// enough. `lateral` with a limit keeps the planner from beginning with the rows.
macro_rules! one_by_one {
    ($row:ident, $($entries:literal),+) => {
        concat!(
            "select x.* from (", $($entries),+, " offset 0) w cross join lateral (", $row!("", " limit 1"),
            ") x order by w.id desc limit $6"
        )
    };
}

/// On PostgreSQL by the index of words; `+ 0` keeps it from walking the primary key instead.
macro_rules! by_words {
    ($row:ident, $table:literal, $id:literal) => {
        one_by_one!(
            $row,
            "select ",
            $id,
            " + 0 as id from ",
            $table,
            " where words @@ $2::text::tsquery and ",
            $id,
            " < $3 order by 1 desc"
        )
    };
}

pub(super) const MESSAGES_ON_SQLITE: &str = by_order!(readable_message, "message_words");
pub(super) const MESSAGES_BY_WORDS: &str = by_words!(readable_message, "message_words", "message_id");
/// Among the newest.
pub(super) const MESSAGES_NEAR: &str = one_by_one!(
    readable_message,
    "select n.message_id as id from (select message_id, words from message_words where message_id < $3
     order by message_id desc limit $8) n where n.words @@ $2::text::tsquery order by n.message_id desc"
);
const TASKS_ON_SQLITE: &str = by_order!(readable_task, "task_words");
const TASKS_BY_WORDS: &str = by_words!(readable_task, "task_words", "task_id");

/// The newest messages that are wanted.
pub(crate) async fn messages(tx: &mut Tx, asked: &Asked) -> Result<Vec<FoundMessage>> {
    let Asked { user, wanted, before, from, until, limit, length } = asked;
    let text = wanted.text(is_sqlite(tx));
    if !is_sqlite(tx) && expected(tx, &text).await? > FEW {
        let near = (limit * NEAR.0).min(NEAR.1);
        let found: Vec<FoundMessage> =
            sql!(all tx, MESSAGES_NEAR, user, &text, before, from, until, limit, length, near)?;
        if found.len() as i64 == *limit {
            return Ok(found);
        }
    }
    let by_words = on(tx, MESSAGES_ON_SQLITE, MESSAGES_BY_WORDS);
    sql!(all tx, by_words, user, &text, before, from, until, limit, length)
}

/// How many entries of messages PostgreSQL's planner expects to match.
pub(super) async fn expected(tx: &mut Tx, text: &str) -> Result<i64> {
    let plan: (String,) = sql!(one tx, "explain select from message_words where words @@ $1::text::tsquery", text)?;
    let rows = plan.0.split_once(" rows=").and_then(|(_, rest)| rest.split_once(' ')?.0.parse().ok());
    rows.ok_or_else(|| internal(format!("a plan without a number of rows: {}", plan.0)))
}

/// The newest tasks that are wanted.
pub(crate) async fn tasks(tx: &mut Tx, asked: &Asked) -> Result<Vec<FoundTask>> {
    let Asked { user, wanted, before, from, until, limit, length } = asked;
    let text = wanted.text(is_sqlite(tx));
    let by_words = on(tx, TASKS_ON_SQLITE, TASKS_BY_WORDS);
    sql!(all tx, by_words, user, &text, before, from, until, limit, length)
}
