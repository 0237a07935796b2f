//! What is carried, be it a card or a column: its copy at the pointer, and the row of columns around it.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{DomRect, Element, HtmlElement},
};

use super::super::{fly, landing::scroll_by, moves::Moves};

/// Stands on the columns while something is dragged.
const DRAGGING: &str = "columns-dragging";

/// A pointer on something in a row of columns.
pub struct Grasp {
    /// The pointer.
    pub pointer: i32,
    /// Where it is, in pixels of the window.
    pub at: (f64, f64),
    /// The row of columns.
    pub row: HtmlElement,
}

/// Something that a pointer carries.
pub struct Held {
    /// The pointer.
    pub pointer: i32,
    /// Where it is, in pixels of the window.
    pub at: (f64, f64),
    /// A frame is asked for.
    pub frame: bool,
    /// Shows where it would land.
    pub bar: HtmlElement,
    /// The row of columns on the screen.
    pub row_rect: DomRect,
    row: HtmlElement,
    copy: HtmlElement,
    /// What is lifted, and the class that stands on it meanwhile.
    lifted: (Element, &'static str),
    /// From the copy's corner to the pointer.
    grip: (f64, f64),
    /// How far the row was scrolled, and how often the board had changed, when its columns were measured.
    measured: Option<(i32, u32)>,
}

/// What has happened since the last frame.
pub struct Followed {
    /// Does the row scroll, so that the next frame is needed too?
    pub scrolls: bool,
    /// Are the columns to be measured again?
    pub stale: bool,
}

impl Held {
    /// Lifts something whose corner is there; a copy of it goes along with the pointer.
    pub fn lift(
        grasp: Grasp,
        lifted: (Element, &'static str),
        corner: (f64, f64),
        copy: HtmlElement,
        bar: &str,
    ) -> Option<Self> {
        let Grasp { pointer, at, row } = grasp;
        let bar = floating(bar)?;
        // Without it the pointer's moves outside of the row would be lost; the browser may refuse, for a
        // pointer that has just gone.
        let _captured = row.set_pointer_capture(pointer);
        let _marked = lifted.0.class_list().add_1(lifted.1);
        let _marked = row.class_list().add_1(DRAGGING);
        Some(Self {
            pointer,
            at,
            frame: false,
            bar,
            row_rect: row.get_bounding_client_rect(),
            row,
            copy,
            lifted,
            grip: (at.0 - corner.0, at.1 - corner.1),
            measured: None,
        })
    }

    /// Takes the copy to the pointer, and scrolls the row where that is near its edge.
    pub fn follow(&mut self, moves: Moves) -> Followed {
        let (x, y) = self.at;
        let by = scroll_by(x, self.row_rect.left(), self.row_rect.right());
        let before = self.row.scroll_left();
        if by != 0.0 {
            self.row.set_scroll_left(before + by as i32);
        }
        let now = self.row.scroll_left();
        let seen = Some((now, moves.cards.changes()));
        let stale = std::mem::replace(&mut self.measured, seen) != seen;
        fly::move_to(&self.copy, x - self.grip.0, y - self.grip.1);
        Followed { scrolls: now != before, stale }
    }

    /// The columns of the row, in order.
    pub fn columns(&self) -> impl Iterator<Item = Element> + use<> {
        let columns = self.row.query_selector_all(".column").ok();
        let count = columns.as_ref().map_or(0, |columns| columns.length());
        (0..count).filter_map(move |at| columns.as_ref()?.item(at)?.dyn_into().ok())
    }

    /// The page is as it was, but for the copy.
    pub fn put_down(self) -> HtmlElement {
        let _unmarked = self.lifted.0.class_list().remove_1(self.lifted.1);
        let _unmarked = self.row.class_list().remove_1(DRAGGING);
        self.bar.remove();
        self.copy
    }
}

/// An element of this class above the page.
pub fn floating(class: &str) -> Option<HtmlElement> {
    let element: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    element.set_class_name(class);
    element.set_attribute("aria-hidden", "true").ok()?;
    document().body()?.append_child(&element).ok()?;
    Some(element)
}
