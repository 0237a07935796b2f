//! A column that is carried by its head to another place among the others.

use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{DomRect, Element, HtmlElement},
};
use protocol::{BoardId, Column, ColumnId};

use super::{
    super::{
        fly,
        landing::scroll_by,
        moves::{Moves, Word},
    },
    carry::DRAGGING,
};
use crate::{api::move_column, ui::new_key};

/// Stands on the column that is dragged.
const LIFTED: &str = "column-lifted";

/// A column is being carried.
pub struct CarriedColumn {
    /// The pointer that carries it.
    pub pointer: i32,
    id: ColumnId,
    element: Element,
    copy: HtmlElement,
    bar: HtmlElement,
    /// From the copy's corner to the pointer.
    grip: (f64, f64),
    /// Where the pointer is.
    pub at: (f64, f64),
    /// A frame is asked for.
    pub frame: bool,
    row: HtmlElement,
    row_rect: DomRect,
    scrolled: i32,
    /// As of when the others were measured.
    changes: u32,
    others: Vec<Measured>,
    /// How many of the others are before it where it would land, once that is known.
    before: Option<usize>,
}

/// Another column as it was measured.
struct Measured {
    id: ColumnId,
    edges: (f64, f64),
}

impl CarriedColumn {
    /// Lifts a column of this row, pressed there.
    pub fn begin(pointer: i32, id: ColumnId, at: (f64, f64), row: HtmlElement, moves: Moves) -> Option<Self> {
        let element = row.query_selector(&format!("[data-column=\"{id}\"]")).ok()??;
        let head = element.query_selector(".column-head").ok()??.get_bounding_client_rect();
        let copy = floating("card card-copy column-copy")?;
        copy.set_text_content(Some(&moves.cards.column_name(id)));
        copy.style().set_property("inline-size", &format!("{}px", head.width())).ok()?;
        let bar = floating("landing landing-column")?;
        let row_rect = row.get_bounding_client_rect();
        bar.style().set_property("block-size", &format!("{}px", (row_rect.height() - 32.0).max(0.0))).ok()?;
        // As for cards: without it the pointer's moves outside of the row would be lost.
        let _captured = row.set_pointer_capture(pointer);
        let _marked = element.class_list().add_1(LIFTED);
        let _marked = row.class_list().add_1(DRAGGING);
        let mut carried = Self {
            pointer,
            id,
            element,
            copy,
            bar,
            grip: (at.0 - head.left(), at.1 - head.top()),
            at,
            frame: false,
            scrolled: row.scroll_left(),
            row,
            row_rect,
            changes: moves.cards.changes(),
            others: Vec::new(),
            before: None,
        };
        carried.measure();
        Some(carried)
    }

    fn measure(&mut self) {
        let Ok(columns) = self.row.query_selector_all(".column") else { return };
        let elements = (0..columns.length()).filter_map(|at| columns.item(at)?.dyn_into::<Element>().ok());
        let measured = elements.filter_map(|element| {
            let id = element.get_attribute("data-column")?.parse().ok()?;
            let rect = element.get_bounding_client_rect();
            Some(Measured { id, edges: (rect.left(), rect.right()) })
        });
        self.others = measured.filter(|column| column.id != self.id).collect();
    }

    /// Puts everything where it belongs. Does the row scroll, so that the next frame is needed too?
    pub fn show(&mut self, moves: Moves) -> bool {
        let (x, y) = self.at;
        let by = scroll_by(x, self.row_rect.left(), self.row_rect.right());
        let before = self.row.scroll_left();
        if by != 0.0 {
            self.row.set_scroll_left(before + by as i32);
        }
        let now = self.row.scroll_left();
        let changes = moves.cards.changes();
        if now != self.scrolled || changes != self.changes {
            (self.scrolled, self.changes) = (now, changes);
            self.measure();
        }
        fly::move_to(&self.copy, x - self.grip.0, y - self.grip.1);
        let edges: Vec<(f64, f64)> = self.others.iter().map(|column| column.edges).collect();
        if let Some((before, line)) = gap_between(&edges, x) {
            self.before = Some(before);
            let line = line.clamp(self.row_rect.left(), self.row_rect.right());
            fly::move_to(&self.bar, line - 2.0, self.row_rect.top() + 16.0);
        }
        now != before
    }

    /// The page is as it was. Gives the column, and after which other one it would be; none where that is not known.
    pub fn put_down(self) -> Option<(ColumnId, Option<ColumnId>)> {
        let _unmarked = self.element.class_list().remove_1(LIFTED);
        let _unmarked = self.row.class_list().remove_1(DRAGGING);
        self.copy.remove();
        self.bar.remove();
        let before = self.before?;
        Some((self.id, before.checked_sub(1).and_then(|at| self.others.get(at)).map(|column| column.id)))
    }
}

/// An element of this class above the page.
fn floating(class: &str) -> Option<HtmlElement> {
    let element: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    element.set_class_name(class);
    element.set_attribute("aria-hidden", "true").ok()?;
    document().body()?.append_child(&element).ok()?;
    Some(element)
}

/// How many columns are before a point, of those between these edges, and where the gap there is.
fn gap_between(columns: &[(f64, f64)], x: f64) -> Option<(usize, f64)> {
    let before = columns.iter().take_while(|(left, right)| x > left.midpoint(*right)).count();
    let right = before.checked_sub(1).map(|at| columns[at].1);
    let left = columns.get(before).map(|column| column.0);
    let line = match (right, left) {
        (Some(right), Some(left)) => right.midpoint(left),
        (Some(right), None) => right + HALF_GAP,
        (None, Some(left)) => left - HALF_GAP,
        (None, None) => return None,
    };
    Some((before, line))
}

/// Half of the space between two columns, in pixels.
const HALF_GAP: f64 = 8.0;

/// Puts a column right after another, or first: shown at once, and put back where it is refused.
pub fn place(moves: Moves, board: BoardId, column: ColumnId, after: Option<ColumnId>) {
    let cards = moves.cards;
    let before = cards.columns.get_untracked();
    let Some(placed) = placed(&before, column, after) else { return };
    cards.set_columns(placed.clone());
    let name = cards.column_name(column);
    spawn_local(async move {
        let answer = move_column(new_key(), board, column, after).await;
        if moves.word.is_disposed() {
            return;
        }
        match answer {
            Ok(()) => moves.announced.set(format!("Moved the column {name}.")),
            Err(error) => {
                // Where somebody has changed them meanwhile, that is how they are.
                if cards.columns.with_untracked(|columns| *columns == placed) {
                    cards.set_columns(before);
                }
                moves.tell(Word::Refused(format!("The column {name} was not moved. {}", error.0)));
            }
        }
    });
}

/// The columns with one of them right after another, or first; none where that is where it is.
fn placed(columns: &[Column], column: ColumnId, after: Option<ColumnId>) -> Option<Vec<Column>> {
    let at = columns.iter().position(|one| one.id == column)?;
    let mut placed = columns.to_vec();
    let moved = placed.remove(at);
    let to = match after {
        None => 0,
        Some(after) => placed.iter().position(|one| one.id == after)? + 1,
    };
    placed.insert(to, moved);
    (to != at).then_some(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_lands_in_the_gap_that_the_pointer_is_in() {
        let columns = [(0.0, 100.0), (116.0, 216.0)];
        for (x, expected) in
            [(-9.0, (0, -8.0)), (49.0, (0, -8.0)), (51.0, (1, 108.0)), (165.0, (1, 108.0)), (999.0, (2, 224.0))]
        {
            assert_eq!(gap_between(&columns, x), Some(expected), "{x}");
        }
        assert_eq!(gap_between(&[], 1.0), None, "the only one");
    }

    #[test]
    fn a_column_is_put_after_another_or_first() {
        let column =
            |id| Column { id: ColumnId(id), name: String::new(), position: String::new(), colour: None, limit: None };
        let columns = [1, 2, 3].map(column);
        let ids = |after: Option<i64>| {
            placed(&columns, ColumnId(2), after.map(ColumnId))
                .map(|columns| columns.iter().map(|column| column.id.0).collect::<Vec<_>>())
        };
        assert_eq!(ids(None), Some(vec![2, 1, 3]));
        assert_eq!(ids(Some(3)), Some(vec![1, 3, 2]));
        assert_eq!(ids(Some(1)), None, "it is there");
        assert_eq!(ids(Some(9)), None, "that one has gone");
    }
}
