//! Moments in words where no server wrote them: rows that arrive live.

use protocol::page::Clock;

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
