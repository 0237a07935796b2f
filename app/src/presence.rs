//! Who is here and who types, as far as the server says.

mod here;

use protocol::{Ephemeral, Person, UserId, Writing, limits};

pub use here::here_now;

/// Who has a place open, and who types there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// Who is here, by name; at most 100.
    pub people: Vec<Person>,
    /// How many are here.
    pub count: usize,
    /// Those of them who have done nothing for a while.
    away: Vec<UserId>,
    typing: Vec<Typist>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Typist {
    person: Person,
    writing: Writing,
    /// When they are taken to have stopped, in milliseconds since 1970.
    until: i64,
}

impl Presence {
    /// Applies what was said about the place at `now`.
    pub fn hear(&mut self, ephemeral: &Ephemeral, now: i64) {
        match ephemeral {
            Ephemeral::Here { people, count, away, .. } => {
                self.people.clone_from(people);
                self.count = *count;
                self.away.clone_from(away);
                self.sort();
            }
            Ephemeral::Count { count, .. } => self.count = *count,
            Ephemeral::Came { person, .. } => {
                if self.people.iter().all(|other| other.id != person.id) {
                    self.people.push(person.clone());
                    self.count += 1;
                    self.sort();
                }
            }
            Ephemeral::Went { person, .. } => {
                self.people.retain(|other| other.id != person.id);
                self.away.retain(|other| *other != person.id);
                self.count = self.count.saturating_sub(1).max(self.people.len());
                self.typing.retain(|typist| typist.person.id != person.id);
            }
            Ephemeral::Away { user, away, .. } => {
                self.away.retain(|other| other != user);
                if *away && self.has(*user) {
                    self.away.push(*user);
                }
            }
            Ephemeral::Typing { person, writing, on, .. } => {
                self.typing.retain(|typist| typist.person.id != person.id);
                if *on {
                    let until = now + i64::from(limits::TYPING_EXPIRE_S) * 1000;
                    self.typing.push(Typist { person: person.clone(), writing: *writing, until });
                }
            }
            Ephemeral::Activity { .. } => {}
        }
    }

    /// Somebody has stopped typing a message: it came.
    pub fn stopped(&mut self, user: UserId) {
        self.typing.retain(|typist| typist.person.id != user || typist.writing != Writing::Message);
    }

    /// Does anybody type?
    pub fn is_typed(&self) -> bool {
        !self.typing.is_empty()
    }

    /// Forgets the typists from whom nothing came for a while.
    pub fn expire(&mut self, now: i64) {
        self.typing.retain(|typist| typist.until > now);
    }

    /// Who types a message, but for `me`, in words; empty when nobody does.
    pub fn typing_line(&self, me: UserId) -> String {
        self.line(me, Writing::Message, "typing")
    }

    /// Who changes a task's title or description, but for `me`, in words; empty when nobody does.
    pub fn editing_line(&self, me: UserId) -> String {
        self.line(me, Writing::Text, "editing")
    }

    fn line(&self, me: UserId, writing: Writing, deed: &str) -> String {
        let others = self.typing.iter().filter(|typist| typist.person.id != me && typist.writing == writing);
        let names: Vec<&str> = others.map(|typist| typist.person.display_name.as_str()).collect();
        match names[..] {
            [] => String::new(),
            [one] => format!("{one} is {deed}"),
            [one, two] => format!("{one} and {two} are {deed}"),
            [one, two, _] => format!("{one}, {two} and 1 other are {deed}"),
            [one, two, ..] => format!("{one}, {two} and {} others are {deed}", names.len() - 2),
        }
    }

    /// Those who are here but for `me`, by name, as far as they are known; and how many there are besides these.
    fn others(&self, me: UserId) -> (impl Iterator<Item = &Person>, usize) {
        (self.people.iter().filter(move |person| person.id != me), self.count.saturating_sub(self.people.len()))
    }

    /// Is this person here?
    pub fn has(&self, user: UserId) -> bool {
        self.people.iter().any(|person| person.id == user)
    }

    /// Have they done nothing for a while?
    pub fn is_away(&self, user: UserId) -> bool {
        self.away.contains(&user)
    }

    fn sort(&mut self) {
        self.people.sort_by_cached_key(|person| (person.display_name.to_lowercase(), person.id));
    }
}

#[cfg(test)]
mod tests {
    use protocol::{RoomId, Stream};

    use super::*;

    const ROOM: Stream = Stream::Room(RoomId(1));
    const ME: UserId = UserId(9);

    fn person(id: i64, name: &str) -> Person {
        Person { id: UserId(id), username: name.to_lowercase(), display_name: name.into() }
    }

    fn typing(id: i64, name: &str, on: bool) -> Ephemeral {
        Ephemeral::Typing { stream: ROOM, person: person(id, name), writing: Writing::Message, on }
    }

    #[test]
    fn the_typing_line_names_two_and_counts_the_rest() {
        let mut presence = Presence::default();
        let lines = [
            (1, "Ana", "Ana is typing"),
            (9, "Me", "Ana is typing"),
            (2, "Bo", "Ana and Bo are typing"),
            (3, "Cy", "Ana, Bo and 1 other are typing"),
            (4, "Di", "Ana, Bo and 2 others are typing"),
        ];
        for (id, name, line) in lines {
            presence.hear(&typing(id, name, true), 0);
            assert_eq!(presence.typing_line(ME), line);
        }
        presence.hear(&typing(1, "Ana", false), 0);
        presence.stopped(UserId(3));
        assert_eq!(presence.typing_line(ME), "Bo and Di are typing");
    }

    #[test]
    fn who_edits_a_task_is_not_typing_a_message() {
        let mut presence = Presence::default();
        let edits = |on| Ephemeral::Typing { stream: ROOM, person: person(1, "Ana"), writing: Writing::Text, on };
        presence.hear(&edits(true), 0);
        presence.hear(&typing(2, "Bo", true), 0);
        presence.stopped(UserId(1));
        let lines = |presence: &Presence| (presence.editing_line(ME), presence.typing_line(ME));
        assert_eq!(lines(&presence), ("Ana is editing".to_owned(), "Bo is typing".to_owned()));
        presence.hear(&edits(false), 0);
        assert_eq!(lines(&presence), (String::new(), "Bo is typing".to_owned()));
    }

    #[test]
    fn a_typist_who_vanished_is_forgotten() {
        let mut presence = Presence::default();
        presence.hear(&typing(1, "Ana", true), 0);
        presence.hear(&typing(1, "Ana", true), 3_000);
        presence.expire(8_999);
        assert_eq!(presence.typing_line(ME), "Ana is typing");
        presence.expire(9_000);
        assert_eq!(presence.typing_line(ME), "");
    }

    #[test]
    fn people_come_and_go_by_name() {
        let mut presence = Presence::default();
        presence
            .hear(&Ephemeral::Here { stream: ROOM, people: vec![person(2, "Bo")], count: 1, away: vec![UserId(2)] }, 0);
        for _ in 0..2 {
            presence.hear(&Ephemeral::Came { stream: ROOM, person: person(1, "Ana") }, 0);
        }
        let names = |presence: &Presence| presence.people.iter().map(|p| p.display_name.clone()).collect::<Vec<_>>();
        assert_eq!((names(&presence), presence.count), (vec!["Ana".into(), "Bo".into()], 2));
        assert_eq!(presence.away, [UserId(2)]);
        presence.hear(&Ephemeral::Away { stream: ROOM, user: UserId(1), away: true }, 0);
        presence.hear(&Ephemeral::Away { stream: ROOM, user: UserId(2), away: false }, 0);
        assert_eq!(presence.away, [UserId(1)]);
        presence.hear(&Ephemeral::Went { stream: ROOM, person: person(2, "Bo") }, 0);
        assert_eq!((names(&presence), presence.count, presence.has(UserId(2))), (vec!["Ana".into()], 1, false));
    }
}
