//! Tells the server how far a place has been read, at most every two seconds.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use protocol::{ClientFrame, Stream, limits};

use crate::{
    api, clock,
    store::{Connection, Store},
};

/// So long the socket of a new page has to connect before the mark goes another way.
const CONNECTS_MS: i64 = 1_000;

/// The read mark of one place.
#[derive(Clone, Copy)]
pub struct Seen {
    store: Store,
    place: Stream,
    mark: StoredValue<Mark>,
}

#[derive(Clone, Copy)]
struct Mark {
    /// Number of the last message seen.
    n: i64,
    /// Number that the server was told.
    told: i64,
    /// When it was told, in milliseconds since 1970.
    told_at: i64,
    /// It will be told in a moment.
    waiting: bool,
    /// Nothing is marked read any more: somebody wants to read it again.
    held: bool,
}

impl Seen {
    /// The mark as the page began with it.
    pub fn new(store: Store, place: Stream, read: i64) -> Self {
        let mark = Mark { n: read, told: read, told_at: 0, waiting: false, held: false };
        Self { store, place, mark: StoredValue::new(mark) }
    }

    /// Number of the last message that was read.
    pub fn mark(&self) -> i64 {
        self.mark.try_with_value(|mark| mark.n).unwrap_or(0)
    }

    /// Everything up to here is in view; read if somebody looks.
    pub fn up_to(&self, n: i64) {
        if !document().has_focus().unwrap_or(false) || document().hidden() {
            return;
        }
        let seen = *self;
        let starting = self.store.connection.get_untracked() == Connection::Starting;
        let wait = self.mark.try_update_value(|mark| {
            if mark.held {
                return None;
            }
            mark.n = mark.n.max(n);
            if mark.n <= mark.told || mark.waiting {
                return None;
            }
            mark.waiting = true;
            let due = mark.told_at + i64::from(limits::SEEN_EVERY_MS) - clock::now();
            Some(if starting { CONNECTS_MS } else { due.max(0) })
        });
        if let Some(wait) = wait.flatten() {
            set_timeout(move || seen.tell(), Duration::from_millis(wait.unsigned_abs()));
        }
    }

    /// Marks nothing read any more, until the place is opened again.
    pub fn hold(&self) {
        self.mark.try_update_value(|mark| mark.held = true);
    }

    fn tell(&self) {
        let told = self.mark.try_update_value(|mark| {
            if mark.held {
                return None;
            }
            let before = mark.told;
            mark.waiting = false;
            mark.told = mark.n;
            mark.told_at = clock::now();
            Some((mark.n, before))
        });
        // The page has moved on; the next look at the place marks it.
        let Some((n, before)) = told.flatten() else { return };
        let place = self.place;
        self.store.sidebar().update(|sidebar| sidebar.read_up_to(place, n));
        if self.store.connection.get_untracked() == Connection::Live {
            self.store.say(ClientFrame::Seen { stream: place, n });
        } else {
            let mark = self.mark;
            spawn_local(async move {
                if api::seen_place(place, n).await.is_err() {
                    // The next look tells it again; there is one when the connection is back.
                    mark.try_update_value(|mark| mark.told = before);
                }
            });
        }
    }
}
