//! A board: its columns side by side, and the task that is open over it.

mod calendar;
mod cards;
mod column;
mod column_menu;
mod drag;
mod face;
mod filter;
mod fly;
mod follow;
mod keys;
mod landing;
mod moves;
mod picking;
mod quick_add;
mod several;
mod table;

use leptos::{prelude::*, web_sys::PointerEvent};
use leptos_router::{components::Outlet, hooks::use_params_map};
use protocol::{
    BoardId, Event, Hearing, Level, MyBoard, Stream, TaskId,
    page::{BoardPage, PageQuery},
};

use super::{address::id_in_address, archived::archived_line};
use crate::{
    bell::Bell,
    clock,
    copies::{Copies, Copy},
    parts,
    presence::{Presence, here_now},
    store::{Live, Store},
    ui::{Page, PageTitle, effect, follow_today, list, loaded, page, when},
};
pub use calendar::{Beside, BesideProps};
pub use cards::Cards;
use column::BoardColumn;
use column_menu::AddColumn;
use drag::Drag;
pub use filter::Asked;
use filter::{FilterBar, Views};
pub use follow::{changes_my_role, follow_labels, follow_people};
use keys::Keys;
pub use moves::Departed;
use moves::{Moves, Words};
pub use several::{SeveralBar, SeveralBarProps};
use table::BoardTable;

/// The task that the address opens over the board, if it does.
#[derive(Clone, Copy)]
struct OpenTask(Memo<Option<TaskId>>);

/// Takes a card off the board around it, which says so and offers to undo it.
#[derive(Clone, Copy)]
pub struct ArchiveCard(pub Callback<TaskId>);

/// The page of a board. The open task is the route inside, so that Back closes it.
#[component]
pub fn Board() -> impl IntoView {
    let id = id_in_address("board");
    let board = page(move || id.get().map(|board| PageQuery::Board { board }));
    let params = use_params_map();
    let open = Memo::new(move |_| params.with(|params| params.get_str("task")?.parse().ok()));
    provide_context(OpenTask(open));
    let cards = Cards::new(filter::in_address());
    provide_context(cards);
    provide_context(Asked::new(cards.filter));
    let moves = Moves::new(cards);
    let keys = Keys::new(moves, Drag::new(moves));
    provide_context(keys);
    provide_context(ArchiveCard(Callback::new(move |task| keys.archive(task))));
    keys.hear();
    keys.recall();
    let here = be_at(id);
    view! {
        <div class="board-page" class:beside=move || open.get().is_some()>
            {loaded(board, move |page: BoardPage| view! { <BoardView page keys board here/> })}
            <Outlet/>
        </div>
    }
}

/// In the browser: says that this page shows the board; gives who else has it open.
fn be_at(board: Memo<Option<BoardId>>) -> RwSignal<Presence> {
    let store = expect_context::<Store>();
    let here = RwSignal::new(Presence::default());
    store.hear(None, move |ephemeral| {
        let shown = board.get_untracked().map(Stream::Board);
        if shown == Some(ephemeral.stream()) {
            here.update(|here| here.hear(ephemeral, clock::now()));
        }
    });
    effect(move |_| {
        here.set(Presence::default());
        store.at(board.get());
        // In an effect, since the server cleans up too.
        on_cleanup(move || store.at(None));
    });
    here
}

#[component]
fn BoardView(page: BoardPage, keys: Keys, board: Page, here: RwSignal<Presence>) -> impl IntoView {
    let (moves, drag) = (keys.moves, keys.drag);
    let cards = moves.cards;
    cards.fill(&page);
    moves.on(page.board.board.id);
    moves.departed();
    if let Some(me) = expect_context::<Store>().my() {
        cards.me.maybe_update(|known| std::mem::replace(known, me.person.id) != me.person.id);
    }
    follow_today(cards.today);
    let kept = page.clone();
    let copies = expect_context::<Copies>();
    copies.keep(Stream::Board(page.board.board.id), move || Copy::Now(cards.copy(kept.clone())));
    let BoardPage { board: mine, cursor, level, filters, my_cursor, .. } = page;
    let (saved, of) = (RwSignal::new(filters), mine.board.id);
    if let Some(mine) = my_cursor {
        expect_context::<Store>().open(mine, move |live| match live {
            Live::Event(stored) => match &stored.event {
                Event::FiltersChanged { board, filters } if *board == of => saved.set(filters.clone()),
                _ => {}
            },
            Live::Reset | Live::Revoked => board.refetch(),
        });
    }
    let now = mine.clone();
    expect_context::<Store>().open(cursor, move |live| match live {
        Live::Event(stored) if changes_my_role(&now, cards.me.get_untracked(), &stored.event) => board.refetch(),
        Live::Event(stored) => {
            fly::take_off(&cards.moved_by(&stored.event));
            cards.apply(&stored.event);
            if let Event::TaskDeleted { id, .. } | Event::TaskLeft { id, .. } = stored.event {
                copies.forget(Stream::Task(id));
            }
        }
        Live::Reset | Live::Revoked => board.refetch(),
    });
    effect(move |_| {
        // The elements that are dragged among go away, at the latest with the page.
        if cards.filter.with(|filter| !filter.in_columns()) {
            drag.cancel();
            keys.let_go();
        }
        on_cleanup(move || drag.cancel());
    });
    let OpenTask(open) = expect_context();
    let archived = archived_line(&mine);
    let (id, writes, shapes) = (mine.board.id, mine.writes(), mine.shapes());
    keys.writes.set_value(writes);
    let press = move |event: PointerEvent| {
        keys.let_go();
        if writes {
            drag.press(&event);
        }
    };
    let listed = Memo::new(move |_| cards.filter.with(|filter| !filter.in_columns()));
    let columns = move || {
        view! {
            <div
                class=if writes { "columns columns-movable" } else { "columns" }
                class:columns-holding=move || cards.held.with(Option::is_some)
                tabindex="0"
                role="group"
                aria-label="Columns"
                on:pointerdown=press
                on:pointermove=move |event| drag.drag(&event)
                on:pointerup=move |event| drag.drop(&event)
                on:pointercancel=move |event| drag.lose(&event)
                on:lostpointercapture=move |event| drag.lose(&event)
                on:touchmove=move |event| drag.hold_still(&event)
                on:contextmenu=move |event| drag.hold_still(&event)
                on:click=move |event| {
                    drag.click(&event);
                    keys.click(&event);
                }
            >
                {list(
                    move || cards.columns.get().into_iter().map(|column| column.id).collect(),
                    |id| *id,
                    move |column| view! { <BoardColumn board=id id=column writes shapes/> },
                )}
                {shapes.then(|| view! { <AddColumn board=id/> })}
            </div>
        }
    };
    view! {
        {when(move || open.get().is_none(), move || view! { <PageTitle text=cards.name/> })}
        <div class="board">
            <BoardHead board=mine cards level here/>
            {archived}
            <FilterBar board=id cards saved/>
            {writes
                .then(|| view! { <p id="board-keys" hidden>"Space picks it up, arrows move it, Space drops it, Escape puts it back. E archives it. X selects it."</p> })}
            {when(move || !listed.get(), columns)}
            {when(move || listed.get(), move || parts::list_of(id, writes))}
            {when(move || cards.picked.with(|picked| !picked.is_empty()), move || parts::several_of(id))}
            <Words moves/>
        </div>
    }
}

#[component]
fn BoardHead(board: MyBoard, cards: Cards, level: Level, here: RwSignal<Presence>) -> impl IntoView {
    let id = board.board.id;
    view! {
        <div class="board-head">
            <h1 class="page-title">{cards.name}</h1>
            {here_now(here, cards.me.get_untracked())}
            <Views cards/>
            <div class="page-actions">
                <a class="button" href=format!("/messaging/board/{id}/rooms/")>"Rooms"</a>
                <a class="button" href=format!("/boards/{id}/members/")>"Members"</a>
                <a class="button" href=format!("/boards/{id}/labels/")>"Labels"</a>
                <a class="button" href=format!("/boards/{id}/archive/")>"Archive"</a>
                <a class="button" href=format!("/boards/{id}/activity/")>"Activity"</a>
                <Bell place=Stream::Board(id) hearing=Hearing { board: level, ..Hearing::default() }/>
            </div>
        </div>
    }
}
