//! The outbox: what was written and is not acknowledged, kept in this browser until it is.
//!
//! A message is kept before it is sent and leaves when it is acknowledged, so it survives reloads,
//! closed tabs and days without a network. It is sent under its client id until the server has
//! answered, and so happens once. All tabs show what waits; one at a time sends it.

mod queue;
mod turn;

use std::sync::Arc;

use futures::{FutureExt, StreamExt, channel::mpsc, select};
use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*};
use protocol::{Error, Message, Stream, UserId, json};
use uuid::Uuid;

pub use queue::{Letter, Queue, Then};
use turn::Turn;

use crate::{
    api::{self, ApiError},
    backoff::{self, longest},
    conversation::Draft,
    kept::{self, Kind},
    leave,
    store::{Connection, Store},
    ui::effect,
};

/// An answer is waited for so long, in milliseconds; then the same message is sent again.
const ANSWER_MS: u32 = 30_000;

type Reader = Arc<dyn Fn(&Message) + Send + Sync>;

/// The outbox of whoever is signed in, in the context of every page of the frame.
#[derive(Clone, Copy)]
pub struct Outbox {
    queue: RwSignal<Queue>,
    /// No server was reached: what waits does so for the connection.
    held: RwSignal<bool>,
    user: StoredValue<Option<UserId>>,
    /// Letters that the browser would not keep, by client id: they live as long as the page.
    unkept: StoredValue<Vec<Uuid>>,
    readers: StoredValue<Vec<(u64, Stream, Reader)>>,
    bell: StoredValue<Option<mpsc::UnboundedSender<Ring>>>,
}

/// Why the task that sends looks up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    /// There may be something to send.
    Letters,
    /// The server may be reached again: no need to wait any longer.
    Network,
}

/// What the task that sends waits for.
pub type Rings = mpsc::UnboundedReceiver<Ring>;

impl Outbox {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            queue: RwSignal::default(),
            held: RwSignal::new(false),
            user: StoredValue::new(None),
            unkept: StoredValue::default(),
            readers: StoredValue::default(),
            bell: StoredValue::new(None),
        }
    }

    /// In the browser, once it is known who is signed in: takes up what was kept, for
    /// [`Outbox::send_for_ever`] to send.
    pub fn begin(self, user: UserId, store: Store) -> Rings {
        let (bell, rings) = mpsc::unbounded();
        self.user.set_value(Some(user));
        self.bell.set_value(Some(bell));
        self.reload();

        let prefix = Kind::Outbox.prefix(user);
        let changed = window_event_listener(ev::storage, move |event| {
            // Without a key everything was forgotten.
            if event.key().is_none_or(|key| key.starts_with(&prefix)) {
                self.reload();
                self.ring(Ring::Letters);
            }
        });
        let online = window_event_listener(ev::online, move |_| self.ring(Ring::Network));
        let offline = window_event_listener(ev::offline, move |_| self.ring(Ring::Letters));
        on_cleanup(move || [changed, online, offline].into_iter().for_each(|listener| listener.remove()));
        effect(move |_| {
            if store.connection.get() == Connection::Live {
                self.ring(Ring::Network);
            }
        });
        rings
    }

    /// Keeps a message to be sent.
    pub fn put(&self, place: Stream, draft: Draft) {
        self.reload();
        if let Some(letter) = self.queue.try_update(|queue| queue.add(place, draft)) {
            self.keep(&letter);
            self.ring(Ring::Letters);
        }
    }

    /// Sends a message that was refused again.
    pub fn retry(&self, key: Uuid) {
        if let Some(letter) = self.queue.try_update(|queue| queue.retry(key)).flatten() {
            self.keep(&letter);
            self.ring(Ring::Network);
        }
    }

    /// A message is in the log, or given up.
    pub fn remove(&self, key: Uuid) {
        if let Some(user) = self.user.get_value()
            && self.queue.with_untracked(|queue| queue.get(key).is_some())
        {
            self.queue.update(|queue| {
                queue.remove(key);
            });
            kept::remove(&address(user, key));
        }
    }

    /// Forgets everything; whose it was.
    pub fn erase(&self) -> Option<UserId> {
        let user = self.user.get_value()?;
        kept::forget(Kind::Outbox, user);
        self.unkept.set_value(Vec::new());
        self.queue.update(|queue| queue.read(Vec::new()));
        Some(user)
    }

    /// What waits in a place, following changes; and does it wait for the connection?
    pub fn of(&self, place: Stream) -> (Vec<Letter>, bool) {
        let of_place = |queue: &Queue| queue.letters().iter().filter(|letter| letter.place == place).cloned().collect();
        (self.queue.with(of_place), self.held.get())
    }

    /// How many messages will be sent, following changes.
    pub fn waiting(&self) -> usize {
        self.queue.with(Queue::waiting)
    }

    /// How many messages are not sent, those refused included.
    pub fn unsent(&self) -> usize {
        self.reload();
        self.queue.with_untracked(|queue| queue.letters().len())
    }

    /// Gives `reader` each message of a place that this tab has sent, until the calling component
    /// goes away.
    pub fn listen(&self, place: Stream, reader: impl Fn(&Message) + Send + Sync + 'static) {
        let readers = self.readers;
        let mut added = 0;
        readers.update_value(|readers| {
            added = readers.last().map_or(0, |(id, ..)| id + 1);
            readers.push((added, place, Arc::new(reader)));
        });
        on_cleanup(move || {
            readers.try_update_value(|readers| readers.retain(|(id, ..)| *id != added));
        });
    }

    fn ring(&self, ring: Ring) {
        if let Some(Some(bell)) = self.bell.try_get_value() {
            // The task ends with the page, or where nobody is signed in any more.
            let _ = bell.unbounded_send(ring);
        }
    }

    /// Takes the letters as the browser has them now: another tab may have sent or added some.
    fn reload(&self) {
        let Some(Some(user)) = self.user.try_get_value() else { return };
        let kept = kept::keys(&Kind::Outbox.prefix(user)).into_iter().filter_map(|key| {
            // What an older version of this page kept and this one can't read stays where it is.
            json::read::<Letter>(&kept::get(&key)?)
        });
        let mut letters: Vec<Letter> = kept.collect();
        let known = self.queue.with_untracked(|queue| queue.letters().to_vec());
        let mine = known.iter().filter(|letter| self.unkept.with_value(|unkept| unkept.contains(&letter.draft.key)));
        letters.extend(mine.cloned());
        let mut queue = self.queue.get_untracked();
        queue.read(letters);
        if queue.letters() != known {
            self.queue.set(queue);
        }
    }

    fn keep(&self, letter: &Letter) {
        let key = letter.draft.key;
        let stored = self.user.get_value().is_some_and(|user| {
            let Ok(text) = serde_json::to_string(letter) else { return false };
            kept::set(&address(user, key), &text) || {
                // Copies of pages can be had again.
                kept::forget(Kind::Copy, user);
                kept::set(&address(user, key), &text)
            }
        });
        self.unkept.update_value(|unkept| {
            unkept.retain(|other| *other != key);
            if !stored {
                unkept.push(key);
            }
        });
    }

    /// Sends what is put in, one after the other, for as long as the page is open.
    pub async fn send_for_ever(self, user: UserId, mut rings: Rings) {
        let tab = Uuid::now_v7();
        loop {
            // Gone with the frame that it belongs to.
            let Some(idle) = self.queue.try_with_untracked(|queue| queue.next().is_none()) else { return };
            if idle {
                self.held.set(false);
                if rings.next().await.is_none() {
                    return;
                }
                continue;
            }
            let turn = Turn::take(user, tab).await;
            let then = self.send_all(&turn, tab).await;
            drop(turn);
            match then {
                Then::Next | Then::Failed => {}
                Then::SignedOut => return leave::to_sign_in(),
                Then::Away(wait) | Then::Slower(wait) => pause(wait, &mut rings).await,
            }
        }
    }

    /// Sends one after the other until there is none, or the server can't take more.
    async fn send_all(&self, turn: &Turn, tab: Uuid) -> Then {
        loop {
            self.reload();
            let next = self.queue.try_with_untracked(|queue| queue.next().cloned());
            let Some(letter) = next.flatten() else { return Then::Next };
            if !window().navigator().on_line() {
                self.held.set(true);
                return Then::Away(longest(u32::MAX));
            }
            turn.renew(tab);
            let key = letter.draft.key;
            let answer = post(&letter).await;
            if self.queue.is_disposed() {
                return Then::Next;
            }
            if let Ok(message) = &answer {
                let readers = self.readers.with_value(|readers| {
                    let of_place = readers.iter().filter(|(_, place, _)| *place == letter.place);
                    of_place.map(|(.., reader)| reader.clone()).collect::<Vec<_>>()
                });
                readers.iter().for_each(|read| read(message));
                self.remove(key);
            }
            // Another tab may have given it up, and nothing comes back from there.
            self.reload();
            let said = answer.as_ref().map(|_| ()).map_err(|ApiError(error)| error);
            let mut queue = self.queue.get_untracked();
            let then = queue.answered(key, said, backoff::chance());
            let failed = queue.get(key).filter(|letter| letter.failed.is_some()).cloned();
            self.queue.set(queue);
            if let (Then::Failed, Some(letter)) = (then, failed) {
                self.keep(&letter);
            }
            self.held.set(matches!(then, Then::Away(_)));
            if !matches!(then, Then::Next | Then::Failed) {
                return then;
            }
        }
    }
}

/// Posts a letter, and waits for the answer for a while.
async fn post(letter: &Letter) -> Result<Message, ApiError> {
    let draft = letter.draft.clone();
    let quote = draft.quote.map(|quote| quote.id);
    let files = (!draft.files.is_empty()).then(|| draft.files.iter().map(|file| file.id).collect());
    let answer = api::post_message(
        letter.place,
        draft.key,
        draft.text,
        draft.parent,
        quote,
        files,
        draft.confirmed.then_some(true),
    );
    select! {
        answer = Box::pin(answer.fuse()) => answer,
        () = TimeoutFuture::new(ANSWER_MS).fuse() => Err(ApiError(Error::Unavailable)),
    }
}

/// Waits, but not longer than the network is away.
async fn pause(wait: u32, rings: &mut Rings) {
    let mut over = TimeoutFuture::new(wait).fuse();
    loop {
        select! {
            () = over => return,
            ring = rings.next() => if ring != Some(Ring::Letters) {
                return;
            },
        }
    }
}

fn address(user: UserId, key: Uuid) -> String {
    format!("{}{key}", Kind::Outbox.prefix(user))
}
