//! Moments in the words of the reader's wall clock.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use protocol::{Day, Wall, page::Clock};

/// A reader's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// The zone of that IANA name, like `Europe/Berlin`; UTC where it is unknown.
    pub fn named(name: &str) -> Self {
        Self(name.parse().unwrap_or(Tz::UTC))
    }

    /// The zone of that IANA name, if there is one.
    pub fn known(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// Its IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What a wall here shows at a moment (milliseconds since 1970).
    pub(crate) fn wall(self, at: i64) -> Wall {
        let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let here = utc.with_timezone(&self.0);
        let minute = i64::from(here.hour() * 60 + here.minute());
        Wall { weekday: i64::from(here.weekday().num_days_from_monday()), minute }
    }

    /// The moment (milliseconds since 1970) at which the day so many days after this one begins.
    pub(crate) fn start_of(self, day: Day, later: u64) -> i64 {
        self.at(day, later, 0)
    }

    /// The moment at which the wall shows a minute of the day so many days after this one.
    fn at(self, day: Day, later: u64, minute: i64) -> i64 {
        let day = NaiveDate::from_ymd_opt(day.year, day.month, day.day).unwrap_or_default();
        let midnight = day.checked_add_days(Days::new(later)).unwrap_or(day).and_time(chrono::NaiveTime::MIN);
        let wall = midnight + TimeDelta::minutes(minute);
        // Where clocks are put forward then, it is an hour later.
        let at = wall.and_local_timezone(self.0).earliest();
        let at = at.or_else(|| (wall + TimeDelta::hours(1)).and_local_timezone(self.0).earliest());
        at.map_or_else(|| wall.and_utc().timestamp_millis(), |at| at.timestamp_millis())
    }

    /// The first moment after one (milliseconds since 1970) at which a wall here shows a minute of the day.
    pub(crate) fn next(self, after: i64, minute: i64) -> i64 {
        let today = self.day(after);
        let days = (0..3).map(|later| self.at(today, later, minute));
        days.into_iter().find(|at| *at > after).unwrap_or(after + 24 * 60 * 60 * 1000)
    }

    /// The moment that a wall here shows as `2026-11-26T09:00`, or that is written with its zone
    /// (`2026-11-26T09:00:00Z`), in milliseconds since 1970. An hour that the clock skips is taken for the
    /// one after it.
    pub fn moment(self, text: &str) -> Option<i64> {
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Some(moment.timestamp_millis());
        }
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
        let wall = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())?;
        let tries = [wall, wall.checked_add_signed(TimeDelta::hours(1))?];
        let moment = tries.into_iter().find_map(|wall| wall.and_local_timezone(self.0).earliest());
        Some(moment?.timestamp_millis())
    }

    /// The day that a wall here shows at a moment (milliseconds since 1970).
    pub fn day(self, at: i64) -> Day {
        let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let here = utc.with_timezone(&self.0);
        Day { year: here.year(), month: here.month(), day: here.day() }
    }

    /// A moment (milliseconds since 1970) in words.
    pub fn clock(self, at: i64) -> Clock {
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
    fn the_day_is_that_of_the_readers_wall() {
        let day = |zone: &str| Zone::named(zone).day(1_795_425_060_000).to_string();
        assert_eq!([day("UTC"), day("Pacific/Pago_Pago")], ["2026-11-23", "2026-11-22"]);
    }

    #[test]
    fn a_day_begins_at_midnight_there() {
        let start = |zone: &str, day: &str, later| Zone::named(zone).start_of(day.parse().unwrap(), later);
        let utc = 1_795_392_000_000;
        assert_eq!(start("UTC", "2026-11-23", 0), utc);
        assert_eq!(start("UTC", "2026-11-22", 1), utc);
        assert_eq!(start("Europe/Berlin", "2026-11-23", 0), utc - 3_600_000);
        assert_eq!(start("America/Santiago", "2026-09-06", 0), start("UTC", "2026-09-06", 0) + 4 * 3_600_000);
        assert!(start("UTC", "9999-12-31", 1) > utc);
    }

    #[test]
    fn the_next_time_of_a_day_follows_the_wall_over_changes_of_the_clock() {
        let at = |utc: &str| DateTime::parse_from_rfc3339(utc).unwrap().timestamp_millis();
        let (berlin, nine) = (Zone::named("Europe/Berlin"), 9 * 60);
        for (after, expected) in [
            ("2026-11-23T07:59:59Z", "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"),
            ("2026-11-23T23:30:00Z", "2026-11-24T08:00:00Z"),
            ("2026-03-28T09:00:00Z", "2026-03-29T07:00:00Z"),
            ("2026-10-24T09:00:00Z", "2026-10-25T08:00:00Z"),
        ] {
            assert_eq!(berlin.next(at(after), nine), at(expected), "{after}");
        }
        assert_eq!(berlin.next(at("2026-03-29T00:00:00Z"), 150), at("2026-03-29T01:30:00Z"), "an hour that is skipped");
    }

    #[test]
    fn a_moment_is_read_from_the_wall_or_with_its_zone() {
        let at = 1_795_425_060_000;
        for (zone, text) in [
            ("UTC", "2026-11-23T09:11"),
            ("Europe/Berlin", "2026-11-23T10:11:00"),
            ("Europe/Berlin", "2026-11-23T09:11:00Z"),
            ("UTC", "2026-11-23T10:11:00+01:00"),
        ] {
            assert_eq!(Zone::named(zone).moment(text), Some(at), "{text} in {zone}");
        }
        let skipped = Zone::named("Europe/Berlin").moment("2026-03-29T02:30");
        assert_eq!(skipped, Zone::named("UTC").moment("2026-03-29T01:30"));
        for none in ["", "tomorrow", "2026-11-23", "2026-13-01T00:00", "2026-11-23T25:00", "+262143-12-31T23:59"] {
            assert_eq!(Zone::named("UTC").moment(none), None, "{none}");
        }
    }

    #[test]
    fn quiet_hours_follow_the_wall_over_changes_of_the_clock() {
        let quiet = protocol::Quiet::read("22:00", "07:00", &[0, 1, 2, 3, 4, 5, 6], "Europe/Berlin").unwrap();
        let holds = |utc: &str| {
            let at = DateTime::parse_from_rfc3339(utc).unwrap().timestamp_millis();
            quiet.holds(Zone::named("Europe/Berlin").wall(at))
        };
        // The clock is put forward on 29 March 2026 at 01:00 UTC, and back on 25 October.
        for (utc, expected) in [
            ("2026-03-28T20:59:00Z", false),
            ("2026-03-28T21:00:00Z", true),
            ("2026-03-29T00:59:00Z", true),
            ("2026-03-29T04:59:00Z", true),
            ("2026-03-29T05:00:00Z", false),
            ("2026-03-29T20:00:00Z", true),
            ("2026-10-24T19:59:00Z", false),
            ("2026-10-24T20:00:00Z", true),
            // Both times that the wall shows half past two.
            ("2026-10-25T00:30:00Z", true),
            ("2026-10-25T01:30:00Z", true),
            ("2026-10-25T05:59:00Z", true),
            ("2026-10-25T06:00:00Z", false),
        ] {
            assert_eq!(holds(utc), expected, "{utc}");
        }
    }

    #[test]
    fn a_zone_has_a_name_or_is_not_known() {
        assert_eq!(Zone::known("Europe/Berlin").map(Zone::name), Some("Europe/Berlin"));
        assert_eq!(Zone::known("Mars/Olympus"), None);
    }

    #[test]
    fn an_unknown_zone_and_an_impossible_moment_are_utc_and_1970() {
        check("Mars/Olympus", 0, ["1970-01-01", "Thursday, 1 January 1970", "00:00"]);
        check("", i64::MAX, ["1970-01-01", "Thursday, 1 January 1970", "00:00"]);
    }
}
