//! What opens over the page: the palette, the map of keys.

use leptos::{ev::MouseEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlDialogElement};

use crate::{
    keys::{Deed, Keys, ahead},
    ui::effect,
};

/// A dialog that has the keys to itself until it is closed, by Escape or by a click beside it; the
/// focus then goes back to where it was.
#[component]
pub fn Panel(
    /// What opens it.
    deed: Deed,
    /// What it is, for who can't see it.
    label: &'static str,
    /// Its class besides its own.
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let keys = expect_context::<Keys>();
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move |_| {
        if let Some(dialog) = dialog.get() {
            // First, so that the dialog gives the focus back to where it was when it is closed.
            let typed = ahead::take();
            // Refused only where it is open already.
            let _shown = dialog.show_modal();
            let field = document().active_element().and_then(|field| field.dyn_into().ok());
            if let (Some(typed), Some(field)) = (typed, field) {
                typed.into_field(&field);
            }
        }
    });
    let closed = move |_| {
        // Something else may be open in its place.
        if keys.panel.get_untracked() == Some(deed) {
            keys.panel.set(None);
        }
    };
    let beside = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
        // What is inside stands in a box of its own, so only what is around it is the dialog itself.
        if let Some(dialog) = target {
            dialog.close();
        }
    };
    view! {
        <dialog
            class=format!("panel {class}")
            aria-label=label
            node_ref=dialog
            on:close=closed
            on:click=beside
        >
            <div class="panel-inside">{children()}</div>
        </dialog>
    }
}
