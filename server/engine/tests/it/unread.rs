//! Whatever people do, in whatever order: what the engine counts as unread is what a model of it
//! counts that knows every message and every mark.

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    Actor, Engine, Zone, boards, levels, members,
    messages::{self, NewMessage},
    nav, notifications, reads, rooms, tasks, watching,
};
use fastrand::Rng;
use protocol::{BoardId, ColumnId, Error, Hearing, Level, MessageId, Reason, Role, RoomId, Stream, TaskId, Template};
use uuid::Uuid;

use crate::ground::{Ground, Scene};

/// Things done in one history.
const STEPS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_equal_a_recount_on_sqlite() {
    let mut said = 0;
    for seed in 1..=8 {
        said += history(&Ground::on_sqlite().await, seed).await;
    }
    assert!(said > 60, "only {said} messages in all");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_equal_a_recount_on_postgres() {
    for seed in 101..=102 {
        assert!(history(&Ground::on_postgres().await, seed).await > 0, "nothing was said");
    }
}

/// A message as the model knows it.
struct Said {
    id: MessageId,
    place: Stream,
    n: i64,
    author: usize,
    mentions: BTreeSet<usize>,
    deleted_by: Option<usize>,
    /// Gone with everything that was cleared.
    cleared: bool,
}

/// Why a row of an inbox is there: by message, or for the place itself. Is it read?
type Sources = BTreeMap<(usize, Stream, Option<MessageId>), bool>;

struct Model<'e> {
    engine: &'e Engine,
    people: [Actor; 3],
    open: RoomId,
    private: RoomId,
    task: Stream,
    board: BoardId,
    /// Another board, with Ana and Bo on it, and a column of each.
    other: BoardId,
    columns: [ColumnId; 2],
    /// Is the task on the other board?
    away: bool,
    said: Vec<Said>,
    marks: BTreeMap<(usize, Stream), i64>,
    joined: BTreeSet<(usize, RoomId)>,
    watching: BTreeSet<(usize, Stream)>,
    /// What was chosen for a room or the board; is the room muted?
    levels: BTreeMap<(usize, Stream), (Option<Level>, bool)>,
    sources: Sources,
    /// What deletions that can be undone took out of inboxes.
    aside: BTreeMap<MessageId, Vec<(usize, bool)>>,
    rng: Rng,
    texts: usize,
}

/// Lives through a history; gives how many messages were in it.
async fn history(ground: &Ground, seed: u64) -> usize {
    let Scene { ana, bo, vic, board, room: open, .. } = ground.scene().await;
    let engine = &ground.engine;
    let new = rooms::NewRoom { name: "private".into(), topic: String::new(), private: true, members: vec![bo.id()] };
    let private = rooms::create(engine, &ana, Uuid::now_v7(), board, new).await.unwrap().id;
    let new = tasks::NewTask { title: "Task".into(), ..tasks::NewTask::default() };
    let task = Stream::Task(tasks::create(engine, &ana, Uuid::now_v7(), board, new).await.unwrap().card.id);
    let other = boards::create(engine, &ana, Uuid::now_v7(), "Other", Template::Plain).await.unwrap().board.id;
    members::add(engine, &ana, Uuid::now_v7(), other, "bo", Role::Member).await.unwrap();
    let mut columns = [ColumnId(0); 2];
    for (column, board) in columns.iter_mut().zip([board, other]) {
        *column = boards::page(engine, &ana, board, Zone::named("UTC")).await.unwrap().columns[0].id;
    }
    let people = [ana, bo, vic];
    for person in &people {
        notifications::read_all(engine, person).await.unwrap();
    }
    let mut model = Model {
        engine,
        people,
        open,
        private,
        task,
        board,
        other,
        columns,
        away: false,
        said: Vec::new(),
        marks: BTreeMap::new(),
        joined: [(0, open), (0, private), (1, private)].into(),
        watching: [(0, task)].into(),
        levels: BTreeMap::new(),
        // They were told that they are on the board and Bo that he is in the room, and have read it.
        sources: [
            ((1, Stream::Board(board), None), true),
            ((2, Stream::Board(board), None), true),
            ((1, Stream::Room(private), None), true),
            ((1, Stream::Board(other), None), true),
        ]
        .into(),
        aside: BTreeMap::new(),
        rng: Rng::with_seed(seed),
        texts: 0,
    };
    for step in 0..STEPS {
        let what = model.step().await;
        model.check(&format!("seed {seed}, step {step}: {what}")).await;
    }
    engine.close().await;
    model.said.len()
}

impl Model<'_> {
    /// Does something, and says what.
    async fn step(&mut self) -> String {
        let who = self.rng.usize(..3);
        match self.rng.u8(..100) {
            0..30 => self.post(who).await,
            30..42 => self.edit(who).await,
            42..52 => self.delete(who).await,
            52..60 => self.restore(who).await,
            60..72 => self.see(who).await,
            72..80 => self.unread_from(who).await,
            80..86 => self.come_or_go(who).await,
            86..90 => self.add_or_remove(who).await,
            90..92 => self.follow_or_not(who).await,
            92..94 => self.hear(who).await,
            94..96 => self.read_inbox(who).await,
            96..98 => self.carry(who).await,
            _ => self.clear(who).await,
        }
    }

    async fn post(&mut self, who: usize) -> String {
        let reply = self.some().filter(|_| self.rng.bool());
        let (place, parent) = match reply {
            Some(index) => (self.home(self.said[index].place), Some(self.said[index].id)),
            None => (self.place(), None),
        };
        let (text, mentions) = self.text();
        let new = NewMessage {
            place,
            key: Uuid::now_v7(),
            content: text.clone(),
            parent,
            quote: None,
            files: Vec::new(),
            confirmed: false,
        };
        let what = format!("{who} posts {text:?} in {place}, to {parent:?}");
        let posted = messages::post(self.engine, &self.people[who], new).await;
        let Some(message) = done(posted.map(|posted| posted.message), &what) else { return what };
        let place = match (place, reply.map(|index| self.said[index].place)) {
            (Stream::Room(_), Some(thread @ Stream::Thread(_))) => thread,
            (Stream::Room(_), Some(_)) => Stream::Thread(parent.unwrap()),
            _ => place,
        };
        let n = self.newest(place) + 1;
        assert_eq!((message.n, message.id > MessageId(0)), (n, true), "{what}");
        if let Stream::Room(room) = self.home(place)
            && self.joined.insert((who, room))
        {
            let newest = if place == self.home(place) { n } else { self.newest(self.home(place)) };
            self.raise(who, self.home(place), newest);
        }
        self.raise(who, place, n);
        let mentions: BTreeSet<usize> = mentions.into_iter().filter(|other| self.reads(*other, place)).collect();
        let in_thread = matches!(place, Stream::Thread(_));
        let heard = if in_thread { Reason::Reply } else { Reason::Comment };
        let everything = (0..3).filter(|other| self.is_in(*other, place) && self.hearing(*other, place).everything());
        let mut told: BTreeMap<usize, Reason> = everything.map(|other| (other, heard)).collect();
        if !matches!(place, Stream::Room(_)) {
            let replied_to = reply.map(|index| self.said[index].author).filter(|_| !in_thread || n == 1);
            let watching = (0..3).filter(|other| self.watching.contains(&(*other, place)));
            let readers = watching.chain(replied_to).filter(|other| self.reads(*other, place));
            told.extend(readers.map(|other| (other, Reason::Reply)));
            let begins = replied_to.filter(|_| in_thread);
            let part = [who].into_iter().chain(mentions.iter().copied()).chain(begins);
            self.watching.extend(part.map(|other| (other, place)));
        }
        told.extend(mentions.iter().map(|other| (*other, Reason::Mention)));
        told.remove(&who);
        told.retain(|other, reason| self.hearing(*other, place).lets(*reason));
        self.sources.extend(told.into_keys().map(|other| ((other, place, Some(message.id)), false)));
        let id = message.id;
        self.said.push(Said { id, place, n, author: who, mentions, deleted_by: None, cleared: false });
        what
    }

    async fn edit(&mut self, who: usize) -> String {
        let Some(index) = self.some() else { return "nothing to edit".into() };
        let (text, mentions) = self.text();
        let Said { id, place, .. } = self.said[index];
        let what = format!("{who} edits {id} in {place} into {text:?}");
        let edited = messages::edit(self.engine, &self.people[who], Uuid::now_v7(), id, &text).await;
        if done(edited, &what).is_some() {
            let mentions: BTreeSet<usize> = mentions.into_iter().filter(|other| self.reads(*other, place)).collect();
            let before = std::mem::replace(&mut self.said[index].mentions, mentions.clone());
            for other in before.difference(&mentions) {
                self.sources.remove(&(*other, place, Some(id)));
            }
            for other in mentions.difference(&before).filter(|other| **other != who) {
                self.sources.remove(&(*other, place, Some(id)));
                if self.hearing(*other, place).lets(Reason::Mention) {
                    self.sources.insert((*other, place, Some(id)), false);
                }
                if !matches!(place, Stream::Room(_)) {
                    self.watching.insert((*other, place));
                }
            }
        }
        what
    }

    async fn delete(&mut self, who: usize) -> String {
        let Some(index) = self.some() else { return "nothing to delete".into() };
        let Said { id, place, deleted_by, .. } = self.said[index];
        let what = format!("{who} deletes {id} in {place}");
        let deleted = messages::delete(self.engine, &self.people[who], Uuid::now_v7(), id).await;
        if done(deleted, &what).is_some() && deleted_by.is_none() {
            self.said[index].deleted_by = Some(who);
            let about = |key: &(usize, Stream, Option<MessageId>)| key.2 == Some(id);
            let aside = self.sources.iter().filter(|(key, _)| about(key)).map(|(key, read)| (key.0, *read));
            self.aside.insert(id, aside.collect());
            self.sources.retain(|key, _| !about(key));
        }
        what
    }

    async fn restore(&mut self, who: usize) -> String {
        let Some(index) = self.some() else { return "nothing to restore".into() };
        let Said { id, place, n, deleted_by, .. } = self.said[index];
        let what = format!("{who} restores {id} in {place}");
        let restored = messages::restore(self.engine, &self.people[who], Uuid::now_v7(), id).await;
        if done(restored, &what).is_some() && deleted_by.is_some() {
            assert_eq!(deleted_by, Some(who), "{what}");
            self.said[index].deleted_by = None;
            for (other, read) in self.aside.remove(&id).unwrap_or_default() {
                if self.reads(other, place) {
                    self.sources.insert((other, place, Some(id)), read || self.mark(other, place) >= n);
                }
            }
        }
        what
    }

    async fn see(&mut self, who: usize) -> String {
        let place = self.some().map_or(self.task, |index| self.said[index].place);
        let newest = self.newest(place);
        let n = self.rng.i64(0..=newest + 1);
        let what = format!("{who} sees {place} up to {n}");
        let seen = reads::seen(self.engine, &self.people[who], place, n).await;
        if done(seen, &what).is_some() {
            let n = n.min(newest);
            self.raise(who, place, n);
            let said = &self.said;
            let upto = |id: MessageId| said.iter().any(|said| said.id == id && said.n <= n);
            for ((_, _, id), read) in self.sources.iter_mut().filter(|(key, _)| (key.0, key.1) == (who, place)) {
                *read |= id.is_none_or(upto);
            }
        }
        what
    }

    async fn unread_from(&mut self, who: usize) -> String {
        let Some(index) = self.some() else { return "nothing to read again".into() };
        let Said { id, place, n, .. } = self.said[index];
        let what = format!("{who} wants to read {place} again from {n}");
        if done(reads::unread_from(self.engine, &self.people[who], id).await, &what).is_some() {
            let mark = self.mark(who, place).min(n - 1);
            self.marks.insert((who, place), mark);
            let said = &self.said;
            let from = |id: MessageId| said.iter().any(|said| said.id == id && said.n >= n);
            for ((_, _, id), read) in self.sources.iter_mut().filter(|(key, _)| (key.0, key.1) == (who, place)) {
                *read &= !id.is_some_and(from);
            }
        }
        what
    }

    async fn come_or_go(&mut self, who: usize) -> String {
        let room = if self.rng.bool() { self.open } else { self.private };
        let (person, key) = (&self.people[who], Uuid::now_v7());
        if self.rng.bool() {
            let what = format!("{who} joins {room}");
            if done(rooms::join(self.engine, person, key, room).await, &what).is_some() {
                self.enter(who, room);
            }
            return what;
        }
        let what = format!("{who} leaves {room}");
        // Somebody must be left who can let the others in again.
        if (who, room) != (0, self.private) && done(rooms::leave(self.engine, person, key, room).await, &what).is_some()
        {
            self.left(who, room);
        }
        what
    }

    async fn add_or_remove(&mut self, who: usize) -> String {
        let other = self.rng.usize(1..3);
        let (person, room, key, user) = (&self.people[who], self.private, Uuid::now_v7(), self.people[other].id());
        if self.rng.bool() {
            let what = format!("{who} puts {other} into {room}");
            if done(rooms::add_member(self.engine, person, key, room, user).await, &what).is_some()
                && self.enter(other, room)
            {
                self.sources.insert((other, Stream::Room(room), None), false);
            }
            return what;
        }
        let what = format!("{who} takes {other} out of {room}");
        if done(rooms::remove_member(self.engine, person, key, room, user).await, &what).is_some() {
            self.left(other, room);
        }
        what
    }

    async fn follow_or_not(&mut self, who: usize) -> String {
        let Some(index) = self.some() else { return "nothing to follow".into() };
        let (id, person, key) = (self.said[index].id, &self.people[who], Uuid::now_v7());
        let follows = self.rng.bool();
        let what = format!("{who} follows {id}: {follows}");
        let followed = match follows {
            true => watching::watch(self.engine, person, key, Stream::Thread(id)).await,
            false => watching::unwatch(self.engine, person, key, Stream::Thread(id)).await,
        };
        if done(followed, &what).is_some() {
            match follows {
                true => self.watching.insert((who, Stream::Thread(id))),
                false => self.watching.remove(&(who, Stream::Thread(id))),
            };
        }
        what
    }

    async fn hear(&mut self, who: usize) -> String {
        let places = [Stream::Room(self.open), Stream::Room(self.private), Stream::Board(self.board)];
        let place = places[self.rng.usize(..3)];
        let level =
            [None, Some(Level::Everything), Some(Level::Everything), Some(Level::Mentions), Some(Level::Nothing)]
                [self.rng.usize(..5)];
        let muted = !matches!(place, Stream::Board(_)) && self.rng.u8(..4) == 0;
        let what = format!("{who} hears {level:?} of {place}, muted: {muted}");
        let set = levels::set(self.engine, &self.people[who], Uuid::now_v7(), place, level, muted).await;
        if done(set, &what).is_some() {
            self.levels.insert((who, place), (level, muted));
        }
        what
    }

    async fn read_inbox(&mut self, who: usize) -> String {
        let inbox = notifications::inbox(self.engine, &self.people[who], None, Zone::named("UTC")).await.unwrap();
        let row = self.rng.choice(&inbox.rows).filter(|_| self.rng.bool());
        let person = &self.people[who];
        let Some(row) = row.map(|row| &row.notification) else {
            notifications::read_all(self.engine, person).await.unwrap();
            self.sources.iter_mut().filter(|(key, _)| key.0 == who).for_each(|(_, read)| *read = true);
            return format!("{who} reads the inbox");
        };
        let (id, concerned) = (row.id, (who, row.stream));
        let verb = ["reads", "wants to read again", "deletes"][self.rng.usize(..3)];
        match verb {
            "reads" => notifications::read(self.engine, person, id).await.unwrap(),
            "deletes" => notifications::delete(self.engine, person, Uuid::now_v7(), id).await.unwrap(),
            _ => notifications::unread(self.engine, person, id).await.unwrap(),
        }
        if verb == "deletes" {
            self.sources.retain(|key, _| (key.0, key.1) != concerned);
        } else {
            let of_it = self.sources.iter_mut().filter(|(key, _)| (key.0, key.1) == concerned);
            of_it.for_each(|(_, read)| *read = verb == "reads");
        }
        format!("{who} {verb} {} in the inbox", concerned.1)
    }

    /// Moves the task to the other board, or back.
    async fn carry(&mut self, who: usize) -> String {
        let from = if self.away { self.other } else { self.board };
        let column = self.columns[usize::from(!self.away)];
        let Stream::Task(task) = self.task else { unreachable!("it is a task") };
        let what = format!("{who} moves the task from {from}");
        let transfer = tasks::Transfer { tasks: vec![task], column, top: false };
        if done(tasks::transfer(self.engine, &self.people[who], Uuid::now_v7(), from, transfer).await, &what).is_some()
        {
            self.away = !self.away;
            let strangers: Vec<usize> = (0..3).filter(|other| !self.reads(*other, self.task)).collect();
            self.watching.retain(|(other, place)| *place != self.task || !strangers.contains(other));
            self.sources.retain(|key, _| key.1 != self.task || !strangers.contains(&key.0));
        }
        what
    }

    async fn clear(&mut self, who: usize) -> String {
        let room = if self.rng.bool() { self.open } else { self.private };
        let (stream, what) = (Stream::Room(room), format!("{who} clears {room}"));
        if done(messages::clear(self.engine, &self.people[who], Uuid::now_v7(), room).await, &what).is_some() {
            let newest = self.newest(stream);
            let gone: BTreeSet<Stream> =
                self.said.iter().map(|said| said.place).filter(|place| self.home(*place) == stream).collect();
            self.said.iter_mut().filter(|said| gone.contains(&said.place)).for_each(|said| said.cleared = true);
            self.sources.retain(|key, _| key.1 != stream && !gone.contains(&key.1));
            for member in (0..3).filter(|other| self.joined.contains(&(*other, room))).collect::<Vec<_>>() {
                self.raise(member, stream, newest);
            }
        }
        what
    }

    /// Compares what the engine says with a recount.
    async fn check(&self, at: &str) {
        for (who, person) in self.people.iter().enumerate() {
            let unread = |place: Stream| {
                self.sources
                    .iter()
                    .filter(|((other, there, _), read)| (*other, *there) == (who, place) && !**read)
                    .count()
            };
            let places: BTreeSet<Stream> =
                self.sources.iter().filter(|(key, read)| key.0 == who && !**read).map(|(key, _)| key.1).collect();
            let count = notifications::count(self.engine, person).await.unwrap();
            assert_eq!(count, places.len() as i64, "{at}\nthe inbox of {who}: {places:?}");
            let inbox = notifications::inbox(self.engine, person, None, Zone::named("UTC")).await.unwrap();
            for row in inbox.rows.iter().map(|row| &row.notification).filter(|row| !row.read) {
                assert_eq!(row.count, unread(row.stream) as i64, "{at}\n{who} is told of {}", row.stream);
            }
            let nav = nav::load(self.engine, person, Some(Stream::Room(self.open))).await.unwrap();
            let rooms = nav.board.unwrap().rooms;
            assert_eq!(rooms.len(), if self.reads(who, Stream::Room(self.private)) { 2 } else { 1 }, "{at}");
            for entry in rooms {
                let place = Stream::Room(entry.room.id);
                let joined = self.joined.contains(&(who, entry.room.id));
                assert_eq!(entry.joined, joined, "{at}\n{who} in {place}");
                let recount = if joined { self.recount(who, place) } else { 0 };
                assert_eq!(entry.unread(), recount, "{at}\nof {place} {who} has not read");
            }
            let Stream::Task(task) = self.task else { unreachable!("it is a task") };
            self.check_task(who, task, at).await;
            for root in self.roots(who) {
                let page = messages::thread(self.engine, person, root, None, Zone::named("UTC")).await.unwrap();
                let (place, unread) = (Stream::Thread(root), page.n - page.read.min(page.n));
                assert_eq!(unread, self.recount(who, place), "{at}\nof {place} {who} has not read");
                assert_eq!(page.watch.mine, self.watching.contains(&(who, place)), "{at}\n{who} follows {place}");
                let live = self.said.iter().filter(|said| said.place == place && said.deleted_by.is_none()).count();
                let shown = page.root.message.replies.map_or(0, |replies| replies.count);
                assert_eq!(shown, live as i64, "{at}\nreplies in {place}");
            }
        }
    }

    /// What the page of the task says, to whoever may read it.
    async fn check_task(&self, who: usize, task: TaskId, at: &str) {
        let page = tasks::page(self.engine, &self.people[who], task, None, None, Zone::named("UTC")).await;
        if !self.reads(who, self.task) {
            return assert_eq!(page.unwrap_err(), Error::NotFound, "{at}");
        }
        let page = page.unwrap();
        let above = page.history.rows.iter().filter(|row| row.message.n > page.read).count() as i64;
        if !page.history.older {
            assert_eq!(above, self.recount(who, self.task), "{at}\nof the task {who} has not read");
        }
        assert_eq!(page.watch.mine, self.watching.contains(&(who, self.task)), "{at}\n{who} watches the task");
    }

    /// Messages of a place that this person has not read, one by one.
    fn recount(&self, who: usize, place: Stream) -> i64 {
        self.said.iter().filter(|said| said.place == place && said.n > self.mark(who, place)).count() as i64
    }

    /// First messages of threads that a person can see.
    fn roots(&self, who: usize) -> Vec<MessageId> {
        let threads = self.said.iter().filter(|said| !said.cleared && self.reads(who, said.place));
        let roots: BTreeSet<MessageId> = threads
            .filter_map(|said| match said.place {
                Stream::Thread(root) => Some(root),
                _ => None,
            })
            .collect();
        roots.into_iter().collect()
    }

    fn enter(&mut self, who: usize, room: RoomId) -> bool {
        let fresh = self.joined.insert((who, room));
        if fresh {
            self.raise(who, Stream::Room(room), self.newest(Stream::Room(room)));
        }
        fresh
    }

    fn left(&mut self, who: usize, room: RoomId) {
        self.joined.remove(&(who, room));
        if room == self.private {
            let stream = Stream::Room(room);
            let gone: Vec<_> =
                self.sources.keys().copied().filter(|key| key.0 == who && self.home(key.1) == stream).collect();
            for key in gone {
                self.sources.remove(&key);
            }
        }
    }

    fn raise(&mut self, who: usize, place: Stream, n: i64) {
        let mark = self.marks.entry((who, place)).or_default();
        *mark = n.max(*mark);
    }

    fn mark(&self, who: usize, place: Stream) -> i64 {
        self.marks.get(&(who, place)).copied().unwrap_or(0)
    }

    fn newest(&self, place: Stream) -> i64 {
        self.said.iter().filter(|said| said.place == place).map(|said| said.n).max().unwrap_or(0)
    }

    /// The room that a thread is in; any other place is its own.
    fn home(&self, place: Stream) -> Stream {
        match place {
            Stream::Thread(root) => self.said.iter().find(|said| said.id == root).map_or(place, |said| said.place),
            _ => place,
        }
    }

    fn reads(&self, who: usize, place: Stream) -> bool {
        match self.home(place) {
            Stream::Room(room) => room != self.private || self.joined.contains(&(who, room)),
            // Vic is not on the other board.
            place => place != self.task || !self.away || who != 2,
        }
    }

    /// Is somebody in the room, or does the task concern everybody?
    fn is_in(&self, who: usize, place: Stream) -> bool {
        match self.home(place) {
            Stream::Room(room) => self.joined.contains(&(who, room)),
            place => self.reads(who, place),
        }
    }

    fn hearing(&self, who: usize, place: Stream) -> Hearing {
        let of = |place: Stream| self.levels.get(&(who, place)).copied().unwrap_or_default();
        let board = if self.away && place == self.task { self.other } else { self.board };
        let board = of(Stream::Board(board)).0.unwrap_or_default();
        match self.home(place) {
            room @ Stream::Room(_) => Hearing { own: of(room).0, muted: of(room).1, board },
            _ => Hearing { board, ..Hearing::default() },
        }
    }

    fn place(&mut self) -> Stream {
        let places = [Stream::Room(self.open), Stream::Room(self.private), self.task];
        places[self.rng.usize(..3)]
    }

    /// A late message, rather one that is still there.
    fn some(&mut self) -> Option<usize> {
        let count = self.said.len();
        let index = (count > 0).then(|| count - 1 - self.rng.usize(..count.min(12)))?;
        (!self.said[index].cleared || self.rng.u8(..4) == 0).then_some(index)
    }

    fn text(&mut self) -> (String, BTreeSet<usize>) {
        self.texts += 1;
        let mentions: BTreeSet<usize> = (0..3).filter(|_| self.rng.u8(..4) == 0).collect();
        let names: String = mentions.iter().map(|other| format!(" @{}", ["ana", "bo", "vic"][*other])).collect();
        (format!("text {}{names}", self.texts), mentions)
    }
}

/// What was done, where it was; it may have been refused, and then changes nothing.
fn done<T>(outcome: Result<T, Error>, what: &str) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(Error::Forbidden | Error::NotFound | Error::Conflict { .. } | Error::Invalid { .. }) => None,
        Err(error) => panic!("{what}: {error}"),
    }
}
