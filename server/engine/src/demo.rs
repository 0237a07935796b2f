//! Boards to look around on: the first board of an installation, and the demo.

mod deeds;
mod facts;
mod lines;
mod pictures;
mod story;
mod welcome;

use std::collections::HashMap;

use protocol::{BoardId, ColumnId, Day, Error, MessageId, Room, Stream, TaskChange, TaskId, Template, UserId};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone, accounts, boards,
    db::{self, accounts::NewUser},
    files, labels, messages,
    rooms::{self, NewRoom},
    tasks,
    write::{Write, internal},
};
use deeds::{DEEDS, Deed, What};
use facts::{FACTS, Fact};
use lines::{LINES, Line, Place};
use pictures::{Drawn, PICTURES};
use story::{BOARDS, Board, COLUMNS, PEOPLE, Task};
pub(crate) use welcome::welcome;

const MINUTE: i64 = 60_000;

/// Makes a team of seven with two boards, and two days of their conversation. Gives the usernames;
/// the first has things to read. An installation without accounts gets its admin by it.
///
/// # Errors
/// [`Error::Invalid`] (`taken`) where one of the usernames is in use.
pub async fn seed_demo(engine: &Engine, password: &str) -> Result<Vec<String>> {
    let hash = engine.passwords().hash(password).await?;
    let mut pictures = Vec::new();
    for picture in PICTURES {
        let bytes = picture.png()?;
        let (content, look) = files::keep_made(engine, &bytes).await?;
        pictures.push((content, look, bytes.len() as i64));
    }
    // Where that is refused, the pictures are swept.
    engine.write(move |w| Box::pin(perform(w, hash, pictures))).await?;
    Ok(PEOPLE.iter().map(|(username, _)| (*username).to_owned()).collect())
}

/// The content of a picture, what it looks like, and its bytes.
type Stored = (String, Option<db::files::Look>, i64);

async fn perform(w: &mut Write, hash: String, pictures: Vec<Stored>) -> Result<()> {
    let mut stage = Stage { end: w.now, people: HashMap::new(), places: HashMap::new(), said: HashMap::new() };
    stage.enrol(w, hash).await?;
    for board in BOARDS {
        stage.build(w, board).await?;
    }
    stage.set_facts(w, pictures).await?;
    for line in LINES {
        stage.say(w, line).await?;
    }
    for deed in DEEDS {
        stage.act(w, deed).await?;
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
        let board = boards::found(w, owner.id(), plan.name, Template::Plain).await?.board.id;
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
        let mut columns = db::columns::of_board(&mut w.tx, board).await?;
        for (column, (colour, limit)) in columns.iter_mut().zip(COLUMNS) {
            (column.colour, column.limit) = (Some(colour), limit);
            db::columns::update(&mut w.tx, column).await?;
        }
        let columns: Vec<ColumnId> = columns.into_iter().map(|column| column.id).collect();
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
            top: false,
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

    /// The tasks of the first board get people, labels and dates. Who is assigned has read of it.
    async fn set_facts(&self, w: &mut Write, pictures: Vec<Stored>) -> Result<()> {
        self.turn_back(w, story::BEGIN);
        let board = db::tasks::board_of(&mut w.tx, self.task(1)?).await?.ok_or(Error::NotFound)?;
        let owner = self.actor(BOARDS[0].owner)?;
        let mut labels = HashMap::new();
        for (name, colour) in facts::LABELS {
            labels.insert(*name, labels::found(w, owner.id(), board, name, *colour).await?.id);
        }
        let mut pictures: Vec<(&Drawn, Stored)> = PICTURES.iter().zip(pictures).collect();
        let today = Zone::named("UTC").day(self.end).number();
        for Fact { task: number, ago, labels: names, assignees, due, priority, progress, checklist } in FACTS {
            self.turn_back(w, *ago);
            let id = self.task(*number)?;
            let users = self.ids(assignees)?;
            let mut changes: Vec<TaskChange> = users.iter().map(|user| TaskChange::Assign(*user)).collect();
            changes.extend(names.iter().filter_map(|name| labels.get(name).copied()).map(TaskChange::Label));
            changes.push(TaskChange::Due(due.map(|days| Day::numbered(today + days))));
            changes.extend([TaskChange::Priority(*priority), TaskChange::Progress(*progress)]);
            changes.extend(checklist.iter().map(|(text, ..)| TaskChange::AddItem((*text).to_owned())));
            let items = tasks::apply(w, &owner, id, &changes).await?.items;
            let mut changes = Vec::new();
            for (item, (_, done, who)) in items.iter().zip(*checklist) {
                let who = self.ids(who.as_slice())?;
                changes.extend(who.into_iter().map(|user| TaskChange::AssignItem(item.id, Some(user))));
                changes.extend(done.then_some(TaskChange::TickItem(item.id, true)));
            }
            tasks::apply(w, &owner, id, &changes).await?;
            for (picture, stored) in pictures.extract_if(.., |(picture, _)| picture.task == *number) {
                self.attach(w, picture, stored).await?;
            }
            for user in users {
                db::notifications::read_place(&mut w.tx, user, Stream::Task(id), 0, w.now).await?;
            }
        }
        Ok(())
    }

    /// Somebody attaches a picture, which is then the cover.
    async fn attach(&self, w: &mut Write, picture: &Drawn, (content, look, size): Stored) -> Result<()> {
        let (actor, name) = (self.actor(picture.who)?, picture.name.to_owned());
        let new = db::files::New { user: actor.id(), client_id: Uuid::now_v7(), content, name, size, look };
        let id = db::files::insert(&mut w.tx, &new, w.now, w.now + files::WAITS_MS).await?;
        let id = id.ok_or_else(|| internal("the demo has no picture"))?;
        let changes = [TaskChange::AttachFile(id), TaskChange::Cover(Some(id))];
        tasks::apply(w, &actor, self.task(picture.task)?, &changes).await?;
        Ok(())
    }

    fn task(&self, number: i64) -> Result<TaskId> {
        match self.places.get(&Place::Task(number)) {
            Some(Stream::Task(id)) => Ok(*id),
            _ => Err(internal(format!("the demo has no task #{number}"))),
        }
    }

    /// Somebody says something; what was there before, they have read.
    async fn say(&mut self, w: &mut Write, line: &Line) -> Result<()> {
        self.turn_back(w, line.ago);
        let home =
            *self.places.get(&line.place).ok_or_else(|| internal(format!("the demo has no {:?}", line.place)))?;
        let parent = line.replies_to.map(|nth| self.nth(line.place, nth)).transpose()?;
        let stream = match (home, parent) {
            (Stream::Room(_), Some(root)) => Stream::Thread(root),
            _ => home,
        };
        let quote = line.quotes.map(|nth| self.nth(line.place, nth)).transpose()?;
        let author = self.actor(line.who)?;
        let place = messages::place(&mut w.tx, &author, stream).await?;
        let (html, mentions) = messages::render(&mut w.tx, home, place.board, line.text).await?;
        let draft = messages::Draft {
            actor: author.clone(),
            place: stream,
            key: Uuid::now_v7(),
            request: [0; 32],
            source: line.text.to_owned(),
            html,
            words: crate::search::of(line.text),
            mentions,
            reach: Vec::new(),
            parent,
            quote,
            files: Vec::new(),
        };
        let posted = messages::store(w, &[draft]).await?.pop();
        let message = posted.ok_or_else(|| internal("the demo said nothing"))??.message;
        if stream == home {
            self.said.entry(line.place).or_default().push(message.id);
        }
        db::notifications::read_place(&mut w.tx, author.id(), stream, message.n, w.now).await?;
        Ok(())
    }

    /// Somebody does something with what was said.
    async fn act(&mut self, w: &mut Write, deed: &Deed) -> Result<()> {
        self.turn_back(w, deed.ago);
        let (actor, id) = (self.actor(deed.who)?, self.nth(deed.place, deed.nth)?);
        match deed.what {
            What::Reacts(emoji) => drop(messages::toggle_reaction(w, &actor, id, emoji.to_owned()).await?),
            What::Pins => drop(messages::put_pin(w, &actor, id).await?),
            What::Edits(text) => {
                let (_, place) = messages::found(&mut w.tx, &actor, id).await?;
                let (html, mentions) = messages::render(&mut w.tx, place.home, place.board, text).await?;
                messages::rewrite(w, &actor, id, text, &html, &mentions).await?;
            }
        }
        Ok(())
    }

    /// The message that was said in a place as the `nth`, from 1, threads of rooms left out.
    fn nth(&self, place: Place, nth: usize) -> Result<MessageId> {
        let said = self.said.get(&place).and_then(|said| said.get(nth.checked_sub(1)?));
        said.copied().ok_or_else(|| internal(format!("the demo has no message {nth} in {place:?}")))
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
            for nth in [line.replies_to, line.quotes].into_iter().flatten() {
                assert!((1..=*count).contains(&nth), "an answer to nothing: {}", line.text);
            }
            // What stands in a thread of a room is not counted.
            *count += usize::from(line.replies_to.is_none() || matches!(line.place, Place::Task(_)));
            let viewer = BOARDS[0].members.contains(&(line.who, Role::Viewer));
            assert!(!viewer, "a viewer writes: {}", line.text);
        }
        for fact in FACTS {
            assert!(BOARDS[0].tasks.len() as i64 >= fact.task && fact.task > 0, "no task #{}", fact.task);
            assert!(
                fact.labels.iter().all(|name| facts::LABELS.iter().any(|label| label.0 == *name)),
                "{:?}",
                fact.labels
            );
        }
        for deed in DEEDS {
            let said = counts.get(&deed.place).copied().unwrap_or(0);
            assert!((1..=said).contains(&deed.nth), "{:?} of nothing in {:?}", deed.what, deed.place);
        }
    }
}
