//! Tasks: made, edited, moved, and what their page shows.

mod archiving;
mod changing;
mod checklist;
mod duplicating;
mod files;
mod made;
mod mine;
mod moving;
mod several;
mod transfer;

use protocol::{
    BoardId, ColumnId, Error, Event, MessageId, MyBoard, Stream, Task, TaskId, UserId, activity::Deed, limits,
    page::TaskPage, permission::Action, text,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone,
    boards::{access, require},
    db::{self, Tx, tasks as rows},
    live, markdown, messages, notify, now, references, search, watching,
    write::{Write, digest, internal},
};

pub(crate) use archiving::TRASH_MS;
pub use archiving::{archive, archive_column, archived, delete, put_back, restore};
pub(crate) use archiving::{archive_all_in, restore_with_column};
pub(crate) use changing::apply;
pub use changing::change;
pub use duplicating::duplicate;
pub use made::{made_page, make_from};
pub use mine::{Key, mine};
use moving::Spot;
pub use moving::{move_between, move_to};
pub use several::{archive_several, change_each, change_several, place_several};
pub use transfer::{Moved, Transfer, home, transfer, transfer_page, undo_transfer};

/// A task that is to be made.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct NewTask {
    /// The column it goes to; the board's first where none is named.
    pub column: Option<ColumnId>,
    /// Above the others in it, rather than below?
    pub top: bool,
    /// Title.
    pub title: String,
    /// Description in Markdown; may be empty.
    pub description: String,
}

/// What a task shall say.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TaskEdit {
    /// Title.
    pub title: String,
    /// Description in Markdown.
    pub description: String,
    /// The version that the edit began from.
    pub version: i64,
}

/// The task page, with the newest comments or those around one, and where the task is named, below a key.
///
/// # Errors
/// [`Error::NotFound`] to who is not on its board, and where `at` is no comment on it.
pub async fn page(
    engine: &Engine,
    actor: &Actor,
    id: TaskId,
    at: Option<MessageId>,
    refs: Option<i64>,
    zone: Zone,
) -> Result<TaskPage> {
    let mut tx = engine.db().read().await?;
    let (task, board) = find(&mut tx, actor, id).await?;
    let stream = Stream::Task(id);
    let history = match at {
        Some(at) => messages::middle(&mut tx, actor, stream, at, zone).await?,
        None => messages::newest(&mut tx, actor, stream, i64::MAX, zone).await?,
    };
    let history = messages::with_references(&mut tx, engine, actor, history, [task.description_html.as_str()]).await?;
    Ok(TaskPage {
        clock: zone.clock(task.at),
        file_clocks: task.files.iter().map(|file| (file.file.id, zone.clock(file.at))).collect(),
        columns: db::columns::of_board(&mut tx, task.card.board).await?,
        counts: rows::counts(&mut tx, task.card.board).await?,
        referrers: references::referrers(&mut tx, engine, actor, id, refs, zone).await?,
        history,
        read: db::messages::watermark(&mut tx, actor.id(), stream).await?,
        labels: db::labels::of_board(&mut tx, task.card.board).await?,
        people: db::boards::first_people(&mut tx, task.card.board, limits::PICKED).await?,
        today: zone.day(now()),
        watch: watching::of(&mut tx, stream, actor.id()).await?,
        cursor: live::cursor(&mut tx, engine, stream).await?,
        board_cursor: live::cursor(&mut tx, engine, Stream::Board(task.card.board)).await?,
        task,
        board,
    })
}

/// Makes a task at the bottom or the top of a column. Its maker watches it; who is mentioned is told.
///
/// # Errors
/// [`Error::Invalid`] by field; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn create(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, new: NewTask) -> Result<Task> {
    let request = digest("tasks::create", &(board, &new))?;
    let title = text::required("title", &new.title, limits::TASK_TITLE)?;
    let description = text::description(&new.description)?;
    let rendered = {
        let mut tx = engine.db().read().await?;
        access(&mut tx, actor, board).await?;
        messages::render(&mut tx, Stream::Board(board), board, &description).await?
    };
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                require(&access(&mut w.tx, &actor, board).await?, Action::Write)?;
                let (html, mentions) = rendered;
                let draft = Draft { board, column: new.column, top: new.top, title, description, html };
                let task = store(w, &actor, draft).await?;
                let told: Vec<UserId> = mentions.iter().map(|person| person.id).collect();
                tell_mentioned(w, &actor, &task, &told).await?;
                Ok(task)
            })
        })
        .await
}

/// Sets a task's title and description. Who is mentioned newly is told.
///
/// # Errors
/// [`Error::Conflict`] where somebody changed it since `version`; [`Error::Invalid`] by field;
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn edit(engine: &Engine, actor: &Actor, key: Uuid, id: TaskId, edit: TaskEdit) -> Result<Task> {
    let request = digest("tasks::edit", &(id, &edit))?;
    let title = text::required("title", &edit.title, limits::TASK_TITLE)?;
    let description = text::description(&edit.description)?;
    let (html, mentions) = {
        let mut tx = engine.db().read().await?;
        let (task, _) = find(&mut tx, actor, id).await?;
        messages::render(&mut tx, Stream::Board(task.card.board), task.card.board, &description).await?
    };
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (before, board) = find(&mut w.tx, &actor, id).await?;
                require(&board, Action::Write)?;
                if rows::update(&mut w.tx, id, edit.version, &title, &description, &html).await? == 0 {
                    return Err(overtaken(&mut w.tx, id).await?);
                }
                stays(&find(&mut w.tx, &actor, id).await?.0, before.card.board)?;
                search::put_task(&mut w.tx, id).await?;
                references::described(w, before.card.board, id, actor.id(), &html).await?;
                let old = markdown::parse(&before.description).names();
                let new = |person: &&protocol::Person| !old.contains(&person.username.to_ascii_lowercase());
                let told: Vec<UserId> = mentions.iter().filter(new).map(|person| person.id).collect();
                let mut deeds = Vec::new();
                if before.card.title != title {
                    deeds.push(Deed::Renamed { from: before.card.title, to: title });
                }
                if before.description != description {
                    deeds.push(Deed::Described);
                }
                let task = tell_change(w, &actor, id, deeds).await?;
                tell_mentioned(w, &actor, &task, &told).await?;
                Ok(task)
            })
        })
        .await
}

/// Ticks an item of the task lists in a description, counted from 0, or takes the tick away.
///
/// # Errors
/// [`Error::Conflict`] where somebody changed the task since `version`; [`Error::Invalid`] naming `item` where there
/// is no such; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn tick(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    id: TaskId,
    item: usize,
    done: bool,
    version: i64,
) -> Result<Task> {
    let request = digest("tasks::tick", &(id, item, done, version))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (task, board) = find(&mut w.tx, &actor, id).await?;
                require(&board, Action::Write)?;
                let Some((description, html)) = markdown::ticked(&task.description, &task.description_html, item, done)
                else {
                    return Err(Error::invalid("item", "The description has no such item."));
                };
                let description = text::description(&description)?;
                if rows::update(&mut w.tx, id, version, &task.card.title, &description, &html).await? == 0 {
                    return Err(overtaken(&mut w.tx, id).await?);
                }
                stays(&find(&mut w.tx, &actor, id).await?.0, task.card.board)?;
                search::put_task(&mut w.tx, id).await?;
                tell_change(w, &actor, id, vec![Deed::DescriptionTicked(done)]).await
            })
        })
        .await
}

/// A task, for who may write on its board, which is held until the write ends: whatever else changes the order of
/// its cards, its people or its labels comes before or after.
async fn held(w: &mut Write, actor: &Actor, id: TaskId) -> Result<Task> {
    let board = rows::board_of(&mut w.tx, id).await?.ok_or(Error::NotFound)?;
    db::boards::lock(&mut w.tx, board).await?;
    let (task, mine) = find(&mut w.tx, actor, id).await?;
    require(&mine, Action::Write)?;
    stays(&task, board)?;
    Ok(task)
}

/// Is a task still on the board on which it was before it, or that, was held? Only PostgreSQL lets it leave between.
fn stays(task: &Task, board: BoardId) -> Result<()> {
    match task.card.board == board {
        true => Ok(()),
        false => Err(Error::conflict("This task was moved to another board at this moment. Please try again.")),
    }
}

/// A task and its board, if this person may see them.
pub(crate) async fn find(tx: &mut Tx, actor: &Actor, id: TaskId) -> Result<(Task, MyBoard)> {
    let task = rows::one(tx, id).await?.ok_or(Error::NotFound)?;
    let board = access(tx, actor, task.card.board).await?;
    Ok((task, board))
}

/// A task that is rendered and may be stored.
pub(crate) struct Draft {
    pub(crate) board: BoardId,
    pub(crate) column: Option<ColumnId>,
    pub(crate) top: bool,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) html: String,
}

/// Stores a task as part of a write. Its author watches it.
pub(crate) async fn store(w: &mut Write, actor: &Actor, draft: Draft) -> Result<Task> {
    let Draft { board, column, top, title, description, html } = draft;
    let column = column_of(&mut w.tx, board, column).await?;
    let spot = if top { Spot::Top } else { Spot::Bottom };
    let position = moving::position(&mut w.tx, column, TaskId(0), spot).await?;
    let new = rows::New {
        board,
        column,
        position: &position,
        title: &title,
        description: &description,
        html: &html,
        author: actor.id(),
        at: w.now,
    };
    let id = lay(w, new).await?;
    let task = rows::one(&mut w.tx, id).await?.ok_or_else(|| internal("a task is gone at once"))?;
    w.tell(Stream::Board(board), Event::TaskCreated { card: task.card.clone() })
        .did(actor.id(), [Deed::Added(Some(column))]);
    Ok(task)
}

/// Puts a new task, under the board's next number, where it is kept, found and followed. Its author watches it;
/// nobody is told yet.
async fn lay(w: &mut Write, new: rows::New<'_>) -> Result<TaskId> {
    let (author, board, html) = (new.author, new.board, new.html);
    let number = rows::take_number(&mut w.tx, new.board).await?;
    let id = rows::insert(&mut w.tx, number, new).await?;
    search::put_task(&mut w.tx, id).await?;
    references::described(w, board, id, author, html).await?;
    db::events::create(&mut w.tx, Stream::Task(id)).await?;
    db::notifications::watch(&mut w.tx, Stream::Task(id), &[author]).await?;
    Ok(id)
}

/// That column of the board, or its first.
async fn column_of(tx: &mut Tx, board: BoardId, wanted: Option<ColumnId>) -> Result<ColumnId> {
    let columns = db::columns::of_board(tx, board).await?;
    let column = columns.iter().find(|column| wanted.is_none_or(|id| id == column.id));
    column.map(|column| column.id).ok_or_else(|| Error::invalid("column", "This board has no such column."))
}

/// Tells the board and the task's own page how the task is now, and what was done to it.
async fn tell_change(w: &mut Write, actor: &Actor, id: TaskId, deeds: Vec<Deed>) -> Result<Task> {
    rows::facts::count_change(&mut w.tx, id).await?;
    let task = rows::one(&mut w.tx, id).await?.ok_or_else(|| internal("a task is gone at once"))?;
    let by = actor.id();
    w.tell(Stream::Board(task.card.board), Event::CardChanged { card: task.card.clone() }).did(by, deeds.clone());
    w.tell(Stream::Task(id), Event::TaskChanged { task: Box::new(task.clone()), by }).did(by, deeds);
    Ok(task)
}

/// Tells people that the description mentions them.
pub(crate) async fn tell_mentioned(w: &mut Write, actor: &Actor, task: &Task, users: &[UserId]) -> Result<()> {
    let name = format!("#{} {}", task.card.number, task.card.title);
    notify::mentioned_in_task(w, task.card.id, name, actor, users, &task.description).await
}

/// Says who edited a task while somebody else did.
async fn overtaken(tx: &mut Tx, id: TaskId) -> Result<Error> {
    let task = rows::one(tx, id).await?.ok_or(Error::NotFound)?;
    let edited = |event: Event| match event {
        Event::TaskChanged { task: then, by } if then.version == task.version => Some(by),
        _ => None,
    };
    // Moves carry the version too; the edit that made it is the oldest of them.
    let by = rows::changes(tx, id, 50).await?.into_iter().rev().find_map(edited);
    let who = match by {
        Some(user) => db::accounts::user(tx, user).await?.into_me().person.display_name,
        None => "Somebody".to_owned(),
    };
    let title = &task.card.title;
    Ok(Error::conflict(format!(
        "{who} changed this task while you were editing it; it is now “{title}”. Nothing of theirs was overwritten: \
         put what you typed together with what it says now, and save again."
    )))
}
