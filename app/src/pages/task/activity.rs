//! What was done to the task, once somebody wants to know.

use futures::FutureExt;
use leptos::{html, prelude::*, task::spawn_local};
use protocol::{BoardId, TaskId};

use crate::{
    parts,
    ui::{effect, live},
};

/// A part of the task's page that opens. Without script it leads to the page of the activity.
#[component]
pub fn TaskActivity(board: BoardId, id: TaskId) -> impl IntoView {
    let (details, shown) = (NodeRef::<html::Details>::new(), RwSignal::new(false));
    let show = move || {
        if !details.get_untracked().is_some_and(|details| details.has_attribute("open")) || shown.get_untracked() {
            return;
        }
        spawn_local(async move {
            // Where it can't be loaded, the page is one link away.
            if parts::load_activity().await.is_ok() {
                let _gone = shown.try_set(true);
            }
        });
    };
    // It may have been opened before the page was live.
    effect(move |_| {
        details.track();
        show();
    });
    // It was loaded before it is shown.
    let lately = move || shown.get().then(|| parts::lately(board, id).now_or_never()?.ok()).flatten();
    view! {
        <details class="task-activity" node_ref=details on:toggle=move |_| show()>
            <summary class="button button-small button-quiet">"Activity"</summary>
            {live(lately)}
            <p><a href=format!("/boards/{board}/activity/?task={id}")>"All activity of this task"</a></p>
        </details>
    }
}
