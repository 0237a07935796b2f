//! What somebody did on a board or to a task, and how that is said.
//!
//! Deeds stand in the log beside the events that tell them. They name columns, labels, people and
//! rooms by id: those are shown as they are called when the activity is read, and those that a reader
//! may not read are not shown at all.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::{
    ColumnId, Cursor, Day, LabelId, MyBoard, Person, Priority, Role, RoomId, TaskId, UserId, limits, page::Clock,
};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    // To a task.
    /// It was made, in this column.
    Added(Option<ColumnId>),
    /// It was made like the task of this number.
    Copied(i64),
    /// It has another title.
    #[expect(missing_docs, reason = "the titles")]
    Renamed { from: String, to: String },
    /// It has another description.
    Described,
    /// Something in its description was ticked, or the tick was taken away.
    DescriptionTicked(bool),
    /// It went from one column to another, or to another place of the same.
    #[expect(missing_docs, reason = "the columns")]
    Moved { from: ColumnId, to: ColumnId },
    /// This person shall do it.
    Assigned(UserId),
    /// This person shall do it no longer.
    Unassigned(UserId),
    /// It bears this label.
    Labelled(LabelId),
    /// It bears this label no longer.
    Unlabelled(LabelId),
    /// It is due then.
    Due(Option<Day>),
    /// It matters so much.
    Priority(Option<Priority>),
    /// So much of it is done.
    Progress(i64),
    /// So many items were put onto its checklist.
    ItemsAdded(i64),
    /// So many items were ticked.
    ItemsTicked(i64),
    /// The ticks of so many items were taken away.
    ItemsUnticked(i64),
    /// So many items were taken off its checklist.
    ItemsRemoved(i64),
    /// This person shall do an item of its checklist.
    ItemAssigned(UserId),
    /// Who should do an item of its checklist shall do it no longer.
    ItemUnassigned,
    /// Items of its checklist were reworded, or put in another order.
    ItemsChanged,
    /// It has the file of this name.
    FileAttached(String),
    /// It has the file of this name no longer.
    FileRemoved(String),
    /// It has the file of this name again.
    FilePutBack(String),
    /// Its card shows the picture of this name.
    CoverMade(String),
    /// Its card shows no picture any more.
    CoverRemoved,
    /// Somebody commented on it.
    Commented,
    /// Tasks were archived, so many at once.
    Archived(i64),
    /// It is back on the board.
    Restored,
    /// The task of this number was deleted; it is nobody's concern what it was called.
    Deleted(Option<i64>),
    /// It came from another board, into this column.
    Arrived(ColumnId),
    /// The task of this number went to another board.
    Left(i64),
    /// It was changed, before it was kept in which way.
    Changed,

    // To the board.
    /// The board has another name.
    #[expect(missing_docs, reason = "the names")]
    BoardRenamed { from: String, to: String },
    /// The board was archived.
    BoardArchived,
    /// The board is in use again.
    BoardRestored,
    /// This person is on the board, as that.
    MemberAdded(UserId, Role),
    /// Who did it came by an invitation, as that.
    Joined(Role),
    /// This person is now that.
    RoleGiven(UserId, Role),
    /// This person was taken off the board, or left it.
    MemberRemoved(UserId),
    /// A label was made.
    LabelMade(LabelId),
    /// A label has another name.
    #[expect(missing_docs, reason = "the names")]
    LabelRenamed { from: String, to: String },
    /// A label has another colour.
    LabelRecoloured(LabelId),
    /// The label of this name was deleted.
    LabelDeleted(Option<String>),
    /// A column was added.
    ColumnAdded(ColumnId),
    /// A column has another name.
    #[expect(missing_docs, reason = "the names")]
    ColumnRenamed { from: String, to: String },
    /// A column has another colour.
    ColumnRecoloured(ColumnId),
    /// So many tasks should be in a column at most.
    ColumnLimited(ColumnId, Option<i64>),
    /// A column stands elsewhere among the others.
    ColumnMoved(ColumnId),
    /// The column of this name was removed.
    ColumnRemoved(String),
    /// The column of this name was archived, with its tasks.
    ColumnArchived(String),
    /// A column is on the board again.
    ColumnRestored(ColumnId),
    /// Columns were changed, before it was kept in which way.
    ColumnsChanged,
    /// A room was made.
    RoomMade(RoomId),
    /// A room has another name or topic.
    RoomChanged(RoomId),
    /// A room was deleted.
    RoomDeleted,
}

/// What things are called now, for who reads, and on which day that is.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is what it is called")]
pub struct Names {
    pub columns: HashMap<ColumnId, String>,
    pub labels: HashMap<LabelId, String>,
    pub people: HashMap<UserId, String>,
    pub today: Day,
}

/// What was done, as words around what it was done to: "moved" #12 "from “To do” to “Doing”".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Words before it.
    pub before: String,
    /// Does the phrase name what it was done to?
    pub named: bool,
    /// Words after it.
    pub after: String,
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// What it is called now.
    pub name: String,
    /// Where it is.
    pub address: String,
}

/// What one person did to one thing, with little time between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The number of its newest event; unique among the entries.
    pub seq: i64,
    /// Who; none where that is not known.
    pub by: Option<Person>,
    /// To what; none to the board itself, and to the one task whose activity it is.
    pub thing: Option<Thing>,
    /// What, in order.
    pub phrases: Vec<Phrase>,
    /// When, the last of it.
    pub clock: Clock,
}

/// A page of what was done on a board, or to one of its tasks, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    /// The board, and what I am on it.
    pub board: MyBoard,
    /// The task that it is of, where it is of one, and what that is called.
    pub task: Option<(TaskId, String)>,
    /// What was done.
    pub entries: Vec<Entry>,
    /// Where the next page begins before, if there is one.
    pub next: Option<i64>,
    /// Of the board's stream, or the task's.
    pub cursor: Cursor,
}

impl Deed {
    /// The room that it was done to.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Self::RoomMade(id) | Self::RoomChanged(id) => Some(*id),
            _ => None,
        }
    }

    /// The person that it names.
    pub fn person(&self) -> Option<UserId> {
        match self {
            Self::Assigned(id)
            | Self::Unassigned(id)
            | Self::ItemAssigned(id)
            | Self::MemberAdded(id, _)
            | Self::RoleGiven(id, _)
            | Self::MemberRemoved(id) => Some(*id),
            _ => None,
        }
    }

    /// How it is said of who did it.
    pub fn say(&self, by: Option<UserId>, names: &Names) -> Phrase {
        let column = |id: &ColumnId| quoted(names.columns.get(id), "a column that is gone");
        let label = |id: &LabelId| quoted(names.labels.get(id), "a label that is gone");
        let person = |id: &UserId| match names.people.get(id) {
            _ if by == Some(*id) => "themselves".to_owned(),
            Some(name) => name.clone(),
            None => "a former member".to_owned(),
        };
        let items = |count: i64| counted(count, "an item", "items");
        match self {
            Self::Added(None) => named("added", ""),
            Self::Added(Some(id)) => named("added", format!("to {}", column(id))),
            Self::Copied(number) => named("made", format!("as a copy of #{number}")),
            Self::Renamed { from, to } => named("renamed", format!("from “{from}” to “{to}”")),
            Self::Described => named("edited the description of", ""),
            Self::DescriptionTicked(true) => named("ticked an item in the description of", ""),
            Self::DescriptionTicked(false) => named("unticked an item in the description of", ""),
            Self::Moved { from, to } if from == to => named("moved", format!("within {}", column(to))),
            Self::Moved { from, to } => named("moved", format!("from {} to {}", column(from), column(to))),
            Self::Assigned(id) => named(format!("assigned {} to", person(id)), ""),
            Self::Unassigned(id) => named(format!("took {} off", person(id)), ""),
            Self::Labelled(id) => named(format!("put {} on", label(id)), ""),
            Self::Unlabelled(id) => named(format!("took {} off", label(id)), ""),
            Self::Due(Some(day)) => named("set", format!("due {}", day.short(names.today))),
            Self::Due(None) => named("took the due date off", ""),
            Self::Priority(Some(priority)) => named("set the priority of", format!("to {}", priority.as_str())),
            Self::Priority(None) => named("took the priority off", ""),
            Self::Progress(limits::DONE) => named("marked", "done"),
            Self::Progress(percent) => named("set", format!("to {percent} %")),
            Self::ItemsAdded(count) => named(format!("added {} to the checklist of", items(*count)), ""),
            Self::ItemsTicked(count) => named(format!("ticked {} of", items(*count)), ""),
            Self::ItemsUnticked(count) => named(format!("unticked {} of", items(*count)), ""),
            Self::ItemsRemoved(count) => named(format!("took {} off the checklist of", items(*count)), ""),
            Self::ItemAssigned(id) => named(format!("assigned {} to an item of", person(id)), ""),
            Self::ItemUnassigned => named("took the assignee off an item of", ""),
            Self::ItemsChanged => named("changed the checklist of", ""),
            Self::FileAttached(name) => named(format!("attached “{name}” to"), ""),
            Self::FileRemoved(name) => named(format!("removed “{name}” from"), ""),
            Self::FilePutBack(name) => named(format!("put “{name}” back on"), ""),
            Self::CoverMade(name) => named(format!("made “{name}” the cover of"), ""),
            Self::CoverRemoved => named("removed the cover of", ""),
            Self::Commented => named("commented on", ""),
            Self::Archived(1) => named("archived", ""),
            Self::Archived(count) => plain(format!("archived {count} tasks")),
            Self::Restored => named("restored", ""),
            Self::Deleted(Some(number)) => plain(format!("deleted #{number}")),
            Self::Deleted(None) => plain("deleted a task"),
            Self::Arrived(id) => named("moved", format!("from another board to {}", column(id))),
            Self::Left(number) => plain(format!("moved #{number} to another board")),
            Self::Changed => named("changed", ""),
            Self::BoardRenamed { from, to } => plain(format!("renamed the board from “{from}” to “{to}”")),
            Self::BoardArchived => plain("archived the board"),
            Self::BoardRestored => plain("brought the board back"),
            Self::MemberAdded(id, role) => plain(format!("added {} as {}", person(id), a_role(*role))),
            Self::Joined(role) => plain(format!("joined by an invitation, as {}", a_role(*role))),
            Self::RoleGiven(id, role) => plain(format!("made {} {}", person(id), a_role(*role))),
            Self::MemberRemoved(id) if by == Some(*id) => plain("left the board"),
            Self::MemberRemoved(id) => plain(format!("took {} off the board", person(id))),
            Self::LabelMade(id) => plain(format!("made the label {}", label(id))),
            Self::LabelRenamed { from, to } => plain(format!("renamed the label “{from}” to “{to}”")),
            Self::LabelRecoloured(id) => plain(format!("gave the label {} another colour", label(id))),
            Self::LabelDeleted(Some(name)) => plain(format!("deleted the label “{name}”")),
            Self::LabelDeleted(None) => plain("deleted a label"),
            Self::ColumnAdded(id) => plain(format!("added the column {}", column(id))),
            Self::ColumnRenamed { from, to } => plain(format!("renamed the column “{from}” to “{to}”")),
            Self::ColumnRecoloured(id) => plain(format!("gave the column {} another colour", column(id))),
            Self::ColumnLimited(id, Some(limit)) => {
                plain(format!("limited the column {} to {}", column(id), counted(*limit, "1 task", "tasks")))
            }
            Self::ColumnLimited(id, None) => plain(format!("took the limit off the column {}", column(id))),
            Self::ColumnMoved(id) => plain(format!("moved the column {}", column(id))),
            Self::ColumnRemoved(name) => plain(format!("removed the column “{name}”")),
            Self::ColumnArchived(name) => plain(format!("archived the column “{name}”")),
            Self::ColumnRestored(id) => plain(format!("restored the column {}", column(id))),
            Self::ColumnsChanged => plain("changed the columns"),
            Self::RoomMade(_) => named("made the room", ""),
            Self::RoomChanged(_) => named("changed the room", ""),
            Self::RoomDeleted => plain("deleted a room"),
        }
    }

    /// Takes in what was done next, where both are said as one; did it?
    fn join(&mut self, next: &Self) -> bool {
        match (&mut *self, next) {
            (Self::Moved { to, .. }, Self::Moved { to: then, .. }) => *to = *then,
            (Self::Renamed { to, .. }, Self::Renamed { to: then, .. })
            | (Self::BoardRenamed { to, .. }, Self::BoardRenamed { to: then, .. }) => to.clone_from(then),
            (Self::Due(day), Self::Due(then)) => *day = *then,
            (Self::Priority(priority), Self::Priority(then)) => *priority = *then,
            (Self::Progress(percent), Self::Progress(then)) => *percent = *then,
            (Self::ColumnLimited(id, limit), Self::ColumnLimited(other, then)) if id == other => *limit = *then,
            (Self::ItemsAdded(count), Self::ItemsAdded(more))
            | (Self::ItemsTicked(count), Self::ItemsTicked(more))
            | (Self::ItemsUnticked(count), Self::ItemsUnticked(more))
            | (Self::ItemsRemoved(count), Self::ItemsRemoved(more)) => *count += more,
            _ => return false,
        }
        true
    }
}

/// What was done one after the other, as it is said: what is done again and again is said once, by how it ended.
pub fn fold(deeds: impl IntoIterator<Item = Deed>) -> Vec<Deed> {
    let mut folded: Vec<Deed> = Vec::new();
    for deed in deeds {
        if !folded.iter_mut().any(|before| before.join(&deed)) {
            // What was archived, restored and archived is archived.
            folded.retain(|before| *before != deed);
            folded.push(deed);
        }
    }
    folded
}

fn named(before: impl Into<String>, after: impl Into<String>) -> Phrase {
    Phrase { before: before.into(), named: true, after: after.into() }
}

fn plain(words: impl Into<String>) -> Phrase {
    Phrase { before: words.into(), ..Phrase::default() }
}

fn quoted(name: Option<&String>, gone: &str) -> String {
    name.map_or_else(|| gone.to_owned(), |name| format!("“{name}”"))
}

fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{count} {many}") }
}

fn a_role(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Member => "a member",
        Role::Viewer => "a viewer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO_DO: ColumnId = ColumnId(1);
    const DOING: ColumnId = ColumnId(2);
    const ANA: UserId = UserId(1);
    const BO: UserId = UserId(2);

    fn names() -> Names {
        Names {
            columns: [(TO_DO, "To do".to_owned()), (DOING, "Doing".to_owned())].into(),
            labels: [(LabelId(1), "Bug".to_owned())].into(),
            people: [(ANA, "Ana".to_owned()), (BO, "Bo".to_owned())].into(),
            today: "2026-11-25".parse().unwrap(),
        }
    }

    #[track_caller]
    fn check(deeds: &[Deed], expected: &[&str]) {
        let words = |deed: Deed| {
            let Phrase { before, named, after } = deed.say(Some(ANA), &names());
            let words = [before.as_str(), if named { "it" } else { "" }, after.as_str()];
            words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let said: Vec<String> = fold(deeds.iter().cloned()).into_iter().map(words).collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn a_deed_is_said_in_words() {
        check(&[Deed::Moved { from: TO_DO, to: DOING }], &["moved it from “To do” to “Doing”"]);
        check(&[Deed::Moved { from: TO_DO, to: ColumnId(9) }], &["moved it from “To do” to a column that is gone"]);
        check(
            &[Deed::Assigned(BO), Deed::Assigned(ANA), Deed::Unassigned(UserId(7))],
            &["assigned Bo to it", "assigned themselves to it", "took a former member off it"],
        );
        check(
            &[Deed::ItemAssigned(BO), Deed::ItemAssigned(ANA), Deed::ItemAssigned(BO), Deed::ItemUnassigned],
            &[
                "assigned themselves to an item of it",
                "assigned Bo to an item of it",
                "took the assignee off an item of it",
            ],
        );
        check(
            &[Deed::Labelled(LabelId(1)), Deed::Unlabelled(LabelId(2))],
            &["put “Bug” on it", "took a label that is gone off it"],
        );
        check(&[Deed::Archived(1), Deed::Restored, Deed::Archived(1)], &["restored it", "archived it"]);
        check(&[Deed::Progress(100), Deed::Archived(1)], &["marked it done", "archived it"]);
        check(&[Deed::MemberRemoved(ANA), Deed::MemberRemoved(BO)], &["left the board", "took Bo off the board"]);
        check(&[Deed::Deleted(Some(12)), Deed::Archived(3)], &["deleted #12", "archived 3 tasks"]);
        check(
            &[Deed::FileAttached("plan.pdf".into()), Deed::FileAttached("map.png".into()), Deed::CoverRemoved],
            &["attached “plan.pdf” to it", "attached “map.png” to it", "removed the cover of it"],
        );
        check(&[Deed::ColumnLimited(TO_DO, Some(1))], &["limited the column “To do” to 1 task"]);
    }

    #[test]
    fn what_is_done_again_and_again_is_said_once_by_how_it_ended() {
        check(
            &[
                Deed::Moved { from: TO_DO, to: DOING },
                Deed::Progress(10),
                Deed::ItemsTicked(1),
                Deed::Moved { from: DOING, to: TO_DO },
                Deed::ItemsTicked(1),
                Deed::Progress(50),
                Deed::Described,
                Deed::Described,
            ],
            &["moved it within “To do”", "set it to 50 %", "ticked 2 items of it", "edited the description of it"],
        );
        let day = |text: &str| Deed::Due(Some(text.parse().unwrap()));
        check(&[day("2026-11-26"), day("2027-01-02")], &["set it due 2 Jan 2027"]);
        check(&[day("2026-11-26"), Deed::Due(None)], &["took the due date off it"]);
    }

    #[test]
    fn deeds_stay_readable() {
        // The log has them like this.
        for (deed, text) in [
            (Deed::Moved { from: TO_DO, to: DOING }, r#"{"moved":{"from":1,"to":2}}"#),
            (Deed::Described, r#""described""#),
            (Deed::RoleGiven(BO, Role::Owner), r#"{"role_given":[2,"owner"]}"#),
            (Deed::Deleted(Some(3)), r#"{"deleted":3}"#),
        ] {
            assert_eq!(serde_json::to_string(&deed).unwrap(), text);
            assert_eq!(serde_json::from_str::<Deed>(text).unwrap(), deed);
        }
    }
}
