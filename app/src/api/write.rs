//! Server functions that write. `key` is the client's id of the write: a repeated key is done once.

use leptos::prelude::*;
use protocol::{
    BoardId, Card, Changed, Colour, ColumnId, FileId, Label, Level, Message, MessageId, NotificationId, Person, Pin,
    Reacted, RoomId, Scheduled, ScheduledId, Stream, Task, TaskChange, TaskId, UserId, Writing, page::Transferred,
    placing::Placing,
};
use uuid::Uuid;

use super::{ApiError, Writes};
#[cfg(feature = "ssr")]
use crate::request::Request;

/// Posts a message in a room, in a thread of one, or as a comment on a task. With `parent` it is a reply, in
/// the thread of that message; with `quote` it quotes one of the same room or task. `confirmed`: that it
/// notifies many people by naming a group is meant.
#[server(name = PostMessage, prefix = "/api", endpoint = "post_message", protocol = Writes)]
pub async fn post_message(
    place: Stream,
    key: Uuid,
    content: String,
    parent: Option<MessageId>,
    quote: Option<MessageId>,
    files: Option<Vec<FileId>>,
    confirmed: Option<bool>,
) -> Result<Message, ApiError> {
    let request = Request::current()?;
    let (files, confirmed) = (files.unwrap_or_default(), confirmed.unwrap_or_default());
    let new = engine::messages::NewMessage { place, key, content, parent, quote, files, confirmed };
    Ok(engine::messages::post(&request.engine, request.actor()?, new).await?.message)
}

/// The HTML that a text would have in a place. It changes nothing; it is here since an address can't be as long as
/// what may be written.
#[server(name = Preview, prefix = "/api", endpoint = "preview", protocol = Writes)]
pub async fn preview(place: Stream, writing: Writing, content: String) -> Result<String, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::preview(&request.engine, request.actor()?, place, writing, &content).await?)
}

/// Gives a message or comment of mine another text.
#[server(name = EditMessage, prefix = "/api", endpoint = "edit_message", protocol = Writes)]
pub async fn edit_message(key: Uuid, id: MessageId, content: String) -> Result<Message, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::edit(&request.engine, request.actor()?, key, id, &content).await?)
}

/// Puts an emoji under a message or comment, or takes mine back.
#[server(name = React, prefix = "/api", endpoint = "react", protocol = Writes)]
pub async fn react(key: Uuid, id: MessageId, emoji: String) -> Result<Reacted, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::react(&request.engine, request.actor()?, key, id, &emoji).await?)
}

/// Deletes a message or comment.
#[server(name = DeleteMessage, prefix = "/api", endpoint = "delete_message", protocol = Writes)]
pub async fn delete_message(key: Uuid, id: MessageId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::delete(&request.engine, request.actor()?, key, id).await?)
}

/// Pins a message or comment for everybody.
#[server(name = PinMessage, prefix = "/api", endpoint = "pin_message", protocol = Writes)]
pub async fn pin_message(key: Uuid, id: MessageId) -> Result<Pin, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::pin(&request.engine, request.actor()?, key, id).await?)
}

/// Takes the pin off a message or comment.
#[server(name = UnpinMessage, prefix = "/api", endpoint = "unpin_message", protocol = Writes)]
pub async fn unpin_message(key: Uuid, id: MessageId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::unpin(&request.engine, request.actor()?, key, id).await?)
}

/// Tells me of what is said on a task or in a thread from now on.
#[server(name = WatchPlace, prefix = "/api", endpoint = "watch", protocol = Writes)]
pub async fn watch(key: Uuid, place: Stream) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::watching::watch(&request.engine, request.actor()?, key, place).await?)
}

/// Tells me of a task or a thread no more.
#[server(name = UnwatchPlace, prefix = "/api", endpoint = "unwatch", protocol = Writes)]
pub async fn unwatch(key: Uuid, place: Stream) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::watching::unwatch(&request.engine, request.actor()?, key, place).await?)
}

/// Puts somebody of the board into a room.
#[server(name = AddToRoom, prefix = "/api", endpoint = "add_to_room", protocol = Writes)]
pub async fn add_to_room(key: Uuid, room: RoomId, user: UserId) -> Result<Person, ApiError> {
    let request = Request::current()?;
    Ok(engine::rooms::add_member(&request.engine, request.actor()?, key, room, user).await?)
}

/// Sets how much I hear of a room or a board; without a level a room is heard as its board is.
#[server(name = SetLevel, prefix = "/api", endpoint = "set_level", protocol = Writes)]
pub async fn set_level(key: Uuid, place: Stream, level: Option<Level>, muted: bool) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::levels::set(&request.engine, request.actor()?, key, place, level, muted).await?)
}

/// Undoes a deletion of mine, within [`protocol::limits::UNDO_S`] seconds.
#[server(name = RestoreMessage, prefix = "/api", endpoint = "restore_message", protocol = Writes)]
pub async fn restore_message(key: Uuid, id: MessageId) -> Result<Message, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::restore(&request.engine, request.actor()?, key, id).await?)
}

/// Makes a task at the end of a column, or at its top.
#[server(name = CreateTask, prefix = "/api", endpoint = "create_task", protocol = Writes)]
pub async fn create_task(
    key: Uuid,
    board: BoardId,
    column: ColumnId,
    top: Option<bool>,
    title: String,
) -> Result<Task, ApiError> {
    let request = Request::current()?;
    let top = top.unwrap_or_default();
    let new = engine::tasks::NewTask { column: Some(column), top, title, description: String::new() };
    Ok(engine::tasks::create(&request.engine, request.actor()?, key, board, new).await?)
}

/// Changes a task's title and description, from the version that was read.
#[server(name = EditTask, prefix = "/api", endpoint = "edit_task", protocol = Writes)]
pub async fn edit_task(
    key: Uuid,
    task: TaskId,
    title: String,
    description: String,
    version: i64,
) -> Result<Task, ApiError> {
    let request = Request::current()?;
    let edit = engine::tasks::TaskEdit { title, description, version };
    Ok(engine::tasks::edit(&request.engine, request.actor()?, key, task, edit).await?)
}

/// Ticks an item of the task lists in a description, counted from 0, or takes the tick away.
#[server(name = TickTask, prefix = "/api", endpoint = "tick_task", protocol = Writes)]
pub async fn tick_task(key: Uuid, task: TaskId, item: usize, done: bool, version: i64) -> Result<Task, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::tick(&request.engine, request.actor()?, key, task, item, done, version).await?)
}

/// Moves a task to a place in a column: 1 is the top, none the bottom.
#[server(name = MoveTask, prefix = "/api", endpoint = "move_task", protocol = Writes)]
pub async fn move_task(key: Uuid, task: TaskId, column: ColumnId, place: Option<i64>) -> Result<Task, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::move_to(&request.engine, request.actor()?, key, task, column, place).await?)
}

/// Makes a task like another, right below it.
#[server(name = DuplicateTask, prefix = "/api", endpoint = "duplicate_task", protocol = Writes)]
pub async fn duplicate_task(key: Uuid, task: TaskId) -> Result<Task, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::duplicate(&request.engine, request.actor()?, key, task).await?)
}

/// Takes a task off its board into the archive.
#[server(name = ArchiveTask, prefix = "/api", endpoint = "archive_task", protocol = Writes)]
pub async fn archive_task(key: Uuid, task: TaskId) -> Result<Task, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::archive(&request.engine, request.actor()?, key, task).await?)
}

/// Archives every task of a column; gives which.
#[server(name = ArchiveColumn, prefix = "/api", endpoint = "archive_column", protocol = Writes)]
pub async fn archive_column(key: Uuid, board: BoardId, column: ColumnId) -> Result<Vec<TaskId>, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::archive_column(&request.engine, request.actor()?, key, board, column).await?)
}

/// Undoes that tasks were archived: each is where it was. Gives the cards that are back.
#[server(name = PutTasksBack, prefix = "/api", endpoint = "put_tasks_back", protocol = Writes)]
pub async fn put_tasks_back(key: Uuid, board: BoardId, tasks: Vec<TaskId>) -> Result<Vec<Card>, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::put_back(&request.engine, request.actor()?, key, board, tasks).await?)
}

/// Puts a task that was archived or deleted onto its board again.
#[server(name = RestoreTask, prefix = "/api", endpoint = "restore_task", protocol = Writes)]
pub async fn restore_task(key: Uuid, task: TaskId) -> Result<Task, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::restore(&request.engine, request.actor()?, key, task).await?)
}

/// Deletes a task with its comments, for as long as it is not restored.
#[server(name = DeleteTask, prefix = "/api", endpoint = "delete_task", protocol = Writes)]
pub async fn delete_task(key: Uuid, task: TaskId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::delete(&request.engine, request.actor()?, key, task).await?)
}

/// Changes some of what a task has besides its text.
#[server(name = ChangeTask, prefix = "/api", endpoint = "change_task", protocol = Writes)]
pub async fn change_task(key: Uuid, task: TaskId, changes: Vec<TaskChange>) -> Result<Changed, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::change(&request.engine, request.actor()?, key, task, changes).await?)
}

/// Makes a label of a board and puts it onto a task.
#[server(name = CreateLabel, prefix = "/api", endpoint = "create_label", protocol = Writes)]
pub async fn create_label(
    key: Uuid,
    board: BoardId,
    name: String,
    colour: Colour,
    task: Option<TaskId>,
) -> Result<Label, ApiError> {
    let request = Request::current()?;
    Ok(engine::labels::create(&request.engine, request.actor()?, key, board, &name, colour, task).await?)
}

/// Moves a task into a column, between two others as I saw them.
#[server(name = MoveCard, prefix = "/api", endpoint = "move_card", protocol = Writes)]
pub async fn move_card(
    key: Uuid,
    task: TaskId,
    column: ColumnId,
    above: Option<TaskId>,
    below: Option<TaskId>,
) -> Result<Task, ApiError> {
    let request = Request::current()?;
    let spot = (above, below);
    Ok(engine::tasks::move_between(&request.engine, request.actor()?, key, task, column, spot).await?)
}

/// Puts tasks of a board into columns, each between two others as I saw them.
#[server(name = PlaceTasks, prefix = "/api", endpoint = "place_tasks", protocol = Writes)]
pub async fn place_tasks(key: Uuid, board: BoardId, placings: Vec<Placing>) -> Result<Vec<Card>, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::place_several(&request.engine, request.actor()?, key, board, placings).await?)
}

/// Puts a label or a person onto tasks of a board, or takes them off; gives those that have changed.
#[server(name = ChangeTasks, prefix = "/api", endpoint = "change_tasks", protocol = Writes)]
pub async fn change_tasks(
    key: Uuid,
    board: BoardId,
    tasks: Vec<TaskId>,
    change: TaskChange,
) -> Result<Vec<Card>, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::change_several(&request.engine, request.actor()?, key, board, tasks, change).await?)
}

/// Gives tasks of a board dates or priorities, each its own.
#[server(name = ChangeEach, prefix = "/api", endpoint = "change_each", protocol = Writes)]
pub async fn change_each(key: Uuid, board: BoardId, changes: Vec<(TaskId, TaskChange)>) -> Result<Vec<Card>, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::change_each(&request.engine, request.actor()?, key, board, changes).await?)
}

/// Takes tasks off their board into the archive; gives which, each with its revision.
#[server(name = ArchiveTasks, prefix = "/api", endpoint = "archive_tasks", protocol = Writes)]
pub async fn archive_tasks(key: Uuid, board: BoardId, tasks: Vec<TaskId>) -> Result<Vec<(TaskId, i64)>, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::archive_several(&request.engine, request.actor()?, key, board, tasks).await?)
}

/// Moves tasks of a board into a column of another; says what came of it, for as long as they are there.
#[server(name = TransferTasks, prefix = "/api", endpoint = "transfer_tasks", protocol = Writes)]
pub async fn transfer_tasks(
    key: Uuid,
    board: BoardId,
    tasks: Vec<TaskId>,
    column: ColumnId,
    top: bool,
) -> Result<Option<Transferred>, ApiError> {
    let request = Request::current()?;
    let (engine, me) = (&request.engine, request.actor()?);
    engine::tasks::transfer(engine, me, key, board, engine::tasks::Transfer { tasks, column, top }).await?;
    Ok(engine::tasks::transfer_page(engine, me, board, Vec::new(), Some(key)).await?.done)
}

/// Undoes a move of mine from a board to another; gives how many tasks are back.
#[server(name = UndoTransfer, prefix = "/api", endpoint = "undo_transfer", protocol = Writes)]
pub async fn undo_transfer(key: Uuid, board: BoardId, of: Uuid) -> Result<usize, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::undo_transfer(&request.engine, request.actor()?, key, board, of).await?.tasks.len())
}

/// Adds a column to a board.
#[server(name = AddColumn, prefix = "/api", endpoint = "add_column", protocol = Writes)]
pub async fn add_column(key: Uuid, board: BoardId, name: String) -> Result<(), ApiError> {
    let request = Request::current()?;
    engine::columns::add(&request.engine, request.actor()?, key, board, &name).await?;
    Ok(())
}

/// Gives a column another name.
#[server(name = RenameColumn, prefix = "/api", endpoint = "rename_column", protocol = Writes)]
pub async fn rename_column(key: Uuid, board: BoardId, column: ColumnId, name: String) -> Result<(), ApiError> {
    let edit = engine::columns::ColumnEdit { name: Some(name), ..Default::default() };
    edit_column(key, board, column, edit).await
}

/// Gives a column another colour, or none.
#[server(name = ColourColumn, prefix = "/api", endpoint = "colour_column", protocol = Writes)]
pub async fn colour_column(
    key: Uuid,
    board: BoardId,
    column: ColumnId,
    colour: Option<Colour>,
) -> Result<(), ApiError> {
    let edit = engine::columns::ColumnEdit { colour: Some(colour), ..Default::default() };
    edit_column(key, board, column, edit).await
}

/// Says how many tasks should be in a column at most.
#[server(name = LimitColumn, prefix = "/api", endpoint = "limit_column", protocol = Writes)]
pub async fn limit_column(key: Uuid, board: BoardId, column: ColumnId, limit: Option<i64>) -> Result<(), ApiError> {
    let edit = engine::columns::ColumnEdit { limit: Some(limit), ..Default::default() };
    edit_column(key, board, column, edit).await
}

#[cfg(feature = "ssr")]
async fn edit_column(
    key: Uuid,
    board: BoardId,
    column: ColumnId,
    edit: engine::columns::ColumnEdit,
) -> Result<(), ApiError> {
    let request = Request::current()?;
    engine::columns::edit(&request.engine, request.actor()?, key, board, column, edit).await?;
    Ok(())
}

/// Puts a column right after another one, or first.
#[server(name = MoveColumn, prefix = "/api", endpoint = "move_column", protocol = Writes)]
pub async fn move_column(key: Uuid, board: BoardId, column: ColumnId, after: Option<ColumnId>) -> Result<(), ApiError> {
    let request = Request::current()?;
    engine::columns::move_to(&request.engine, request.actor()?, key, board, column, after).await?;
    Ok(())
}

/// Takes a column off its board, and its tasks with it.
#[server(name = PutColumnAway, prefix = "/api", endpoint = "put_column_away", protocol = Writes)]
pub async fn put_column_away(key: Uuid, board: BoardId, column: ColumnId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::columns::archive(&request.engine, request.actor()?, key, board, column).await?)
}

/// Puts a column onto its board again, with the tasks that were archived with it.
#[server(name = RestoreColumn, prefix = "/api", endpoint = "restore_column", protocol = Writes)]
pub async fn restore_column(key: Uuid, board: BoardId, column: ColumnId) -> Result<(), ApiError> {
    let request = Request::current()?;
    engine::columns::restore(&request.engine, request.actor()?, key, board, column).await?;
    Ok(())
}

/// Removes a column; its tasks go to another one.
#[server(name = RemoveColumn, prefix = "/api", endpoint = "remove_column", protocol = Writes)]
pub async fn remove_column(key: Uuid, board: BoardId, column: ColumnId, to: Option<ColumnId>) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::columns::remove(&request.engine, request.actor()?, key, board, column, to).await?)
}

/// Marks a row of my inbox read.
#[server(name = ReadNotification, prefix = "/api", endpoint = "read_notification", protocol = Writes)]
pub async fn read_notification(id: NotificationId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::notifications::read(&request.engine, request.actor()?, id).await?)
}

/// Marks a row of my inbox unread.
#[server(name = UnreadNotification, prefix = "/api", endpoint = "unread_notification", protocol = Writes)]
pub async fn unread_notification(id: NotificationId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::notifications::unread(&request.engine, request.actor()?, id).await?)
}

/// Takes a row out of my inbox.
#[server(name = DeleteNotification, prefix = "/api", endpoint = "delete_notification", protocol = Writes)]
pub async fn delete_notification(key: Uuid, id: NotificationId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::notifications::delete(&request.engine, request.actor()?, key, id).await?)
}

/// Marks every row of my inbox read.
#[server(name = ReadAllNotifications, prefix = "/api", endpoint = "read_all_notifications", protocol = Writes)]
pub async fn read_all_notifications() -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::notifications::read_all(&request.engine, request.actor()?).await?)
}

/// Marks a place read up to a message, while the socket is away.
#[server(name = SeenPlace, prefix = "/api", endpoint = "seen_place", protocol = Writes)]
pub async fn seen_place(place: Stream, n: i64) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::reads::seen(&request.engine, request.actor()?, place, n).await?)
}

/// Marks a place unread from a message on.
#[server(name = UnreadFrom, prefix = "/api", endpoint = "unread_from", protocol = Writes)]
pub async fn unread_from(id: MessageId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::reads::unread_from(&request.engine, request.actor()?, id).await?)
}

/// Keeps what I have begun to write in a room or on a task, or in reply to a message there; an empty
/// text forgets it.
#[server(name = SaveDraft, prefix = "/api", endpoint = "save_draft", protocol = Writes)]
pub async fn save_draft(place: Stream, parent: Option<MessageId>, text: String) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::drafts::save(&request.engine, request.actor()?, place, parent, &text).await?)
}

/// Schedules a message; `at` as my wall will show it then: `2026-11-26T09:00`.
#[server(name = ScheduleMessage, prefix = "/api", endpoint = "schedule_message", protocol = Writes)]
pub async fn schedule_message(key: Uuid, place: Stream, text: String, at: String) -> Result<Scheduled, ApiError> {
    let request = Request::current()?;
    let at = engine::scheduled::moment(request.zone, &at)?;
    let later = engine::scheduled::Later { place, parent: None, content: text, at };
    Ok(engine::scheduled::schedule(&request.engine, request.actor()?, key, later).await?)
}

/// Gives a message that waits another text and moment.
#[server(name = EditScheduled, prefix = "/api", endpoint = "edit_scheduled", protocol = Writes)]
pub async fn edit_scheduled(id: ScheduledId, text: String, at: String) -> Result<Scheduled, ApiError> {
    let request = Request::current()?;
    let at = engine::scheduled::moment(request.zone, &at)?;
    Ok(engine::scheduled::edit(&request.engine, request.actor()?, id, &text, at).await?)
}

/// Takes a message back that waits.
#[server(name = CancelScheduled, prefix = "/api", endpoint = "cancel_scheduled", protocol = Writes)]
pub async fn cancel_scheduled(id: ScheduledId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::scheduled::cancel(&request.engine, request.actor()?, id).await?)
}

/// Has me told by this browser while no page is open, too: what it says of its subscription.
#[server(name = SubscribePush, prefix = "/api", endpoint = "subscribe_push", protocol = Writes)]
pub async fn subscribe_push(endpoint: String, p256dh: String, auth: String) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::push::subscribe(&request.engine, request.actor()?, &endpoint, &p256dh, &auth).await?)
}

/// Has me told by this browser no more.
#[server(name = UnsubscribePush, prefix = "/api", endpoint = "unsubscribe_push", protocol = Writes)]
pub async fn unsubscribe_push() -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::push::unsubscribe(&request.engine, request.actor()?).await?)
}
