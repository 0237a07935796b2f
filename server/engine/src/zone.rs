//! Moments in the words of the reader's wall clock.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use protocol::page::Clock;

/// A reader's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// The zone of that IANA name, like `Europe/Berlin`; UTC where it is unknown.
    pub fn named(name: &str) -> Self {
        Self(name.parse().unwrap_or(Tz::UTC))
    }

    /// A moment (milliseconds since 1970) in words.
    pub(crate) fn clock(self, at: i64) -> Clock {
        let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let here = utc.with_timezone(&self.0);
        Clock {
            day: here.format("%Y-%m-%d").to_string(),
            day_text: here.format("%A, %-d %B %Y").to_string(),
            time: here.format("%H:%M").to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, at: i64, expected: [&str; 3]) {
        let Clock { day, day_text, time } = Zone::named(zone).clock(at);
        assert_eq!([day.as_str(), day_text.as_str(), time.as_str()], expected, "{zone} at {at}");
    }

    #[test]
    fn a_moment_has_the_day_and_time_of_the_readers_wall() {
        let at = 1_795_425_060_000;
        check("UTC", at, ["2026-11-23", "Monday, 23 November 2026", "09:11"]);
        check("Europe/Berlin", at, ["2026-11-23", "Monday, 23 November 2026", "10:11"]);
        check("Pacific/Kiritimati", at, ["2026-11-23", "Monday, 23 November 2026", "23:11"]);
        check("Pacific/Pago_Pago", at, ["2026-11-22", "Sunday, 22 November 2026", "22:11"]);
    }

    #[test]
    fn an_unknown_zone_and_an_impossible_moment_are_utc_and_1970() {
        check("Mars/Olympus", 0, ["1970-01-01", "Thursday, 1 January 1970", "00:00"]);
        check("", i64::MAX, ["1970-01-01", "Thursday, 1 January 1970", "00:00"]);
    }
}
