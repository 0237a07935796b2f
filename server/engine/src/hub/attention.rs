//! Who is before a page, on whatever node and whatever they show of it to others, and since when they do
//! nothing there. Nothing of it is kept.

use std::{collections::HashMap, time::Duration};

use protocol::{UserId, limits};
use tokio::time::Instant;

use super::{Hub, State};
use crate::bus::{NodeId, Said};

const LEASE: Duration = Duration::from_secs(limits::LEASE_S);

/// Is somebody before a page?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attention {
    /// They did something there a moment ago.
    Active,
    /// One is open, and they do nothing there.
    Idle,
    /// They were active until so long ago, when they closed the last one.
    Left(Duration),
    /// None is open.
    Gone,
}

/// Everybody who has a page open, or had one a moment ago.
#[derive(Default)]
pub(super) struct Pages(HashMap<UserId, Before>);

struct Before {
    /// Connections of this node.
    here: usize,
    /// Until when other nodes have some, unless they say so again.
    elsewhere: HashMap<NodeId, Instant>,
    /// When they last did something.
    active: Instant,
    /// When the last page was closed.
    left: Instant,
}

impl Before {
    fn open(&self, now: Instant) -> bool {
        self.here > 0 || self.elsewhere.values().any(|until| *until > now)
    }
}

impl Pages {
    fn entry(&mut self, user: UserId, now: Instant) -> &mut Before {
        let new = || Before { here: 0, elsewhere: HashMap::new(), active: now, left: now };
        self.0.entry(user).or_insert_with(new)
    }

    /// A page was opened; gives whether it is the first one here. Whoever opens one does something; one
    /// that merely connects again does not.
    fn open(&mut self, user: UserId, now: Instant) -> bool {
        let before = self.entry(user, now);
        before.here += 1;
        before.here == 1
    }

    /// A page was closed; gives whether it was the last one here.
    fn close(&mut self, user: UserId, now: Instant) -> bool {
        let Some(before) = self.0.get_mut(&user) else { return false };
        before.here = before.here.saturating_sub(1);
        before.left = now;
        before.here == 0
    }

    fn active(&mut self, user: UserId, now: Instant) {
        if let Some(before) = self.0.get_mut(&user) {
            before.active = now;
        }
    }

    /// Another node has a page of somebody's open, who was active so long ago; or none any more.
    fn hear(&mut self, node: NodeId, user: UserId, idle: Option<Duration>, now: Instant) {
        let before = self.entry(user, now);
        let Some(idle) = idle else {
            if before.elsewhere.remove(&node).is_some() {
                before.left = now;
            }
            return;
        };
        let active = now.checked_sub(idle).unwrap_or(now);
        // Known by what is said now alone.
        let fresh = before.here == 0 && before.elsewhere.is_empty();
        before.active = if fresh { active } else { before.active.max(active) };
        before.elsewhere.insert(node, now + LEASE);
    }

    fn sweep(&mut self, now: Instant) {
        self.0.retain(|_, before| {
            let open = before.open(now);
            if !open && !before.elsewhere.is_empty() {
                // Their node has said nothing for long.
                before.left = now;
            }
            before.elsewhere.retain(|_, until| *until > now);
            open || before.left + LEASE > now
        });
    }

    fn of(&self, user: UserId, away: Duration, now: Instant) -> Attention {
        let Some(before) = self.0.get(&user) else { return Attention::Gone };
        let was_active = |at: Instant| before.active + away > at;
        match before.open(now) {
            true if was_active(now) => Attention::Active,
            true => Attention::Idle,
            false if was_active(before.left) => Attention::Left(now.saturating_duration_since(before.left)),
            false => Attention::Gone,
        }
    }
}

impl State {
    /// A page of somebody's is open here.
    pub(super) fn opened(&mut self, user: UserId) {
        if self.pages.open(user, Instant::now()) {
            self.presence.bus.say(Said::Before { people: vec![(user, Some(0))] });
        }
    }

    /// It is no longer.
    pub(super) fn closed(&mut self, user: UserId) {
        if self.pages.close(user, Instant::now()) {
            self.presence.bus.say(Said::Before { people: vec![(user, None)] });
        }
    }

    /// They do something there.
    pub(super) fn attends(&mut self, user: UserId) {
        self.pages.active(user, Instant::now());
    }

    /// What another node says of people and their pages.
    pub(super) fn hear_before(&mut self, node: NodeId, people: Vec<(UserId, Option<u64>)>) {
        let now = Instant::now();
        for (user, idle) in people {
            self.pages.hear(node, user, idle.map(Duration::from_secs), now);
        }
    }

    /// Forgets who has been gone for long.
    pub(super) fn sweep_pages(&mut self, now: Instant) {
        self.pages.sweep(now);
    }
}

impl Hub {
    /// Is somebody before a page? Who has done nothing there for `away` does not look at it.
    pub(crate) fn attention(&self, user: UserId, away: Duration) -> Attention {
        self.lock().pages.of(user, away, Instant::now())
    }

    /// Everybody with a page on this node, and for how many seconds they have done nothing.
    pub(crate) fn before_pages(&self) -> Vec<(UserId, Option<u64>)> {
        let (state, now) = (self.lock(), Instant::now());
        let here = state.pages.0.iter().filter(|(_, before)| before.here > 0);
        here.map(|(user, before)| (*user, Some(now.saturating_duration_since(before.active).as_secs()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: UserId = UserId(1);
    const AWAY: Duration = Duration::from_secs(300);

    fn later(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn who_does_nothing_on_an_open_page_is_idle_and_who_comes_back_active() {
        let (mut pages, start) = (Pages::default(), Instant::now());
        assert_eq!(pages.of(ANA, AWAY, start), Attention::Gone);
        assert!(pages.open(ANA, start));
        assert!(!pages.open(ANA, later(start, 1)), "a second tab");
        assert_eq!(pages.of(ANA, AWAY, later(start, 299)), Attention::Active);
        assert_eq!(pages.of(ANA, AWAY, later(start, 301)), Attention::Idle);
        pages.active(ANA, later(start, 302));
        assert_eq!(pages.of(ANA, AWAY, later(start, 303)), Attention::Active);
    }

    #[test]
    fn who_closes_the_last_page_has_left_if_they_were_active_and_is_gone_in_time() {
        let (mut pages, start) = (Pages::default(), Instant::now());
        pages.open(ANA, start);
        pages.open(ANA, start);
        assert!(!pages.close(ANA, later(start, 10)));
        assert_eq!(pages.of(ANA, AWAY, later(start, 11)), Attention::Active, "another tab is open");
        assert!(pages.close(ANA, later(start, 20)));
        assert_eq!(pages.of(ANA, AWAY, later(start, 25)), Attention::Left(Duration::from_secs(5)));
        pages.sweep(later(start, 20 + limits::LEASE_S + 1));
        assert_eq!(pages.of(ANA, AWAY, later(start, 100)), Attention::Gone);

        pages.open(ANA, later(start, 1_000));
        pages.close(ANA, later(start, 2_000));
        assert_eq!(pages.of(ANA, AWAY, later(start, 2_001)), Attention::Gone, "idle long before it was closed");
    }

    #[test]
    fn pages_on_other_nodes_count_until_they_are_closed_or_their_node_is_silent() {
        let (mut pages, start) = (Pages::default(), Instant::now());
        let (one, two) = (NodeId::of_test(1), NodeId::of_test(2));
        pages.hear(one, ANA, Some(Duration::from_secs(0)), start);
        assert_eq!(pages.of(ANA, AWAY, later(start, 1)), Attention::Active);
        pages.hear(two, ANA, Some(Duration::from_secs(0)), later(start, 30));
        pages.hear(one, ANA, None, later(start, 31));
        assert_eq!(pages.of(ANA, AWAY, later(start, 32)), Attention::Active, "the other node has one");
        pages.hear(two, ANA, None, later(start, 40));
        assert_eq!(pages.of(ANA, AWAY, later(start, 42)), Attention::Left(Duration::from_secs(2)));
        pages.hear(two, ANA, Some(Duration::from_secs(0)), later(start, 50));
        assert_eq!(pages.of(ANA, AWAY, later(start, 50 + limits::LEASE_S)), Attention::Left(Duration::from_secs(70)));
    }
}
