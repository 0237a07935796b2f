//! Boards: making and naming them, and what their pages show.

mod archiving;
mod deletion;

use std::collections::HashMap;

use protocol::{
    Board, BoardId, Error, Event, MyBoard, Role, RoomEntry, Stream, Template, UserId,
    activity::Deed,
    limits,
    page::{BoardPage, Hub, NavBoard},
    permission::{Action, may},
    text,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone,
    db::{self, Tx, boards as rows},
    live, now, templates,
    write::{Write, digest},
};
pub use archiving::{archive, restore};
pub use deletion::delete;

/// The hub: my boards with the rooms I can see.
///
/// # Errors
/// The database is away.
pub async fn hub(engine: &Engine, actor: &Actor) -> Result<Hub> {
    let mut tx = engine.db().read().await?;
    let boards = rows::mine(&mut tx, actor.id()).await?;
    let mut rooms: HashMap<BoardId, Vec<RoomEntry>> = HashMap::new();
    for entry in db::rooms::all_entries(&mut tx, actor.id()).await? {
        rooms.entry(entry.room.board).or_default().push(entry);
    }
    let with_rooms = |board: MyBoard| NavBoard { rooms: rooms.remove(&board.board.id).unwrap_or_default(), board };
    Ok(Hub { boards: boards.into_iter().map(with_rooms).collect() })
}

/// The board page.
///
/// # Errors
/// [`Error::NotFound`] to who is not on the board.
pub async fn page(engine: &Engine, actor: &Actor, board: BoardId, zone: Zone) -> Result<BoardPage> {
    let mut tx = engine.db().read().await?;
    let mine = access(&mut tx, actor, board).await?;
    Ok(BoardPage {
        board: mine,
        columns: db::columns::of_board(&mut tx, board).await?,
        cards: db::tasks::cards(&mut tx, board).await?,
        labels: db::labels::of_board(&mut tx, board).await?,
        today: zone.day(now()),
        filters: db::filters::all(&mut tx, board, actor.id()).await?,
        my_cursor: Some(live::cursor(&mut tx, engine, Stream::User(actor.id())).await?),
        level: db::levels::one(&mut tx, board, None, actor.id()).await?.board,
        cursor: live::cursor(&mut tx, engine, Stream::Board(board)).await?,
    })
}

/// Makes a board that begins as a template says, of which this person is the owner.
///
/// # Errors
/// [`Error::Invalid`] naming `name`; [`Error::Conflict`] for a key used otherwise.
pub async fn create(engine: &Engine, actor: &Actor, key: Uuid, name: &str, template: Template) -> Result<MyBoard> {
    let request = match template {
        // As the release before has it, whose clients may send it again.
        Template::Plain => digest("boards::create", &name)?,
        other => digest("boards::create", &(name, other))?,
    };
    let name = text::required("name", name, limits::BOARD_NAME)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let made = found(w, actor.id(), &name, template).await?;
                templates::fill(w, &actor, made.board.id, template).await?;
                Ok(made)
            })
        })
        .await
}

/// Gives a board another name.
///
/// # Errors
/// [`Error::Invalid`] naming `name`; [`Error::Forbidden`] but to owners; [`Error::NotFound`].
pub async fn rename(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, name: &str) -> Result<MyBoard> {
    let request = digest("boards::rename", &(board, name))?;
    let name = text::required("name", name, limits::BOARD_NAME)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let mut mine = access(&mut w.tx, &actor, board).await?;
                require(&mine, Action::Run)?;
                rows::rename(&mut w.tx, board, &name).await?;
                let from = std::mem::replace(&mut mine.board.name, name.clone());
                let deeds = if from == name { vec![] } else { vec![Deed::BoardRenamed { from, to: name }] };
                w.tell(Stream::Board(board), Event::BoardChanged { board: mine.board.clone() }).did(actor.id(), deeds);
                Ok(mine)
            })
        })
        .await
}

/// Makes a board with the columns of a template as part of a write.
pub(crate) async fn found(w: &mut Write, owner: UserId, name: &str, template: Template) -> Result<MyBoard> {
    let id = rows::insert(&mut w.tx, name, w.now).await?;
    db::events::create(&mut w.tx, Stream::Board(id)).await?;
    templates::lay_out(w, id, template).await?;
    rows::add_member(&mut w.tx, id, owner, Role::Owner).await?;
    let board = MyBoard { board: Board { id, name: name.to_owned(), archived: false }, role: Role::Owner };
    w.tell(Stream::User(owner), Event::BoardAdded { board: board.clone() });
    Ok(board)
}

/// A board as this person sees it.
///
/// # Errors
/// [`Error::NotFound`] where they are not on it; an admin of the installation too.
pub(crate) async fn access(tx: &mut Tx, actor: &Actor, board: BoardId) -> Result<MyBoard> {
    rows::one(tx, board, actor.id()).await?.ok_or(Error::NotFound)
}

/// May who sees this board so do that there?
///
/// # Errors
/// [`Error::Forbidden`] when not.
pub(crate) fn require(mine: &MyBoard, action: Action) -> Result<()> {
    if may(mine.acts_as(), action) { Ok(()) } else { Err(Error::Forbidden) }
}
