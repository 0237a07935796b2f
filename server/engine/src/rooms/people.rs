//! The people of rooms as pages list them, kept for as long as they are the same.
//!
//! To list the first by name, all are sorted: of 5,000 members that takes longer than everything
//! else about a page. Whoever comes, goes or changes their name says so in the room or on its board;
//! so while neither has a newer event, in the snapshot that the page is read from, they are the same.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use protocol::{BoardId, Person, RoomId, Stream, limits::ROOM_PEOPLE};

use crate::{
    Engine, Result,
    db::{self, Tx},
};

/// Rooms of which this is kept, at most.
const ROOMS: usize = 128;

/// The lists that were read.
#[derive(Default)]
pub(crate) struct Lists(Mutex<HashMap<RoomId, (At, Vec<Person>)>>);

/// The moment that a list is of: the history, and the newest events of the room and its board in it.
#[derive(PartialEq, Eq)]
struct At {
    epoch: String,
    room: i64,
    board: i64,
}

/// The first members of a room by name, where `seq` is the newest event of the room in this snapshot.
pub(crate) async fn listed(
    engine: &Engine,
    tx: &mut Tx,
    room: RoomId,
    board: BoardId,
    seq: i64,
) -> Result<Vec<Person>> {
    let board = db::events::head(tx, Stream::Board(board)).await?.seq;
    let at = At { epoch: engine.epoch(), room: seq, board };
    if let Some(people) = engine.lists().of(room, &at) {
        return Ok(people);
    }
    let people = db::rooms::members(tx, room, ROOM_PEOPLE as i64).await?;
    // One of fewer is read as quickly as it is found here.
    if people.len() == ROOM_PEOPLE {
        engine.lists().keep(room, at, people.clone());
    }
    Ok(people)
}

impl Lists {
    fn of(&self, room: RoomId, at: &At) -> Option<Vec<Person>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.get(&room).filter(|(of, _)| of == at).map(|(_, people)| people.clone())
    }

    fn keep(&self, room: RoomId, at: At, people: Vec<Person>) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= ROOMS && !lists.contains_key(&room) {
            // Seldom, and what is needed is soon there again.
            lists.clear();
        }
        lists.insert(room, (at, people));
    }
}
