//! Who may do what: the table of PRODUCT.md, asked by every use case and by the screens.

use serde::{Deserialize, Serialize};

use crate::{Message, UserId};

/// What a person is on a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, does not write.
    Viewer,
    /// Writes.
    Member,
    /// Runs the board.
    Owner,
}

impl Role {
    /// The role's name in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Owner => "owner",
        }
    }

    /// The role named so in a form.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Viewer, Self::Member, Self::Owner].into_iter().find(|role| role.as_str() == name)
    }
}

/// The text is not the name of a role or of a reason.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no name of this kind")]
pub struct Unnamed(pub String);

impl TryFrom<String> for Role {
    type Error = Unnamed;
    fn try_from(name: String) -> Result<Self, Unnamed> {
        Self::named(&name).ok_or(Unnamed(name))
    }
}

/// Something done on a board, as the table of rights lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See the board, its tasks, comments and open rooms.
    See,
    /// Post, comment, create and move tasks, create rooms.
    Write,
    /// One's own marks: read, watch, favourites.
    Mark,
    /// Columns and labels.
    Shape,
    /// Board settings, members and roles.
    Run,
}

/// May somebody with this role on the board do that?
pub fn may(role: Role, action: Action) -> bool {
    match action {
        Action::See | Action::Mark => true,
        Action::Write | Action::Shape => role >= Role::Member,
        Action::Run => role == Role::Owner,
    }
}

/// How a person stands to a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Their role on the room's board.
    pub role: Role,
    /// Invited members only?
    pub private: bool,
    /// In the room's member list?
    pub joined: bool,
    /// Made the room?
    pub creator: bool,
}

impl Standing {
    /// Sees the room and reads its messages.
    pub fn reads(self) -> bool {
        !self.private || self.joined
    }

    /// Posts in it.
    pub fn posts(self) -> bool {
        self.reads() && may(self.role, Action::Write)
    }

    /// Edits its name and topic, manages its members, deletes it and others' messages: its creator,
    /// and the owners of the board who are in it.
    pub fn manages(self) -> bool {
        self.posts() && (self.creator || (self.role == Role::Owner && (self.joined || !self.private)))
    }
}

/// What a person may do with the messages of a place, a room or a task: the one rule that both the
/// server and the screens ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Who.
    pub me: UserId,
    /// May they post there?
    pub posts: bool,
    /// May they delete what others posted? Whoever manages the room, or owns the task's board.
    pub moderates: bool,
}

impl Rights {
    /// Changes the message's text: its author.
    pub fn edits(self, message: &Message) -> bool {
        self.posts && !message.deleted && self.wrote(message)
    }

    /// Deletes the message: its author, and who moderates the place.
    pub fn deletes(self, message: &Message) -> bool {
        !message.deleted && (self.moderates || self.posts && self.wrote(message))
    }

    /// Puts an emoji under the message.
    pub fn reacts(self, message: &Message) -> bool {
        self.posts && !message.deleted
    }

    /// Pins the message, or takes anybody's pin off it.
    pub fn pins(self, message: &Message) -> bool {
        self.posts && !message.deleted
    }

    fn wrote(self, message: &Message) -> bool {
        message.author.as_ref().is_some_and(|author| author.id == self.me)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Person;

    #[test]
    fn roles_on_a_board_follow_the_table() {
        use Action::*;
        use Role::*;
        for (role, allowed) in
            [(Viewer, &[See, Mark][..]), (Member, &[See, Mark, Write, Shape]), (Owner, &[See, Mark, Write, Shape, Run])]
        {
            for action in [See, Mark, Write, Shape, Run] {
                assert_eq!(may(role, action), allowed.contains(&action), "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_private_room_is_for_those_in_it_alone() {
        for role in [Role::Viewer, Role::Member, Role::Owner] {
            for creator in [false, true] {
                let outside = Standing { role, private: true, joined: false, creator };
                assert!(!outside.reads() && !outside.posts() && !outside.manages(), "{outside:?}");
            }
        }
    }

    #[test]
    fn authors_edit_and_moderators_only_delete() {
        let author = Person { id: UserId(1), username: "ana".into(), display_name: "Ana".into() };
        let message = Message { author: Some(author), ..Message::default() };
        let gone = Message { deleted: true, ..message.clone() };
        let orphan = Message::default();
        let rights = |me, posts, moderates| Rights { me: UserId(me), posts, moderates };
        for (rights, edits, deletes, of_nobody) in [
            (rights(1, true, false), true, true, false),
            (rights(1, false, false), false, false, false),
            (rights(2, true, false), false, false, false),
            (rights(2, true, true), false, true, true),
        ] {
            assert_eq!((rights.edits(&message), rights.deletes(&message)), (edits, deletes), "{rights:?}");
            assert_eq!((rights.edits(&orphan), rights.deletes(&orphan)), (false, of_nobody), "{rights:?}");
            assert!(!rights.edits(&gone) && !rights.deletes(&gone), "{rights:?}");
        }
    }

    #[test]
    fn a_room_is_managed_by_its_creator_and_by_owners() {
        let open = |role, creator| Standing { role, private: false, joined: true, creator }.manages();
        assert!(open(Role::Owner, false) && open(Role::Member, true));
        assert!(
            !open(Role::Member, false) && !open(Role::Viewer, true),
            "a viewer changes nothing, not even what they made"
        );
    }
}
