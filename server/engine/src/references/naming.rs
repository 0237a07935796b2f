//! Which task a `#` that is being typed may mean.

use std::collections::HashMap;

use protocol::{
    BoardId, ColumnId, Stream, TaskId, UserId,
    palette::Typed,
    reference::TaskRef,
    task_number::{self, Nameable},
};

use crate::{
    Actor, Engine, Result,
    db::{
        self, Tx, references as rows,
        search::{Asked, Wanted},
    },
    messages,
    search::{Phrase, tags},
};

/// Tasks with such words in their title that are ranked, at most.
const RANKED: i64 = 50;

/// The tasks that what is typed behind a `#` may name in a room, a thread or a task's texts: of the same board,
/// best first; the newest where nothing is typed yet.
///
/// # Errors
/// The place is not readable, or asked too often.
pub async fn nameable(engine: &Engine, actor: &Actor, place: Stream, text: &str) -> Result<Vec<Nameable>> {
    engine.limits().look_up(actor.id())?;
    let typed = Typed::of(text);
    let mut tx = engine.db().read().await?;
    let board = messages::place(&mut tx, actor, place).await?.board;
    let mut ids = match typed.number() {
        Some(number) => rows::numbered(&mut tx, board, number, task_number::ROWS as i64).await?,
        None if typed.is_empty() => rows::newest(&mut tx, board, task_number::ROWS as i64).await?,
        None => Vec::new(),
    };
    ids.extend(titled(&mut tx, actor.id(), board, &typed).await?);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let columns = db::columns::all_of_board(&mut tx, board).await?;
    let columns: HashMap<ColumnId, String> = columns.into_iter().map(|column| (column.id, column.name)).collect();
    let mut found: HashMap<TaskId, TaskRef> =
        rows::tasks(&mut tx, board, &ids).await?.into_iter().map(|task| (task.id, task)).collect();
    let nameable = |task: TaskRef| Nameable {
        number: task.number,
        title: task.title,
        column: columns.get(&task.column).cloned().unwrap_or_default(),
        done: task.done,
        archived: task.archived,
    };
    // In the order of the ids, each once.
    let tasks = ids.iter().filter_map(|id| found.remove(id)).map(nameable).collect();
    Ok(task_number::ranked(&typed, tasks))
}

/// The newest tasks of a board in whose titles each word that is typed begins one.
async fn titled(tx: &mut Tx, user: UserId, board: BoardId, typed: &Typed) -> Result<Vec<TaskId>> {
    let phrases = typed.words().iter().filter_map(|word| Phrase::of(word));
    let words: Vec<String> = phrases.flat_map(|phrase| phrase.words).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let begins = words.iter().map(|word| vec![tags::titled(board, word)]).collect();
    let asked = Asked {
        user,
        wanted: Wanted { begins, ..Wanted::default() },
        before: i64::MAX,
        from: i64::MIN,
        until: i64::MAX,
        limit: RANKED,
        length: 0,
    };
    Ok(db::search::tasks(tx, &asked).await?.into_iter().map(|task| task.id).collect())
}
