//! What shows a value and, opened, lets one choose another.

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, Node},
};

/// A value that opens what it is chosen from. One is open at a time; Escape, and going elsewhere, close it.
#[component]
pub fn Picker(
    /// What is chosen.
    label: &'static str,
    /// What is chosen now.
    value: AnyView,
    /// Its class besides its own.
    #[prop(optional)]
    class: &'static str,
    /// Is it open at first?
    open: bool,
    /// What is chosen from.
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Details>::new();
    let shut = move || {
        if let Some(element) = element.get_untracked() {
            element.set_open(false);
        }
    };
    let key = move |event: KeyboardEvent| {
        let Some(element) = element.get_untracked().filter(|element| element.open()) else { return };
        if event.key() == "Escape" {
            // What is around it stays open.
            event.prevent_default();
            event.stop_propagation();
            shut();
            let summary = element.first_element_child().and_then(|summary| summary.dyn_into::<HtmlElement>().ok());
            if let Some(summary) = summary {
                // Refused only for what can't have the focus.
                let _focused = summary.focus();
            }
        }
    };
    let left = move |event: FocusEvent| {
        let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        let inside = element.get_untracked().is_some_and(|element| element.contains(to.as_ref()));
        // Without a target the window lost the focus, or nothing got it.
        if to.is_some() && !inside {
            shut();
        }
    };
    view! {
        <details class=format!("picker {class}") name="picker" node_ref=element open=open on:keydown=key on:focusout=left>
            <summary class="picker-value">
                <span class="picker-label">{label}</span>
                " "
                <span class="picker-now">{value}</span>
            </summary>
            <div class="picker-panel" tabindex="-1">{children()}</div>
        </details>
    }
}

/// One thing to choose: a button of the form around it, which is chosen at once where there is script.
#[component]
pub fn Pick(
    /// Its name in the form.
    #[prop(into)]
    name: Signal<&'static str>,
    /// Its value there.
    #[prop(into)]
    value: String,
    /// Is it chosen?
    #[prop(into)]
    chosen: Signal<bool>,
    /// Chooses it, or the contrary.
    #[prop(into)]
    pick: Callback<()>,
    /// What it is.
    children: Children,
) -> impl IntoView {
    let picked = move |event: MouseEvent| {
        event.prevent_default();
        pick.run(());
    };
    view! {
        <button
            class="pick"
            type="submit"
            name=move || name.get()
            value=value
            aria-pressed=move || if chosen.get() { "true" } else { "false" }
            on:click=picked
        >
            {children()}
        </button>
    }
}
