//! What stands in the sidebar: inbox, boards, the rooms of the current board, oneself.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_router::hooks::use_location;
use protocol::{MyBoard, RoomEntry, page::NavBoard};

use crate::{
    frame::close_drawer,
    keys::{self, Deed, Keys},
    store::Store,
    ui::{Avatar, Form, Icon, Sign, effect, list, live, when},
};

/// The content of the sidebar, from the store.
#[component]
pub fn Places() -> impl IntoView {
    let store = expect_context::<Store>();
    let current = Memo::new(move |_| store.board.with(|board| board.as_ref().map(|board| board.board.board.id)));
    // One that is archived stands here while it is open.
    let boards = move || {
        let (mut boards, current) = (store.boards.get(), current.get());
        boards.retain(|mine| !mine.board.archived || current == Some(mine.board.id));
        boards
    };
    let new_board = live(move || {
        store.boards.with(Vec::is_empty).then(|| {
            view! {
                <p class="sidebar-hint">"You are on no board yet. " <a href="/messaging/">"Make one"</a> "."</p>
            }
        })
    });
    let board = move |board: MyBoard| {
        let id = board.board.id;
        view! {
            <li>
                <Place href=format!("/boards/{id}/") sign=Sign::Board name=board.board.name/>
                {when(move || current.get() == Some(id), || view! { <Rooms/> })}
            </li>
        }
    };
    view! {
        <a class="sidebar-home" href="/messaging/">"Boardwalk"</a>
        <Place href="/messaging/notifications/" sign=Sign::Inbox name="Inbox">
            <Count of=store.unread/>
        </Place>
        <Place href="/tasks/" sign=Sign::Check name="My tasks"/>
        <Place href="/search/" sign=Sign::Search name="Search"/>
        <PaletteButton class="place"/>
        <div class="sidebar-places">
            <h2 class="sidebar-title">"Boards"</h2>
            <ul class="sidebar-list">
                {list(boards, |board| (board.board.id, board.board.name.clone()), board)}
            </ul>
            {new_board}
        </div>
        <Myself/>
    }
}

/// Opens the palette; without script it leads to the search.
#[component]
pub fn PaletteButton(class: &'static str) -> impl IntoView {
    let keys = expect_context::<Keys>();
    // What it is called on this machine only the browser knows.
    let held = RwSignal::new("Ctrl");
    effect(move |_| held.set(keys::command()));
    let open = move |event: SubmitEvent| {
        event.prevent_default();
        close_drawer();
        keys.carry_out(Deed::Palette);
    };
    view! {
        <form class="palette-open" action="/search/" on:submit=open>
            <button class=class type="submit" aria-haspopup="dialog" aria-keyshortcuts="Control+K Meta+K">
                <Icon sign=Sign::Go/>
                <span class="place-name">"Go to…"</span>
                <kbd class="palette-key" aria-hidden="true">{move || held.get()} " K"</kbd>
            </button>
        </form>
    }
}

/// The rooms of the current board.
#[component]
fn Rooms() -> impl IntoView {
    let store = expect_context::<Store>();
    let rooms =
        move || store.board.with(|board| board.iter().flat_map(|board| board.rooms.clone()).collect::<Vec<_>>());
    let links = live(move || {
        store.board.get().map(|NavBoard { board, .. }| {
        let id = board.board.id;
        view! {
            {board.writes().then(|| view! {
                <li><Place href=format!("/messaging/board/{id}/rooms/create/") sign=Sign::Plus name="New room"/></li>
            })}
            <li><Place href=format!("/boards/{id}/members/") sign=Sign::People name="Members"/></li>
        }
    })
    });
    view! {
        <ul class="sidebar-list sidebar-rooms" aria-label="Rooms">
            {list(
                rooms,
                |entry| (entry.room.id, entry.room.name.clone(), entry.room.private),
                |entry| view! { <li><RoomPlace entry/></li> },
            )}
            {links}
        </ul>
    }
}

#[component]
fn RoomPlace(entry: RoomEntry) -> impl IntoView {
    let store = expect_context::<Store>();
    let id = entry.room.id;
    let unread = Memo::new(move |_| {
        store.board.with(|board| {
            let entry = board.iter().flat_map(|board| &board.rooms).find(|entry| entry.room.id == id);
            entry.map_or(0, RoomEntry::counted)
        })
    });
    let muted = Memo::new(move |_| {
        store
            .board
            .with(|board| board.iter().flat_map(|board| &board.rooms).any(|entry| entry.room.id == id && entry.muted))
    });
    let sign = if entry.room.private { Sign::Lock } else { Sign::Room };
    view! {
        <Place href=format!("/messaging/room/{id}/") sign name=entry.room.name unread=unread muted=muted>
            {when(
                move || muted.get(),
                || view! { <Icon sign=Sign::Silent/> <span class="visually-hidden">" muted"</span> },
            )}
            <Count of=unread/>
        </Place>
    }
}

/// A link of the sidebar.
#[component]
fn Place(
    #[prop(into)] href: String,
    sign: Sign,
    #[prop(into)] name: String,
    /// How many are unread there; bold where there are some.
    #[prop(optional, into)]
    unread: Option<Memo<i64>>,
    /// Is it quiet there by my choice?
    #[prop(optional, into)]
    muted: Option<Memo<bool>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let path = use_location().pathname;
    let here = {
        let href = href.clone();
        move || path.with(|path| *path == href).then_some("page")
    };
    let fresh = move || unread.is_some_and(|unread| unread.get() > 0);
    let quiet = move || muted.is_some_and(|muted| muted.get());
    view! {
        <a class="place" class:place-unread=fresh class:place-muted=quiet href=href aria-current=here>
            <Icon sign/>
            <span class="place-name">{name}</span>
            {children.map(|children| children())}
        </a>
    }
}

/// How many are unread; nothing where none are.
#[component]
pub fn Count(
    /// The number.
    of: Memo<i64>,
) -> impl IntoView {
    live(move || {
        let number = of.get();
        let text = if number > 99 { "99+".to_owned() } else { number.to_string() };
        (number > 0).then(|| view! { <span class="badge">{text}<span class="visually-hidden">" unread"</span></span> })
    })
}

/// Who is signed in, and the way out.
#[component]
fn Myself() -> impl IntoView {
    let store = expect_context::<Store>();
    let me = live(move || {
        store.me.get().map(|me| {
            let name = me.person.display_name.clone();
            view! { <Avatar person=Some(me.person)/> <span class="place-name">{name}</span> }
        })
    });
    view! {
        <div class="sidebar-foot">
            <a class="place" href="/accounts/">{me}<span class="visually-hidden">", my account"</span></a>
            <Form action="/accounts/logout/" class="sidebar-out">
                <button class="button button-quiet button-icon" type="submit" title="Sign out">
                    <Icon sign=Sign::Leave/>
                    <span class="visually-hidden">"Sign out"</span>
                </button>
            </Form>
        </div>
    }
}
