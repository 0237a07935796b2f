//! Moves of columns: shown at once, put back where they are refused, undone.

use leptos::{prelude::*, task::spawn_local};
use protocol::{BoardId, Column, ColumnId};

use super::{Done, Moves, Word};
use crate::{api::move_column, ui::new_key};

impl Moves {
    /// Puts a column right after another, or first.
    pub fn place_column(self, board: BoardId, column: ColumnId, after: Option<ColumnId>) {
        self.send_column(board, column, after, true);
    }

    /// Undoes such a move. A column that somebody has moved since stays.
    pub(super) fn column_back(self, board: BoardId, column: ColumnId, from: Option<ColumnId>, to: Option<ColumnId>) {
        let still = self.cards.columns.with_untracked(|columns| before(columns, column)) == Some(to);
        if still {
            self.send_column(board, column, from, false);
        } else {
            self.tell(Word::Said("The column was moved again since, and stays where it is.".to_owned()));
        }
    }

    fn send_column(self, board: BoardId, column: ColumnId, after: Option<ColumnId>, undoable: bool) {
        let cards = self.cards;
        let was = cards.columns.get_untracked();
        let Some(placed) = placed(&was, column, after) else { return };
        let from = before(&was, column).flatten();
        cards.set_columns(placed.clone());
        let name = cards.column_name(column);
        spawn_local(async move {
            let answer = move_column(new_key(), board, column, after).await;
            if self.word.is_disposed() {
                return;
            }
            match answer {
                Ok(()) if undoable => {
                    self.remember(Done::Column { board, column, from, to: after });
                    self.tell(Word::Undoable(format!("Moved the column {name}.")));
                }
                Ok(()) => self.tell(Word::Said(format!("Moved the column {name} back."))),
                Err(error) => {
                    // Where somebody has changed them meanwhile, that is how they are.
                    if cards.columns.with_untracked(|columns| *columns == placed) {
                        cards.set_columns(was);
                    }
                    self.tell(Word::Refused(format!("The column {name} was not moved. {}", error.0)));
                }
            }
        });
    }
}

/// After which column one stands, if it is there.
fn before(columns: &[Column], column: ColumnId) -> Option<Option<ColumnId>> {
    let at = columns.iter().position(|one| one.id == column)?;
    Some(at.checked_sub(1).map(|at| columns[at].id))
}

/// The columns with one of them right after another, or first; none where that is where it is.
fn placed(columns: &[Column], column: ColumnId, after: Option<ColumnId>) -> Option<Vec<Column>> {
    let at = columns.iter().position(|one| one.id == column)?;
    let mut placed = columns.to_vec();
    let moved = placed.remove(at);
    let to = match after {
        None => 0,
        Some(after) => placed.iter().position(|one| one.id == after)? + 1,
    };
    placed.insert(to, moved);
    (to != at).then_some(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_put_after_another_or_first() {
        let column =
            |id| Column { id: ColumnId(id), name: String::new(), position: String::new(), colour: None, limit: None };
        let columns = [1, 2, 3].map(column);
        let ids = |after: Option<i64>| {
            placed(&columns, ColumnId(2), after.map(ColumnId))
                .map(|columns| columns.iter().map(|column| column.id.0).collect::<Vec<_>>())
        };
        assert_eq!(ids(None), Some(vec![2, 1, 3]));
        assert_eq!(ids(Some(3)), Some(vec![1, 3, 2]));
        assert_eq!(ids(Some(1)), None, "it is there");
        assert_eq!(ids(Some(9)), None, "that one has gone");
    }
}
