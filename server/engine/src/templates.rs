//! What boards begin with: columns, labels, and a few tasks that show how they are meant.

mod content;

use std::collections::HashMap;

use protocol::{BoardId, Colour, ColumnId, LabelId, Priority, TaskChange, Template, order};

use crate::{
    Actor, Result, db, labels, markdown, tasks,
    write::{Write, internal},
};

/// A board as it begins.
pub(crate) struct Plan {
    columns: &'static [(&'static str, Option<Colour>, Option<i64>)],
    labels: &'static [(&'static str, Colour)],
    tasks: &'static [Starter],
}

/// A task that is there from the beginning.
struct Starter {
    /// Of the plan's columns, the first being 0.
    column: usize,
    title: &'static str,
    description: &'static str,
    /// Of the plan's labels.
    labels: &'static [usize],
    priority: Option<Priority>,
    checklist: &'static [&'static str],
}

fn plan(template: Template) -> &'static Plan {
    match template {
        Template::Plain => &content::PLAIN,
        Template::Software => &content::SOFTWARE,
        Template::Editorial => &content::EDITORIAL,
        Template::Event => &content::EVENT,
    }
}

/// The names of the columns of the plain one.
pub(crate) fn plain_columns() -> impl ExactSizeIterator<Item = &'static str> {
    content::PLAIN.columns.iter().map(|(name, ..)| *name)
}

/// Gives a new board its columns.
pub(crate) async fn lay_out(w: &mut Write, board: BoardId, template: Template) -> Result<()> {
    let columns = plan(template).columns;
    let names: Vec<_> = columns.iter().map(|(name, ..)| (*name).to_owned()).zip(order::spread(columns.len())).collect();
    let mut made = db::columns::insert(&mut w.tx, board, &names).await?;
    for (column, (_, colour, limit)) in made.iter_mut().zip(columns) {
        if colour.is_some() || limit.is_some() {
            (column.colour, column.limit) = (*colour, *limit);
            db::columns::update(&mut w.tx, column).await?;
        }
    }
    Ok(())
}

/// Gives a new board the labels and tasks of its template.
pub(crate) async fn fill(w: &mut Write, actor: &Actor, board: BoardId, template: Template) -> Result<()> {
    let plan = plan(template);
    let columns = db::columns::of_board(&mut w.tx, board).await?;
    let columns: Vec<ColumnId> = columns.into_iter().map(|column| column.id).collect();
    let mut made: Vec<LabelId> = Vec::new();
    for (name, colour) in plan.labels {
        made.push(labels::found(w, actor.id(), board, name, *colour).await?.id);
    }
    for starter in plan.tasks {
        let draft = tasks::Draft {
            board,
            column: columns.get(starter.column).copied(),
            top: false,
            title: starter.title.to_owned(),
            description: starter.description.to_owned(),
            html: markdown::parse(starter.description).render(&HashMap::new()).html,
        };
        let task = tasks::store(w, actor, draft).await?.card.id;
        let labels = starter.labels.iter().map(|nth| made.get(*nth).copied().map(TaskChange::Label));
        let mut changes = labels.collect::<Option<Vec<_>>>().ok_or_else(|| internal("a template lacks a label"))?;
        changes.extend(starter.priority.map(|priority| TaskChange::Priority(Some(priority))));
        changes.extend(starter.checklist.iter().map(|text| TaskChange::AddItem((*text).to_owned())));
        tasks::apply(w, actor, task, &changes).await?;
    }
    Ok(())
}
