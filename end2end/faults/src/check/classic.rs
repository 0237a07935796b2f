//! The original's two sockets: each message once and in order, none left out while the socket is open.
//! What was hidden before its turn is not told, and what came before the socket was open may be.

use std::collections::HashMap;

use protocol::Stream;

use super::{Found, Guarantee, Writes};
use crate::history::{ClientId, Entry, History, Item};

/// A connection as far as it has come.
struct Way {
    client: ClientId,
    stream: Stream,
    /// The line at which it was open.
    opened: usize,
    /// The number of the message that it was last told of.
    last: Option<i64>,
}

pub(super) fn check(history: &History, writes: &Writes, found: &mut Found) {
    let items: HashMap<i64, (Stream, &Item)> = history
        .database
        .iter()
        .flat_map(|(stream, stored)| stored.messages.iter().map(|item| (item.id, (*stream, item))))
        .collect();
    let mut open: HashMap<u64, Way> = HashMap::new();
    for (line, (_, entry)) in history.entries.iter().enumerate() {
        match entry {
            Entry::Listened { client, connection, stream } => {
                open.insert(*connection, Way { client: *client, stream: *stream, opened: line, last: None });
            }
            Entry::Told { connection, id, .. } => {
                let Some(way) = open.get_mut(connection) else { continue };
                let Some((_, item)) = items.get(id).filter(|(stream, _)| *stream == way.stream) else {
                    found.add(
                        Guarantee::Published,
                        format!("client {} was told of message {id}, which is not in {}", way.client, way.stream),
                    );
                    continue;
                };
                if way.last >= Some(item.n) {
                    let (client, last) = (way.client, way.last);
                    found.add(
                        Guarantee::Ordered,
                        format!("client {client} was told of message {} after {last:?}", item.n),
                    );
                }
                lacking(history, writes, way, item.n, found);
                way.last = way.last.max(Some(item.n));
            }
            Entry::Ended { connection, .. } => drop(open.remove(connection)),
            _ => {}
        }
    }
    // Those that are open at the end have been told of everything.
    for way in open.values() {
        lacking(history, writes, way, i64::MAX, found);
    }
}

/// Messages that should have been told before the one of this number.
fn lacking(history: &History, writes: &Writes, way: &Way, before: i64, found: &mut Found) {
    let Some(stored) = history.database.get(&way.stream) else { return };
    // The first that is told may be any; but nothing that was sent after the socket was open is left out.
    let due = |item: &&Item| match way.last {
        Some(last) => item.n > last,
        None => writes.0.get(&item.key).is_some_and(|write| write.line > way.opened),
    };
    let lacks = stored.messages.iter().filter(|item| item.n < before && !item.deleted).find(due);
    if let Some(item) = lacks {
        let (client, stream) = (way.client, way.stream);
        found.add(Guarantee::NoGap, format!("client {client} was not told of message {} of {stream}", item.n));
    }
}
