//! Forms behind a `<summary>`, and the focus.

use leptos::{
    ev::MouseEvent,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlInputElement},
};

/// The fields in which text is written.
const FIELDS: &str = "input:not([type=hidden]), textarea";

/// For a click on a `<summary>`, which keys make too: opens its `<details>` with the caret in the first field. What is
/// typed next is for that field, and no key of ours.
pub fn open_to_write(event: MouseEvent) {
    let summary = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(details) = summary.and_then(|summary| summary.parent_element()) else { return };
    let field = details.query_selector(FIELDS).ok().flatten().and_then(|field| field.dyn_into::<HtmlElement>().ok());
    let Some(field) = field.filter(|_| !details.has_attribute("open")) else { return };
    // At once: the browser would open it after this, when the next key may have been pressed.
    event.prevent_default();
    // Refused only for names that are none.
    let _opened = details.set_attribute("open", "");
    focus(&field);
    if let Ok(field) = field.dyn_into::<HtmlInputElement>() {
        let end = field.value().encode_utf16().count().try_into().unwrap_or(u32::MAX);
        // Refused only by fields that hold no text.
        let _caret = field.set_selection_range(end, end);
    }
}

/// Gives an element the focus.
pub fn focus(element: &HtmlElement) {
    // What is not shown takes none, which changes nothing.
    let _focused = element.focus();
}
