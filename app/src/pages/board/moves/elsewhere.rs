//! Moves to another board. They are made on a page of their own; the board that the tasks have left says so once it is
//! shown again, and undoes them.

use leptos::{prelude::*, task::spawn_local};
use protocol::{BoardId, page::Transferred};

use super::{Done, Moves, Word};
use crate::{api::undo_transfer, ui::new_key};

/// What was moved from a board that is yet to be shown again.
#[derive(Clone, Copy, Default)]
pub struct Departed(StoredValue<Option<(BoardId, Transferred)>>);

impl Departed {
    /// These have left this board.
    pub fn put(self, from: BoardId, moved: Transferred) {
        // Nobody is told where the frame has gone meanwhile.
        let _put = self.0.try_set_value(Some((from, moved)));
    }

    fn take(self, from: BoardId) -> Option<Transferred> {
        let departed = self.0.try_update_value(Option::take).flatten();
        departed.filter(|(board, _)| *board == from).map(|(_, moved)| moved)
    }
}

impl Moves {
    /// Says what has just gone from this board to another.
    pub fn departed(self) {
        let (Some(from), Some(departed)) = (self.board(), use_context::<Departed>()) else { return };
        if let Some(moved) = departed.take(from) {
            self.remember(Done::Elsewhere { board: from, moved: moved.clone() });
            self.tell(Word::Departed(moved));
        }
    }

    /// Undoes such a move. What somebody has moved since stays.
    pub(super) fn back_from(self, board: BoardId, moved: Transferred) {
        spawn_local(async move {
            let answer = undo_transfer(new_key(), board, moved.key).await;
            if self.word.is_disposed() {
                return;
            }
            let from = &moved.board.name;
            match answer {
                Ok(1) => self.tell(Word::Said(format!("The task is back from {from}."))),
                Ok(count) => self.tell(Word::Said(format!("{count} tasks are back from {from}."))),
                Err(error) => {
                    let words = format!("It was not undone. {}", error.0);
                    self.remember(Done::Elsewhere { board, moved });
                    self.tell(Word::Refused(words));
                }
            }
        });
    }
}
