//! A board: its columns side by side, and the task that is open over it.

mod cards;
mod column;
mod face;
mod follow;

use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_params_map};
use protocol::{
    MyBoard, Stream, TaskId,
    page::{BoardPage, PageQuery},
};

use super::address::id_in_address;
use crate::{
    copies::{Copies, Copy},
    store::{Live, Store},
    ui::{Page, PageTitle, follow_today, list, loaded, page, when},
};
pub use cards::Cards;
use column::BoardColumn;
pub use follow::{follow_labels, follow_people};

/// The task that the address opens over the board, if it does.
#[derive(Clone, Copy)]
struct OpenTask(Memo<Option<TaskId>>);

/// The page of a board. The open task is the route inside, so that Back closes it.
#[component]
pub fn Board() -> impl IntoView {
    let id = id_in_address("board");
    let board = page(move || id.get().map(|board| PageQuery::Board { board }));
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
fn BoardView(page: BoardPage, cards: Cards, board: Page) -> impl IntoView {
    cards.fill(&page);
    follow_today(cards.today);
    let kept = page.clone();
    expect_context::<Copies>().keep(Stream::Board(page.board.board.id), move || Copy::Now(cards.copy(kept.clone())));
    let BoardPage { board: mine, cursor, .. } = page;
    expect_context::<Store>().open(cursor, move |live| match live {
        Live::Event(stored) => cards.apply(&stored.event),
        Live::Reset | Live::Revoked => board.refetch(),
    });
    let OpenTask(open) = expect_context();
    let (id, writes) = (mine.board.id, mine.writes());
    view! {
        {when(move || open.get().is_none(), move || view! { <PageTitle text=cards.name/> })}
        <div class="board">
            <BoardHead board=mine cards/>
            <div class="columns" tabindex="0" role="group" aria-label="Columns">
                {list(
                    move || cards.columns.get(),
                    |column| (column.id, column.name.clone()),
                    move |column| view! { <BoardColumn board=id column writes/> },
                )}
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
                <a class="button" href=format!("/boards/{id}/labels/")>"Labels"</a>
            </div>
        </div>
    }
}
