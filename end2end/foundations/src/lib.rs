//! What servers under test stand on: a PostgreSQL, a Redis, a bucket, a mail server and a push service that tests start
//! for themselves.
//!
//! Everything ends with the test that started it, also where that is killed and drops nothing.

use std::time::Duration;

pub mod mail;
pub mod postgres;
pub mod process;
pub mod push;
pub mod redis;
pub mod s3;

/// How long what must come may take, on however slow a machine.
const WITHIN: Duration = Duration::from_secs(30);

/// Waits for something to become true.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let waited = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(WITHIN, waited).await.unwrap_or_else(|_| panic!("never: {what}"));
}
