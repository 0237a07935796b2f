//! A month of the calendar.

use std::{fmt, str::FromStr};

use crate::Day;

const NAMES: [&str; 12] = [
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

/// A month of the calendar, written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// 1970 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl Month {
    /// The month that a day is in.
    pub fn of(day: Day) -> Self {
        Self { year: day.year, month: day.month }
    }

    /// Its first day.
    pub fn first(self) -> Day {
        Day { year: self.year, month: self.month, day: 1 }
    }

    /// The month so many months later, or earlier, within the years that there are.
    pub fn later(self, months: i32) -> Self {
        let number = (self.year * 12 + self.month as i32 - 1 + months).clamp(1970 * 12, 9999 * 12 + 11);
        Self { year: number / 12, month: number.rem_euclid(12).unsigned_abs() + 1 }
    }

    /// The weeks that have a day of it, each by the number of its Monday (see [`Day::number`]).
    pub fn weeks(self) -> Vec<i32> {
        let first = self.first().number();
        // Days are counted from a Thursday.
        let monday = first - (first + 3).rem_euclid(7);
        let has = |monday: &i32| *monday <= first || day_numbered(*monday).is_some_and(|day| Self::of(day) == self);
        (monday..).step_by(7).take_while(has).collect()
    }

    /// `February 2031`.
    pub fn words(self) -> String {
        format!("{} {}", NAMES[(self.month.clamp(1, 12) - 1) as usize], self.year)
    }
}

/// The day of this number, where there is one.
pub fn day_numbered(number: i32) -> Option<Day> {
    Some(Day::numbered(number)).filter(|day| day.number() == number)
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        format!("{text}-01").parse().map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_has_the_weeks_that_have_a_day_of_it() {
        for (text, first, weeks, words) in [
            ("2031-02", "2031-01-27", 5, "February 2031"),
            ("2027-02", "2027-02-01", 4, "February 2027"),
            ("2026-08", "2026-07-27", 6, "August 2026"),
            ("1970-01", "1969-12-29", 5, "January 1970"),
            ("9999-12", "9999-11-29", 5, "December 9999"),
        ] {
            let found = month(text).weeks();
            assert_eq!((found.len(), month(text).words().as_str()), (weeks, words), "{text}: {found:?}");
            assert_eq!(found[0], first.parse::<Day>().map_or(-3, Day::number));
            assert_eq!(month(text).to_string(), text);
        }
    }

    #[test]
    fn months_follow_one_another_and_end() {
        assert_eq!(month("2026-12").later(1), month("2027-01"));
        assert_eq!(month("2026-01").later(-1), month("2025-12"));
        assert_eq!(month("1970-01").later(-1), month("1970-01"));
        assert_eq!(month("9999-12").later(1), month("9999-12"));
        for wrong in ["", "2026", "2026-13", "2026-1-1", "1969-12", "10000-01", "2026-02-01", "-1-01"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
