//! Snapshots and ends: what a client knows is what the database had at that number.

use std::collections::{BTreeMap, HashMap};

use protocol::Stream;
use uuid::Uuid;

use super::{Found, Guarantee, Violation, Writes};
use crate::history::{Body, ClientId, Database, End, Entry, History, Operation, Snapshot};

pub(super) fn check(history: &History, writes: &Writes, found: &mut Found) {
    snapshots(history, found);
    own_writes(history, writes, found);
    found.0.extend(agreement(&history.ends, &history.database));
}

/// Does every client that may still read end with what the database has?
pub fn agreement(ends: &[End], database: &Database) -> Vec<Violation> {
    let mut found = Found::default();
    for End { client, stream, seq, items, things } in ends {
        let Some(stored) = database.get(stream) else {
            found.add(Guarantee::Agreement, format!("client {client} has {stream}, which is not there"));
            continue;
        };
        if *seq != stored.head {
            found.add(Guarantee::Published, format!("client {client} ends {stream} at {seq} of {}", stored.head));
        }
        let stored: BTreeMap<i64, _> = stored.messages.iter().map(|item| (item.n, item)).collect();
        let first = stored.iter().find(|(n, item)| !items.get(n).is_some_and(|known| known.same(item)));
        let extra = items.keys().find(|n| !stored.contains_key(n));
        if let Some((n, item)) = first {
            found.add(Guarantee::Agreement, format!("client {client} has {:?} for {item:?}", items.get(n)));
        } else if let Some(n) = extra {
            found.add(Guarantee::Agreement, format!("client {client} has a message {n} of {stream} of its own"));
        }
        let shown = database[stream].things.iter().find(|(name, what)| things.get(*name) != Some(*what));
        let extra = things.keys().find(|name| !database[stream].things.contains_key(*name));
        if let Some((name, what)) = shown {
            let known = things.get(name);
            found.add(Guarantee::Agreement, format!("client {client} has {known:?} for {name} of {stream}: {what}"));
        } else if let Some(name) = extra {
            found.add(Guarantee::Agreement, format!("client {client} has {name} of {stream}, which is not there"));
        }
    }
    found.0
}

/// A snapshot has in it what came up to its number, and nothing of what came later.
fn snapshots(history: &History, found: &mut Found) {
    let mut posted: HashMap<Stream, BTreeMap<i64, i64>> = HashMap::new();
    let logged = history
        .database
        .iter()
        .flat_map(|(stream, stored)| stored.events.iter().map(|event| (*stream, event.seq, &event.body)));
    let received = history.entries.iter().filter_map(|(_, entry)| match entry {
        Entry::Received { stream, seq, body, .. } => Some((*stream, *seq, body)),
        _ => None,
    });
    for (stream, seq, body) in logged.chain(received) {
        if let Body::Posted(item) = body {
            posted.entry(stream).or_default().insert(seq, item.n);
        }
    }
    for (_, entry) in &history.entries {
        let Entry::Read { client, stream, snapshot: Snapshot { seq, n, items }, .. } = entry else { continue };
        let Some(posted) = posted.get(stream) else { continue };
        let newest = posted.range(..=seq).next_back();
        let next = posted.range(seq + 1..).next();
        if newest.is_some_and(|(_, newest)| newest > n) || next.is_some_and(|(_, next)| next <= n) {
            found.add(
                Guarantee::Snapshot,
                format!("client {client} read {stream} at {seq} with {n} messages; {newest:?} is the last, {next:?} the next"),
            );
        }
        let last = items.last().map_or(0, |item| item.n);
        if last != *n || !items.windows(2).all(|pair| pair[0].n + 1 == pair[1].n) {
            found.add(Guarantee::Snapshot, format!("client {client} read {stream} with a hole before message {n}"));
        }
    }
}

/// A message that was acknowledged.
struct Answered {
    line: usize,
    key: Uuid,
    id: i64,
}

/// A read that begins after an answer shows what was answered.
fn own_writes(history: &History, writes: &Writes, found: &mut Found) {
    let mut answered: HashMap<(ClientId, Stream), Vec<Answered>> = HashMap::new();
    for (key, write) in &writes.0 {
        if let (Operation::Post { stream, .. }, Some((line, _, Some(id)))) = (write.what, write.acknowledged.first()) {
            answered.entry((write.client, *stream)).or_default().push(Answered { line: *line, key: *key, id: *id });
        }
    }
    let mut asked: HashMap<u64, usize> = HashMap::new();
    for (line, (_, entry)) in history.entries.iter().enumerate() {
        match entry {
            Entry::Asked { read, .. } => {
                asked.insert(*read, line);
            }
            Entry::Read { client, read, stream, snapshot } => {
                let (Some(asked), Some(own)) = (asked.get(read), answered.get(&(*client, *stream))) else { continue };
                let oldest = snapshot.items.first().map_or(i64::MIN, |item| item.id);
                for Answered { key, id, .. } in own.iter().filter(|own| own.line < *asked && own.id >= oldest) {
                    if !snapshot.items.iter().any(|item| item.key == *key) {
                        found.add(
                            Guarantee::ReadYourWrites,
                            format!("client {client} read {stream} without its message {id}, answered before"),
                        );
                    }
                }
            }
            _ => {}
        }
    }
}
