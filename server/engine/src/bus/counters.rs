//! Rate limits on all nodes together, as counters in Redis. Each is one script, so that it counts
//! and decides in one go; the clock is Redis' own. A count that Redis doesn't take in time is not
//! waited for: the node counts by itself until Redis is heard again.

use std::time::Duration;

use fred::interfaces::{FredResult, KeysInterface, LuaInterface};
use protocol::UserId;
use tokio::time::timeout;

use super::Redis;

/// A message waits for its count no longer than this.
const POST_WITHIN: Duration = Duration::from_millis(25);
/// Nor does a try to sign in or to sign up, whose password takes as long to check or to hash, or a file to import,
/// which takes longer to come.
const TRY_WITHIN: Duration = Duration::from_millis(100);

/// The generic cell rate algorithm: a key holds when its bucket will be full again.
/// ARGV: what one costs and what fits, in milliseconds. Gives the wait, in milliseconds.
const BUCKET: &str = "
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local cost, room = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = tonumber(redis.call('GET', KEYS[1]) or now)
if full < now or full > now + room then full = now end
local wait = full + cost - room - now
if wait > 0 then return wait end
redis.call('SET', KEYS[1], full + cost, 'PX', room)
return 0";

/// Growing delays between failed tries, with the figures of `limits/signin.rs`.
/// Gives the wait, in milliseconds.
const TRIES: &str = "
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local function delay(count)
  if count < 5 then return 0 end
  return math.min(1000 * 2 ^ math.min(count - 5, 16), 300000)
end
local kept = redis.call('HMGET', KEYS[1], 'count', 'first', 'next')
local count, first, next = tonumber(kept[1] or 0), tonumber(kept[2] or now), tonumber(kept[3] or now)
if now < next then return math.min(next - now, 300000) end
local minute = now >= first + 60000
if minute and (count < 5 or now >= next + math.max(60000, delay(count))) then
  count, first = 0, now
end
count = count + 1
redis.call('HSET', KEYS[1], 'count', count, 'first', first, 'next', now + delay(count))
redis.call('PEXPIRE', KEYS[1], 660000)
return 0";

impl Redis {
    pub(super) async fn count_post(&self, user: UserId, burst: u32, time: Duration) -> Option<Duration> {
        self.count(POST_WITHIN, BUCKET, format!("boardwalk:posts:{user}"), bucket(burst, time)).await
    }

    pub(super) async fn count_import(&self, user: UserId, burst: u32, time: Duration) -> Option<Duration> {
        self.count(TRY_WITHIN, BUCKET, format!("boardwalk:imports:{user}"), bucket(burst, time)).await
    }

    pub(super) async fn count_sign_up(&self, address: &str, burst: u32, time: Duration) -> Option<Duration> {
        self.count(TRY_WITHIN, BUCKET, format!("boardwalk:signups:{address}"), bucket(burst, time)).await
    }

    pub(super) async fn count_try(&self, pair: &str) -> Option<Duration> {
        self.count(TRY_WITHIN, TRIES, key(pair), Vec::new()).await
    }

    pub(super) async fn forget_tries(&self, pair: &str) {
        if self.is_up() {
            let client = self.within(TRY_WITHIN);
            self.trust(TRY_WITHIN, client.del::<(), _>(key(pair))).await;
        }
    }

    async fn count(&self, limit: Duration, script: &str, key: String, arguments: Vec<i64>) -> Option<Duration> {
        if !self.is_up() {
            return None;
        }
        let client = self.within(limit);
        let wait = self.trust(limit, client.eval::<i64, _, _, _>(script, key, arguments)).await?;
        Some(Duration::from_millis(wait.max(0).unsigned_abs()))
    }

    /// Waits for an answer of Redis no longer than so; without one it counts as away until it is
    /// heard again, so that the next doesn't wait too.
    async fn trust<T>(&self, limit: Duration, answer: impl Future<Output = FredResult<T>>) -> Option<T> {
        // The client's own limit does not hold while its connection is stalled.
        let failed = match timeout(limit, answer).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.to_string(),
            Err(late) => late.to_string(),
        };
        tracing::debug!(error = failed, "Redis did not count; this node counts by itself");
        self.doubt();
        None
    }
}

/// What one costs and what fits, in milliseconds.
fn bucket(burst: u32, time: Duration) -> Vec<i64> {
    let room = time.as_millis() as i64;
    vec![room / i64::from(burst.max(1)), room]
}

fn key(pair: &str) -> String {
    format!("boardwalk:tries:{pair}")
}
