//! Growing delays between failed sign-ins, for each pair of name and address.
//!
//! Neither a name nor an address alone is ever locked: somebody who guesses at Ana's password from
//! elsewhere doesn't keep Ana out, and one forgetful person doesn't keep out their office.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Failures that cost no wait (PRODUCT.md, Constants).
const FREE: u32 = 5;
/// The time in which they may happen.
const MINUTE: Duration = Duration::from_secs(60);
/// The first wait after them; each further failure doubles it …
const SHORTEST: Duration = Duration::from_secs(1);
/// … up to this one.
const LONGEST: Duration = Duration::from_secs(300);
/// Pairs remembered at most, some 4 MB.
const PAIRS: usize = 65_536;

/// The failed tries of every pair.
#[derive(Default)]
pub(super) struct Tries {
    hasher: RandomState,
    /// By the pair's hash, so that a long name costs no more memory than a short one.
    pairs: Mutex<HashMap<u64, Failures>>,
}

struct Failures {
    count: u32,
    /// The first one within the minute.
    first: Instant,
    /// No try before this moment.
    until: Instant,
}

impl Failures {
    /// Is there nothing to hold against this pair any more? After a wait, one as long must pass.
    fn stale(&self, now: Instant) -> bool {
        now >= self.until + MINUTE.max(delay(self.count)) && now >= self.first + MINUTE
    }
}

impl Tries {
    /// Counts a try as failed; gives the wait if it comes too early.
    pub(super) fn count(&self, name: &str, address: &str, now: Instant) -> Option<Duration> {
        let pair = self.pair(name, address);
        let mut pairs = self.lock();
        if pairs.len() >= PAIRS {
            sweep(&mut pairs, now);
        }
        let failures = pairs.entry(pair).or_insert(Failures { count: 0, first: now, until: now });
        if now < failures.until {
            return Some(failures.until - now);
        }
        let rested = failures.count < FREE && now >= failures.first + MINUTE;
        if rested || failures.stale(now) {
            *failures = Failures { count: 0, first: now, until: now };
        }
        failures.count += 1;
        failures.until = now + delay(failures.count);
        None
    }

    /// Forgets a pair.
    pub(super) fn forget(&self, name: &str, address: &str) {
        let pair = self.pair(name, address);
        self.lock().remove(&pair);
    }

    fn pair(&self, name: &str, address: &str) -> u64 {
        self.hasher.hash_one((protocol::text::fold(name), address))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Failures>> {
        // A map of counters is whole between any two statements.
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The wait after so many failures.
fn delay(failures: u32) -> Duration {
    match failures.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(further) => SHORTEST.saturating_mul(1 << further.min(16)).min(LONGEST),
    }
}

/// Makes room: what is stale goes; under attack, half of the rest, that with the fewest failures.
fn sweep(pairs: &mut HashMap<u64, Failures>, now: Instant) {
    pairs.retain(|_, failures| !failures.stale(now));
    if pairs.len() < PAIRS / 2 {
        return;
    }
    let mut counts: Vec<u32> = pairs.values().map(|failures| failures.count).collect();
    counts.sort_unstable();
    let median = counts[counts.len() / 2];
    let mut spare = pairs.len() / 2;
    pairs.retain(|_, failures| {
        let goes = failures.count <= median && spare > 0;
        spare -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(tries: &Tries, now: Instant) -> u64 {
        tries.count("ana", "192.0.2.1", now).map_or(0, |wait| wait.as_secs())
    }

    #[test]
    fn five_failures_are_free_then_the_delay_doubles_to_five_minutes() {
        let tries = Tries::default();
        let mut now = Instant::now();
        for _ in 0..5 {
            assert_eq!(wait(&tries, now), 0);
        }
        for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(wait(&tries, now), expected);
            assert_eq!(wait(&tries, now), expected, "a try that was refused makes no wait longer");
            now += Duration::from_secs(expected);
            assert_eq!(wait(&tries, now), 0);
        }
    }

    #[test]
    fn success_and_time_reset_the_count() {
        let tries = Tries::default();
        let now = Instant::now();
        for _ in 0..5 {
            assert_eq!(wait(&tries, now), 0);
        }
        tries.forget("Ána", "192.0.2.1");
        for _ in 0..4 {
            assert_eq!(wait(&tries, now), 0);
        }
        for second in 60..64 {
            assert_eq!(wait(&tries, now + Duration::from_secs(second)), 0, "four of a minute ago don't count");
        }
    }

    #[test]
    fn pairs_are_counted_apart() {
        let tries = Tries::default();
        let now = Instant::now();
        for _ in 0..5 {
            assert_eq!(tries.count("ana", "192.0.2.1", now), None);
        }
        assert!(tries.count("ANA", "192.0.2.1", now).is_some());
        assert_eq!(tries.count("ana", "192.0.2.2", now), None);
        assert_eq!(tries.count("bo", "192.0.2.1", now), None);
    }

    #[test]
    fn memory_is_bounded_and_the_most_tried_names_are_kept() {
        let tries = Tries::default();
        let now = Instant::now();
        for _ in 0..8 {
            tries.count("ana", "192.0.2.1", now);
        }
        for i in 0..PAIRS * 2 {
            tries.count(&i.to_string(), "192.0.2.1", now);
        }
        assert!(tries.lock().len() <= PAIRS);
        assert!(tries.count("ana", "192.0.2.1", now).is_some());
    }
}
