//! In which order a list of a board's tasks is.

use crate::{Card, Label, text::fold};

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// As they stand on the board: column by column, from the top.
    #[default]
    Column,
    /// In the order in which they were made.
    Number,
    /// By title, in any case and with any accents.
    Title,
    /// By the names of who shall do it, all of them.
    Assignee,
    /// By the names of its labels, all of them.
    Label,
    /// What is due first comes first.
    Due,
    /// What matters least comes first.
    Priority,
    /// What has hardly begun comes first.
    Progress,
}

/// In which order a list is. What has nothing to compare (no date, no priority, nobody, no label) is last, whichever
/// way the others go; what is equal stands as it does on the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What is compared.
    pub by: By,
    /// The greatest first.
    pub down: bool,
}

/// Where a task comes in an order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank(Option<(i64, String)>);

impl By {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Column,
        Self::Number,
        Self::Title,
        Self::Assignee,
        Self::Label,
        Self::Due,
        Self::Priority,
        Self::Progress,
    ];

    /// Its name in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Number => "number",
            Self::Title => "title",
            Self::Assignee => "assignee",
            Self::Label => "label",
            Self::Due => "due",
            Self::Priority => "priority",
            Self::Progress => "progress",
        }
    }

    /// The order in which one most likely wants to see it.
    pub fn usual(self) -> Order {
        Order { by: self, down: matches!(self, Self::Priority | Self::Progress) }
    }
}

impl Order {
    /// The order that an address names so, `due` or `-due`; the usual one where it names none.
    pub fn named(name: &str) -> Self {
        let (by, down) = name.strip_prefix('-').map_or((name, false), |by| (by, true));
        By::ALL.into_iter().find(|one| one.as_str() == by).map(|by| Self { by, down }).unwrap_or_default()
    }

    /// Its name in an address.
    pub fn name(self) -> String {
        format!("{}{}", if self.down { "-" } else { "" }, self.by.as_str())
    }

    /// The same the other way round.
    pub fn turned(self) -> Self {
        Self { down: !self.down, ..self }
    }

    /// Where a task comes; `column` is the place of its column on the board, which has these `labels`.
    pub fn rank(self, card: &Card, column: usize, labels: &[Label]) -> Rank {
        let number = |number: i64| Some((number, String::new()));
        Rank(match self.by {
            By::Column => number(column as i64),
            By::Number => number(card.number),
            By::Title => Some((0, fold(&card.title))),
            By::Assignee => of_names(card.assignees.iter().map(|person| person.display_name.as_str()).collect()),
            By::Label => {
                let borne = labels.iter().filter(|label| card.labels.contains(&label.id));
                of_names(borne.map(|label| label.name.as_str()).collect())
            }
            By::Due => card.due.and_then(|due| number(due.number().into())),
            By::Priority => card.priority.and_then(|priority| number(priority as i64)),
            By::Progress => number(card.progress),
        })
    }

    /// Puts tasks, given as they stand on the board, into this order.
    pub fn sort<T>(self, tasks: &mut [(Rank, T)]) {
        tasks.sort_by(|(Rank(a), _), (Rank(b), _)| {
            let none_is_last = a.is_none().cmp(&b.is_none());
            none_is_last.then_with(|| if self.down { b.cmp(a) } else { a.cmp(b) })
        });
    }
}

/// What bears several names comes where the first of them does, right after what bears that alone.
fn of_names(names: Vec<&str>) -> Option<(i64, String)> {
    let mut names: Vec<String> = names.into_iter().map(fold).collect();
    names.sort_unstable();
    // Less than any sign in a name.
    (!names.is_empty()).then(|| (0, names.join("\n")))
}
