//! What is typed between a key and the field that it leads to.
//!
//! That field may be a page or a part of the client away. Until it is there a field of ours has the focus, so that no
//! letter is lost, whatever keyboard or input method makes it; then that one is given the text.

use std::{cell::RefCell, time::Duration};

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit},
};

use crate::ui::focus;

/// Nothing that a key leads to is waited for longer than this.
pub const PATIENCE: Duration = Duration::from_secs(5);

thread_local! {
    static AHEAD: RefCell<Option<Ahead>> = const { RefCell::new(None) };
}

struct Ahead {
    field: HtmlInputElement,
    /// What had the focus before.
    before: Option<HtmlElement>,
    /// Was Enter pressed?
    entered: bool,
}

/// What was typed while its field was on its way.
pub struct Typed {
    text: String,
    entered: bool,
}

/// In the browser: keeps what is typed from now on, for a field that is called so.
pub fn begin(label: &str) {
    drop(take());
    let document = document();
    let Some(field) = document.create_element("input").ok().and_then(|field| field.dyn_into().ok()) else { return };
    let field: HtmlInputElement = field;
    field.set_class_name("visually-hidden");
    // Refused only for names that are none.
    let _labelled = field.set_attribute("aria-label", label);
    let _alone = field.set_attribute("autocomplete", "off");
    let before = document.active_element().and_then(|before| before.dyn_into().ok());
    if document.body().is_none_or(|body| body.append_child(&field).is_err()) {
        return;
    }
    focus(&field);
    AHEAD.set(Some(Ahead { field: field.clone(), before, entered: false }));
    let give_up = move || {
        if AHEAD.with_borrow(|ahead| ahead.as_ref().is_some_and(|ahead| ahead.field == field)) {
            drop(take());
        }
    };
    set_timeout(give_up, PATIENCE);
}

/// Is Enter pressed in it? That is for the field to come, too.
pub fn enters(event: &KeyboardEvent) -> bool {
    let here = |ahead: &Ahead| {
        event.target().is_some_and(|target| target == *AsRef::<leptos::web_sys::EventTarget>::as_ref(&ahead.field))
    };
    event.key() == "Enter"
        && AHEAD.with_borrow_mut(|ahead| match ahead {
            Some(ahead) if here(ahead) => {
                ahead.entered = true;
                true
            }
            _ => false,
        })
}

/// Ends it. The focus is where it was before, unless it has gone on meanwhile.
pub fn take() -> Option<Typed> {
    let Ahead { field, before, entered } = AHEAD.take()?;
    let text = field.value();
    if let Some(before) = before.filter(|_| document().active_element().is_some_and(|active| active == **field)) {
        focus(&before);
    }
    field.remove();
    Some(Typed { text, entered })
}

impl Typed {
    /// Types it into a field, over what is selected there.
    pub fn into_field(self, field: &HtmlInputElement) {
        if !self.text.is_empty() {
            // Both are refused only by fields that hold no text.
            let _typed = field.set_range_text(&self.text);
            let end = field.value().encode_utf16().count().try_into().ok();
            let _caret = field.set_selection_range(end.unwrap_or(u32::MAX), end.unwrap_or(u32::MAX));
            if let Ok(event) = Event::new("input") {
                let _heard = field.dispatch_event(&event);
            }
        }
        if self.entered {
            let init = KeyboardEventInit::new();
            init.set_key("Enter");
            init.set_bubbles(true);
            init.set_cancelable(true);
            let goes_on = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init)
                .is_ok_and(|event| field.dispatch_event(&event).unwrap_or(false));
            if let Some(form) = field.form().filter(|_| goes_on) {
                // Refused where what was typed does not do; the browser says why.
                let _sent = form.request_submit();
            }
        }
    }
}
