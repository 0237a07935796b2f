//! What a client knows of one stream, and how far it has come in it.

use std::collections::BTreeMap;

use protocol::Cursor;
use tokio::time::Instant;
use uuid::Uuid;

use super::page::Page;
use crate::history::{Body, Item};

/// A room, a task, a board or an inbox, up to a number.
pub(super) struct Feed {
    /// Whose numbers they are.
    pub(super) epoch: String,
    /// The newest event that is in the state.
    pub(super) seq: i64,
    /// The messages, by number.
    pub(super) items: BTreeMap<i64, Item>,
    /// What else is shown of it, by name.
    pub(super) things: BTreeMap<String, String>,
    /// What is shown may be wrong: it must be read again.
    pub(super) stale: bool,
    /// Events that came before their turn.
    pub(super) ahead: BTreeMap<i64, Body>,
    /// The newest number that the server told of.
    pub(super) head: i64,
    /// May be read no longer.
    pub(super) revoked: bool,
    /// When the state last moved, or what is missing was last asked for.
    pub(super) moved: Instant,
}

impl Feed {
    pub(super) fn new(page: Page) -> Self {
        let Page { cursor: Cursor { epoch, seq, .. }, items, things } = page;
        let (ahead, moved) = (BTreeMap::new(), Instant::now());
        Self { epoch, seq, items, things, stale: false, ahead, head: seq, revoked: false, moved }
    }

    /// Takes an event; gives the numbers that are in the state now, in order.
    pub(super) fn take(&mut self, seq: i64, body: Body) -> Vec<i64> {
        self.head = self.head.max(seq);
        if seq > self.seq {
            self.ahead.insert(seq, body);
        }
        let mut applied = Vec::new();
        while let Some(body) = self.ahead.remove(&(self.seq + 1)) {
            self.seq += 1;
            self.moved = Instant::now();
            applied.push(self.seq);
            self.apply(body);
        }
        applied
    }

    /// Is something missing that will not come by itself?
    pub(super) fn lacks(&self) -> bool {
        !self.revoked && self.head > self.seq
    }

    fn apply(&mut self, body: Body) {
        match body {
            Body::Posted(item) => {
                self.items.insert(item.n, item);
            }
            // Where the post was redacted before it came, the tombstone is all that is known.
            Body::Deleted { id, n } => {
                let tombstone = Item { id, n, key: Uuid::nil(), author: None, text: String::new(), deleted: true };
                self.items.insert(n, tombstone);
            }
            Body::Things(things) => self.things.extend(things),
            Body::Reread => self.stale = true,
            Body::Redacted | Body::Other(_) => {}
        }
    }
}
