//! The state of one conversation on the screen, and what one can do in it.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;
use protocol::{
    Attachment, ClientFrame, Event, Message, MessageId, MyBoard, Person, Room, RoomId, StoredEvent, Stream, UserId,
    Watch, Writing, limits,
    page::History,
    permission::{Rights, Standing},
};

mod moving;

use moving::Going;

use super::{
    doing::Doing,
    draft::Drafts,
    outsiders, scroll,
    seen::Seen,
    start::Start,
    thread::{Draft, End, Key, Shape, Thread},
    told::told,
    watching,
};
use crate::{
    clock,
    copies::Copy,
    outbox::Outbox,
    presence::Presence,
    references::References,
    store::{Connection, Following, Live, Store},
    ui::{effect, new_key},
};

/// What one may still do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read, and write where my role on the board allows it.
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
    rights: Memo<Rights>,
    /// Was the message deleted that this thread is under? Nobody replies to it then.
    pub beheaded: RwSignal<bool>,
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
    /// Is the end of the list so far away that there is a button that leads there?
    pub far: RwSignal<bool>,
    /// The private room that this is said in: who manages it may put people into it who are mentioned here.
    pub private: Option<RoomId>,
    /// People I mentioned who are not in it.
    pub outsiders: RwSignal<Vec<Person>>,
    /// Who is told of what is said here, where that can be chosen.
    pub watch: Option<RwSignal<Watch>>,
    /// A message was scheduled, which is said for a while.
    pub scheduled: RwSignal<bool>,
    /// The board around it, as it is now.
    pub board: Memo<MyBoard>,
    /// What went wrong last, in words.
    pub notice: RwSignal<Option<String>>,
    /// Rows beyond this end are on their way.
    pub loading: RwSignal<Option<End>>,
    /// The element that the rows scroll in; on a task the page itself scrolls.
    pub list: NodeRef<html::Div>,
    /// The tasks that are named here.
    pub(super) references: References,
    pub(super) store: Store,
    pub(super) drafts: Drafts,
    going: StoredValue<Going>,
    pub(super) seen: Seen,
    me: StoredValue<Option<Person>>,
    following: StoredValue<Option<Following>>,
    outbox: Outbox,
}

impl Talk {
    /// Opens a conversation for as long as the calling component lives.
    pub fn open(start: Start) -> Self {
        let store = expect_context::<Store>();
        let references = expect_context::<References>();
        references.learn(start.history.refs.as_ref());
        let me = store.my().map(|me| me.person);
        let my_id = me.as_ref().map_or(UserId(0), |me| me.id);
        let shape = if matches!(start.place, Stream::Task(_)) { Shape::Threads } else { Shape::Flat };
        let thread = Thread::new(shape, start.history, start.read, my_id);
        let board = store.mine(start.board);
        let followed = start.cursor.stream;
        let talk = Self {
            place: start.place,
            rights: follow_rights(my_id, board, start.room.clone()),
            beheaded: RwSignal::new(false),
            doing: Doing::begin(start.place),
            name: RwSignal::new(start.name),
            thread: RwSignal::new(thread),
            presence: RwSignal::default(),
            access: RwSignal::new(Access::Open),
            replying: RwSignal::new(named_reply(start.place)),
            fresh: RwSignal::new(0),
            far: RwSignal::new(false),
            private: start.room.filter(|room| room.private).map(|room| room.id),
            outsiders: RwSignal::default(),
            watch: start.watch.map(RwSignal::new),
            scheduled: RwSignal::new(false),
            board,
            notice: RwSignal::new(None),
            loading: RwSignal::new(None),
            list: NodeRef::new(),
            references,
            store,
            drafts: Drafts::open(store, start.place),
            going: StoredValue::default(),
            seen: Seen::new(store, start.place, start.read),
            me: StoredValue::new(me),
            following: StoredValue::new(None),
            outbox: expect_context(),
        };
        talk.following.set_value(Some(store.open(start.cursor, move |live| talk.live(followed, live))));
        store.hear(Some(start.place), move |ephemeral| {
            talk.presence.update(|presence| presence.hear(ephemeral, clock::now()));
        });
        talk.outbox.listen(talk.place, move |message| {
            talk.change(|thread| thread.posted(message.clone(), clock::local));
        });
        // In the browser: what waits to be sent here, on whichever tab it was written.
        effect(move |_| {
            let (letters, held) = talk.outbox.of(talk.place);
            let sent = letters.iter().filter(|letter| talk.is_sent(&letter.draft)).map(|letter| letter.draft.key);
            sent.for_each(|key| talk.outbox.remove(key));
            talk.change(|thread| thread.unsent(&letters, held, clock::local));
        });
        effect(move |_| {
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

    /// What I may do with what is said here: nothing once the page has moved on.
    pub fn rights(&self) -> Rights {
        self.rights.try_get().unwrap_or(Rights { me: UserId(0), posts: false, moderates: false })
    }

    /// Why nothing new can be said here, if that is so.
    pub fn shut_to_new(&self) -> Option<&'static str> {
        if self.board.try_with(|mine| mine.board.archived).unwrap_or(false) {
            Some("This board is archived. What was said can be read.")
        } else if !self.rights().posts {
            Some("You can read here, not write.")
        } else if self.beheaded.try_get().unwrap_or(false) {
            Some("The message that began this thread was deleted.")
        } else {
            None
        }
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
            (Some(Access::Open), Some(history)) => {
                Copy::Now(page(History { refs: self.references.known(), ..history }, self.seen.mark()))
            }
            (Some(Access::Revoked | Access::Gone), _) => Copy::Gone,
            _ => Copy::Before,
        }
    }

    /// Sends a message: its row is there at once. `confirmed`: it is known how many people it notifies.
    pub fn send(&self, text: String, parent: Option<MessageId>, files: Vec<Attachment>, confirmed: bool) {
        let Some(author) = self.me() else { return };
        outsiders::look(*self, &text);
        let quote = if parent.is_none() { self.doing.quoting.try_update(Option::take).flatten() } else { None };
        let draft = Draft { key: new_key(), author, text, parent, at: clock::now(), quote, files, confirmed };
        if self.thread.with_untracked(|thread| thread.away) {
            self.fetch(None);
        }
        self.outbox.put(self.place, draft);
        let (letters, held) = untrack(|| self.outbox.of(self.place));
        self.thread.update(|thread| {
            thread.unsent(&letters, held, clock::local);
            thread.trim(End::Oldest, limits::WINDOW);
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

    /// What is seen may have changed: marks it read if it is the newest.
    pub fn look(&self) {
        let away = self.thread.try_with_untracked(|thread| thread.away).unwrap_or(false);
        let far = self.is_room() && (away || scroll::is_far(self.list));
        if self.far.try_get_untracked().is_some_and(|before| before != far) {
            self.far.set(far);
        }
        if scroll::shows_end(self.list, self.is_room()) {
            if !away {
                self.fresh.try_set(0);
            }
            if let Some(newest) = self.thread.try_with_untracked(Thread::newest) {
                self.seen.up_to(newest);
            }
        }
    }

    /// The rows may fit into what is in view: then there is nothing to scroll, and more come by themselves.
    pub(super) fn fill(&self) {
        let away = self.thread.try_with_untracked(|thread| thread.away).unwrap_or(false);
        if self.is_room() && away && scroll::nears_end(self.list) {
            self.load_more(End::Newest);
        } else if self.is_room() && scroll::fits(self.list) {
            self.load_more(End::Oldest);
        }
    }

    /// I type, or have stopped.
    pub fn typing(&self, on: bool) {
        // Of threads nobody is told.
        if self.is_thread() {
            return;
        }
        self.store.say(ClientFrame::Typing { stream: self.place, writing: Writing::Message, on });
    }

    /// I change the task's own text, or have stopped.
    pub fn editing(&self, on: bool) {
        self.store.say(ClientFrame::Typing { stream: self.place, writing: Writing::Text, on });
    }

    fn to_bottom(self) {
        self.fresh.set(0);
        scroll::to_bottom(self.list);
    }

    fn live(&self, followed: Stream, live: Live<'_>) {
        match live {
            Live::Event(event) => {
                self.follow_quotes(&event.event);
                if let Some(event) = told(self.place, event) {
                    self.happened(&event);
                }
            }
            Live::Reset => self.renew(),
            Live::Revoked if self.store.is_deleted(followed) => self.access.set(Access::Gone),
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
            // Who takes part is told of what follows.
            if let Some(watch) = self.watch {
                watching::set(*self, watch, true);
            }
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
        let away = self.thread.with_untracked(|thread| thread.away);
        if author != Some(self.my_id()) && (away || !scroll::shows_end(self.list, self.is_room())) {
            self.fresh.update(|fresh| *fresh += 1);
        }
    }

    /// Changes the rows without moving those that are read.
    pub(super) fn change(&self, change: impl FnOnce(&mut Thread)) {
        let talk = *self;
        let away = self.thread.try_with_untracked(|thread| thread.away).unwrap_or(false);
        let end_shown = !away && scroll::shows_end(self.list, self.is_room());
        // A room's list stays at its end by itself; a task's page stays where it is.
        scroll::keep(self.list, away || !scroll::shows_end(self.list, true), || {
            self.thread.try_update(|thread| {
                change(thread);
                if talk.is_room() && end_shown {
                    thread.trim(End::Oldest, limits::WINDOW);
                }
            });
        });
        request_animation_frame(move || {
            talk.look();
            talk.fill();
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

/// What I may do here, which changes with my role on the board.
fn follow_rights(me: UserId, board: Memo<MyBoard>, room: Option<Room>) -> Memo<Rights> {
    // Nobody reads a private room but those who have joined it.
    let standing = move |room: &Room, role| Standing {
        role,
        private: room.private,
        joined: true,
        creator: room.creator == Some(me),
    };
    Memo::new(move |_| {
        board.with(|board| Rights {
            me,
            posts: board.writes(),
            moderates: room.as_ref().map_or(board.runs(), |room| standing(room, board.acts_as()).manages()),
        })
    })
}

/// The comment that the address asks to reply to (`?reply=`), for those without script.
fn named_reply(place: Stream) -> Option<MessageId> {
    let asked = use_query_map().with_untracked(|query| query.get_str("reply")?.parse().ok());
    asked.filter(|_| matches!(place, Stream::Task(_)))
}
