//! The board as it is shown, kept current by its events.

mod filtered;
mod leaving;
mod several;
mod turns;

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use protocol::{Card, Column, ColumnId, Day, Event, Label, TaskId, UserId, filter::Filter, order, page::BoardPage};

use super::follow::{concerns_people, follow_labels, follow_people};
pub use turns::{Row, rows};

/// Where a card is: its column, and its order key there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The column.
    pub column: ColumnId,
    /// See [`protocol::order`].
    pub position: String,
}

/// Where a card is among others: between which two, in which column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The column.
    pub column: ColumnId,
    /// The card above, none at the top.
    pub above: Option<TaskId>,
    /// The card below, none at the bottom.
    pub below: Option<TaskId>,
}

/// Where I have put a card, until the server says so too.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mine {
    /// Counts my moves: what is answered to an earlier one means nothing any more.
    serial: u64,
    place: Place,
    /// The server has answered that this is the place, and its event is yet to come.
    answered: bool,
    /// Where events have put it meanwhile; the one of my move may come before its answer.
    told: Vec<Place>,
}

/// Columns and cards as signals: a change of one card is told to that card alone.
///
/// A card is shown where it is held; else where I have put it, until the server has the last word;
/// else where the server says.
#[derive(Clone, Copy)]
pub struct Cards {
    /// The board's name.
    pub name: RwSignal<String>,
    /// In order.
    pub columns: RwSignal<Vec<Column>>,
    /// The board's labels, by name.
    pub labels: RwSignal<Vec<Label>>,
    /// What day it is.
    pub today: RwSignal<Day>,
    /// The card that is being moved by keys, and where it is shown meanwhile.
    pub held: RwSignal<Option<(TaskId, Place)>>,
    /// The cards that are selected, …
    pub picked: RwSignal<BTreeSet<TaskId>>,
    /// … and the one that was last.
    anchor: StoredValue<Option<TaskId>>,
    /// Which cards are shown.
    pub filter: Memo<Filter>,
    /// Who looks.
    pub me: RwSignal<UserId>,
    /// The cards that the filter shows; none where it shows all.
    matching: Memo<Option<BTreeSet<TaskId>>>,
    cards: RwSignal<BTreeMap<TaskId, ArcRwSignal<Card>>>,
    places: RwSignal<BTreeMap<TaskId, Place>>,
    mine: RwSignal<BTreeMap<TaskId, Mine>>,
    /// Cards that I have archived, until the server says so too.
    leaving: RwSignal<BTreeSet<TaskId>>,
    changes: StoredValue<u32>,
    order: Memo<BTreeMap<ColumnId, Vec<TaskId>>>,
}

impl Cards {
    /// Nothing yet.
    pub fn new(filter: Memo<Filter>) -> Self {
        let (cards, today, me) = (RwSignal::default(), RwSignal::default(), RwSignal::default());
        let held = RwSignal::new(None::<(TaskId, Place)>);
        let (places, mine) = (RwSignal::new(BTreeMap::new()), RwSignal::new(BTreeMap::new()));
        let leaving = RwSignal::new(BTreeSet::new());
        let order = Memo::new(move |_| {
            let mut order =
                held.with(|held| places.with(|places| mine.with(|mine| in_order(places, mine, held.as_ref()))));
            leaving.with(|leaving| {
                if !leaving.is_empty() {
                    order.values_mut().for_each(|cards: &mut Vec<TaskId>| cards.retain(|id| !leaving.contains(id)));
                }
            });
            order
        });
        Self {
            name: RwSignal::default(),
            columns: RwSignal::default(),
            labels: RwSignal::default(),
            today,
            held,
            picked: RwSignal::default(),
            anchor: StoredValue::default(),
            filter,
            me,
            matching: filtered::matching(filter, cards, me, today),
            cards,
            places,
            mine,
            leaving,
            changes: StoredValue::default(),
            order,
        }
    }

    /// Counts what changes where something is: what was measured before counts no more.
    pub fn changes(&self) -> u32 {
        self.changes.get_value()
    }

    /// Takes a snapshot of the board.
    pub fn fill(&self, page: &BoardPage) {
        self.changed();
        self.name.set(page.board.board.name.clone());
        self.columns.set(page.columns.clone());
        self.labels.set(page.labels.clone());
        self.today.set(page.today);
        self.cards.set(page.cards.iter().map(|card| (card.id, ArcRwSignal::new(card.clone()))).collect());
        self.places.set(page.cards.iter().map(|card| (card.id, place_of(card))).collect());
        if self.mine.with_untracked(|mine| mine.values().any(|mine| mine.answered)) {
            self.mine.update(|mine| mine.retain(|_, mine| !mine.answered));
        }
    }

    /// The board as it is shown now, `page` being how it began.
    pub fn copy(&self, mut page: BoardPage) -> BoardPage {
        page.board.board.name = self.name.get_untracked();
        page.columns = self.columns.get_untracked();
        page.labels = self.labels.get_untracked();
        page.cards = self.cards.with_untracked(|cards| cards.values().map(|card| card.get_untracked()).collect());
        page.cards.retain(|card| !card.archived);
        page
    }

    /// A card is new, or is now like this. What an answer says is older than an event may have told already.
    pub fn put(&self, card: Card) {
        if self.cards.is_disposed() {
            // Somebody has gone elsewhere before the answer came.
            return;
        }
        let (id, place, archived) = (card.id, place_of(&card), card.archived);
        match self.get(id) {
            Some(shown) if shown.with_untracked(|shown| shown.revision > card.revision) => return,
            // It has gone to another board since.
            Some(shown) if shown.with_untracked(|shown| shown.board != card.board) => {
                return self.deleted(id, card.revision);
            }
            Some(shown) => {
                if shown.with_untracked(|shown| *shown != card) {
                    shown.set(card);
                }
            }
            None => self.cards.update(|cards| {
                cards.insert(id, ArcRwSignal::new(card));
            }),
        }
        if archived {
            self.leave(id);
        } else {
            self.place(id, place);
        }
    }

    /// Takes in what happened on the board.
    pub fn apply(&self, event: &Event) {
        match event {
            Event::TaskCreated { card } | Event::CardChanged { card } => self.put(card.clone()),
            Event::TaskRestored { card, .. } => self.put(card.clone()),
            Event::CardsArchived { cards, .. } => self.archived(cards),
            Event::TaskDeleted { id, revision, .. } | Event::TaskLeft { id, revision, .. } => {
                self.deleted(*id, *revision);
            }
            Event::CardsPlaced { cards } => cards.iter().for_each(|placed| {
                if let Some(card) = self.get(placed.id) {
                    card.update(|card| {
                        card.column = placed.column;
                        card.position.clone_from(&placed.position);
                    });
                    self.place(placed.id, Place { column: placed.column, position: placed.position.clone() });
                }
            }),
            Event::CommentsCounted { id, comments } => {
                if let Some(card) = self.get(*id) {
                    card.update(|card| card.comments = *comments);
                }
            }
            Event::LabelChanged { .. } | Event::LabelDeleted { .. } => self.labels.update(|labels| {
                follow_labels(labels, event);
            }),
            _ if concerns_people(event) => {
                for card in self.cards.with_untracked(|cards| cards.values().cloned().collect::<Vec<_>>()) {
                    card.maybe_update(|card| follow_people(&mut card.assignees, event));
                }
            }
            Event::ColumnsChanged { columns } => self.set_columns(columns.clone()),
            Event::BoardChanged { board } => self.name.set(board.name.clone()),
            _ => {}
        }
    }

    /// The columns are these, in this order.
    pub fn set_columns(&self, columns: Vec<Column>) {
        self.changed();
        self.columns.set(columns);
    }

    /// The cards that an event will show somewhere else.
    pub fn moved_by(&self, event: &Event) -> Vec<TaskId> {
        let moves = |id: TaskId, place: Place| {
            let fixed = self.mine.with_untracked(|mine| mine.contains_key(&id))
                || self.held.with_untracked(|held| held.as_ref().is_some_and(|(held, _)| *held == id));
            let shown = self.places.with_untracked(|places| places.get(&id).is_some_and(|shown| *shown != place));
            (shown && !fixed).then_some(id)
        };
        match event {
            Event::CardChanged { card } => moves(card.id, place_of(card)).into_iter().collect(),
            Event::CardsPlaced { cards } => {
                let place = |column, position: &String| Place { column, position: position.clone() };
                cards.iter().filter_map(|card| moves(card.id, place(card.column, &card.position))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// I put a card somewhere: it is shown there from now on. Gives the number of this move.
    pub fn take(&self, id: TaskId, place: Place) -> u64 {
        let mut serial = 0;
        self.changed();
        self.mine.update(|mine| {
            serial = mine.values().map(|mine| mine.serial).max().unwrap_or(0) + 1;
            mine.insert(id, Mine { serial, place, answered: false, told: Vec::new() });
        });
        serial
    }

    /// The server has answered to my move number `serial`.
    pub fn answered(&self, serial: u64, card: &Card) {
        let now = place_of(card);
        // The event of this move, or of a later one, may have come before the answer, even before a first
        // answer that was lost.
        let known =
            self.get(card.id).is_some_and(|known| known.with_untracked(|known| known.revision >= card.revision));
        self.mine.update(|mine| {
            let Some(moved) = mine.get_mut(&card.id).filter(|mine| mine.serial == serial) else { return };
            if known || moved.told.contains(&now) {
                mine.remove(&card.id);
            } else {
                moved.answered = true;
                moved.place = now;
            }
        });
    }

    /// My move number `serial` came to nothing: the card is where it was.
    pub fn put_back(&self, serial: u64, id: TaskId) {
        if self.mine.with_untracked(|mine| mine.get(&id).is_some_and(|mine| mine.serial == serial)) {
            self.changed();
            self.mine.update(|mine| {
                mine.remove(&id);
            });
        }
    }

    /// A card, without following what other cards there are.
    pub fn get(&self, id: TaskId) -> Option<ArcRwSignal<Card>> {
        self.cards.with_untracked(|cards| cards.get(&id).cloned())
    }

    /// A card's title now.
    pub fn title(&self, id: TaskId) -> String {
        self.get(id).map(|card| card.with_untracked(|card| card.title.clone())).unwrap_or_default()
    }

    /// A column as it is now, if it is still there.
    pub fn column(&self, id: ColumnId) -> Option<Column> {
        self.columns.with(|columns| columns.iter().find(|column| column.id == id).cloned())
    }

    /// A column's name now.
    pub fn column_name(&self, id: ColumnId) -> String {
        untrack(|| self.column(id)).map(|column| column.name).unwrap_or_default()
    }

    /// The cards of a column, from the top, those too that the filter hides.
    pub fn all_in_column(&self, column: ColumnId) -> Vec<TaskId> {
        self.order.with(|order| order.get(&column).cloned().unwrap_or_default())
    }

    /// Where a card is shown now.
    pub fn shown_at(&self, id: TaskId) -> Option<Place> {
        let held = self.held.with_untracked(|held| held.clone().filter(|(held, _)| *held == id).map(|(_, at)| at));
        held.or_else(|| self.settled_at(id))
    }

    /// Where a card is shown, as it changes.
    pub fn place_of(&self, id: TaskId) -> Option<Place> {
        let mine = self.mine.with(|mine| mine.get(&id).map(|mine| mine.place.clone()));
        mine.or_else(|| self.places.with(|places| places.get(&id).cloned()))
    }

    /// Where a card is but for being held.
    fn settled_at(&self, id: TaskId) -> Option<Place> {
        let mine = self.mine.with_untracked(|mine| mine.get(&id).map(|mine| mine.place.clone()));
        mine.or_else(|| self.places.with_untracked(|places| places.get(&id).cloned()))
    }

    /// Between which others a card is now, those too that the filter hides.
    pub fn spot(&self, id: TaskId) -> Option<Spot> {
        let column = self.shown_at(id)?.column;
        let cards = untrack(|| self.all_in_column(column));
        let at = cards.iter().position(|card| *card == id)?;
        let above = at.checked_sub(1).map(|above| cards[above]);
        Some(Spot { column, above, below: cards.get(at + 1).copied() })
    }

    /// The spot above which so many of the other cards that a column shows are.
    pub fn spot_in(&self, id: TaskId, column: ColumnId, above: usize) -> Spot {
        let mut others = untrack(|| self.in_column(column));
        others.retain(|other| *other != id);
        let above = above.min(others.len());
        Spot { column, above: above.checked_sub(1).map(|at| others[at]), below: others.get(above).copied() }
    }

    /// The place that a spot is; what the server will say too, unless somebody moves something first.
    pub fn place_at(&self, spot: Spot) -> Place {
        let key = |id: Option<TaskId>| id.and_then(|id| self.shown_at(id)).map(|place| place.position);
        let (above, below) = (key(spot.above), key(spot.below));
        // Two neighbours share a key only while moves of mine are on their way: the upper one's is near enough.
        let position = order::between(above.as_deref(), below.as_deref()).ok().or(above).unwrap_or_default();
        Place { column: spot.column, position }
    }

    fn changed(&self) {
        self.changes.update_value(|changes| *changes = changes.wrapping_add(1));
    }

    fn place(&self, id: TaskId, place: Place) {
        self.changed();
        if self.mine.with_untracked(|mine| mine.contains_key(&id)) {
            self.mine.update(|mine| {
                let Some(moved) = mine.get_mut(&id) else { return };
                if moved.answered && moved.place == place {
                    mine.remove(&id);
                } else {
                    moved.told.push(place.clone());
                }
            });
        }
        if self.places.with_untracked(|places| places.get(&id) != Some(&place)) {
            self.places.update(|places| {
                places.insert(id, place);
            });
        }
    }
}

fn place_of(card: &Card) -> Place {
    Place { column: card.column, position: card.position.clone() }
}

fn in_order(
    places: &BTreeMap<TaskId, Place>,
    mine: &BTreeMap<TaskId, Mine>,
    held: Option<&(TaskId, Place)>,
) -> BTreeMap<ColumnId, Vec<TaskId>> {
    let shown = places.iter().map(|(id, place)| match held.filter(|(held, _)| held == id) {
        Some((_, place)) => (place, *id),
        None => (mine.get(id).map_or(place, |mine| &mine.place), *id),
    });
    let mut shown: Vec<(&Place, TaskId)> = shown.collect();
    shown.sort_unstable_by(|(a, a_id), (b, b_id)| (&a.position, a_id).cmp(&(&b.position, b_id)));
    let mut columns: BTreeMap<ColumnId, Vec<TaskId>> = BTreeMap::new();
    for (place, id) in shown {
        columns.entry(place.column).or_default().push(id);
    }
    columns
}

#[cfg(test)]
mod tests;
