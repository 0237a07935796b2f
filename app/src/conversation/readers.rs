//! Who has read the last thing that I said.

use std::iter;

use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*, task::spawn_local};
use protocol::page::{Reader, Readers};

use super::talk::Talk;
use crate::{
    api,
    ui::{Moment, effect, live, when},
};

/// So long after a message it is first asked who has read it, in milliseconds.
const SOON: u32 = 5_000;
/// Then it is asked again after these pauses, and after the last of them ever again.
const PAUSES: [u32; 4] = [10_000, 20_000, 40_000, 60_000];

/// Where the newest message is mine and was read: how many have read it, and who and when. It stands in a
/// line that is always there, so that nothing moves.
#[component]
pub fn ReadBy(talk: Talk) -> impl IntoView {
    let me = talk.my_id();
    let mine = Memo::new(move |_| talk.thread.with(|thread| thread.last_of(me)));
    let readers = RwSignal::new(None::<Readers>);
    let is_newest = move |id| mine.try_get_untracked().flatten() == Some(id);
    // Gives whether there is more to ask.
    let load = move |id| async move {
        match api::load_readers(id).await {
            Ok(found) => {
                let more = found.as_ref().is_some_and(|found| found.read < found.of);
                if is_newest(id) {
                    readers.try_set(found);
                }
                more
            }
            // Without an answer it is not said; it is asked again.
            Err(_) => true,
        }
    };
    // Only the last one asks.
    let asking = StoredValue::new(0_u32);
    effect(move |before: Option<u32>| {
        let turn = before.map_or(0, |before| before + 1);
        asking.set_value(turn);
        readers.set(None);
        let Some(id) = mine.get() else { return turn };
        // What was there when the page came has been there for a while.
        let first = if before.is_some() { SOON } else { 0 };
        spawn_local(async move {
            let last = PAUSES[PAUSES.len() - 1];
            for pause in iter::once(first).chain(PAUSES).chain(iter::repeat(last)) {
                TimeoutFuture::new(pause).await;
                if asking.try_get_value() != Some(turn) {
                    return;
                }
                // Nobody sees it on a hidden page, which asks when it has the focus again.
                if !document().hidden() && !load(id).await {
                    return;
                }
            }
        });
        turn
    });
    effect(move |_| {
        let focus = window_event_listener(ev::focus, move |_| {
            if let Some(id) = mine.try_get_untracked().flatten() {
                spawn_local(async move {
                    load(id).await;
                });
            }
        });
        on_cleanup(move || focus.remove());
    });
    let known = Memo::new(move |_| readers.get().filter(|readers| readers.read > 0 && mine.get().is_some()));
    let count = move || known.get().map(|Readers { read, of, .. }| format!("Read by {read} of {of}"));
    let people = move || {
        let row = |Reader { person, clock }| view! { <li>{person.display_name} " " <Moment clock class="read-by-time"/></li> };
        known.get().map(|readers| readers.people.into_iter().map(row).collect_view())
    };
    // Once: who has opened it reads on while others come.
    when(
        move || known.with(Option::is_some),
        move || {
            view! {
                <details class="read-by">
                    <summary class="read-by-count">{count}</summary>
                    <ul>{live(people)}</ul>
                </details>
            }
        },
    )
}
