//! How often one may post, try to sign in, and sign up.

mod signin;

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};
use protocol::{Error, UserId};

use crate::Result;
use signin::Tries;

/// Messages at once, and the time in which as many come back (PRODUCT.md, Constants).
const POSTS: (u32, Duration) = (10, Duration::from_secs(5));
/// New accounts at once from one address, and the time in which as many come back: an office that
/// signs up together passes, a machine that makes accounts does not.
const SIGN_UPS: (u32, Duration) = (30, Duration::from_secs(600));
/// Questions after which keys that are at rest are forgotten.
const SWEEP: u32 = 4096;

/// The limits of this process.
pub(crate) struct Limits(Option<Counters>);

struct Counters {
    posts: Keyed<UserId>,
    sign_ups: Keyed<String>,
    tries: Tries,
}

impl Limits {
    /// Limits, or none at all where they are turned off.
    pub(crate) fn new(on: bool) -> Self {
        Self(on.then(|| Counters { posts: Keyed::new(POSTS), sign_ups: Keyed::new(SIGN_UPS), tries: Tries::default() }))
    }

    /// Counts a message.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn post(&self, user: UserId) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |counters| counters.posts.check(&user))
    }

    /// Counts a new account.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn sign_up(&self, address: &str) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |counters| counters.sign_ups.check(&address.to_owned()))
    }

    /// Counts a try to sign in as failed, until [`Limits::signed_in`] says otherwise: tries sent all
    /// at once are counted too.
    ///
    /// # Errors
    /// [`Error::TooMany`]; the try is not to be made.
    pub(crate) fn sign_in(&self, name: &str, address: &str, now: Instant) -> Result<()> {
        let wait = self.0.as_ref().and_then(|counters| counters.tries.count(name, address, now));
        wait.map_or(Ok(()), |wait| Err(too_many(wait)))
    }

    /// Forgets the failed tries of this name from this address.
    pub(crate) fn signed_in(&self, name: &str, address: &str) {
        if let Some(counters) = &self.0 {
            counters.tries.forget(name, address);
        }
    }
}

/// A bucket for each key.
struct Keyed<K: std::hash::Hash + Eq + Clone> {
    buckets: DefaultKeyedRateLimiter<K>,
    asked: AtomicU32,
}

impl<K: std::hash::Hash + Eq + Clone> Keyed<K> {
    fn new((burst, time): (u32, Duration)) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let each = time / burst.get();
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(burst)).allow_burst(burst);
        Self { buckets: DefaultKeyedRateLimiter::dashmap(quota), asked: AtomicU32::new(1) }
    }

    fn check(&self, key: &K) -> Result<()> {
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP) {
            self.buckets.retain_recent();
            self.buckets.shrink_to_fit();
        }
        let full = self.buckets.check_key(key);
        full.map_err(|until| too_many(until.wait_time_from(DefaultClock::default().now())))
    }
}

fn too_many(wait: Duration) -> Error {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Error::TooMany { retry_after: seconds.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_messages_pass_at_once_and_no_more() {
        let limits = Limits::new(true);
        for _ in 0..10 {
            limits.post(UserId(1)).unwrap();
        }
        assert_eq!(limits.post(UserId(1)), Err(Error::TooMany { retry_after: 1 }));
        assert_eq!(limits.post(UserId(2)), Ok(()), "another person's messages are counted apart");
    }

    #[test]
    fn without_limits_everything_passes() {
        let limits = Limits::new(false);
        for _ in 0..100 {
            limits.post(UserId(1)).unwrap();
            limits.sign_in("ana", "::1", Instant::now()).unwrap();
            limits.sign_up("::1").unwrap();
        }
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_rounded_up() {
        assert_eq!(too_many(Duration::from_millis(1)), Error::TooMany { retry_after: 1 });
        assert_eq!(too_many(Duration::from_millis(4001)), Error::TooMany { retry_after: 5 });
    }
}
