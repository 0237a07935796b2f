//! Searching by keyboard: arrows lead from the field to what was found, and through it.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlInputElement, web_sys::KeyboardEvent};

use super::FIELD;
use crate::keys::{self, ahead};

/// Puts the caret into the field of the search, with what is in it chosen, where the page has it.
pub fn focus_field() -> bool {
    let field = document().get_element_by_id(FIELD).and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    if let Some(field) = &field {
        let typed = ahead::take();
        // An element that is not shown takes no focus, which changes nothing.
        let _focused = field.focus();
        field.select();
        if let Some(typed) = typed {
            typed.into_field(field);
        }
    }
    field.is_some()
}

/// The arrows: to the next hit or the one before it, above the first of which is the field.
pub fn walk(event: KeyboardEvent) {
    let stepped = match keys::name(&event).as_deref() {
        Some("ArrowDown") => keys::step(1),
        Some("ArrowUp") => keys::step(-1),
        _ => false,
    };
    if stepped {
        event.prevent_default();
    }
}
