//! What a task has besides its text: people, labels, a date, and how far it has come.

use serde::{Deserialize, Serialize};

use crate::{Card, Colour, Day, FileId, ItemId, LabelId, Person, TaskFile, UserId};

/// A label of a board, which its tasks may bear.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// Its name, unique on the board.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
}

/// How much a task matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each matters as it is called")]
pub enum Priority {
    Low,
    Medium,
    High,
    Urgent,
}

impl Priority {
    /// All of them, from the lowest.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Urgent];

    /// Its name in forms, in classes and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// Its name on the screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Urgent => "Urgent",
        }
    }

    /// The priority named so in a form.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.as_str() == name)
    }
}

/// How a due date stands on the day of whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The task is done, whenever it was due.
    Done,
    /// It has passed.
    Overdue,
    /// It is today.
    Today,
    /// It is one of the next [`Due::SOON`] days.
    Soon,
    /// There is time.
    Later,
}

impl Due {
    /// Days from which on a date is soon.
    pub const SOON: i32 = 3;

    /// How the date of a task stands today; none where it has no date.
    pub fn of(card: &Card, today: Day) -> Option<Self> {
        let due = card.due?;
        Some(match due.number() - today.number() {
            _ if card.progress == crate::limits::DONE => Self::Done,
            ..0 => Self::Overdue,
            0 => Self::Today,
            1..=Self::SOON => Self::Soon,
            _ => Self::Later,
        })
    }

    /// The same in words: "Overdue, 23 Nov".
    pub fn words(self, due: Day, today: Day) -> String {
        let day = due.short(today);
        match self {
            Self::Done => format!("Done, due {day}"),
            Self::Overdue => format!("Overdue, {day}"),
            Self::Today => "Due today".to_owned(),
            Self::Soon if due.number() == today.number() + 1 => "Due tomorrow".to_owned(),
            Self::Soon => format!("Due {}", due.weekday()),
            Self::Later => day,
        }
    }
}

/// A change of one thing of a task. Each says only what it changes, so that two people who change
/// different things at once both get what they meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskChange {
    /// Somebody shall do it.
    Assign(UserId),
    /// Somebody shall do it no longer.
    Unassign(UserId),
    /// It bears a label.
    Label(LabelId),
    /// It bears a label no longer.
    Unlabel(LabelId),
    /// It is due on a day, or on none.
    Due(Option<Day>),
    /// It matters so much; none is as usual.
    Priority(Option<Priority>),
    /// So many of a hundred parts are done.
    Progress(i64),
    /// Something is to be done besides, last.
    AddItem(String),
    /// What is to be done has another text.
    RenameItem(ItemId, String),
    /// It is done, or is not.
    TickItem(ItemId, bool),
    /// Somebody shall do it, or nobody in particular.
    AssignItem(ItemId, Option<UserId>),
    /// It comes after another, or first.
    MoveItem(ItemId, Option<ItemId>),
    /// It is not to be done.
    RemoveItem(ItemId),
    /// It has a file, which was sent before.
    AttachFile(FileId),
    /// It has a file no longer.
    RemoveFile(FileId),
    /// A file that was just removed is its again.
    PutFileBack(FileId),
    /// Its card shows this picture among its files, or none.
    Cover(Option<FileId>),
}

/// What a change has made of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The card as it is now.
    pub card: Card,
    /// The items of the checklist that were changed and are there.
    pub items: Vec<ChecklistItem>,
    /// The files that it has anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<TaskFile>,
}

/// Something to be done for a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChecklistItem {
    /// Its id.
    pub id: ItemId,
    /// Its place in the list, see [`crate::order`].
    pub position: String,
    /// What is to be done.
    pub text: String,
    /// Is it done?
    pub done: bool,
    /// Who shall do it; none is whoever does the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Person>,
}

/// Puts an item into a list, where it may be already.
pub fn put_item(items: &mut Vec<ChecklistItem>, item: ChecklistItem) {
    items.retain(|known| known.id != item.id);
    let at = items.partition_point(|known| (&known.position, known.id) < (&item.position, item.id));
    items.insert(at, item);
}

impl TaskChange {
    /// The card as it is after the change, for who does not wait for the server. Who is assigned is looked up
    /// among `people`.
    pub fn apply(&self, card: &mut Card, people: &[Person]) {
        match self {
            Self::Assign(user) if card.assignees.iter().all(|person| person.id != *user) => {
                card.assignees.extend(people.iter().find(|person| person.id == *user).cloned());
            }
            Self::Assign(_) => {}
            Self::Unassign(user) => card.assignees.retain(|person| person.id != *user),
            Self::Label(label) if !card.labels.contains(label) => card.labels.push(*label),
            Self::Label(_) => {}
            Self::Unlabel(label) => card.labels.retain(|id| id != label),
            Self::Due(day) => card.due = *day,
            Self::Priority(priority) => card.priority = *priority,
            Self::Progress(percent) => card.progress = *percent,
            Self::RemoveFile(file) => card.cover = card.cover.filter(|cover| cover != file),
            Self::Cover(file) => card.cover = *file,
            _ => {}
        }
    }

    /// The checklist as it is after the change. What is added has no id and no place of its own yet: it
    /// stands last. Who shall do something is looked up among `people`.
    pub fn apply_to_items(&self, items: &mut Vec<ChecklistItem>, people: &[Person]) {
        let at = |items: &[ChecklistItem], id| items.iter().position(|item| item.id == id);
        match self {
            Self::AddItem(text) => {
                let id = ItemId(-1 - items.len() as i64);
                items.push(ChecklistItem { id, text: text.clone(), ..ChecklistItem::default() });
            }
            Self::RenameItem(id, text) => {
                if let Some(at) = at(items, *id) {
                    items[at].text.clone_from(text);
                }
            }
            Self::TickItem(id, on) => {
                if let Some(at) = at(items, *id) {
                    items[at].done = *on;
                }
            }
            Self::AssignItem(id, user) => {
                if let Some(at) = at(items, *id) {
                    items[at].assignee = people.iter().find(|person| Some(person.id) == *user).cloned();
                }
            }
            Self::MoveItem(id, after) => {
                if let Some(from) = at(items, *id) {
                    let item = items.remove(from);
                    let to = after.and_then(|after| at(items, after)).map_or(0, |at| at + 1);
                    items.insert(to, item);
                }
            }
            Self::RemoveItem(id) => items.retain(|item| item.id != *id),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_stands_as_the_readers_day_says() {
        let today = day("2026-11-25");
        for (due, expected, words) in [
            ("2026-11-24", Due::Overdue, "Overdue, 24 Nov"),
            ("2025-12-31", Due::Overdue, "Overdue, 31 Dec 2025"),
            ("2026-11-25", Due::Today, "Due today"),
            ("2026-11-26", Due::Soon, "Due tomorrow"),
            ("2026-11-28", Due::Soon, "Due Saturday"),
            ("2026-11-29", Due::Later, "29 Nov"),
        ] {
            let mut card = Card { due: Some(day(due)), ..Card::default() };
            let state = Due::of(&card, today).unwrap();
            assert_eq!((state, state.words(day(due), today).as_str()), (expected, words), "{due}");
            card.progress = 100;
            assert_eq!(Due::of(&card, today), Some(Due::Done), "{due}");
        }
        assert_eq!(Due::of(&Card::default(), today), None);
    }

    #[test]
    fn changes_of_different_things_hold_in_any_order() {
        let ana = Person { id: UserId(1), username: "ana".into(), display_name: "Ana".into() };
        let changes = [
            TaskChange::Assign(UserId(1)),
            TaskChange::Label(LabelId(3)),
            TaskChange::Due(Some(day("2026-11-25"))),
            TaskChange::Priority(Some(Priority::High)),
            TaskChange::Progress(50),
            TaskChange::Cover(Some(FileId(9))),
        ];
        let (mut forth, mut back) = (Card::default(), Card::default());
        let people = [ana];
        changes.iter().for_each(|change| change.apply(&mut forth, &people));
        changes.iter().rev().for_each(|change| change.apply(&mut back, &people));
        // Once more changes nothing.
        changes.iter().for_each(|change| change.apply(&mut back, &people));
        assert_eq!(forth, back);
        assert_eq!((forth.assignees.len(), forth.labels.len()), (1, 1));
        TaskChange::RemoveFile(FileId(8)).apply(&mut forth, &people);
        assert_eq!(forth.cover, Some(FileId(9)));
        TaskChange::RemoveFile(FileId(9)).apply(&mut forth, &people);
        assert_eq!(forth.cover, None, "a picture that is gone is no cover");
    }

    #[test]
    fn a_checklist_is_changed_at_once_as_the_server_will() {
        let item =
            |id, position: &str| ChecklistItem { id: ItemId(id), position: position.into(), ..Default::default() };
        let mut items = Vec::new();
        for (id, position) in [(3, "a3"), (1, "a1"), (2, "a2"), (1, "a1")] {
            put_item(&mut items, item(id, position));
        }
        let people = [Person { id: UserId(1), username: "ana".into(), display_name: "Ana".into() }];
        let ids = |items: &[ChecklistItem]| items.iter().map(|item| item.id.0).collect::<Vec<_>>();
        assert_eq!(ids(&items), [1, 2, 3]);
        for (change, expected) in [
            (TaskChange::MoveItem(ItemId(3), None), vec![3, 1, 2]),
            (TaskChange::MoveItem(ItemId(3), Some(ItemId(1))), vec![1, 3, 2]),
            (TaskChange::MoveItem(ItemId(9), None), vec![1, 3, 2]),
            (TaskChange::AddItem("more".into()), vec![1, 3, 2, -4]),
            (TaskChange::RemoveItem(ItemId(1)), vec![3, 2, -4]),
            (TaskChange::TickItem(ItemId(2), true), vec![3, 2, -4]),
            (TaskChange::RenameItem(ItemId(2), "other".into()), vec![3, 2, -4]),
            (TaskChange::AssignItem(ItemId(2), Some(UserId(1))), vec![3, 2, -4]),
            (TaskChange::AssignItem(ItemId(3), Some(UserId(9))), vec![3, 2, -4]),
        ] {
            change.apply_to_items(&mut items, &people);
            assert_eq!(ids(&items), expected, "{change:?}");
        }
        assert!(items[1].done && items[1].text == "other");
        assert_eq!((&items[1].assignee, &items[0].assignee), (&Some(people[0].clone()), &None));
        TaskChange::AssignItem(ItemId(2), None).apply_to_items(&mut items, &people);
        assert_eq!(items[1].assignee, None);
    }

    #[test]
    fn a_card_of_an_older_log_is_read() {
        let old = r#"{"id":1,"board":2,"number":3,"column":4,"position":"a0","title":"Ship","comments":0}"#;
        let card: Card = json::read(old).unwrap();
        assert_eq!(card, serde_json::from_str(old).unwrap());
        assert_eq!((card.title.as_str(), card.due, card.labels.len()), ("Ship", None, 0));
        assert_eq!(serde_json::to_string(&card).unwrap(), old, "and nothing more is written than was");
        let full = Card {
            due: Some(day("2026-11-25")),
            priority: Some(Priority::Urgent),
            labels: vec![LabelId(5)],
            progress: 25,
            revision: 7,
            files: 2,
            cover: Some(FileId(3)),
            ..card
        };
        let text = serde_json::to_string(&full).unwrap();
        assert_eq!(json::read::<Card>(&text), Some(full), "{text}");
    }
}
