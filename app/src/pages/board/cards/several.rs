//! Several cards: which are selected, and how they are put somewhere together.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::{
    Card, ColumnId, TaskId, limits,
    placing::{self, Columns, Placing},
};

use super::{Cards, Place, Spot};

impl Cards {
    /// All cards that are shown, in the order in which they are.
    pub fn all_shown(&self) -> Vec<TaskId> {
        match self.filter.with(|filter| filter.list) {
            Some(order) => self.in_order(order),
            None => {
                let columns = self.columns.with(|columns| columns.iter().map(|column| column.id).collect::<Vec<_>>());
                columns.into_iter().flat_map(|column| self.in_column(column)).collect()
            }
        }
    }

    /// The cards that are selected and shown, in the order in which they are. What is hidden is never meant.
    pub fn selected(&self) -> Vec<TaskId> {
        let picked = self.picked.get();
        if picked.is_empty() {
            return Vec::new();
        }
        let mut shown = self.all_shown();
        shown.retain(|id| picked.contains(id));
        shown
    }

    /// Those that are meant where something is done to one: all that are selected, if it is one of them.
    pub fn meant(&self, id: TaskId) -> Vec<TaskId> {
        let selected = untrack(|| self.selected());
        if selected.contains(&id) { selected } else { vec![id] }
    }

    /// Selects a card, or takes it out; is it in then?
    pub fn pick(&self, id: TaskId, on: bool) -> bool {
        let room = self.picked.with_untracked(BTreeSet::len) < limits::SEVERAL;
        self.picked.maybe_update(|picked| if on { room && picked.insert(id) } else { picked.remove(&id) });
        self.anchor.set_value(on.then_some(id));
        self.picked.with_untracked(|picked| picked.contains(&id))
    }

    /// Selects the cards from the one that was selected last to this one: of a column, or of the list.
    pub fn pick_to(&self, id: TaskId) {
        let shown = untrack(|| match (self.filter.with(|filter| filter.list), self.shown_at(id)) {
            (None, Some(place)) => self.in_column(place.column),
            _ => self.all_shown(),
        });
        let at = |id: Option<TaskId>| shown.iter().position(|other| Some(*other) == id);
        let Some(to) = at(Some(id)) else { return };
        let from = at(self.anchor.get_value()).unwrap_or(to);
        self.picked.update(|picked| {
            let range = shown[from.min(to)..=from.max(to)].iter();
            let room = limits::SEVERAL.saturating_sub(picked.len());
            let new: Vec<TaskId> = range.copied().filter(|id| !picked.contains(id)).take(room).collect();
            picked.extend(new);
        });
        if self.anchor.get_value().is_none() {
            self.anchor.set_value(Some(id));
        }
    }

    /// Nothing is selected.
    pub fn pick_nothing(&self) {
        self.picked.maybe_update(|picked| !std::mem::take(picked).is_empty());
        self.anchor.set_value(None);
    }

    /// A spot as it is without some cards, which are about to be put there: right below the nearest other one above.
    pub fn spot_without(&self, tasks: &[TaskId], spot: Spot) -> Spot {
        let all = untrack(|| self.all_in_column(spot.column));
        let at = |id: Option<TaskId>| all.iter().position(|other| Some(*other) == id);
        let to = match (at(spot.above), at(spot.below)) {
            (Some(above), _) => above + 1,
            (None, Some(below)) => below,
            (None, None) => all.len(),
        };
        let stays = |id: &&TaskId| !tasks.contains(id);
        let (above, below) = (all[..to].iter().rev().find(stays), all[to..].iter().find(stays));
        Spot { column: spot.column, above: above.copied(), below: below.copied() }
    }

    /// Where cards are now, so that they can be put back: from the top of each column.
    pub fn spots_of(&self, tasks: &[TaskId]) -> Vec<Placing> {
        let mut places: Vec<(Place, TaskId)> =
            tasks.iter().filter_map(|task| Some((self.shown_at(*task)?, *task))).collect();
        places.sort_by(|(a, a_id), (b, b_id)| (a.column, &a.position, a_id).cmp(&(b.column, &b.position, b_id)));
        let spot = |(_, task): (Place, TaskId)| {
            let Spot { column, above, below } = self.spot(task)?;
            Some(Placing { task, column, above, below })
        };
        places.into_iter().filter_map(spot).collect()
    }

    /// I put cards somewhere: they are shown there from now on. Gives the number of each one's move.
    pub fn take_several(&self, placings: &[Placing]) -> Vec<(TaskId, u64)> {
        let ids: BTreeSet<ColumnId> = placings.iter().map(|placing| placing.column).collect();
        let with_key = |id: TaskId| Some((id, self.shown_at(id)?.position));
        let inside = |column| untrack(|| self.all_in_column(column)).into_iter().filter_map(with_key).collect();
        let mut columns: Columns = ids.into_iter().map(|column| (column, inside(column))).collect();
        // Two neighbours share a key only while moves of mine are on their way: the answer shows where they are.
        let places = placing::place(&mut columns, placings, |id| self.shown_at(id).is_some()).unwrap_or_default();
        places
            .into_iter()
            .map(|place| (place.id, self.take(place.id, Place { column: place.column, position: place.position })))
            .collect()
    }

    /// The server has answered to moves of mine. A card that is not among its own is where it was.
    pub fn answered_several(&self, moves: &[(TaskId, u64)], cards: &[Card]) {
        for (id, serial) in moves {
            match cards.iter().find(|card| card.id == *id) {
                Some(card) => self.answered(*serial, card),
                None => self.put_back(*serial, *id),
            }
        }
    }
}
