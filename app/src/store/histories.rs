//! Random histories: the pages of two people and a simple model of a server, over wires that lose,
//! double and reorder. Whatever happened, at the end every page shows what the server has, and
//! everything that was written is there once.
//!
//! A seed that fails is kept by proptest in `proptest-regressions` and tried first ever after.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use proptest::prelude::*;
use protocol::{
    Error, Event, Message, MessageId, Person, RoomId, UserId,
    page::{Clock, History, Row},
};
use uuid::Uuid;

use super::*;
use crate::{
    conversation::{Draft, Shape, Thread},
    outbox::{Letter, Queue},
};

const ROOM: Stream = Stream::Room(RoomId(1));
const PAGES: usize = 2;

/// One thing that happens. The first number says on whose page.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody writes a message.
    Write(usize),
    /// The next letter reaches the server; its answer is on its way.
    Post(usize),
    /// The server refuses the next letter.
    Refuse(usize),
    /// The answer arrives, or is lost.
    Answer(usize, bool),
    /// Letters that were refused are sent again.
    Retry(usize),
    /// The next frame arrives.
    Deliver(usize),
    /// The next frame is lost, if it is one that the server says more than once.
    Lose(usize),
    /// The next frame will arrive twice.
    Double(usize),
    /// The next two frames change places.
    Swap(usize),
    /// The socket is lost.
    Cut(usize),
    /// The socket is made again.
    Connect(usize),
    /// A page that must load its content asks for it.
    Ask(usize),
    /// The content that was asked for first, or last, arrives.
    Load(usize, bool),
    /// The page is closed and opened anew.
    Reload(usize),
    /// A message is deleted.
    Delete(usize),
    /// Somebody is removed from the room, or let in again.
    Kick(usize),
    /// The log forgets its oldest events.
    Trim,
    /// The server is restored: another epoch, other numbers.
    Restore,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let page = || 0..PAGES;
    let step = prop_oneof![
        6 => page().prop_map(Step::Write),
        6 => page().prop_map(Step::Post),
        1 => page().prop_map(Step::Refuse),
        6 => (page(), any::<bool>()).prop_map(|(page, arrives)| Step::Answer(page, arrives)),
        1 => page().prop_map(Step::Retry),
        12 => page().prop_map(Step::Deliver),
        2 => page().prop_map(Step::Lose),
        2 => page().prop_map(Step::Double),
        2 => page().prop_map(Step::Swap),
        2 => page().prop_map(Step::Cut),
        5 => page().prop_map(Step::Connect),
        4 => page().prop_map(Step::Ask),
        4 => (page(), any::<bool>()).prop_map(|(page, first)| Step::Load(page, first)),
        1 => page().prop_map(Step::Reload),
        2 => (0..40_usize).prop_map(Step::Delete),
        1 => page().prop_map(Step::Kick),
        1 => Just(Step::Trim),
        1 => Just(Step::Restore),
    ];
    prop::collection::vec(step, 0..120)
}

/// The server, as simple as can be.
#[derive(Default)]
struct Server {
    epoch: u32,
    log: Vec<Event>,
    /// Events up to here are forgotten.
    trimmed: usize,
    messages: Vec<Message>,
    kicked: [bool; PAGES],
}

impl Server {
    fn cursor(&self) -> Cursor {
        Cursor { stream: ROOM, epoch: self.epoch.to_string(), seq: self.log.len() as i64 }
    }

    fn snapshot(&self) -> (History, Cursor) {
        let rows = self
            .messages
            .iter()
            .map(|message| Row { message: message.clone(), clock: clock(0), mine: Vec::new() })
            .collect();
        (History { rows, older: false, newer: false }, self.cursor())
    }

    /// What a subscription is answered with, and whether it holds.
    fn subscribe(&self, reader: usize, cursor: &Cursor) -> (Vec<ServerFrame>, bool) {
        let seq = cursor.seq as usize;
        if self.kicked[reader] {
            return (vec![ServerFrame::Revoked { stream: ROOM }], false);
        }
        if cursor.epoch != self.epoch.to_string() || seq < self.trimmed || seq > self.log.len() {
            return (vec![ServerFrame::Reset { stream: ROOM }], false);
        }
        ((seq..self.log.len()).map(|index| self.frame(index)).collect(), true)
    }

    fn frame(&self, index: usize) -> ServerFrame {
        let event = self.log[index].clone();
        ServerFrame::Event(StoredEvent { stream: ROOM, seq: index as i64 + 1, at: 0, event })
    }

    /// The answer, and whether there is a new event.
    fn post(&mut self, writer: usize, letter: &Letter) -> (Result<Message, Error>, bool) {
        if self.kicked[writer] {
            return (Err(Error::NotFound), false);
        }
        let draft = &letter.draft;
        if let Some(first) = self.messages.iter().find(|message| message.client_id == draft.key) {
            return (Ok(first.clone()), false);
        }
        let n = self.messages.len() as i64 + 1;
        let message = Message {
            id: MessageId(100 + n),
            n,
            author: Some(draft.author.clone()),
            at: 0,
            source: draft.text.clone(),
            html: draft.text.clone(),
            client_id: draft.key,
            parent: None,
            deleted: false,
            mentions: vec![],
            ..Message::default()
        };
        self.messages.push(message.clone());
        self.log.push(Event::MessagePosted { message: Box::new(message.clone()) });
        (Ok(message), true)
    }

    fn delete(&mut self, index: usize) -> bool {
        let Some(message) = self.messages.get_mut(index).filter(|message| !message.deleted) else { return false };
        message.deleted = true;
        message.source.clear();
        message.html.clear();
        let (id, n) = (message.id, message.n);
        for event in &mut self.log {
            if matches!(event, Event::MessagePosted { message } if message.id == id) {
                *event = Event::Redacted;
            }
        }
        self.log.push(Event::MessageDeleted { id, n });
        true
    }
}

/// What a page shows and keeps, apart from the store that leads to it.
struct Shown {
    thread: Thread,
    queue: Queue,
    /// It must load its content.
    stale: bool,
    me: UserId,
}

/// The page of one person.
struct Page {
    _owner: Owner,
    store: Store,
    shown: Arc<Mutex<Shown>>,
    following: Following,
    /// Frames to the server; none while the socket is away.
    up: Option<UnboundedReceiver<ClientFrame>>,
    down: VecDeque<ServerFrame>,
    /// Does the server send the room's events on this socket?
    subscribed: bool,
    /// A letter that was posted, with the answer to it.
    answer: Option<(Uuid, Result<Message, Error>)>,
    /// Content on its way.
    loads: VecDeque<(History, Cursor)>,
}

impl Page {
    fn open(root: &Owner, person: usize, (history, cursor): (History, Cursor), queue: Queue) -> Self {
        let me = UserId(person as i64 + 1);
        let owner = root.child();
        let store = owner.with(Store::new);
        let thread = Thread::new(Shape::Flat, history, 0, me);
        let shown = Arc::new(Mutex::new(Shown { thread, queue, stale: false, me }));
        let view = shown.clone();
        let following = store.follow(cursor, move |live| view.lock().unwrap().live(live));
        let (loads, down) = Default::default();
        Self { _owner: owner, store, shown, following, up: None, down, subscribed: false, answer: None, loads }
    }

    fn shown<T>(&self, with: impl FnOnce(&mut Shown) -> T) -> T {
        with(&mut self.shown.lock().unwrap())
    }

    fn cut(&mut self) {
        self.up = None;
        self.down.clear();
        self.subscribed = false;
        self.store.disconnected();
    }
}

impl Shown {
    fn live(&mut self, live: Live<'_>) {
        match live {
            Live::Event(stored) => {
                self.stale |= self.thread.lacks(stored);
                self.thread.apply(stored, clock);
                if let Event::MessagePosted { message } = &stored.event
                    && message.author.as_ref().is_some_and(|author| author.id == self.me)
                {
                    self.queue.remove(message.client_id);
                }
            }
            Live::Reset => self.stale = true,
            Live::Revoked => {}
        }
    }

    /// What the page does whenever the outbox or the rows have changed.
    fn settle(&mut self) {
        let sent = self.queue.letters().iter().filter(|letter| self.thread.is_sent(letter.draft.row()));
        for key in sent.map(|letter| letter.draft.key).collect::<Vec<_>>() {
            self.queue.remove(key);
        }
        self.thread.unsent(self.queue.letters(), false, clock);
    }

    fn load(&mut self, history: History) {
        self.thread.replace(history);
        self.thread.settle(self.queue.letters());
        self.stale = false;
    }

    fn answered(&mut self, key: Uuid, answer: &Result<Message, Error>) {
        if let Ok(message) = answer {
            self.thread.posted(message.clone(), clock);
        }
        self.queue.answered(key, answer.as_ref().map(|_| ()), 0.5);
    }
}

/// Everything together.
struct World {
    /// What the stores of all pages live in.
    root: Owner,
    server: Server,
    pages: Vec<Page>,
    /// What was written, by whom, in order; and was it ever refused, so that its turn is another?
    written: Vec<(usize, Uuid, bool)>,
}

impl World {
    fn new() -> Self {
        let (server, root) = (Server::default(), Owner::new());
        root.set();
        let pages = (0..PAGES).map(|page| Page::open(&root, page, server.snapshot(), Queue::default())).collect();
        Self { root, server, pages, written: Vec::new() }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Write(page) => self.write(page),
            Step::Post(page) => self.post(page),
            Step::Refuse(page) => self.refuse(page),
            Step::Answer(page, arrives) => self.answer(page, arrives),
            Step::Retry(page) => self.retry(page),
            Step::Deliver(page) => self.deliver(page),
            Step::Lose(page) => {
                let lossy = |frame: &&ServerFrame| matches!(frame, ServerFrame::Event(_) | ServerFrame::Heads { .. });
                if self.pages[page].down.front().filter(lossy).is_some() {
                    self.pages[page].down.pop_front();
                }
            }
            Step::Double(page) => {
                let down = &mut self.pages[page].down;
                if let Some(frame) = down.front().cloned() {
                    down.push_front(frame);
                }
            }
            Step::Swap(page) => {
                let down = &mut self.pages[page].down;
                if down.len() > 1 {
                    down.swap(0, 1);
                }
            }
            Step::Cut(page) => self.pages[page].cut(),
            Step::Connect(page) => self.connect(page),
            Step::Ask(page) => {
                if self.pages[page].shown(|shown| shown.stale) && !self.server.kicked[page] {
                    let snapshot = self.server.snapshot();
                    self.pages[page].loads.push_back(snapshot);
                }
            }
            Step::Load(page, first) => self.load(page, first),
            Step::Reload(page) => self.reload(page),
            Step::Delete(index) => {
                if self.server.delete(index) {
                    self.publish();
                }
            }
            Step::Kick(page) => self.kick(page),
            Step::Trim => self.server.trimmed = self.server.log.len(),
            Step::Restore => self.restore(),
        }
        for page in 0..PAGES {
            self.hear(page);
            self.pages[page].shown(Shown::settle);
        }
    }

    fn write(&mut self, page: usize) {
        let key = Uuid::from_u128(self.written.len() as u128 + 1);
        let person = page as i64 + 1;
        let author = Person { id: UserId(person), username: format!("u{person}"), display_name: format!("U{person}") };
        let draft = Draft { key, author, text: format!("text {}", self.written.len()), parent: None, at: 0 };
        self.pages[page].shown(|shown| shown.queue.add(ROOM, draft));
        self.written.push((page, key, false));
    }

    fn post(&mut self, page: usize) {
        let next = self.pages[page].shown(|shown| shown.queue.next().cloned());
        let (Some(letter), None) = (next, &self.pages[page].answer) else { return };
        let (answer, new) = self.server.post(page, &letter);
        if answer.is_err() {
            self.refused(letter.draft.key);
        }
        self.pages[page].answer = Some((letter.draft.key, answer));
        if new {
            self.publish();
        }
    }

    fn refuse(&mut self, page: usize) {
        let next = self.pages[page].shown(|shown| shown.queue.next().cloned());
        let (Some(letter), None) = (next, &self.pages[page].answer) else { return };
        self.refused(letter.draft.key);
        self.pages[page].answer = Some((letter.draft.key, Err(Error::Forbidden)));
    }

    fn refused(&mut self, key: Uuid) {
        self.written.iter_mut().filter(|(_, written, _)| *written == key).for_each(|(.., refused)| *refused = true);
    }

    fn answer(&mut self, page: usize, arrives: bool) {
        let Some((key, answer)) = self.pages[page].answer.take() else { return };
        let answer = if arrives { answer } else { Err(Error::Unavailable) };
        self.pages[page].shown(|shown| shown.answered(key, &answer));
    }

    fn retry(&mut self, page: usize) {
        self.pages[page].shown(|shown| {
            let failed = shown.queue.letters().iter().filter(|letter| letter.failed.is_some());
            for key in failed.map(|letter| letter.draft.key).collect::<Vec<_>>() {
                shown.queue.retry(key);
            }
        });
    }

    fn deliver(&mut self, page: usize) {
        if let Some(frame) = self.pages[page].down.pop_front() {
            self.pages[page].store.take(frame);
        }
    }

    fn connect(&mut self, page: usize) {
        if self.pages[page].up.is_some() {
            return;
        }
        let (sender, receiver) = unbounded();
        self.pages[page].up = Some(receiver);
        let epoch = self.server.epoch.to_string();
        self.pages[page].down.push_back(ServerFrame::Ready { epoch });
        self.pages[page].store.connected(sender);
    }

    /// The server hears what a page has said.
    fn hear(&mut self, page: usize) {
        loop {
            let Page { up, down, subscribed, .. } = &mut self.pages[page];
            let Some(Ok(frame)) = up.as_mut().map(UnboundedReceiver::try_recv) else { return };
            let cursors = match frame {
                ClientFrame::Hello { cursors } => cursors,
                ClientFrame::Subscribe(cursor) => vec![cursor],
                _ => vec![],
            };
            for cursor in cursors {
                let (frames, holds) = self.server.subscribe(page, &cursor);
                down.extend(frames);
                *subscribed = holds;
            }
        }
    }

    /// The newest event goes to whoever follows the room.
    fn publish(&mut self) {
        let frame = self.server.frame(self.server.log.len() - 1);
        for page in self.pages.iter_mut().filter(|page| page.subscribed) {
            page.down.push_back(frame.clone());
        }
    }

    fn load(&mut self, page: usize, first: bool) {
        let page = &mut self.pages[page];
        let load = if first { page.loads.pop_front() } else { page.loads.pop_back() };
        if let Some((history, cursor)) = load {
            page.shown(|shown| shown.load(history));
            page.following.resume(cursor);
        }
    }

    fn reload(&mut self, page: usize) {
        if self.server.kicked[page] {
            return;
        }
        // What the browser keeps is text.
        let kept = self.pages[page].shown(|shown| serde_json::to_string(shown.queue.letters()).unwrap());
        let mut queue = Queue::default();
        queue.read(serde_json::from_str(&kept).unwrap());
        self.pages[page] = Page::open(&self.root, page, self.server.snapshot(), queue);
    }

    fn kick(&mut self, page: usize) {
        self.server.kicked[page] = !self.server.kicked[page];
        if self.server.kicked[page] && self.pages[page].up.is_some() {
            self.pages[page].subscribed = false;
            self.pages[page].down.push_back(ServerFrame::Revoked { stream: ROOM });
        }
    }

    fn restore(&mut self) {
        self.server.epoch += 1;
        self.server.log = vec![Event::Redacted; self.server.log.len() / 2];
        self.server.trimmed = self.server.log.len();
        self.pages.iter_mut().for_each(Page::cut);
    }

    /// Everything works again, for long enough.
    fn heal(&mut self) {
        for page in 0..PAGES {
            if std::mem::take(&mut self.server.kicked[page]) {
                // Who is let in again opens the room again.
                self.take(&Step::Reload(page));
            }
        }
        let calm = [Step::Connect, Step::Retry, Step::Post, Step::Ask];
        for _ in 0..self.written.len() + 4 {
            for page in 0..PAGES {
                // Who was told of the removal only now opens the room again.
                let wires = self.pages[page].store.wires;
                if wires.with_value(|wires| wires.streams.keys(ROOM).is_empty()) {
                    self.take(&Step::Reload(page));
                }
                calm.iter().for_each(|step| self.take(&step(page)));
                self.take(&Step::Answer(page, true));
                while !self.pages[page].loads.is_empty() {
                    self.take(&Step::Load(page, true));
                }
                let heads = [(ROOM.to_string(), self.server.log.len() as i64)].into();
                self.pages[page].down.push_back(ServerFrame::Heads { heads });
                while !self.pages[page].down.is_empty() {
                    self.take(&Step::Deliver(page));
                }
            }
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let log: Vec<(i64, Uuid, bool, String)> = self.server.messages.iter().map(said).collect();
        for page in &self.pages {
            let (history, unsent) =
                page.shown(|shown| (shown.thread.history().expect("the newest rows are here"), shown.queue.clone()));
            let rows: Vec<_> = history.rows.iter().map(|row| said(&row.message)).collect();
            prop_assert_eq!(&rows, &log, "a page shows what the server has");
            prop_assert_eq!(unsent.letters(), &[], "nothing is left over");
        }
        for person in 0..PAGES {
            let of_person =
                |key: &Uuid| self.written.iter().any(|(page, written, _)| *page == person && written == key);
            let mut sent: Vec<Uuid> = log.iter().map(|(_, key, ..)| *key).filter(of_person).collect();
            let on_time = |key: &Uuid| !self.written.iter().any(|(_, written, refused)| written == key && *refused);
            let written = self.written.iter().filter(|(page, ..)| *page == person).map(|(_, key, _)| *key);
            let mut written: Vec<Uuid> = written.collect();
            let in_turn = |keys: &[Uuid]| keys.iter().filter(|key| on_time(key)).copied().collect::<Vec<_>>();
            prop_assert_eq!(in_turn(&sent), in_turn(&written), "first in, first out");
            sent.sort_unstable();
            written.sort_unstable();
            prop_assert_eq!(sent, written, "everything is there once");
        }
        Ok(())
    }
}

fn said(message: &Message) -> (i64, Uuid, bool, String) {
    (message.n, message.client_id, message.deleted, message.source.clone())
}

fn clock(_: i64) -> Clock {
    Clock { day: "2026-11-23".into(), day_text: "Monday".into(), time: "09:00".into() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn after_any_history_every_page_shows_what_the_server_has_and_nothing_is_lost_or_doubled(steps in steps()) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.heal();
        world.check()?;
    }
}

#[test]
fn the_model_notices_a_message_that_is_doubled() {
    let mut world = World::new();
    world.take(&Step::Write(0));
    world.heal();
    let mut again = world.server.messages[0].clone();
    (again.n, again.id, again.client_id) = (2, MessageId(102), Uuid::from_u128(99));
    world.server.messages.push(again);
    assert!(world.check().is_err());
}
