//! Live delivery: who reads which stream, and what is new for them.
//!
//! A connection holds a cursor into each stream it reads. Publishing appends a frame, encoded once,
//! to the stream's ring and wakes the readers; each takes what is new from its own cursor. A reader
//! behind the ring reads the log of the database. Nothing waits here for a slow reader: it is
//! merely further behind.

mod channel;
mod connection;
mod frame;
mod presence;
mod remote;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use protocol::{Ephemeral, Event, RoomId, ServerFrame, SessionId, StoredEvent, Stream, UserId, close};
use tokio::sync::Notify;

use crate::write::Revocation;
use channel::{Appended, Channel};
pub use connection::Connection;
pub use frame::Frame;

/// Whispers (what is not kept) that wait for one connection; older ones are dropped first.
const WHISPERS: usize = 64;

/// The streams and connections of this process; a clone is the same hub.
#[derive(Clone, Default)]
pub struct Hub(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    channels: HashMap<Stream, Channel>,
    readers: HashMap<u64, Reader>,
    watchers: HashMap<RoomId, HashSet<u64>>,
    presence: presence::Presence,
    last_id: u64,
    closed: bool,
}

/// One connection, as the hub knows it.
struct Reader {
    person: protocol::Person,
    session: SessionId,
    /// By stream, the last event taken; `None` until the subscription is confirmed.
    cursors: BTreeMap<Stream, Option<i64>>,
    /// Streams with something new.
    dirty: HashSet<Stream>,
    /// Said to this connection alone, in order; first of all that is taken.
    notes: Vec<ServerFrame>,
    /// From the log, before what the ring has.
    backlog: Vec<Arc<Frame>>,
    /// Not kept: dropped when there are too many.
    whispers: std::collections::VecDeque<Arc<Frame>>,
    /// New messages in watched rooms: the last value wins.
    activity: BTreeMap<RoomId, Arc<Frame>>,
    watching: HashSet<RoomId>,
    close: Option<u16>,
    wake: Arc<Notify>,
}

impl Hub {
    /// Takes up a connection of somebody signed in.
    pub fn connect(&self, actor: &crate::Actor) -> Connection {
        let wake = Arc::new(Notify::new());
        let mut state = self.lock();
        state.last_id += 1;
        let id = state.last_id;
        let close = state.closed.then_some(close::RESTARTING);
        let reader = Reader {
            person: actor.me.person.clone(),
            session: actor.session,
            cursors: BTreeMap::new(),
            dirty: HashSet::new(),
            notes: Vec::new(),
            backlog: Vec::new(),
            whispers: Default::default(),
            activity: BTreeMap::new(),
            watching: HashSet::new(),
            close,
            wake: wake.clone(),
        };
        state.readers.insert(id, reader);
        if close.is_some() {
            wake.notify_one();
        }
        Connection::new(self.clone(), id, wake)
    }

    /// Delivers events; gives the streams that miss an event before these, which the log has.
    #[must_use = "a stream that misses an event must be filled from the log"]
    pub(crate) fn publish(&self, events: Vec<StoredEvent>) -> Vec<(Stream, i64)> {
        let mut state = self.lock();
        events.into_iter().filter_map(|event| state.publish(event)).collect()
    }

    /// Takes hidden text out of the rings; what was taken from them before is on its way already.
    pub(crate) fn redact(&self, stream: Stream, seq: i64) {
        let mut state = self.lock();
        if let Some(channel) = state.channels.get_mut(&stream) {
            channel.redact(seq);
        }
        for reader in state.readers.values_mut() {
            for frame in reader.backlog.iter_mut().filter(|frame| frame.stream() == stream && frame.seq() == Some(seq))
            {
                *frame = Arc::new(Frame::redacted(stream, seq));
            }
        }
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
            Revocation::Stream(stream) => {
                let readers: HashSet<UserId> = state.readers.values().map(|reader| reader.person.id).collect();
                for user in readers {
                    state.revoke(user, stream);
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
                    state.end(self, id, close::SIGNED_OUT);
                }
            }
        }
    }

    /// Tells every connection to come back later, and takes no new ones.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        for reader in state.readers.values_mut() {
            reader.close = Some(close::RESTARTING);
            reader.wake.notify_one();
        }
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
    fn publish(&mut self, stored: StoredEvent) -> Option<(Stream, i64)> {
        let stream = stored.stream;
        if let (Stream::Room(room), Event::MessagePosted { message }) = (stream, &stored.event) {
            self.tell_watchers(room, message.n, message.author.as_ref().map(|author| author.id));
        }
        let channel = self.channels.get_mut(&stream)?;
        match channel.append(Arc::new(Frame::event(stored))) {
            Appended::Next => {
                for id in &channel.readers {
                    if let Some(reader) = self.readers.get_mut(id) {
                        reader.dirty.insert(stream);
                        reader.wake.notify_one();
                    }
                }
                None
            }
            Appended::Known => None,
            Appended::Ahead { missing_after } => Some((stream, missing_after)),
        }
    }

    fn tell_watchers(&mut self, room: RoomId, n: i64, author: Option<UserId>) {
        let (Some(watchers), Some(author)) = (self.watchers.get(&room), author) else { return };
        let frame = Arc::new(Frame::ephemeral(Stream::Room(room), Ephemeral::Activity { room, n, author }));
        for id in watchers {
            if let Some(reader) = self.readers.get_mut(id) {
                reader.activity.insert(room, frame.clone());
                reader.wake.notify_one();
            }
        }
    }

    /// Says something that is not kept to every reader of a stream but one person.
    fn whisper(&mut self, stream: Stream, but: UserId, ephemeral: Ephemeral) {
        let Some(channel) = self.channels.get(&stream) else { return };
        let frame = Arc::new(Frame::ephemeral(stream, ephemeral));
        for id in &channel.readers {
            if let Some(reader) = self.readers.get_mut(id).filter(|reader| reader.person.id != but) {
                if reader.whispers.len() == WHISPERS {
                    reader.whispers.pop_front();
                }
                reader.whispers.push_back(frame.clone());
                reader.wake.notify_one();
            }
        }
    }

    fn revoke(&mut self, user: UserId, stream: Stream) {
        for (id, reader) in self.readers.iter_mut().filter(|(_, reader)| reader.person.id == user) {
            if reader.cursors.remove(&stream).is_some() {
                reader.dirty.remove(&stream);
                reader.notes.push(ServerFrame::Revoked { stream });
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
            reader.whispers.retain(|frame| frame.stream() != stream);
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

    /// Ends a connection from our side; it hears the code and nothing else.
    fn end(&mut self, hub: &Hub, id: u64, code: u16) {
        self.forget_streams(hub, id);
        if let Some(reader) = self.readers.get_mut(&id) {
            reader.close = Some(code);
            reader.notes.clear();
            reader.backlog.clear();
            reader.whispers.clear();
            reader.activity.clear();
            reader.wake.notify_one();
        }
    }

    /// Takes a connection out of everything it read.
    fn forget_streams(&mut self, hub: &Hub, id: u64) {
        let Some(reader) = self.readers.get_mut(&id) else { return };
        let streams = std::mem::take(&mut reader.cursors);
        reader.dirty.clear();
        for room in std::mem::take(&mut reader.watching) {
            if let Some(watchers) = self.watchers.get_mut(&room) {
                watchers.remove(&id);
                if watchers.is_empty() {
                    self.watchers.remove(&room);
                }
            }
        }
        for stream in streams.into_keys() {
            self.leave(hub, id, stream);
        }
    }
}

#[cfg(test)]
mod tests;
