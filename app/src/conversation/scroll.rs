//! Keeps what one reads where it is while rows come and go.
//!
//! A room's list is laid out from its end (`flex-direction: column-reverse`), so that it begins at
//! the newest row without any script, and stays there. `scrollTop` is 0 at the end and negative
//! above it.

use leptos::{html, prelude::*, web_sys};

/// So near to the end is at the end, in pixels.
const NEAR: f64 = 40.0;
/// So near to the beginning, older rows are fetched, in pixels.
const EARLY: f64 = 800.0;

type List = NodeRef<html::Div>;

/// Is the end of the list in view? `own` when the list scrolls by itself, not with the page.
pub fn shows_end(list: List, own: bool) -> bool {
    let Some(list) = list.try_get_untracked().flatten() else { return false };
    if own {
        return f64::from(list.scroll_top()) > -NEAR;
    }
    let bottom = list.get_bounding_client_rect().bottom();
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    bottom > 0.0 && bottom < height + NEAR
}

/// Is the beginning of the list near?
pub fn nears_start(list: List) -> bool {
    list.try_get_untracked()
        .flatten()
        .is_some_and(|list| f64::from(list.scroll_height() - list.client_height() + list.scroll_top()) < EARLY)
}

/// Scrolls to the end.
pub fn to_bottom(list: List) {
    request_animation_frame(move || {
        if let Some(list) = list.try_get_untracked().flatten() {
            list.set_scroll_top(0);
        }
    });
}

/// Scrolls to a row, or to the first-unread line, if it is above what is in view.
pub fn to_element(list: List, selector: &str) {
    let Some(list) = list.get_untracked() else { return };
    let Ok(Some(element)) = list.query_selector(selector) else { return };
    let above = list.get_bounding_client_rect().top() - element.get_bounding_client_rect().top();
    if above > 0.0 {
        list.set_scroll_top(list.scroll_top() - above as i32 - NEAR as i32);
    }
}

/// Makes a change to the rows. Unless the list is at its end, the first row in view stays where it
/// is on the screen.
pub fn keep(list: List, change: impl FnOnce()) {
    let element = list.try_get_untracked().flatten();
    let anchor = element.filter(|_| !shows_end(list, true)).and_then(|list| Some((first_in_view(&list)?, list)));
    let before = anchor.as_ref().map(|(row, _)| row.get_bounding_client_rect().top());
    change();
    if let (Some((row, list)), Some(before)) = (anchor, before) {
        // The list is drawn anew by then, and not yet painted.
        request_animation_frame(move || {
            let moved = row.get_bounding_client_rect().top() - before;
            if row.is_connected() && moved != 0.0 {
                list.set_scroll_top(list.scroll_top() + moved.round() as i32);
            }
        });
    }
}

fn first_in_view(list: &web_sys::HtmlDivElement) -> Option<web_sys::Element> {
    let top = list.get_bounding_client_rect().top();
    let rows = list.get_elements_by_class_name("message");
    (0..rows.length()).filter_map(|index| rows.item(index)).find(|row| row.get_bounding_client_rect().bottom() > top)
}
