//! My boards with their rooms: where everybody begins.

use leptos::prelude::*;
use protocol::{
    MyBoard, Role, RoomEntry, Template, limits,
    page::{Hub as HubPage, NavBoard, PageQuery},
};

use super::archived::restore;
use crate::{
    store::Store,
    ui::{Empty, Field, Form, FormState, Icon, PageTitle, Sign, effect, loaded, page},
};

/// The page of all my boards.
#[component]
pub fn Hub() -> impl IntoView {
    let hub = page(|| Some(PageQuery::Hub));
    let boards = expect_context::<Store>().boards;
    effect(move |before: Option<Vec<MyBoard>>| {
        let boards = boards.get();
        if before.is_some_and(|before| before != boards) {
            hub.refetch();
        }
        boards
    });
    view! {
        <PageTitle text="Your boards"/>
        <div class="page">
            <div class="page-head">
                <h1 class="page-title">"Your boards"</h1>
            </div>
            {loaded(hub, |page: HubPage| {
                if page.boards.is_empty() {
                    view! {
                        <Empty title="No board yet">
                            "Make one below, or ask somebody to add you to theirs."
                        </Empty>
                    }
                        .into_any()
                } else {
                    let (archived, boards): (Vec<_>, Vec<_>) =
                        page.boards.into_iter().partition(|board| board.board.board.archived);
                    view! {
                        {boards.into_iter().map(|board| view! { <HubBoard board/> }).collect_view()}
                        {(!archived.is_empty()).then(|| archived_boards(archived))}
                    }
                    .into_any()
                }
            })}
            <section class="section hub-new">
                <h2 class="section-title">"New board"</h2>
                <Form action="/boards/">
                    <div class="form-line">
                        <Field name="name" label="Name" max=limits::BOARD_NAME/>
                        <TemplateSelect/>
                        <button class="button button-primary" type="submit">"Make the board"</button>
                    </div>
                </Form>
                <FromFile/>
            </section>
        </div>
    }
}

/// A board with its rooms.
#[component]
fn HubBoard(board: NavBoard) -> impl IntoView {
    let NavBoard { board, rooms } = board;
    let id = board.board.id;
    view! {
        <section class="hub-board">
            <div class="hub-board-head">
                <h2 class="hub-board-name">
                    <a href=format!("/boards/{id}/")>
                        <Icon sign=Sign::Board/>
                        {board.board.name.clone()}
                    </a>
                </h2>
                {(board.role != Role::Member).then(|| view! { <span class="tag">{board.role.as_str()}</span> })}
                <a class="hub-board-more" href=format!("/messaging/board/{id}/rooms/")>
                    "Rooms"
                    <span class="visually-hidden">" of " {board.board.name}</span>
                </a>
            </div>
            <ul class="hub-rooms">{rooms.into_iter().map(|entry| view! { <HubRoom entry/> }).collect_view()}</ul>
        </section>
    }
}

/// The boards that were put away.
fn archived_boards(boards: Vec<NavBoard>) -> AnyView {
    let row = |NavBoard { board, .. }: NavBoard| {
        let (id, owns) = (board.board.id, board.owns());
        view! {
            <li class="hub-archived">
                <a href=format!("/boards/{id}/")>{board.board.name}</a>
                {owns.then(|| restore(id))}
            </li>
        }
    };
    view! {
        <section class="section">
            <h2 class="section-title">"Archived boards"</h2>
            <ul class="hub-archive">{boards.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// A room of a board, with what is unread in it.
#[component]
fn HubRoom(entry: RoomEntry) -> impl IntoView {
    let unread = entry.counted();
    let sign = if entry.room.private { Sign::Lock } else { Sign::Room };
    view! {
        <li>
            <a class="hub-room" href=format!("/messaging/room/{}/", entry.room.id)>
                <Icon sign/>
                <span class="hub-room-name">{entry.room.name}</span>
                {(unread > 0)
                    .then(|| {
                        view! {
                            <span class="badge">
                                {if unread > 99 { "99+".to_owned() } else { unread.to_string() }}
                                <span class="visually-hidden">" unread"</span>
                            </span>
                        }
                    })}
            </a>
        </li>
    }
}

/// What a new board begins with.
#[component]
fn TemplateSelect() -> impl IntoView {
    let typed = FormState::of("/boards/").typed("template").and_then(|name| Template::named(&name));
    let chosen = typed.unwrap_or_default();
    view! {
        <select class="input" name="template" aria-label="Begin with">
            {Template::ALL
                .into_iter()
                .map(|template| {
                    view! { <option value=template.as_str() selected=template == chosen>{template.words()}</option> }
                })
                .collect_view()}
        </select>
    }
}

/// A board of a file: of another Boardwalk, or of Trello.
#[component]
fn FromFile() -> impl IntoView {
    let state = FormState::of("/boards/import/");
    let refused = state.refused();
    view! {
        <details class="confirm hub-import" open=refused>
            <summary class="button">"New board from a file…"</summary>
            <Form action="/boards/import/" state file=true>
                <Field
                    name="file"
                    label="File"
                    kind="file"
                    hint="A board file of Boardwalk, or the JSON export of a Trello board; at most 32 MB. Tasks, labels, \
                    checklists and comments come over, and people whom you share a board with."
                />
                <div class="form-line">
                    <Field name="name" label="Called otherwise than in the file" max=limits::BOARD_NAME optional=true/>
                    <button class="button button-primary" type="submit">"Make a board of it"</button>
                </div>
            </Form>
        </details>
    }
}
