//! What the hub says to, and hears from, what is outside this process: other nodes, the database.

use protocol::{RoomId, Stream, UserId, close};
use tokio::time::Instant;

use super::Hub;
use crate::bus::{Bus, Lease, NodeId, Said};

impl Hub {
    /// A hub that tells other nodes who is here.
    pub(crate) fn on(bus: Bus) -> Self {
        let hub = Self::default();
        hub.lock().presence.bus = bus;
        hub
    }

    /// The streams that are read here, each with the number after which its readers lack what the
    /// database may have.
    pub(crate) fn served(&self) -> Vec<(Stream, i64)> {
        let state = self.lock();
        let known = |(stream, channel): (&Stream, &super::Channel)| {
            let cursors = channel.readers.iter().filter_map(|id| state.readers.get(id)?.cursors.get(stream)?.seq);
            Some((*stream, channel.head().or(cursors.min())?))
        };
        state.channels.iter().filter_map(known).collect()
    }

    /// The rooms whose newest number somebody here wants to know.
    pub(crate) fn watched(&self) -> Vec<RoomId> {
        self.lock().watchers.keys().copied().collect()
    }

    /// Tells those who watch a room of its newest message.
    pub(crate) fn tell_newest(&self, room: RoomId, n: i64, author: Option<UserId>) {
        self.lock().tell_watchers(room, n, author);
    }

    /// Lets every connection come back with its cursors.
    pub(crate) fn restart(&self) {
        let mut state = self.lock();
        let ids: Vec<u64> = state.readers.keys().copied().collect();
        for id in ids {
            state.end(id, close::RESUME);
        }
    }

    /// What another node says of its people.
    pub(crate) fn hear(&self, node: NodeId, said: Said) {
        self.lock().hear(node, said);
    }

    /// Does what is due: departures, typists who fell silent, leases that have run out.
    pub(crate) fn sweep(&self, now: Instant) {
        self.lock().sweep(now);
    }

    /// Everybody who is somewhere by way of this node.
    pub(crate) fn leases(&self) -> Vec<Lease> {
        self.lock().leases()
    }

    /// Who was here since this was asked last.
    pub(crate) fn take_seen(&self) -> Vec<UserId> {
        self.lock().take_seen()
    }

    /// A person shows from now on when they are here, or not.
    pub(crate) fn show(&self, user: UserId, shown: bool) {
        self.lock().show(user, shown);
    }
}
