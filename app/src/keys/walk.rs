//! Through the lists of a page, row by row.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

/// The rows of the pages that are lists, and above those of the search its field.
const ROWS: &str = ".search-text, .hit-link, .inbox-open, .room-row-link, .hub-board-name a, .hub-room, .my-task-link, \
                    a.archive-title";

/// Gives the next row the focus, or with -1 the one before; false where there is none.
pub fn step(by: isize) -> bool {
    let Ok(found) = document().query_selector_all(ROWS) else { return false };
    let rows = (0..found.length()).filter_map(|nth| found.get(nth)?.dyn_into::<HtmlElement>().ok());
    let rows: Vec<HtmlElement> = rows.filter(|row| row.offset_parent().is_some()).collect();
    let now = document().active_element();
    let is_field = |row: &HtmlElement| row.tag_name() == "INPUT";
    let at = rows.iter().position(|row| now.as_ref().is_some_and(|now| now.is_same_node(Some(row))));
    let next = match at {
        Some(at) => at.checked_add_signed(by),
        // One begins with the first row.
        None => rows.iter().position(|row| !is_field(row)).filter(|_| by > 0),
    };
    let Some(next) = next.and_then(|next| rows.get(next)) else { return false };
    // What is shown takes it.
    let _focused = next.focus();
    if let Some(field) = next.dyn_ref::<leptos::web_sys::HtmlInputElement>() {
        field.select();
    }
    true
}
