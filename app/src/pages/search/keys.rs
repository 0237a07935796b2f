//! Searching by keyboard: to the field from anywhere, and through what was found.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent},
};
use leptos_router::hooks::use_navigate;

use super::{FIELD, SEARCH};
use crate::ui::effect;

/// In the browser, for as long as the calling component is there: `/` leads to the search.
pub fn search_by_key() {
    let navigate = use_navigate();
    effect(move |_| {
        let navigate = navigate.clone();
        let listener = window_event_listener(ev::keydown, move |event| {
            let held = event.ctrl_key() || event.meta_key() || event.alt_key();
            if event.key() != "/" || held || event.is_composing() || event.default_prevented() || is_typing(&event) {
                return;
            }
            event.prevent_default();
            if !focus_field() {
                navigate(SEARCH, Default::default());
            }
        });
        on_cleanup(move || listener.remove());
    });
}

/// Puts the caret into the field with what is in it chosen; false where there is none.
pub fn focus_field() -> bool {
    let field = document().get_element_by_id(FIELD).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    if let Some(field) = &field {
        focus(field);
        field.select();
    }
    field.is_some()
}

/// J, K and the arrows: to the next hit or the one before it, above the first of which is the field.
pub fn walk(event: KeyboardEvent) {
    let typing = is_typing(&event);
    let by = match event.key().as_str() {
        _ if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() => return,
        "ArrowDown" => 1,
        "ArrowUp" if !typing => -1,
        "j" | "J" if !typing => 1,
        "k" | "K" if !typing => -1,
        _ => return,
    };
    let Ok(hits) = document().query_selector_all(".hit-link") else { return };
    let hits: Vec<HtmlElement> =
        (0..hits.length()).filter_map(|nth| hits.get(nth)?.dyn_into::<HtmlElement>().ok()).collect();
    let now = document().active_element();
    let at = hits.iter().position(|hit| now.as_ref().is_some_and(|now| now.is_same_node(Some(hit))));
    let next = match at {
        Some(at) => at as isize + by,
        None if by > 0 => 0,
        None => return,
    };
    if next < 0 {
        focus_field();
    } else if let Some(hit) = hits.get(next as usize) {
        focus(hit);
    }
    event.prevent_default();
}

fn focus(element: &HtmlElement) {
    // An element that is not shown takes no focus, which changes nothing.
    let _focused = element.focus();
}

/// Does what is pressed go into a text?
fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target.matches("input, textarea, select, [contenteditable]:not([contenteditable=false])").unwrap_or(false)
    })
}
