//! What is done to several cards at once: by one write, and taken back by one.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    BoardId, Card, TaskChange, TaskId,
    placing::{self, Placing},
};
use uuid::Uuid;

use super::{
    super::{cards::Place, cards::Spot, fly},
    Done, Moves, Step, Word,
};
use crate::{
    api::{change_each, change_tasks},
    ui::new_key,
};

/// A move of several cards on its way.
#[derive(Clone, Debug)]
pub(super) struct Together {
    /// The client id: the same when it is tried again.
    pub(super) key: Uuid,
    pub(super) board: BoardId,
    pub(super) placings: Vec<Placing>,
    /// Where they were.
    from: Vec<Placing>,
    pub(super) serials: Vec<(TaskId, u64)>,
    /// Is it there to undo another?
    pub(super) undoes: bool,
}

impl Together {
    pub(super) fn tasks(&self) -> Vec<TaskId> {
        self.placings.iter().map(|placing| placing.task).collect()
    }
}

impl Moves {
    /// Moves cards to a spot, one below the other. The one that was carried there is seen to land by itself.
    pub fn begin_several(self, tasks: &[TaskId], to: Spot, carried: Option<TaskId>) {
        let Some(board) = self.board() else { return };
        let to = self.cards.spot_without(tasks, to);
        let (placings, from) = (placing::in_a_row(tasks, to.column, to.above, to.below), self.cards.spots_of(tasks));
        let next = Together { key: new_key(), board, placings, from, serials: Vec::new(), undoes: false };
        self.enqueue_several(next, carried);
        self.cards.pick_nothing();
    }

    /// Takes cards off the board, into the archive.
    pub fn archive_several(self, tasks: Vec<TaskId>) {
        if let Some(board) = self.board() {
            self.send_archived(Step::ArchiveSeveral(new_key(), board, tasks));
        }
    }

    /// Puts a label or a person onto cards, or takes them off, or gives them a date or a priority.
    pub fn change_several(self, tasks: Vec<TaskId>, change: TaskChange, words: String) {
        if let Some(board) = self.board() {
            spawn_local(self.send_change(board, tasks, change, words, true));
        }
    }

    /// What cards have now where a change would give them something else.
    fn set_before(self, tasks: &[TaskId], change: &TaskChange) -> Vec<(TaskId, TaskChange)> {
        let had =
            |task: &TaskId| self.cards.get(*task)?.with_untracked(|card| had(card, change)).map(|had| (*task, had));
        tasks.iter().filter_map(had).collect()
    }

    pub(super) fn enqueue_several(self, mut next: Together, carried: Option<TaskId>) {
        let flying: Vec<TaskId> = next.tasks().into_iter().filter(|task| Some(*task) != carried).collect();
        fly::take_off(&flying);
        next.serials = self.cards.take_several(&next.placings);
        self.begin_to_send(Step::Several(next));
    }

    /// They are where they were to go, but for those that are not among the cards of the answer.
    pub(super) fn placed(self, next: Together, cards: &[Card]) {
        self.cards.answered_several(&next.serials, cards);
        let left = left_out(next.placings.len() - cards.len().min(next.placings.len()));
        let name = match cards {
            [] => return self.tell(Word::Said("They are not on the board any more.".to_owned())),
            [card] => format!("“{}”", card.title),
            _ => format!("{} tasks", cards.len()),
        };
        if next.undoes {
            return self.tell(Word::Said(format!("Moved {name} back.{left}")));
        }
        let at = |card: &Card| Place { column: card.column, position: card.position.clone() };
        let place = |id: TaskId| cards.iter().find(|card| card.id == id).map(at);
        let moved = next.from.iter().filter_map(|from| Some((*from, place(from.task)?))).collect();
        self.remember(Done::Several { board: next.board, moved });
        let column = self.cards.column_name(cards[0].column);
        self.tell(Word::Undoable(format!("Moved {name} to {column}.{left}")));
    }

    /// Undoes a move of several. What somebody has moved since stays.
    pub(super) fn take_back(self, board: BoardId, moved: Vec<(Placing, Place)>) {
        let count = moved.len();
        let still = |(from, at): (Placing, Place)| (self.cards.shown_at(from.task) == Some(at)).then_some(from);
        let placings: Vec<Placing> = moved.into_iter().filter_map(still).collect();
        let Some(first) = placings.first().map(|placing| placing.task) else {
            return self.tell(Word::Said("They were moved again since, and stay where they are.".to_owned()));
        };
        if placings.len() < count {
            self.announced.set("Some were moved again since, and stay where they are.".to_owned());
        }
        let from = self.cards.spots_of(&placings.iter().map(|placing| placing.task).collect::<Vec<_>>());
        let next = Together { key: new_key(), board, placings, from, serials: Vec::new(), undoes: true };
        self.enqueue_several(next, None);
        fly::focus(first);
    }

    /// They are archived, but for those that the answer does not name.
    pub(super) fn archived_several(self, board: BoardId, tasks: &[TaskId], cards: &[(TaskId, i64)]) {
        self.cards.archived(cards);
        tasks.iter().for_each(|task| self.cards.hide(*task, false));
        self.archived(board, cards.iter().map(|(id, _)| *id).collect());
    }

    async fn send_change(self, board: BoardId, tasks: Vec<TaskId>, change: TaskChange, words: String, undoable: bool) {
        let mut before = self.set_before(&tasks, &change);
        let answer = change_tasks(new_key(), board, tasks, change.clone()).await;
        if self.word.is_disposed() {
            return;
        }
        match answer {
            Ok(cards) => {
                let changed: Vec<TaskId> = cards.iter().map(|card| card.id).collect();
                cards.into_iter().for_each(|card| self.cards.put(card));
                before.retain(|(task, _)| changed.contains(task));
                if !before.is_empty() {
                    self.remember(Done::Set { board, now: change, back: before });
                    return self.tell(Word::Undoable(words));
                }
                match opposite(&change).filter(|_| undoable && !changed.is_empty()) {
                    Some(back) => {
                        self.remember(Done::Changed { board, tasks: changed, back });
                        self.tell(Word::Undoable(words));
                    }
                    None => self.tell(Word::Said(words)),
                }
            }
            Err(error) => self.tell(Word::Refused(format!("The tasks were not changed. {}", error.0))),
        }
    }

    /// Undoes a change of those tasks that it has changed.
    pub(super) fn change_back(self, board: BoardId, tasks: Vec<TaskId>, back: TaskChange) {
        spawn_local(self.send_change(board, tasks, back, "Undone.".to_owned(), false));
    }
}

impl Moves {
    /// Undoes that cards were given a date or a priority. What somebody has changed since stays.
    pub(super) fn set_back(self, board: BoardId, now: &TaskChange, mut back: Vec<(TaskId, TaskChange)>) {
        let still = |card: &Card| had(card, now).as_ref() == Some(now);
        back.retain(|(task, _)| self.cards.get(*task).is_some_and(|card| card.with_untracked(still)));
        if back.is_empty() {
            return self.tell(Word::Said("They were changed again since, and stay as they are.".to_owned()));
        }
        spawn_local(async move {
            let answer = change_each(new_key(), board, back).await;
            if self.word.is_disposed() {
                return;
            }
            match answer {
                Ok(cards) => {
                    cards.into_iter().for_each(|card| self.cards.put(card));
                    self.tell(Word::Said("Undone.".to_owned()));
                }
                Err(error) => self.tell(Word::Refused(format!("It was not undone. {}", error.0))),
            }
        });
    }
}

/// What a card has of that which a change is about, where it is a date or a priority.
fn had(card: &Card, change: &TaskChange) -> Option<TaskChange> {
    match change {
        TaskChange::Due(_) => Some(TaskChange::Due(card.due)),
        TaskChange::Priority(_) => Some(TaskChange::Priority(card.priority)),
        _ => None,
    }
}

fn opposite(change: &TaskChange) -> Option<TaskChange> {
    match change {
        TaskChange::Assign(user) => Some(TaskChange::Unassign(*user)),
        TaskChange::Unassign(user) => Some(TaskChange::Assign(*user)),
        TaskChange::Label(label) => Some(TaskChange::Unlabel(*label)),
        TaskChange::Unlabel(label) => Some(TaskChange::Label(*label)),
        _ => None,
    }
}

fn left_out(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => " One is not on the board any more.".to_owned(),
        _ => format!(" {count} are not on the board any more."),
    }
}
