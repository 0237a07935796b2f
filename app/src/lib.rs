//! What both sides render: pages, components, the live store, server functions.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use protocol::Error;

pub mod api;
mod backoff;
mod clock;
mod conversation;
mod copies;
mod frame;
mod kept;
mod leave;
mod nav;
mod outbox;
mod pages;
pub mod request;
#[cfg(feature = "ssr")]
mod shell;
mod socket;
mod store;
mod ui;
mod zone;

#[cfg(feature = "ssr")]
pub use shell::shell;

/// The program as both sides run it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Effect::new(|_| {
        zone::remember();
        mark_hydrated();
    });
    view! {
        <Router>
            <Routes fallback=|| view! { <main><ui::ErrorPanel error=Error::NotFound/></main> }>
                <Route path=path!("/accounts/login") view=pages::SignIn/>
                <Route path=path!("/accounts/signup") view=pages::SignUp/>
                <ParentRoute path=path!("") view=frame::Frame>
                    <Route path=path!("/accounts") view=pages::Account/>
                    <Route path=path!("/messaging") view=pages::Hub/>
                    <Route path=path!("/messaging/notifications") view=pages::Inbox/>
                    <Route path=path!("/messaging/board/:board/rooms") view=pages::Rooms/>
                    <Route path=path!("/messaging/board/:board/rooms/create") view=pages::NewRoom/>
                    <Route path=path!("/messaging/room/:room") view=pages::Room/>
                    <Route path=path!("/messaging/room/:room/settings") view=pages::RoomSettings/>
                    <Route path=path!("/messaging/task/:task/comments") view=pages::TaskComments/>
                    <Route path=path!("/boards/:board/members") view=pages::Members/>
                    <ParentRoute path=path!("/boards/:board") view=pages::Board>
                        <Route path=path!("") view=|| ()/>
                        <Route path=path!("/tasks/:task") view=pages::TaskPane/>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Says that the page is live, to whoever must wait for it.
fn mark_hydrated() {
    if let Some(html) = document().document_element() {
        let _set = html.set_attribute("data-hydrated", "");
    }
}
