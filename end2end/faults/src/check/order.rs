//! One order for everybody, without holes, on the wire, in the clients and in the log.

use std::collections::HashMap;

use protocol::Stream;

use super::{
    Found, Guarantee,
    ways::{Given, Ways},
};
use crate::history::{Body, ClientId, Entry, History, Stored};

pub(super) fn check(history: &History, found: &mut Found) {
    if history.faithful {
        wire(history, found);
    }
    applied(history, found);
    one_truth(history, found);
    for (stream, stored) in &history.database {
        log(*stream, stored, found);
    }
}

/// What one connection carries of a stream follows its cursor, number by number.
fn wire(history: &History, found: &mut Found) {
    let mut ways = Ways::default();
    for (at, entry) in &history.entries {
        match entry {
            Entry::Subscribed { connection, stream, seq, .. } => ways.ask(*connection, *stream, *seq, *at),
            Entry::Received { client, connection, stream, seq, .. } => {
                let (guarantee, known) = match ways.give(*connection, *stream, *seq) {
                    Given::InOrder => continue,
                    Given::Ahead(known) => (Guarantee::NoGap, known),
                    Given::Behind(known) => (Guarantee::Ordered, known),
                };
                found.add(guarantee, format!("client {client} was given {stream} {seq} after {known:?}"));
            }
            _ => {}
        }
    }
}

/// A client takes each event once, and leaves none out.
fn applied(history: &History, found: &mut Found) {
    let mut last: HashMap<(ClientId, Stream), i64> = HashMap::new();
    for (_, entry) in &history.entries {
        match entry {
            Entry::Based { client, stream, seq } => {
                last.insert((*client, *stream), *seq);
            }
            Entry::Applied { client, stream, seq } => {
                let before = last.insert((*client, *stream), *seq);
                if before != Some(*seq - 1) {
                    let guarantee = if before >= Some(*seq) { Guarantee::Ordered } else { Guarantee::NoGap };
                    found.add(guarantee, format!("client {client} applied {stream} {seq} after {before:?}"));
                }
            }
            _ => {}
        }
    }
}

/// A number of a stream means one event, whoever was given it, unless its text was hidden.
fn one_truth(history: &History, found: &mut Found) {
    let mut truth: HashMap<(Stream, i64), &Body> = HashMap::new();
    let logged = history
        .database
        .iter()
        .flat_map(|(stream, stored)| stored.events.iter().map(|event| (None, (*stream, event.seq), &event.body)));
    let received = history.entries.iter().filter_map(|(_, entry)| match entry {
        Entry::Received { client, stream, seq, body, .. } => Some((Some(*client), (*stream, *seq), body)),
        _ => None,
    });
    for (client, place, body) in logged.chain(received).filter(|(_, _, body)| **body != Body::Redacted) {
        let first = truth.entry(place).or_insert(body);
        if *first != body {
            found.add(
                Guarantee::Ordered,
                format!("{} {} is {body:?} to client {client:?} and was {first:?} before", place.0, place.1),
            );
        }
    }
}

/// The log is dense up to its head, and agrees with the messages.
fn log(stream: Stream, stored: &Stored, found: &mut Found) {
    let mut last = None;
    for event in &stored.events {
        if last.is_some_and(|last| event.seq != last + 1) {
            found.add(Guarantee::NoGap, format!("the log of {stream} has {} after {last:?}", event.seq));
        }
        last = Some(event.seq);
    }
    if last.unwrap_or_default() != stored.head {
        found.add(Guarantee::NoGap, format!("the log of {stream} ends at {last:?}, its head is {}", stored.head));
    }
    for (item, n) in stored.messages.iter().zip(1..) {
        if item.n != n {
            found.add(Guarantee::NoGap, format!("message {} of {stream} has number {} in place {n}", item.id, item.n));
            break;
        }
    }
    if stored.messages.len() as i64 != stored.n {
        found.add(Guarantee::NoGap, format!("{stream} has {} messages and counts {}", stored.messages.len(), stored.n));
    }
    let mut posted: HashMap<i64, usize> = HashMap::new();
    for event in &stored.events {
        if let Body::Posted(item) = &event.body {
            *posted.entry(item.id).or_default() += 1;
            let row = usize::try_from(item.n - 1).ok().and_then(|place| stored.messages.get(place));
            if row != Some(item) {
                found.add(Guarantee::Published, format!("{stream} {} tells of {item:?}, which is not so", event.seq));
            }
        }
    }
    let whole = stored.events.first().is_none_or(|first| first.seq == 1);
    for item in stored.messages.iter().filter(|item| whole && !item.deleted) {
        let times = posted.get(&item.id).copied().unwrap_or_default();
        if times != 1 {
            found.add(Guarantee::Published, format!("message {} of {stream} is told of {times} times", item.id));
        }
    }
}
