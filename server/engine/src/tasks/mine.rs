//! My tasks, over all boards that I may read.

use std::{fmt, str::FromStr};

use protocol::{
    Cursor, Day, Stream, TaskId,
    limits::PAGE,
    page::{MyTask, MyTasks},
};

use crate::{
    Actor, Engine, Result, Zone,
    db::{self, tasks::mine as rows},
    now,
    write::internal,
};

/// After which task a page begins, as addresses carry it: `2026-11-25.1.31`. The default is the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The day; none where there is no date.
    day: Option<Day>,
    /// How much it matters: the most urgent have the least.
    urgency: i64,
    task: TaskId,
}

/// Before all of them.
impl Default for Key {
    fn default() -> Self {
        Self { day: Some(Day::default()), urgency: -1, task: TaskId(0) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Some(day) => write!(f, "{day}.{}.{}", self.urgency, self.task),
            None => write!(f, "none.{}.{}", self.urgency, self.task),
        }
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let mut parts = text.split('.');
        let (Some(day), Some(urgency), Some(task), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(());
        };
        let day = if day == "none" { None } else { Some(day.parse()?) };
        Ok(Self { day, urgency: urgency.parse().map_err(drop)?, task: task.parse().map_err(drop)? })
    }
}

/// A page of what I shall do, or an item of it, and is not done, or only of what of it is overdue; `after` is
/// [`MyTasks::next`] of the page before.
///
/// # Errors
/// The database failed.
pub async fn mine(engine: &Engine, actor: &Actor, after: Key, overdue: bool, zone: Zone) -> Result<MyTasks> {
    let mut tx = engine.db().read().await?;
    let day = after.day.map_or_else(|| "~".to_owned(), |day| day.to_string());
    let today = zone.day(now());
    // After every day, and after what has none.
    let until = if overdue { today.to_string() } else { "~~".to_owned() };
    let mut page = rows::page(&mut tx, actor.id(), (&day, after.urgency, after.task), &until, PAGE + 1).await?;
    let more = page.len() as i64 > PAGE;
    page.truncate(PAGE as usize);
    let next = page.last().filter(|_| more);
    let next = next.map(|last| Key { day: last.card.due, urgency: last.urgency, task: last.card.id }.to_string());
    let mut streams: Vec<Stream> = page.iter().map(|mine| Stream::Board(mine.card.board)).collect();
    streams.push(Stream::User(actor.id()));
    streams.sort();
    streams.dedup();
    let names: Vec<String> = streams.iter().map(Stream::to_string).collect();
    let heads = db::events::heads(&mut tx, &names).await?;
    let cursor = |(name, seq, _): (String, i64, i64)| {
        Ok(Cursor { stream: name.parse().map_err(internal)?, epoch: engine.epoch(), seq })
    };
    Ok(MyTasks {
        tasks: page
            .into_iter()
            .map(|mine| MyTask { card: mine.card, board: mine.board, column: mine.column, items: mine.items })
            .collect(),
        next,
        today,
        cursors: heads.into_iter().map(cursor).collect::<Result<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for text in ["2026-11-25.1.31", "none.3.7", "1970-01-01.-1.0"] {
            assert_eq!(text.parse::<Key>().map(|key| key.to_string()).as_deref(), Ok(text));
        }
        for none in ["", "x", "2026-11-25", "2026-13-25.1.31", "none.1", "none.1.x", "none.1.2.3", "~.1.2"] {
            assert_eq!(none.parse::<Key>(), Err(()), "{none}");
        }
        assert_eq!(Key::default().to_string(), "1970-01-01.-1.0");
    }
}
