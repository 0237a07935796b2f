//! Cards by keyboard: arrows go from card to card, Space lifts one and drops it, Escape puts it back,
//! E archives one, Ctrl+Z undoes.

use std::collections::BTreeSet;

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};
use protocol::{ColumnId, TaskId};

use super::{cards::Spot, drag::Drag, fly, moves::Moves};
use crate::{
    kept,
    keys::{self, At, Deed},
    ui::effect,
};

/// What the keys do with the cards of a board.
#[derive(Clone, Copy)]
pub struct Keys {
    /// What they move.
    pub moves: Moves,
    /// What a pointer carries.
    pub drag: Drag,
    /// Columns whose cards are not shown.
    pub collapsed: RwSignal<BTreeSet<ColumnId>>,
    /// May this person move cards?
    pub writes: StoredValue<bool>,
    /// Where the card that is held was lifted from.
    from: StoredValue<Option<Spot>>,
}

/// Where an arrow points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
    Before,
    After,
}

impl Way {
    fn of(deed: Deed) -> Option<Self> {
        match deed {
            Deed::Up => Some(Self::Up),
            Deed::Down => Some(Self::Down),
            Deed::Before => Some(Self::Before),
            Deed::After => Some(Self::After),
            _ => None,
        }
    }
}

impl Keys {
    /// No key was pressed.
    pub fn new(moves: Moves, drag: Drag) -> Self {
        Self {
            moves,
            drag,
            collapsed: RwSignal::default(),
            writes: StoredValue::default(),
            from: StoredValue::default(),
        }
    }

    /// In the browser: hears the keys for as long as the board is shown.
    pub fn hear(self) {
        effect(move |_| {
            // On the window: while a card moves in the page, it has not the focus.
            let heard = window_event_listener(ev::keydown, move |event| {
                if !event.default_prevented()
                    && let Some(key) = keys::name(&event)
                    && self.key(&event, &key)
                {
                    event.prevent_default();
                }
            });
            on_cleanup(move || heard.remove());
        });
    }

    /// Hides the cards of a column, or shows them; this browser keeps that.
    pub fn collapse(self, column: ColumnId, hide: bool) {
        let key = kept_at(column);
        if hide {
            // Where nothing can be kept, it lasts as long as the page.
            let _kept = kept::set(&key, "");
        } else {
            kept::remove(&key);
        }
        self.collapsed.update(|collapsed| {
            if hide {
                collapsed.insert(column);
            } else {
                collapsed.remove(&column);
            }
        });
    }

    /// In the browser: collapses the columns that were collapsed when the board was last shown.
    pub fn recall(self) {
        effect(move |_| {
            let columns = self.moves.cards.columns.get().into_iter().map(|column| column.id);
            let collapsed: BTreeSet<ColumnId> = columns.filter(|id| kept::get(&kept_at(*id)).is_some()).collect();
            if self.collapsed.with_untracked(|before| *before != collapsed) {
                self.collapsed.set(collapsed);
            }
        });
    }

    /// Lets go of the card that is held, which is where it was then.
    pub fn let_go(self) {
        let held = self.moves.cards.held;
        if let Some((task, _)) = held.get_untracked() {
            fly::take_off(&[task]);
            held.set(None);
            self.moves.announced.set(format!("Put back “{}”.", self.moves.cards.title(task)));
        }
    }

    /// Is the key one of ours?
    fn key(self, event: &KeyboardEvent, key: &str) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if event.ctrl_key() || event.meta_key() {
            let undo = keys::meant(At::Card, key) == Some(Deed::Undo);
            let undoes = undo && !target.is_some_and(|target| is_field(&target)) && self.moves.undoable();
            if undoes && !event.repeat() {
                self.moves.hush();
                self.moves.undo();
            }
            return undoes;
        }
        if self.drag.carries() {
            if key == "Escape" {
                self.drag.cancel();
            }
            return key == "Escape";
        }
        if let Some((task, _)) = self.moves.cards.held.get_untracked() {
            if target.as_ref().is_none_or(|target| target.tag_name() == "BODY" || task_of(target).is_some()) {
                // What is done once is not done over and over while the key is down.
                let again = event.repeat() && keys::meant(At::Held, key) == Some(Deed::Drop);
                return again || self.carry(task, key);
            }
            // Somebody does something else.
            self.let_go();
            return false;
        }
        let Some(target) = target else { return false };
        let Some(deed) = keys::meant(At::Card, key) else { return false };
        match (task_of(&target), deed) {
            (_, Deed::PickNothing) => self.pick_nothing(event),
            (Some(_), Deed::Lift | Deed::Archive | Deed::Pick) if event.repeat() => true,
            (Some(task), Deed::Pick) => {
                if self.writes.get_value() {
                    self.pick(task);
                }
                true
            }
            // A list has no places to put it.
            (Some(_), Deed::Lift) if self.list().is_some() => false,
            (Some(task), Deed::Lift) => self.lift(task),
            (Some(task), Deed::Archive) => {
                if self.writes.get_value() {
                    self.archive(task);
                }
                true
            }
            (Some(task), _) => Way::of(deed).is_some_and(|way| self.go(task, way)),
            // From nowhere, or from the row of columns itself, into it. The arrows scroll it.
            (None, Deed::Up | Deed::Down) => {
                key.len() == 1 && target.matches("body, main, .columns, .table-page").unwrap_or(false) && self.enter()
            }
            (None, _) => false,
        }
    }

    fn enter(self) -> bool {
        let first = match self.list() {
            Some(rows) => rows.first().copied(),
            None => self.columns().into_iter().find_map(|column| self.in_column(column).first().copied()),
        };
        first.inspect(|task| fly::focus_now(*task)).is_some()
    }

    fn lift(self, task: TaskId) -> bool {
        let cards = self.moves.cards;
        let (true, Some(from), Some(place)) = (self.writes.get_value(), cards.spot(task), cards.shown_at(task)) else {
            return false;
        };
        self.from.set_value(Some(from));
        cards.held.set(Some((task, place)));
        match cards.meant(task).len() {
            1 => self.moves.say_where(task, "Picked up"),
            count => self.moves.say_where(task, &format!("Picked up {count} tasks with")),
        }
        true
    }

    /// Takes the card off the board; the next one gets the focus.
    pub fn archive(self, task: TaskId) {
        let cards = self.moves.cards;
        // Of those that are shown.
        let column = || cards.spot(task).map(|spot| self.in_column(spot.column));
        let shown = self.list().or_else(column).unwrap_or_default();
        let tasks = cards.meant(task);
        let shown: Vec<TaskId> = shown.into_iter().filter(|id| *id == task || !tasks.contains(id)).collect();
        let at = shown.iter().position(|card| *card == task);
        let next =
            at.and_then(|at| shown.get(at + 1).or(at.checked_sub(1).and_then(|above| shown.get(above)))).copied();
        if let Some(next) = next {
            fly::focus_now(next);
        }
        match tasks[..] {
            [task] => self.moves.archive(task),
            _ => self.moves.archive_several(tasks),
        }
    }

    /// A key while a card is held.
    fn carry(self, task: TaskId, key: &str) -> bool {
        let cards = self.moves.cards;
        if key.ends_with("Tab") {
            self.let_go();
            return false;
        }
        let Some(deed) = keys::meant(At::Held, key) else { return false };
        match deed {
            Deed::Drop => {
                let (from, to) = (self.from.get_value(), cards.spot(task));
                cards.held.set(None);
                // In the order in which they were, this one too.
                let tasks = cards.meant(task);
                let did =
                    if tasks.len() > 1 { format!("Dropped {} tasks with", tasks.len()) } else { "Dropped".into() };
                if tasks.len() == 1
                    && let (Some(from), Some(to)) = (from, to)
                {
                    self.moves.begin(task, from, to);
                }
                if let Some(to) = to.filter(|_| tasks.len() > 1) {
                    self.moves.begin_several(&tasks, to, None);
                }
                fly::focus(task);
                self.moves.say_where(task, &did);
            }
            Deed::PutBack => {
                self.let_go();
                fly::focus(task);
            }
            _ => {
                let Some(way) = Way::of(deed) else { return false };
                if let Some(to) = self.next_spot(task, way) {
                    fly::take_off(&[task]);
                    cards.held.set(Some((task, cards.place_at(to))));
                    fly::focus(task);
                }
                self.moves.say_where(task, "");
            }
        }
        true
    }

    /// The spot one further on; none at the edge of the board.
    fn next_spot(self, task: TaskId, way: Way) -> Option<Spot> {
        let column = self.moves.cards.shown_at(task)?.column;
        let at = self.in_column(column).iter().position(|card| *card == task)?;
        let (column, above) = match way {
            Way::Up => (column, at.checked_sub(1)?),
            Way::Down => (column, at + 1),
            Way::Before | Way::After => (self.beside(column, way)?, at),
        };
        let to = self.moves.cards.exact(task, self.moves.cards.spot_in(task, column, above));
        (Some(to) != self.moves.cards.spot(task)).then_some(to)
    }

    /// Gives the next card that way the focus.
    fn go(self, task: TaskId, way: Way) -> bool {
        let Some(place) = self.moves.cards.shown_at(task) else { return false };
        let list = self.list();
        if list.is_some() && matches!(way, Way::Before | Way::After) {
            return false;
        }
        let cards = list.unwrap_or_else(|| self.in_column(place.column));
        let Some(at) = cards.iter().position(|card| *card == task) else { return false };
        let next = match way {
            Way::Up => at.checked_sub(1).map(|at| cards[at]),
            Way::Down => cards.get(at + 1).copied(),
            Way::Before | Way::After => {
                let mut column = place.column;
                // Over columns that have none.
                loop {
                    let Some(beside) = self.beside(column, way) else { break None };
                    let there = self.in_column(beside);
                    if let Some(last) = there.len().checked_sub(1) {
                        break Some(there[at.min(last)]);
                    }
                    column = beside;
                }
            }
        };
        if let Some(next) = next {
            fly::focus_now(next);
        }
        true
    }

    /// The rows of the list, where that is shown.
    fn list(self) -> Option<Vec<TaskId>> {
        let cards = self.moves.cards;
        let order = cards.filter.with_untracked(|filter| filter.list)?;
        Some(untrack(|| cards.in_order(order)))
    }

    /// The columns whose cards are shown, in order.
    fn columns(self) -> Vec<ColumnId> {
        let collapsed = self.collapsed.get_untracked();
        let columns = self.moves.cards.columns.get_untracked().into_iter().map(|column| column.id);
        columns.filter(|id| !collapsed.contains(id)).collect()
    }

    fn beside(self, column: ColumnId, way: Way) -> Option<ColumnId> {
        let columns = self.columns();
        let at = columns.iter().position(|id| *id == column)?;
        let next = if way == Way::Before { at.checked_sub(1)? } else { at + 1 };
        columns.get(next).copied()
    }

    fn in_column(self, column: ColumnId) -> Vec<TaskId> {
        untrack(|| self.moves.cards.in_column(column))
    }
}

/// Where it is kept that a column is collapsed.
fn kept_at(column: ColumnId) -> String {
    format!("collapsed/{column}")
}

/// The task whose card has the focus.
pub fn task_of(focused: &Element) -> Option<TaskId> {
    if !focused.class_list().contains("card-link") {
        return None;
    }
    focused.id().strip_prefix("card-")?.parse().ok()
}

/// Does what is typed go into it?
pub fn is_field(element: &Element) -> bool {
    element.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_and_letters_lead_the_same_ways() {
        for (at, key, expected) in [
            (At::Card, "ArrowUp", Some(Way::Up)),
            (At::Card, "k", Some(Way::Up)),
            (At::Card, "j", Some(Way::Down)),
            (At::Card, "ArrowRight", Some(Way::After)),
            (At::Card, "Enter", None),
            // A card that is held goes by arrows alone.
            (At::Held, "ArrowRight", Some(Way::After)),
            (At::Held, "j", None),
        ] {
            assert_eq!(keys::meant(at, key).and_then(Way::of), expected, "{key}");
        }
    }
}
