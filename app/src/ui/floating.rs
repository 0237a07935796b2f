//! What floats above the page beside what it is about: a menu, a picker.

use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys};

use super::effect;

/// Beside what something floats, in pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// From the window's right edge.
    end: f64,
    /// From the window's top, or from its bottom when `up`.
    edge: f64,
    /// Above it, since there is more room?
    up: bool,
}

impl Anchor {
    /// Below or above an element, whichever has more room.
    pub fn at(element: &web_sys::Element) -> Self {
        let size =
            |size: Result<leptos::wasm_bindgen::JsValue, _>| size.ok().and_then(|size| size.as_f64()).unwrap_or(0.0);
        let (width, height) = (size(window().inner_width()), size(window().inner_height()));
        let rect = element.get_bounding_client_rect();
        let up = rect.top() > height - rect.bottom();
        let edge = if up { height - rect.top() } else { rect.bottom() };
        Self { end: (width - rect.right()).max(0.0), edge, up }
    }
}

/// Shows `children` beside `anchor` until somebody presses Escape or clicks elsewhere; `close` is told.
/// What has the attribute `autofocus` has the focus first, else the first button; afterwards it is where it was. A
/// sheet at the bottom of a small screen.
#[component]
pub fn Floating(
    anchor: Anchor,
    /// What it is, for who can't see it.
    label: &'static str,
    class: &'static str,
    close: Callback<()>,
    /// The element, for who must close it: [`hide`].
    element: NodeRef<html::Div>,
    children: Children,
) -> impl IntoView {
    effect(move |_| {
        let Some(shown) = element.get() else { return };
        // Refused only where it is open already.
        let _shown = shown.show_popover();
        let active = document().active_element();
        if !shown.contains(active.as_deref()) {
            step(element, 1);
        }
    });
    let toggled = move |_| {
        let open = element.try_get_untracked().flatten().is_some_and(|it| it.matches(":popover-open").unwrap_or(false));
        if !open {
            close.run(());
        }
    };
    let key = move |event: KeyboardEvent| {
        // The browser closes it; what is around it stays open.
        if event.key() == "Escape" {
            event.stop_propagation();
        }
    };
    view! {
        <div
            class=format!("floating {class}")
            class:floating-up=anchor.up
            role="dialog"
            aria-label=label
            popover="auto"
            style=("--end", format!("{}px", anchor.end))
            style=("--edge", format!("{}px", anchor.edge))
            node_ref=element
            on:toggle=toggled
            on:keydown=key
        >
            {children()}
        </div>
    }
}

/// Closes it: the focus goes back to where it was.
pub fn hide(element: NodeRef<html::Div>) {
    if let Some(element) = element.try_get_untracked().flatten() {
        // Refused only where it is closed already.
        let _hidden = element.hide_popover();
    }
}

/// Moves the focus to the next button inside, or with -1 to the one before, around the ends.
pub fn step(element: NodeRef<html::Div>, by: i32) {
    let Some(element) = element.get_untracked() else { return };
    let Ok(buttons) = element.query_selector_all("button, a") else { return };
    let count = i32::try_from(buttons.length()).unwrap_or(0);
    let active = document().active_element();
    let at =
        |index: i32| buttons.item(index.unsigned_abs()).and_then(|node| node.dyn_into::<web_sys::HtmlElement>().ok());
    let now = (0..count).find(|index| at(*index).is_some_and(|it| active.as_ref() == Some(it.unchecked_ref())));
    let next = now.map_or(0, |now| (now + by).rem_euclid(count.max(1)));
    if let Some(next) = at(next) {
        // Refused only for what can't have the focus.
        let _focused = next.focus();
    }
}
