//! Chat rooms: made, changed, joined, left, deleted, opened.

mod outsiders;
mod people;

use protocol::{
    BoardId, Error, Event, MessageId, MyBoard, Person, Room, RoomEntry, RoomId, Stream, UserId,
    activity::Deed,
    limits,
    page::{RoomMember, RoomPage, RoomSettings, RoomsPage},
    permission::{Action, Standing},
    text,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone, boards,
    db::{self, Tx},
    live, messages, notify,
    write::{Revocation, Write, digest},
};
pub use outsiders::outsiders;
pub(crate) use people::Lists;

/// People that a page lists, at most.
const LISTED: i64 = 200;
/// People that may be put into a room at once.
const INVITED: usize = 500;

/// What a room is made from.
#[derive(Clone, Debug)]
pub struct NewRoom {
    /// Unique on the board.
    pub name: String,
    /// What it is for.
    pub topic: String,
    /// Invited members only?
    pub private: bool,
    /// Who is in it from the start, besides who makes it; those who are not on the board are left out.
    pub members: Vec<UserId>,
}

/// A room and the board it is on, if this person can see it.
pub(crate) async fn access(tx: &mut Tx, actor: &Actor, room: RoomId) -> Result<(RoomEntry, MyBoard)> {
    readable(actor, db::rooms::seen(tx, room, actor.id()).await?.ok_or(Error::NotFound)?)
}

/// The same of a room that was looked up.
pub(crate) fn readable(actor: &Actor, seen: db::rooms::Seen) -> Result<(RoomEntry, MyBoard)> {
    let entry = RoomEntry::from(seen.entry);
    let board = protocol::Board { id: entry.room.board, name: seen.board_name, archived: seen.board_archived };
    let mine = MyBoard { board, role: seen.role };
    if standing(&entry, &mine, actor).reads() { Ok((entry, mine)) } else { Err(Error::NotFound) }
}

/// How this person stands to a room.
pub(crate) fn standing(entry: &RoomEntry, mine: &MyBoard, actor: &Actor) -> Standing {
    Standing {
        role: mine.acts_as(),
        private: entry.room.private,
        joined: entry.joined,
        creator: entry.room.creator == Some(actor.id()),
    }
}

async fn managed(tx: &mut Tx, actor: &Actor, room: RoomId) -> Result<(RoomEntry, MyBoard)> {
    let (entry, mine) = access(tx, actor, room).await?;
    if standing(&entry, &mine, actor).manages() { Ok((entry, mine)) } else { Err(Error::Forbidden) }
}

/// The rooms of a board that this person can see.
///
/// # Errors
/// The board can't be seen.
pub async fn list(engine: &Engine, actor: &Actor, board: BoardId) -> Result<RoomsPage> {
    let mut tx = engine.db().read().await?;
    let mine = boards::access(&mut tx, actor, board).await?;
    let rooms = db::rooms::entries(&mut tx, board, actor.id()).await?;
    Ok(RoomsPage { board: mine, rooms })
}

/// Makes a room and puts its maker into it.
///
/// # Errors
/// The board can't be seen or written; the name is empty, too long or in use.
pub async fn create(engine: &Engine, actor: &Actor, key: Uuid, board: BoardId, new: NewRoom) -> Result<Room> {
    let name = text::required("name", &new.name, limits::ROOM_NAME)?;
    let topic = text::optional("description", &new.topic, limits::ROOM_TOPIC)?;
    if new.members.len() > INVITED {
        return Err(Error::invalid("members", format!("At most {INVITED} people can be added at once.")));
    }
    let request = digest("rooms::create", &(board, &name, &topic, new.private, &new.members))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let mine = boards::access(&mut w.tx, &actor, board).await?;
                boards::require(&mine, Action::Write)?;
                found(w, &actor, board, NewRoom { name, topic, ..new }).await
            })
        })
        .await
}

/// Makes a room as part of a write; what it is made from has been checked.
pub(crate) async fn found(w: &mut Write, actor: &Actor, board: BoardId, new: NewRoom) -> Result<Room> {
    let NewRoom { name, topic, private, members } = new;
    let creator = Some(actor.id());
    let mut room = Room { id: RoomId(0), board, name, topic, private, creator };
    room.id = db::rooms::insert(&mut w.tx, &room, &text::fold(&room.name), w.now)
        .await?
        .ok_or_else(|| Error::taken("name", "This board has a room of that name."))?;
    let stream = Stream::Room(room.id);
    db::events::create(&mut w.tx, stream).await?;
    let invited: Vec<UserId> = members.into_iter().filter(|user| *user != actor.id()).collect();
    db::rooms::join(&mut w.tx, room.id, actor.id()).await?;
    db::rooms::join_all(&mut w.tx, room.id, board, &invited).await?;
    let members = db::rooms::members(&mut w.tx, room.id, i64::MAX).await?;
    let others: Vec<UserId> = members.iter().map(|person| person.id).filter(|user| invited.contains(user)).collect();
    if !room.private {
        w.tell(Stream::Board(board), Event::RoomCreated { room: room.clone() })
            .did(actor.id(), [Deed::RoomMade(room.id)]);
    }
    for user in others.iter().chain([&actor.id()]) {
        w.tell(Stream::User(*user), Event::RoomAdded { room: room.clone() });
    }
    notify::added(w, &others, actor, stream, room.name.clone()).await?;
    Ok(room)
}

/// Changes a room's name and topic.
///
/// # Errors
/// The room can't be seen or managed; the name is empty, too long or in use.
pub async fn edit(engine: &Engine, actor: &Actor, key: Uuid, id: RoomId, name: &str, topic: &str) -> Result<Room> {
    let name = text::required("name", name, limits::ROOM_NAME)?;
    let topic = text::optional("description", topic, limits::ROOM_TOPIC)?;
    let request = digest("rooms::edit", &(id, &name, &topic))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (entry, _) = managed(&mut w.tx, &actor, id).await?;
                let name_key = text::fold(&name);
                if db::rooms::name_taken(&mut w.tx, entry.room.board, &name_key, id).await? {
                    return Err(Error::taken("name", "This board has a room of that name."));
                }
                db::rooms::update(&mut w.tx, id, &name, &name_key, &topic).await?;
                let room = Room { name, topic, ..entry.room };
                w.tell(Stream::Room(id), Event::RoomChanged { room: room.clone() });
                if room.private {
                    for user in member_ids(w, id).await? {
                        w.tell(Stream::User(user), Event::RoomAdded { room: room.clone() });
                    }
                } else {
                    w.tell(Stream::Board(room.board), Event::RoomChanged { room: room.clone() })
                        .did(actor.id(), [Deed::RoomChanged(id)]);
                }
                Ok(room)
            })
        })
        .await
}

/// Deletes a room with everything said in it. Nobody sees anything of it from then on; its rows go in
/// steps, so that a very large room holds up nobody.
///
/// # Errors
/// The room can't be seen or managed.
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, id: RoomId) -> Result<()> {
    let request = digest("rooms::delete", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (entry, _) = managed(&mut w.tx, &actor, id).await?;
                let stream = Stream::Room(id);
                w.tx.allow_long().await?;
                let members = member_ids(w, id).await?;
                let told = db::notifications::holders(&mut w.tx, stream).await?;
                db::notifications::forget_place(&mut w.tx, stream).await?;
                db::rooms::delete(&mut w.tx, id).await?;
                w.revoke(Revocation::Gone(vec![stream]));
                if !entry.room.private {
                    w.tell(Stream::Board(entry.room.board), Event::RoomDeleted { id })
                        .did(actor.id(), [Deed::RoomDeleted]);
                }
                for user in members {
                    w.tell(Stream::User(user), Event::RoomRemoved { id });
                }
                notify::recount(w, told).await
            })
        })
        .await?;
    engine.housework().notify_one();
    Ok(())
}

/// Joins an open room.
///
/// # Errors
/// The room can't be seen.
pub async fn join(engine: &Engine, actor: &Actor, key: Uuid, id: RoomId) -> Result<()> {
    let request = digest("rooms::join", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (entry, _) = access(&mut w.tx, &actor, id).await?;
                enter(w, &actor, &entry.room).await
            })
        })
        .await
}

/// Puts who acts into a room they may read; what was said before counts as read.
pub(crate) async fn enter(w: &mut Write, actor: &Actor, room: &Room) -> Result<()> {
    if !take_in(w, actor, room).await? {
        return Ok(());
    }
    let stream = Stream::Room(room.id);
    let n = db::events::head(&mut w.tx, stream).await?.n;
    db::messages::raise_watermark(&mut w.tx, actor.id(), stream, n, 0).await?;
    Ok(())
}

/// Puts who acts into a room they may read, and tells so; false where they are in it.
pub(crate) async fn take_in(w: &mut Write, actor: &Actor, room: &Room) -> Result<bool> {
    if db::rooms::join(&mut w.tx, room.id, actor.id()).await? == 0 {
        return Ok(false);
    }
    w.tell(Stream::Room(room.id), Event::MemberJoined { person: actor.me.person.clone() });
    w.tell(Stream::User(actor.id()), Event::RoomAdded { room: room.clone() });
    Ok(true)
}

/// Leaves a room.
///
/// # Errors
/// The room can't be seen.
pub async fn leave(engine: &Engine, actor: &Actor, key: Uuid, id: RoomId) -> Result<()> {
    let request = digest("rooms::leave", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (entry, _) = access(&mut w.tx, &actor, id).await?;
                remove(w, &entry.room, actor.id()).await
            })
        })
        .await
}

/// Puts a member of the board into a room.
///
/// # Errors
/// The room can't be seen or managed; the person is not on the board.
pub async fn add_member(engine: &Engine, actor: &Actor, key: Uuid, id: RoomId, user: UserId) -> Result<Person> {
    let request = digest("rooms::add_member", &(id, user))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (entry, _) = managed(&mut w.tx, &actor, id).await?;
                let person = db::boards::member_person(&mut w.tx, entry.room.board, user)
                    .await?
                    .ok_or_else(|| Error::invalid("user", "Only people on this board can be in its rooms."))?;
                if db::rooms::join(&mut w.tx, id, user).await? > 0 {
                    let stream = Stream::Room(id);
                    let n = db::events::head(&mut w.tx, stream).await?.n;
                    db::messages::raise_watermark(&mut w.tx, user, stream, n, 0).await?;
                    w.tell(stream, Event::MemberJoined { person: person.clone() });
                    w.tell(Stream::User(user), Event::RoomAdded { room: entry.room.clone() });
                    notify::added(w, &[user], &actor, stream, entry.room.name).await?;
                }
                Ok(person)
            })
        })
        .await
}

/// Takes somebody out of a private room.
///
/// # Errors
/// The room can't be seen or managed.
pub async fn remove_member(engine: &Engine, actor: &Actor, key: Uuid, id: RoomId, user: UserId) -> Result<()> {
    let request = digest("rooms::remove_member", &(id, user))?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (entry, _) = managed(&mut w.tx, &actor, id).await?;
                remove(w, &entry.room, user).await
            })
        })
        .await
}

async fn remove(w: &mut Write, room: &Room, user: UserId) -> Result<()> {
    if db::rooms::leave(&mut w.tx, room.id, user).await? == 0 {
        return Ok(());
    }
    let stream = Stream::Room(room.id);
    w.tell(stream, Event::MemberLeft { user });
    w.tell(Stream::User(user), Event::RoomRemoved { id: room.id });
    // An open room can still be read by who leaves it.
    if room.private {
        w.revoke(Revocation::Streams(user, vec![stream]));
        // Before anybody's inbox, as a message does that is posted at the same time.
        db::threads::lock_all(&mut w.tx, &[stream]).await?;
        if db::notifications::forget(&mut w.tx, user, &[stream]).await? > 0 {
            notify::recount(w, vec![user]).await?;
        }
    }
    Ok(())
}

async fn member_ids(w: &mut Write, room: RoomId) -> Result<Vec<UserId>> {
    Ok(db::rooms::members(&mut w.tx, room, i64::MAX).await?.into_iter().map(|person| person.id).collect())
}

/// What the room's page shows: the newest messages, or those around one.
///
/// # Errors
/// The room can't be seen; `at` is not a message of it.
pub async fn page(engine: &Engine, actor: &Actor, id: RoomId, at: Option<MessageId>, zone: Zone) -> Result<RoomPage> {
    let mut tx = engine.db().read().await?;
    let (entry, board) = access(&mut tx, actor, id).await?;
    let stream = Stream::Room(id);
    let history = match at {
        Some(at) => messages::middle(&mut tx, actor, stream, at, zone).await?,
        None => messages::newest(&mut tx, actor, stream, i64::MAX, zone).await?,
    };
    let history = messages::with_references(&mut tx, engine, actor, history, []).await?;
    let cursor = live::cursor(&mut tx, engine, stream).await?;
    let members = people::listed(engine, &mut tx, id, board.board.id, cursor.seq).await?;
    let manages = standing(&entry, &board, actor).manages();
    let RoomEntry { room, joined, n, read, .. } = entry;
    let hearing = db::levels::one(&mut tx, board.board.id, Some(id), actor.id()).await?;
    Ok(RoomPage { room, board, joined, manages, hearing, history, read, n, members, cursor })
}

/// The members of a room by name, and when those who show it were last here.
///
/// # Errors
/// The room can't be seen.
pub async fn members(engine: &Engine, actor: &Actor, id: RoomId, zone: Zone) -> Result<Vec<RoomMember>> {
    let mut tx = engine.db().read().await?;
    access(&mut tx, actor, id).await?;
    let members = db::rooms::members_seen(&mut tx, id, LISTED).await?;
    Ok(members.into_iter().map(|(person, at)| RoomMember { person, seen: at.map(|at| zone.clock(at)) }).collect())
}

/// What the room's settings show.
///
/// # Errors
/// The room can't be seen.
pub async fn settings(engine: &Engine, actor: &Actor, id: RoomId) -> Result<RoomSettings> {
    let mut tx = engine.db().read().await?;
    let (entry, board) = access(&mut tx, actor, id).await?;
    let members = db::rooms::members(&mut tx, id, LISTED).await?;
    let manages = standing(&entry, &board, actor).manages();
    let others = if manages { db::rooms::outsiders(&mut tx, id, entry.room.board, LISTED).await? } else { Vec::new() };
    Ok(RoomSettings { room: entry.room, board, joined: entry.joined, manages, members, others })
}
