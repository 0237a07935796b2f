//! What stands around every page of somebody signed in: the places at the side, the page beside.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::{components::Outlet, hooks::use_location};

use crate::{
    copies::Copies,
    keys::{self, Keys},
    leave::SignOutGuard,
    nav::{self, ConnectionPill, CopyMark, InboxCount, PaletteButton, Sidebar},
    pages::Departed,
    pictures::{self, Pictures},
    recent,
    request::returned,
    ui::{Icon, Sign, effect},
};

/// The id of the side, which is a drawer on a narrow screen.
const SIDE: &str = "places";

/// The view of the parent route of these pages. The drawer is a popover, so that it opens and
/// closes without script.
#[component]
pub fn Frame() -> impl IntoView {
    nav::begin();
    Keys::begin(expect_context());
    provide_context(Departed::default());
    pictures::begin();
    let path = use_location().pathname;
    let copies = expect_context::<Copies>();
    recent::follow(copies);
    effect(move |_| {
        path.track();
        // Whether the next page is a copy, it says itself when it is there.
        copies.shown.set(None);
        close_drawer();
    });
    view! {
        <a class="skip-link" href="#main" rel="external">"Skip to the page"</a>
        <div class="frame">
            <header class="topbar">
                <button class="button button-quiet button-icon" type="button" popovertarget=SIDE aria-label="Boards and rooms">
                    <Icon sign=Sign::Menu/>
                </button>
                <a class="topbar-name" href="/messaging/">"Boardwalk"</a>
                <PaletteButton class="topbar-palette button button-quiet button-icon"/>
                <a class="topbar-inbox button button-quiet" href="/messaging/notifications/">
                    <Icon sign=Sign::Inbox/>
                    <span class="visually-hidden">"Inbox"</span>
                    <InboxCount/>
                </a>
            </header>
            <div class="frame-side" id=SIDE popover="auto">
                <Sidebar/>
            </div>
            <main class="frame-main" id="main" tabindex="-1">
                {returned()
                    .and_then(|returned| returned.above_page().map(ToString::to_string))
                    .map(|words| view! { <p class="form-error" role="alert">{words}</p> })}
                <CopyMark/>
                <Outlet/>
            </main>
        </div>
        <ConnectionPill/>
        <SignOutGuard/>
        <keys::Panel/>
        <Pictures/>
    }
}

/// Closes the drawer once a place in it was chosen.
pub fn close_drawer() {
    let side = document().get_element_by_id(SIDE).and_then(|side| side.dyn_into::<HtmlElement>().ok());
    if let Some(side) = side.filter(|side| side.matches(":popover-open").unwrap_or(false)) {
        // Refused only where it is closed already.
        let _closed = side.hide_popover();
    }
}
