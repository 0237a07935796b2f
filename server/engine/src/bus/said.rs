//! The messages between nodes, as JSON; what a node of another release says and this one doesn't
//! understand is found in the database.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
};

use protocol::{Person, StoredEvent, Stream, UserId, Writing};
use serde::{Deserialize, Serialize};

use crate::revocation::Revoked;

/// Channels that streams are spread over; in a cluster, over its nodes.
const CHANNELS: u64 = 16;

/// A node, from its start to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct NodeId(u64);

impl NodeId {
    /// Another one than any other.
    pub(super) fn new() -> Self {
        // Its keys are random, of the operating system.
        Self(RandomState::new().hash_one(std::process::id()))
    }

    #[cfg(test)]
    pub(crate) const fn of_test(id: u64) -> Self {
        Self(id)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// A message and who said it.
#[derive(Serialize, Deserialize)]
pub(super) struct Envelope {
    pub(super) node: NodeId,
    pub(super) said: Said,
}

/// Somebody is in a place, by way of the node that says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lease {
    pub(crate) stream: Stream,
    pub(crate) person: Person,
    pub(crate) away: bool,
}

/// What one node says to the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Said {
    /// This was committed: first what is revoked, then what happened.
    Committed { revoked: Vec<Revoked>, events: Vec<StoredEvent> },
    /// These people are in these places; it holds for a lease.
    Here { leases: Vec<Lease> },
    /// Somebody is in a place no longer, as far as this node goes.
    Gone { stream: Stream, user: UserId },
    /// Somebody types, or has stopped.
    Typing {
        stream: Stream,
        person: Person,
        #[serde(default)]
        writing: Writing,
        on: bool,
    },
    /// Somebody shows when they are here, or does no longer.
    Shown { user: UserId, shown: bool },
    /// These people have pages of this node open and have done nothing there for so many seconds, or have none
    /// any more; it holds for a lease.
    Before { people: Vec<(UserId, Option<u64>)> },
    /// Who is where? Asked by a node that is new, or back.
    Who,
    /// This node ends; its people come back elsewhere.
    Bye,
    /// Heard by who said it: the way there and back is open.
    Beat,
}

impl Said {
    /// What goes together on one channel: everything of a stream on the same one, with what is
    /// revoked before it.
    pub(super) fn by_channel(self) -> Vec<(u64, Self)> {
        match self {
            Self::Committed { revoked, events } if !events.is_empty() => {
                let mut channels: Vec<(u64, Vec<StoredEvent>)> = Vec::new();
                for event in events {
                    let channel = channel(event.stream);
                    match channels.iter_mut().find(|(other, _)| *other == channel) {
                        Some((_, events)) => events.push(event),
                        None => channels.push((channel, vec![event])),
                    }
                }
                let committed = |events| Self::Committed { revoked: revoked.clone(), events };
                channels.into_iter().map(|(channel, events)| (channel, committed(events))).collect()
            }
            Self::Gone { stream, .. } | Self::Typing { stream, .. } => vec![(channel(stream), self)],
            Self::Committed { .. }
            | Self::Here { .. }
            | Self::Shown { .. }
            | Self::Before { .. }
            | Self::Who
            | Self::Bye
            | Self::Beat => vec![(0, self)],
        }
    }
}

/// The channel of a stream: the same on every node and in every release.
fn channel(stream: Stream) -> u64 {
    let (kind, id) = match stream {
        Stream::Board(id) => (0, id.0),
        Stream::Room(id) => (1, id.0),
        Stream::Task(id) => (2, id.0),
        Stream::User(id) => (3, id.0),
        // Nothing is told on a thread itself.
        Stream::Thread(id) => (1, id.0),
    };
    (id.unsigned_abs().wrapping_mul(4) + kind) % CHANNELS
}

/// The names of all channels.
pub(super) fn channels() -> impl Iterator<Item = String> {
    (0..CHANNELS).map(name)
}

/// The name of a channel.
pub(super) fn name(channel: u64) -> String {
    format!("boardwalk:{channel}")
}

#[cfg(test)]
mod tests {
    use protocol::{Event, MessageId, RoomId};

    use super::*;
    use crate::revocation::{Revocation, Withdrawal};

    fn event(room: i64, seq: i64) -> StoredEvent {
        let event = Event::MessageDeleted { id: MessageId(1), n: 1 };
        StoredEvent { stream: Stream::Room(RoomId(room)), seq, at: 0, event }
    }

    #[test]
    fn what_is_revoked_goes_before_the_events_on_each_channel() {
        let revoked = vec![Revoked { seq: 1, what: Withdrawal::Reading(Revocation::Stream(Stream::Room(RoomId(7)))) }];
        let events = vec![event(1, 5), event(2, 9), event(1, 6)];
        let split = Said::Committed { revoked: revoked.clone(), events }.by_channel();
        assert_eq!(split.len(), 2);
        for (_, said) in &split {
            let Said::Committed { revoked: first, events } = said else { panic!("{said:?}") };
            assert_eq!(first, &revoked);
            assert!(!events.is_empty());
        }
        assert_eq!(Said::Committed { revoked, events: Vec::new() }.by_channel().len(), 1);
    }

    #[test]
    fn a_message_between_nodes_reads_back_as_it_was() {
        let node = NodeId::of_test(u64::MAX);
        let said = Said::Committed { revoked: Vec::new(), events: vec![event(1, 5)] };
        let text = serde_json::to_string(&Envelope { node, said: said.clone() }).unwrap();
        let back: Envelope = serde_json::from_str(&text).unwrap();
        assert_eq!((back.node, back.said), (node, said));
    }
}
