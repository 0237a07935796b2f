//! What stands around every page of somebody signed in, kept current in the browser.

mod pill;
mod places;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use protocol::{
    ClientFrame, RoomId, Stream, UserId,
    page::{Nav, PageQuery},
};

use crate::{
    api::{ApiError, load_page},
    copies::Copies,
    leave,
    outbox::Outbox,
    parts,
    references::References,
    store::{self, Connection, Following, Live, Store},
    ui::{Page, awaited, effect, page},
};
pub use pill::{ConnectionPill, CopyMark};
pub use places::PaletteButton;
use places::{Count, Places};

/// The snapshot that the frame begins with, in the context of the pages inside.
#[derive(Clone, Copy)]
struct FirstNav(Page);

/// Waits until the store knows who is signed in and what the sidebar shows. Whatever shows a page
/// inside the frame awaits this first, on both sides.
pub async fn ready() {
    let (Some(FirstNav(nav)), Some(store)) = (use_context(), use_context::<Store>()) else { return };
    if let Ok(nav) = nav.await.and_then(|nav| nav.read())
        && store.my().is_none()
    {
        store.fill(nav);
    }
}

/// The snapshot once it is here. Reads it in whole: for what happens once.
fn read(nav: Page) -> Option<Nav> {
    nav.get()?.and_then(|nav| nav.read()).ok()
}

/// Begins what the frame of a page needs: the store, its first snapshot and, in the browser, the
/// socket. Called by the frame before anything inside it is built.
pub fn begin() {
    let store = Store::new();
    let (outbox, copies, references) = (Outbox::new(), Copies::new(store), References::new(store));
    provide_context(store);
    provide_context(references);
    provide_context(outbox);
    provide_context(copies);
    let path = use_location().pathname;
    let place = Memo::new(move |_| place_of(&path.get()));
    let first = place.get_untracked();
    let nav = page(move || Some(PageQuery::Nav { place: first }));
    provide_context(FirstNav(nav));
    keep_current(store, place, nav);
    // What begins then lives as long as the frame, not as this effect.
    let owner = Owner::current();
    effect(move |begun: Option<bool>| match (begun, read(nav), &owner) {
        (Some(true), ..) => true,
        (_, Some(first), Some(owner)) => {
            owner.with(|| begin_for(first.me.person.id, store, outbox, copies, references));
            true
        }
        _ => false,
    });
}

/// In the browser, once it is known who is signed in: what belongs to a person and not to a page.
fn begin_for(user: UserId, store: Store, outbox: Outbox, copies: Copies, references: References) {
    copies.begin(user);
    let rings = outbox.begin(user, store);
    leave::follow(user, copies);
    spawn_local(parts::connect(parts::Working {
        user,
        store,
        copies,
        outbox,
        rings,
        references,
        frame: Owner::current(),
    }));
}

/// Boards and rooms at the side of every page.
#[component]
pub fn Sidebar() -> impl IntoView {
    view! {
        <nav class="sidebar" aria-label="Boards and rooms">
            {awaited(
                || ().into_any(),
                || {
                    Box::pin(async {
                        ready().await;
                        view! { <Places/> }.into_any()
                    })
                },
            )}
        </nav>
    }
}

/// The number of unread rows of the inbox, for the top bar of narrow screens.
#[component]
pub fn InboxCount() -> impl IntoView {
    let unread = expect_context::<Store>().unread;
    awaited(
        || ().into_any(),
        move || {
            Box::pin(async move {
                ready().await;
                view! { <Count of=unread/> }.into_any()
            })
        },
    )
}

/// In the browser: starts the socket, follows what the sidebar shows, and loads it again when the
/// page moves to another board.
fn keep_current(store: Store, place: Memo<Option<Stream>>, nav: Page) {
    let followed = StoredValue::new(Vec::<Following>::new());
    let newest = StoredValue::new(0_u32);
    let failed = StoredValue::new(false);
    let again = Trigger::new();

    let follow = move |nav: &Nav| {
        let old = followed.with_value(Clone::clone);
        let new = nav.cursors.iter().map(|cursor| {
            let stream = cursor.stream;
            store.follow(cursor.clone(), move |live| match live {
                Live::Event(event) => store.sidebar().update(|sidebar| sidebar.apply(event)),
                Live::Reset => again.notify(),
                Live::Revoked => store.sidebar().update(|sidebar| sidebar.lose(stream)),
            })
        });
        followed.set_value(new.collect());
        old.iter().for_each(Following::close);
    };
    let load = move || {
        newest.update_value(|newest| *newest += 1);
        // On a page of no board the last one stays in the sidebar.
        let board =
            || store.sidebar().with_untracked(|sidebar| sidebar.board.as_ref().map(|board| board.board.board.id));
        let (mine, place) = (newest.get_value(), place.get_untracked().or_else(|| board().map(Stream::Board)));
        spawn_local(async move {
            let answer: Result<Nav, ApiError> = load_page(PageQuery::Nav { place }).await.and_then(|nav| nav.read());
            if newest.try_get_value() != Some(mine) {
                return;
            }
            // What failed is said by the page itself; the sidebar stays as it was.
            failed.set_value(answer.is_err());
            if let Ok(nav) = answer {
                follow(&nav);
                store.fill(nav);
            }
        });
    };

    effect(move |started: Option<bool>| match (started, read(nav)) {
        (Some(true), _) => true,
        (_, Some(first)) => {
            follow(&first);
            true
        }
        _ => false,
    });
    effect(move |before: Option<Option<Stream>>| {
        let place = place.get();
        let moved = before.is_some_and(|before| before != place);
        if moved && place.is_some_and(|place| !store.sidebar().with_untracked(|sidebar| sidebar.shows(place))) {
            load();
        }
        place
    });
    effect(move |started: Option<()>| {
        again.track();
        if started.is_some() {
            load();
        }
    });

    effect(move |_| {
        if store.connection.get() == Connection::Live && failed.get_value() {
            load();
        }
    });

    let rooms = Memo::new(move |_| store.sidebar().with(store::Sidebar::rooms));
    effect(move |_: Option<()>| store.say(ClientFrame::Watch { rooms: rooms.get() }));
    store.hear(None, move |ephemeral| {
        if matches!(ephemeral, protocol::Ephemeral::Activity { .. }) {
            store.sidebar().update(|sidebar| sidebar.hear(ephemeral));
        }
    });
    on_cleanup(move || {
        followed.with_value(|followed| followed.iter().for_each(Following::close));
    });
}

/// What is said where nothing is any more, if that was deleted while this page was open. Nothing on the server.
pub fn deleted_here() -> Option<&'static str> {
    let store = use_context::<Store>()?;
    let place = place_of(&use_location().pathname.get_untracked())?;
    store.is_deleted(place).then_some(if matches!(place, Stream::Room(_)) {
        "This room was deleted"
    } else {
        "This board was deleted"
    })
}

/// The board, room or task that an address is about, for the sidebar.
fn place_of(path: &str) -> Option<Stream> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        ["boards", id, ..] | ["messaging", "board", id, ..] => id.parse().ok().map(Stream::Board),
        ["messaging", "room", id, ..] => id.parse::<RoomId>().ok().map(Stream::Room),
        ["messaging", "task", id, ..] => id.parse().ok().map(Stream::Task),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use protocol::{BoardId, TaskId};

    use super::*;

    #[test]
    fn the_address_says_what_the_sidebar_shows() {
        for (path, expected) in [
            ("/boards/7/", Some(Stream::Board(BoardId(7)))),
            ("/boards/7/tasks/31/", Some(Stream::Board(BoardId(7)))),
            ("/messaging/board/7/rooms/create/", Some(Stream::Board(BoardId(7)))),
            ("/messaging/room/12/settings/", Some(Stream::Room(RoomId(12)))),
            ("/messaging/task/31/comments/", Some(Stream::Task(TaskId(31)))),
            ("/messaging/", None),
            ("/accounts/", None),
            ("/boards/x/", None),
        ] {
            assert_eq!(place_of(path), expected, "{path}");
        }
    }
}
