//! One person's page: its store, and what it shows and keeps.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use futures::channel::mpsc::UnboundedReceiver;
use leptos::prelude::Owner;
use protocol::{ClientFrame, Cursor, Error, Event, Message, ServerFrame, UserId, page::History};
use uuid::Uuid;

use super::{
    super::{Following, Live, Store},
    WINDOW, clock,
};
use crate::{
    conversation::{End, Shape, Thread},
    outbox::Queue,
};

/// What a page shows and keeps, apart from the store that leads to it.
pub(super) struct Shown {
    pub(super) thread: Thread,
    pub(super) queue: Queue,
    /// It must load its content.
    pub(super) stale: bool,
    pub(super) me: UserId,
}

/// The page of one person.
pub(super) struct Page {
    pub(super) _owner: Owner,
    pub(super) store: Store,
    pub(super) shown: Arc<Mutex<Shown>>,
    pub(super) following: Following,
    /// Frames to the server; none while the socket is away.
    pub(super) up: Option<UnboundedReceiver<ClientFrame>>,
    pub(super) down: VecDeque<ServerFrame>,
    /// Does the server send the room's events on this socket?
    pub(super) subscribed: bool,
    /// A letter that was posted, with the answer to it.
    pub(super) answer: Option<(Uuid, Result<Message, Error>)>,
    /// Rows that were asked for beyond those here, on their way.
    pub(super) more: Option<(End, Option<History>)>,
    /// Content on its way.
    pub(super) loads: VecDeque<(History, Cursor)>,
}

impl Page {
    pub(super) fn open(root: &Owner, person: usize, (history, cursor): (History, Cursor), queue: Queue) -> Self {
        let me = UserId(person as i64 + 1);
        let owner = root.child();
        let store = owner.with(Store::new);
        let thread = Thread::new(Shape::Flat, history, 0, me);
        let shown = Arc::new(Mutex::new(Shown { thread, queue, stale: false, me }));
        let view = shown.clone();
        let following = store.follow(cursor, move |live| view.lock().unwrap().live(live));
        let (loads, down) = Default::default();
        Self {
            _owner: owner,
            store,
            shown,
            following,
            up: None,
            down,
            subscribed: false,
            answer: None,
            more: None,
            loads,
        }
    }

    pub(super) fn shown<T>(&self, with: impl FnOnce(&mut Shown) -> T) -> T {
        with(&mut self.shown.lock().unwrap())
    }

    pub(super) fn cut(&mut self) {
        self.up = None;
        self.down.clear();
        self.subscribed = false;
        self.store.disconnected();
    }
}

impl Shown {
    pub(super) fn live(&mut self, live: Live<'_>) {
        match live {
            Live::Event(stored) => {
                self.stale |= self.thread.lacks(stored);
                self.thread.apply(stored, clock);
                // As of somebody who reads at the end; who was led away keeps what is read.
                if !self.thread.away {
                    self.thread.trim(End::Oldest, WINDOW);
                }
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
    pub(super) fn settle(&mut self) {
        let sent = self.queue.letters().iter().filter(|letter| self.thread.is_sent(letter.draft.row()));
        for key in sent.map(|letter| letter.draft.key).collect::<Vec<_>>() {
            self.queue.remove(key);
        }
        self.thread.unsent(self.queue.letters(), false, clock);
    }

    pub(super) fn load(&mut self, history: History) {
        self.thread.replace(history);
        self.thread.settle(self.queue.letters());
        self.stale = false;
    }

    pub(super) fn came(&mut self, end: End, rows: Option<History>) {
        self.stale |= self.thread.join(rows, clock);
        self.thread.trim(end.other(), WINDOW);
    }

    pub(super) fn answered(&mut self, key: Uuid, answer: &Result<Message, Error>) {
        if let Ok(message) = answer {
            self.thread.posted(message.clone(), clock);
        }
        self.queue.answered(key, answer.as_ref().map(|_| ()), 0.5);
    }
}
