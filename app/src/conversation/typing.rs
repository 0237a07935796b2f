//! Who types, in a line that is always there, so that nothing moves when somebody begins.

use std::time::Duration;

use leptos::prelude::*;

use super::talk::Talk;
use crate::{clock, presence::Presence, ui::effect};

/// The line above or below the composer.
#[component]
pub fn TypingLine(talk: Talk) -> impl IntoView {
    let line = Memo::new(move |_| talk.presence.with(|presence| presence.typing_line(talk.my_id())));
    let typed = Memo::new(move |_| talk.presence.with(Presence::is_typed));
    effect(move |_| {
        if !typed.get() {
            return;
        }
        let forget = move || talk.presence.update(|presence| presence.expire(clock::now()));
        if let Ok(timer) = set_interval_with_handle(forget, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
    view! { <p class="typing" aria-live="polite">{line}</p> }
}
