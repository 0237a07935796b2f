//! Offline copies: rooms, tasks and boards as they were last seen in this browser, shown while no
//! server can be reached.
//!
//! A copy carries the number of its stream, so that once the connection is back the page that shows
//! it is brought up to date by what it missed, as any page is.

use std::time::Duration;

use leptos::{ev, prelude::*};
use protocol::{Error, Stream, UserId, page::PageQuery};
use serde::Serialize;

use crate::{
    api::{ApiError, Content, load_page},
    clock,
    kept::{self, Kind},
    recent,
    store::{Connection, Store},
    ui::effect,
};

/// So many copies are kept, of the pages seen last.
const KEPT: usize = 30;
/// A page larger than this is not kept, in bytes.
const LARGEST: usize = 300 * 1024;
/// A page that was just opened is copied after so long, when it has settled.
const SETTLED: Duration = Duration::from_secs(1);

/// The copies of whoever is signed in, in the context of every page of the frame.
#[derive(Clone, Copy)]
pub struct Copies {
    /// When the copy that is shown was made, in milliseconds since 1970.
    pub shown: RwSignal<Option<i64>>,
    store: Store,
    user: StoredValue<Option<UserId>>,
}

/// A page as it is to be kept.
pub enum Copy<T> {
    /// As it is now.
    Now(T),
    /// As it was: it shows something else for the moment.
    Before,
    /// Not at all: it may be seen no longer.
    Gone,
}

impl Copies {
    /// None yet.
    pub fn new(store: Store) -> Self {
        Self { shown: RwSignal::new(None), store, user: StoredValue::new(None) }
    }

    /// In the browser, once it is known who is signed in.
    pub fn begin(self, user: UserId) {
        self.user.set_value(Some(user));
        effect(move |_| {
            if self.store.connection.get() == Connection::Live {
                self.shown.set(None);
            }
        });
    }

    /// Whose they are; nobody's where none are kept.
    pub fn user(&self) -> Option<UserId> {
        self.user.try_get_value().flatten()
    }

    /// Forgets all of them and which pages were opened, and keeps no more.
    pub fn erase(&self) {
        if let Some(Some(user)) = self.user.try_update_value(Option::take) {
            kept::forget(Kind::Copy, user);
            kept::forget(Kind::Recent, user);
        }
    }

    /// Forgets the copy of a place that is gone, and that it was opened.
    pub fn forget(self, place: Stream) {
        if let Some(Some(user)) = self.user.try_get_value() {
            kept::remove(&key(user, place));
            recent::forget(user, place);
        }
    }

    /// What the page shows; where no server can be reached, its copy.
    pub async fn load(self, page: PageQuery) -> Result<Content, ApiError> {
        let place = page.place();
        let answer = load_page(page).await;
        let Some(place) = place else { return answer };
        // None on the server, and where nothing is kept.
        let Some(Some(key)) = self.user.try_with_value(|user| user.map(|user| key(user, place))) else { return answer };
        let away = self.store.connection.get_untracked() != Connection::Live;
        match &answer {
            Err(ApiError(Error::Unavailable)) if away => {
                let copy = kept::get(&key).and_then(|copy| {
                    let (at, page) = copy.split_once(' ')?;
                    Some((at.parse().ok()?, Content::kept(page)))
                });
                let Some((at, page)) = copy else {
                    self.shown.try_set(None);
                    return answer;
                };
                self.shown.try_set(Some(at));
                return Ok(page);
            }
            Err(ApiError(Error::NotFound | Error::Forbidden)) => self.forget(place),
            _ => {}
        }
        self.shown.try_set(None);
        answer
    }

    /// In the browser: keeps a copy of a place for as long as the calling component shows it.
    pub fn keep<T: Serialize>(self, place: Stream, page: impl Fn() -> Copy<T> + Clone + Send + Sync + 'static) {
        let copied = self.shown.get_untracked();
        let write = move || self.write(place, copied, page());
        effect(move |_| {
            let (left, opened) = (write.clone(), write.clone());
            let gone = window_event_listener(ev::pagehide, {
                let left = left.clone();
                move |_| left()
            });
            let timer = set_timeout_with_handle(opened, SETTLED);
            on_cleanup(move || {
                left();
                gone.remove();
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        });
    }

    fn write<T: Serialize>(&self, place: Stream, copied: Option<i64>, page: Copy<T>) {
        let Some(Some(user)) = self.user.try_get_value() else { return };
        let key = key(user, place);
        let page = match page {
            Copy::Now(page) => page,
            Copy::Before => return,
            Copy::Gone => return self.forget(place),
        };
        // A copy that is shown is as old as it was, until the connection brings it up to date.
        let away = self.store.connection.get_untracked() != Connection::Live;
        let at = copied.filter(|_| away).unwrap_or_else(clock::now);
        let Ok(page) = serde_json::to_string(&page) else { return };
        if page.len() > LARGEST {
            return kept::remove(&key);
        }
        make_room(user, &key, KEPT - 1);
        let copy = format!("{at} {page}");
        if !kept::set(&key, &copy) {
            // The browser is full: unsent messages and drafts come first.
            make_room(user, &key, KEPT / 4);
            let _ = kept::set(&key, &copy);
        }
    }
}

/// Lets go of the oldest copies but `most`, not counting the one under `key`.
fn make_room(user: UserId, key: &str, most: usize) {
    let others = kept::keys(&Kind::Copy.prefix(user)).into_iter().filter(|other| other != key);
    let mut others: Vec<(i64, String)> = others
        .map(|other| {
            let at = kept::get(&other).and_then(|copy| copy.split_once(' ')?.0.parse().ok());
            (at.unwrap_or(0), other)
        })
        .collect();
    others.sort();
    let extra = others.len().saturating_sub(most);
    others[..extra].iter().for_each(|(_, other)| kept::remove(other));
}

fn key(user: UserId, place: Stream) -> String {
    format!("{}{place}", Kind::Copy.prefix(user))
}
