//! Boards to look around on: the first board of an installation, and the demo.

mod lines;
mod story;
mod welcome;

use std::collections::HashMap;

use protocol::{BoardId, ColumnId, Error, MessageId, Room, Stream, UserId};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, accounts, boards,
    db::{self, accounts::NewUser},
    messages,
    rooms::{self, NewRoom},
    tasks,
    write::{Write, internal},
};
use lines::{LINES, Line, Place};
use story::{BOARDS, Board, PEOPLE, Task};
pub(crate) use welcome::welcome;

const MINUTE: i64 = 60_000;

/// Makes a team of seven with two boards, and two days of their conversation. Gives the usernames;
/// the first has things to read. An installation without accounts gets its admin by it.
///
/// # Errors
/// [`Error::Invalid`] (`taken`) where one of the usernames is in use.
pub async fn seed_demo(engine: &Engine, password: &str) -> Result<Vec<String>> {
    let hash = engine.passwords().hash(password).await?;
    engine.write(move |w| Box::pin(perform(w, hash))).await?;
    Ok(PEOPLE.iter().map(|(username, _)| (*username).to_owned()).collect())
}

async fn perform(w: &mut Write, hash: String) -> Result<()> {
    let mut stage = Stage { end: w.now, people: HashMap::new(), places: HashMap::new(), said: HashMap::new() };
    stage.enrol(w, hash).await?;
    for board in BOARDS {
        stage.build(w, board).await?;
    }
    for line in LINES {
        stage.say(w, line).await?;
    }
    w.now = stage.end;
    Ok(())
}

/// The demo as far as it has come.
struct Stage {
    /// The moment that the story leads up to.
    end: i64,
    people: HashMap<&'static str, Actor>,
    places: HashMap<Place, Stream>,
    said: HashMap<Place, Vec<MessageId>>,
}

impl Stage {
    fn actor(&self, username: &str) -> Result<Actor> {
        self.people.get(username).cloned().ok_or_else(|| internal(format!("the demo has no {username}")))
    }

    fn ids(&self, usernames: &[&str]) -> Result<Vec<UserId>> {
        usernames.iter().map(|username| Ok(self.actor(username)?.id())).collect()
    }

    /// From now on it is so many minutes before the end.
    fn turn_back(&self, w: &mut Write, ago: i64) {
        w.now = self.end - ago * MINUTE;
    }

    async fn enrol(&mut self, w: &mut Write, hash: String) -> Result<()> {
        self.turn_back(w, story::BEGIN);
        db::accounts::lock(&mut w.tx).await?;
        let mut admin = !db::accounts::any(&mut w.tx).await?;
        for (username, display_name) in PEOPLE {
            let new = NewUser {
                username: (*username).to_owned(),
                display_name: (*display_name).to_owned(),
                email: String::new(),
                password: hash.clone(),
                admin: std::mem::take(&mut admin),
            };
            let me = accounts::enrol(w, new).await?;
            self.people.insert(username, Actor { me, session: Default::default() });
        }
        Ok(())
    }

    async fn build(&mut self, w: &mut Write, plan: &Board) -> Result<()> {
        self.turn_back(w, story::BEGIN);
        let owner = self.actor(plan.owner)?;
        let board = boards::found(w, owner.id(), plan.name).await?.board.id;
        for (username, role) in plan.members {
            db::boards::add_member(&mut w.tx, board, self.actor(username)?.id(), *role).await?;
        }
        for room in plan.rooms {
            let creator = self.actor(room.members.first().ok_or(Error::NotFound)?)?;
            let members = self.ids(room.members)?;
            let new = NewRoom {
                name: room.name.to_owned(),
                topic: room.topic.to_owned(),
                private: room.private,
                members: Vec::new(),
            };
            let Room { id, .. } = rooms::found(w, &creator, board, new).await?;
            db::rooms::join_all(&mut w.tx, id, board, &members).await?;
            self.places.insert(Place::Room(room.name), Stream::Room(id));
        }
        let columns: Vec<ColumnId> =
            db::boards::columns(&mut w.tx, board).await?.into_iter().map(|column| column.id).collect();
        for task in plan.tasks {
            self.add(w, board, columns.get(task.column).copied(), task).await?;
        }
        Ok(())
    }

    async fn add(&mut self, w: &mut Write, board: BoardId, column: Option<ColumnId>, plan: &Task) -> Result<()> {
        self.turn_back(w, plan.ago);
        let author = self.actor(plan.author)?;
        let (html, mentions) = messages::render(&mut w.tx, Stream::Board(board), board, plan.description).await?;
        let draft = tasks::Draft {
            board,
            column,
            title: plan.title.to_owned(),
            description: plan.description.to_owned(),
            html,
        };
        let task = tasks::store(w, &author, draft).await?;
        let told: Vec<UserId> = mentions.iter().map(|person| person.id).collect();
        tasks::tell_mentioned(w, &author, &task, &told).await?;
        self.places.entry(Place::Task(task.card.number)).or_insert(Stream::Task(task.card.id));
        Ok(())
    }

    /// Somebody says something; what was there before, they have read.
    async fn say(&mut self, w: &mut Write, line: &Line) -> Result<()> {
        self.turn_back(w, line.ago);
        let stream =
            *self.places.get(&line.place).ok_or_else(|| internal(format!("the demo has no {:?}", line.place)))?;
        let author = self.actor(line.who)?;
        let place = messages::place(&mut w.tx, &author, stream).await?;
        let (html, mentions) = messages::render(&mut w.tx, stream, place.board, line.text).await?;
        let said = self.said.entry(line.place).or_default();
        let draft = messages::Draft {
            actor: author.clone(),
            place: stream,
            key: Uuid::now_v7(),
            request: [0; 32],
            source: line.text.to_owned(),
            html,
            words: crate::search::of(line.text),
            mentions,
            parent: line.replies_to.and_then(|nth| said.get(nth - 1).copied()),
            quote: None,
        };
        let posted = messages::store(w, &[draft]).await?.pop();
        let message = posted.ok_or_else(|| internal("the demo said nothing"))??.message;
        said.push(message.id);
        db::notifications::read_place(&mut w.tx, author.id(), stream, message.n, w.now).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use protocol::Role;

    use super::*;

    #[test]
    fn the_story_holds_together() {
        let rooms: Vec<_> = BOARDS.iter().flat_map(|board| board.rooms).collect();
        let mut counts: HashMap<Place, usize> = HashMap::new();
        let mut ago = story::BEGIN;
        for line in LINES {
            assert!(line.ago <= ago && line.ago > 0, "out of order: {}", line.text);
            ago = line.ago;
            match line.place {
                Place::Room(name) => {
                    let room = rooms.iter().find(|room| room.name == name).unwrap();
                    assert!(room.members.contains(&line.who), "{} is not in {name}", line.who);
                }
                Place::Task(number) => assert!(BOARDS[0].tasks.len() >= number as usize, "no task #{number}"),
            }
            let count = counts.entry(line.place).or_default();
            assert!(line.replies_to.is_none_or(|nth| (1..=*count).contains(&nth)), "a reply to nothing: {}", line.text);
            *count += 1;
            let viewer = BOARDS[0].members.contains(&(line.who, Role::Viewer));
            assert!(!viewer, "a viewer writes: {}", line.text);
        }
    }
}
