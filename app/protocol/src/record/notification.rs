//! The rows of an inbox.

use serde::{Deserialize, Serialize};

use super::Person;
use crate::{MessageId, NotificationId, Stream, limits, permission::Unnamed};

/// Why a notification is there, as the original's `type` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Mentioned you.
    Mention,
    /// Replied to you.
    Reply,
    /// Commented on a task you watch.
    Comment,
    /// Assigned a task to you.
    Assigned,
    /// A date is due.
    Due,
    /// Something of a room.
    Room,
    /// Something of the product, like being added to a board.
    System,
}

impl Reason {
    /// Its name in the database and in the contract's JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Reply => "reply",
            Self::Comment => "comment",
            Self::Assigned => "assigned",
            Self::Due => "due",
            Self::Room => "room",
            Self::System => "system",
        }
    }
}

impl TryFrom<String> for Reason {
    type Error = Unnamed;
    fn try_from(name: String) -> Result<Self, Unnamed> {
        use Reason::*;
        [Mention, Reply, Comment, Assigned, Due, Room, System]
            .into_iter()
            .find(|reason| reason.as_str() == name)
            .ok_or(Unnamed(name))
    }
}

/// A row of a person's inbox: one per task or room thread, standing for its newest source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// Why it is there.
    pub reason: Reason,
    /// Where: the room, the task or the board.
    pub stream: Stream,
    /// The message that is its newest source; none for a board's.
    pub message: Option<MessageId>,
    /// Who caused the newest; `None` for a former member.
    pub actor: Option<Person>,
    /// The name of the place: a room's name, a task's `#12 title`, a board's name.
    pub place: String,
    /// The beginning of the newest message, without Markdown.
    pub excerpt: String,
    /// Where it leads.
    pub url: String,
    /// When the newest came, in milliseconds since 1970.
    pub at: i64,
    /// How many there are unread, or in all once read.
    pub count: i64,
    /// Read?
    pub read: bool,
}

/// What a device shows of a row of an inbox, outside the page; `public/sw.js` reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// The row.
    pub id: NotificationId,
    /// What happened, in words.
    pub title: String,
    /// The beginning of what was said.
    pub body: String,
    /// Where it leads.
    pub url: String,
}

impl From<&Notification> for Notice {
    fn from(row: &Notification) -> Self {
        let cut = |text: &str, most| text.chars().take(most).collect();
        Self {
            id: row.id,
            title: cut(&row.sentence(), limits::NOTICE_TITLE),
            body: cut(&row.excerpt, limits::NOTICE_BODY),
            url: row.url.clone(),
        }
    }
}

impl Notification {
    /// What happened, in words: "Ana mentioned you in general".
    pub fn sentence(&self) -> String {
        let who = self.actor.as_ref().map_or("A former member", |person| person.display_name.as_str());
        let place = &self.place;
        match self.reason {
            Reason::Mention => format!("{who} mentioned you in {place}"),
            Reason::Reply if matches!(self.stream, Stream::Thread(_)) => {
                format!("{who} replied in a thread in {place}")
            }
            Reason::Reply => format!("{who} replied to you in {place}"),
            Reason::Comment if matches!(self.stream, Stream::Room(_)) => format!("{who} wrote in {place}"),
            Reason::Comment => format!("{who} commented on {place}"),
            Reason::Assigned => format!("{who} assigned {place} to you"),
            Reason::Due if matches!(self.stream, Stream::User(_)) => place.clone(),
            Reason::Due => format!("{place} is due"),
            Reason::Room => format!("{who} added you to {place}"),
            Reason::System if matches!(self.stream, Stream::User(_)) => {
                "A message you scheduled was not sent".to_owned()
            }
            Reason::System => format!("{who} added you to {place}"),
        }
    }
}
