//! A socket's end of the hub.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use protocol::{RoomId, ServerFrame, StoredEvent, Stream};
use tokio::sync::Notify;

use super::{Frame, Hub, channel::Read};

/// Frames taken at once, at most; the rest stays in the rings.
const TAKE: usize = 256;

/// One open socket. Dropped, it is out of everything it read.
pub struct Connection {
    hub: Hub,
    id: u64,
    wake: Arc<Notify>,
}

/// What is new for a connection.
#[derive(Default)]
pub struct Taken {
    /// Said to it alone; goes first.
    pub notes: Vec<ServerFrame>,
    /// Said to many, in order per stream.
    pub frames: Vec<Arc<Frame>>,
    /// Streams whose ring begins too late for its cursor: `live::catch_up` reads the log.
    pub behind: Vec<(Stream, i64)>,
    /// It must be closed with this code.
    pub close: Option<u16>,
}

impl Connection {
    pub(super) fn new(hub: Hub, id: u64, wake: Arc<Notify>) -> Self {
        Self { hub, id, wake }
    }

    /// Waits until there is something to take.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Takes what is new. Where it is as much as is given at once, the connection stays awake.
    pub fn take(&self) -> Taken {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        let Some(reader) = state.readers.get_mut(&self.id) else { return Taken::default() };
        let mut taken = Taken { notes: std::mem::take(&mut reader.notes), close: reader.close, ..Taken::default() };
        taken.frames = std::mem::take(&mut reader.backlog);
        for stream in std::mem::take(&mut reader.dirty) {
            let Some(channel) = state.channels.get(&stream) else { continue };
            let Some(Some(cursor)) = reader.cursors.get_mut(&stream) else { continue };
            match channel.read(*cursor, TAKE.saturating_sub(taken.frames.len())) {
                Read::Frames(frames, next) => {
                    *cursor = next;
                    taken.frames.extend(frames);
                    if channel.head() > Some(next) {
                        reader.dirty.insert(stream);
                        reader.wake.notify_one();
                    }
                }
                Read::Behind => taken.behind.push((stream, *cursor)),
            }
        }
        taken.frames.extend(std::mem::take(&mut reader.activity).into_values());
        taken.frames.extend(reader.whispers.drain(..));
        taken
    }

    /// Begins a subscription; nothing of it is delivered before [`Connection::confirm`].
    ///
    /// From here on the ring keeps what is published, so that nothing falls between the log that
    /// is read next and the ring.
    pub(crate) fn begin(&self, stream: Stream) {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        if let Some(reader) = state.readers.get_mut(&self.id).filter(|reader| reader.close.is_none()) {
            reader.cursors.entry(stream).or_insert(None);
            state.channels.entry(stream).or_default().readers.insert(self.id);
        }
    }

    /// Ends what [`Connection::begin`] began, or a subscription that was in force.
    pub fn unsubscribe(&self, stream: Stream) {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        let Some(reader) = state.readers.get_mut(&self.id) else { return };
        reader.cursors.remove(&stream);
        reader.dirty.remove(&stream);
        state.leave(&self.hub, self.id, stream);
    }

    /// Puts a subscription into force, unless it was revoked since [`Connection::begin`]: what the
    /// log had is delivered, then what the ring has after `cursor`.
    pub(crate) fn confirm(&self, stream: Stream, backlog: Vec<StoredEvent>, cursor: i64) {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        let Some(reader) = state.readers.get_mut(&self.id) else { return };
        let Some(slot) = reader.cursors.get_mut(&stream) else { return };
        let fresh = slot.is_none();
        *slot = Some(cursor);
        reader.backlog.extend(backlog.into_iter().map(|event| Arc::new(Frame::event(event))));
        reader.dirty.insert(stream);
        reader.wake.notify_one();
        if fresh {
            state.arrive(self.id, stream);
        }
    }

    /// Says something to this connection alone.
    pub fn note(&self, note: ServerFrame) {
        if let Some(reader) = self.hub.lock().readers.get_mut(&self.id) {
            reader.notes.push(note);
            reader.wake.notify_one();
        }
    }

    /// Replaces the rooms whose new messages are told by number.
    pub(crate) fn watch(&self, rooms: HashSet<RoomId>) {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        let Some(reader) = state.readers.get_mut(&self.id).filter(|reader| reader.close.is_none()) else { return };
        for room in reader.watching.difference(&rooms) {
            if let Some(watchers) = state.watchers.get_mut(room) {
                watchers.remove(&self.id);
                if watchers.is_empty() {
                    state.watchers.remove(room);
                }
            }
        }
        for room in &rooms {
            state.watchers.entry(*room).or_default().insert(self.id);
        }
        reader.watching = rooms;
    }

    /// Does this connection read the stream now?
    pub fn reads(&self, stream: Stream) -> bool {
        let state = self.hub.lock();
        state.readers.get(&self.id).is_some_and(|reader| matches!(reader.cursors.get(&stream), Some(Some(_))))
    }

    /// Tells the other readers of a place that this person types, or has stopped.
    pub fn typing(&self, stream: Stream, on: bool) {
        if self.reads(stream) {
            self.hub.lock().typing(&self.hub, self.id, stream, on);
        }
    }

    /// The person at this connection does something.
    pub fn active(&self) {
        let mut state = self.hub.lock();
        if let Some(user) = state.readers.get(&self.id).map(|reader| reader.person.id) {
            state.active(user);
        }
    }

    /// The newest number of each stream that is read, by name.
    pub fn heads(&self) -> BTreeMap<String, i64> {
        let state = self.hub.lock();
        let Some(reader) = state.readers.get(&self.id) else { return BTreeMap::new() };
        reader
            .cursors
            .iter()
            .filter_map(|(stream, cursor)| {
                let cursor = (*cursor)?;
                let head = state.channels.get(stream).and_then(|channel| channel.head()).unwrap_or(cursor);
                Some((stream.to_string(), head.max(cursor)))
            })
            .collect()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.hub.lock();
        state.forget_streams(&self.hub, self.id);
        state.readers.remove(&self.id);
    }
}
