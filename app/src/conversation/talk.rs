//! The state of one conversation on the screen, and what one can do in it.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use protocol::{
    ClientFrame, Cursor, Error, Event, Message, MessageId, Person, StoredEvent, Stream, UserId,
    page::{History, PageQuery, RoomPage, TaskPage, ThreadPage},
    permission::Rights,
};

use super::{
    doing::Doing,
    presence::Presence,
    scroll,
    seen::Seen,
    start::Start,
    thread::{Draft, End, Key, Shape, Thread},
    told::told,
};
use crate::{
    api::{self, ApiError},
    clock,
    copies::Copy,
    outbox::Outbox,
    store::{Connection, Following, Live, Store},
    ui::new_key,
};

/// What one may still do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read, and write where [`Start::writes`] said so.
    Open,
    /// Nothing: removed from the place, or it can't be seen any more.
    Revoked,
    /// Nothing: the place was deleted.
    Gone,
}

/// One conversation on the screen.
#[derive(Clone, Copy)]
pub struct Talk {
    /// The room or task.
    pub place: Stream,
    /// May I write here?
    pub writes: bool,
    /// What I may do with what is said here.
    pub rights: Rights,
    /// What is being done with it.
    pub doing: Doing,
    /// What it is called.
    pub name: RwSignal<String>,
    /// Its rows.
    pub thread: RwSignal<Thread>,
    /// Who is here and who types.
    pub presence: RwSignal<Presence>,
    /// May it still be seen?
    pub access: RwSignal<Access>,
    /// The comment being replied to.
    pub replying: RwSignal<Option<MessageId>>,
    /// Messages of others that came below what is seen.
    pub fresh: RwSignal<usize>,
    /// What went wrong last, in words.
    pub notice: RwSignal<Option<String>>,
    /// Older rows are on their way.
    pub loading: RwSignal<bool>,
    /// The element that the rows scroll in; on a task the page itself scrolls.
    pub list: NodeRef<html::Div>,
    pub(super) store: Store,
    pub(super) seen: Seen,
    me: StoredValue<Option<Person>>,
    following: StoredValue<Option<Following>>,
    outbox: Outbox,
}

impl Talk {
    /// Opens a conversation for as long as the calling component lives.
    pub fn open(start: Start) -> Self {
        let store = expect_context::<Store>();
        let me = store.my().map(|me| me.person);
        let my_id = me.as_ref().map_or(UserId(0), |me| me.id);
        let shape = if matches!(start.place, Stream::Task(_)) { Shape::Threads } else { Shape::Flat };
        let mut thread = Thread::new(shape, start.history, start.read, my_id);
        thread.away = start.away;
        let talk = Self {
            place: start.place,
            writes: start.writes,
            rights: Rights { me: my_id, posts: start.writes, moderates: start.moderates },
            doing: Doing::begin(start.place),
            name: RwSignal::new(start.name),
            thread: RwSignal::new(thread),
            presence: RwSignal::default(),
            access: RwSignal::new(Access::Open),
            replying: RwSignal::new(named_reply(start.place)),
            fresh: RwSignal::new(0),
            notice: RwSignal::new(None),
            loading: RwSignal::new(false),
            list: NodeRef::new(),
            store,
            seen: Seen::new(store, start.place, start.read),
            me: StoredValue::new(me),
            following: StoredValue::new(None),
            outbox: expect_context(),
        };
        talk.following.set_value(Some(store.open(start.cursor, move |live| talk.live(live))));
        store.hear(Some(start.place), move |ephemeral| {
            talk.presence.update(|presence| presence.hear(ephemeral, clock::now()));
        });
        talk.outbox.listen(talk.place, move |message| {
            talk.change(|thread| thread.posted(message.clone(), clock::local));
        });
        // In the browser: what waits to be sent here, on whichever tab it was written.
        Effect::new(move |_| {
            let (letters, held) = talk.outbox.of(talk.place);
            let sent = letters.iter().filter(|letter| talk.is_sent(&letter.draft)).map(|letter| letter.draft.key);
            sent.for_each(|key| talk.outbox.remove(key));
            talk.change(|thread| thread.unsent(&letters, held, clock::local));
        });
        Effect::new(move |_| {
            if talk.store.connection.get() == Connection::Live {
                talk.look();
            }
        });
        talk
    }

    /// Has the page moved on? What stays on the screen for a moment then does nothing.
    pub fn is_over(&self) -> bool {
        self.thread.is_disposed()
    }

    /// Who is signed in.
    pub fn my_id(&self) -> UserId {
        self.me.with_value(|me| me.as_ref().map_or(UserId(0), |me| me.id))
    }

    /// Is it a room, or a thread of one, not a task?
    pub fn is_room(&self) -> bool {
        !matches!(self.place, Stream::Task(_))
    }

    /// Is it a thread of a room?
    pub fn is_thread(&self) -> bool {
        matches!(self.place, Stream::Thread(_))
    }

    /// Who is signed in.
    pub fn me(&self) -> Option<Person> {
        self.me.try_get_value().flatten()
    }

    /// What an offline copy of the page keeps; `page` makes it of the rows and of how far I have read.
    pub fn copy<T>(&self, page: impl FnOnce(History, i64) -> T) -> Copy<T> {
        match (self.access.try_get_untracked(), self.thread.try_with_untracked(Thread::history).flatten()) {
            (Some(Access::Open), Some(history)) => Copy::Now(page(history, self.seen.mark())),
            (Some(Access::Revoked | Access::Gone), _) => Copy::Gone,
            _ => Copy::Before,
        }
    }

    /// Sends a message: its row is there at once.
    pub fn send(&self, text: String, parent: Option<MessageId>) {
        let Some(author) = self.me() else { return };
        let quote = if parent.is_none() { self.doing.quoting.try_update(Option::take).flatten() } else { None };
        let draft = Draft { key: new_key(), author, text, parent, at: clock::now(), quote };
        if self.thread.with_untracked(|thread| thread.away) {
            self.renew();
        }
        self.outbox.put(self.place, draft);
        let (letters, held) = untrack(|| self.outbox.of(self.place));
        self.thread.update(|thread| {
            thread.unsent(&letters, held, clock::local);
            thread.trim(End::Oldest);
        });
        self.to_bottom();
    }

    /// Sends a message that was refused again, under its client id, so that it happens once.
    pub fn retry(&self, key: Key) {
        self.outbox.retry(key.client_id());
    }

    /// Gives up a message that was refused.
    pub fn discard(&self, key: Key) {
        self.outbox.remove(key.client_id());
    }

    /// Loads the page before the oldest row.
    pub fn load_older(&self) {
        if self.is_over() {
            return;
        }
        let oldest = self.thread.with_untracked(|thread| thread.oldest().filter(|_| thread.older));
        let (Some(before), false) = (oldest, self.loading.get_untracked()) else { return };
        self.loading.set(true);
        let talk = *self;
        spawn_local(async move {
            match api::older_messages(talk.place, before).await {
                Ok(history) => talk.change(|thread| {
                    thread.prepend(history);
                    if talk.is_room() {
                        thread.trim(End::Newest);
                    }
                }),
                Err(ApiError(error)) => talk.say(format!("Older messages could not be loaded. {error}")),
            }
            talk.loading.try_set(false);
        });
    }

    /// Shows the newest rows.
    pub fn to_newest(self) {
        if self.is_over() {
            return;
        }
        if self.thread.with_untracked(|thread| thread.away) {
            self.renew();
        }
        self.to_bottom();
    }

    /// What is seen may have changed: marks it read if it is the newest.
    pub fn look(&self) {
        if scroll::shows_end(self.list, self.is_room()) {
            self.fresh.try_set(0);
            if let Some(newest) = self.thread.try_with_untracked(Thread::newest) {
                self.seen.up_to(newest);
            }
        }
    }

    /// I type, or have stopped.
    pub fn typing(&self, on: bool) {
        // Of threads nobody is told.
        if self.is_thread() {
            return;
        }
        self.store.say(ClientFrame::Typing { stream: self.place, on });
    }

    fn to_bottom(self) {
        self.fresh.set(0);
        scroll::to_bottom(self.list);
    }

    fn live(&self, live: Live<'_>) {
        match live {
            Live::Event(event) => {
                self.follow_quotes(&event.event);
                if let Some(event) = told(self.place, event) {
                    self.happened(&event);
                }
            }
            Live::Reset => self.renew(),
            Live::Revoked => self.access.set(Access::Revoked),
        }
    }

    fn happened(&self, stored: &StoredEvent) {
        match &stored.event {
            Event::MessagePosted { message } => self.somebody_wrote(message),
            Event::RoomChanged { room } if !self.is_thread() => self.name.set(room.name.clone()),
            Event::RoomDeleted { .. } => self.access.set(Access::Gone),
            Event::RoomCleared { .. } if self.is_thread() => return self.access.set(Access::Gone),
            _ => {}
        }
        if self.thread.with_untracked(|thread| thread.lacks(stored)) {
            self.renew();
        }
        self.change(|thread| thread.apply(stored, clock::local));
        if let Event::MessagePosted { message } = &stored.event
            && message.author.as_ref().is_some_and(|author| author.id == self.my_id())
        {
            // Sent, whatever the answer to its post will be.
            self.outbox.remove(message.client_id);
        }
        if matches!(self.place, Stream::Room(_)) {
            self.store.sidebar().update(|sidebar| sidebar.apply(stored));
        }
    }

    fn somebody_wrote(&self, message: &Message) {
        let author = message.author.as_ref().map(|author| author.id);
        if let Some(author) = author {
            self.presence.update(|presence| presence.stopped(author));
        }
        if author != Some(self.my_id()) && !scroll::shows_end(self.list, self.is_room()) {
            self.fresh.update(|fresh| *fresh += 1);
        }
    }

    /// Changes the rows without moving those that are read.
    pub(super) fn change(&self, change: impl FnOnce(&mut Thread)) {
        let talk = *self;
        let end_shown = scroll::shows_end(self.list, self.is_room());
        scroll::keep(self.list, || {
            self.thread.try_update(|thread| {
                change(thread);
                if talk.is_room() && end_shown {
                    thread.trim(End::Oldest);
                }
            });
        });
        request_animation_frame(move || talk.look());
    }

    /// Loads the newest rows again: what is here can't be brought up to date by events.
    fn renew(&self) {
        let talk = *self;
        spawn_local(async move {
            match newest(talk.place).await {
                Ok((history, cursor)) => {
                    let (letters, _) = untrack(|| talk.outbox.of(talk.place));
                    talk.change(|thread| {
                        thread.replace(history);
                        thread.settle(&letters);
                    });
                    if let Some(following) = talk.following.try_get_value().flatten() {
                        following.resume(cursor);
                    }
                }
                Err(ApiError(Error::NotFound | Error::Forbidden)) => {
                    talk.access.try_set(Access::Revoked);
                }
                Err(ApiError(error)) => talk.say(format!("The newest messages could not be loaded. {error}")),
            }
        });
    }

    /// Says what went wrong.
    pub(super) fn say(&self, notice: String) {
        self.notice.try_set(Some(notice));
    }

    fn is_sent(&self, draft: &Draft) -> bool {
        self.thread.try_with_untracked(|thread| thread.is_sent(draft.row())).unwrap_or(false)
    }
}

/// The newest rows of a place, and its number with them.
async fn newest(place: Stream) -> Result<(History, Cursor), ApiError> {
    match place {
        Stream::Room(room) => {
            let page: (RoomPage, Option<History>) =
                api::load_page(PageQuery::Room { room, before: None, at: None }).await?.read()?;
            Ok((page.0.history, page.0.cursor))
        }
        Stream::Task(task) => {
            let page: (TaskPage, Option<History>) =
                api::load_page(PageQuery::Task { task, before: None, at: None }).await?.read()?;
            Ok((page.0.history, page.0.cursor))
        }
        Stream::Thread(root) => {
            let page: (ThreadPage, Option<History>) =
                api::load_page(PageQuery::Thread { root, before: None, at: None }).await?.read()?;
            Ok((page.0.history, page.0.cursor))
        }
        Stream::Board(_) | Stream::User(_) => Err(ApiError(Error::NotFound)),
    }
}

/// The comment that the address asks to reply to (`?reply=`), for those without script.
fn named_reply(place: Stream) -> Option<MessageId> {
    let asked = use_query_map().with_untracked(|query| query.get_str("reply")?.parse().ok());
    asked.filter(|_| matches!(place, Stream::Task(_)))
}
