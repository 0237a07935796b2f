//! The file, written piece by piece: never more of it in memory than a page.
//!
//! Tasks come by their numbers and comments by theirs, which never change, so that what is moved meanwhile is
//! neither left out nor written twice. Each page is read with what its reader may see at that moment.

use std::collections::HashMap;

use protocol::{BoardId, ColumnId, Error, LabelId, MessageId, TaskId};
use serde::Serialize;

use super::document::{Column, Comment, FORMAT, Head, Item, Label, Member, Moment, Task, VERSION};
use crate::{
    Actor, Engine, Result, boards,
    db::{self, Tx, portable as rows},
    now,
    write::internal,
};

/// Tasks or comments of a page.
const ROWS: i64 = 200;

/// An export under way.
pub struct Export {
    engine: Engine,
    actor: Actor,
    board: BoardId,
    columns: HashMap<ColumnId, usize>,
    labels: HashMap<LabelId, String>,
    at: At,
    /// Is what comes next the first of its list?
    first: bool,
}

/// How far it is.
enum At {
    Head,
    /// After the task of this number.
    Tasks(i64),
    /// Of the tasks up to a number, after this comment, and the numbers that comments of its task have got.
    Comments {
        last: i64,
        after: (i64, i64),
        said: HashMap<MessageId, i64>,
    },
    End,
}

/// Begins to write a board.
///
/// # Errors
/// [`Error::NotFound`] to who is not on it.
pub async fn export(engine: &Engine, actor: &Actor, board: BoardId) -> Result<Export> {
    let mut tx = engine.db().read().await?;
    boards::access(&mut tx, actor, board).await?;
    let (engine, actor) = (engine.clone(), actor.clone());
    Ok(Export { engine, actor, board, columns: HashMap::new(), labels: HashMap::new(), at: At::Head, first: true })
}

impl Export {
    /// The next piece of the file; none when it is whole.
    ///
    /// # Errors
    /// The board can't be seen any more; the database is away. What was written then is not whole, and is refused
    /// where it is imported.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let engine = self.engine.clone();
        let mut tx = engine.db().read().await?;
        let board = boards::access(&mut tx, &self.actor, self.board).await?.board;
        match std::mem::replace(&mut self.at, At::End) {
            At::Head => self.head(&mut tx, board.name).await.map(Some),
            At::Tasks(after) => self.tasks(&mut tx, after).await.map(Some),
            At::Comments { last, after, said } => self.comments(&mut tx, last, after, said).await.map(Some),
            At::End => Ok(None),
        }
    }

    async fn head(&mut self, tx: &mut Tx, name: String) -> Result<Vec<u8>> {
        let columns = rows::columns(tx, self.board).await?;
        self.columns = columns.iter().enumerate().map(|(nth, (column, _))| (column.id, nth)).collect();
        let labels = db::labels::of_board(tx, self.board).await?;
        self.labels = labels.iter().map(|label| (label.id, label.name.clone())).collect();
        let members = db::boards::members(tx, self.board).await?;
        let head = Head {
            format: FORMAT,
            version: VERSION,
            exported_at: Moment(now()),
            name,
            members: members
                .into_iter()
                .map(|member| Member { username: member.person.username, role: member.role })
                .collect(),
            columns: columns
                .into_iter()
                .map(|(column, archived)| Column {
                    name: column.name,
                    colour: column.colour,
                    limit: column.limit,
                    archived,
                })
                .collect(),
            labels: labels.into_iter().map(|label| Label { name: label.name, colour: label.colour }).collect(),
        };
        let mut bytes = serde_json::to_vec(&head).map_err(internal)?;
        // Its object goes on.
        bytes.pop();
        bytes.extend(b",\n\"tasks\":[");
        self.at = At::Tasks(0);
        Ok(bytes)
    }

    async fn tasks(&mut self, tx: &mut Tx, after: i64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let tasks = db::tasks::after(tx, self.board, after, ROWS).await?;
        let Some(last) = tasks.last().map(|task| task.card.number) else {
            bytes.extend(b"],\n\"comments\":[");
            self.first = true;
            self.at = At::Comments { last: after, after: (0, 0), said: HashMap::new() };
            return Ok(bytes);
        };
        let ids: Vec<TaskId> = tasks.iter().map(|task| task.card.id).collect();
        let mut checklists: HashMap<TaskId, Vec<Item>> = HashMap::new();
        for (task, item) in db::tasks::checklist::of_tasks(tx, &ids).await? {
            let assignee = item.assignee.map(|person| person.username);
            checklists.entry(task).or_default().push(Item { text: item.text, done: item.done, assignee });
        }
        let with_column = rows::archived_with_column(tx, &ids).await?;
        for task in tasks {
            let card = task.card;
            // One that was made meanwhile.
            let column = *self.columns.get(&card.column).ok_or_else(changed)?;
            let task = Task {
                number: card.number,
                column,
                order: card.position,
                title: card.title,
                description: task.description,
                due: card.due,
                priority: card.priority,
                progress: card.progress,
                assignees: card.assignees.into_iter().map(|person| person.username).collect(),
                labels: card.labels.iter().filter_map(|label| self.labels.get(label).cloned()).collect(),
                checklist: checklists.remove(&card.id).unwrap_or_default(),
                archived: card.archived && !with_column.contains(&card.id),
                author: task.author.map(|author| author.username),
                created_at: Moment(task.at),
            };
            self.put(&task, &mut bytes)?;
        }
        self.at = At::Tasks(last);
        Ok(bytes)
    }

    async fn comments(
        &mut self,
        tx: &mut Tx,
        last: i64,
        mut after: (i64, i64),
        mut said: HashMap<MessageId, i64>,
    ) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let comments = rows::comments(tx, self.board, after, last, ROWS).await?;
        if comments.is_empty() {
            bytes.extend(b"]}\n");
            return Ok(bytes);
        }
        let filed: Vec<MessageId> = comments.iter().filter(|row| row.filed).map(|row| row.id).collect();
        let mut files = if filed.is_empty() { HashMap::new() } else { db::files::of(tx, &filed).await? };
        for row in comments {
            if row.task != after.0 {
                said.clear();
            }
            after = (row.task, row.n);
            let n = said.len() as i64 + 1;
            said.insert(row.id, n);
            let names = files.remove(&row.id).unwrap_or_default().into_iter().map(|file| file.name).collect();
            let comment = Comment {
                task: row.task,
                n,
                reply_to: row.parent_id.and_then(|parent| said.get(&parent).copied()),
                author: row.username,
                name: row.display_name,
                at: Moment(row.at),
                text: row.source,
                files: names,
            };
            self.put(&comment, &mut bytes)?;
        }
        self.at = At::Comments { last, after, said };
        Ok(bytes)
    }

    fn put(&mut self, record: &impl Serialize, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.extend(if std::mem::take(&mut self.first) { &b"\n"[..] } else { &b",\n"[..] });
        serde_json::to_writer(bytes, record).map_err(internal)
    }
}

fn changed() -> Error {
    Error::conflict("The columns of the board were changed while it was exported. Please try again.")
}
