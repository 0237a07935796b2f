//! What else than its words an entry of the index says, so that a search need not look at the rows
//! of others: where it is, by whom, of when. No word has a colon.

use chrono::{DateTime, Datelike, Utc};
use protocol::{BoardId, RoomId, UserId};

/// Years that a search may span by month; of longer ones only the rows say whether they fit.
const YEARS: i32 = 100;

/// On a board, where every member may read: its tasks, their comments, its open rooms.
pub(crate) fn open(board: BoardId) -> String {
    format!(":o{board}")
}

/// In a room or a thread of it. Whether a room is private never changes.
pub(crate) fn room(room: RoomId) -> String {
    format!(":r{room}")
}

/// With files.
pub(crate) const FILES: &str = ":f";

/// With a word in the title of a task. With the board in it, since it is looked for by its beginning:
/// what begins so on the boards of others is never walked past.
pub(crate) fn titled(board: BoardId, word: &str) -> String {
    format!(":t{board}:{word}")
}

/// Written by a person.
pub(crate) fn author(user: UserId) -> String {
    format!(":u{user}")
}

/// Written in a year and a month of UTC.
pub(crate) fn moment(at: i64) -> [String; 2] {
    let (year, month) = month_of(at);
    [of_year(year), of_month(year, month)]
}

fn of_year(year: i32) -> String {
    format!(":y{year}")
}

fn of_month(year: i32, month: u32) -> String {
    format!(":m{year}-{month:02}")
}

fn month_of(at: i64) -> (i32, u32) {
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
    (utc.year(), utc.month())
}

/// The years and months of which one has each moment from `from` and before `until`; none where that
/// would be too many.
pub(crate) fn between(from: i64, until: i64) -> Option<Vec<String>> {
    let ((first, first_month), (last, last_month)) = (month_of(from.max(0)), month_of(until));
    if last - first > YEARS {
        return None;
    }
    let mut tags = Vec::new();
    for year in first..=last {
        let begin = if year == first { first_month } else { 1 };
        let end = if year == last { last_month } else { 12 };
        match (begin, end) {
            (1, 12) => tags.push(of_year(year)),
            _ => tags.extend((begin..=end).map(|month| of_month(year, month))),
        }
    }
    Some(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3_600_000;

    #[test]
    fn a_span_is_whole_years_and_the_months_at_its_ends() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp_millis();
        let (from, until) = (at("2023-11-30T23:00:00Z"), at("2026-02-01T00:00:00Z"));
        let tags = between(from, until).unwrap();
        assert_eq!(tags, [":m2023-11", ":m2023-12", ":y2024", ":y2025", ":m2026-01", ":m2026-02"]);
        for moment in [from, from + DAY, until - 1] {
            assert!(super::moment(moment).iter().any(|tag| tags.contains(tag)), "{moment}");
        }
        assert_eq!(between(0, at("2200-01-01T00:00:00Z")), None);
        assert_eq!(
            between(i64::MIN, at("1971-03-01T00:00:00Z")).unwrap(),
            [":y1970", ":m1971-01", ":m1971-02", ":m1971-03"]
        );
        assert_eq!(between(from, from).unwrap(), [":m2023-11"]);
        assert_eq!(between(until, from).unwrap(), Vec::<String>::new());
    }
}
