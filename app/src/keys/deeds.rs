//! What the keys of every page do. It is part of what comes when a key is first pressed, with the
//! palette and the map.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlInputElement};
use leptos_router::hooks::use_navigate;
use protocol::{BoardId, page::NavBoard};

use super::{Deed, Place, ahead, ahead::PATIENCE, map::Map, walk};
use crate::{pages::focus_field, palette::Palette, store::Store, ui::focus};

/// The fields in which a task is begun, in the order of the columns.
const NEW_TASK: &str = ".column:not(.column-collapsed) > .quick-add .quick-add-title, .table-page .quick-add-title";
/// A page that is on its way is looked at so often, in milliseconds.
const LOOK_MS: u32 = 50;

/// Does what a key does; gives what it opens.
pub fn carry_out(deed: Deed) -> AnyView {
    match deed {
        Deed::Palette => return view! { <Palette/> }.into_any(),
        Deed::Map => return view! { <Map/> }.into_any(),
        Deed::Search => search(),
        Deed::NewTask => begin_task(),
        Deed::Go(place) => {
            if let Some(address) = address(place) {
                use_navigate()(&address, Default::default());
            }
        }
        Deed::Next => _ = walk::step(1),
        Deed::Previous => _ = walk::step(-1),
        // Done by the board and the composer.
        Deed::Up | Deed::Down | Deed::Before | Deed::After | Deed::Lift | Deed::Drop | Deed::PutBack => {}
        Deed::Filter | Deed::Archive | Deed::Pick | Deed::PickNothing | Deed::Undo | Deed::Send => {}
        Deed::EditLast | Deed::Mark(_) => {}
    }
    ().into_any()
}

/// Where a place is; none for a board where there is none.
pub fn address(place: Place) -> Option<String> {
    let board = || current_board().map(|board| board.board.board.id);
    match place {
        Place::Home => Some("/messaging/".to_owned()),
        Place::Inbox => Some("/messaging/notifications/".to_owned()),
        Place::MyTasks => Some("/tasks/".to_owned()),
        Place::Scheduled => Some("/messaging/scheduled/".to_owned()),
        Place::Account => Some("/accounts/".to_owned()),
        Place::Board => board().map(|id| format!("/boards/{id}/")),
        Place::Rooms => board().map(|id| format!("/messaging/board/{id}/rooms/")),
        Place::Members => board().map(|id| format!("/boards/{id}/members/")),
    }
}

/// The board that the sidebar shows.
pub fn current_board() -> Option<NavBoard> {
    expect_context::<Store>().board.get_untracked()
}

/// Puts the caret into the field of the search, which may be a page away.
fn search() {
    if !focus_field() {
        use_navigate()("/search/", Default::default());
        spawn_local(async {
            appears(|| focus_field().then_some(())).await;
        });
    }
}

/// Puts the caret where a task is begun, on the board one is on or was on last.
fn begin_task() {
    let Some(board) = current_board().map(|board| board.board).filter(|board| board.writes()) else {
        drop(ahead::take());
        return;
    };
    let home = home(board.board.id);
    let path = location().pathname().unwrap_or_default();
    let over_it = path.strip_prefix(&home).is_some_and(|rest| rest.starts_with("tasks/"));
    // A board that one has just left may still be in the page.
    let left = if path == home || over_it { None } else { field(NEW_TASK) };
    if path != home {
        // What the board shows of its cards stays so where a task is open over it.
        let query = if over_it { location().search().unwrap_or_default() } else { String::new() };
        use_navigate()(&format!("{home}{query}"), Default::default());
    }
    spawn_local(async move {
        let is_home = || location().pathname().ok().as_deref() == Some(&home);
        let come = || field(NEW_TASK).filter(|field| is_home() && left.as_ref() != Some(field));
        if let Some(field) = appears(come).await {
            let typed = ahead::take();
            field.scroll_into_view_with_bool(false);
            focus(&field);
            typed.into_iter().for_each(|typed| typed.into_field(&field));
        }
    });
}

/// What is looked for, once it is in the page; nothing where it does not come.
async fn appears<T>(look: impl Fn() -> Option<T>) -> Option<T> {
    let looks = PATIENCE.as_millis() / u128::from(LOOK_MS);
    for _ in 0..looks {
        if let Some(found) = look() {
            return Some(found);
        }
        TimeoutFuture::new(LOOK_MS).await;
    }
    None
}

fn home(board: BoardId) -> String {
    format!("/boards/{board}/")
}

fn field(selector: &str) -> Option<HtmlInputElement> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}
