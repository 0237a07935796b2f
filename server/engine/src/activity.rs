//! What happened on a board or to a task: who did what when, read from the events that told it.

use std::collections::{BTreeSet, HashMap};

use protocol::{
    BoardId, Error, Event, Person, RoomId, Stream, TaskId, UserId,
    activity::{ActivityPage, Deed, Entry, Names, Thing, fold},
    limits,
};

use crate::{
    Actor, Engine, Result, Zone,
    boards::access,
    db::{self, Tx, activity as rows},
    live, now,
    write::internal,
};

/// What somebody does to one thing is one entry while no more time than this passes in between, in milliseconds.
const TOGETHER_MS: i64 = 10 * 60_000;

/// What happened on a board, or to one of its tasks, before the event of a number; newest first.
///
/// # Errors
/// [`Error::NotFound`] to who is not on the board, and for a task that is not there.
pub async fn page(
    engine: &Engine,
    actor: &Actor,
    board: BoardId,
    task: Option<TaskId>,
    before: Option<i64>,
    zone: Zone,
) -> Result<ActivityPage> {
    let mut tx = engine.db().read().await?;
    let mine = access(&mut tx, actor, board).await?;
    let titled = match task {
        Some(id) => {
            let place = db::tasks::place(&mut tx, id).await?.filter(|(home, ..)| *home == board);
            let (_, number, title) = place.ok_or(Error::NotFound)?;
            Some((id, format!("#{number} {title}")))
        }
        None => None,
    };
    let stream = task.map_or(Stream::Board(board), Stream::Task);
    let mut found = rows::before(&mut tx, stream, board, before.unwrap_or(i64::MAX), limits::PAGE + 1).await?;
    let more = found.len() as i64 > limits::PAGE;
    found.truncate(limits::PAGE as usize);
    let next = found.last().filter(|_| more).map(|row| row.seq);
    let mut done = found.into_iter().map(|row| Done::read(row, task)).collect::<Result<Vec<_>>>()?;
    if let (Some(id), None) = (task, next)
        && let Some((by, at)) = rows::maker(&mut tx, id).await?
    {
        // The task's own log begins after it was made.
        done.push(Done { seq: 0, at, by, what: What::Itself, deeds: vec![Deed::Added(None)] });
    }
    let known = Known::of(&mut tx, board, &done, zone).await?;
    let groups = grouped(done).into_iter();
    Ok(ActivityPage {
        board: mine,
        entries: groups.filter_map(|done| known.entry(board, done, zone)).collect(),
        task: titled,
        next,
        cursor: live::cursor(&mut tx, engine, stream).await?,
    })
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Task(TaskId, String),
    Room(RoomId),
    /// The board, or the task whose log it is.
    Itself,
}

/// What one person did to one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Done {
    seq: i64,
    at: i64,
    by: Option<UserId>,
    what: What,
    deeds: Vec<Deed>,
}

impl Done {
    /// What an event says, in the log of a task where that is given.
    fn read(row: rows::Row, of: Option<TaskId>) -> Result<Self> {
        let rows::Row { seq, at, actor_id, deeds, body, about, number, title, author_id } = row;
        let (by, deeds) = match body {
            None => (actor_id, serde_json::from_str(&deeds).map_err(internal)?),
            Some(body) => said(serde_json::from_str(&body).map_err(internal)?, author_id),
        };
        let room = deeds.iter().find_map(Deed::room);
        let what = match (about, number, title) {
            (Some(id), Some(number), Some(title)) if of != Some(id) => What::Task(id, format!("#{number} {title}")),
            _ => room.map_or(What::Itself, What::Room),
        };
        Ok(Self { seq, at, by, what, deeds })
    }
}

/// What an event of before says was done, as far as it does; `author` made the task that it is about.
fn said(event: Event, author: Option<UserId>) -> (Option<UserId>, Vec<Deed>) {
    let (by, deed) = match event {
        Event::TaskCreated { card } => (author, Deed::Added(Some(card.column))),
        Event::TaskChanged { by, .. } => (Some(by), Deed::Changed),
        Event::CardChanged { .. } => (None, Deed::Changed),
        Event::CardsArchived { cards, by } => (Some(by), Deed::Archived(cards.len() as i64)),
        Event::TaskRestored { by, .. } => (Some(by), Deed::Restored),
        Event::TaskDeleted { by, .. } => (Some(by), Deed::Deleted(None)),
        Event::ColumnsChanged { .. } => (None, Deed::ColumnsChanged),
        Event::LabelChanged { label } => (None, Deed::LabelMade(label.id)),
        Event::LabelDeleted { .. } => (None, Deed::LabelDeleted(None)),
        Event::BoardMemberChanged { member } => (None, Deed::RoleGiven(member.person.id, member.role)),
        Event::RoomCreated { room } => (room.creator, Deed::RoomMade(room.id)),
        _ => return (None, Vec::new()),
    };
    (by, vec![deed])
}

/// What was done, newest first, in groups: what one person did to one thing, one after the other, is one of them.
fn grouped(done: Vec<Done>) -> Vec<Done> {
    let mut groups: Vec<(i64, Done)> = Vec::new();
    for older in done {
        match groups.last_mut() {
            Some((oldest, group))
                if group.by == older.by && group.what == older.what && *oldest - older.at <= TOGETHER_MS =>
            {
                *oldest = older.at;
                group.deeds.splice(..0, older.deeds);
            }
            _ => groups.push((older.at, older)),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whom and what a page names.
struct Known {
    people: HashMap<UserId, Person>,
    rooms: HashMap<RoomId, String>,
    names: Names,
}

impl Known {
    async fn of(tx: &mut Tx, board: BoardId, done: &[Done], zone: Zone) -> Result<Self> {
        let deeds = || done.iter().flat_map(|done| &done.deeds);
        let users: BTreeSet<UserId> =
            done.iter().filter_map(|done| done.by).chain(deeds().filter_map(Deed::person)).collect();
        let rooms: BTreeSet<RoomId> = deeds().filter_map(Deed::room).collect();
        let users: Vec<UserId> = users.into_iter().collect();
        let rooms: Vec<RoomId> = rooms.into_iter().collect();
        let people = rows::people(tx, &users).await?;
        Ok(Self {
            names: Names {
                columns: db::columns::all_of_board(tx, board).await?.into_iter().map(|it| (it.id, it.name)).collect(),
                labels: db::labels::of_board(tx, board).await?.into_iter().map(|it| (it.id, it.name)).collect(),
                people: people.iter().map(|person| (person.id, person.display_name.clone())).collect(),
                today: zone.day(now()),
            },
            people: people.into_iter().map(|person| (person.id, person)).collect(),
            rooms: rows::open_rooms(tx, board, &rooms).await?.into_iter().collect(),
        })
    }

    /// A group as it is shown. A room that is gone, or that not everybody on the board may read, is not.
    fn entry(&self, board: BoardId, done: Done, zone: Zone) -> Option<Entry> {
        let Done { seq, at, by, what, deeds } = done;
        let thing = match what {
            What::Task(id, name) => Some(Thing { name, address: format!("/boards/{board}/tasks/{id}/") }),
            What::Room(id) => {
                Some(Thing { name: self.rooms.get(&id)?.clone(), address: format!("/messaging/room/{id}/") })
            }
            What::Itself => None,
        };
        let phrases = fold(deeds).iter().map(|deed| deed.say(by, &self.names)).collect();
        Some(Entry { seq, by: by.and_then(|by| self.people.get(&by).cloned()), thing, phrases, clock: zone.clock(at) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(minute: i64, by: i64, task: i64, deed: Deed) -> Done {
        let what = What::Task(TaskId(task), String::new());
        Done { seq: minute, at: minute * 60_000, by: Some(UserId(by)), what, deeds: vec![deed] }
    }

    #[test]
    fn what_one_person_does_to_one_thing_in_one_go_is_a_group() {
        let groups = grouped(vec![
            done(60, 1, 1, Deed::Described),
            done(55, 1, 1, Deed::Progress(50)),
            done(46, 1, 1, Deed::Progress(10)),
            done(30, 1, 1, Deed::Restored),
            done(29, 2, 1, Deed::Archived(1)),
            done(28, 2, 2, Deed::Archived(1)),
        ]);
        let said: Vec<(i64, &[Deed])> = groups.iter().map(|group| (group.seq, &group.deeds[..])).collect();
        let expected: [(i64, &[Deed]); 4] = [
            (60, &[Deed::Progress(10), Deed::Progress(50), Deed::Described]),
            (30, &[Deed::Restored]),
            (29, &[Deed::Archived(1)]),
            (28, &[Deed::Archived(1)]),
        ];
        assert_eq!(said, expected);
    }
}
