//! What both sides render: pages, components, the live store, server functions.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use protocol::Error;

use pages::Address;
use parts::Screen;
use ui::effect;

mod activity;
pub mod api;
mod backoff;
mod bell;
mod clock;
mod conversation;
mod copies;
mod frame;
mod kept;
mod keys;
mod leave;
mod nav;
mod outbox;
mod pages;
mod palette;
pub mod parts;
mod pictures;
mod presence;
mod recent;
mod references;
pub mod request;
#[cfg(feature = "ssr")]
mod shell;
mod socket;
mod store;
mod ui;
mod uploads;
mod worker;
mod zone;

#[cfg(feature = "ssr")]
pub use shell::shell;

/// The program as both sides run it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    effect(|_| {
        zone::remember();
        mark_hydrated();
        parts::load_others();
    });
    view! {
        <Router>
            <Routes fallback=|| view! { <main><ui::ErrorPanel error=Error::NotFound/></main> }>
                <Route path=Address("/accounts/login") view=Screen::SignIn/>
                <Route path=Address("/accounts/signup") view=Screen::SignUp/>
                <Route path=Address("/invite/:token") view=Screen::Invite/>
                <Route path=Address("/mail/confirm/:token") view=Screen::MailConfirm/>
                <Route path=Address("/mail/stop/:token") view=Screen::MailStop/>
                <ParentRoute path=Address("") view=screen(|| frame::Frame().into_any())>
                    <Route path=Address("/accounts") view=Screen::Account/>
                    <Route path=Address("/messaging") view=Screen::Hub/>
                    <Route path=Address("/messaging/notifications") view=Screen::Inbox/>
                    <Route path=Address("/messaging/scheduled") view=Screen::Scheduled/>
                    <Route path=Address("/search") view=Screen::Search/>
                    <Route path=Address("/tasks") view=Screen::MyTasks/>
                    <Route path=Address("/messaging/board/:board/rooms") view=Screen::Rooms/>
                    <Route path=Address("/messaging/board/:board/rooms/create") view=Screen::NewRoom/>
                    <Route path=Address("/messaging/room/:room") view=Screen::Room/>
                    <Route path=Address("/messaging/room/:room/settings") view=Screen::RoomSettings/>
                    <Route path=Address("/messaging/task/:task/comments") view=Screen::TaskComments/>
                    <Route path=Address("/messaging/message/:message/task") view=Screen::MakeTask/>
                    <Route path=Address("/boards/:board/members") view=Screen::Members/>
                    <Route path=Address("/boards/:board/labels") view=Screen::Labels/>
                    <Route path=Address("/boards/:board/filters") view=Screen::Filters/>
                    <Route path=Address("/boards/:board/transfer") view=Screen::Transfer/>
                    <Route path=Address("/boards/:board/import") view=Screen::Imported/>
                    <Route path=Address("/boards/:board/activity") view=Screen::Activity/>
                    <Route path=Address("/boards/:board/archive") view=Screen::Archive/>
                    <ParentRoute path=Address("/boards/:board") view=Screen::Board>
                        <Route path=Address("") view=screen(|| ().into_any())/>
                        <Route path=Address("/tasks/:task") view=Screen::TaskPane/>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// A view that is no page of its own, of one type.
fn screen(view: fn() -> AnyView) -> fn() -> AnyView {
    view
}

/// Says that the page is live, to whoever must wait for it.
fn mark_hydrated() {
    if let Some(html) = document().document_element() {
        let _set = html.set_attribute("data-hydrated", "");
    }
}
