//! A column that is carried by its head to another place among the others.

use protocol::ColumnId;

use super::{
    super::{fly, moves::Moves},
    held::{Followed, Grasp, Held, floating},
};

/// Stands on the column that is dragged.
const LIFTED: &str = "column-lifted";
/// Half of the space between two columns, in pixels.
const HALF_GAP: f64 = 8.0;

/// A column is being carried.
pub struct CarriedColumn {
    /// As all that is carried.
    pub held: Held,
    id: ColumnId,
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
    /// Lifts a column.
    pub fn begin(grasp: Grasp, id: ColumnId, moves: Moves) -> Option<Self> {
        let element = grasp.row.query_selector(&format!("[data-column=\"{id}\"]")).ok()??;
        let head = element.query_selector(".column-head").ok()??.get_bounding_client_rect();
        let copy = floating("card card-copy column-copy")?;
        copy.set_text_content(Some(&moves.cards.column_name(id)));
        copy.style().set_property("inline-size", &format!("{}px", head.width())).ok()?;
        let held = Held::lift(grasp, (element, LIFTED), (head.left(), head.top()), copy, "landing landing-column")?;
        let height = (held.row_rect.height() - 32.0).max(0.0);
        held.bar.style().set_property("block-size", &format!("{height}px")).ok()?;
        Some(Self { held, id, others: Vec::new(), before: None })
    }

    fn measure(&mut self) {
        let measured = self.held.columns().filter_map(|element| {
            let id = element.get_attribute("data-column")?.parse().ok()?;
            let rect = element.get_bounding_client_rect();
            Some(Measured { id, edges: (rect.left(), rect.right()) })
        });
        self.others = measured.filter(|column| column.id != self.id).collect();
    }

    /// Puts everything where it belongs. Does the row scroll, so that the next frame is needed too?
    pub fn show(&mut self, moves: Moves) -> bool {
        let Followed { scrolls, stale } = self.held.follow(moves);
        if stale {
            self.measure();
        }
        let edges: Vec<(f64, f64)> = self.others.iter().map(|column| column.edges).collect();
        if let Some((before, line)) = gap_between(&edges, self.held.at.0) {
            self.before = Some(before);
            let row = &self.held.row_rect;
            fly::move_to(&self.held.bar, line.clamp(row.left(), row.right()) - 2.0, row.top() + 16.0);
        }
        scrolls
    }

    /// The page is as it was. Gives the column, and after which other one it would be; none where that is not known.
    pub fn put_down(self) -> Option<(ColumnId, Option<ColumnId>)> {
        self.held.put_down().remove();
        let before = self.before?;
        Some((self.id, before.checked_sub(1).and_then(|at| self.others.get(at)).map(|column| column.id)))
    }
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
}
