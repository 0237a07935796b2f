//! Server functions that read. They answer to GET and change nothing.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use protocol::page::SearchPage;
use protocol::{
    BoardId, Draft, MessageId, Person, Quote, RoomId, Stream, TaskId,
    page::{History, PageQuery, Reach, Readers, RoomMember, Seek, VersionRow},
    palette::Found,
    reference::Refs,
    task_number::Nameable,
};

use super::{ApiError, Content, Reads, ReadsPage};
#[cfg(feature = "ssr")]
use crate::request::Request;

/// What a page shows.
#[server(name = LoadPage, prefix = "/api", endpoint = "load_page", protocol = ReadsPage)]
pub async fn load_page(page: PageQuery) -> Result<Content, ApiError> {
    use engine::{accounts, boards, members, nav, notifications, rooms, search, tasks};

    let request = Request::current()?;
    let me = request.actor();
    let (engine, zone) = (&request.engine, request.zone);
    match page {
        PageQuery::Door { invite } => Content::of(accounts::door(engine, me.is_ok(), invite.as_deref()).await?),
        PageQuery::Invite { token } => Content::of(engine::invites::page(engine, me.ok(), &token).await?),
        PageQuery::MailLink { deed, token } => Content::of(engine::mail::link(engine, deed, &token).await?),
        PageQuery::Nav { place } => Content::of(nav::load(engine, me?, place).await?),
        PageQuery::Hub => Content::of(boards::hub(engine, me?).await?),
        PageQuery::Board { board } => Content::of(boards::page(engine, me?, board, zone).await?),
        PageQuery::Members { board } => Content::of(members::page(engine, me?, board, zone, &request.origin).await?),
        PageQuery::Filters { board } => Content::of(engine::filters::page(engine, me?, board).await?),
        PageQuery::Imported { board } => Content::of(engine::portable::page(engine, me?, board).await?),
        PageQuery::Labels { board } => Content::of(engine::labels::page(engine, me?, board).await?),
        PageQuery::Archive { board, shelf, before } => {
            Content::of(tasks::archived(engine, me?, board, shelf, before, zone).await?)
        }
        PageQuery::Activity { board, task, before } => {
            Content::of(engine::activity::page(engine, me?, board, task, before, zone).await?)
        }
        PageQuery::Rooms { board } => Content::of(rooms::list(engine, me?, board).await?),
        PageQuery::Room { room, before, at } => {
            let me = me?;
            let page = rooms::page(engine, me, room, at, zone).await?;
            let older = older(engine, me, Stream::Room(room), before, zone).await?;
            Content::of((page, older))
        }
        PageQuery::Scheduled => Content::of(engine::scheduled::page(engine, me?, zone).await?),
        PageQuery::Thread { root, before, at } => {
            let me = me?;
            let page = engine::messages::thread(engine, me, root, at, zone).await?;
            let older = older(engine, me, Stream::Thread(root), before, zone).await?;
            Content::of((page, older))
        }
        PageQuery::Pins { place } => Content::of(engine::messages::pins(engine, me?, place, zone).await?),
        PageQuery::RoomSettings { room } => Content::of(rooms::settings(engine, me?, room).await?),
        PageQuery::TaskOf { message } => Content::of(tasks::made_page(engine, me?, message).await?),
        PageQuery::Transfer { board, tasks, done } => {
            Content::of(engine::tasks::transfer_page(engine, me?, board, tasks, done).await?)
        }
        PageQuery::Referrers { task, before } => {
            Content::of(engine::references::page(engine, me?, task, before, zone).await?)
        }
        PageQuery::Task { task, before, at, refs } => {
            let me = me?;
            let page = tasks::page(engine, me, task, at, refs, zone).await?;
            let older = older(engine, me, Stream::Task(task), before, zone).await?;
            Content::of((page, older))
        }
        PageQuery::Inbox { before } => Content::of(notifications::inbox(engine, me?, before, zone).await?),
        PageQuery::MyTasks { after, overdue } => {
            let me = me?;
            let after = after.and_then(|after| after.parse().ok()).unwrap_or_default();
            Content::of(tasks::mine(engine, me, after, overdue, zone).await?)
        }
        PageQuery::Account => Content::of(accounts::page(engine, me?, zone).await?),
        PageQuery::Search { text, sort, key } => {
            let me = me?;
            let key = key.and_then(|key| key.parse().ok()).unwrap_or_default();
            Content::of(match text.trim() {
                "" => SearchPage::default(),
                // What can't be searched for is said beside what was typed.
                _ => match search::search(engine, me, &search::Search { text, sort, key }, zone).await {
                    Err(protocol::Error::Invalid { message, .. }) => {
                        SearchPage { notice: Some(message), ..SearchPage::default() }
                    }
                    page => page?,
                },
            })
        }
    }
}

/// The older page of a conversation that the address asks for, if it does.
#[cfg(feature = "ssr")]
async fn older(
    engine: &engine::Engine,
    me: &engine::Actor,
    place: Stream,
    before: Option<MessageId>,
    zone: engine::Zone,
) -> Result<Option<History>, protocol::Error> {
    match before {
        Some(before) => Ok(Some(engine::messages::history(engine, me, place, Some(before), zone).await?)),
        None => Ok(None),
    }
}

/// The messages before one that is shown.
#[server(name = OlderMessages, prefix = "/api", endpoint = "older_messages", protocol = Reads)]
pub async fn older_messages(place: Stream, before: MessageId) -> Result<History, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::history(&request.engine, request.actor()?, place, Some(before), request.zone).await?)
}

/// The messages after one that is shown.
#[server(name = NewerMessages, prefix = "/api", endpoint = "newer_messages", protocol = Reads)]
pub async fn newer_messages(place: Stream, after: MessageId) -> Result<History, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::newer(&request.engine, request.actor()?, place, after, request.zone).await?)
}

/// The messages around one, which is among them.
#[server(name = MessagesAround, prefix = "/api", endpoint = "messages_around", protocol = Reads)]
pub async fn messages_around(place: Stream, id: MessageId) -> Result<History, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::around(&request.engine, request.actor()?, place, id, request.zone).await?)
}

/// Who has read a message; nothing for who does not let others see it either.
#[server(name = LoadReaders, prefix = "/api", endpoint = "load_readers", protocol = Reads)]
pub async fn load_readers(id: MessageId) -> Result<Option<Readers>, ApiError> {
    let request = Request::current()?;
    Ok(engine::reads::readers(&request.engine, request.actor()?, id, request.zone).await?)
}

/// Whom a text mentions who are not in this private room, for who may put them into it.
#[server(name = LoadOutsiders, prefix = "/api", endpoint = "load_outsiders", protocol = Reads)]
pub async fn load_outsiders(place: Stream, content: String) -> Result<Vec<Person>, ApiError> {
    let request = Request::current()?;
    Ok(engine::rooms::outsiders(&request.engine, request.actor()?, place, &content).await?)
}

/// How many people a text would notify by naming groups.
#[server(name = LoadReach, prefix = "/api", endpoint = "load_reach", protocol = Reads)]
pub async fn load_reach(place: Stream, content: String) -> Result<Reach, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::reach(&request.engine, request.actor()?, place, &content).await?)
}

/// The members of a room, and when those who show it were last here.
#[server(name = LoadRoomMembers, prefix = "/api", endpoint = "load_room_members", protocol = Reads)]
pub async fn load_room_members(room: RoomId) -> Result<Vec<RoomMember>, ApiError> {
    let request = Request::current()?;
    Ok(engine::rooms::members(&request.engine, request.actor()?, room, request.zone).await?)
}

/// What to show for somebody who goes to a day, or to what they have not read.
#[server(name = SeekMessage, prefix = "/api", endpoint = "seek_message", protocol = Reads)]
pub async fn seek_message(place: Stream, seek: Seek) -> Result<Option<MessageId>, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::seek(&request.engine, request.actor()?, place, &seek, request.zone).await?)
}

/// What I have begun to write in a room or on a task, replies included, the newest first.
#[server(name = LoadDrafts, prefix = "/api", endpoint = "load_drafts", protocol = Reads)]
pub async fn load_drafts(place: Stream) -> Result<Vec<Draft>, ApiError> {
    let request = Request::current()?;
    Ok(engine::drafts::list(&request.engine, request.actor()?, place).await?)
}

/// What of a message is shown where another quotes it, as it is now.
#[server(name = LoadQuote, prefix = "/api", endpoint = "load_quote", protocol = Reads)]
pub async fn load_quote(id: MessageId) -> Result<Quote, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::quote(&request.engine, request.actor()?, id).await?)
}

/// What is true now of tasks of a board that texts name.
#[server(name = LoadReferences, prefix = "/api", endpoint = "load_references", protocol = Reads)]
pub async fn load_references(board: BoardId, tasks: Vec<TaskId>) -> Result<Refs, ApiError> {
    let request = Request::current()?;
    Ok(engine::references::load(&request.engine, request.actor()?, board, tasks).await?)
}

/// What a message says and said before it was edited, newest first.
#[server(name = MessageVersions, prefix = "/api", endpoint = "message_versions", protocol = Reads)]
pub async fn message_versions(id: MessageId) -> Result<Vec<VersionRow>, ApiError> {
    let request = Request::current()?;
    Ok(engine::messages::versions(&request.engine, request.actor()?, id, request.zone).await?)
}

/// Whom `@` followed by `q` could mean in a place, best first.
#[server(name = MentionCandidates, prefix = "/api", endpoint = "mention_candidates", protocol = Reads)]
pub async fn mention_candidates(place: Stream, q: String) -> Result<Vec<Person>, ApiError> {
    let request = Request::current()?;
    Ok(engine::mentions::candidates(&request.engine, request.actor()?, Some(place), &q).await?)
}

/// Everybody who may be mentioned in a place, where they are not too many, so that a key needs no server.
#[server(name = MentionPeople, prefix = "/api", endpoint = "mention_people", protocol = Reads)]
pub async fn mention_people(place: Stream) -> Result<Option<Vec<Person>>, ApiError> {
    let request = Request::current()?;
    Ok(engine::mentions::everybody(&request.engine, request.actor()?, place).await?)
}

/// Which tasks `#` followed by `q` could name in a place, best first.
#[server(name = NameTasks, prefix = "/api", endpoint = "name_tasks", protocol = Reads)]
pub async fn name_tasks(place: Stream, q: String) -> Result<Vec<Nameable>, ApiError> {
    let request = Request::current()?;
    Ok(engine::references::nameable(&request.engine, request.actor()?, place, &q).await?)
}

/// What one can go to that fits what is typed into the palette; a number is first one of `board`.
#[server(name = LookUp, prefix = "/api", endpoint = "look_up", protocol = Reads)]
pub async fn look_up(board: Option<BoardId>, text: String) -> Result<Found, ApiError> {
    let request = Request::current()?;
    Ok(engine::palette::look_up(&request.engine, request.actor()?, board, &text).await?)
}
