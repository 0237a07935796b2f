//! How the events of a stream come over a connection: each follows the one before, or begins the
//! answer to a cursor. Where a client asks again, what was on its way may still come before the answer.

use std::{collections::HashMap, time::Duration};

use protocol::Stream;

/// Every stream of every connection.
#[derive(Default)]
pub(super) struct Ways(HashMap<(u64, Stream), Way>);

#[derive(Default)]
struct Way {
    last: Option<i64>,
    /// Cursors that the server has not begun to answer, and when they were sent.
    asked: Vec<(i64, Duration)>,
    /// When that was asked for which comes now.
    since: Option<Duration>,
}

/// How an event stands to those before it.
pub(super) enum Given {
    /// It is the next.
    InOrder,
    /// Something is missing after this.
    Ahead(Option<i64>),
    /// It, or a later one, was here before.
    Behind(Option<i64>),
}

impl Ways {
    pub(super) fn ask(&mut self, connection: u64, stream: Stream, seq: i64, at: Duration) {
        self.0.entry((connection, stream)).or_default().asked.push((seq, at));
    }

    pub(super) fn give(&mut self, connection: u64, stream: Stream, seq: i64) -> Given {
        let way = self.0.entry((connection, stream)).or_default();
        let before = way.last.replace(seq);
        if before == Some(seq - 1) {
            return Given::InOrder;
        }
        if let Some(place) = way.asked.iter().position(|(asked, _)| *asked == seq - 1) {
            way.since = way.asked.drain(..=place).next_back().map(|(_, at)| at);
            return Given::InOrder;
        }
        let known = before.or(way.asked.last().map(|(asked, _)| *asked));
        way.asked.clear();
        if known < Some(seq) { Given::Ahead(known) } else { Given::Behind(known) }
    }

    /// When that was asked for which comes now.
    pub(super) fn since(&self, connection: u64, stream: Stream) -> Option<Duration> {
        self.0.get(&(connection, stream))?.since
    }
}
