//! What a task's text is written in.

use leptos::{
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement, HtmlTextAreaElement},
};
use protocol::TaskText;

/// The two fields of the form.
pub struct Fields {
    /// The title's.
    pub title: HtmlInputElement,
    /// The description's.
    pub description: HtmlTextAreaElement,
}

impl Fields {
    /// Those within an element.
    pub fn of(form: &Element) -> Option<Self> {
        let field = |selector| form.query_selector(selector).ok().flatten();
        Some(Self {
            title: field("input[name=title]")?.dyn_into().ok()?,
            description: field("textarea[name=description]")?.dyn_into().ok()?,
        })
    }

    /// What they say, as it is stored.
    pub fn text(&self) -> TaskText {
        TaskText { title: self.title.value().trim().to_owned(), description: self.description.value() }
    }

    /// Changes what differs.
    pub fn put(&self, text: &TaskText) {
        if self.title.value().trim() != text.title {
            self.title.set_value(&text.title);
        }
        if self.description.value() != text.description {
            self.description.set_value(&text.description);
        }
    }
}
