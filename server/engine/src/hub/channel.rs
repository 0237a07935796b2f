//! The ring of one stream that somebody reads, and what is said there and not kept.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet, VecDeque},
    ops::Range,
    sync::Arc,
};

use protocol::{Ephemeral, UserId};

use super::Frame;

/// Frames of a ring, at most.
pub(super) const FRAMES: usize = 512;
/// Bytes of a ring's frames, at most.
const BYTES: usize = 1024 * 1024;
/// Whispers that a stream remembers for those who have not heard them.
const WHISPERS: usize = 128;
/// Hidden numbers that a stream remembers for those who read the log at that moment.
const HIDDEN: usize = 4096;

/// What became of a frame handed to a ring.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Appended {
    /// It was the next; those parked behind it came along.
    Next,
    /// It was there already.
    Known,
    /// Frames between this number and its own are missing; it is parked.
    Ahead { missing_after: i64 },
}

/// The newest frames of a stream, and who reads it.
#[derive(Default)]
pub(super) struct Channel {
    frames: VecDeque<Arc<Frame>>,
    bytes: usize,
    /// Number of the newest frame; `None` while it is not known.
    head: Option<i64>,
    parked: BTreeMap<i64, Arc<Frame>>,
    hidden: BTreeSet<i64>,
    pub(super) readers: HashSet<u64>,
    /// Oldest first; one of each kind and person.
    whispers: VecDeque<Whisper>,
    /// Counts whispers.
    whispered: u64,
}

/// Something said and not kept; the last of its kind and person counts.
struct Whisper {
    number: u64,
    kind: u8,
    /// Who caused it, and so need not hear it.
    but: UserId,
    frame: Arc<Frame>,
}

/// What a reader takes from a ring.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// These of the ring's frames; empty where there is nothing new.
    Frames(Range<usize>),
    /// The ring begins too late: the log has what is missing.
    Behind,
}

impl Channel {
    pub(super) fn append(&mut self, frame: Arc<Frame>) -> Appended {
        let Some(seq) = frame.seq() else { return Appended::Known };
        // It may have been hidden by a later write that was published first.
        let frame = if self.hides(seq) { Arc::new(Frame::redacted(frame.stream(), seq)) } else { frame };
        match self.head {
            Some(head) if seq <= head => return Appended::Known,
            Some(head) if seq > head + 1 => {
                self.parked.insert(seq, frame);
                while self.parked.len() > FRAMES {
                    // The log has it.
                    self.parked.pop_last();
                }
                return Appended::Ahead { missing_after: head };
            }
            _ => self.push(seq, frame),
        }
        while let Some(first) = self.parked.first_entry() {
            let next = self.head.map_or(i64::MIN, |head| head + 1);
            if *first.key() > next {
                break;
            }
            let (seq, frame) = first.remove_entry();
            if seq == next {
                self.push(seq, frame);
            }
        }
        Appended::Next
    }

    fn push(&mut self, seq: i64, frame: Arc<Frame>) {
        self.bytes += frame.size();
        self.frames.push_back(frame);
        self.head = Some(seq);
        while self.frames.len() > FRAMES || self.bytes > BYTES {
            let Some(oldest) = self.frames.pop_front() else { break };
            self.bytes -= oldest.size();
        }
    }

    /// The log's newest number is at least this: a ring without frames begins after it.
    pub(super) fn begin_after(&mut self, head: i64) {
        self.head.get_or_insert(head);
    }

    /// Where the frames after a cursor are: up to so many, of up to so many bytes; the first of them
    /// whatever its size, where `any` says that nothing else goes with it.
    pub(super) fn read(&self, cursor: i64, limit: usize, bytes: usize, any: bool) -> Read {
        let Some(head) = self.head.filter(|head| *head > cursor) else { return Read::Frames(0..0) };
        // Numbers in a ring are dense, so that the first follows from the head.
        let first = head - self.frames.len() as i64 + 1;
        if cursor + 1 < first {
            return Read::Behind;
        }
        let start = (cursor + 1 - first) as usize;
        let (mut end, mut size) = (start, 0);
        while end < self.frames.len() && end - start < limit {
            size += self.frames[end].size();
            if size > bytes && (end > start || !any) {
                break;
            }
            end += 1;
        }
        Read::Frames(start..end)
    }

    pub(super) fn frames(&self, range: Range<usize>) -> impl Iterator<Item = &Arc<Frame>> {
        self.frames.range(range)
    }

    pub(super) fn head(&self) -> Option<i64> {
        self.head
    }

    /// Replaces what stands at a number by a mark that something stood there.
    pub(super) fn redact(&mut self, seq: i64) {
        self.hidden.insert(seq);
        if self.hidden.len() > HIDDEN {
            self.hidden.pop_first();
        }
        for frame in self.frames.iter_mut().chain(self.parked.values_mut()).filter(|frame| frame.seq() == Some(seq)) {
            *frame = Arc::new(Frame::redacted(frame.stream(), seq));
        }
        self.bytes = self.frames.iter().map(|frame| frame.size()).sum();
    }

    /// Was this number hidden while the stream was read? Then what a snapshot has of it is too old.
    pub(super) fn hides(&self, seq: i64) -> bool {
        self.hidden.contains(&seq)
    }

    /// Says something that is not kept.
    pub(super) fn whisper(&mut self, but: UserId, ephemeral: &Ephemeral, frame: Arc<Frame>) {
        let kind = match ephemeral {
            Ephemeral::Here { .. } => 0,
            Ephemeral::Came { .. } | Ephemeral::Went { .. } => 1,
            Ephemeral::Typing { .. } => 2,
            Ephemeral::Count { .. } => 3,
            _ => 4,
        };
        self.whispers.retain(|whisper| (whisper.kind, whisper.but) != (kind, but));
        if self.whispers.len() == WHISPERS {
            self.whispers.pop_front();
        }
        self.whispered += 1;
        self.whispers.push_back(Whisper { number: self.whispered, kind, but, frame });
    }

    /// How much was whispered here so far.
    pub(super) fn whispered(&self) -> u64 {
        self.whispered
    }

    /// What was whispered after a number, for this person.
    pub(super) fn whispers(&self, after: u64, person: UserId) -> impl Iterator<Item = &Arc<Frame>> {
        let first = self.whispers.partition_point(|whisper| whisper.number <= after);
        self.whispers.range(first..).filter(move |whisper| whisper.but != person).map(|whisper| &whisper.frame)
    }

    #[cfg(test)]
    pub(super) fn check_invariants(&self) {
        assert!(self.frames.len() <= FRAMES && self.bytes <= BYTES);
        assert_eq!(self.bytes, self.frames.iter().map(|frame| frame.size()).sum::<usize>());
        let numbers: Vec<_> = self.frames.iter().filter_map(|frame| frame.seq()).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "a ring is dense: {numbers:?}");
        assert_eq!(numbers.last().copied(), self.head.filter(|_| !numbers.is_empty()));
        assert!(self.parked.keys().all(|seq| Some(*seq) > self.head.map(|head| head + 1)));
        assert!(self.whispers.len() <= WHISPERS);
    }
}
