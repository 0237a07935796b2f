//! Whether a server still answers.
//!
//! One that is merely busy answers somebody all the time, and waiting is right; one that stands
//! still answers nobody, and who waits should be told soon. So a wait ends when nothing at all has
//! been answered for a while, or when it has lasted very long.

use std::{
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

/// A server is taken to stand still when it has answered nothing for so long.
const STILL: Duration = Duration::from_secs(2);
/// How long anything is waited for, however busy the server is.
const BUSY: Duration = Duration::from_secs(30);
/// How long a statement may take that touches very many rows.
pub(super) const LONG: Duration = Duration::from_secs(60);

/// When a server last answered anything.
pub(crate) struct Pulse {
    begun: Instant,
    /// Milliseconds after `begun`.
    last: AtomicU64,
}

/// How long to wait for a server.
#[derive(Clone)]
pub(crate) struct Watch {
    pulse: Arc<Pulse>,
    still: Duration,
    longest: Duration,
}

impl Watch {
    /// For a server that has just answered.
    pub(super) fn new() -> Self {
        let pulse = Arc::new(Pulse { begun: Instant::now(), last: AtomicU64::new(0) });
        Self { pulse, still: STILL, longest: BUSY }
    }

    /// From now on for statements that touch very many rows, while nothing else may be asked.
    pub(super) fn allow_long(&mut self) {
        (self.still, self.longest) = (LONG, LONG);
    }

    /// Waits; `None` where it took too long.
    pub(crate) async fn wait<T>(&self, what: impl Future<Output = T>) -> Option<T> {
        let asked = Instant::now();
        let mut what = pin!(what);
        loop {
            let last = self.pulse.last();
            let until = (asked.max(last) + self.still).min(asked + self.longest);
            match timeout_at(until, &mut what).await {
                Ok(done) => return Some(done),
                // Others were answered meanwhile.
                Err(_) if self.pulse.last() > last && Instant::now() < asked + self.longest => {}
                Err(_) => return None,
            }
        }
    }

    /// Waits for the answer of the server.
    pub(crate) async fn ask<T>(&self, query: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        let answer = self.wait(query).await.unwrap_or_else(|| Err(late()));
        if matches!(answer, Ok(_) | Err(sqlx::Error::Database(_))) {
            self.pulse.beat();
        }
        answer
    }
}

impl Pulse {
    fn last(&self) -> Instant {
        self.begun + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }

    fn beat(&self) {
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.fetch_max(now, Ordering::Relaxed);
    }
}

/// The database did not answer in time.
pub(super) fn late() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database did not answer in time"))
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::{pause, sleep};

    use super::*;

    #[tokio::test]
    async fn a_server_that_stands_still_is_given_up_soon_and_one_that_is_busy_later() {
        pause();
        let watch = Watch::new();
        let asked = Instant::now();
        assert_eq!(watch.wait(pending::<()>()).await, None);
        assert_eq!(asked.elapsed().as_secs(), STILL.as_secs());

        let (busy, asked) = (watch.clone(), Instant::now());
        let others = async {
            loop {
                sleep(Duration::from_millis(500)).await;
                busy.ask(async { Ok(()) }).await.expect("the server answers others");
            }
        };
        tokio::select! {
            () = others => {}
            waited = watch.wait(pending::<()>()) => assert_eq!(waited, None),
        }
        assert_eq!(asked.elapsed().as_secs(), BUSY.as_secs());
    }
}
