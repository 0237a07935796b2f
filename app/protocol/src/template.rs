//! What a new board begins with.

use serde::{Deserialize, Serialize};

/// A kind of work, for which a board is made ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Three columns and nothing else.
    #[default]
    Plain,
    /// Software made by a team.
    Software,
    /// Texts that are published.
    Editorial,
    /// Something that takes place on a day.
    Event,
}

impl Template {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Plain, Self::Software, Self::Editorial, Self::Event];

    /// Its name in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Software => "software",
            Self::Editorial => "editorial",
            Self::Event => "event",
        }
    }

    /// The one with this name in forms.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == name)
    }

    /// What it is, for who chooses.
    pub fn words(self) -> &'static str {
        match self {
            Self::Plain => "Plain: to do, doing, done",
            Self::Software => "Software: from a backlog through review",
            Self::Editorial => "Editorial: from an idea to what is published",
            Self::Event => "Event: all that must be arranged by a day",
        }
    }
}
