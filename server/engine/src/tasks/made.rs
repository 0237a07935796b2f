//! Tasks made from a message or comment.

use std::collections::HashMap;

use protocol::{ColumnId, Error, Event, MadeTask, MessageId, Task, limits, page::TaskOfPage, permission::Action, text};
use uuid::Uuid;

use super::{Draft, store};
use crate::{
    Actor, Engine, Result,
    boards::{access, require},
    db, markdown, messages,
    write::digest,
};

/// Characters of a message that are shown where a task is made from it.
const EXCERPT: usize = 300;

/// What one sees who makes a task from a message.
///
/// # Errors
/// [`Error::NotFound`] where it is not readable; [`Error::Forbidden`] to who may not write there.
pub async fn made_page(engine: &Engine, actor: &Actor, id: MessageId) -> Result<TaskOfPage> {
    let mut tx = engine.db().read().await?;
    let (message, place) = messages::found(&mut tx, actor, id).await?;
    let board = access(&mut tx, actor, place.board).await?;
    require(&board, Action::Write)?;
    let first = message.source.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    Ok(TaskOfPage {
        message: id,
        excerpt: markdown::excerpt(&message.source, EXCERPT),
        title: markdown::excerpt(first, limits::TASK_TITLE),
        author: message.author,
        columns: db::columns::of_board(&mut tx, place.board).await?,
        board,
    })
}

/// Makes a task from a message: its description leads to the message, and the message shows the task. Of what the
/// message says nothing but the title goes to the board, which its writer has seen: not everybody on it may be
/// able to read there.
///
/// # Errors
/// [`Error::Invalid`] by field; [`Error::Conflict`] where the message is deleted or the key was used for something
/// else; [`Error::NotFound`] where it is not readable; [`Error::Forbidden`] to who may not write there.
pub async fn make_from(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    id: MessageId,
    title: &str,
    column: Option<ColumnId>,
) -> Result<Task> {
    let request = digest("tasks::make_from", &(id, title, column))?;
    let title = text::required("title", title, limits::TASK_TITLE)?;
    let description = format!("From [a message](/messaging/message/{id}/).");
    let html = markdown::parse(&description).render(&HashMap::new()).html;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (message, place) = messages::held(w, &actor, id).await?;
                if !place.rights.posts {
                    return Err(Error::Forbidden);
                }
                if message.deleted {
                    return Err(Error::conflict("This message was deleted meanwhile."));
                }
                let draft = Draft { board: place.board, column, top: false, title, description, html };
                let task = store(w, &actor, draft).await?;
                db::references::set_origin(&mut w.tx, task.card.id, id).await?;
                let made = MadeTask { board: place.board, id: task.card.id, number: task.card.number };
                w.tell(place.home, Event::TaskMade { id, task: made });
                Ok(task)
            })
        })
        .await
}
