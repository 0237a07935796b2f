//! The labels of a board: made, renamed, recoloured and deleted by whoever shapes it.

use std::collections::HashMap;

use protocol::{
    BoardId, Colour, Error, Event, Label, LabelId, Stream, TaskChange, TaskId, UserId, activity::Deed, limits,
    page::LabelsPage, permission::Action, text,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result,
    boards::{access, require},
    db::{self, labels as rows},
    tasks,
    write::{Write, digest},
};

/// The page of a board's labels.
///
/// # Errors
/// [`Error::NotFound`] to who is not on the board.
pub async fn page(engine: &Engine, actor: &Actor, board: BoardId) -> Result<LabelsPage> {
    let mut tx = engine.db().read().await?;
    let mine = access(&mut tx, actor, board).await?;
    let counts: HashMap<LabelId, i64> = rows::counts(&mut tx, board).await?.into_iter().collect();
    let labels = rows::of_board(&mut tx, board).await?.into_iter();
    let counted = |label: Label| (label.clone(), counts.get(&label.id).copied().unwrap_or(0));
    Ok(LabelsPage { board: mine, labels: labels.map(counted).collect() })
}

/// Makes a label, and puts it onto a task where one is named.
///
/// # Errors
/// [`Error::Invalid`] naming `name`, or `task` where that is not on the board; [`Error::Forbidden`] to
/// viewers; [`Error::NotFound`].
pub async fn create(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    name: &str,
    colour: Colour,
    task: Option<TaskId>,
) -> Result<Label> {
    let request = digest("labels::create", &(board, name, colour, task))?;
    let name = text::required("name", name, limits::LABEL_NAME)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                db::boards::lock(&mut w.tx, board).await?;
                require(&access(&mut w.tx, &actor, board).await?, Action::Shape)?;
                let label = found(w, actor.id(), board, &name, colour).await?;
                if let Some(task) = task {
                    if db::tasks::board_of(&mut w.tx, task).await? != Some(board) {
                        return Err(Error::invalid("task", "This board has no such task."));
                    }
                    tasks::apply(w, &actor, task, &[TaskChange::Label(label.id)]).await?;
                }
                Ok(label)
            })
        })
        .await
}

/// Makes a label as part of a write.
pub(crate) async fn found(w: &mut Write, by: UserId, board: BoardId, name: &str, colour: Colour) -> Result<Label> {
    if rows::of_board(&mut w.tx, board).await?.len() as i64 >= limits::LABELS {
        return Err(Error::invalid("name", format!("A board has at most {} labels.", limits::LABELS)));
    }
    let id = rows::insert(&mut w.tx, board, name, colour).await?.ok_or_else(taken)?;
    let label = Label { id, name: name.to_owned(), colour };
    w.tell(Stream::Board(board), Event::LabelChanged { label: label.clone() }).did(by, [Deed::LabelMade(id)]);
    Ok(label)
}

/// Gives a label another name and colour.
///
/// # Errors
/// [`Error::Invalid`] naming `name`; [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn edit(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    id: LabelId,
    name: &str,
    colour: Colour,
) -> Result<Label> {
    let request = digest("labels::edit", &(board, id, name, colour))?;
    let name = text::required("name", name, limits::LABEL_NAME)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                // Two labels that get one name at once must not both get it.
                db::boards::lock(&mut w.tx, board).await?;
                require(&access(&mut w.tx, &actor, board).await?, Action::Shape)?;
                let before = rows::one(&mut w.tx, board, id).await?.ok_or(Error::NotFound)?;
                if rows::is_taken(&mut w.tx, board, &name, id).await? {
                    return Err(taken());
                }
                rows::update(&mut w.tx, id, &name, colour).await?;
                let label = Label { id, name, colour };
                let mut deeds = Vec::new();
                if before.name != label.name {
                    deeds.push(Deed::LabelRenamed { from: before.name, to: label.name.clone() });
                }
                if before.colour != colour {
                    deeds.push(Deed::LabelRecoloured(id));
                }
                w.tell(Stream::Board(board), Event::LabelChanged { label: label.clone() }).did(actor.id(), deeds);
                Ok(label)
            })
        })
        .await
}

/// Deletes a label: its tasks bear it no longer.
///
/// # Errors
/// [`Error::Forbidden`] to viewers; [`Error::NotFound`].
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, id: LabelId) -> Result<()> {
    let request = digest("labels::delete", &(board, id))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                // Nobody puts it onto a task meanwhile.
                db::boards::lock(&mut w.tx, board).await?;
                require(&access(&mut w.tx, &actor, board).await?, Action::Shape)?;
                let Label { name, .. } = rows::one(&mut w.tx, board, id).await?.ok_or(Error::NotFound)?;
                rows::delete(&mut w.tx, id).await?;
                let deed = Deed::LabelDeleted(Some(name));
                w.tell(Stream::Board(board), Event::LabelDeleted { id }).did(actor.id(), [deed]);
                Ok(())
            })
        })
        .await
}

fn taken() -> Error {
    Error::taken("name", "There is a label of this name on the board already.")
}
