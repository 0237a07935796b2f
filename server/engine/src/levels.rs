//! How much people want to hear of rooms and boards, and who is told of each message for it.

use std::collections::{BTreeMap, HashMap};

use protocol::{BoardId, Error, Event, Level, Reason, RoomId, Stream, UserId};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, boards,
    db::{self, Tx},
    messages::Place,
    rooms,
    write::digest,
};

/// Sets how much this person hears of a room or a board. A room without a level is heard as its board
/// is; only a room can be muted.
///
/// # Errors
/// Not readable, not a room or a board, a board that is to be muted, the key used for something else.
pub async fn set(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    place: Stream,
    level: Option<Level>,
    muted: bool,
) -> Result<()> {
    if muted && matches!(place, Stream::Board(_)) {
        return Err(Error::invalid("muted", "Only rooms can be muted."));
    }
    let request = digest("levels::set", &(place, level, muted))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                // One's own mark: whoever sees the place may set it.
                match place {
                    Stream::Room(room) => drop(rooms::access(&mut w.tx, &actor, room).await?),
                    Stream::Board(board) => drop(boards::access(&mut w.tx, &actor, board).await?),
                    Stream::Task(_) | Stream::Thread(_) | Stream::User(_) => return Err(Error::NotFound),
                }
                db::levels::set(&mut w.tx, actor.id(), place, level, muted).await?;
                w.tell(Stream::User(actor.id()), Event::LevelChanged { place, level, muted });
                Ok(())
            })
        })
        .await
}

/// Leaves out who does not want to hear of it.
pub(crate) async fn heard(
    tx: &mut Tx,
    board: BoardId,
    room: Option<RoomId>,
    told: &mut BTreeMap<UserId, Reason>,
) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let users: Vec<UserId> = told.keys().copied().collect();
    for (user, hearing) in db::levels::of(tx, board, room, &users).await? {
        if told.get(&user).is_some_and(|reason| !hearing.lets(*reason)) {
            told.remove(&user);
        }
    }
    Ok(())
}

/// Who is told of every message of these places: of a room, who is in it; of a task, who is on the board.
/// One statement for all, and a few for each place where there is somebody.
pub(crate) async fn everything<'p>(
    tx: &mut Tx,
    places: impl Iterator<Item = &'p Place>,
) -> Result<HashMap<Stream, Vec<UserId>>> {
    let places: HashMap<Stream, (BoardId, Option<RoomId>)> =
        places.map(|place| (place.home, (place.board, place.room.as_ref().map(|room| room.id)))).collect();
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let mut names: Vec<String> = places
        .values()
        .flat_map(|(board, room)| [Some(Stream::Board(*board)), room.map(Stream::Room)])
        .flatten()
        .map(|stream| stream.to_string())
        .collect();
    names.sort_unstable();
    names.dedup();
    let asked = db::levels::everything(tx, &names).await?;
    let mut hearers = HashMap::new();
    for (home, (board, room)) in places.into_iter().filter(|_| !asked.is_empty()) {
        let names = [Some(Stream::Board(board)), room.map(Stream::Room)].map(|stream| stream.map(|s| s.to_string()));
        let of_it = asked.iter().filter(|(name, _)| names.iter().flatten().any(|it| it == name));
        let mut users: Vec<UserId> = of_it.map(|(_, user)| *user).collect();
        users.sort_unstable();
        users.dedup();
        let users = match room {
            Some(room) => db::rooms::members_among(tx, room, &users).await?,
            None => db::boards::members_among(tx, board, &users).await?,
        };
        let hearings = db::levels::of(tx, board, room, &users).await?;
        let all = hearings.into_iter().filter(|(_, hearing)| hearing.everything()).map(|(user, _)| user);
        hearers.insert(home, all.collect());
    }
    Ok(hearers)
}
