//! The cards that the filter shows, and where something is that is put among them.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use protocol::{
    Card, ColumnId, Day, Person, TaskId, UserId,
    filter::{Filter, Order},
};

use super::{Cards, Spot};

/// The cards that a filter shows, whatever becomes of them; none where it shows all, so that nothing is
/// looked at then.
pub(super) fn matching(
    filter: Memo<Filter>,
    cards: RwSignal<BTreeMap<TaskId, ArcRwSignal<Card>>>,
    me: RwSignal<UserId>,
    today: RwSignal<Day>,
) -> Memo<Option<BTreeSet<TaskId>>> {
    Memo::new(move |_| {
        let filter = filter.get();
        if filter.is_empty() {
            return None;
        }
        let sought = filter.sought(me.get(), today.get());
        let matches = |card: &ArcRwSignal<Card>| card.with(|card| sought.matches(card));
        Some(cards.with(|cards| cards.iter().filter(|(_, card)| matches(card)).map(|(id, _)| *id).collect()))
    })
}

impl Cards {
    /// The cards that a column shows, from the top. One that is held stays among them.
    pub fn in_column(&self, column: ColumnId) -> Vec<TaskId> {
        let mut cards = self.all_in_column(column);
        self.matching.with(|matching| {
            if let Some(matching) = matching {
                let held = self.held.with(|held| held.as_ref().map(|(id, _)| *id));
                cards.retain(|id| matching.contains(id) || held == Some(*id));
            }
        });
        cards
    }

    /// The cards that the filter shows, of all columns, in this order.
    pub fn in_order(&self, order: Order) -> Vec<TaskId> {
        let columns = self.columns.with(|columns| columns.iter().map(|column| column.id).collect::<Vec<_>>());
        let mut rows = Vec::new();
        for (place, column) in columns.into_iter().enumerate() {
            let shown = self.in_column(column).into_iter();
            rows.extend(shown.filter_map(|id| {
                let card = self.cards.with(|cards| cards.get(&id).cloned())?;
                Some((self.labels.with(|labels| card.with(|card| order.rank(card, place, labels))), id))
            }));
        }
        order.sort(&mut rows);
        rows.into_iter().map(|(_, id)| id).collect()
    }

    /// The order of the list; the usual one where columns are shown.
    pub fn order_of_list(&self) -> Memo<Order> {
        let filter = self.filter;
        Memo::new(move |_| filter.with(|filter| filter.list.unwrap_or_default()))
    }

    /// How many cards the filter shows, of how many; none where it shows all.
    pub fn shown(&self) -> Option<(usize, usize)> {
        self.matching.with(|matching| {
            let matching = matching.as_ref()?;
            // Those that are on the board: what is known of others may match, too.
            self.order.with(|order| {
                let all = || order.values().flatten();
                Some((all().filter(|id| matching.contains(id)).count(), all().count()))
            })
        })
    }

    /// Does the filter hide a card?
    pub fn hides(&self, id: TaskId) -> bool {
        // Somebody may have gone elsewhere before an answer came.
        let hides = self
            .matching
            .try_with_untracked(|matching| matching.as_ref().is_some_and(|matching| !matching.contains(&id)));
        hides == Some(true)
    }

    /// Whoever shall do something on this board, by name, without following changes.
    pub fn assigned(&self) -> Vec<Person> {
        let mut people = BTreeMap::new();
        self.cards.with_untracked(|cards| {
            for card in cards.values() {
                card.with_untracked(|card| {
                    for person in card.assignees.iter().filter(|_| !card.archived) {
                        people.entry(person.id).or_insert_with(|| person.clone());
                    }
                });
            }
        });
        let mut people: Vec<Person> = people.into_values().collect();
        people.sort_by_cached_key(|person| (protocol::text::fold(&person.display_name), person.id));
        people
    }

    /// The spot below all other cards of a column.
    pub fn bottom_of(&self, id: TaskId, column: ColumnId) -> Spot {
        let above = untrack(|| self.all_in_column(column)).into_iter().rfind(|other| *other != id);
        Spot { column, above, below: None }
    }

    /// A spot between two cards that are shown as one among all, hidden ones too: right below the upper
    /// one, which is where the server puts it. Where nothing that is shown would change, it is the one where
    /// the card is, so that hidden cards keep their place, too.
    pub fn exact(&self, task: TaskId, spot: Spot) -> Spot {
        if self.matching.with_untracked(Option::is_none) {
            return spot;
        }
        let mut all = untrack(|| self.all_in_column(spot.column));
        all.retain(|other| *other != task);
        let after = |at: usize| Spot {
            column: spot.column,
            above: at.checked_sub(1).and_then(|above| all.get(above).copied()),
            below: all.get(at).copied(),
        };
        if let Some(own) = self.settled_at(task).filter(|own| own.column == spot.column) {
            let is_above = |other: &TaskId| {
                self.shown_at(*other).is_some_and(|place| (&place.position, *other) < (&own.position, task))
            };
            let at = all.partition_point(is_above);
            let shown = |id: &&TaskId| !self.hides(**id);
            let (above, below) = (all[..at].iter().rev().find(shown), all[at..].iter().find(shown));
            if (above.copied(), below.copied()) == (spot.above, spot.below) {
                return after(at);
            }
        }
        let place = |id: Option<TaskId>| all.iter().position(|other| Some(*other) == id);
        match (place(spot.above), place(spot.below)) {
            (Some(above), _) => after(above + 1),
            (None, Some(below)) => after(below),
            (None, None) => after(all.len()),
        }
    }
}
