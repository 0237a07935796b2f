//! A day of the calendar, without a zone: the day that a wall shows.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day of the calendar, written `2026-11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// 1970 to 9999.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl Day {
    /// Days since 1 January 1970 (<https://howardhinnant.github.io/date_algorithms.html>, `days_from_civil`).
    pub fn number(self) -> i32 {
        let (month, day) = (self.month as i32, self.day as i32);
        // The year begins in March, so that a leap day is its last.
        let year = self.year - i32::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
    }

    /// The day with this number, the inverse of [`Day::number`], within 1970 to 9999.
    pub fn numbered(number: i32) -> Self {
        let number = number.clamp(0, 2_932_896) + 719_468;
        let (era, of_era) = (number / 146_097, number % 146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Self {
            year: year_of_era + era * 400 + i32::from(month <= 2),
            month: month.unsigned_abs(),
            day: (day_of_year - (153 * shifted + 2) / 5 + 1).unsigned_abs(),
        }
    }

    /// `Friday`.
    pub fn weekday(self) -> &'static str {
        WEEKDAYS[self.number().rem_euclid(7).unsigned_abs() as usize]
    }

    /// `Due on Friday, 27 Nov 2026`.
    pub fn due_words(self) -> String {
        let month = MONTHS[(self.month.clamp(1, 12) - 1) as usize];
        format!("Due on {}, {} {month} {}", self.weekday(), self.day, self.year)
    }

    /// `27 Nov`, with the year where it is not that of `today`.
    pub fn short(self, today: Self) -> String {
        let month = MONTHS[(self.month.clamp(1, 12) - 1) as usize];
        if self.year == today.year {
            format!("{} {month}", self.day)
        } else {
            format!("{} {month} {}", self.day, self.year)
        }
    }
}

/// The first one.
impl Default for Day {
    fn default() -> Self {
        Self::numbered(0)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Day {
    type Err = ();

    /// `2026-11-23`, where that is a day.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-').map(|part| match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => part.parse::<u32>().map_err(drop),
            false => Err(()),
        });
        let mut next = || parts.next().ok_or(())?;
        let (year, month, day) = (next()?, next()?, next()?);
        if parts.next().is_some() || !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
            return Err(());
        }
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        if (1..=days).contains(&day) { Ok(Self { year: year as i32, month, day }) } else { Err(()) }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("not a day: a day is written 2026-11-23"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970_and_back() {
        for (text, number, weekday) in [
            ("1970-01-01", 0, "Thursday"),
            ("1970-03-01", 59, "Sunday"),
            ("2000-02-29", 11_016, "Tuesday"),
            ("2026-11-23", 20_780, "Monday"),
            ("9999-12-31", 2_932_896, "Friday"),
        ] {
            let day: Day = text.parse().unwrap();
            assert_eq!((day.number(), day.weekday()), (number, weekday), "{text}");
            assert_eq!((Day::numbered(number), day.to_string().as_str()), (day, text));
        }
        for number in 0..40_000 {
            assert_eq!(Day::numbered(number).number(), number);
        }
    }

    #[test]
    fn a_day_of_this_year_needs_no_year() {
        let (day, today) = ("2026-11-03".parse::<Day>().unwrap(), "2026-01-01".parse().unwrap());
        assert_eq!(day.short(today), "3 Nov");
        assert_eq!(day.short("2027-01-01".parse().unwrap()), "3 Nov 2026");
    }
}
