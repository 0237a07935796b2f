//! What was just done here, and how to undo it.

use leptos::prelude::*;

use super::{actions::focus_row, talk::Talk};
use crate::ui::list;

/// Deletions that can be undone still, and other short words about what was done.
#[component]
pub fn Undo(talk: Talk) -> impl IntoView {
    let undo = move |id| {
        talk.restore(id);
        focus_row(talk, id);
    };
    view! {
        <div class="toasts" role="status">
            {list(
                move || talk.doing.undoable.get(),
                |id| *id,
                move |id| {
                    view! {
                        <p class="toast">
                            "Message deleted."
                            <button class="button button-small" type="button" on:click=move |_| undo(id)>"Undo"</button>
                        </p>
                    }
                },
            )}
            {move || Some(talk.doing.said.get()).filter(|said| !said.is_empty()).map(|said| view! { <p class="toast">{said}</p> })}
        </div>
    }
}
