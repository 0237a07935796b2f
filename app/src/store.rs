//! The one live store of the page: what the sidebar shows, and the streams that views follow.

mod sidebar;
mod streams;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use protocol::{
    BoardId, ClientFrame, Cursor, Ephemeral, Level, Me, MyBoard, ServerFrame, StoredEvent, Stream,
    page::{Nav, NavBoard},
};

pub use sidebar::Sidebar;
use streams::{Key, Streams};

/// How the page's socket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not connected yet.
    Starting,
    /// Everything arrives as it happens.
    Live,
    /// Lost; being made again.
    Away,
}

/// What reaches a view of a stream.
#[derive(Clone, Copy, Debug)]
pub enum Live<'a> {
    /// The next event of the stream, in order and once.
    Event(&'a StoredEvent),
    /// What the view shows can't be brought up to date: load it again, then [`Following::resume`]
    /// (or let the page's resource build the view anew).
    Reset,
    /// This person may read the stream no longer.
    Revoked,
}

type Listener = Arc<dyn Fn(Live<'_>) + Send + Sync>;
type Ear = Arc<dyn Fn(&Ephemeral) + Send + Sync>;

/// The store, found in the context of every page. [`crate::nav::Frame`] fills it before the page
/// inside is built, so that a page may take [`Store::my`] for granted.
#[derive(Clone, Copy)]
pub struct Store {
    /// Who is signed in.
    pub me: Memo<Option<Me>>,
    /// Their boards, by name.
    pub boards: Memo<Vec<MyBoard>>,
    /// Rows of the inbox not read.
    pub unread: Memo<i64>,
    /// The current board with its rooms.
    pub board: Memo<Option<NavBoard>>,
    /// A place whose drafts I changed on some browser, and how often that happened.
    pub drafted: Memo<Option<(Stream, u32)>>,
    /// The room or board of which I chose last what to hear, on some browser.
    pub leveled: Memo<Option<(Stream, Option<Level>, bool)>>,
    /// The task or thread that I last watched, or watch no longer.
    pub watched: Memo<Option<(Stream, bool)>>,
    /// How the socket stands.
    pub connection: RwSignal<Connection>,
    sidebar: RwSignal<Sidebar>,
    wires: StoredValue<Wires>,
}

#[derive(Default)]
struct Wires {
    streams: Streams,
    listeners: BTreeMap<Key, Listener>,
    ears: Vec<(u64, Option<Stream>, Ear)>,
    next_ear: u64,
    at: Option<BoardId>,
    deleted: BTreeSet<Stream>,
    outgoing: Option<UnboundedSender<ClientFrame>>,
}

/// A view that follows a stream.
#[derive(Clone, Copy)]
pub struct Following {
    store: Store,
    key: Key,
}

impl Store {
    /// An empty store; the app provides one to everything inside.
    pub fn new() -> Self {
        let sidebar = RwSignal::new(Sidebar::default());
        Self {
            me: Memo::new(move |_| sidebar.with(|sidebar| sidebar.me.clone())),
            boards: Memo::new(move |_| sidebar.with(|sidebar| sidebar.boards.clone())),
            unread: Memo::new(move |_| sidebar.with(|sidebar| sidebar.unread)),
            board: Memo::new(move |_| sidebar.with(|sidebar| sidebar.board.clone())),
            drafted: Memo::new(move |_| sidebar.with(|sidebar| sidebar.drafted)),
            leveled: Memo::new(move |_| sidebar.with(|sidebar| sidebar.leveled)),
            watched: Memo::new(move |_| sidebar.with(|sidebar| sidebar.watched)),
            connection: RwSignal::new(Connection::Starting),
            sidebar,
            wires: StoredValue::new(Wires::default()),
        }
    }

    /// Who is signed in, without following changes. `None` on the pages outside of the frame.
    pub fn my(&self) -> Option<Me> {
        self.sidebar.with_untracked(|sidebar| sidebar.me.clone())
    }

    /// A board that a page is about, as it is now: my role on it may change while the page is open. As the page
    /// says, where the sidebar does not know it.
    pub fn mine(&self, page: MyBoard) -> Memo<MyBoard> {
        let boards = self.boards;
        Memo::new(move |_| {
            boards.with(|boards| boards.iter().find(|mine| mine.board.id == page.board.id).unwrap_or(&page).clone())
        })
    }

    /// What the sidebar shows, to read or change.
    pub fn sidebar(&self) -> RwSignal<Sidebar> {
        self.sidebar
    }

    /// Takes a snapshot of the frame.
    pub fn fill(&self, nav: Nav) {
        self.sidebar.update(|sidebar| sidebar.fill(nav));
    }

    /// Follows a stream from a page's cursor until the calling component goes away.
    ///
    /// `apply` gets each event after the cursor in order and once. On the server it never does.
    pub fn open(&self, cursor: Cursor, apply: impl Fn(Live<'_>) + Send + Sync + 'static) -> Following {
        let following = self.follow(cursor, apply);
        on_cleanup(move || following.close());
        following
    }

    /// As [`Store::open`], until [`Following::close`].
    pub fn follow(&self, cursor: Cursor, apply: impl Fn(Live<'_>) + Send + Sync + 'static) -> Following {
        let mut opened = None;
        self.wires.update_value(|wires| {
            let (key, ask) = wires.streams.open(cursor);
            wires.listeners.insert(key, Arc::new(apply));
            wires.ask(ask);
            opened = Some(key);
        });
        Following { store: *self, key: opened.expect("the store lives as long as the page") }
    }

    /// Hears what is said about a stream and not kept (all of it where `stream` is `None`), until
    /// the calling component goes away.
    pub fn hear(&self, stream: Option<Stream>, ear: impl Fn(&Ephemeral) + Send + Sync + 'static) {
        let wires = self.wires;
        let mut added = 0;
        wires.update_value(|wires| {
            wires.next_ear += 1;
            added = wires.next_ear;
            wires.ears.push((added, stream, Arc::new(ear)));
        });
        on_cleanup(move || {
            wires.try_update_value(|wires| wires.ears.retain(|(id, ..)| *id != added));
        });
    }

    /// Says something to the server; nothing while the socket is away.
    pub fn say(&self, frame: ClientFrame) {
        self.wires.with_value(|wires| wires.say(frame));
    }

    /// The page shows this board now, or none: the others who have it open see me there.
    pub fn at(&self, board: Option<BoardId>) {
        self.wires.try_update_value(|wires| {
            if std::mem::replace(&mut wires.at, board) != board {
                wires.say(ClientFrame::At { board });
            }
        });
    }

    /// The socket is open: what to begin with. From now on what is said goes to `outgoing`.
    pub fn connected(&self, outgoing: UnboundedSender<ClientFrame>) {
        let rooms = self.sidebar.with_untracked(Sidebar::rooms);
        self.wires.update_value(|wires| {
            wires.outgoing = Some(outgoing);
            let cursors = wires.streams.hello();
            wires.say(ClientFrame::Hello { cursors });
            wires.say(ClientFrame::Watch { rooms });
            if let Some(board) = wires.at {
                wires.say(ClientFrame::At { board: Some(board) });
            }
        });
    }

    /// The socket is gone.
    pub fn disconnected(&self) {
        self.wires.update_value(|wires| wires.outgoing = None);
    }

    /// A frame of the server.
    pub fn take(&self, frame: ServerFrame) {
        match frame {
            ServerFrame::Event(event) => {
                let listeners = self.step(|wires| {
                    let step = wires.streams.event(event.stream, event.seq);
                    wires.ask(step.ask);
                    wires.listeners(&step.deliver)
                });
                listeners.iter().for_each(|apply| apply(Live::Event(&event)));
            }
            ServerFrame::Changed { stream, .. } | ServerFrame::Reset { stream } => {
                let listeners = self.step(|wires| {
                    let keys = wires.streams.lose(stream);
                    wires.listeners(&keys)
                });
                listeners.iter().for_each(|apply| apply(Live::Reset));
            }
            ServerFrame::Revoked { stream, gone } => {
                let listeners = self.step(|wires| {
                    if gone {
                        wires.deleted.insert(stream);
                    }
                    let keys = wires.streams.keys(stream);
                    let listeners = wires.listeners(&keys);
                    keys.into_iter().for_each(|key| {
                        wires.close(key);
                    });
                    listeners
                });
                listeners.iter().for_each(|apply| apply(Live::Revoked));
            }
            ServerFrame::Ephemeral { what: ephemeral } => {
                self.step(|wires| wires.ears(&ephemeral)).iter().for_each(|ear| ear(&ephemeral))
            }
            ServerFrame::Counts { rooms } => self.sidebar.update(|sidebar| sidebar.count(&rooms)),
            ServerFrame::Heads { heads } => self.wires.with_value(|wires| {
                wires.streams.heads(&heads).into_iter().for_each(|cursor| wires.ask(Some(cursor)));
            }),
            ServerFrame::Ready { epoch } => {
                let listeners = self.step(|wires| {
                    let keys = wires.streams.ready(&epoch);
                    wires.listeners(&keys)
                });
                listeners.iter().for_each(|apply| apply(Live::Reset));
            }
            ServerFrame::Pong | ServerFrame::Error(_) | ServerFrame::Unknown => {}
        }
    }

    /// Was a board, room or task that this page followed deleted, for everybody?
    pub fn is_deleted(&self, stream: Stream) -> bool {
        self.wires.try_with_value(|wires| wires.deleted.contains(&stream)).unwrap_or(false)
    }

    /// What to call, taken out of the table first: a listener may open and close views itself.
    fn step<T: Default>(&self, with: impl FnOnce(&mut Wires) -> T) -> T {
        self.wires.try_update_value(with).unwrap_or_default()
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Following {
    /// The view has loaded its content again and goes on from there.
    pub fn resume(&self, cursor: Cursor) {
        self.store.wires.try_update_value(|wires| {
            let ask = wires.streams.resume(self.key, cursor);
            wires.ask(ask);
        });
    }

    /// No more.
    pub fn close(&self) {
        self.store.wires.try_update_value(|wires| {
            if let Some(stream) = wires.close(self.key) {
                wires.say(ClientFrame::Unsubscribe { stream });
            }
        });
    }
}

impl Wires {
    fn say(&self, frame: ClientFrame) {
        if let Some(outgoing) = &self.outgoing {
            // A closed channel is a socket about to be made again, which begins with everything.
            let _ = outgoing.unbounded_send(frame);
        }
    }

    fn ask(&self, cursor: Option<Cursor>) {
        if let Some(cursor) = cursor {
            self.say(ClientFrame::Subscribe(cursor));
        }
    }

    fn close(&mut self, key: Key) -> Option<Stream> {
        self.listeners.remove(&key);
        self.streams.close(key)
    }

    fn listeners(&self, keys: &[Key]) -> Vec<Listener> {
        keys.iter().filter_map(|key| self.listeners.get(key).cloned()).collect()
    }

    fn ears(&self, ephemeral: &Ephemeral) -> Vec<Ear> {
        let about = ephemeral.stream();
        let hears = |stream: &Option<Stream>| stream.is_none_or(|stream| stream == about);
        self.ears.iter().filter(|(_, stream, _)| hears(stream)).map(|(.., ear)| ear.clone()).collect()
    }
}

#[cfg(test)]
mod histories;
#[cfg(test)]
mod tests;
