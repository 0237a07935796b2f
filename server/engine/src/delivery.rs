//! From the commit to the readers: what a committed write ends, hides and tells, in this order.

use protocol::{StoredEvent, Stream};

use crate::{Engine, live, write::Revocation};

/// What a write has to say once it is committed.
#[derive(Default)]
pub(crate) struct Committed {
    /// Who may read something no longer.
    pub(crate) revoked: Vec<Revocation>,
    /// Numbers whose text was hidden.
    pub(crate) redacted: Vec<(Stream, i64)>,
    /// What happened, numbered.
    pub(crate) events: Vec<StoredEvent>,
}

impl Engine {
    /// Delivers what was committed. Called in commit order where there is one (SQLite); never waits.
    ///
    /// What a ring lacks before these events is read from the log meanwhile.
    pub(crate) fn deliver(&self, committed: Committed) {
        for revocation in committed.revoked {
            self.hub().revoke(revocation);
        }
        for (stream, seq) in committed.redacted {
            self.hub().redact(stream, seq);
        }
        for (stream, after) in self.hub().publish(committed.events) {
            let engine = self.clone();
            tokio::spawn(async move {
                if let Err(error) = live::fill(&engine, stream, after).await {
                    tracing::warn!(%error, %stream, after, "can't fill a ring from the log");
                }
            });
        }
    }
}
