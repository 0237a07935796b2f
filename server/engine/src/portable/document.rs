//! What stands in the file: the same records for writing and for reading, which is strict.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat};
use protocol::{Colour, Day, Priority, Role};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What every file says it is.
pub(super) const FORMAT: &str = "boardwalk-board";
/// The newest version of the format, which has assignees of items since 2. A later one is refused, since it may say
/// what this one does not know.
pub(super) const VERSION: u32 = 2;

/// A whole file, as it is read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(rename = "format")]
    pub(super) _format: String,
    pub(super) version: u32,
    #[serde(rename = "exported_at", default)]
    pub(super) _exported_at: Option<Moment>,
    pub(super) name: String,
    #[serde(default)]
    pub(super) members: Vec<Member>,
    pub(super) columns: Vec<Column>,
    #[serde(default)]
    pub(super) labels: Vec<Label>,
    #[serde(default)]
    pub(super) tasks: Vec<Task>,
    #[serde(default)]
    pub(super) comments: Vec<Comment>,
}

/// What a file begins with, as it is written; tasks and comments follow.
#[derive(Debug, Serialize)]
pub(super) struct Head {
    pub(super) format: &'static str,
    pub(super) version: u32,
    pub(super) exported_at: Moment,
    pub(super) name: String,
    pub(super) members: Vec<Member>,
    pub(super) columns: Vec<Column>,
    pub(super) labels: Vec<Label>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) username: String,
    pub(super) role: Role,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Column {
    pub(super) name: String,
    #[serde(default)]
    pub(super) colour: Option<Colour>,
    #[serde(default)]
    pub(super) limit: Option<i64>,
    #[serde(default)]
    pub(super) archived: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) colour: Colour,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Task {
    pub(super) number: i64,
    /// Of `columns`, the first being 0.
    pub(super) column: usize,
    /// The tasks of a column stand in the order of these texts, by their bytes.
    #[serde(default)]
    pub(super) order: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    pub(super) due: Option<Day>,
    #[serde(default)]
    pub(super) priority: Option<Priority>,
    #[serde(default)]
    pub(super) progress: i64,
    #[serde(default)]
    pub(super) assignees: Vec<String>,
    /// By name.
    #[serde(default)]
    pub(super) labels: Vec<String>,
    #[serde(default)]
    pub(super) checklist: Vec<Item>,
    #[serde(default)]
    pub(super) archived: bool,
    #[serde(default)]
    pub(super) author: Option<String>,
    pub(super) created_at: Moment,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Item {
    pub(super) text: String,
    #[serde(default)]
    pub(super) done: bool,
    /// By username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) assignee: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Comment {
    /// The number of its task.
    pub(super) task: i64,
    /// Its number there.
    pub(super) n: i64,
    /// The number of the comment that it replies to, which stands before it and replies to none.
    #[serde(default)]
    pub(super) reply_to: Option<i64>,
    #[serde(default)]
    pub(super) author: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
    pub(super) at: Moment,
    pub(super) text: String,
    /// What the files were called that came with it, and stay where they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<String>,
}

/// A moment in milliseconds since 1970, written `2026-11-26T14:17:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(pub(super) i64);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let moment = DateTime::from_timestamp_millis(self.0).unwrap_or_default();
        serializer.serialize_str(&moment.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let moment = DateTime::parse_from_rfc3339(&text);
        let words = |_| serde::de::Error::custom("not a moment: one is written 2026-11-26T14:17:00Z");
        Ok(Self(moment.map_err(words)?.timestamp_millis()))
    }
}
