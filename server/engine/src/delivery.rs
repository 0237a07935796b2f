//! From the commit to the readers: what a committed write revokes and tells, in this order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use protocol::{StoredEvent, Stream};
use tokio::sync::Notify;

use crate::{
    Engine,
    bus::Said,
    revocation::{Revoked, Withdrawal},
};

/// What a write has to say once it is committed.
#[derive(Default)]
pub(crate) struct Committed {
    /// What readers have no longer, numbered.
    pub(crate) revoked: Vec<Revoked>,
    /// What happened, numbered.
    pub(crate) events: Vec<StoredEvent>,
}

/// What this node has of what was committed anywhere.
#[derive(Default)]
pub(crate) struct Progress {
    revoked: Mutex<Applied>,
    /// Streams whose rings miss what comes after a number; the log has it.
    lacking: Mutex<BTreeMap<Stream, i64>>,
    /// Something may be lacking: the heads of all streams are to be read.
    suspect: AtomicBool,
    /// There is something to look for.
    pub(crate) lack: Notify,
}

/// Which revocations are in force here. They may come in any order and more than once, by the bus
/// and from the database; each is applied once.
#[derive(Default)]
struct Applied {
    /// All up to this number, …
    upto: i64,
    /// … and these after it.
    ahead: BTreeSet<i64>,
}

impl Applied {
    /// Is it new? If so, it counts as applied.
    fn take(&mut self, seq: i64) -> bool {
        if seq <= self.upto || !self.ahead.insert(seq) {
            return false;
        }
        while self.ahead.remove(&(self.upto + 1)) {
            self.upto += 1;
        }
        true
    }
}

impl Progress {
    /// Begins where the database stands: nobody reads yet, so nothing before it is to be taken back.
    pub(crate) fn starting_at(seq: i64) -> Self {
        let progress = Self::default();
        progress.revoked.lock().unwrap_or_else(PoisonError::into_inner).upto = seq;
        progress
    }

    /// The number up to which every revocation is in force.
    pub(crate) fn revoked_upto(&self) -> i64 {
        self.revoked.lock().unwrap_or_else(PoisonError::into_inner).upto
    }

    /// Was something lost since this was asked last?
    pub(crate) fn take_suspicion(&self) -> bool {
        self.suspect.swap(false, Ordering::Relaxed)
    }

    /// Takes over what is lacking.
    pub(crate) fn take_lacking(&self) -> BTreeMap<Stream, i64> {
        std::mem::take(&mut *self.lacking.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A ring lacks what comes after this number.
    pub(crate) fn lacks(&self, stream: Stream, after: i64) {
        let mut lacking = self.lacking.lock().unwrap_or_else(PoisonError::into_inner);
        lacking.entry(stream).and_modify(|known| *known = after.min(*known)).or_insert(after);
        self.lack.notify_one();
    }
}

impl Engine {
    /// Delivers what was committed here, and tells the other nodes. Called in commit order where
    /// there is one (SQLite); never waits.
    pub(crate) fn deliver(&self, committed: Committed) {
        let Committed { revoked, events } = committed;
        if revoked.is_empty() && events.is_empty() {
            return;
        }
        let said = self.bus().carries().then(|| (revoked.clone(), events.clone()));
        self.revoke(revoked);
        self.publish(events);
        if let Some((revoked, events)) = said {
            self.bus().say(Said::Committed { revoked, events });
        }
    }

    /// Puts events into the rings. What a ring lacks before them is read from the log meanwhile.
    pub(crate) fn publish(&self, events: Vec<StoredEvent>) {
        for (stream, after) in self.hub().publish(events) {
            self.progress().lacks(stream, after);
        }
    }

    /// Puts revocations into force, those that are not yet. When this returns they are, whoever
    /// else came with the same ones.
    pub(crate) fn revoke(&self, revoked: Vec<Revoked>) {
        if revoked.is_empty() {
            return;
        }
        let mut applied = self.progress().revoked.lock().unwrap_or_else(PoisonError::into_inner);
        for Revoked { seq, what } in revoked {
            if !applied.take(seq) {
                continue;
            }
            match what {
                Withdrawal::Reading(revocation) => self.hub().revoke(revocation),
                Withdrawal::Text(texts) => texts.into_iter().for_each(|(stream, seq)| self.hub().redact(stream, seq)),
                Withdrawal::History(epoch) => {
                    self.set_epoch(epoch);
                    self.hub().restart();
                }
            }
        }
    }

    /// Something was lost on the way: what this node lacks is looked for at once.
    pub(crate) fn look_again(&self) {
        self.progress().suspect.store(true, Ordering::Relaxed);
        self.progress().lack.notify_one();
    }

    /// Some revocations can't be known any more: everybody comes back, and is asked again what they
    /// may read.
    pub(crate) fn revoke_unknown(&self, upto: i64) {
        let mut applied = self.progress().revoked.lock().unwrap_or_else(PoisonError::into_inner);
        if applied.upto >= upto {
            return;
        }
        tracing::warn!(from = applied.upto, upto, "was away for too long: every socket starts afresh");
        applied.upto = upto;
        applied.ahead = applied.ahead.split_off(&(upto + 1));
        while let Some(next) = Some(applied.upto + 1).filter(|next| applied.ahead.contains(next)) {
            applied.ahead.remove(&next);
            applied.upto = next;
        }
        self.hub().restart();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_revocation_is_applied_once_in_whatever_order_it_comes() {
        let mut applied = Applied { upto: 4, ..Applied::default() };
        assert!(!applied.take(4), "from before the start");
        assert!(applied.take(6) && applied.take(8), "heard from other nodes");
        assert!(!applied.take(6), "and again from the database");
        assert_eq!(applied.upto, 4, "5 is asked for until it comes");
        assert!(applied.take(5));
        assert_eq!((applied.upto, applied.ahead.len()), (6, 1));
        assert!(applied.take(7));
        assert_eq!((applied.upto, applied.ahead.len()), (8, 0));
    }
}
