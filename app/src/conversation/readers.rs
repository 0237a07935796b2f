//! Who has read the last thing that I said.

use std::time::Duration;

use leptos::{ev, prelude::*, task::spawn_local};
use protocol::page::{Reader, Readers};

use super::talk::Talk;
use crate::{
    api,
    ui::{Moment, effect, live},
};

/// So long after a message it is first asked who has read it.
const SOON: Duration = Duration::from_secs(5);

/// Where the newest message is mine and was read: how many have read it, and who and when. It stands in a
/// line that is always there, so that nothing moves.
#[component]
pub fn ReadBy(talk: Talk) -> impl IntoView {
    let me = talk.my_id();
    let mine = Memo::new(move |_| talk.thread.with(|thread| thread.last_of(me)));
    let readers = RwSignal::new(None::<Readers>);
    let load = move || {
        let Some(id) = mine.try_get_untracked().flatten() else { return };
        spawn_local(async move {
            // Without an answer it is not said; it is asked again when somebody looks.
            if let Ok(found) = api::load_readers(id).await
                && mine.try_get_untracked().flatten() == Some(id)
            {
                readers.try_set(found);
            }
        });
    };
    effect(move |before: Option<Option<_>>| {
        let now = mine.get();
        readers.set(None);
        match before {
            // What was there when the page came has been there for a while.
            None => load(),
            Some(_) => set_timeout(load, SOON),
        }
        Some(now)
    });
    effect(move |_| {
        let focus = window_event_listener(ev::focus, move |_| load());
        on_cleanup(move || focus.remove());
    });
    live(move || {
        let Readers { people, read, of } = readers.get().filter(|readers| readers.read > 0)?;
        mine.get()?;
        let row = |Reader { person, clock }| view! { <li>{person.display_name} " " <Moment clock class="read-by-time"/></li> };
        Some(view! {
            <details class="read-by">
                <summary class="read-by-count">"Read by " {read} " of " {of}</summary>
                <ul>{people.into_iter().map(row).collect_view()}</ul>
            </details>
        })
    })
}
