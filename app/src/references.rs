//! Tasks that texts on the page name by their number: shown as they are now, and kept so.
//!
//! A text has only links. What is true of their tasks comes with the page, or is asked for, and is put in where a
//! text is drawn ([`References::dressed`]). In the browser the stream of the board changes the chips in place,
//! wherever they stand: whoever drew them listens to nothing.

use std::{collections::BTreeSet, time::Duration};

use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::Element};
use protocol::{
    BoardId, Error, TaskId, UserId, limits,
    reference::{Known, Refs},
};

use crate::{
    api::{self, ApiError},
    backoff::{chance, jitter, longest},
    store::{Connection, Following, Live, Store},
    ui::effect,
};

/// What is named in texts that are drawn together is asked for together.
const TOGETHER: Duration = Duration::from_millis(20);

/// The tasks that are named on the page, in the context of every page.
#[derive(Clone, Copy)]
pub struct References {
    store: Store,
    known: StoredValue<Known>,
    wire: StoredValue<Wire>,
}

#[derive(Default)]
struct Wire {
    /// The board whose stream is followed.
    following: Option<(BoardId, Following)>,
    /// Tasks of which nothing is known.
    wanted: BTreeSet<(BoardId, TaskId)>,
    /// Those of them that could not be had when they were asked for.
    missed: BTreeSet<(BoardId, TaskId)>,
    /// How often that was so, in a row.
    failed: u32,
    /// They are about to be asked for.
    asking: bool,
    /// What is known can't be brought up to date.
    lost: bool,
}

impl References {
    /// None yet.
    pub fn new(store: Store) -> Self {
        Self { store, known: StoredValue::default(), wire: StoredValue::default() }
    }

    /// In the browser: asks again for what could not be had, whenever the connection is there again.
    pub fn attend(self) {
        effect(move |_| {
            if self.store.connection.get() == Connection::Live {
                self.ask_again();
            }
        });
    }

    /// Takes in what a page says of the tasks that it names.
    pub fn learn(self, refs: Option<&Refs>) {
        let Some(refs) = refs else { return };
        self.known.update_value(|known| known.learn(refs));
        if cfg!(feature = "hydrate") {
            self.follow(refs);
        }
    }

    /// What is known, for a page that is kept.
    pub fn known(self) -> Option<Refs> {
        self.known.with_value(Known::refs)
    }

    /// The HTML of a text with the tasks in it as they are now.
    pub fn dressed(self, html: &str) -> String {
        let (dressed, unknown) = self.known.with_value(|known| (known.dressed(html), known.unknown(html)));
        if cfg!(feature = "hydrate") && !unknown.is_empty() {
            self.want(unknown);
        }
        dressed
    }

    /// The same as somebody reads it: where it mentions them is marked, which the text itself does not say.
    pub fn as_read(self, html: &str, by: UserId) -> String {
        let mention = format!(r#"<span class="mention" data-user="{by}""#);
        self.dressed(&html.replace(&mention, &format!("{mention} data-me")))
    }

    /// Follows the stream of the board, one at a time, since all that is on a page is of one.
    fn follow(self, refs: &Refs) {
        let Some(board) = self.known.with_value(Known::board) else { return };
        let before = self.wire.try_update_value(|wire| match wire.following {
            Some((followed, _)) if followed == board => None,
            _ => Some(wire.following.take()),
        });
        let Some(before) = before.flatten() else { return };
        if let Some((_, following)) = before {
            following.close();
        }
        let following = self.store.follow(refs.board.clone(), move |live| self.live(live));
        self.wire.update_value(|wire| wire.following = Some((board, following)));
    }

    fn live(self, live: Live<'_>) {
        match live {
            Live::Event(stored) => {
                let changed = self.known.try_update_value(|known| known.apply(&stored.event)).unwrap_or_default();
                if !changed.is_empty() {
                    self.paint(&changed);
                }
            }
            Live::Reset => {
                let Some(board) = self.known.with_value(Known::board) else { return };
                let tasks = self.known.try_update_value(Known::forget).unwrap_or_default();
                self.wire.update_value(|wire| wire.lost = true);
                self.want(tasks.into_iter().map(|task| (board, task)).collect());
            }
            Live::Revoked => self.wire.update_value(|wire| wire.following = None),
        }
    }

    /// Asks for tasks, a moment later.
    fn want(self, tasks: Vec<(BoardId, TaskId)>) {
        let begin = self.wire.try_update_value(|wire| {
            wire.wanted.extend(tasks);
            !std::mem::replace(&mut wire.asking, true)
        });
        if begin == Some(true) {
            set_timeout(move || spawn_local(self.ask()), TOGETHER);
        }
    }

    /// Asks for what is wanted. What can't be had stays a link, which leads to the task all the same; where that may be
    /// otherwise later, it is asked for again.
    async fn ask(self) {
        while let Some((board, tasks)) = self.wire.try_update_value(Wire::next).flatten() {
            let refs = match api::load_references(board, tasks.clone()).await {
                Ok(refs) => refs,
                Err(ApiError(Error::Unavailable | Error::Internal { .. } | Error::TooMany { .. })) => {
                    self.miss(board, &tasks);
                    continue;
                }
                Err(_refused) => continue,
            };
            self.wire.try_update_value(|wire| wire.failed = 0);
            self.learn(Some(&refs));
            let lost = self.wire.try_update_value(|wire| {
                let lost = std::mem::take(&mut wire.lost);
                wire.following.filter(|(followed, _)| lost && *followed == board)
            });
            if let Some((_, following)) = lost.flatten() {
                following.resume(refs.board);
            }
            self.paint(&tasks);
        }
    }

    /// Some tasks could not be had: they are asked for again when the connection is back, or after a while where it is
    /// there.
    fn miss(self, board: BoardId, tasks: &[TaskId]) {
        let failed = self.wire.try_update_value(|wire| {
            wire.missed.extend(tasks.iter().map(|task| (board, *task)));
            wire.failed += 1;
            wire.failed
        });
        if let Some(failed) = failed
            && self.store.connection.try_get_untracked() == Some(Connection::Live)
        {
            let wait = jitter(longest(failed), chance());
            set_timeout(move || self.ask_again(), Duration::from_millis(wait.into()));
        }
    }

    fn ask_again(self) {
        let missed = self.wire.try_update_value(|wire| std::mem::take(&mut wire.missed)).unwrap_or_default();
        if !missed.is_empty() {
            self.want(missed.into_iter().collect());
        }
    }

    /// Has the chips of some tasks show what is known.
    fn paint(self, tasks: &[TaskId]) {
        let Ok(found) = document().query_selector_all("a.task-link") else { return };
        for at in 0..found.length() {
            let Some(element) = found.item(at).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
            let Some((board, task)) = named(&element).filter(|(_, task)| tasks.contains(task)) else { continue };
            // Whatever it shows, it begins with the number.
            let text = element.text_content().unwrap_or_default();
            let number = text.split_whitespace().next().unwrap_or_default();
            let chip = self.known.with_value(|known| known.chip(task, number)).unwrap_or_else(|| Known::plain(number));
            element.set_class_name(chip.class);
            element.set_inner_html(&chip.inner);
            // Refused only for names that are none.
            let _named = element.set_attribute("data-task", &format!("{board}/{task}"));
            let _led = match chip.leads {
                true => element.set_attribute("href", &format!("/boards/{board}/tasks/{task}/")),
                false => element.remove_attribute("href"),
            };
        }
    }
}

impl Wire {
    /// Some tasks of one board to be asked for; none where there are none, and nobody asks any more.
    fn next(&mut self) -> Option<(BoardId, Vec<TaskId>)> {
        let Some((board, _)) = self.wanted.first().copied() else {
            self.asking = false;
            return None;
        };
        let of_board = self.wanted.iter().filter(|(other, _)| *other == board);
        let tasks: Vec<TaskId> = of_board.map(|(_, task)| *task).take(limits::REFERENCES / 5).collect();
        for task in &tasks {
            self.wanted.remove(&(board, *task));
        }
        Some((board, tasks))
    }
}

/// The task that a chip or a link names: `7/31` for one of board 7.
fn named(element: &Element) -> Option<(BoardId, TaskId)> {
    let (board, task) = match element.get_attribute("data-task") {
        Some(named) => named.split_once('/').map(|(board, task)| (board.to_owned(), task.to_owned()))?,
        None => {
            let href = element.get_attribute("href")?;
            let (board, task) = href.strip_prefix("/boards/")?.strip_suffix('/')?.split_once("/tasks/")?;
            (board.to_owned(), task.to_owned())
        }
    };
    Some((BoardId(board.parse().ok()?), TaskId(task.parse().ok()?)))
}
