//! The board as it is shown, kept current by its events.

use std::collections::BTreeMap;

use leptos::prelude::*;
use protocol::{Card, Column, ColumnId, Day, Event, Label, TaskId, page::BoardPage};

use super::follow::{concerns_people, follow_labels, follow_people};

/// Columns and cards as signals: a change of one card is told to that card alone.
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
    cards: RwSignal<BTreeMap<TaskId, ArcRwSignal<Card>>>,
}

impl Cards {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            name: RwSignal::default(),
            columns: RwSignal::default(),
            labels: RwSignal::default(),
            today: RwSignal::default(),
            cards: RwSignal::default(),
        }
    }

    /// Takes a snapshot of the board.
    pub fn fill(&self, page: &BoardPage) {
        self.name.set(page.board.board.name.clone());
        self.columns.set(page.columns.clone());
        self.labels.set(page.labels.clone());
        self.today.set(page.today);
        self.cards.set(page.cards.iter().map(|card| (card.id, ArcRwSignal::new(card.clone()))).collect());
    }

    /// The board as it is shown now, `page` being how it began.
    pub fn copy(&self, mut page: BoardPage) -> BoardPage {
        page.board.board.name = self.name.get_untracked();
        page.columns = self.columns.get_untracked();
        page.labels = self.labels.get_untracked();
        page.cards = self.cards.with_untracked(|cards| cards.values().map(|card| card.get_untracked()).collect());
        page
    }

    /// A card is new, or is now like this. What an answer says is older than an event may have told already.
    pub fn put(&self, card: Card) {
        match self.get(card.id) {
            Some(shown) => {
                if shown.with_untracked(|shown| shown.revision <= card.revision && *shown != card) {
                    shown.set(card);
                }
            }
            None => self.cards.update(|cards| {
                cards.insert(card.id, ArcRwSignal::new(card));
            }),
        }
    }

    /// Takes in what happened on the board.
    pub fn apply(&self, event: &Event) {
        match event {
            Event::TaskCreated { card } | Event::CardChanged { card } => self.put(card.clone()),
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
            Event::BoardChanged { board } => self.name.set(board.name.clone()),
            _ => {}
        }
    }

    /// A card, without following what other cards there are.
    pub fn get(&self, id: TaskId) -> Option<ArcRwSignal<Card>> {
        self.cards.with_untracked(|cards| cards.get(&id).cloned())
    }

    /// The cards of a column, from the top.
    pub fn in_column(&self, column: ColumnId) -> Vec<TaskId> {
        let mut places: Vec<(String, TaskId)> = self.cards.with(|cards| {
            let places = cards
                .values()
                .filter_map(|card| card.with(|card| (card.column == column).then(|| (card.position.clone(), card.id))));
            places.collect()
        });
        places.sort();
        places.into_iter().map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use protocol::BoardId;

    use super::*;

    fn card(id: i64, column: i64, position: &str) -> Card {
        Card {
            id: TaskId(id),
            board: BoardId(1),
            number: id,
            column: ColumnId(column),
            position: position.into(),
            title: format!("Task {id}"),
            ..Card::default()
        }
    }

    fn ids(cards: &Cards, column: i64) -> Vec<i64> {
        cards.in_column(ColumnId(column)).into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn cards_come_move_and_change_with_events() {
        let owner = Owner::new();
        owner.with(|| {
            let cards = Cards::new();
            cards.apply(&Event::TaskCreated { card: card(1, 1, "a2") });
            cards.apply(&Event::TaskCreated { card: card(2, 1, "a1") });
            assert_eq!(ids(&cards, 1), [2, 1]);
            cards.apply(&Event::CardChanged { card: card(2, 5, "a1") });
            assert_eq!((ids(&cards, 1), ids(&cards, 5)), (vec![1], vec![2]));
            cards.apply(&Event::CommentsCounted { id: TaskId(2), comments: 3 });
            cards.apply(&Event::CommentsCounted { id: TaskId(9), comments: 3 });
            assert_eq!(cards.get(TaskId(2)).map(|card| card.get_untracked().comments), Some(3));
        });
    }

    #[test]
    fn an_answer_that_comes_late_undoes_nothing() {
        let owner = Owner::new();
        owner.with(|| {
            let cards = Cards::new();
            let revised = |revision, column| Card { revision, ..card(1, column, "a1") };
            cards.apply(&Event::TaskCreated { card: revised(0, 1) });
            cards.apply(&Event::CardChanged { card: revised(2, 3) });
            cards.put(revised(1, 2));
            assert_eq!((ids(&cards, 2), ids(&cards, 3)), (vec![], vec![1]));
        });
    }

    #[test]
    fn the_same_card_twice_is_one_card() {
        let owner = Owner::new();
        owner.with(|| {
            let cards = Cards::new();
            cards.put(card(1, 1, "a1"));
            cards.apply(&Event::TaskCreated { card: card(1, 1, "a1") });
            assert_eq!(ids(&cards, 1), [1]);
        });
    }
}
