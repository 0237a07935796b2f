//! The rows of the palette: which of all that is known fit what is typed, and in what order.

use protocol::{
    palette::{Fit, Found, Typed},
    text::fold,
};

use crate::{keys::Deed, request::Theme, ui::Sign};

/// Rows that are shown for what is typed.
const SHOWN: usize = 20;

/// Something to go to or to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Tells it from the others, and a place from where it is known.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is said beside that.
    pub more: String,
    pub sign: Sign,
    pub kind: Kind,
    /// How many were opened after it, if it was opened of late.
    pub recent: Option<usize>,
    /// The number of a task.
    pub number: Option<i64>,
    /// Is it on the board one is on?
    pub here: bool,
    /// Stands below all others, whatever they are.
    pub last: bool,
    pub does: Does,
    /// What is typed is compared with this.
    folded: String,
}

/// What something is, in the order in which it is meant where nothing else says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What can be done on the page one is on.
    Here,
    Board,
    Room,
    Task,
    /// What can be done anywhere.
    Action,
    Person,
}

/// What a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Leads to an address.
    Go(String),
    /// What a key does.
    Key(Deed),
    /// Presses what stands on the page under this name.
    Press(String),
    SignOut,
    Theme(Theme),
    ReadAll,
}

impl Row {
    /// Something of this name.
    pub fn new(id: String, kind: Kind, sign: Sign, name: &str, more: &str, does: Does) -> Self {
        let number = name.strip_prefix('#').and_then(|rest| rest.split(' ').next()?.parse().ok());
        Self {
            id,
            name: name.to_owned(),
            more: more.to_owned(),
            sign,
            kind,
            recent: None,
            number: number.filter(|_| kind == Kind::Task),
            here: false,
            last: false,
            does,
            folded: fold(name),
        }
    }

    /// Opened when so many others were not yet.
    pub fn opened(self, recent: usize) -> Self {
        Self { recent: Some(recent), ..self }
    }

    /// On the board one is on.
    pub fn on_this_board(self) -> Self {
        Self { here: true, ..self }
    }

    /// Also found by these words.
    pub fn also(mut self, words: &str) -> Self {
        self.folded = format!("{} {}", self.folded, fold(words));
        self
    }
}

/// The rows for what is typed, the best first; for nothing, what was opened of late and what can be done
/// here.
pub fn ranked(known: &[Row], text: &str) -> Vec<Row> {
    let typed = Typed::of(text);
    if typed.is_empty() {
        let mut recent: Vec<&Row> = known.iter().filter(|row| row.recent.is_some()).collect();
        recent.sort_by_key(|row| row.recent);
        let doing = |kind| known.iter().filter(move |row| row.recent.is_none() && row.kind == kind);
        return recent
            .into_iter()
            .take(SHOWN / 2)
            .chain(doing(Kind::Here))
            .chain(doing(Kind::Action))
            .cloned()
            .collect();
    }
    let mut fitting: Vec<(Rank, &Row)> = known.iter().filter_map(|row| Some((rank(row, &typed)?, row))).collect();
    // Of the same rank they stay as they are known.
    fitting.sort_by_key(|(rank, _)| *rank);
    let rows = fitting.into_iter().map(|(_, row)| row.clone()).take(SHOWN);
    rows.chain([search_for(text.trim())]).collect()
}

/// Smaller is better.
type Rank = (u8, Fit, usize, Kind);

fn rank(row: &Row, typed: &Typed) -> Option<Rank> {
    let fit = typed.fit(&row.folded)?;
    let by_number = match (row.number.is_some() && row.number == typed.number(), row.here) {
        (true, true) => 0,
        (true, false) => 1,
        _ => 2,
    };
    Some((by_number, fit, row.recent.unwrap_or(usize::MAX), row.kind))
}

/// What stands below all others, since it always fits.
fn search_for(text: &str) -> Row {
    let address = format!("/search/?q={}", leptos_router::location::Url::escape(text));
    let name = format!("Search for “{text}”");
    let mut row = Row::new("search".into(), Kind::Action, Sign::Search, &name, "", Does::Go(address));
    row.last = true;
    row
}

/// The rows now that more is known: those down to the one that is held stay, the others follow as they
/// rank.
pub fn folded_in(shown: Vec<Row>, held: Option<usize>, ranked: Vec<Row>) -> Vec<Row> {
    let mut rows: Vec<Row> = shown.into_iter().take(held.map_or(0, |held| held + 1)).collect();
    let new: Vec<Row> = ranked.into_iter().filter(|row| !rows.iter().any(|kept| kept.id == row.id)).collect();
    rows.extend(new);
    rows
}

/// Adds what was not known.
pub fn learn(known: &mut Vec<Row>, found: Vec<Row>) {
    for row in found {
        match known.iter_mut().find(|other| other.id == row.id) {
            // What was known of it may be of before.
            Some(other) => *other = Row { recent: other.recent, here: other.here || row.here, ..row },
            None => known.push(row),
        }
    }
}

/// The rows of what the server found; `here` is the board one is on.
pub fn of_found(found: Found, here: Option<protocol::BoardId>) -> Vec<Row> {
    let tasks = found.tasks.into_iter().map(|task| {
        let name = format!("#{} {}", task.number, task.title);
        let does = Does::Go(format!("/boards/{}/tasks/{}/", task.board, task.id));
        let row = Row::new(format!("task-{}", task.id), Kind::Task, Sign::Check, &name, &task.board_name, does);
        Row { here: here == Some(task.board), ..row }
    });
    let rooms = found.rooms.into_iter().map(|room| {
        let sign = if room.private { Sign::Lock } else { Sign::Room };
        let does = Does::Go(format!("/messaging/room/{}/", room.id));
        Row::new(format!("room-{}", room.id), Kind::Room, sign, &room.name, &room.board_name, does)
    });
    let people = found.people.into_iter().map(|person| {
        let does = Does::Go(format!("/search/?q=from%3A{}", person.username));
        let more = format!("What @{} wrote", person.username);
        let row =
            Row::new(format!("person-{}", person.id), Kind::Person, Sign::People, &person.display_name, &more, does);
        row.also(&person.username)
    });
    tasks.chain(rooms).chain(people).collect()
}

#[cfg(test)]
mod tests;
