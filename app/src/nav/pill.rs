//! The small sign that the page isn't live.

use std::time::Duration;

use leptos::prelude::*;

use crate::store::{Connection, Store};

/// A moment without a connection is nobody's concern.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says that the connection is away; nothing while all is well.
#[component]
pub fn ConnectionPill() -> impl IntoView {
    let store = expect_context::<Store>();
    let words = RwSignal::new("");
    Effect::new(move |_| {
        let text = match store.connection.get() {
            Connection::Live => return words.set(""),
            Connection::Starting => "Connecting…",
            Connection::Away => "Connection lost. Reconnecting…",
        };
        if let Ok(timer) = set_timeout_with_handle(move || words.set(text), PATIENCE) {
            on_cleanup(move || timer.clear());
        }
    });
    view! { <p class="pill" class:pill-shown=move || !words.get().is_empty() role="status">{move || words.get()}</p> }
}
