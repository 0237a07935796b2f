//! Server functions that read. They answer to GET and change nothing.

use leptos::prelude::*;
use protocol::{
    BoardId, Draft, MessageId, Person, Quote, RoomId, Stream, TaskId,
    page::{
        Account, BoardPage, Door, History, Hub, Inbox, MembersPage, Nav, RoomPage, RoomSettings, RoomsPage, Row,
        TaskPage, ThreadPage, VersionRow,
    },
};
use server_fn::codec::GetUrl;

use super::ApiError;
#[cfg(feature = "ssr")]
use crate::request::Request;

/// The frame around a page on `place`, a board, room or task, or on none.
#[server(name = LoadNav, prefix = "/api", endpoint = "load_nav", input = GetUrl)]
pub async fn load_nav(place: Option<Stream>) -> Result<Nav, ApiError> {
    let request = Request::current()?;
    Ok(engine::nav::load(&request.engine, request.actor()?, place).await?)
}

/// My boards with their rooms.
#[server(name = LoadHub, prefix = "/api", endpoint = "load_hub", input = GetUrl)]
pub async fn load_hub() -> Result<Hub, ApiError> {
    let request = Request::current()?;
    Ok(engine::boards::hub(&request.engine, request.actor()?).await?)
}

/// A board with its columns and cards.
#[server(name = LoadBoard, prefix = "/api", endpoint = "load_board", input = GetUrl)]
pub async fn load_board(board: BoardId) -> Result<BoardPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::boards::page(&request.engine, request.actor()?, board).await?)
}

/// A board's members.
#[server(name = LoadMembers, prefix = "/api", endpoint = "load_members", input = GetUrl)]
pub async fn load_members(board: BoardId) -> Result<MembersPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::members::page(&request.engine, request.actor()?, board).await?)
}

/// A board's rooms.
#[server(name = LoadRooms, prefix = "/api", endpoint = "load_rooms", input = GetUrl)]
pub async fn load_rooms(board: BoardId) -> Result<RoomsPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::rooms::list(&request.engine, request.actor()?, board).await?)
}

/// A room with its newest messages.
#[server(name = LoadRoom, prefix = "/api", endpoint = "load_room", input = GetUrl)]
pub async fn load_room(room: RoomId) -> Result<RoomPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::rooms::page(&request.engine, request.actor()?, room, None, request.zone).await?)
}

/// A room with the messages around one of them.
#[server(name = LoadRoomAt, prefix = "/api", endpoint = "load_room_at", input = GetUrl)]
pub async fn load_room_at(room: RoomId, at: MessageId) -> Result<RoomPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::rooms::page(&request.engine, request.actor()?, room, Some(at), request.zone).await?)
}

/// A room's name, topic and members.
#[server(name = LoadRoomSettings, prefix = "/api", endpoint = "load_room_settings", input = GetUrl)]
pub async fn load_room_settings(room: RoomId) -> Result<RoomSettings, ApiError> {
    let request = Request::current()?;
    Ok(engine::rooms::settings(&request.engine, request.actor()?, room).await?)
}

/// A task with its newest comments.
#[server(name = LoadTask, prefix = "/api", endpoint = "load_task", input = GetUrl)]
pub async fn load_task(task: TaskId) -> Result<TaskPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::page(&request.engine, request.actor()?, task, None, request.zone).await?)
}

/// A task with the comments around one of them.
#[server(name = LoadTaskAt, prefix = "/api", endpoint = "load_task_at", input = GetUrl)]
pub async fn load_task_at(task: TaskId, at: MessageId) -> Result<TaskPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::tasks::page(&request.engine, request.actor()?, task, Some(at), request.zone).await?)
}

/// A page of my inbox: the newest, or what comes before a row.
#[server(name = LoadInbox, prefix = "/api", endpoint = "load_inbox", input = GetUrl)]
pub async fn load_inbox(before: Option<i64>) -> Result<Inbox, ApiError> {
    let request = Request::current()?;
    Ok(engine::notifications::inbox(&request.engine, request.actor()?, before, request.zone).await?)
}

/// My profile and sessions.
#[server(name = LoadAccount, prefix = "/api", endpoint = "load_account", input = GetUrl)]
pub async fn load_account() -> Result<Account, ApiError> {
    let request = Request::current()?;
    Ok(engine::accounts::page(&request.engine, request.actor()?, request.zone).await?)
}

/// What the sign-in and sign-up pages show.
#[server(name = LoadDoor, prefix = "/api", endpoint = "load_door", input = GetUrl)]
pub async fn load_door() -> Result<Door, ApiError> {
    let request = Request::current()?;
    Ok(engine::accounts::door(&request.engine, request.actor.is_some()).await?)
}

/// The messages before one that is shown.
#[server(name = OlderMessages, prefix = "/api", endpoint = "older_messages", input = GetUrl)]
pub async fn older_messages(place: Stream, before: MessageId) -> Result<History, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::history(&request.engine, request.actor()?, place, Some(before), request.zone).await?)
}

/// The messages after one that is shown.
#[server(name = NewerMessages, prefix = "/api", endpoint = "newer_messages", input = GetUrl)]
pub async fn newer_messages(place: Stream, after: MessageId) -> Result<History, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::newer(&request.engine, request.actor()?, place, after, request.zone).await?)
}

/// The messages around one, which is among them.
#[server(name = MessagesAround, prefix = "/api", endpoint = "messages_around", input = GetUrl)]
pub async fn messages_around(place: Stream, id: MessageId) -> Result<History, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::around(&request.engine, request.actor()?, place, id, request.zone).await?)
}

/// What I have begun to write in a room or on a task, replies included, the newest first.
#[server(name = LoadDrafts, prefix = "/api", endpoint = "load_drafts", input = GetUrl)]
pub async fn load_drafts(place: Stream) -> Result<Vec<Draft>, ApiError> {
    let request = Request::current()?;
    Ok(engine::drafts::list(&request.engine, request.actor()?, place).await?)
}

/// A thread of a room with its newest replies.
#[server(name = LoadThread, prefix = "/api", endpoint = "load_thread", input = GetUrl)]
pub async fn load_thread(root: MessageId) -> Result<ThreadPage, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::thread(&request.engine, request.actor()?, root, request.zone).await?)
}

/// What is pinned in a room or on a task, the last one pinned first.
#[server(name = LoadPins, prefix = "/api", endpoint = "load_pins", input = GetUrl)]
pub async fn load_pins(place: Stream) -> Result<Vec<Row>, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::pins(&request.engine, request.actor()?, place, request.zone).await?)
}

/// What of a message is shown where another quotes it, as it is now.
#[server(name = LoadQuote, prefix = "/api", endpoint = "load_quote", input = GetUrl)]
pub async fn load_quote(id: MessageId) -> Result<Quote, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::quote(&request.engine, request.actor()?, id).await?)
}

/// What a message says and said before it was edited, newest first.
#[server(name = MessageVersions, prefix = "/api", endpoint = "message_versions", input = GetUrl)]
pub async fn message_versions(id: MessageId) -> Result<Vec<VersionRow>, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::versions(&request.engine, request.actor()?, id, request.zone).await?)
}

/// Whom `@` followed by `q` could mean in a place, best first.
#[server(name = MentionCandidates, prefix = "/api", endpoint = "mention_candidates", input = GetUrl)]
pub async fn mention_candidates(place: Stream, q: String) -> Result<Vec<Person>, ApiError> {
    let request = Request::current()?;
    Ok(engine::mentions::candidates(&request.engine, request.actor()?, Some(place), &q).await?)
}
