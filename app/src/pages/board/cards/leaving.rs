//! Cards that leave the board: archived, or deleted.

use leptos::prelude::*;
use protocol::{Card, TaskId};

use super::Cards;

impl Cards {
    /// I archived a card: it is shown no longer, unless that comes to nothing.
    pub fn hide(&self, id: TaskId, hidden: bool) {
        self.changed();
        self.leaving.update(|leaving| {
            if hidden {
                leaving.insert(id);
            } else {
                leaving.remove(&id);
            }
        });
    }

    /// Cards were archived. They are remembered, as an answer to something earlier may yet come.
    pub fn archived(&self, cards: &[(TaskId, i64)]) {
        for (id, revision) in cards {
            let Some(card) = self.get(*id) else { continue };
            if card.with_untracked(|card| card.revision <= *revision) {
                card.update(|card| (card.archived, card.revision) = (true, *revision));
                self.leave(*id);
            }
        }
    }

    /// A card was deleted, or went to another board; nothing of what it said is kept.
    pub(super) fn deleted(&self, id: TaskId, revision: i64) {
        let Some(card) = self.get(id) else { return };
        if card.with_untracked(|card| card.revision <= revision) {
            self.leave(id);
            let board = card.with_untracked(|card| card.board);
            card.set(Card { id, board, revision, archived: true, ..Card::default() });
        }
    }

    /// A card is on the board no longer.
    pub(super) fn leave(&self, id: TaskId) {
        self.changed();
        if self.held.with_untracked(|held| held.as_ref().is_some_and(|(held, _)| *held == id)) {
            self.held.set(None);
        }
        self.mine.maybe_update(|mine| mine.remove(&id).is_some());
        self.places.maybe_update(|places| places.remove(&id).is_some());
        self.leaving.maybe_update(|leaving| leaving.remove(&id));
        self.picked.maybe_update(|picked| picked.remove(&id));
    }
}
