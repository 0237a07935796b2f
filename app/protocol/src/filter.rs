//! Which cards of a board are looked for, and how they are shown: the rule that says whether one is, and how an
//! address says it.

mod order;

use serde::{Deserialize, Serialize};

use crate::{Card, ColumnId, Day, Due, FilterId, LabelId, Month, UserId, limits, text::fold};

pub use order::{By, Order, Rank};

/// So many of one kind can be chosen at once.
const MANY: usize = 50;

/// What cards are looked for. Of what is chosen of one kind any will do; of each kind one must: labelled
/// *Bug* or *Design*, and mine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that are all in the title, in any case and with any accents, or `#12`, as typed.
    pub text: String,
    /// It is in one of these.
    pub columns: Vec<ColumnId>,
    /// It bears one of these.
    pub labels: Vec<LabelId>,
    /// One of these shall do it.
    pub assignees: Vec<Assignee>,
    /// It is due then.
    pub due: Vec<Deadline>,
    /// As a list in this order, rather than in columns.
    pub list: Option<Order>,
    /// On the days on which they are due, rather than in columns.
    pub calendar: Option<Calendar>,
}

/// Which month is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The month; none for the one that it is.
    pub month: Option<Month>,
}

/// A filter that somebody keeps under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilter {
    /// Its id.
    pub id: FilterId,
    /// What it is called.
    pub name: String,
    /// What the address of the board has to ask for it, from its `?` on.
    pub query: String,
}

/// Who shall do a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// Whoever looks.
    Me,
    /// Nobody yet.
    Nobody,
    /// Somebody.
    Person(UserId),
}

/// By when a task is to be done, as lists are divided by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deadline {
    /// The day has passed.
    Overdue,
    /// It is today.
    Today,
    /// It is one of the days that this week has yet; weeks end with Sunday, as ISO 8601 has it.
    Week,
    /// It is after this week.
    Later,
    /// There is none.
    Never,
}

impl Assignee {
    fn named(name: &str) -> Option<Self> {
        match name {
            "me" => Some(Self::Me),
            "nobody" => Some(Self::Nobody),
            id => id.parse().ok().map(Self::Person),
        }
    }

    /// As an address says it.
    pub fn name(self) -> String {
        match self {
            Self::Me => "me".to_owned(),
            Self::Nobody => "nobody".to_owned(),
            Self::Person(id) => id.to_string(),
        }
    }
}

impl Deadline {
    /// All of them, the nearest first.
    pub const ALL: [Self; 5] = [Self::Overdue, Self::Today, Self::Week, Self::Later, Self::Never];

    /// How a date stands on the day of whoever reads it.
    pub fn of(due: Option<Day>, today: Day) -> Self {
        let Some(due) = due else { return Self::Never };
        let (due, today) = (due.number(), today.number());
        // Days are counted from a Thursday.
        let sunday = today + 6 - (today + 3).rem_euclid(7);
        match due {
            _ if due < today => Self::Overdue,
            _ if due == today => Self::Today,
            _ if due <= sunday => Self::Week,
            _ => Self::Later,
        }
    }

    /// Its name in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Week => "week",
            Self::Later => "later",
            Self::Never => "none",
        }
    }

    /// Its name on the screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::Today => "Today",
            Self::Week => "This week",
            Self::Later => "Later",
            Self::Never => "No date",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deadline| deadline.as_str() == name)
    }

    /// Is a card due then? What is done is due no more. This week begins with today.
    fn includes(self, card: &Card, today: Day) -> bool {
        let is = Self::of(card.due, today);
        Due::of(card, today) != Some(Due::Done) && (is == self || self == Self::Week && is == Self::Today)
    }
}

impl Filter {
    /// What the query of an address asks for. What can't be read asks for nothing.
    pub fn parse(query: &str) -> Self {
        let mut filter = Self::default();
        let (mut view, mut order, mut month) = (String::new(), Order::default(), None);
        for field in query.trim_start_matches('?').split('&') {
            let (name, value) = field.split_once('=').unwrap_or((field, ""));
            let value = decoded(value);
            match name {
                "q" => filter.text = value.trim().chars().take(limits::TASK_TITLE).collect(),
                "column" => choose(&mut filter.columns, value.parse().ok()),
                "label" => choose(&mut filter.labels, value.parse().ok()),
                "assignee" => choose(&mut filter.assignees, Assignee::named(&value)),
                "due" => choose(&mut filter.due, Deadline::named(&value)),
                "month" => month = value.parse().ok(),
                "sort" => order = Order::named(&value),
                "view" => view = value,
                _ => {}
            }
        }
        filter.list = (view == "list").then_some(order);
        filter.calendar = (view == "calendar").then_some(Calendar { month });
        filter
    }

    /// The query that asks for this; nothing where all cards are looked for.
    pub fn query(&self) -> String {
        let mut query = String::new();
        for (name, value) in self.fields() {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            encode(&mut query, &value);
        }
        query
    }

    /// Is this chosen, as a form names it?
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.fields().iter().any(|field| field.0 == name && field.1 == value)
    }

    /// Are all cards looked for?
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.columns.is_empty()
            && self.labels.is_empty()
            && self.assignees.is_empty()
            && self.due.is_empty()
    }

    /// All cards, shown in the same way.
    pub fn cleared(&self) -> Self {
        Self { list: self.list, calendar: self.calendar, ..Self::default() }
    }

    /// The same cards, as a list in this order or in columns.
    pub fn shown_as(&self, list: Option<Order>) -> Self {
        Self { list, calendar: None, ..self.clone() }
    }

    /// The same cards, on the days of a month.
    pub fn shown_in(&self, calendar: Calendar) -> Self {
        Self { list: None, calendar: Some(calendar), ..self.clone() }
    }

    /// Are they shown in columns?
    pub fn in_columns(&self) -> bool {
        self.list.is_none() && self.calendar.is_none()
    }

    /// The rule for whoever looks, on their day.
    pub fn sought(&self, me: UserId, today: Day) -> Sought<'_> {
        Sought { filter: self, words: self.text.split_whitespace().map(fold).collect(), me, today }
    }

    /// What a form asks for it with.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let text = Some(("q", self.text.clone())).filter(|(_, text)| !text.is_empty());
        let mut fields: Vec<_> = text.into_iter().collect();
        fields.extend(self.columns.iter().map(|column| ("column", column.to_string())));
        fields.extend(self.labels.iter().map(|label| ("label", label.to_string())));
        fields.extend(self.assignees.iter().map(|assignee| ("assignee", assignee.name())));
        fields.extend(self.due.iter().map(|due| ("due", due.as_str().to_owned())));
        if let Some(order) = self.list {
            fields.push(("view", "list".to_owned()));
            fields.extend((order != Order::default()).then(|| ("sort", order.name())));
        }
        if let Some(calendar) = self.calendar {
            fields.push(("view", "calendar".to_owned()));
            fields.extend(calendar.month.map(|month| ("month", month.to_string())));
        }
        fields
    }
}

/// A [`Filter`] as it is for one person on one day.
#[derive(Debug)]
pub struct Sought<'a> {
    filter: &'a Filter,
    words: Vec<String>,
    me: UserId,
    today: Day,
}

impl Sought<'_> {
    /// Is this card looked for?
    pub fn matches(&self, card: &Card) -> bool {
        let Filter { columns, labels, assignees, due, .. } = self.filter;
        (columns.is_empty() || columns.contains(&card.column))
            && (labels.is_empty() || labels.iter().any(|label| card.labels.contains(label)))
            && (assignees.is_empty() || assignees.iter().any(|wanted| self.shall(card, *wanted)))
            && (due.is_empty() || due.iter().any(|due| due.includes(card, self.today)))
            && self.says(card)
    }

    fn shall(&self, card: &Card, wanted: Assignee) -> bool {
        let id = match wanted {
            Assignee::Nobody => return card.assignees.is_empty(),
            Assignee::Me => self.me,
            Assignee::Person(id) => id,
        };
        card.assignees.iter().any(|person| person.id == id)
    }

    fn says(&self, card: &Card) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let title = fold(&card.title);
        let is_number = |word: &str| word.strip_prefix('#').is_some_and(|number| number.parse() == Ok(card.number));
        self.words.iter().all(|word| title.contains(word.as_str()) || is_number(word))
    }
}

fn choose<T: PartialEq>(chosen: &mut Vec<T>, one: Option<T>) {
    if let Some(one) = one.filter(|one| chosen.len() < MANY && !chosen.contains(one)) {
        chosen.push(one);
    }
}

/// A value as a form writes it into an address.
fn encode(into: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => into.push(byte.into()),
            _ => into.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// The value that an address writes so; what is no text is replaced by signs that say so.
fn decoded(value: &str) -> String {
    let hex = |at: usize| {
        // A sign would be read as part of the number.
        let digits = value.get(at + 1..at + 3).filter(|digits| !digits.starts_with('+'))?;
        u8::from_str_radix(digits, 16).ok()
    };
    let mut bytes = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(byte) = value.as_bytes().get(at) {
        let (byte, length) = match (byte, hex(at)) {
            (b'%', Some(byte)) => (byte, 3),
            (b'+', _) => (b' ', 1),
            (byte, _) => (*byte, 1),
        };
        bytes.push(byte);
        at += length;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests;
