//! How often one may post, import a board, try to sign in, and sign up, among others.

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
use sha2::{Digest, Sha256};

use crate::{Result, bus::Bus};
use signin::Tries;

/// Messages at once, and the time in which as many come back (PRODUCT.md, Constants).
const POSTS: (u32, Duration) = (10, Duration::from_secs(5));
/// Drafts kept at once, and the time in which as many come back: a browser keeps one every few seconds.
const DRAFTS: (u32, Duration) = (30, Duration::from_secs(30));
/// Searches at once, and the time in which as many come back: the page searches while one types.
const SEARCHES: (u32, Duration) = (60, Duration::from_secs(20));
/// Questions of the palette at once, and the time in which as many come back: it asks while one types.
const LOOK_UPS: (u32, Duration) = (60, Duration::from_secs(20));
/// Previews at once, and the time in which as many come back: one is made when somebody pauses.
const PREVIEWS: (u32, Duration) = (30, Duration::from_secs(30));
/// Files at once, and the time in which as many come back.
const UPLOADS: (u32, Duration) = (30, Duration::from_secs(60));
/// Boards made of files at once, and the time in which as many come back: each file may have 32 MB.
const IMPORTS: (u32, Duration) = (10, Duration::from_secs(600));
/// New accounts at once from one address, and the time in which as many come back: an office that
/// signs up together passes, a machine that makes accounts does not.
const SIGN_UPS: (u32, Duration) = (30, Duration::from_secs(600));
/// Questions after which keys that are at rest are forgotten.
const SWEEP: u32 = 4096;

/// The limits: of all nodes together where Redis counts, else of this one.
pub(crate) struct Limits {
    counters: Option<Counters>,
    bus: Bus,
}

struct Counters {
    posts: Keyed<UserId>,
    drafts: Keyed<UserId>,
    searches: Keyed<UserId>,
    look_ups: Keyed<UserId>,
    previews: Keyed<UserId>,
    uploads: Keyed<UserId>,
    imports: Keyed<UserId>,
    sign_ups: Keyed<String>,
    tries: Tries,
}

impl Limits {
    /// Limits, or none at all where they are turned off.
    pub(crate) fn new(on: bool, bus: Bus) -> Self {
        let counters = || Counters {
            posts: Keyed::new(POSTS),
            drafts: Keyed::new(DRAFTS),
            searches: Keyed::new(SEARCHES),
            look_ups: Keyed::new(LOOK_UPS),
            previews: Keyed::new(PREVIEWS),
            uploads: Keyed::new(UPLOADS),
            imports: Keyed::new(IMPORTS),
            sign_ups: Keyed::new(SIGN_UPS),
            tries: Tries::default(),
        };
        Self { counters: on.then(counters), bus }
    }

    /// Counts a message.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) async fn post(&self, user: UserId) -> Result<()> {
        let Some(counters) = &self.counters else { return Ok(()) };
        let (burst, time) = POSTS;
        match self.bus.count_post(user, burst, time).await {
            Some(wait) => pass(wait),
            None => counters.posts.check(&user),
        }
    }

    /// Counts a draft that is kept.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn draft(&self, user: UserId) -> Result<()> {
        self.counters.as_ref().map_or(Ok(()), |counters| counters.drafts.check(&user))
    }

    /// Counts a search.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn search(&self, user: UserId) -> Result<()> {
        self.counters.as_ref().map_or(Ok(()), |counters| counters.searches.check(&user))
    }

    /// Counts a preview of what is being written.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn preview(&self, user: UserId) -> Result<()> {
        self.counters.as_ref().map_or(Ok(()), |counters| counters.previews.check(&user))
    }

    /// Counts a question of the palette or of a completion.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn look_up(&self, user: UserId) -> Result<()> {
        self.counters.as_ref().map_or(Ok(()), |counters| counters.look_ups.check(&user))
    }

    /// Counts a file.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) fn upload(&self, user: UserId) -> Result<()> {
        self.counters.as_ref().map_or(Ok(()), |counters| counters.uploads.check(&user))
    }

    /// Counts a board made of a file.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) async fn import(&self, user: UserId) -> Result<()> {
        let Some(counters) = &self.counters else { return Ok(()) };
        let (burst, time) = IMPORTS;
        match self.bus.count_import(user, burst, time).await {
            Some(wait) => pass(wait),
            None => counters.imports.check(&user),
        }
    }

    /// Counts a new account.
    ///
    /// # Errors
    /// [`Error::TooMany`].
    pub(crate) async fn sign_up(&self, address: &str) -> Result<()> {
        let Some(counters) = &self.counters else { return Ok(()) };
        let (burst, time) = SIGN_UPS;
        match self.bus.count_sign_up(&hidden(&[address]), burst, time).await {
            Some(wait) => pass(wait),
            None => counters.sign_ups.check(&address.to_owned()),
        }
    }

    /// Counts a try to sign in as failed, until [`Limits::signed_in`] says otherwise: tries sent all
    /// at once are counted too.
    ///
    /// # Errors
    /// [`Error::TooMany`]; the try is not to be made.
    pub(crate) async fn sign_in(&self, name: &str, address: &str, now: Instant) -> Result<()> {
        let Some(counters) = &self.counters else { return Ok(()) };
        match self.bus.count_try(&pair(name, address)).await {
            Some(wait) => pass(wait),
            None => pass(counters.tries.count(name, address, now).unwrap_or_default()),
        }
    }

    /// Forgets the failed tries of this name from this address.
    pub(crate) async fn signed_in(&self, name: &str, address: &str) {
        if let Some(counters) = &self.counters {
            counters.tries.forget(name, address);
            self.bus.forget_tries(&pair(name, address)).await;
        }
    }
}

fn pair(name: &str, address: &str) -> String {
    hidden(&[&protocol::text::fold(name), address])
}

/// Words as a key that tells none of them.
fn hidden(words: &[&str]) -> String {
    let digest = words.iter().fold(Sha256::new(), |digest, word| digest.chain_update(word).chain_update([0]));
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn pass(wait: Duration) -> Result<()> {
    if wait.is_zero() { Ok(()) } else { Err(too_many(wait)) }
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

    #[tokio::test]
    async fn ten_messages_pass_at_once_and_no_more() {
        let limits = Limits::new(true, Bus::Local);
        for _ in 0..10 {
            limits.post(UserId(1)).await.unwrap();
        }
        assert_eq!(limits.post(UserId(1)).await, Err(Error::TooMany { retry_after: 1 }));
        assert_eq!(limits.post(UserId(2)).await, Ok(()), "another person's messages are counted apart");
    }

    #[tokio::test]
    async fn without_limits_everything_passes() {
        let limits = Limits::new(false, Bus::Local);
        for _ in 0..100 {
            limits.post(UserId(1)).await.unwrap();
            limits.sign_in("ana", "::1", Instant::now()).await.unwrap();
            limits.sign_up("::1").await.unwrap();
        }
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_rounded_up() {
        assert_eq!(too_many(Duration::from_millis(1)), Error::TooMany { retry_after: 1 });
        assert_eq!(too_many(Duration::from_millis(4001)), Error::TooMany { retry_after: 5 });
    }
}
