//! Storing a whole board in one write: some statements for each hundred rows.

use std::collections::HashMap;

use protocol::{
    Board, BoardId, ColumnId, Event, Imported, LabelId, MessageId, MyBoard, Person, Role, Stream, TaskId, UserId,
    order, text,
};

use super::{
    import::{Links, people},
    plan::{Item, Plan},
};
use crate::{
    Actor, Result,
    db::{self, portable as rows, search::TaskSource},
    search::{self, Indexed},
    write::{Write, internal},
};

/// People who were not found that are named.
const NAMED: usize = 100;

/// Makes the board.
pub(super) async fn store(w: &mut Write, actor: &Actor, mut plan: Plan, links: Links) -> Result<Imported> {
    w.tx.allow_long().await?;
    let (found, missing) = people(&mut w.tx, actor.id(), &plan).await?;
    for item in plan.tasks.iter_mut().flat_map(|task| &mut task.checklist) {
        if assignee(item, &found).is_none() {
            plan.notes.name_in_text(item);
        }
    }
    let board = db::boards::insert(&mut w.tx, &plan.name, w.now).await?;
    db::events::create(&mut w.tx, Stream::Board(board)).await?;
    let members = members(w, actor, board, &plan, &found).await?;
    let tasks = tasks(w, actor, board, &plan, &links, &found).await?;
    let comments = comments(w, actor, board, &plan, &links, &tasks).await?;
    let mine = MyBoard { board: Board { id: board, name: plan.name.clone(), archived: false }, role: Role::Owner };
    for (user, role) in &members {
        w.tell(Stream::User(*user), Event::BoardAdded { board: MyBoard { role: *role, ..mine.clone() } });
    }
    let added = members.len() as i64 - 1;
    let imported = Imported {
        board: mine,
        columns: plan.columns.len() as i64,
        tasks: tasks.len() as i64,
        comments,
        added,
        missing: missing.len() as i64,
        names: missing.into_iter().take(NAMED).map(|name| name.chars().take(60).collect()).collect(),
        notes: plan.notes.words(),
    };
    let outcome = serde_json::to_string(&imported).map_err(internal)?;
    rows::insert_outcome(&mut w.tx, board, actor.id(), w.now, &outcome).await?;
    Ok(imported)
}

/// Puts its people on the board: this person as its owner, and nobody else as one.
async fn members(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    plan: &Plan,
    found: &HashMap<String, Person>,
) -> Result<Vec<(UserId, Role)>> {
    let roles: HashMap<String, Role> =
        plan.members.iter().map(|(name, role)| (name.to_ascii_lowercase(), *role)).collect();
    let mut members = vec![(actor.id(), Role::Owner)];
    for (name, person) in found {
        let role = if roles.get(name) == Some(&Role::Viewer) { Role::Viewer } else { Role::Member };
        if person.id != actor.id() {
            members.push((person.id, role));
        }
    }
    members[1..].sort_unstable_by_key(|(user, _)| *user);
    rows::insert_members(&mut w.tx, board, &members).await?;
    Ok(members)
}

/// The columns of the plan, each with when it was archived.
async fn columns(w: &mut Write, actor: &Actor, board: BoardId, plan: &Plan) -> Result<Vec<(ColumnId, Option<i64>)>> {
    let positions = order::spread(plan.columns.len());
    let columns: Vec<protocol::Column> = plan
        .columns
        .iter()
        .zip(&positions)
        .map(|(column, position)| protocol::Column {
            id: ColumnId(0),
            name: column.name.clone(),
            position: position.clone(),
            colour: column.colour,
            limit: column.limit,
        })
        .collect();
    let archived: Vec<Option<i64>> = plan.columns.iter().map(|column| column.archived.then_some(w.now)).collect();
    let new: Vec<rows::NewColumn<'_>> = columns
        .iter()
        .zip(&archived)
        .map(|(column, at)| rows::NewColumn { column, archived_at: *at, archived_by: at.map(|_| actor.id()) })
        .collect();
    let ids: HashMap<String, ColumnId> = rows::insert_columns(&mut w.tx, board, &new).await?.into_iter().collect();
    let id = |position| ids.get(position).copied().ok_or_else(|| internal("a column is gone at once"));
    positions.iter().zip(archived).map(|(position, at)| Ok((id(position)?, at))).collect()
}

/// Stores the tasks with all they have; gives their ids in the order of the plan.
async fn tasks(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    plan: &Plan,
    links: &Links,
    found: &HashMap<String, Person>,
) -> Result<Vec<TaskId>> {
    let columns = columns(w, actor, board, plan).await?;
    let mut spread: Vec<std::vec::IntoIter<String>> = vec![Vec::new().into_iter(); columns.len()];
    for (nth, positions) in spread.iter_mut().enumerate() {
        *positions = order::spread(plan.tasks.iter().filter(|task| task.column == nth).count()).into_iter();
    }
    let mut new = Vec::with_capacity(plan.tasks.len());
    for task in &plan.tasks {
        let (column, with_column) = columns[task.column];
        new.push(rows::NewTask {
            number: task.number,
            column,
            position: spread[task.column].next().ok_or_else(|| internal("a task has no place"))?,
            title: &task.title,
            description: &task.description,
            html: &task.html,
            due: task.due,
            priority: task.priority,
            progress: task.progress,
            // What is archived at the moment of its column comes back with it.
            archived_at: if task.archived { Some(w.now - 1) } else { with_column },
            at: task.at,
        });
    }
    let by_number: HashMap<i64, TaskId> =
        rows::insert_tasks(&mut w.tx, board, actor.id(), &new).await?.into_iter().collect();
    let id = |number| by_number.get(&number).copied().ok_or_else(|| internal("a task is gone at once"));
    let ids = plan.tasks.iter().map(|task| id(task.number)).collect::<Result<Vec<TaskId>>>()?;
    let linked: Vec<(TaskId, String)> = ids
        .iter()
        .zip(&plan.tasks)
        .filter_map(|(id, task)| Some((*id, links.resolved(&task.html, board, &by_number)?)))
        .collect();
    rows::set_html(&mut w.tx, &linked).await?;
    let mut said: HashMap<usize, i64> = HashMap::new();
    for comment in &plan.comments {
        *said.entry(comment.task).or_default() += 1;
    }
    let heads: Vec<(TaskId, i64)> =
        ids.iter().enumerate().map(|(nth, id)| (*id, said.get(&nth).copied().unwrap_or(0))).collect();
    rows::insert_heads(&mut w.tx, &heads, actor.id()).await?;
    facts(w, actor, board, plan, &ids, found).await?;
    let source = |(id, task): (&TaskId, &super::plan::Task)| TaskSource {
        id: *id,
        board_id: board,
        number: task.number,
        author_id: Some(actor.id()),
        title: task.title.clone(),
        description: task.description.clone(),
        created_at: task.at,
    };
    let entries: Vec<_> = ids.iter().zip(&plan.tasks).map(source).map(|source| search::of_task(&source)).collect();
    db::search::insert_tasks(&mut w.tx, &entries).await?;
    Ok(ids)
}

/// Labels, people and checklists.
async fn facts(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    plan: &Plan,
    ids: &[TaskId],
    found: &HashMap<String, Person>,
) -> Result<()> {
    let by_name: HashMap<String, LabelId> =
        rows::insert_labels(&mut w.tx, board, &plan.labels).await?.into_iter().collect();
    let labels = plan.labels.iter().map(|(name, _)| by_name.get(&text::fold(name)).copied());
    let labels = labels.collect::<Option<Vec<LabelId>>>().ok_or_else(|| internal("a label is gone at once"))?;
    let (mut labelled, mut assigned, mut items) = (Vec::new(), Vec::new(), Vec::new());
    for (id, task) in ids.iter().zip(&plan.tasks) {
        labelled.extend(task.labels.iter().map(|label| (*id, labels[*label])));
        let people = task.assignees.iter().filter_map(|name| found.get(&name.to_ascii_lowercase()));
        assigned.extend(people.map(|person| (*id, person.id)));
        for (item, position) in task.checklist.iter().zip(order::spread(task.checklist.len())) {
            let assignee = assignee(item, found);
            items.push(rows::NewItem { task: *id, position, text: &item.text, done: item.done, assignee });
        }
    }
    rows::insert_task_labels(&mut w.tx, &labelled).await?;
    rows::insert_assignees(&mut w.tx, &assigned, w.now).await?;
    rows::insert_items(&mut w.tx, &items, actor.id(), w.now).await
}

/// Who of those who come onto the board shall do an item.
fn assignee(item: &Item, found: &HashMap<String, Person>) -> Option<UserId> {
    let username = item.assignee.as_ref()?.username.as_ref()?;
    Some(found.get(&username.to_ascii_lowercase())?.id)
}

/// Stores the comments, first those that reply to none; gives how many there are.
async fn comments(
    w: &mut Write,
    actor: &Actor,
    board: BoardId,
    plan: &Plan,
    links: &Links,
    ids: &[TaskId],
) -> Result<i64> {
    let by_number: HashMap<i64, TaskId> = plan.tasks.iter().zip(ids).map(|(task, id)| (task.number, *id)).collect();
    // The number of each on its task, and its moment, which never comes before that of the one before.
    let mut last: HashMap<usize, (i64, i64)> = HashMap::new();
    let mut places = Vec::with_capacity(plan.comments.len());
    for comment in &plan.comments {
        let (n, at) = last.get(&comment.task).copied().unwrap_or((0, 0));
        let place = (n + 1, at.max(comment.at));
        last.insert(comment.task, place);
        places.push(place);
    }
    let mut made: HashMap<(String, i64), MessageId> = HashMap::new();
    let mut entries = Vec::with_capacity(plan.comments.len());
    for replies in [false, true] {
        let mut new = Vec::new();
        for (comment, (n, at)) in plan.comments.iter().zip(&places) {
            if comment.reply_to.is_some() != replies {
                continue;
            }
            let task = ids[comment.task];
            let parent = match comment.reply_to {
                Some(root) => Some(id_of(&made, task, places[root].0)?),
                None => None,
            };
            let html = links.resolved(&comment.html, board, &by_number).unwrap_or_else(|| comment.html.clone());
            new.push(rows::NewComment { task, n: *n, parent, source: &comment.text, html, at: *at });
        }
        let stored = rows::insert_comments(&mut w.tx, actor.id(), &new).await?;
        made.extend(stored.into_iter().map(|(stream, n, id)| ((stream, n), id)));
    }
    for (comment, (n, at)) in plan.comments.iter().zip(&places) {
        let id = id_of(&made, ids[comment.task], *n)?;
        let at = Indexed { board, room: None, author: Some(actor.id()), at: *at, files: false };
        entries.push(search::entry(id.0, comment.words.clone(), at));
    }
    db::search::insert_messages(&mut w.tx, &entries).await?;
    Ok(plan.comments.len() as i64)
}

fn id_of(made: &HashMap<(String, i64), MessageId>, task: TaskId, n: i64) -> Result<MessageId> {
    let id = made.get(&(Stream::Task(task).to_string(), n));
    id.copied().ok_or_else(|| internal("a comment is gone at once"))
}
