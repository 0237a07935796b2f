//! How long to wait before something is tried again: doubling, and never all at once.

use protocol::limits;

/// The longest wait before the next try, in milliseconds, after so many that failed in a row.
pub fn longest(failed: u32) -> u32 {
    let (first, last) = limits::RECONNECT_MS;
    first.saturating_mul(2_u32.saturating_pow(failed)).min(last)
}

/// Anything from nothing to `longest`, so that not everybody comes back in the same moment.
/// `chance` is a random number of at least 0 and below 1.
pub fn jitter(longest: u32, chance: f64) -> u32 {
    (chance * f64::from(longest)) as u32
}

/// A random number of at least 0 and below 1. In the browser alone.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        let waits: Vec<u32> = (0..9).map(longest).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(longest(1000), 60_000);
    }

    #[test]
    fn a_wait_is_anything_up_to_the_longest() {
        assert_eq!((jitter(500, 0.0), jitter(500, 0.5), jitter(60_000, 0.999)), (0, 250, 59_940));
    }
}
