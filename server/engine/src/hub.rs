//! Live delivery: who reads which stream, and what is new for them.
//!
//! A connection holds a cursor into each stream it reads. Publishing appends a frame, encoded once,
//! to the stream's ring and wakes each thread that has readers once; the thread takes what is new
//! for all its connections in one go, each from its own cursor. A reader behind the ring reads the
//! log of the database. Nothing waits here for a slow reader: it is merely further behind.
//!
//! One lock orders everything: what a thread takes after a revocation has nothing of what was
//! revoked, and what it took before was published before.

mod attention;
mod channel;
mod connection;
mod frame;
mod mailbox;
mod presence;
mod remote;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use litemap::LiteMap;
use protocol::{BoardId, Ephemeral, Event, RoomId, ServerFrame, SessionId, StoredEvent, Stream, UserId, close};

use crate::write::Revocation;
pub(crate) use attention::Attention;
use channel::{Appended, Channel};
pub use connection::Connection;
pub use frame::{Dialect, Frame, text};
pub use mailbox::{Drained, Mailbox, Parcel};
use mailbox::{Post, Wake};

/// Frames said to one connection alone that may wait; who reads none of them is too slow.
const NOTES: usize = 256;

/// The streams and connections of this process; a clone is the same hub.
#[derive(Clone, Default)]
pub struct Hub(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    channels: HashMap<Stream, Channel>,
    readers: HashMap<u64, Box<Reader>>,
    watchers: HashMap<RoomId, HashSet<u64>>,
    presence: presence::Presence,
    pages: attention::Pages,
    posts: Vec<Post>,
    last_id: u64,
    closed: bool,
}

/// One connection, as the hub knows it.
struct Reader {
    person: protocol::Person,
    session: SessionId,
    /// Few, so that a list takes less than a tree.
    cursors: LiteMap<Stream, Subscription>,
    /// Every stream is to be looked at, not only those in which something happened.
    behind: bool,
    /// It has not written yet what it took last.
    held: bool,
    /// Said to this connection alone, in order.
    notes: Vec<ServerFrame>,
    /// From the log, before what the ring has.
    backlog: Vec<Arc<Frame>>,
    /// New messages in watched rooms: the last value wins.
    activity: BTreeMap<RoomId, Arc<Frame>>,
    watching: BTreeSet<RoomId>,
    /// The board that its page shows.
    at: Option<BoardId>,
    close: Option<u16>,
    wake: Wake,
}

/// How far a connection is in a stream.
#[derive(Clone, Copy, Default)]
struct Subscription {
    /// The last event taken; `None` until the subscription is confirmed.
    seq: Option<i64>,
    /// The last whisper taken.
    whispered: u64,
    /// The log is being asked.
    fetching: bool,
}

impl Hub {
    /// Takes up a connection of somebody signed in, on one of the threads in turn.
    pub fn connect(&self, actor: &crate::Actor) -> Connection {
        let mut state = self.lock();
        state.last_id += 1;
        let id = state.last_id;
        let close = state.closed.then_some(close::RESTARTING);
        let wake = state.wake(id);
        let reader = Box::new(Reader {
            person: actor.me.person.clone(),
            session: actor.session,
            cursors: LiteMap::new(),
            behind: false,
            held: false,
            notes: Vec::new(),
            backlog: Vec::new(),
            activity: BTreeMap::new(),
            watching: BTreeSet::new(),
            at: None,
            close,
            wake,
        });
        if close.is_some() {
            reader.wake.notify_one();
        }
        state.readers.insert(id, reader);
        state.opened(actor.id());
        Connection::new(self.clone(), id)
    }

    /// Delivers events; gives the streams that miss an event before these, which the log has.
    #[must_use = "a stream that misses an event must be filled from the log"]
    pub(crate) fn publish(&self, events: Vec<StoredEvent>) -> Vec<(Stream, i64)> {
        // Frames are made outside of the lock, and only where somebody reads: whoever begins to read
        // from here on finds these events in the log, where they are committed.
        let read: Vec<bool> = {
            let state = self.lock();
            events.iter().map(|event| state.channels.contains_key(&event.stream)).collect()
        };
        let made: Vec<_> = events
            .into_iter()
            .zip(read)
            .map(|(stored, read)| {
                let newest = match (stored.stream, &stored.event) {
                    (Stream::Room(room), Event::MessagePosted { message }) => {
                        Some((room, message.n, message.author.as_ref().map(|author| author.id)))
                    }
                    _ => None,
                };
                (newest, read.then(|| Arc::new(Frame::event(stored))))
            })
            .collect();
        let mut state = self.lock();
        let mut gaps = Vec::new();
        for (newest, frame) in made {
            if let Some((room, n, author)) = newest {
                state.tell_watchers(room, n, author);
            }
            gaps.extend(frame.and_then(|frame| state.publish(frame)));
        }
        gaps
    }

    /// Takes hidden text out of the rings; what was taken from them before is on its way already.
    pub(crate) fn redact(&self, stream: Stream, seq: i64) {
        let mut guard = self.lock();
        let State { channels, readers, .. } = &mut *guard;
        let Some(channel) = channels.get_mut(&stream) else { return };
        channel.redact(seq);
        for id in &channel.readers {
            let waiting = readers.get_mut(id).into_iter().flat_map(|reader| &mut reader.backlog);
            for frame in waiting.filter(|frame| frame.stream() == stream && frame.seq() == Some(seq)) {
                *frame = Arc::new(Frame::redacted(stream, seq));
            }
        }
    }

    /// Who has a board, a room or a task open now, on whatever node, and lets it be seen.
    pub(crate) fn online(&self) -> HashSet<UserId> {
        self.lock().presence.online()
    }

    /// Ends reading; when this returns, nothing published later reaches those concerned.
    pub(crate) fn revoke(&self, revocation: Revocation) {
        let mut state = self.lock();
        match revocation {
            Revocation::Streams(user, streams) => {
                for stream in streams {
                    state.revoke(user, stream);
                }
            }
            Revocation::Stream(stream) => state.revoke_from_all(stream, false),
            Revocation::Gone(streams) => {
                for stream in streams {
                    state.revoke_from_all(stream, true);
                }
            }
            Revocation::Sessions(sessions) => {
                let ids: Vec<u64> = state
                    .readers
                    .iter()
                    .filter(|(_, reader)| sessions.contains(&reader.session))
                    .map(|(id, _)| *id)
                    .collect();
                for id in ids {
                    state.end(id, close::SIGNED_OUT);
                }
            }
        }
    }

    /// Tells every connection to come back later, and takes no new ones.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for reader in state.readers.values_mut().filter(|reader| reader.close.is_none()) {
            reader.close = Some(close::RESTARTING);
            reader.wake.notify_one();
        }
    }

    /// Tells so many connections to come back later, the newest first; gives how many that were.
    pub fn shed(&self, count: usize) -> usize {
        let mut state = self.lock();
        let mut ids: Vec<u64> =
            state.readers.iter().filter(|(_, reader)| reader.close.is_none()).map(|(id, _)| *id).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.truncate(count);
        for id in &ids {
            state.end(*id, close::RESUME);
        }
        ids.len()
    }

    /// Open connections, for the metrics.
    pub fn connections(&self) -> usize {
        self.lock().readers.len()
    }

    // A panic elsewhere must not take live delivery down with it: every change under the lock is
    // whole before anything that could panic.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn publish(&mut self, frame: Arc<Frame>) -> Option<(Stream, i64)> {
        let stream = frame.stream();
        match self.channels.get_mut(&stream)?.append(frame) {
            Appended::Next => {
                self.mark(stream);
                None
            }
            Appended::Known => None,
            Appended::Ahead { missing_after } => Some((stream, missing_after)),
        }
    }

    fn tell_watchers(&mut self, room: RoomId, n: i64, author: Option<UserId>) {
        let (Some(author), true) = (author, self.watchers.contains_key(&room)) else { return };
        let frame = Arc::new(Frame::ephemeral(Stream::Room(room), Ephemeral::Activity { room, n, author }));
        // Each thread tells it with its next beat, however many there are until then.
        for post in self.posts() {
            post.rooms.insert(room, frame.clone());
        }
    }

    /// Says something that is not kept to every reader of a stream but one person.
    fn whisper(&mut self, stream: Stream, but: UserId, ephemeral: Ephemeral) {
        let Some(channel) = self.channels.get_mut(&stream) else { return };
        channel.whisper(but, &ephemeral, Arc::new(Frame::ephemeral(stream, ephemeral.clone())));
        self.mark(stream);
    }

    fn revoke(&mut self, user: UserId, stream: Stream) {
        for (id, reader) in self.readers.iter_mut().filter(|(_, reader)| reader.person.id == user) {
            if reader.cursors.remove(&stream).is_some() {
                reader.notes.push(ServerFrame::Revoked { stream, gone: false });
                reader.wake.notify_one();
            }
            if let Stream::Room(room) = stream {
                reader.watching.remove(&room);
                reader.activity.remove(&room);
                if let Some(watchers) = self.watchers.get_mut(&room) {
                    watchers.remove(id);
                }
            }
            // What waits from this stream is of before the removal, yet must not be read after it.
            reader.backlog.retain(|frame| frame.stream() != stream);
        }
        let left: Vec<u64> = self
            .channels
            .get(&stream)
            .into_iter()
            .flat_map(|channel| &channel.readers)
            .filter(|id| self.readers.get(id).is_none_or(|reader| reader.person.id == user))
            .copied()
            .collect();
        if let Some(channel) = self.channels.get_mut(&stream) {
            for id in left {
                channel.readers.remove(&id);
            }
            self.banish(stream, user);
            self.tidy(stream);
        }
    }

    /// The same for everybody, each of its readers looked at once.
    fn revoke_from_all(&mut self, stream: Stream, gone: bool) {
        if let Stream::Room(room) = stream {
            for id in self.watchers.remove(&room).into_iter().flatten() {
                if let Some(reader) = self.readers.get_mut(&id) {
                    reader.watching.remove(&room);
                    reader.activity.remove(&room);
                }
            }
        }
        let Some(channel) = self.channels.remove(&stream) else { return };
        for id in channel.readers {
            let Some(reader) = self.readers.get_mut(&id) else { continue };
            if reader.cursors.remove(&stream).is_some() {
                reader.notes.push(ServerFrame::Revoked { stream, gone });
                reader.wake.notify_one();
            }
            reader.backlog.retain(|frame| frame.stream() != stream);
            let user = reader.person.id;
            self.banish(stream, user);
        }
    }

    /// Ends a connection from our side; it hears the code and nothing else.
    fn end(&mut self, id: u64, code: u16) {
        self.forget_streams(id);
        if let Some(reader) = self.readers.get_mut(&id) {
            reader.close = Some(code);
            reader.notes.clear();
            reader.backlog.clear();
            reader.activity.clear();
            reader.wake.notify_one();
        }
    }

    /// Takes a connection out of everything it read.
    fn forget_streams(&mut self, id: u64) {
        let Some(reader) = self.readers.get_mut(&id) else { return };
        let streams = std::mem::take(&mut reader.cursors);
        for room in std::mem::take(&mut reader.watching) {
            if let Some(watchers) = self.watchers.get_mut(&room) {
                watchers.remove(&id);
                if watchers.is_empty() {
                    self.watchers.remove(&room);
                }
            }
        }
        for (stream, _) in streams {
            self.leave(id, stream);
        }
    }
}

#[cfg(test)]
mod tests;
