//! What was done on boards and to tasks, as the log has it.

use protocol::{BoardId, Person, RoomId, Stream, TaskId, UserId};

use super::{Tx, sql};
use crate::Result;

/// An event that says what somebody did.
#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor_id: Option<UserId>,
    /// What was done, as JSON; nothing in what was told before that was kept.
    pub(crate) deeds: String,
    /// The event itself, where that alone says what was done.
    pub(crate) body: Option<String>,
    /// The task that it was done to.
    pub(crate) about: Option<TaskId>,
    pub(crate) number: Option<i64>,
    pub(crate) title: Option<String>,
    pub(crate) author_id: Option<UserId>,
}

/// The newest of a stream before a number. What was done to a task is there only while the board has that task.
pub(crate) async fn before(tx: &mut Tx, stream: Stream, board: BoardId, before: i64, limit: i64) -> Result<Vec<Row>> {
    sql!(all tx,
        "select e.seq, e.at, e.actor_id, e.deeds, case when e.deeds = '[]' then e.body end as body,
                t.id as about, t.number, t.title, t.author_id
         from events e left join tasks t on t.id = e.about and t.board_id = $2 and t.deleted_at is null
         where (case when e.deeds is not null then e.stream end) = $1 and e.seq < $3 and e.deeds is not null
           and (e.about is null or t.id is not null)
         order by e.seq desc limit $4",
        stream.to_string(), board, before, limit)
}

/// These people.
pub(crate) async fn people(tx: &mut Tx, users: &[UserId]) -> Result<Vec<Person>> {
    let rows: Vec<(UserId, String, String)> =
        sql!(all_in users, tx, "select id, username, display_name from users where id in ({ids})")?;
    let person = |(id, username, display_name)| Person { id, username, display_name };
    Ok(rows.into_iter().map(person).collect())
}

/// Those of these rooms of a board that all its members may read, with their names.
pub(crate) async fn open_rooms(tx: &mut Tx, board: BoardId, rooms: &[RoomId]) -> Result<Vec<(RoomId, String)>> {
    sql!(all_in rooms, tx,
        "select id, name from rooms where board_id = $1 and private = $2 and id in ({ids})", board, false)
}

/// Who made a task, and when.
pub(crate) async fn maker(tx: &mut Tx, task: TaskId) -> Result<Option<(Option<UserId>, i64)>> {
    sql!(maybe tx, "select author_id, created_at from tasks where id = $1", task)
}
