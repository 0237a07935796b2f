//! A board: its columns side by side, and the task that is open over it.

mod cards;
mod column;

use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_params_map};
use protocol::{MyBoard, Stream, TaskId, page::BoardPage};

use super::address::{id_in_address, page_of};
use crate::{
    api::{ApiError, load_board},
    copies::{Copies, Page},
    store::{Live, Store},
    ui::{PageTitle, loaded},
};
pub use cards::Cards;
use column::BoardColumn;

/// The task that the address opens over the board, if it does.
#[derive(Clone, Copy)]
struct OpenTask(Memo<Option<TaskId>>);

/// The page of a board. The open task is the route inside, so that Back closes it.
#[component]
pub fn Board() -> impl IntoView {
    let copies = expect_context::<Copies>();
    let load = move |id| copies.load(Stream::Board(id), load_board(id));
    let board = page_of(id_in_address("board"), load);
    let cards = Cards::new();
    provide_context(cards);
    let params = use_params_map();
    let open = Memo::new(move |_| params.with(|params| params.get_str("task")?.parse().ok()));
    provide_context(OpenTask(open));
    view! {
        <div class="board-page">
            {loaded(board, move |page: BoardPage| view! { <BoardView page cards board/> })}
            <Outlet/>
        </div>
    }
}

#[component]
fn BoardView(page: BoardPage, cards: Cards, board: Resource<Result<BoardPage, ApiError>>) -> impl IntoView {
    cards.fill(&page);
    let kept = page.clone();
    expect_context::<Copies>().keep(Stream::Board(page.board.board.id), move || Page::Now(cards.copy(kept.clone())));
    let BoardPage { board: mine, cursor, .. } = page;
    expect_context::<Store>().open(cursor, move |live| match live {
        Live::Event(stored) => cards.apply(&stored.event),
        Live::Reset | Live::Revoked => board.refetch(),
    });
    let OpenTask(open) = expect_context();
    let (id, writes) = (mine.board.id, mine.writes());
    view! {
        <Show when=move || open.get().is_none()>
            <PageTitle text=cards.name/>
        </Show>
        <div class="board">
            <BoardHead board=mine cards/>
            <div class="columns" tabindex="0" role="group" aria-label="Columns">
                <For each=move || cards.columns.get() key=|column| (column.id, column.name.clone()) let:column>
                    <BoardColumn board=id column writes/>
                </For>
            </div>
        </div>
    }
}

#[component]
fn BoardHead(board: MyBoard, cards: Cards) -> impl IntoView {
    let id = board.board.id;
    view! {
        <div class="board-head">
            <h1 class="page-title">{cards.name}</h1>
            <div class="page-actions">
                <a class="button" href=format!("/messaging/board/{id}/rooms/")>"Rooms"</a>
                <a class="button" href=format!("/boards/{id}/members/")>"Members"</a>
            </div>
        </div>
    }
}
