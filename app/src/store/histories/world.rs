//! Everything together: what happens to whom, how it heals, and what must then be so.

use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use leptos::prelude::{Owner, WithValue};
use proptest::prelude::*;
use protocol::{ClientFrame, Error, Event, Person, ServerFrame, UserId};
use uuid::Uuid;

use super::{
    PAGES, ROOM, Step,
    page::{Page, Shown},
    said,
    server::Server,
};
use crate::{
    conversation::{Draft, End},
    outbox::Queue,
};

/// The server, the pages, and what was written.
pub(super) struct World {
    /// What the stores of all pages live in.
    root: Owner,
    pub(super) server: Server,
    pages: Vec<Page>,
    /// What was written, by whom, in order; and was it ever refused, so that its turn is another?
    written: Vec<(usize, Uuid, bool)>,
}

impl World {
    pub(super) fn new() -> Self {
        let (server, root) = (Server::default(), Owner::new());
        root.set();
        let pages = (0..PAGES).map(|page| Page::open(&root, page, server.snapshot(), Queue::default())).collect();
        Self { root, server, pages, written: Vec::new() }
    }

    pub(super) fn take(&mut self, step: &Step) {
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
            Step::More(page, older) => self.more(page, if older { End::Oldest } else { End::Newest }),
            Step::Came(page, arrives) => {
                if let Some((end, rows)) = self.pages[page].more.take() {
                    self.pages[page].shown(|shown| shown.came(end, rows.filter(|_| arrives)));
                }
            }
            Step::Edit(index) => {
                if self.server.edit(index) {
                    self.publish();
                }
            }
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
        let draft = Draft {
            key,
            author,
            text: format!("text {}", self.written.len()),
            parent: None,
            at: 0,
            quote: None,
            confirmed: false,
            files: Vec::new(),
        };
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

    fn more(&mut self, page: usize, end: End) {
        if self.pages[page].more.is_some() {
            return;
        }
        if let Some(next) = self.pages[page].shown(|shown| shown.thread.ask(end)) {
            let rows = self.server.beyond(end, next).filter(|_| !self.server.kicked[page]);
            self.pages[page].more = Some((end, rows));
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

    fn rows(&self, page: usize) -> Vec<(i64, Uuid, bool, String)> {
        self.pages[page].shown(|shown| shown.thread.messages().map(said).collect())
    }

    fn kick(&mut self, page: usize) {
        self.server.kicked[page] = !self.server.kicked[page];
        if self.server.kicked[page] && self.pages[page].up.is_some() {
            self.pages[page].subscribed = false;
            self.pages[page].down.push_back(ServerFrame::Revoked { stream: ROOM, gone: false });
        }
    }

    fn restore(&mut self) {
        self.server.epoch += 1;
        self.server.log = vec![Event::Redacted; self.server.log.len() / 2];
        self.server.trimmed = self.server.log.len();
        self.pages.iter_mut().for_each(Page::cut);
    }

    /// Everything works again, for long enough.
    pub(super) fn heal(&mut self) {
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
                self.take(&Step::Came(page, true));
                let heads = [(ROOM.to_string(), self.server.log.len() as i64)].into();
                self.pages[page].down.push_back(ServerFrame::Heads { heads });
                while !self.pages[page].down.is_empty() {
                    self.take(&Step::Deliver(page));
                }
            }
        }
    }

    pub(super) fn check(&mut self) -> Result<(), TestCaseError> {
        let log: Vec<(i64, Uuid, bool, String)> = self.server.messages.iter().map(said).collect();
        for page in 0..PAGES {
            // To the end, then to the beginning, a page at a time: what is here is always a part of it.
            for older in [false, true] {
                for _ in 0..=log.len() {
                    let rows = self.rows(page);
                    let from = rows.first().map_or(0, |(n, ..)| *n as usize - 1);
                    prop_assert_eq!(&rows[..], &log[from..from + rows.len()], "a page shows what the server has");
                    self.take(&Step::More(page, older));
                    self.take(&Step::Came(page, true));
                }
                let (rows, ends) = (self.rows(page), if older { log.first() } else { log.last() });
                prop_assert_eq!(if older { rows.first() } else { rows.last() }, ends, "and gets to its ends");
            }
            let unsent = self.pages[page].shown(|shown| shown.queue.clone());
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
