//! Server functions that write. `key` is the client's id of the write: a repeated key is done once.

use leptos::prelude::*;
use protocol::{
    BoardId, Changed, Colour, ColumnId, FileId, Label, Message, MessageId, NotificationId, Pin, Reacted, Scheduled,
    ScheduledId, Stream, Task, TaskChange, TaskId,
};
use uuid::Uuid;

use super::{ApiError, Writes};
#[cfg(feature = "ssr")]
use crate::request::Request;

/// Posts a message in a room, in a thread of one, or as a comment on a task. With `parent` it is a reply, in
/// the thread of that message; with `quote` it quotes one of the same room or task.
#[server(name = PostMessage, prefix = "/api", endpoint = "post_message", protocol = Writes)]
pub async fn post_message(
    place: Stream,
    key: Uuid,
    content: String,
    parent: Option<MessageId>,
    quote: Option<MessageId>,
    files: Option<Vec<FileId>>,
) -> Result<Message, ApiError> {
    let request = Request::current()?;
    let files = files.unwrap_or_default();
    let new = engine::messages::NewMessage { place, key, content, parent, quote, files };
    Ok(engine::messages::post(&request.engine, request.actor()?, new).await?.message)
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

/// Tells me of replies in the thread under a message from now on.
#[server(name = FollowThread, prefix = "/api", endpoint = "follow_thread", protocol = Writes)]
pub async fn follow_thread(key: Uuid, root: MessageId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::follow(&request.engine, request.actor()?, key, root).await?)
}

/// Tells me of replies in a thread no more.
#[server(name = UnfollowThread, prefix = "/api", endpoint = "unfollow_thread", protocol = Writes)]
pub async fn unfollow_thread(key: Uuid, root: MessageId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::unfollow(&request.engine, request.actor()?, key, root).await?)
}

/// Undoes a deletion of mine, within [`protocol::limits::UNDO_S`] seconds.
#[server(name = RestoreMessage, prefix = "/api", endpoint = "restore_message", protocol = Writes)]
pub async fn restore_message(key: Uuid, id: MessageId) -> Result<Message, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::restore(&request.engine, request.actor()?, key, id).await?)
}

/// Makes a task at the end of a column.
#[server(name = CreateTask, prefix = "/api", endpoint = "create_task", protocol = Writes)]
pub async fn create_task(key: Uuid, board: BoardId, column: ColumnId, title: String) -> Result<Task, ApiError> {
    let request = Request::current()?;
    let new = engine::tasks::NewTask { column: Some(column), title, description: String::new() };
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

/// Moves a task to a place in a column: 1 is the top, none the bottom.
#[server(name = MoveTask, prefix = "/api", endpoint = "move_task", protocol = Writes)]
pub async fn move_task(key: Uuid, task: TaskId, column: ColumnId, place: Option<i64>) -> Result<Task, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::move_to(&request.engine, request.actor()?, key, task, column, place).await?)
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

/// Marks a row of my inbox read.
#[server(name = ReadNotification, prefix = "/api", endpoint = "read_notification", protocol = Writes)]
pub async fn read_notification(id: NotificationId) -> Result<(), ApiError> {
    let request = Request::current()?;
    Ok(engine::notifications::read(&request.engine, request.actor()?, id).await?)
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
