//! Does a history keep what Boardwalk guarantees? Pure: no I/O, no clock.

mod classic;
mod hiding;
mod order;
mod state;
#[cfg(test)]
mod tests;
mod ways;
mod writes;

use std::{collections::HashMap, fmt, time::Duration};

use uuid::Uuid;

use crate::history::{ClientId, Entry, History, Operation};

/// What is guaranteed, as far as clients can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guarantee {
    /// An acknowledged write is in the database.
    Durable,
    /// A write sent several times happens once; a refused one does not happen.
    Once,
    /// Every client is given the events of a stream in one order, each once.
    Ordered,
    /// No event is missing between two that a client was given, or in the log.
    NoGap,
    /// Who was answered reads what they wrote.
    ReadYourWrites,
    /// A snapshot has every event up to its number in it, and none above.
    Snapshot,
    /// Who was removed is given nothing that was written afterwards.
    Revoked,
    /// Hidden text is not given again.
    Gone,
    /// What was committed reaches every reader.
    Published,
    /// Every client ends with what the database has.
    Agreement,
}

/// Something that must not happen, and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What it breaks.
    pub guarantee: Guarantee,
    /// How, for a person.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.guarantee, self.what)
    }
}

/// Everything in a history that must not be there.
pub fn check(history: &History) -> Vec<Violation> {
    let writes = Writes::of(history);
    let mut found = Found::default();
    writes::check(history, &writes, &mut found);
    order::check(history, &mut found);
    hiding::check(history, &writes, &mut found);
    state::check(history, &writes, &mut found);
    classic::check(history, &writes, &mut found);
    found.0
}

pub use state::agreement;

/// Violations, as they are found.
#[derive(Default)]
struct Found(Vec<Violation>);

impl Found {
    fn add(&mut self, guarantee: Guarantee, what: String) {
        self.0.push(Violation { guarantee, what });
    }
}

/// What was asked for under each key, and what came of it.
struct Writes<'h>(HashMap<Uuid, Write<'h>>);

struct Write<'h> {
    client: ClientId,
    what: &'h Operation,
    /// When it was first tried, and its line.
    sent_at: Duration,
    line: usize,
    tries: usize,
    refused: usize,
    /// The line, the moment and the id of each answer.
    acknowledged: Vec<(usize, Duration, Option<i64>)>,
}

impl<'h> Writes<'h> {
    fn of(history: &'h History) -> Self {
        let mut writes: HashMap<Uuid, Write<'h>> = HashMap::new();
        for (line, (at, entry)) in history.entries.iter().enumerate() {
            match entry {
                Entry::Sent { client, key, what } => {
                    writes
                        .entry(*key)
                        .or_insert(Write {
                            client: *client,
                            what,
                            sent_at: *at,
                            line,
                            tries: 0,
                            refused: 0,
                            acknowledged: Vec::new(),
                        })
                        .tries += 1;
                }
                Entry::Acknowledged { key, id, .. } => {
                    if let Some(write) = writes.get_mut(key) {
                        write.acknowledged.push((line, *at, *id));
                    }
                }
                Entry::Refused { key, .. } => {
                    if let Some(write) = writes.get_mut(key) {
                        write.refused += 1;
                    }
                }
                _ => {}
            }
        }
        Self(writes)
    }

    /// The deletions of the message posted under a key that were sent.
    fn deletions(&self, post: Uuid) -> impl Iterator<Item = &Write<'h>> {
        self.0.values().filter(move |write| matches!(write.what, Operation::Delete { post: of, .. } if *of == post))
    }
}
