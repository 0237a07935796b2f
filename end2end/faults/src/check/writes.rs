//! Acknowledged writes are stored, and once; refused ones are not.

use std::collections::{HashMap, HashSet};

use protocol::Stream;
use uuid::Uuid;

use super::{Found, Guarantee, Write, Writes};
use crate::history::{History, Item, Operation};

pub(super) fn check(history: &History, writes: &Writes, found: &mut Found) {
    let mut by_key: HashMap<(Option<i64>, Uuid), Vec<&Item>> = HashMap::new();
    let mut by_text: HashMap<&str, Vec<&Item>> = HashMap::new();
    for item in history.database.values().flat_map(|stored| &stored.messages) {
        by_key.entry((item.author, item.key)).or_default().push(item);
        if !item.deleted {
            by_text.entry(&item.text).or_default().push(item);
        }
    }
    for ((author, key), items) in by_key.iter().filter(|(_, items)| items.len() > 1) {
        found.add(Guarantee::Once, format!("{} messages of {author:?} under the key {key}", items.len()));
    }
    for (text, items) in by_text.iter().filter(|(_, items)| items.len() > 1) {
        found.add(Guarantee::Once, format!("{} messages say {text:?}", items.len()));
    }
    let known: HashSet<Option<i64>> = history.users.iter().map(|user| Some(*user)).collect();
    for item in by_key.values().flatten().filter(|item| known.contains(&item.author)) {
        if !writes.0.contains_key(&item.key) {
            found.add(Guarantee::Once, format!("nobody sent message {} under the key {}", item.id, item.key));
        }
    }
    for (key, write) in &writes.0 {
        match write.what {
            Operation::Post { text, .. } => {
                let stored = by_key.get(&(Some(history.users[write.client]), *key)).and_then(|items| items.first());
                post(*key, text, write, stored.copied(), writes, found);
            }
            Operation::Make { stream, title } => make(history, *stream, title, write, found),
            Operation::Delete { post, .. } if !write.acknowledged.is_empty() => {
                let item = by_key.iter().find(|((_, key), _)| key == post).and_then(|(_, items)| items.first());
                if item.is_some_and(|item| !item.deleted || !item.text.is_empty()) {
                    found.add(Guarantee::Durable, format!("the acknowledged deletion of {post} is lost"));
                }
            }
            _ => {}
        }
    }
}

/// A task is there once, and only where somebody may have been told so.
fn make(history: &History, board: Stream, title: &str, write: &Write, found: &mut Found) {
    let begins = format!("{title:?} in ");
    let things = history.database.get(&board).into_iter().flat_map(|stored| &stored.things);
    let made: Vec<&String> = things.filter(|(_, what)| what.starts_with(&begins)).map(|(name, _)| name).collect();
    match &made[..] {
        [] if write.acknowledged.is_empty() => {}
        [] => found.add(Guarantee::Durable, format!("the acknowledged task {title:?} is lost")),
        [_] if write.refused == write.tries => {
            found.add(Guarantee::Once, format!("the refused task {title:?} is there"));
        }
        [one] => {
            for (_, _, id) in &write.acknowledged {
                if id.map(|id| format!("task {id}")).as_ref() != Some(one) {
                    found.add(Guarantee::Once, format!("{title:?} was answered as {id:?} and is {one}"));
                }
            }
        }
        several => found.add(Guarantee::Once, format!("{title:?} is there as {several:?}")),
    }
}

fn post(key: Uuid, text: &str, write: &Write, stored: Option<&Item>, writes: &Writes, found: &mut Found) {
    let Some(item) = stored else {
        if !write.acknowledged.is_empty() {
            found.add(Guarantee::Durable, format!("the acknowledged message {key} {text:?} is lost"));
        }
        return;
    };
    if write.acknowledged.is_empty() && write.refused == write.tries {
        found.add(Guarantee::Once, format!("the refused message {key} {text:?} is stored"));
    }
    for (_, _, id) in &write.acknowledged {
        if *id != Some(item.id) {
            found.add(Guarantee::Once, format!("{key} was answered as {id:?} and stored as {}", item.id));
        }
    }
    if item.deleted && writes.deletions(key).next().is_none() {
        found.add(Guarantee::Durable, format!("{key} is deleted and nobody asked for that"));
    }
    if !item.deleted && item.text != text {
        found.add(Guarantee::Durable, format!("{key} says {:?} in place of {text:?}", item.text));
    }
}
