//! A card that is being carried: its copy at the pointer, and where it would land.

use leptos::web_sys::{DomRect, Element, HtmlElement};
use protocol::{ColumnId, TaskId};

use super::{
    super::{
        cards::Spot,
        fly,
        landing::{Row, gap, nearest, scroll_by},
        moves::Moves,
    },
    held::{Followed, Grasp, Held},
};

/// Stands on the column that the card would go to.
const TARGET: &str = "column-target";
/// Stands on the card that is dragged.
const LIFTED: &str = "card-lifted";
/// A card is being carried.
pub struct Carry {
    /// As all that is carried.
    pub held: Held,
    task: TaskId,
    /// All that go with it, and itself.
    tasks: Vec<TaskId>,
    columns: Vec<Measured>,
    /// The column that the pointer is in, and its cards in view.
    over: Option<Over>,
}

/// A card that was put down.
pub struct Landed {
    /// Which.
    pub task: TaskId,
    /// All that go with it, and itself.
    pub tasks: Vec<TaskId>,
    /// What was carried.
    pub copy: HtmlElement,
    /// Where it was then.
    pub spot: Option<Spot>,
}

/// A column as it was measured.
struct Measured {
    id: ColumnId,
    element: Element,
    /// None where it is collapsed.
    list: Option<Element>,
    edges: (f64, f64),
}

/// The column that the pointer is in.
struct Over {
    column: usize,
    list: DomRect,
    scrolled: i32,
    rows: Vec<Row>,
    spot: Spot,
}

impl Carry {
    /// Lifts a card, and those that are selected with it.
    pub fn begin(grasp: Grasp, task: TaskId, tasks: Vec<TaskId>) -> Option<Self> {
        let card = fly::link_of(task)?.closest(".card").ok()??;
        let rect = card.get_bounding_client_rect();
        let copy = fly::copy_of(&card)?;
        if tasks.len() > 1 {
            fly::count_on(&copy, tasks.len());
        }
        mark_lifted(&tasks, task, true);
        let held = Held::lift(grasp, (card, LIFTED), (rect.left(), rect.top()), copy, "landing")?;
        Some(Self { held, task, tasks, columns: Vec::new(), over: None })
    }

    /// The page is as it was, but for the copy, which lands.
    pub fn put_down(self) -> Landed {
        for column in &self.columns {
            let _unmarked = column.element.class_list().remove_1(TARGET);
        }
        mark_lifted(&self.tasks, self.task, false);
        Landed { task: self.task, tasks: self.tasks, copy: self.held.put_down(), spot: self.over.map(|over| over.spot) }
    }

    /// Puts everything where it belongs. Does something scroll, so that the next frame is needed too?
    pub fn show(&mut self, moves: Moves) -> bool {
        let (x, y) = self.held.at;
        let Followed { mut scrolls, stale } = self.held.follow(moves);
        if stale {
            self.columns = self.held.columns().filter_map(Measured::of).collect();
            self.over = None;
        }

        let edges: Vec<(f64, f64)> = self.columns.iter().map(|column| column.edges).collect();
        let Some(at) = nearest(&edges, x) else { return scrolls };
        if self.over.as_ref().is_none_or(|over| over.column != at) {
            self.enter(at);
        }
        let Some(over) = self.over.as_mut() else { return scrolls };
        let column = &self.columns[at];
        let Some(list) = &column.list else {
            // Below all, as its cards are not seen.
            over.spot = moves.cards.bottom_of(self.task, column.id);
            self.held.bar.set_class_name("landing landing-none");
            return scrolls;
        };
        let by = scroll_by(y, over.list.top(), over.list.bottom());
        let before = list.scroll_top();
        if by != 0.0 {
            list.set_scroll_top(before + by as i32);
        }
        let now = list.scroll_top();
        scrolls |= now != before;
        if now != over.scrolled {
            over.scrolled = now;
            over.rows = rows_in_view(list, &over.list);
        }
        let (above, line) = gap(&over.rows, y, over.list.top() + 4.0);
        over.spot = spot_at(list, column.id, above, self.task);
        let line = line.clamp(over.list.top(), over.list.bottom().max(over.list.top()));
        self.held.bar.set_class_name("landing");
        fly::move_to(&self.held.bar, over.list.left() + 8.0, line - 2.0);
        scrolls
    }

    /// The pointer comes into a column: its cards in view are measured.
    fn enter(&mut self, at: usize) {
        for column in &self.columns {
            let _unmarked = column.element.class_list().remove_1(TARGET);
        }
        let column = &self.columns[at];
        let _marked = column.element.class_list().add_1(TARGET);
        let list = column.list.as_ref().unwrap_or(&column.element);
        let rect = list.get_bounding_client_rect();
        let _width = self.held.bar.style().set_property("inline-size", &format!("{}px", rect.width() - 16.0));
        let rows = column.list.as_ref().map(|list| rows_in_view(list, &rect)).unwrap_or_default();
        let spot = Spot { column: column.id, above: None, below: None };
        self.over = Some(Over { column: at, scrolled: list.scroll_top(), list: rect, rows, spot });
    }
}

/// Shows which cards go along.
fn mark_lifted(tasks: &[TaskId], carried: TaskId, on: bool) {
    for task in tasks.iter().filter(|task| **task != carried) {
        let card = fly::link_of(*task).and_then(|link| link.closest(".card").ok().flatten());
        if let Some(card) = card {
            let _marked = card.class_list().toggle_with_force(LIFTED, on);
        }
    }
}

impl Measured {
    fn of(element: Element) -> Option<Self> {
        let id = element.get_attribute("data-column")?.parse().ok()?;
        let collapsed = element.class_list().contains("column-collapsed");
        let list = element.query_selector(".cards").ok()?.filter(|_| !collapsed);
        let rect = element.get_bounding_client_rect();
        Some(Self { id, element, list, edges: (rect.left(), rect.right()) })
    }
}

/// The cards of a list that are in view. The first is found by halves, so that of a thousand cards ten
/// are measured.
fn rows_in_view(list: &Element, view: &DomRect) -> Vec<Row> {
    let cards = list.children();
    let count = cards.length();
    let measure = |index: u32| {
        let rect = cards.item(index)?.get_bounding_client_rect();
        Some(Row { index: index as usize, top: rect.top(), bottom: rect.bottom() })
    };
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if measure(middle).is_some_and(|row| row.bottom < view.top()) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (low..count).map_while(measure).take_while(|row| row.top <= view.bottom()).collect()
}

/// Between which others so many cards of a list are above, the one that is carried left out.
fn spot_at(list: &Element, column: ColumnId, above: usize, carried: TaskId) -> Spot {
    let cards = list.children();
    let task = |index: usize| task_of(&cards.item(u32::try_from(index).ok()?)?);
    let up = (0..above).rev().filter_map(task).find(|id| *id != carried);
    let down = (above..above + 2).filter_map(task).find(|id| *id != carried);
    Spot { column, above: up, below: down }
}

/// The task of a card.
pub fn task_of(card: &Element) -> Option<TaskId> {
    card.first_element_child()?.id().strip_prefix("card-")?.parse().ok()
}
