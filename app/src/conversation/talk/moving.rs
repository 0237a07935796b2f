//! Which rows of a conversation are on the screen: more at either end, those around a message, the newest.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Cursor, Error, MessageId, Stream, limits,
    page::{History, PageQuery, RoomPage, Seek, TaskPage, ThreadPage},
};

use super::{
    super::{scroll, thread::End},
    Access, Talk,
};
use crate::{
    api::{self, ApiError},
    clock,
};

/// What is being loaded anew.
#[derive(Clone, Copy, Default)]
pub(super) struct Going {
    /// How often something was: only the last counts, however the answers come.
    nth: u32,
    /// The message that it is about; none for the newest rows.
    to: Option<MessageId>,
    under_way: bool,
}

impl Talk {
    /// Loads the page beyond one end of the rows, if there is one.
    pub fn load_more(&self, end: End) {
        if self.is_over() || self.loading.get_untracked().is_some() {
            return;
        }
        let Some(next) = self.thread.try_update_untracked(|thread| thread.ask(end)).flatten() else { return };
        self.loading.set(Some(end));
        let talk = *self;
        spawn_local(async move {
            let page = match end {
                End::Oldest => api::older_messages(talk.place, next).await,
                End::Newest => api::newer_messages(talk.place, next).await,
            };
            let page = page.map_err(|ApiError(error)| talk.say(format!("More messages could not be loaded. {error}")));
            talk.references.learn(page.as_ref().ok().and_then(|page| page.refs.as_ref()));
            let mut lacks = false;
            talk.change(|thread| {
                lacks = thread.join(page.ok(), clock::local);
                if talk.is_room() {
                    thread.trim(end.other(), limits::WINDOW);
                }
            });
            if lacks {
                talk.renew();
            }
            talk.loading.try_set(None);
        });
    }

    /// Shows the rows around a message and goes there, unless it is here already.
    pub fn show(&self, id: MessageId) {
        let here = self.thread.try_with_untracked(|thread| thread.entry(id).is_some());
        match here {
            Some(true) => scroll::show(self.list, id),
            Some(false) => self.fetch(Some(id)),
            None => {}
        }
    }

    /// Goes to a day, or to what was not read.
    pub fn seek(&self, seek: Seek) {
        let talk = *self;
        spawn_local(async move {
            match api::seek_message(talk.place, seek).await {
                Ok(Some(id)) => talk.show(id),
                Ok(None) => talk.to_newest(),
                Err(ApiError(error)) => talk.say(format!("That could not be found. {error}")),
            }
        });
    }

    /// Shows the newest rows.
    pub fn to_newest(self) {
        if self.is_over() {
            return;
        }
        self.to_bottom();
        if self.thread.with_untracked(|thread| thread.away) {
            self.fetch(None);
        }
    }

    /// Loads the rows again: what is here can't be brought up to date by events. Who reads far above
    /// stays there.
    pub(super) fn renew(&self) {
        let away = self.thread.try_with_untracked(|thread| thread.away).unwrap_or(false);
        let going = self.going.try_get_value().unwrap_or_default();
        self.fetch(match (going.under_way, away) {
            (true, _) => going.to,
            (false, true) => scroll::message_in_view(self.list),
            (false, false) => None,
        });
    }

    /// Loads the newest rows, or those around a message.
    pub(super) fn fetch(&self, around: Option<MessageId>) {
        let talk = *self;
        let begin = |going: &mut Going| {
            *going = Going { nth: going.nth + 1, to: around, under_way: true };
            going.nth
        };
        let Some(nth) = self.going.try_update_value(begin) else { return };
        spawn_local(async move {
            let loaded = rows(talk.place, around).await;
            let end = |going: &mut Going| {
                going.under_way &= going.nth != nth;
                going.nth == nth
            };
            if talk.going.try_update_value(end) != Some(true) {
                return;
            }
            match loaded {
                Ok((history, cursor)) => {
                    talk.references.learn(history.refs.as_ref());
                    let was_away = talk.thread.try_with_untracked(|thread| thread.away).unwrap_or(false);
                    let (letters, _) = untrack(|| talk.outbox.of(talk.place));
                    talk.change(|thread| {
                        thread.replace(history);
                        thread.settle(&letters);
                    });
                    if let Some(following) = talk.following.try_get_value().flatten() {
                        following.resume(cursor);
                    }
                    match around {
                        Some(id) => scroll::show(talk.list, id),
                        // Whoever was far above asked for the newest.
                        None if was_away => scroll::to_bottom(talk.list),
                        None => {}
                    }
                }
                // Deleted for good while somebody read around it.
                Err(ApiError(Error::NotFound)) if around.is_some() => talk.fetch(None),
                Err(ApiError(Error::NotFound | Error::Forbidden)) => {
                    talk.access.try_set(Access::Revoked);
                }
                Err(ApiError(error)) => talk.say(format!("The messages could not be loaded. {error}")),
            }
        });
    }
}

/// The newest rows of a place, or those around a message, and the place's number with them.
async fn rows(place: Stream, at: Option<MessageId>) -> Result<(History, Cursor), ApiError> {
    let (newest, asked, cursor) = match place {
        Stream::Room(room) => {
            let query = PageQuery::Room { room, before: None, at };
            let (page, asked): (RoomPage, Option<History>) = api::load_page(query).await?.read()?;
            (page.history, asked, page.cursor)
        }
        Stream::Task(task) => {
            let query = PageQuery::Task { task, before: None, at, refs: None };
            let (page, asked): (TaskPage, Option<History>) = api::load_page(query).await?.read()?;
            (page.history, asked, page.cursor)
        }
        Stream::Thread(root) => {
            let query = PageQuery::Thread { root, before: None, at };
            let (page, asked): (ThreadPage, Option<History>) = api::load_page(query).await?.read()?;
            (page.history, asked, page.cursor)
        }
        Stream::Board(_) | Stream::User(_) => return Err(ApiError(Error::NotFound)),
    };
    Ok((asked.unwrap_or(newest), cursor))
}
