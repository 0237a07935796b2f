//! The small sign that the page isn't live, and what that means.

use std::time::Duration;

use leptos::{ev, prelude::*};

use crate::{
    clock,
    copies::Copies,
    outbox::Outbox,
    store::{Connection, Store},
    ui::{effect, live},
};

/// A moment without a connection is nobody's concern.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says that the connection is away and what waits for it; nothing while all is well.
#[component]
pub fn ConnectionPill() -> impl IntoView {
    let (store, outbox) = (expect_context::<Store>(), expect_context::<Outbox>());
    let online = RwSignal::new(true);
    let patient = RwSignal::new(true);
    effect(move |_| {
        online.set(window().navigator().on_line());
        let listeners = [
            window_event_listener(ev::online, move |_| online.set(true)),
            window_event_listener(ev::offline, move |_| online.set(false)),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    });
    let live = Memo::new(move |_| store.connection.get() == Connection::Live);
    effect(move |_| {
        patient.set(true);
        if !live.get()
            && let Ok(timer) = set_timeout_with_handle(move || patient.set(false), PATIENCE)
        {
            on_cleanup(move || timer.clear());
        }
    });
    let text = Memo::new(move |_| {
        if patient.get() || live.get() {
            return String::new();
        }
        words(store.connection.get(), online.get(), outbox.waiting())
    });
    view! { <p class="pill" class:pill-shown=move || text.with(|text| !text.is_empty()) role="status">{text}</p> }
}

/// Says that the page shows a copy, in a place where nothing moves for it.
#[component]
pub fn CopyMark() -> impl IntoView {
    let shown = expect_context::<Copies>().shown;
    live(move || {
        shown.get().map(|at| {
            let at = clock::local(at);
            let machine = format!("{}T{}", at.day, at.time);
            view! {
                <p class="copy-mark" role="status">
                    "Offline copy from " <time datetime=machine title=at.day_text>{at.time}</time>
                </p>
            }
        })
    })
}

fn words(connection: Connection, online: bool, waiting: usize) -> String {
    let state = match connection {
        _ if !online => "Offline.",
        Connection::Starting => "Connecting…",
        Connection::Live | Connection::Away => "Connection lost. Reconnecting…",
    };
    match waiting {
        0 => state.to_owned(),
        1 => format!("{state} 1 message waits and will be sent."),
        n => format!("{state} {n} messages wait and will be sent."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pill_says_what_is_so_in_words() {
        assert_eq!(words(Connection::Away, false, 2), "Offline. 2 messages wait and will be sent.");
        assert_eq!(
            words(Connection::Away, true, 1),
            "Connection lost. Reconnecting… 1 message waits and will be sent."
        );
        assert_eq!(words(Connection::Starting, true, 0), "Connecting…");
    }
}
