//! How much somebody wants to hear of a room or a board.

use serde::{Deserialize, Serialize};

use crate::{Person, Reason, permission::Unnamed};

/// Of what happens somewhere, what somebody is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Every message.
    Everything,
    /// Mentions, and what one watches or was given to do.
    #[default]
    Mentions,
    /// Nothing, whoever is mentioned.
    Nothing,
}

impl Level {
    /// From the most to the least.
    pub const ALL: [Self; 3] = [Self::Everything, Self::Mentions, Self::Nothing];

    /// Its name in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Mentions => "mentions",
            Self::Nothing => "nothing",
        }
    }

    /// The level named so in a form.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

impl TryFrom<String> for Level {
    type Error = Unnamed;
    fn try_from(name: String) -> Result<Self, Unnamed> {
        Self::named(&name).ok_or(Unnamed(name))
    }
}

/// How somebody hears of a room, or of a board and its tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// What they chose for the place itself; a room without it is heard as its board is.
    pub own: Option<Level>,
    /// What they chose for the board.
    pub board: Level,
    /// Is the room muted? It is not counted, and only mentions are told.
    pub muted: bool,
}

impl Hearing {
    /// What holds.
    pub fn level(self) -> Level {
        self.own.unwrap_or(self.board)
    }

    /// Is every message told?
    pub fn everything(self) -> bool {
        self.level() == Level::Everything && !self.muted
    }

    /// Is something told that has this reason?
    pub fn lets(self, reason: Reason) -> bool {
        match reason {
            // What happens to oneself, and not to the place.
            Reason::Room | Reason::System => true,
            Reason::Mention | Reason::Assigned | Reason::Due => self.level() != Level::Nothing,
            Reason::Reply | Reason::Comment => self.level() != Level::Nothing && !self.muted,
        }
    }
}

/// Who is told of what is said on a task or in a thread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Am I?
    pub mine: bool,
    /// How many people are.
    pub count: i64,
    /// The first of them, by name.
    pub people: Vec<Person>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_heard_as_its_board_is_unless_it_has_a_level_of_its_own() {
        let board = |board| Hearing { board, ..Hearing::default() };
        assert_eq!(Hearing::default().level(), Level::Mentions);
        assert_eq!(board(Level::Nothing).level(), Level::Nothing);
        assert_eq!(Hearing { own: Some(Level::Mentions), ..board(Level::Nothing) }.level(), Level::Mentions);
    }

    #[test]
    fn each_level_lets_through_what_it_says() {
        use Reason::*;
        let told = |own, muted| {
            let hearing = Hearing { own: Some(own), muted, ..Hearing::default() };
            let all = [Mention, Assigned, Due, Reply, Comment, Room, System];
            all.into_iter().filter(|reason| hearing.lets(*reason)).collect::<Vec<_>>()
        };
        let all = [Mention, Assigned, Due, Reply, Comment, Room, System];
        assert_eq!(told(Level::Everything, false), all);
        assert_eq!(told(Level::Mentions, false), all);
        assert_eq!(told(Level::Everything, true), [Mention, Assigned, Due, Room, System]);
        assert_eq!(told(Level::Nothing, false), [Room, System]);
        assert_eq!(told(Level::Nothing, true), [Room, System]);
    }

    #[test]
    fn a_level_has_one_name() {
        for level in Level::ALL {
            assert_eq!(Level::named(level.as_str()), Some(level));
        }
        assert_eq!((Level::named(""), Level::named("Everything")), (None, None));
    }
}
