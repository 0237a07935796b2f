//! What both sides render: pages, components, the live store, server functions.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    PossibleRouteMatch,
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
                <Route path=at(path!("/accounts/login")) view=screen(|| pages::SignIn().into_any())/>
                <Route path=at(path!("/accounts/signup")) view=screen(|| pages::SignUp().into_any())/>
                <ParentRoute path=at(path!("")) view=screen(|| frame::Frame().into_any())>
                    <Route path=at(path!("/accounts")) view=screen(|| pages::Account().into_any())/>
                    <Route path=at(path!("/messaging")) view=screen(|| pages::Hub().into_any())/>
                    <Route path=at(path!("/messaging/notifications")) view=screen(|| pages::Inbox().into_any())/>
                    <Route path=at(path!("/search")) view=screen(|| pages::Search().into_any())/>
                    <Route path=at(path!("/messaging/board/:board/rooms")) view=screen(|| pages::Rooms().into_any())/>
                    <Route path=at(path!("/messaging/board/:board/rooms/create")) view=screen(|| pages::NewRoom().into_any())/>
                    <Route path=at(path!("/messaging/room/:room")) view=screen(|| pages::Room().into_any())/>
                    <Route path=at(path!("/messaging/room/:room/settings")) view=screen(|| pages::RoomSettings().into_any())/>
                    <Route path=at(path!("/messaging/task/:task/comments")) view=screen(|| pages::TaskComments().into_any())/>
                    <Route path=at(path!("/boards/:board/members")) view=screen(|| pages::Members().into_any())/>
                    <ParentRoute path=at(path!("/boards/:board")) view=screen(|| pages::Board().into_any())>
                        <Route path=at(path!("")) view=screen(|| ().into_any())/>
                        <Route path=at(path!("/tasks/:task")) view=screen(|| pages::TaskPane().into_any())/>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// A path, of one type whatever its segments: Leptos compiles a matcher for each type of route.
fn at(path: impl PossibleRouteMatch + Send + Sync + 'static) -> Arc<dyn PossibleRouteMatch + Send + Sync> {
    Arc::new(path)
}

/// A page, of one type whatever it shows.
fn screen(view: fn() -> AnyView) -> fn() -> AnyView {
    view
}

/// Says that the page is live, to whoever must wait for it.
fn mark_hydrated() {
    if let Some(html) = document().document_element() {
        let _set = html.set_attribute("data-hydrated", "");
    }
}
