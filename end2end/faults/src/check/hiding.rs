//! Who was removed is told nothing more, and what was hidden is not shown again.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use protocol::Stream;
use uuid::Uuid;

use super::{Found, Guarantee, Writes, ways::Ways};
use crate::history::{Body, Entry, History, Operation};

pub(super) fn check(history: &History, writes: &Writes, found: &mut Found) {
    revoked(history, writes, found);
    gone(history, writes, found);
}

/// Nothing that was sent after a removal was answered reaches who was removed, until they are let in again.
fn revoked(history: &History, writes: &Writes, found: &mut Found) {
    let mut out: HashMap<(i64, Stream), Duration> = HashMap::new();
    let mut asked: HashMap<u64, Duration> = HashMap::new();
    // When messages, by id, and tasks, by the beginning of their words, were first sent.
    let stored = history.database.values().flat_map(|stored| &stored.messages);
    let posted: HashMap<i64, Duration> =
        stored.filter_map(|item| Some((item.id, writes.0.get(&item.key)?.sent_at))).collect();
    let made: Vec<(String, Duration)> = writes
        .0
        .values()
        .filter_map(|write| match write.what {
            Operation::Make { title, .. } => Some((format!("{title:?} in "), write.sent_at)),
            _ => None,
        })
        .collect();
    for (at, entry) in &history.entries {
        match entry {
            Entry::Acknowledged { key, .. } => {
                if let Some(Operation::Remove { streams, user }) = writes.0.get(key).map(|write| write.what) {
                    for stream in streams {
                        out.entry((*user, *stream)).or_insert(*at + history.grace);
                    }
                }
            }
            Entry::Sent { what: Operation::Add { streams, user }, .. } => {
                out.retain(|(whose, stream), _| whose != user || !streams.contains(stream));
            }
            Entry::Received { client, stream, seq, body: Body::Posted(item), .. } => {
                let user = history.users[*client];
                let sent = writes.0.get(&item.key).map(|write| write.sent_at);
                if out.get(&(user, *stream)).is_some_and(|removed| sent.is_some_and(|sent| sent > *removed)) {
                    found.add(
                        Guarantee::Revoked,
                        format!("client {client} was given {stream} {seq}, sent after its removal"),
                    );
                }
            }
            Entry::Told { client, stream, id, .. } => {
                let user = history.users[*client];
                let sent = posted.get(id);
                if out.get(&(user, *stream)).is_some_and(|removed| sent.is_some_and(|sent| sent > removed)) {
                    let what = format!("client {client} was told of message {id} of {stream}, sent after its removal");
                    found.add(Guarantee::Revoked, what);
                }
            }
            Entry::Received { client, stream, seq, body: Body::Things(things), .. } => {
                let user = history.users[*client];
                let Some(removed) = out.get(&(user, *stream)) else { continue };
                let later = made.iter().filter(|(_, sent)| sent > removed);
                for (title, _) in later.filter(|(title, _)| things.iter().any(|(_, what)| what.starts_with(title))) {
                    let what = format!("client {client} was given {stream} {seq} with {title}, made after its removal");
                    found.add(Guarantee::Revoked, what);
                }
            }
            Entry::Asked { read, .. } => {
                asked.insert(*read, *at);
            }
            Entry::Read { client, read, stream, .. } => {
                let user = history.users[*client];
                let asked = asked.get(read);
                if out.get(&(user, *stream)).is_some_and(|removed| asked.is_some_and(|asked| asked > removed)) {
                    found.add(Guarantee::Revoked, format!("client {client} read {stream} after its removal"));
                }
            }
            _ => {}
        }
    }
}

/// What a deletion hid is not in the database, nor in what is asked for after its answer.
fn gone(history: &History, writes: &Writes, found: &mut Found) {
    let mut texts: HashMap<Uuid, &str> = HashMap::new();
    for (key, write) in &writes.0 {
        if let Operation::Post { text, .. } = write.what {
            texts.insert(*key, text);
        }
    }
    let mut hidden: HashMap<Uuid, Duration> = HashMap::new();
    let mut ways = Ways::default();
    // Reads, by number: when they were asked for.
    let mut asked: HashMap<u64, Duration> = HashMap::new();
    for (at, entry) in &history.entries {
        match entry {
            Entry::Acknowledged { key, .. } => {
                if let Some(Operation::Delete { post, .. }) = writes.0.get(key).map(|write| write.what) {
                    hidden.entry(*post).or_insert(*at + history.grace);
                }
            }
            Entry::Subscribed { connection, stream, seq, .. } => ways.ask(*connection, *stream, *seq, *at),
            Entry::Asked { read, .. } => {
                asked.insert(*read, *at);
            }
            Entry::Received { client, connection, stream, seq, body } => {
                // Whether it is in its place is looked at elsewhere.
                let _place = ways.give(*connection, *stream, *seq);
                let (Body::Posted(item), Some(asked)) = (body, ways.since(*connection, *stream)) else { continue };
                // Where a proxy holds frames back, they may be answers to what was asked long before.
                if history.faithful && hidden.get(&item.key).is_some_and(|hidden| asked > *hidden) {
                    found.add(Guarantee::Gone, format!("client {client} was given the hidden text of {stream} {seq}"));
                }
            }
            Entry::Read { client, read, stream, snapshot } => {
                for item in snapshot.items.iter().filter(|item| !item.text.is_empty()) {
                    let asked = asked.get(read);
                    if hidden.get(&item.key).is_some_and(|hidden| asked.is_some_and(|asked| asked > hidden)) {
                        found.add(
                            Guarantee::Gone,
                            format!("client {client} read the hidden text of message {} of {stream}", item.id),
                        );
                    }
                }
            }
            _ => {}
        }
    }
    let secret: HashSet<&str> = hidden.keys().filter_map(|key| texts.get(key).copied()).collect();
    for (stream, stored) in &history.database {
        for event in &stored.events {
            // Whole, as it was typed or rendered: one text may begin another.
            let says =
                |text: &str| event.text.contains(&format!("\"{text}\"")) || event.text.contains(&format!(">{text}<"));
            if let Some(text) = secret.iter().find(|text| says(text)) {
                found.add(Guarantee::Gone, format!("the log of {stream} still says {text:?} at {}", event.seq));
            }
        }
    }
}
