//! Keeps what one reads where it is while rows come and go.
//!
//! A room's list is laid out from its end (`flex-direction: column-reverse`), so that it begins at
//! the newest row without any script, and stays there. `scrollTop` is 0 at the end and negative
//! above it.

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys};
use protocol::MessageId;

/// So near to the end is at the end, in pixels.
const NEAR: f64 = 40.0;
/// So near to the beginning, older rows are fetched, in pixels.
const EARLY: f64 = 800.0;

/// Stands on a list while a row of it is put back where it was.
const HOLDS: &str = "data-holds";
/// The class of a row that was gone to.
const SHOWN: &str = "message-shown";

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

/// Is the end of the list near?
pub fn nears_end(list: List) -> bool {
    list.try_get_untracked().flatten().is_some_and(|list| f64::from(list.scroll_top()) > -EARLY)
}

/// Is there nothing to scroll?
pub fn fits(list: List) -> bool {
    list.try_get_untracked().flatten().is_some_and(|list| list.scroll_height() <= list.client_height())
}

/// Is the end more than a screen and a half away?
pub fn is_far(list: List) -> bool {
    list.try_get_untracked()
        .flatten()
        .is_some_and(|list| f64::from(list.scroll_top()) < -1.5 * f64::from(list.client_height()))
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

/// Brings a message into the middle of what is in view once it is drawn, gives it the focus, and
/// marks it.
pub fn show(list: List, id: MessageId) {
    request_animation_frame(move || {
        let Some(list) = list.try_get_untracked().flatten() else { return };
        let Ok(Some(row)) = list.query_selector(&format!("#m{id}")) else { return };
        let middle = web_sys::ScrollIntoViewOptions::new();
        middle.set_block(web_sys::ScrollLogicalPosition::Center);
        row.scroll_into_view_with_scroll_into_view_options(&middle);
        // The next thing shown is marked instead.
        let marked = list.get_elements_by_class_name(SHOWN);
        while let Some(other) = marked.item(0) {
            let _ = other.class_list().remove_1(SHOWN);
        }
        // Both fail on names that are none only.
        let _ = row.class_list().add_1(SHOWN);
        let _ = row.set_attribute("tabindex", "-1");
        if let Some(row) = row.dyn_ref::<web_sys::HtmlElement>() {
            // Refused only for an element that can't have the focus.
            let _ = row.focus();
        }
    });
}

/// The first message in view.
pub fn message_in_view(list: List) -> Option<MessageId> {
    let row = first_in_view(&list.try_get_untracked().flatten()?)?;
    row.id().strip_prefix('m')?.parse().ok()
}

/// Makes a change to the rows. If they are `held`, the first row in view stays where it is on the
/// screen.
pub fn keep(list: List, held: bool, change: impl FnOnce()) {
    let element = list.try_get_untracked().flatten();
    // What is held already is put in its place after this change too; another row would be held where it
    // is for no more than this moment.
    let element = element.filter(|list| held && !list.has_attribute(HOLDS));
    let anchor = element.and_then(|list| Some((first_in_view(&list)?, list)));
    let before = anchor.as_ref().map(|(row, _)| row.get_bounding_client_rect().top());
    change();
    if let (Some((row, list)), Some(before)) = (anchor, before) {
        // Fails on names that are none only.
        let _ = list.set_attribute(HOLDS, "");
        // The list is drawn anew by then, and not yet painted.
        request_animation_frame(move || {
            let _ = list.remove_attribute(HOLDS);
            // One that was drawn anew is found by what it is called.
            let again = || list.query_selector(&format!("#{}", row.id())).ok().flatten();
            let Some(row) = Some(row.clone()).filter(|row| row.is_connected()).or_else(again) else { return };
            let moved = row.get_bounding_client_rect().top() - before;
            if moved != 0.0 {
                list.set_scroll_top(list.scroll_top() + moved.round() as i32);
            }
        });
    }
}

fn first_in_view(list: &web_sys::HtmlDivElement) -> Option<web_sys::Element> {
    let top = list.get_bounding_client_rect().top().max(0.0);
    let rows = list.get_elements_by_class_name("message");
    (0..rows.length()).filter_map(|index| rows.item(index)).find(|row| row.get_bounding_client_rect().bottom() > top)
}
