//! Filters that somebody keeps of a board: their own mark, whatever their role.

use protocol::{BoardId, Error, Event, FilterId, SavedFilter, Stream, filter::Filter, limits, page::FiltersPage, text};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result,
    boards::access,
    db::{self, filters as rows},
    live,
    write::{Write, digest},
};

/// The page of what I keep of a board.
///
/// # Errors
/// [`Error::NotFound`] to who is not on the board.
pub async fn page(engine: &Engine, actor: &Actor, board: BoardId) -> Result<FiltersPage> {
    let mut tx = engine.db().read().await?;
    Ok(FiltersPage {
        board: access(&mut tx, actor, board).await?,
        filters: rows::all(&mut tx, board, actor.id()).await?,
        cursor: live::cursor(&mut tx, engine, Stream::User(actor.id())).await?,
    })
}

/// Keeps what the query of an address asks for, under a name.
///
/// # Errors
/// [`Error::Invalid`] naming `name` or `query`; [`Error::NotFound`].
pub async fn save(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    name: &str,
    query: &str,
) -> Result<SavedFilter> {
    let request = digest("filters::save", &(board, name, query))?;
    let name = text::required("name", name, limits::FILTER_NAME)?;
    text::no_nul("query", query)?;
    // As the board says it, whatever else stood there.
    let query = Filter::parse(query).query();
    if query.is_empty() {
        return Err(Error::invalid("query", "Choose first what shall be shown."));
    }
    if query.len() > limits::FILTER_BYTES {
        return Err(Error::invalid("query", "This asks for too much to be kept."));
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let kept = held(w, &actor, board).await?;
                if kept.len() as i64 >= limits::FILTERS {
                    let words = format!("You keep {} filters of this board, which are the most.", limits::FILTERS);
                    return Err(Error::invalid("name", words));
                }
                let id = rows::insert(&mut w.tx, board, actor.id(), &name, &query).await?.ok_or_else(taken)?;
                tell(w, &actor, board).await?;
                Ok(SavedFilter { id, name, query })
            })
        })
        .await
}

/// Gives a filter another name.
///
/// # Errors
/// [`Error::Invalid`] naming `name`; [`Error::NotFound`].
pub async fn rename(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    board: BoardId,
    id: FilterId,
    name: &str,
) -> Result<SavedFilter> {
    let request = digest("filters::rename", &(board, id, name))?;
    let name = text::required("name", name, limits::FILTER_NAME)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let kept = held(w, &actor, board).await?;
                let filter = kept.iter().find(|filter| filter.id == id).ok_or(Error::NotFound)?.clone();
                let folded = text::fold(&name);
                if kept.iter().any(|other| other.id != id && text::fold(&other.name) == folded) {
                    return Err(taken());
                }
                rows::rename(&mut w.tx, id, &name).await?;
                tell(w, &actor, board).await?;
                Ok(SavedFilter { name, ..filter })
            })
        })
        .await
}

/// Keeps a filter no longer.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, id: FilterId) -> Result<()> {
    let request = digest("filters::delete", &(board, id))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let kept = held(w, &actor, board).await?;
                kept.iter().find(|filter| filter.id == id).ok_or(Error::NotFound)?;
                rows::delete(&mut w.tx, id).await?;
                tell(w, &actor, board).await
            })
        })
        .await
}

/// What somebody keeps of a board, of which nobody keeps more or less until the write ends.
async fn held(w: &mut Write, actor: &Actor, board: BoardId) -> Result<Vec<SavedFilter>> {
    db::boards::lock(&mut w.tx, board).await?;
    access(&mut w.tx, actor, board).await?;
    rows::all(&mut w.tx, board, actor.id()).await
}

async fn tell(w: &mut Write, actor: &Actor, board: BoardId) -> Result<()> {
    let filters = rows::all(&mut w.tx, board, actor.id()).await?;
    w.tell(Stream::User(actor.id()), Event::FiltersChanged { board, filters });
    Ok(())
}

fn taken() -> Error {
    Error::taken("name", "You keep a filter of this name on this board already.")
}
