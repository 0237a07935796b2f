//! Who is in a place by way of other nodes, and what they are told of ours.

use tokio::time::Instant;

use super::{Elsewhere, HIDE_DELAY, LEASE};
use crate::{
    bus::{Lease, NodeId, Said},
    hub::State,
};

impl State {
    /// What another node says of its people.
    pub(in crate::hub) fn hear(&mut self, node: NodeId, said: Said) {
        let now = Instant::now();
        match said {
            Said::Here { leases } => {
                for Lease { stream, person, away } in leases {
                    let user = person.id;
                    let place = self.presence.places.entry(stream).or_default();
                    let (present, new) = place.enter(&person);
                    present.elsewhere.insert(node, Elsewhere { until: now + LEASE, away });
                    if new {
                        self.came(stream, person);
                    }
                    self.settle(stream, user);
                }
            }
            Said::Gone { stream, user } => {
                if let Some(present) = self.presence.present(stream, user) {
                    present.elsewhere.remove(&node);
                    self.settle(stream, user);
                }
            }
            Said::Typing { stream, person, writing, on } => {
                self.types(stream, person, writing, on);
            }
            Said::Shown { user, shown } => self.show(user, shown),
            Said::Before { people } => self.hear_before(node, people),
            Said::Bye => {
                // Its people come back elsewhere; whoever doesn't is gone after the usual moment.
                let people = self.presence.places.values_mut().flat_map(|place| place.people.values_mut());
                for lease in people.filter_map(|present| present.elsewhere.get_mut(&node)) {
                    lease.until = lease.until.min(now + HIDE_DELAY);
                }
            }
            Said::Committed { .. } | Said::Who | Said::Beat => {}
        }
    }

    /// People of nodes that have not renewed their leases are gone.
    pub(super) fn end_leases(&mut self, now: Instant) {
        let mut changed = Vec::new();
        for (stream, place) in &mut self.presence.places {
            for (user, present) in &mut place.people {
                let before = present.elsewhere.len();
                present.elsewhere.retain(|_, elsewhere| elsewhere.until > now);
                if present.elsewhere.len() < before {
                    changed.push((*stream, *user));
                }
            }
        }
        for (stream, user) in changed {
            self.settle(stream, user);
        }
    }

    /// Everybody who is somewhere by way of this node.
    pub(in crate::hub) fn leases(&self) -> Vec<Lease> {
        let mut leases = Vec::new();
        for (stream, place) in &self.presence.places {
            for present in place.people.values().filter(|present| present.by_this_node()) {
                leases.push(Lease { stream: *stream, person: present.person.clone(), away: present.away });
            }
        }
        leases
    }
}
