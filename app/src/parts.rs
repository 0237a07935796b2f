//! The client in parts. What every page needs comes first, and with it the part that has the page
//! that was opened; the others follow when that is live.
//!
//! `xtask` cuts the compiled client at the functions marked here. What only one part uses goes with
//! it, what several use into files that they share.

mod screen;

use std::{pin::Pin, time::Duration};

use futures::FutureExt;
use gloo_timers::future::TimeoutFuture;
use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};
use protocol::{BoardId, MailDeed, TaskId, UserId, filter::Filter};

use crate::{
    activity::{Lately, LatelyProps},
    backoff::{chance, jitter, longest},
    conversation::{self, Editor, Panel, Talk, Wanted},
    copies::Copies,
    keys::{self, Deed},
    outbox::{Outbox, Rings},
    pages::{self, Beside, BesideProps},
    pictures::{Gallery, Lightbox, LightboxProps},
    references::References,
    socket,
    store::{Connection, Store},
    ui::{self, Anchor},
};
pub use screen::Screen;
use screen::not_loaded;

/// The page that was opened is live for so long before the other parts are fetched.
const SETTLED: Duration = Duration::from_millis(300);

/// A part of the client that is loaded by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Signing in and up, and coming by an invitation.
    Door,
    /// A board with its cards.
    Board,
    /// Its tasks as a list, or in a calendar.
    List,
    /// A room with its conversation.
    Room,
    /// A task with its conversation, over its board and as a page of its own.
    Task,
    /// What one goes to first: the boards, the inbox, rooms, my tasks.
    Home,
    /// One's account, and what waits to be sent.
    Account,
    /// Finding what was said.
    Search,
    /// What is set now and then, of boards and rooms.
    Settings,
}

type Loading<T> = Pin<Box<dyn Future<Output = Result<T, SplitLoaderError>>>>;

impl Part {
    /// In the order in which they are most likely wanted.
    const ALL: [Self; 9] = [
        Self::Home,
        Self::Room,
        Self::Board,
        Self::Task,
        Self::List,
        Self::Search,
        Self::Settings,
        Self::Account,
        Self::Door,
    ];

    /// Its name, in the site's manifest too.
    #[cfg(feature = "ssr")]
    pub fn name(self) -> &'static str {
        match self {
            Self::Door => "door",
            Self::Board => "board",
            Self::List => "list",
            Self::Room => "room",
            Self::Task => "task",
            Self::Home => "home",
            Self::Account => "account",
            Self::Search => "search",
            Self::Settings => "settings",
        }
    }

    /// What the page at this path is made of, which its query may ask for.
    pub fn of_page(path: &str, query: &str) -> &'static [Self] {
        let listed = !Filter::parse(query).in_columns();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts[..] {
            ["accounts", "login" | "signup"] | ["invite", _] | ["mail", _, _] => &[Self::Door],
            ["boards", _] if listed => &[Self::Board, Self::List],
            ["boards", _, "tasks", _] if listed => &[Self::Board, Self::List, Self::Task],
            ["boards", _] => &[Self::Board],
            ["boards", _, "tasks", _] => &[Self::Board, Self::Task],
            ["messaging", "room", _] => &[Self::Room],
            ["messaging", "task", _, "comments"] => &[Self::Task],
            ["tasks"] | ["messaging"] | ["messaging", "notifications"] | ["messaging", "board", _, "rooms"] => {
                &[Self::Home]
            }
            ["accounts"] | ["messaging", "scheduled"] => &[Self::Account],
            ["search"] => &[Self::Search],
            ["messaging", ..] => &[Self::Settings],
            ["boards", _, "members" | "labels" | "archive" | "activity" | "import" | "filters" | "transfer"] => {
                &[Self::Settings]
            }
            _ => &[],
        }
    }

    fn load(self) -> Loading<()> {
        match self {
            Self::Door => Box::pin(load_door()),
            Self::Board => Box::pin(load_board()),
            Self::List => Box::pin(load_list()),
            Self::Room => Box::pin(load_room()),
            Self::Task => Box::pin(load_task()),
            Self::Home => Box::pin(load_home()),
            Self::Account => Box::pin(load_account()),
            Self::Search => Box::pin(load_search()),
            Self::Settings => Box::pin(load_settings()),
        }
    }
}

/// In the browser, before the page is hydrated: loads what it is made of.
///
/// # Errors
/// It can't be loaded now. The page then stays as the server sent it.
pub async fn load_page() -> Result<(), SplitLoaderError> {
    let (path, query) = (location().pathname().unwrap_or_default(), location().search().unwrap_or_default());
    for part in Part::of_page(&path, &query) {
        part.load().await?;
    }
    Ok(())
}

/// In the browser, once the page is live: loads the other parts, so that their pages open at once,
/// and without a server too.
pub fn load_others() {
    let load = || {
        spawn_local(async {
            for part in Part::ALL {
                // What can't be loaded now is tried again when it is wanted.
                let _loaded = part.load().await;
            }
            let _loaded = load_palette().await;
            let _loaded = load_activity().await;
            let _loaded = load_several().await;
            let _loaded = load_writing().await;
            let _loaded = load_floating().await;
            let _loaded = load_lightbox().await;
        });
    };
    set_timeout(load, SETTLED);
}

/// What works behind the pages of a person, whichever is open.
pub struct Working {
    pub user: UserId,
    pub store: Store,
    pub copies: Copies,
    pub outbox: Outbox,
    /// Wakes the outbox.
    pub rings: Rings,
    pub references: References,
    /// As long as this is there, so is the work.
    pub frame: Option<Owner>,
}

/// In the browser, once the page is live: connects to the server and sends what waits. What does that
/// is a part too, which is fetched now, and again until it is there.
pub async fn connect(working: Working) {
    let store = working.store;
    let mut tries = 0;
    while load_live().await.is_err() {
        if store.connection.is_disposed() {
            return;
        }
        store.connection.set(Connection::Away);
        TimeoutFuture::new(jitter(longest(tries), chance())).await;
        tries += 1;
    }
    if !store.connection.is_disposed() {
        // It is loaded.
        let _connected = live(working).await;
    }
}

#[wasm_split(live, fallible, preload(load_live), wasm_split_path = leptos::wasm_split)]
fn live(working: Working) -> Result<(), SplitLoaderError> {
    let Working { user, store, copies, outbox, rings, references, frame } = working;
    spawn_local(socket::run(store, copies));
    spawn_local(outbox.send_for_ever(user, rings));
    if let Some(frame) = frame {
        frame.with(|| references.attend());
    }
    Ok(())
}

type Shown = Result<AnyView, SplitLoaderError>;

/// The palette, the map of keys and what else keys do, once one is pressed.
#[wasm_split(palette, fallible, preload(load_palette), wasm_split_path = leptos::wasm_split)]
pub(crate) fn palette(deed: Deed) -> Shown {
    Ok(keys::carry_out(deed))
}

/// A picture over the page, once one is clicked.
#[wasm_split(lightbox, fallible, preload(load_lightbox), wasm_split_path = leptos::wasm_split)]
pub(crate) fn lightbox(gallery: Gallery) -> Shown {
    Ok(Lightbox(LightboxProps { gallery }).into_any())
}

/// What was done to a task, once that is wanted.
#[wasm_split(activity, fallible, preload(load_activity), wasm_split_path = leptos::wasm_split)]
pub(crate) fn lately(board: BoardId, task: TaskId) -> Shown {
    Ok(Lately(LatelyProps { board, task }).into_any())
}

/// What is done to a text in Markdown, and its tools, once one of them is wanted.
#[wasm_split(writing, fallible, preload(load_writing), wasm_split_path = leptos::wasm_split)]
pub(crate) fn writing(editor: Editor, wanted: Wanted) -> Result<Option<AnyView>, SplitLoaderError> {
    Ok(conversation::carry_out(editor, wanted))
}

/// What floats above a conversation, as soon as that part is here. Where it can't be loaded it is closed again.
pub(crate) fn floating_of(talk: Talk, panel: Panel, anchor: Anchor, close: Callback<()>) -> impl IntoView {
    let view = move || floating(talk, panel, anchor, close).now_or_never()?.ok();
    let loaded = RwSignal::new(false);
    let here = view();
    if here.is_none() {
        spawn_local(async move {
            match load_floating().await {
                _ if loaded.is_disposed() => {}
                Ok(()) => loaded.set(true),
                Err(_) => close.run(()),
            }
        });
    }
    (here, ui::live(move || loaded.get().then(view).flatten()))
}

#[wasm_split(floating, fallible, preload(load_floating), wasm_split_path = leptos::wasm_split)]
fn floating(talk: Talk, panel: Panel, anchor: Anchor, close: Callback<()>) -> Shown {
    Ok(conversation::floating(talk, panel, anchor, close))
}

/// What can be done to the cards that are selected, as soon as that part is here.
pub(crate) fn several_of(board: BoardId) -> impl IntoView {
    let loaded = RwSignal::new(false);
    spawn_local(async move {
        // Where it can't be loaded, the keys and the pointer do what they do all the same.
        if load_several().await.is_ok() {
            let _gone = loaded.try_set(true);
        }
    });
    ui::live(move || loaded.get().then(|| several(board).now_or_never()?.ok()).flatten())
}

#[wasm_split(several, fallible, preload(load_several), wasm_split_path = leptos::wasm_split)]
fn several(board: BoardId) -> Shown {
    Ok(pages::SeveralBar(pages::SeveralBarProps { board }).into_any())
}

#[wasm_split(door, fallible, preload(load_door), wasm_split_path = leptos::wasm_split)]
fn door(screen: Screen) -> Shown {
    Ok(match screen {
        Screen::SignUp => pages::SignUp().into_any(),
        Screen::Invite => pages::Invite().into_any(),
        Screen::MailConfirm => mail_link(MailDeed::Confirm),
        Screen::MailStop => mail_link(MailDeed::Stop),
        _ => pages::SignIn().into_any(),
    })
}

fn mail_link(deed: MailDeed) -> AnyView {
    pages::MailLink(pages::MailLinkProps { deed }).into_any()
}

#[wasm_split(board, fallible, preload(load_board), wasm_split_path = leptos::wasm_split)]
fn board() -> Shown {
    Ok(pages::Board().into_any())
}

/// The tasks of a board as a list or in a calendar, as soon as that part is here.
pub(crate) fn list_of(board: BoardId, writes: bool) -> impl IntoView {
    // Whether it could be loaded, once that is known.
    let loaded = RwSignal::new(None::<bool>);
    let view = move || -> Loading<AnyView> { Box::pin(list(board, writes)) };
    ui::live(move || match (view().now_or_never(), loaded.get()) {
        (Some(Ok(view)), _) => view,
        (_, Some(false)) => not_loaded(Part::List, view),
        _ => {
            spawn_local(async move {
                let there = Part::List.load().await.is_ok();
                loaded.try_set(Some(there));
            });
            ui::Skeleton().into_any()
        }
    })
}

#[wasm_split(list, fallible, preload(load_list), wasm_split_path = leptos::wasm_split)]
fn list(board: BoardId, writes: bool) -> Shown {
    Ok(Beside(BesideProps { board, writes }).into_any())
}

#[wasm_split(room, fallible, preload(load_room), wasm_split_path = leptos::wasm_split)]
fn room() -> Shown {
    Ok(pages::Room().into_any())
}

#[wasm_split(task, fallible, preload(load_task), wasm_split_path = leptos::wasm_split)]
fn task(screen: Screen) -> Shown {
    Ok(match screen {
        Screen::TaskComments => pages::TaskComments().into_any(),
        _ => pages::TaskPane().into_any(),
    })
}

#[wasm_split(home, fallible, preload(load_home), wasm_split_path = leptos::wasm_split)]
fn home(screen: Screen) -> Shown {
    Ok(match screen {
        Screen::Inbox => pages::Inbox().into_any(),
        Screen::MyTasks => pages::MyTasks().into_any(),
        Screen::Rooms => pages::Rooms().into_any(),
        _ => pages::Hub().into_any(),
    })
}

#[wasm_split(account, fallible, preload(load_account), wasm_split_path = leptos::wasm_split)]
fn account(screen: Screen) -> Shown {
    Ok(match screen {
        Screen::Scheduled => pages::Scheduled().into_any(),
        _ => pages::Account().into_any(),
    })
}

#[wasm_split(search, fallible, preload(load_search), wasm_split_path = leptos::wasm_split)]
fn search() -> Shown {
    Ok(pages::Search().into_any())
}

#[wasm_split(settings, fallible, preload(load_settings), wasm_split_path = leptos::wasm_split)]
fn settings(screen: Screen) -> Shown {
    Ok(match screen {
        Screen::Activity => pages::Activity().into_any(),
        Screen::Archive => pages::Archive().into_any(),
        Screen::Filters => pages::Filters().into_any(),
        Screen::Imported => pages::Imported().into_any(),
        Screen::Labels => pages::Labels().into_any(),
        Screen::MakeTask => pages::MakeTask().into_any(),
        Screen::Transfer => pages::Transfer().into_any(),
        Screen::Members => pages::Members().into_any(),
        Screen::NewRoom => pages::NewRoom().into_any(),
        _ => pages::RoomSettings().into_any(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_what_is_loaded_before_the_page_is_live() {
        for (path, expected) in [
            ("/accounts/login/", &[Part::Door][..]),
            ("/accounts/signup", &[Part::Door]),
            ("/invite/0a1b/", &[Part::Door]),
            ("/mail/stop/0a1b/", &[Part::Door]),
            ("/accounts/", &[Part::Account]),
            ("/messaging/", &[Part::Home]),
            ("/messaging/notifications/", &[Part::Home]),
            ("/messaging/scheduled/", &[Part::Account]),
            ("/search/", &[Part::Search]),
            ("/tasks/", &[Part::Home]),
            ("/messaging/message/12/task/", &[Part::Settings]),
            ("/messaging/board/7/rooms/", &[Part::Home]),
            ("/messaging/board/7/rooms/create/", &[Part::Settings]),
            ("/messaging/room/12/", &[Part::Room]),
            ("/messaging/room/12/settings/", &[Part::Settings]),
            ("/messaging/task/31/comments/", &[Part::Task]),
            ("/boards/7/", &[Part::Board]),
            ("/boards/7/members/", &[Part::Settings]),
            ("/boards/7/labels/", &[Part::Settings]),
            ("/boards/7/archive/", &[Part::Settings]),
            ("/boards/7/activity/", &[Part::Settings]),
            ("/boards/7/import/", &[Part::Settings]),
            ("/boards/7/filters/", &[Part::Settings]),
            ("/boards/7/tasks/31/", &[Part::Board, Part::Task]),
            ("/", &[]),
            ("/boards/", &[]),
        ] {
            assert_eq!(Part::of_page(path, ""), expected, "{path}");
        }
        assert_eq!(Part::of_page("/boards/7/", "view=list&q=a"), &[Part::Board, Part::List]);
        assert_eq!(Part::of_page("/boards/7/", "?view=calendar&month=2031-02"), &[Part::Board, Part::List]);
        assert_eq!(Part::of_page("/boards/7/tasks/31/", "?view=list"), &[Part::Board, Part::List, Part::Task]);
    }
}
