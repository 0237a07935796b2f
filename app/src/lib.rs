//! What both sides render: pages, components, the live store, server functions.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use protocol::Error;

pub mod api;
mod pages;
pub mod request;
#[cfg(feature = "ssr")]
mod shell;
mod ui;

#[cfg(feature = "ssr")]
pub use shell::shell;

/// The program as both sides run it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Effect::new(|_| mark_hydrated());
    view! {
        <Router>
            <Routes fallback=|| view! { <main><ui::ErrorPanel error=Error::NotFound/></main> }>
                <Route path=path!("/accounts/login") view=pages::SignIn/>
                <Route path=path!("/accounts/signup") view=pages::SignUp/>
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
