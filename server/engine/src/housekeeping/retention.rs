//! How long the log of events goes back. What rooms and people were told is kept for a while;
//! boards and tasks keep theirs for good, since their activity is read from it.

use protocol::Stream;

use crate::{Engine, Result, db, now};

/// Events of one stream that are kept however old they are.
const AT_LEAST: i64 = 10_000;
/// Events taken out in one write, some milliseconds.
const TOGETHER: i64 = 500;

/// What is kept.
#[derive(Clone, Copy)]
pub(super) struct Retention {
    /// Events younger than this, in milliseconds.
    pub(super) age_ms: i64,
    /// The last so many of a stream.
    pub(super) at_least: i64,
}

impl Retention {
    /// So many days, and the last 10,000 of each stream.
    pub(super) fn of_days(days: u32) -> Self {
        Self { age_ms: i64::from(days) * 24 * 60 * 60 * 1000, at_least: AT_LEAST }
    }
}

/// Takes out what need not be kept: of each stream its oldest events, so that what is left has no
/// gap. Gives how many.
pub(super) async fn trim(engine: &Engine, retention: Retention) -> Result<u64> {
    let Retention { age_ms, at_least } = retention;
    let before = now() - age_ms;
    let long = db::events::long(&mut engine.db().read().await?, at_least).await?;
    let mut trimmed = 0;
    for (stream, head) in long {
        if !matches!(stream.parse(), Ok(Stream::Room(_) | Stream::User(_))) {
            continue;
        }
        let below =
            db::events::first_kept(&mut engine.db().read().await?, &stream, before, head - at_least + 1).await?;
        loop {
            let stream = stream.clone();
            let some = engine
                .write(move |w| Box::pin(async move { db::events::trim(&mut w.tx, &stream, below, TOGETHER).await }));
            let some = some.await?;
            trimmed += some;
            if some < TOGETHER.unsigned_abs() {
                break;
            }
        }
    }
    Ok(trimmed)
}
