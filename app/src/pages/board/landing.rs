//! Where a card that is dragged would land: pure figures, measured once and looked at for every move.

/// What is measured of a card: its index in its list, and its top and bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Among the cards of its list.
    pub index: usize,
    /// In pixels of the window.
    pub top: f64,
    /// Ditto.
    pub bottom: f64,
}

/// The gap that a point is nearest to: how many of the list's cards are above it, and where it is drawn.
///
/// `rows` are the cards in view, in order; `start` is where the first card of an empty list would be.
pub fn gap(rows: &[Row], y: f64, start: f64) -> (usize, f64) {
    let Some((first, last)) = rows.first().zip(rows.last()) else { return (0, start) };
    let below = rows.iter().position(|row| y < (row.top + row.bottom) / 2.0);
    match below {
        Some(0) => (first.index, first.top - HALF_GAP),
        Some(at) => (rows[at].index, (rows[at - 1].bottom + rows[at].top) / 2.0),
        None => (last.index + 1, last.bottom + HALF_GAP),
    }
}

/// Half of the space between two cards, in pixels.
const HALF_GAP: f64 = 4.0;
/// So near to an edge, in pixels, what is there scrolls.
const EDGE: f64 = 56.0;
/// So many pixels a frame at most.
const FASTEST: f64 = 18.0;

/// How far to scroll in this frame for a point between two edges: the nearer to one, the faster.
pub fn scroll_by(at: f64, start: f64, end: f64) -> f64 {
    // In something small, the edges must not meet.
    let edge = EDGE.min((end - start) / 4.0);
    if edge <= 0.0 {
        return 0.0;
    }
    let depth = if at < start + edge { at - start - edge } else { (at - end + edge).max(0.0) };
    (depth / edge).clamp(-1.0, 1.0) * FASTEST
}

/// The column that a point belongs to, of those between these edges: the nearest.
pub fn nearest(columns: &[(f64, f64)], x: f64) -> Option<usize> {
    let away = |(left, right): (f64, f64)| (left - x).max(x - right).max(0.0);
    (0..columns.len()).min_by(|a, b| away(columns[*a]).total_cmp(&away(columns[*b])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(from: usize, count: usize) -> Vec<Row> {
        (0..count)
            .map(|n| Row { index: from + n, top: 100.0 + 70.0 * n as f64, bottom: 162.0 + 70.0 * n as f64 })
            .collect()
    }

    #[test]
    fn a_point_is_nearest_to_one_gap() {
        for (y, expected) in [
            (0.0, (0, 96.0)),
            (130.0, (0, 96.0)),
            (132.0, (1, 166.0)),
            (200.0, (1, 166.0)),
            (202.0, (2, 236.0)),
            (999.0, (3, 306.0)),
        ] {
            assert_eq!(gap(&rows(0, 3), y, 50.0), expected, "{y}");
        }
        assert_eq!(gap(&[], 400.0, 50.0), (0, 50.0), "an empty column");
        assert_eq!(gap(&rows(40, 3), 202.0, 50.0).0, 42, "a list that is scrolled");
    }

    #[test]
    fn the_nearer_to_an_edge_the_faster_it_scrolls() {
        assert_eq!(scroll_by(500.0, 0.0, 1000.0), 0.0);
        assert_eq!(scroll_by(-200.0, 0.0, 1000.0), -FASTEST);
        assert_eq!(scroll_by(1000.0, 0.0, 1000.0), FASTEST);
        assert_eq!(scroll_by(28.0, 0.0, 1000.0), -FASTEST / 2.0);
        assert_eq!(scroll_by(50.0, 0.0, 100.0), 0.0, "the middle of something small");
        assert_eq!(scroll_by(5.0, 7.0, 7.0), 0.0, "nothing at all");
    }

    #[test]
    fn every_point_belongs_to_a_column() {
        let columns = [(0.0, 100.0), (116.0, 216.0)];
        for (x, expected) in [(-50.0, 0), (50.0, 0), (107.0, 0), (109.0, 1), (500.0, 1)] {
            assert_eq!(nearest(&columns, x), Some(expected), "{x}");
        }
        assert_eq!(nearest(&[], 1.0), None);
    }
}
