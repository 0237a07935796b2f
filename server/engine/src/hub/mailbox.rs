//! What is new for the sockets of one thread, taken for all of them at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    mem,
    ops::Range,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use protocol::{RoomId, ServerFrame, Stream};
use tokio::sync::Notify;

use super::{Frame, Hub, Reader, State, channel::Read, presence};

/// Frames and bytes that wait for one socket, at most; the rest stays in the rings.
pub(super) const TAKE: (usize, usize) = (256, 256 * 1024);

/// A thread's end of the hub.
pub struct Mailbox {
    hub: Hub,
    thread: usize,
    bell: Arc<Bell>,
}

/// What the hub has for the sockets of one thread.
#[derive(Default)]
pub(super) struct Post {
    pub(super) bell: Arc<Bell>,
    /// Streams in which something happened.
    streams: BTreeSet<Stream>,
    /// The newest message of rooms that are watched.
    pub(super) rooms: BTreeMap<RoomId, Arc<Frame>>,
}

/// Wakes a thread, however often it is rung until the thread looks.
#[derive(Default)]
pub(super) struct Bell {
    rung: AtomicBool,
    notify: Notify,
    /// Connections that have something of their own.
    ids: Mutex<HashSet<u64>>,
}

impl Bell {
    fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.notify.notify_one();
        }
    }

    fn ids(&self) -> HashSet<u64> {
        mem::take(&mut *self.ids.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Wakes the thread of one connection, for that connection.
pub(super) struct Wake {
    bell: Arc<Bell>,
    id: u64,
}

impl Wake {
    pub(super) fn notify_one(&self) {
        self.bell.ids.lock().unwrap_or_else(PoisonError::into_inner).insert(self.id);
        self.bell.ring();
    }
}

/// What one look into the mailbox gives; kept and used again by the thread.
#[derive(Default)]
pub struct Drained {
    /// Said to many, in order per stream.
    pub frames: Vec<Arc<Frame>>,
    /// Said to one.
    pub notes: Vec<ServerFrame>,
    /// For whom.
    pub parcels: Vec<Parcel>,
    /// What a reader with one stream was given last: the next at the same place gets the same.
    last: Option<Alike>,
}

struct Alike {
    stream: Stream,
    from: i64,
    to: i64,
    frames: Range<usize>,
}

/// What is new for one connection, in the order of its fields.
#[derive(Debug)]
pub struct Parcel {
    /// The connection.
    pub id: u64,
    /// From streams: [`Drained::frames`].
    pub frames: Range<usize>,
    /// To it alone: [`Drained::notes`].
    pub notes: Range<usize>,
    /// Not kept: [`Drained::frames`].
    pub whispers: Range<usize>,
    /// Streams whose ring begins too late for its cursor: `live::catch_up` reads the log.
    pub behind: Vec<Stream>,
    /// It must be closed with this code, and gets nothing else.
    pub close: Option<u16>,
}

impl Drained {
    fn clear(&mut self) {
        self.frames.clear();
        self.notes.clear();
        self.parcels.clear();
        self.last = None;
    }
}

impl Hub {
    /// Divides the connections to come among so many threads, each with a mailbox. Called once,
    /// before the first connection.
    pub fn divide(&self, threads: usize) -> Vec<Mailbox> {
        let mut state = self.lock();
        state.posts = (0..threads.max(1)).map(|_| Post::default()).collect();
        let bells = state.posts.iter().map(|post| post.bell.clone()).enumerate();
        bells.map(|(thread, bell)| Mailbox { hub: self.clone(), thread, bell }).collect()
    }
}

impl Mailbox {
    /// Waits until there is something to take.
    pub async fn rung(&self) {
        self.bell.notify.notified().await;
    }

    /// Takes what is new for all connections of this thread that are not held. The rooms' newest
    /// numbers come along where `rooms` says so.
    pub fn drain(&self, rooms: bool, into: &mut Drained) {
        into.clear();
        self.bell.rung.store(false, Ordering::Release);
        self.hub.lock().drain(self.thread, rooms, into);
    }

    /// Gives these connections nothing until they are let go: they have not yet written what they got.
    pub fn hold(&self, ids: &[u64]) {
        if ids.is_empty() {
            return;
        }
        let mut state = self.hub.lock();
        for id in ids {
            if let Some(reader) = state.readers.get_mut(id) {
                reader.held = true;
            }
        }
    }

    /// Gives a connection that was held what came meanwhile.
    pub fn let_go(&self, id: u64) {
        let mut state = self.hub.lock();
        if let Some(reader) = state.readers.get_mut(&id) {
            reader.held = false;
            reader.behind = true;
            reader.wake.notify_one();
        }
    }
}

impl State {
    /// The posts; one where nobody has asked for more.
    pub(super) fn posts(&mut self) -> &mut Vec<Post> {
        if self.posts.is_empty() {
            self.posts.push(Post::default());
        }
        &mut self.posts
    }

    /// Wakes a connection.
    pub(super) fn wake(&mut self, id: u64) -> Wake {
        let posts = self.posts();
        let thread = id as usize % posts.len();
        Wake { bell: posts[thread].bell.clone(), id }
    }

    /// Something happened in a stream: wakes the threads of its readers, each once.
    pub(super) fn mark(&mut self, stream: Stream) {
        let Some(channel) = self.channels.get(&stream) else { return };
        let threads = self.posts.len();
        for (thread, post) in self.posts.iter_mut().enumerate() {
            // Where many read, some are on each thread.
            let here = |id: &u64| *id as usize % threads == thread;
            if channel.readers.len() > 64 || channel.readers.iter().any(here) {
                post.streams.insert(stream);
                post.bell.ring();
            }
        }
    }

    fn drain(&mut self, thread: usize, rooms: bool, into: &mut Drained) {
        let threads = self.posts.len();
        let post = &mut self.posts[thread];
        let streams = mem::take(&mut post.streams);
        let mut ids = Vec::from_iter(post.bell.ids());
        let rooms = if rooms { mem::take(&mut post.rooms) } else { BTreeMap::new() };
        let here = |id: &&u64| **id as usize % threads == thread;
        for channel in streams.iter().filter_map(|stream| self.channels.get(stream)) {
            ids.extend(channel.readers.iter().filter(here));
        }
        for (room, frame) in &rooms {
            for id in self.watchers.get(room).into_iter().flatten().filter(here) {
                if let Some(reader) = self.readers.get_mut(id) {
                    reader.activity.insert(*room, frame.clone());
                    ids.push(*id);
                }
            }
        }
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            self.take(id, &streams, into);
        }
    }

    /// Takes what is new for one connection: of these streams, or of all where it was left behind.
    pub(super) fn take(&mut self, id: u64, streams: &BTreeSet<Stream>, into: &mut Drained) {
        let Self { channels, readers, .. } = self;
        let Some(reader) = readers.get_mut(&id) else { return };
        let empty = into.frames.len()..into.frames.len();
        let mut parcel =
            Parcel { id, frames: empty.clone(), notes: 0..0, whispers: empty, behind: Vec::new(), close: reader.close };
        if reader.close.is_some() {
            into.parcels.push(parcel);
            return;
        }
        if reader.held {
            reader.behind = true;
            return;
        }
        let looks: Vec<Stream>;
        let looked: &mut dyn Iterator<Item = &Stream> = if mem::take(&mut reader.behind) {
            looks = reader.cursors.keys().copied().collect();
            &mut looks.iter()
        } else if streams.len() <= reader.cursors.len() {
            &mut streams.iter()
        } else {
            looks = reader.cursors.keys().filter(|stream| streams.contains(stream)).copied().collect();
            &mut looks.iter()
        };

        let mut room = TAKE;
        if !reader.backlog.is_empty() {
            let backlog = mem::take(&mut reader.backlog);
            room.0 = room.0.saturating_sub(backlog.len());
            room.1 = room.1.saturating_sub(backlog.iter().map(|frame| frame.size()).sum());
            into.frames.extend(backlog);
        }
        let mut whispers = Vec::new();
        let mut alike = None;
        for stream in looked {
            let Some(channel) = channels.get(stream) else { continue };
            let Some(sub) = reader.cursors.get_mut(stream) else { continue };
            let (Some(from), false) = (sub.seq, sub.fetching) else { continue };
            if channel.whispered() > sub.whispered {
                if presence::hears(reader.at, *stream) {
                    whispers.extend(channel.whispers(sub.whispered, reader.person.id).cloned());
                }
                sub.whispered = channel.whispered();
            }
            if room.0 == TAKE.0
                && let Some(last) = into.last.as_ref().filter(|last| last.stream == *stream && last.from == from)
                && parcel.frames.is_empty()
                && into.frames.len() == parcel.frames.start
            {
                // Everybody at one place gets the same.
                parcel.frames = last.frames.clone();
                sub.seq = Some(last.to);
                room = (0, 0);
                reader.behind |= channel.head() > Some(last.to);
                continue;
            }
            if room.0 == 0 || room.1 == 0 {
                reader.behind |= channel.head() > Some(from);
                continue;
            }
            let start = into.frames.len();
            match channel.read(from, room.0, room.1, start == parcel.frames.start) {
                Read::Frames(range) => {
                    let count = range.len();
                    into.frames.extend(channel.frames(range).cloned());
                    let to = from + count as i64;
                    sub.seq = Some(to);
                    let size: usize = into.frames[start..].iter().map(|frame| frame.size()).sum();
                    alike = (start == parcel.frames.start && room == TAKE && count > 0).then(|| Alike {
                        stream: *stream,
                        from,
                        to,
                        frames: start..start + count,
                    });
                    room = (room.0 - count, room.1.saturating_sub(size));
                    reader.behind |= channel.head() > Some(to);
                }
                Read::Behind => {
                    sub.fetching = true;
                    parcel.behind.push(*stream);
                }
            }
        }
        if parcel.frames.is_empty() {
            parcel.frames.end = into.frames.len();
            // Only where nothing else was added to it.
            if let Some(alike) = alike.filter(|alike| alike.frames == parcel.frames) {
                into.last = Some(alike);
            }
        }
        if reader.behind {
            reader.wake.notify_one();
        }
        let notes = into.notes.len();
        // The list goes with them: of most sockets, nothing is ever said to them alone again.
        into.notes.append(&mut mem::take(&mut reader.notes));
        parcel.notes = notes..into.notes.len();
        let start = into.frames.len();
        into.frames.extend(mem::take(&mut reader.activity).into_values());
        into.frames.extend(whispers);
        parcel.whispers = start..into.frames.len();
        if !(parcel.frames.is_empty()
            && parcel.notes.is_empty()
            && parcel.whispers.is_empty()
            && parcel.behind.is_empty())
        {
            into.parcels.push(parcel);
        }
    }

    /// Hands a reader frames that the log had, as many as may wait; gives the number of the last.
    pub(super) fn keep(reader: &mut Reader, frames: impl Iterator<Item = Arc<Frame>>) -> Option<i64> {
        let mut size: usize = reader.backlog.iter().map(|frame| frame.size()).sum();
        let mut last = None;
        for frame in frames {
            size += frame.size();
            if reader.backlog.len() == TAKE.0 || (size > TAKE.1 && !reader.backlog.is_empty()) {
                break;
            }
            last = frame.seq();
            reader.backlog.push(frame);
        }
        last
    }
}
