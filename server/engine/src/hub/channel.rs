//! The ring of one stream that somebody reads.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    sync::Arc,
};

use super::Frame;

/// Frames of a ring, at most.
const FRAMES: usize = 512;

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
    /// Number of the newest frame; `None` before the first.
    head: Option<i64>,
    parked: BTreeMap<i64, Arc<Frame>>,
    pub(super) readers: HashSet<u64>,
}

/// What a reader takes from a ring.
pub(super) enum Read {
    /// Everything after its cursor, and the new cursor.
    Frames(Vec<Arc<Frame>>, i64),
    /// The ring begins too late: the log has what is missing.
    Behind,
}

impl Channel {
    pub(super) fn append(&mut self, frame: Arc<Frame>) -> Appended {
        let Some(seq) = frame.seq() else { return Appended::Known };
        match self.head {
            Some(head) if seq <= head => return Appended::Known,
            Some(head) if seq > head + 1 => {
                self.parked.insert(seq, frame);
                return Appended::Ahead { missing_after: head };
            }
            _ => self.push(seq, frame),
        }
        while let Some(next) =
            self.parked.first_entry().filter(|next| Some(*next.key()) <= self.head.map(|head| head + 1))
        {
            let (seq, frame) = next.remove_entry();
            if Some(seq) > self.head {
                self.push(seq, frame);
            }
        }
        Appended::Next
    }

    fn push(&mut self, seq: i64, frame: Arc<Frame>) {
        if self.frames.len() == FRAMES {
            self.frames.pop_front();
        }
        self.frames.push_back(frame);
        self.head = Some(seq);
    }

    /// Up to `limit` frames after `cursor`.
    pub(super) fn read(&self, cursor: i64, limit: usize) -> Read {
        let Some(head) = self.head.filter(|head| *head > cursor) else { return Read::Frames(Vec::new(), cursor) };
        // Numbers in a ring are dense, so that the first follows from the head.
        let first = head - self.frames.len() as i64 + 1;
        if cursor + 1 < first {
            return Read::Behind;
        }
        let skip = (cursor + 1 - first) as usize;
        let frames: Vec<_> = self.frames.iter().skip(skip).take(limit).cloned().collect();
        let cursor = cursor + frames.len() as i64;
        Read::Frames(frames, cursor)
    }

    pub(super) fn head(&self) -> Option<i64> {
        self.head
    }

    /// Replaces what stands at a number by a mark that something stood there.
    pub(super) fn redact(&mut self, seq: i64) {
        for frame in self.frames.iter_mut().chain(self.parked.values_mut()).filter(|frame| frame.seq() == Some(seq)) {
            *frame = Arc::new(Frame::redacted(frame.stream(), seq));
        }
    }

    #[cfg(test)]
    pub(super) fn check_invariants(&self) {
        assert!(self.frames.len() <= FRAMES);
        let numbers: Vec<_> = self.frames.iter().filter_map(|frame| frame.seq()).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "a ring is dense: {numbers:?}");
        assert_eq!(numbers.last().copied(), self.head.filter(|_| !numbers.is_empty()));
        assert!(self.parked.keys().all(|seq| Some(*seq) > self.head.map(|head| head + 1)));
    }
}
