//! A board file of Boardwalk as a plan. What no Boardwalk could have written is refused, naming its place.

use std::collections::{HashMap, HashSet};

use protocol::{limits, text};

use super::{
    ARCHIVED_COLUMNS, COMMENTS, PEOPLE, TASKS,
    document::{self, Document, VERSION},
    plan::{Author, Column, Comment, Item, Note, Notes, Plan, Task},
    reading::wrong,
};
use crate::Result;

/// The greatest number of a task: a board counts on from it.
pub(super) const NUMBER: i64 = 999_999_999;

/// What shall be made, with no moment later than `now`.
pub(super) fn plan(file: Document, now: i64) -> Result<Plan> {
    if !(1..=VERSION).contains(&file.version) {
        return Err(wrong(&format!("version is {}; this Boardwalk reads versions 1 to {VERSION}.", file.version)));
    }
    let most = [
        ("tasks", file.tasks.len(), TASKS),
        ("comments", file.comments.len(), COMMENTS),
        ("members", file.members.len(), PEOPLE),
        ("labels", file.labels.len(), limits::LABELS as usize),
        (
            "columns that are not archived",
            file.columns.iter().filter(|column| !column.archived).count(),
            limits::COLUMNS,
        ),
        ("archived columns", file.columns.iter().filter(|column| column.archived).count(), ARCHIVED_COLUMNS),
    ];
    for (what, count, most) in most {
        if count > most {
            return Err(wrong(&format!("There are {count} {what}; {most} are the most.")));
        }
    }
    let mut notes = Notes::default();
    let columns = columns(file.columns, &mut notes)?;
    let mut labels = Vec::new();
    let mut label_at = HashMap::new();
    for (nth, document::Label { name, colour }) in file.labels.into_iter().enumerate() {
        let name = text::required("name", &name, limits::LABEL_NAME)
            .map_err(|error| wrong(&format!("labels[{nth}].name: {error}")))?;
        if label_at.insert(text::fold(&name), nth).is_some() {
            return Err(wrong(&format!("labels[{nth}].name is that of another label.")));
        }
        labels.push((name, colour));
    }
    let mut tasks = Vec::with_capacity(file.tasks.len());
    let mut numbers = HashSet::new();
    for (nth, task) in file.tasks.into_iter().enumerate() {
        if !numbers.insert(task.number) {
            return Err(wrong(&format!("tasks[{nth}].number is that of another task.")));
        }
        let order = (task.column, task.order.clone(), task.number);
        tasks.push((order, read_task(nth, task, columns.len(), &label_at, now, &mut notes)?));
    }
    tasks.sort_by(|(a, _), (b, _)| a.cmp(b));
    let tasks: Vec<Task> = tasks.into_iter().map(|(_, task)| task).collect();
    let comments = comments(file.comments, &tasks, now, &mut notes)?;
    Ok(Plan {
        name: notes.name(&file.name, limits::BOARD_NAME),
        columns,
        labels,
        members: file.members.into_iter().map(|member| (member.username, member.role)).collect(),
        tasks,
        comments,
        notes,
        of_boardwalk: true,
    })
}

fn columns(columns: Vec<document::Column>, notes: &mut Notes) -> Result<Vec<Column>> {
    if columns.iter().all(|column| column.archived) {
        return Err(wrong("columns has none that is not archived."));
    }
    let column = |(nth, column): (usize, document::Column)| {
        if column.limit.is_some_and(|limit| !(1..=limits::COLUMN_LIMIT).contains(&limit)) {
            return Err(wrong(&format!("columns[{nth}].limit must be from 1 to {}.", limits::COLUMN_LIMIT)));
        }
        let document::Column { name, colour, limit, archived } = column;
        Ok(Column { name: notes.name(&name, limits::COLUMN_NAME), colour, limit, archived })
    };
    columns.into_iter().enumerate().map(column).collect()
}

fn read_task(
    nth: usize,
    task: document::Task,
    columns: usize,
    label_at: &HashMap<String, usize>,
    now: i64,
    notes: &mut Notes,
) -> Result<Task> {
    let at = |field: &str| format!("tasks[{nth}].{field}");
    if !(1..=NUMBER).contains(&task.number) {
        return Err(wrong(&format!("{} must be from 1 to {NUMBER}.", at("number"))));
    }
    if task.column >= columns {
        return Err(wrong(&format!("{} names none of the {columns} columns.", at("column"))));
    }
    if !(0..=limits::DONE).contains(&task.progress) {
        return Err(wrong(&format!("{} must be from 0 to {}.", at("progress"), limits::DONE)));
    }
    let mut labels = Vec::new();
    for (of, name) in task.labels.iter().enumerate() {
        let known = label_at.get(&text::fold(name.trim()));
        let label = *known.ok_or_else(|| wrong(&format!("{}[{of}] is none of the labels.", at("labels"))))?;
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let (title, mut description) = notes.title(&task.title, &task.description);
    let item = |document::Item { text, done, assignee }| {
        let assignee = assignee.map(|username| Author { username: Some(username), name: None });
        Item { text, done, assignee }
    };
    let items = task.checklist.into_iter().map(item).collect();
    let checklist = notes.checklist(items, &mut description);
    Ok(Task {
        number: task.number,
        column: task.column,
        title,
        description,
        html: String::new(),
        due: task.due,
        priority: task.priority,
        progress: task.progress,
        assignees: notes.assignees(task.assignees),
        labels,
        checklist,
        archived: task.archived,
        at: task.created_at.0.clamp(0, now),
    })
}

fn comments(list: Vec<document::Comment>, tasks: &[Task], now: i64, notes: &mut Notes) -> Result<Vec<Comment>> {
    let task_at: HashMap<i64, usize> = tasks.iter().enumerate().map(|(nth, task)| (task.number, nth)).collect();
    let mut comments: Vec<Comment> = Vec::with_capacity(list.len());
    // Where in the plan the comment of a number on a task begins.
    let mut known: HashMap<(i64, i64), usize> = HashMap::new();
    for (nth, comment) in list.into_iter().enumerate() {
        let at = |field: &str| format!("comments[{nth}].{field}");
        let task =
            *task_at.get(&comment.task).ok_or_else(|| wrong(&format!("{} is the number of no task.", at("task"))))?;
        if known.insert((comment.task, comment.n), comments.len()).is_some() {
            return Err(wrong(&format!("{} is that of another comment on the task.", at("n"))));
        }
        let root = |n| known.get(&(comment.task, n)).copied().filter(|root| *root < comments.len());
        let reply_to = match comment.reply_to.map(root) {
            None => None,
            Some(Some(root)) if comments[root].reply_to.is_none() => Some(root),
            Some(_) => {
                let words = format!("{} is no comment before it on the task that replies to none.", at("reply_to"));
                return Err(wrong(&words));
            }
        };
        let mut said = comment.text;
        if !comment.files.is_empty() {
            notes.add(Note::FilesLeft, comment.files.len());
            let names: Vec<String> = comment.files.iter().map(|name| plain(&text::file_name(name))).collect();
            said = format!("{said}\n\n*Left behind: {}*", names.join(", "));
        }
        let texts = notes.comment(&said);
        if texts.is_empty() {
            return Err(wrong(&format!("{} is empty.", at("text"))));
        }
        let author = Author { username: comment.author, name: comment.name };
        for text in texts {
            let (author, at) = (author.clone(), comment.at.0.clamp(0, now));
            comments.push(Comment { task, reply_to, author, at, text, html: String::new(), words: Vec::new() });
        }
    }
    Ok(comments)
}

/// A name in which nothing is Markdown and nobody is mentioned.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !c.is_control()) {
        if c.is_ascii_punctuation() {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}
