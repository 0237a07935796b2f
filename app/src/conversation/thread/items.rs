//! What a list of messages shows: day lines, the first-unread line, and the rows in their groups.

use std::{collections::HashMap, sync::Arc};

use protocol::{MessageId, Stream, limits};

use super::{Entry, Key, Shape, Thread};

/// One thing of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Here a day begins.
    Day {
        /// The row after it.
        before: Key,
        /// `2026-11-23`
        day: String,
        /// `Monday, 23 November 2026`
        text: String,
    },
    /// Here begins what has not been read.
    Unread,
    /// A row.
    Row {
        /// What it says.
        entry: Arc<Entry>,
        /// Does it begin a group, with name and time?
        first: bool,
    },
    /// Here a reply is written.
    Reply {
        /// The comment that the thread began with.
        to: MessageId,
    },
    /// Here the message above is given another text.
    Edit {
        /// Which.
        of: MessageId,
    },
}

/// What a thing of the list is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKey {
    /// The day line before a row.
    Day(Key),
    /// The first-unread line.
    Unread,
    /// A row.
    Row(Key),
    /// The place of a reply.
    Reply(MessageId),
    /// The place where a message is edited.
    Edit(MessageId),
}

impl Item {
    /// What it is known by.
    pub fn key(&self) -> ItemKey {
        match self {
            Self::Day { before, .. } => ItemKey::Day(*before),
            Self::Unread => ItemKey::Unread,
            Self::Row { entry, .. } => ItemKey::Row(entry.key),
            Self::Reply { to } => ItemKey::Reply(*to),
            Self::Edit { of } => ItemKey::Edit(*of),
        }
    }
}

/// The list, with each thing found by its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Items {
    /// In order.
    pub list: Vec<Item>,
    index: HashMap<ItemKey, usize>,
}

impl Items {
    /// The thing with this key.
    pub fn get(&self, key: ItemKey) -> Option<&Item> {
        self.list.get(*self.index.get(&key)?)
    }
}

impl Thread {
    /// What the list shows. `replying` is the comment under whose thread a reply is written, `editing`
    /// the message that is given another text: it stands apart from its row, so that what happens to
    /// that meanwhile takes nothing of what is typed.
    pub fn items(&self, replying: Option<MessageId>, editing: Option<MessageId>) -> Items {
        let mut list = Vec::with_capacity(self.entries.len() + 4);
        let mut above: Option<&Entry> = None;
        let mut line = self.unread_after.is_some();
        for entry in &self.entries {
            let top = self.shape == Shape::Flat || entry.message.parent.is_none();
            let new_day = top && above.is_none_or(|above| above.clock.day != entry.clock.day);
            // Before the first row only where it is the first there is.
            let unread = line && self.is_unread(entry) && (above.is_some() || !self.older);
            line &= !self.is_unread(entry);
            if new_day && self.shape == Shape::Flat {
                let (day, text) = (entry.clock.day.clone(), entry.clock.day_text.clone());
                list.push(Item::Day { before: entry.key, day, text });
            }
            if unread {
                list.push(Item::Unread);
            }
            let first =
                self.shape == Shape::Threads || new_day || unread || above.is_none_or(|above| !entry.follows(above));
            list.push(Item::Row { entry: entry.clone(), first });
            above = Some(entry);
        }
        if let Some(to) = replying {
            let of_thread = |item: &Item| match item {
                Item::Row { entry, .. } => entry.message.id == to || entry.message.parent == Some(to),
                _ => false,
            };
            if let Some(last) = list.iter().rposition(of_thread) {
                list.insert(last + 1, Item::Reply { to });
            }
        }
        if let Some(of) = editing {
            let row = |item: &Item| matches!(item, Item::Row { entry, .. } if entry.message.id == of);
            if let Some(row) = list.iter().position(row) {
                list.insert(row + 1, Item::Edit { of });
            }
        }
        let index = list.iter().enumerate().map(|(index, item)| (item.key(), index)).collect();
        Items { list, index }
    }
}

impl Entry {
    /// Does it belong to the group of the row above it: same author, within five minutes?
    fn follows(&self, above: &Entry) -> bool {
        let (author, other) = (&self.message.author, &above.message.author);
        author.is_some()
            && author.as_ref().map(|author| author.id) == other.as_ref().map(|author| author.id)
            && !above.message.deleted
            && self.message.at - above.message.at < limits::GROUP_MIN * 60_000
    }
}

/// The address of a conversation's page.
pub fn address(place: Stream) -> String {
    match place {
        Stream::Task(id) => format!("/messaging/task/{id}/comments/"),
        Stream::Room(id) => format!("/messaging/room/{id}/"),
        Stream::Board(id) => format!("/boards/{id}/"),
        Stream::Thread(id) => format!("/messaging/message/{id}/"),
        Stream::User(_) => "/messaging/notifications/".to_owned(),
    }
}
