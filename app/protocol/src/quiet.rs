//! Quiet hours: when nothing leaves the page for somebody.

use serde::{Deserialize, Serialize};

use crate::Error;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// What a wall shows somewhere: the day of the week and the minute of the day. A clock that is put
/// forward or back shows it, too, so hours that are held against a wall follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wall {
    /// 0 is Monday, 6 is Sunday.
    pub weekday: i64,
    /// 0 is midnight, 1,439 the last one of the day.
    pub minute: i64,
}

/// When somebody wants to be left alone: nothing is sent to their devices. Their
/// inbox has everything all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    /// The minute of the day at which they begin.
    pub from: i64,
    /// The minute at which they end: of the next day, unless it is after the one at which they begin. The
    /// same minute is a whole day later.
    pub to: i64,
    /// The days on which they begin, 0 is Monday.
    pub days: Vec<i64>,
    /// The zone of the wall, like `Europe/Berlin`.
    pub zone: String,
}

impl Quiet {
    /// Quiet hours as they are written in a form: `22:00`, `07:30`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field: no time, no day, no day of the week.
    pub fn read(from: &str, to: &str, days: &[i64], zone: &str) -> Result<Self, Error> {
        let minute = |field, text| minute(text).ok_or_else(|| Error::invalid(field, "Say a time of day, as 22:00."));
        let (from, to) = (minute("from", from)?, minute("to", to)?);
        let mut days = days.to_vec();
        days.sort_unstable();
        days.dedup();
        if days.is_empty() || days.iter().any(|day| !(0..7).contains(day)) {
            return Err(Error::invalid("days", "Choose the days on which they begin."));
        }
        Ok(Self { from, to, days, zone: zone.to_owned() })
    }

    /// Is it quiet when the wall shows this?
    pub fn holds(&self, wall: Wall) -> bool {
        let length = (self.to - self.from - 1).rem_euclid(DAY) + 1;
        // Begun today, or yesterday and over midnight.
        [(wall.weekday, wall.minute), ((wall.weekday + 6) % 7, wall.minute + DAY)]
            .iter()
            .any(|(began, minute)| self.days.contains(began) && (self.from..self.from + length).contains(minute))
    }

    /// When they begin and end, as a form has it.
    pub fn written(&self) -> (String, String) {
        let time = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
        (time(self.from), time(self.to))
    }
}

/// The minute of the day that is written `22:00`, or `22:00:00` as some browsers do.
pub(crate) fn minute(text: &str) -> Option<i64> {
    let mut parts = text.trim().splitn(3, ':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    if parts.next().is_some_and(|seconds| seconds != "00") {
        return None;
    }
    let number = |text: &str, below: i64| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number: &i64| digits && *number < below)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quiet(from: &str, to: &str, days: &[i64]) -> Quiet {
        Quiet::read(from, to, days, "UTC").unwrap()
    }

    fn at(weekday: i64, time: &str) -> Wall {
        Wall { weekday, minute: minute(time).unwrap() }
    }

    #[test]
    fn a_night_goes_on_over_midnight_into_a_day_on_which_none_begins() {
        // From Friday to Saturday, and from Sunday to Monday.
        let nights = quiet("22:00", "07:30", &[4, 6]);
        for (weekday, time, expected) in [
            (4, "21:59", false),
            (4, "22:00", true),
            (4, "23:59", true),
            (5, "00:00", true),
            (5, "07:29", true),
            (5, "07:30", false),
            (5, "22:00", false),
            (6, "23:00", true),
            (0, "07:00", true),
            (4, "07:00", false),
        ] {
            assert_eq!(nights.holds(at(weekday, time)), expected, "{weekday} {time}");
        }
    }

    #[test]
    fn hours_of_one_day_end_on_it_and_the_same_time_is_a_whole_day() {
        let lunch = quiet("12:00", "13:00", &[0]);
        assert!(lunch.holds(at(0, "12:30")) && !lunch.holds(at(0, "13:00")) && !lunch.holds(at(1, "12:30")));
        let saturday = quiet("00:00", "00:00", &[5]);
        assert!(saturday.holds(at(5, "00:00")) && saturday.holds(at(5, "23:59")));
        assert!(!saturday.holds(at(4, "23:59")) && !saturday.holds(at(6, "00:00")));
    }

    #[test]
    fn what_is_no_time_or_no_day_is_named() {
        for (from, to, days, field) in [
            ("24:00", "07:00", &[1][..], "from"),
            ("", "07:00", &[1], "from"),
            ("9:00", "07:00", &[1], "from"),
            ("+9:00", "07:00", &[1], "from"),
            ("22:00", "07:60", &[1], "to"),
            ("22:00", "07:00:30", &[1], "to"),
            ("22:00", "07:00", &[], "days"),
            ("22:00", "07:00", &[7], "days"),
            ("22:00", "07:00", &[-1, 2], "days"),
        ] {
            assert_eq!(Quiet::read(from, to, days, "UTC").unwrap_err().field(), Some(field), "{from} {to} {days:?}");
        }
        let read = quiet("22:00:00", "07:05", &[6, 0, 6]);
        assert_eq!((read.days.as_slice(), read.written()), (&[0, 6][..], ("22:00".into(), "07:05".into())));
    }

    proptest! {
        // Against a week that is filled in minute by minute.
        #[test]
        fn it_is_quiet_exactly_in_the_hours_that_begin_on_the_days(
            from in 0..DAY, to in 0..DAY, days in prop::collection::btree_set(0..7_i64, 1..7),
        ) {
            let quiet = Quiet { from, to, days: days.iter().copied().collect(), zone: String::new() };
            let mut week = vec![false; (7 * DAY) as usize];
            for day in days {
                let mut minute = from;
                loop {
                    week[((day * DAY + minute) % (7 * DAY)) as usize] = true;
                    minute += 1;
                    if minute % DAY == to { break; }
                }
            }
            for (at, expected) in week.into_iter().enumerate() {
                let wall = Wall { weekday: at as i64 / DAY, minute: at as i64 % DAY };
                prop_assert_eq!(quiet.holds(wall), expected, "{:?}", wall);
            }
        }
    }
}
