//! Groups of people that one name means: `@here`, `@room`, `@board`.

use super::scan;
use crate::{Stream, limits};

/// People whom one name means, of those who may read the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Who is online now: of the room, or of a task's board.
    Here,
    /// Who is in the room.
    Room,
    /// Who is on the board.
    Board,
}

impl Group {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Here, Self::Room, Self::Board];

    /// Its name, behind the `@`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Room => "room",
            Self::Board => "board",
        }
    }

    /// The group of this name, in any case, where it means anybody: on a task there is no room.
    pub fn named(name: &str, place: Stream) -> Option<Self> {
        let group = Self::ALL.into_iter().find(|group| group.as_str().eq_ignore_ascii_case(name))?;
        let means = match place {
            Stream::Room(_) | Stream::Thread(_) => true,
            Stream::Task(_) => group != Self::Room,
            Stream::Board(_) | Stream::User(_) => false,
        };
        means.then_some(group)
    }
}

/// Does a text that is posted in this place name a group? In code, too, which the server leaves out: it
/// decides, this says only whether it is to be asked.
pub fn groups(text: &str, place: Stream) -> bool {
    scan(text).any(|found| Group::named(found.name, place).is_some())
}

/// May so many people be notified by one name, by an owner of the board or by somebody else?
pub fn may_notify(people: usize, owner: bool) -> bool {
    people <= limits::GROUP && (owner || people <= limits::GROUP_OWNER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RoomId, TaskId};

    #[test]
    fn groups_have_names_where_they_mean_anybody() {
        let (room, task) = (Stream::Room(RoomId(1)), Stream::Task(TaskId(1)));
        for (name, in_room, on_task) in [
            ("here", Some(Group::Here), Some(Group::Here)),
            ("ROOM", Some(Group::Room), None),
            ("Board", Some(Group::Board), Some(Group::Board)),
            ("all", None, None),
            ("rooms", None, None),
            ("", None, None),
        ] {
            assert_eq!((Group::named(name, room), Group::named(name, task)), (in_room, on_task), "{name}");
        }
    }

    #[test]
    fn a_group_is_named_like_a_person() {
        let room = Stream::Room(RoomId(1));
        for text in ["@here", "hello @room!", "＠Board", "(@room)"] {
            assert!(groups(text, room), "{text}");
        }
        for text in ["here", "bob@room.com", "@roomy", "@@room", "@all", "/@board", "@room@x"] {
            assert!(!groups(text, room), "{text}");
        }
    }

    #[test]
    fn many_are_for_owners_and_too_many_for_nobody() {
        assert!(may_notify(limits::GROUP_OWNER, false) && !may_notify(limits::GROUP_OWNER + 1, false));
        assert!(may_notify(limits::GROUP, true) && !may_notify(limits::GROUP + 1, true));
    }
}
