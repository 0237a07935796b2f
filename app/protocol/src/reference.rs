//! Tasks that a rendered text names: where they stand in its HTML, and the chips that show them as they are now.
//!
//! What is stored has only a link ([`links`]) with the task's address. Its title, column and state would grow
//! old there, so they come beside it ([`Refs`]) and are put in where the text is shown ([`Known::dressed`]).

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{BoardId, Card, Column, ColumnId, Cursor, Event, Stream, TaskId, limits};

#[cfg(test)]
mod tests;

/// How a link to a task begins. Text of people has its `<` escaped, so nobody can write one.
const LINK: &str = r#"<a class="task-link" href="/boards/"#;

/// A task as a chip shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRef {
    /// Which.
    pub id: TaskId,
    /// Its number on the board.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Its column.
    pub column: ColumnId,
    /// Is all of it done?
    pub done: bool,
    /// Is it archived?
    pub archived: bool,
    /// Counts its changes, as [`Card::revision`].
    pub revision: i64,
}

impl From<&Card> for TaskRef {
    fn from(card: &Card) -> Self {
        Self {
            id: card.id,
            number: card.number,
            title: card.title.clone(),
            column: card.column,
            done: card.progress == limits::DONE,
            archived: card.archived,
            revision: card.revision,
        }
    }
}

/// What is true of the tasks that a page names, at the moment of its snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refs {
    /// Of the stream of their board.
    pub board: Cursor,
    /// The board's columns, by which the tasks name theirs.
    pub columns: Vec<Column>,
    /// The tasks.
    pub tasks: Vec<TaskRef>,
    /// Those that are there no more.
    pub gone: Vec<TaskId>,
}

/// A link to a task in a text's HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<'h> {
    range: Range<usize>,
    /// The board of the task.
    pub board: BoardId,
    /// The task.
    pub task: TaskId,
    text: &'h str,
}

/// The links to tasks in the HTML of a text, in order.
pub fn links(html: &str) -> impl Iterator<Item = Link<'_>> {
    html.match_indices(LINK).filter_map(move |(start, _)| {
        let (board, rest) = html[start + LINK.len()..].split_once("/tasks/")?;
        let (task, rest) = rest.split_once("/\"")?;
        let (_, rest) = rest.split_once('>')?;
        let (text, rest) = rest.split_once("</a>")?;
        let range = start..html.len() - rest.len();
        Some(Link { range, board: BoardId(board.parse().ok()?), task: TaskId(task.parse().ok()?), text })
    })
}

/// The link to a task as a text has it.
pub fn link(board: BoardId, task: TaskId, number: i64) -> String {
    format!(r#"{LINK}{board}/tasks/{task}/">#{number}</a>"#)
}

/// The element that a link is shown as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chip {
    /// Its classes.
    pub class: &'static str,
    /// Does it lead anywhere?
    pub leads: bool,
    /// The HTML in it.
    pub inner: String,
}

/// The tasks of one board that are known, as they are now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    board: Option<Cursor>,
    columns: Vec<Column>,
    /// None for a task that is gone.
    tasks: BTreeMap<TaskId, Option<TaskRef>>,
}

impl Known {
    /// Takes in what a page says. Tasks of another board are forgotten, as a page is about one.
    pub fn learn(&mut self, refs: &Refs) {
        if self.board.as_ref().is_none_or(|board| board.stream != refs.board.stream) {
            *self = Self { board: Some(refs.board.clone()), ..Self::default() };
        }
        self.columns.clone_from(&refs.columns);
        for task in &refs.tasks {
            self.put(task.clone());
        }
        self.tasks.extend(refs.gone.iter().map(|id| (*id, None)));
    }

    /// Forgets all but the board: what is known can't be brought up to date. Gives what was known.
    pub fn forget(&mut self) -> Vec<TaskId> {
        std::mem::take(&mut self.tasks).into_keys().collect()
    }

    /// The board whose tasks these are.
    pub fn board(&self) -> Option<BoardId> {
        match self.board.as_ref()?.stream {
            Stream::Board(board) => Some(board),
            _ => None,
        }
    }

    /// What is known, for a page that is kept; events from its cursor on are applied to it again.
    pub fn refs(&self) -> Option<Refs> {
        let board = self.board.clone()?;
        let tasks = self.tasks.values().flatten().take(limits::REFERENCES).cloned().collect();
        let gone = self.tasks.iter().filter(|(_, task)| task.is_none()).map(|(id, _)| *id).collect();
        Some(Refs { board, columns: self.columns.clone(), tasks, gone })
    }

    /// Takes in what happened on the board; gives the tasks that look otherwise now. Tasks that nothing named yet
    /// are taken in too: what a page says of them later may be older.
    pub fn apply(&mut self, event: &Event) -> Vec<TaskId> {
        match event {
            Event::TaskCreated { card } | Event::CardChanged { card } | Event::TaskRestored { card, .. } => {
                self.put(card.into()).into_iter().collect()
            }
            Event::CardsArchived { cards, .. } => {
                cards.iter().filter_map(|(id, revision)| self.archived(*id, *revision)).collect()
            }
            Event::CardsPlaced { cards } => {
                for card in cards {
                    if let Some(Some(task)) = self.tasks.get_mut(&card.id) {
                        task.column = card.column;
                    }
                }
                cards.iter().map(|card| card.id).collect()
            }
            Event::ColumnsChanged { columns } => {
                self.columns.clone_from(columns);
                self.tasks.keys().copied().collect()
            }
            Event::TaskDeleted { id, .. } => {
                self.tasks.insert(*id, None);
                vec![*id]
            }
            // A link stays, which leads on whoever may read where it is.
            Event::TaskLeft { id, .. } => self.tasks.remove(id).map(|_| *id).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// A task is now like this, unless something newer is known.
    fn put(&mut self, task: TaskRef) -> Option<TaskId> {
        let id = task.id;
        let newer = |known: &TaskRef| known.revision > task.revision;
        if self.tasks.get(&id).is_some_and(|known| known.as_ref().is_some_and(newer)) {
            return None;
        }
        self.tasks.insert(id, Some(task));
        Some(id)
    }

    fn archived(&mut self, id: TaskId, revision: i64) -> Option<TaskId> {
        let task = self.tasks.get_mut(&id)?.as_mut().filter(|task| task.revision <= revision)?;
        (task.archived, task.revision) = (true, revision);
        Some(id)
    }

    /// How a task is shown whose link says `text`; none where nothing is known of it.
    pub fn chip(&self, id: TaskId, text: &str) -> Option<Chip> {
        let Some(task) = self.tasks.get(&id)? else {
            return Some(Chip { class: "task-link task-gone", leads: false, inner: escaped(text) });
        };
        let column = self.columns.iter().find(|column| column.id == task.column);
        let place = if task.archived { "Archived" } else { column.map_or("", |column| column.name.as_str()) };
        let done = if task.done { r#"<span class="visually-hidden">done: </span>"# } else { "" };
        let class = if task.done { "task-link task-chip task-done" } else { "task-link task-chip" };
        let inner = format!(
            r#"<span class="task-chip-number">#{}</span> {done}<bdi class="task-chip-title">{}</bdi> <span class="task-chip-column">{}</span>"#,
            task.number,
            escaped(&task.title),
            escaped(place),
        );
        Some(Chip { class, leads: true, inner })
    }

    /// How a task is shown whose link says `text`, and of which nothing is known: as that link.
    pub fn plain(text: &str) -> Chip {
        Chip { class: "task-link", leads: true, inner: escaped(text) }
    }

    /// The HTML of a text with the tasks in it as they are now. One of which nothing is known stays a link.
    pub fn dressed(&self, html: &str) -> String {
        let mut dressed = String::with_capacity(html.len());
        let mut done = 0;
        for link in links(html) {
            let Some(Chip { class, leads, inner }) = self.chip(link.task, link.text) else { continue };
            dressed.push_str(&html[done..link.range.start]);
            let (board, task) = (link.board, link.task);
            let href = if leads { format!(r#" href="/boards/{board}/tasks/{task}/""#) } else { String::new() };
            dressed.push_str(&format!(
                r#"<a class="{class}"{href} rel="nofollow noopener ugc" data-task="{board}/{task}">{inner}</a>"#
            ));
            done = link.range.end;
        }
        dressed.push_str(&html[done..]);
        dressed
    }

    /// The tasks of a text of which nothing is known, with their board.
    pub fn unknown(&self, html: &str) -> Vec<(BoardId, TaskId)> {
        let unknown = |link: &Link<'_>| self.board() != Some(link.board) || !self.tasks.contains_key(&link.task);
        links(html).filter(unknown).map(|link| (link.board, link.task)).collect()
    }
}

/// A text as HTML, without control characters and those that reorder what follows.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => html.push(c),
        }
    }
    html
}
