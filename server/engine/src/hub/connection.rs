//! A socket's end of the hub.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use protocol::{BoardId, RoomId, ServerFrame, StoredEvent, Stream, Writing, close};

use super::{Frame, Hub, NOTES, State, Subscription};

/// One open socket. Dropped, it is out of everything it read.
pub struct Connection {
    hub: Hub,
    id: u64,
}

impl Connection {
    pub(super) fn new(hub: Hub, id: u64) -> Self {
        Self { hub, id }
    }

    /// Its number, by which mailboxes know it.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The thread whose mailbox has what is new for it.
    pub fn thread(&self) -> usize {
        self.id as usize % self.hub.lock().posts().len()
    }

    /// Gives it nothing until [`super::Mailbox::let_go`]: its thread does not know it yet.
    pub fn hold(&self) {
        if let Some(reader) = self.hub.lock().readers.get_mut(&self.id) {
            reader.held = true;
        }
    }

    /// Ends it with a code, unless it has ended.
    pub fn end(&self, code: u16) {
        let mut state = self.hub.lock();
        if state.readers.get(&self.id).is_some_and(|reader| reader.close.is_none()) {
            state.end(self.id, code);
        }
    }

    /// The cursor of a stream for which the log is to be asked.
    pub(crate) fn lacks(&self, stream: Stream) -> Option<i64> {
        let state = self.hub.lock();
        let subscription = state.readers.get(&self.id)?.cursors.get(&stream)?;
        subscription.seq.filter(|_| subscription.fetching)
    }

    /// Begins a subscription; nothing of it is delivered before [`Connection::confirm`].
    ///
    /// From here on the ring keeps what is published, so that nothing falls between the log that
    /// is read next and the ring.
    pub(crate) fn begin(&self, stream: Stream) {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        if let Some(reader) = state.readers.get_mut(&self.id).filter(|reader| reader.close.is_none()) {
            let channel = state.channels.entry(stream).or_default();
            if !reader.cursors.contains_key(&stream) {
                reader.cursors.insert(stream, Subscription::default());
            }
            channel.readers.insert(self.id);
        }
    }

    /// Ends what [`Connection::begin`] began, or a subscription that was in force.
    pub fn unsubscribe(&self, stream: Stream) {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        let Some(reader) = state.readers.get_mut(&self.id) else { return };
        reader.cursors.remove(&stream);
        reader.backlog.retain(|frame| frame.stream() != stream);
        state.leave(self.id, stream);
    }

    /// Puts a subscription into force, unless it was revoked since [`Connection::begin`]: what the
    /// log had is delivered, as much of it as may wait, then what the ring has after `cursor`.
    pub(crate) fn confirm(&self, stream: Stream, backlog: Vec<StoredEvent>, cursor: i64) {
        let after = backlog.first().map_or(cursor, |first| first.seq - 1);
        let frames: Vec<_> = backlog.into_iter().map(|event| Arc::new(Frame::event(event))).collect();
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        let (Some(reader), Some(channel)) = (state.readers.get_mut(&self.id), state.channels.get_mut(&stream)) else {
            return;
        };
        let Some(mut subscription) = reader.cursors.get(&stream).copied() else { return };
        let fresh = subscription.seq.is_none();
        if fresh {
            subscription.whispered = channel.whispered();
        }
        // Of an older subscription; the log has it again.
        reader.backlog.retain(|frame| frame.stream() != stream);
        channel.begin_after(cursor);
        let frames = frames.into_iter().map(|frame| match frame.seq() {
            // It was hidden after the log was read.
            Some(seq) if channel.hides(seq) => Arc::new(Frame::redacted(stream, seq)),
            _ => frame,
        });
        subscription.seq = Some(State::keep(reader, frames).unwrap_or(after));
        subscription.fetching = false;
        reader.cursors.insert(stream, subscription);
        reader.behind = true;
        reader.wake.notify_one();
        if fresh {
            state.arrive(self.id, stream);
        }
    }

    /// Says something to this connection alone.
    pub fn note(&self, note: ServerFrame) {
        let mut state = self.hub.lock();
        let Some(reader) = state.readers.get_mut(&self.id).filter(|reader| reader.close.is_none()) else { return };
        if reader.notes.len() == NOTES {
            return state.end(self.id, close::RESUME);
        }
        reader.notes.push(note);
        reader.wake.notify_one();
    }

    /// Replaces the rooms whose new messages are told by number.
    pub(crate) fn watch(&self, rooms: HashSet<RoomId>) {
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        let Some(reader) = state.readers.get_mut(&self.id).filter(|reader| reader.close.is_none()) else { return };
        for room in reader.watching.iter().filter(|room| !rooms.contains(room)) {
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
        reader.watching = rooms.into_iter().collect();
    }

    /// The page at this connection shows this board now, or none.
    pub fn at(&self, board: Option<BoardId>) {
        self.hub.lock().turn(self.id, board);
    }

    /// Does this connection read the stream now?
    pub fn reads(&self, stream: Stream) -> bool {
        let state = self.hub.lock();
        state
            .readers
            .get(&self.id)
            .is_some_and(|reader| reader.cursors.get(&stream).is_some_and(|subscription| subscription.seq.is_some()))
    }

    /// Tells the other readers of a place that this person types, or has stopped.
    pub fn typing(&self, stream: Stream, writing: Writing, on: bool) {
        if self.reads(stream) {
            self.hub.lock().typing(self.id, stream, writing, on);
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
                let cursor = cursor.seq?;
                let head = state.channels.get(stream).and_then(|channel| channel.head()).unwrap_or(cursor);
                Some((stream.to_string(), head.max(cursor)))
            })
            .collect()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.hub.lock();
        state.forget_streams(self.id);
        if let Some(reader) = state.readers.remove(&self.id) {
            state.closed(reader.person.id);
        }
    }
}

/// What is new for one connection, in tests that look at one alone.
#[cfg(test)]
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) notes: Vec<ServerFrame>,
    pub(crate) frames: Vec<Arc<Frame>>,
    pub(crate) behind: Vec<(Stream, i64)>,
    pub(crate) close: Option<u16>,
}

#[cfg(test)]
impl Connection {
    pub(crate) fn take(&self) -> Taken {
        let mut drained = super::Drained::default();
        let mut guard = self.hub.lock();
        let state = &mut *guard;
        if let Some(reader) = state.readers.get_mut(&self.id) {
            reader.behind = true;
        }
        state.take(self.id, &Default::default(), &mut drained);
        let Some(parcel) = drained.parcels.pop() else { return Taken::default() };
        let cursor = |stream: Stream| (stream, state.readers[&self.id].cursors[&stream].seq.unwrap_or_default());
        let mut frames = drained.frames[parcel.frames].to_vec();
        frames.extend_from_slice(&drained.frames[parcel.whispers]);
        let behind = parcel.behind.into_iter().map(cursor).collect();
        Taken { notes: drained.notes, frames, behind, close: parcel.close }
    }
}
