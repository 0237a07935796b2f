//! Tasks, as the JSON routes answer them.

use protocol::{BoardId, Card, ChecklistItem, ColumnId, FileId, LabelId, Person, Priority, Task, TaskFile, TaskId};
use serde::Serialize;
use utoipa::ToSchema;

/// A task but for its description.
#[derive(Serialize, ToSchema)]
pub struct CardEntry {
    id: TaskId,
    board: BoardId,
    /// Its number on the board, `#12`.
    number: i64,
    column: ColumnId,
    /// Its place in the column: texts that sort.
    position: String,
    title: String,
    /// Comments that are not deleted.
    comments: i64,
    /// Who shall do it.
    assignees: Vec<Person>,
    /// The board's labels that it bears.
    labels: Vec<LabelId>,
    /// The day on which it is due: `2026-11-25`.
    due: Option<String>,
    /// None is as usual.
    priority: Option<Priority>,
    /// How much of it is done, of a hundred.
    progress: i64,
    /// Items of its checklist.
    items: i64,
    /// Those that are ticked.
    ticked: i64,
    /// Files that it has.
    files: i64,
    /// The picture among them that the card shows.
    cover: Option<FileId>,
    /// Off the board, in its archive?
    archived: bool,
}

impl From<Card> for CardEntry {
    fn from(card: Card) -> Self {
        Self {
            id: card.id,
            board: card.board,
            number: card.number,
            column: card.column,
            position: card.position,
            title: card.title,
            comments: card.comments,
            assignees: card.assignees,
            labels: card.labels,
            due: card.due.map(|day| day.to_string()),
            priority: card.priority,
            progress: card.progress,
            items: card.items,
            ticked: card.ticked,
            files: card.files,
            cover: card.cover,
            archived: card.archived,
        }
    }
}

/// A task.
#[derive(Serialize, ToSchema)]
pub struct TaskEntry {
    #[serde(flatten)]
    card: CardEntry,
    /// As typed, in Markdown.
    description: String,
    /// Rendered and sanitised.
    description_html: String,
    /// Counts the edits; an edit names the version it began from.
    version: i64,
    /// Who made it; none for a former member.
    author: Option<Person>,
    /// When, in milliseconds since 1970.
    at: i64,
    /// What is to be done for it, in order.
    checklist: Vec<ChecklistItem>,
    /// Its files, in the order in which they came.
    attached: Vec<TaskFile>,
}

impl From<Task> for TaskEntry {
    fn from(task: Task) -> Self {
        let Task { card, description, description_html, version, author, at, checklist, files } = task;
        Self { card: card.into(), description, description_html, version, author, at, checklist, attached: files }
    }
}
