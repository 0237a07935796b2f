//! Moments in words where no server wrote them: rows that arrive live.

use std::time::Duration;

use protocol::{Day, page::Clock};

const HOUR_S: u32 = 60 * 60;
const DAY_S: u32 = 24 * HOUR_S;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Milliseconds since 1970. In the browser alone.
pub fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// A moment, in milliseconds since 1970, on the wall of whoever sits at this browser. In the
/// browser alone.
pub fn local(at: i64) -> Clock {
    let date = js_sys::Date::new(&(at as f64).into());
    words(date.get_full_year(), date.get_month(), date.get_date(), date.get_day(), date.get_hours(), date.get_minutes())
}

/// The day on the wall of whoever sits at this browser, and how long it lasts yet. In the browser alone.
pub fn today() -> (Day, Duration) {
    let date = js_sys::Date::new_0();
    let year = i32::try_from(date.get_full_year()).unwrap_or(i32::MAX);
    let day = Day { year, month: date.get_month() + 1, day: date.get_date() };
    let gone = (date.get_hours() * 60 + date.get_minutes()) * 60 + date.get_seconds();
    // A second more, and at most an hour, since clocks are put forward and back, and computers sleep.
    let left = (DAY_S.saturating_sub(gone) + 1).min(HOUR_S);
    (day, Duration::from_secs(left.into()))
}

/// As the server words it. `month` and `weekday` count from 0, Sunday is 0.
fn words(year: u32, month: u32, date: u32, weekday: u32, hour: u32, minute: u32) -> Clock {
    let name = |names: &[&'static str], index: u32| names.get(index as usize).copied().unwrap_or_default();
    Clock {
        day: format!("{year:04}-{:02}-{date:02}", month + 1),
        day_text: format!("{}, {date} {} {year}", name(&DAYS, weekday), name(&MONTHS, month)),
        time: format!("{hour:02}:{minute:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_worded_as_the_server_does() {
        let clock = words(2026, 10, 3, 2, 9, 4);
        assert_eq!(clock.day, "2026-11-03");
        assert_eq!(clock.day_text, "Tuesday, 3 November 2026");
        assert_eq!(clock.time, "09:04");
    }
}
