//! Moves of cards, on the board and off it: shown at once, sent one after the other, taken back where they are
//! refused, undone.

mod columns;
mod elsewhere;
mod several;
mod words;

use std::{collections::VecDeque, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use protocol::{BoardId, Card, ColumnId, Error, TaskChange, TaskId, limits, page::Transferred, placing::Placing};
use uuid::Uuid;

use super::{
    cards::{Cards, Place, Spot},
    fly,
};
use crate::{
    api::{ApiError, archive_task, archive_tasks, move_card, place_tasks, put_tasks_back},
    ui::new_key,
};
pub use elsewhere::Departed;
use several::Together;
pub use words::Words;

/// So many moves can be undone, one after the other.
const UNDOABLE: usize = 20;

/// A move on its way.
#[derive(Clone, Debug)]
struct Move {
    /// The client id: the same when it is tried again.
    key: Uuid,
    task: TaskId,
    to: Spot,
    from: Spot,
    serial: u64,
    /// Is it there to undo another?
    undoes: bool,
}

/// What is on its way to the server, one after the other.
#[derive(Clone, Debug)]
enum Step {
    /// A move on the board.
    Move(Move),
    /// Off the board: its client id, and the task.
    Archive(Uuid, TaskId),
    /// Several at once.
    Several(Together),
    /// Several off the board.
    ArchiveSeveral(Uuid, BoardId, Vec<TaskId>),
}

/// What is to be done once a step is.
type Then = Box<dyn FnOnce(Moves)>;

impl Step {
    fn tasks(&self) -> Vec<TaskId> {
        match self {
            Self::Move(moved) => vec![moved.task],
            Self::Archive(_, task) => vec![*task],
            Self::Several(moved) => moved.tasks(),
            Self::ArchiveSeveral(_, _, tasks) => tasks.clone(),
        }
    }

    /// Is it there to undo another?
    fn undoes(&self) -> bool {
        matches!(self, Self::Move(Move { undoes: true, .. }) | Self::Several(Together { undoes: true, .. }))
    }

    fn did(&self) -> &'static str {
        match self {
            Self::Move(_) | Self::Several(_) => "moved",
            Self::Archive(..) | Self::ArchiveSeveral(..) => "archived",
        }
    }

    /// Has the server do it.
    async fn carry_out(self) -> Result<Then, ApiError> {
        Ok(match self {
            Self::Move(next) => {
                let Move { key, task, to: Spot { column, above, below }, .. } = next;
                let card = move_card(key, task, column, above, below).await?.card;
                Box::new(move |moves| moves.moved(&next, &card))
            }
            Self::Archive(key, id) => {
                let card = archive_task(key, id).await?.card;
                Box::new(move |moves| {
                    let board = card.board;
                    moves.cards.put(card);
                    moves.cards.hide(id, false);
                    moves.archived(board, vec![id]);
                })
            }
            Self::Several(next) => {
                let cards = place_tasks(next.key, next.board, next.placings.clone()).await?;
                Box::new(move |moves| moves.placed(next, &cards))
            }
            Self::ArchiveSeveral(key, board, tasks) => {
                let cards = archive_tasks(key, board, tasks.clone()).await?;
                Box::new(move |moves| moves.archived_several(board, &tasks, &cards))
            }
        })
    }
}

/// What was done and can be undone.
#[derive(Clone, Debug)]
enum Done {
    Moved {
        task: TaskId,
        from: Spot,
        at: Place,
    },
    Archived {
        board: BoardId,
        tasks: Vec<TaskId>,
    },
    /// Each from where to where.
    Several {
        board: BoardId,
        moved: Vec<(Placing, Place)>,
    },
    Changed {
        board: BoardId,
        tasks: Vec<TaskId>,
        back: TaskChange,
    },
    /// A column, after which other one it was and is.
    Column {
        board: BoardId,
        column: ColumnId,
        from: Option<ColumnId>,
        to: Option<ColumnId>,
    },
    /// A date or a priority that is the same for all now: what each had before.
    Set {
        board: BoardId,
        now: TaskChange,
        back: Vec<(TaskId, TaskChange)>,
    },
    /// To another board.
    Elsewhere {
        board: BoardId,
        moved: Transferred,
    },
}

/// What is said about a move.
#[derive(Clone, Debug)]
pub enum Word {
    /// It is done and can be undone.
    Undoable(String),
    /// Tasks went to another board, which can be undone.
    Departed(Transferred),
    /// Something else about it.
    Said(String),
    /// It was refused, or failed.
    Refused(String),
    /// The server could not be reached; it can be tried again.
    Failed(String),
}

/// The moves of one board.
#[derive(Clone, Copy)]
pub struct Moves {
    /// The board.
    pub cards: Cards,
    /// What is said about the last of them.
    pub word: RwSignal<Option<Word>>,
    /// What who can't see the board is told.
    pub announced: RwSignal<String>,
    /// Outlives the board's screen, so that what was moved last is sent even so.
    waiting: StoredValue<ArcStoredValue<VecDeque<Step>>>,
    sending: StoredValue<bool>,
    /// Steps on their way that will be undoable, …
    coming: StoredValue<usize>,
    /// … and how often undoing was asked for meanwhile.
    asked: StoredValue<usize>,
    done: StoredValue<Vec<Done>>,
    failed: StoredValue<Option<Step>>,
    words: StoredValue<u32>,
    /// Whose they are: the screen stays where another board is opened.
    board: StoredValue<Option<BoardId>>,
}

impl Moves {
    /// None yet.
    pub fn new(cards: Cards) -> Self {
        Self {
            cards,
            word: RwSignal::new(None),
            announced: RwSignal::default(),
            waiting: StoredValue::new(ArcStoredValue::new(VecDeque::new())),
            sending: StoredValue::default(),
            coming: StoredValue::default(),
            asked: StoredValue::default(),
            done: StoredValue::default(),
            failed: StoredValue::default(),
            words: StoredValue::default(),
            board: StoredValue::default(),
        }
    }

    /// The board is this one now. What was done on another can't be undone here.
    pub fn on(self, board: BoardId) {
        if self.board.try_update_value(|known| known.replace(board)).flatten().is_some_and(|before| before != board) {
            self.done.set_value(Vec::new());
            self.asked.set_value(0);
            self.failed.set_value(None);
            self.word.set(None);
            self.cards.pick_nothing();
        }
    }

    /// Whose moves they are, once that is known.
    pub fn board(self) -> Option<BoardId> {
        self.board.get_value()
    }

    /// Moves a card from where it was shown to a spot; nothing where that is the same.
    pub fn begin(self, task: TaskId, from: Spot, to: Spot) {
        if from != to {
            self.enqueue(task, from, to, false, new_key());
        }
    }

    /// Takes a card off the board, into the archive.
    pub fn archive(self, task: TaskId) {
        self.send_archived(Step::Archive(new_key(), task));
    }

    /// Tasks were archived, and that can be undone.
    pub fn archived(self, board: BoardId, tasks: Vec<TaskId>) {
        let words = match tasks[..] {
            [] => return self.tell(Word::Said("There was nothing to archive.".to_owned())),
            [task] => format!("Archived “{}”.", self.cards.title(task)),
            _ => format!("Archived {} tasks.", tasks.len()),
        };
        self.remember(Done::Archived { board, tasks });
        self.tell(Word::Undoable(words));
    }

    /// Undoes the last thing that was not undone yet, once it is done. What somebody has moved since stays.
    pub fn undo(self) {
        if self.coming.get_value() > 0 {
            return self.asked.update_value(|asked| *asked += 1);
        }
        let (task, from, at) = match self.done.try_update_value(Vec::pop).flatten() {
            Some(Done::Moved { task, from, at }) => (task, from, at),
            Some(Done::Archived { board, tasks }) => return spawn_local(self.put_back(board, tasks)),
            Some(Done::Several { board, moved }) => return self.take_back(board, moved),
            Some(Done::Changed { board, tasks, back }) => return self.change_back(board, tasks, back),
            Some(Done::Column { board, column, from, to }) => return self.column_back(board, column, from, to),
            Some(Done::Set { board, now, back }) => return self.set_back(board, &now, back),
            Some(Done::Elsewhere { board, moved }) => return self.back_from(board, moved),
            None => return,
        };
        let Some(now) = self.cards.spot(task) else { return };
        if self.cards.shown_at(task) == Some(at) {
            fly::take_off(&[task]);
            self.enqueue(task, now, from, true, new_key());
            fly::focus(task);
        } else {
            self.tell(Word::Said(format!(
                "“{}” was moved again since, and stays where it is.",
                self.cards.title(task)
            )));
        }
    }

    /// Is there something to undo?
    pub fn undoable(self) -> bool {
        self.coming.get_value() > 0 || self.done.with_value(|done| !done.is_empty())
    }

    /// Tries the last thing again that did not reach the server: as the same write.
    pub fn try_again(self) {
        match self.failed.try_update_value(Option::take).flatten() {
            Some(Step::Move(Move { key, task, to, from, undoes, .. })) => {
                fly::take_off(&[task]);
                self.enqueue(task, from, to, undoes, key);
            }
            Some(Step::Several(next)) => self.enqueue_several(next, None),
            Some(archived) => self.send_archived(archived),
            None => {}
        }
    }

    /// Says something about a move, for ten seconds.
    pub fn tell(self, word: Word) {
        self.word.set(Some(word));
        let mut number = 0;
        self.words.update_value(|words| {
            *words += 1;
            number = *words;
        });
        let forget = move || {
            if self.words.try_with_value(|words| *words == number) == Some(true) {
                self.word.set(None);
            }
        };
        set_timeout(forget, Duration::from_secs(limits::MOVE_UNDO_S));
    }

    /// Tells who can't see the board where a card is now: `did` what with it.
    pub fn say_where(self, task: TaskId, did: &str) {
        let Some(place) = self.cards.shown_at(task) else { return };
        let cards = untrack(|| self.cards.in_column(place.column));
        let Some(at) = cards.iter().position(|card| *card == task) else { return };
        let (title, column) = (self.cards.title(task), self.cards.column_name(place.column));
        let space = if did.is_empty() { "" } else { " " };
        let (nth, count) = (at + 1, cards.len());
        self.announced.set(format!("{did}{space}“{title}”, position {nth} of {count} in {column}."));
    }

    /// Says nothing more.
    pub fn hush(self) {
        self.word.set(None);
    }

    fn enqueue(self, task: TaskId, from: Spot, to: Spot, undoes: bool, key: Uuid) {
        let serial = self.cards.take(task, self.cards.place_at(to));
        self.begin_to_send(Step::Move(Move { key, task, to, from, serial, undoes }));
    }

    fn send_archived(self, step: Step) {
        step.tasks().into_iter().for_each(|task| self.cards.hide(task, true));
        self.begin_to_send(step);
    }

    fn begin_to_send(self, step: Step) {
        if !step.undoes() {
            self.coming.update_value(|coming| *coming += 1);
        }
        let waiting = self.waiting.get_value();
        waiting.update_value(|waiting| waiting.push_back(step));
        if !self.sending.get_value() {
            self.sending.set_value(true);
            spawn_local(self.send(waiting));
        }
    }

    /// One after the other, since a later one may be of the same card, or beside it.
    async fn send(self, waiting: ArcStoredValue<VecDeque<Step>>) {
        while let Some(next) = waiting.try_update_value(VecDeque::pop_front).flatten() {
            let counts = !next.undoes();
            let answer = next.clone().carry_out().await;
            if self.word.is_disposed() {
                continue;
            }
            match answer {
                Ok(then) => then(self),
                Err(error) => {
                    self.failed(next, error.0);
                    // It undid itself.
                    self.asked.update_value(|asked| *asked = asked.saturating_sub(usize::from(counts)));
                }
            }
            self.coming.update_value(|coming| *coming -= usize::from(counts));
            if self.coming.get_value() == 0 {
                let asked = self.asked.try_update_value(std::mem::take).unwrap_or_default();
                (0..asked).for_each(|_| self.undo());
            }
        }
        self.sending.try_update_value(|sending| *sending = false);
    }

    fn moved(self, done: &Move, card: &Card) {
        let at = Place { column: card.column, position: card.position.clone() };
        self.cards.answered(done.serial, card);
        let column = self.cards.column_name(at.column);
        if done.undoes {
            self.tell(Word::Said(format!("Moved back to {column}.")));
            return;
        }
        self.remember(Done::Moved { task: done.task, from: done.from, at });
        self.tell(Word::Undoable(format!("Moved to {column}.")));
    }

    /// Brings archived tasks back to where they were.
    async fn put_back(self, board: BoardId, tasks: Vec<TaskId>) {
        let answer = put_tasks_back(new_key(), board, tasks.clone()).await;
        if self.word.is_disposed() {
            return;
        }
        match answer {
            Ok(cards) => {
                let words = match cards[..] {
                    [] => "They are not in the archive any more.".to_owned(),
                    [ref card] => format!("“{}” is back.", card.title),
                    _ => format!("{} tasks are back.", cards.len()),
                };
                if let [card] = &cards[..] {
                    fly::focus(card.id);
                }
                cards.into_iter().for_each(|card| self.cards.put(card));
                self.tell(Word::Said(words));
            }
            Err(error) => {
                self.remember(Done::Archived { board, tasks });
                self.tell(Word::Refused(format!("It was not undone. {}", error.0)));
            }
        }
    }

    fn remember(self, done: Done) {
        self.done.update_value(|list| {
            list.push(done);
            if list.len() > UNDOABLE {
                list.remove(0);
            }
        });
    }

    fn failed(self, failed: Step, error: Error) {
        let (tasks, did) = (failed.tasks(), failed.did());
        fly::take_off(&tasks);
        match &failed {
            Step::Move(moved) => self.cards.put_back(moved.serial, moved.task),
            Step::Several(moved) => self.cards.answered_several(&moved.serials, &[]),
            _ => tasks.iter().for_each(|task| self.cards.hide(*task, false)),
        }
        let what = match tasks[..] {
            [task] => format!("“{}” was", self.cards.title(task)),
            _ => format!("{} tasks were", tasks.len()),
        };
        if error == Error::Unavailable {
            self.failed.set_value(Some(failed));
            self.tell(Word::Failed(format!("{what} not {did}: the server can’t be reached.")));
        } else {
            self.tell(Word::Refused(format!("{what} not {did}. {error}")));
        }
    }
}
