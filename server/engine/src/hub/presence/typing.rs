//! Who types where.

use protocol::{Ephemeral, Person, Stream, Writing};
use tokio::time::Instant;

use super::{TYPING, TYPING_AGAIN, Typist, place_is_crowded};
use crate::{bus::Said, hub::State};

impl State {
    /// Somebody types or has stopped. Who says nothing more is taken for having stopped.
    pub(in crate::hub) fn typing(&mut self, id: u64, stream: Stream, writing: Writing, on: bool) {
        let Some(person) = self.readers.get(&id).map(|reader| reader.person.clone()) else { return };
        if self.presence.hidden.contains(&person.id) {
            return;
        }
        self.active(person.id);
        if self.types(stream, person.clone(), writing, on) {
            self.presence.bus.say(Said::Typing { stream, person, writing, on });
        }
    }

    /// Takes it up and tells the readers here, where it is new and the place is not crowded.
    pub(super) fn types(&mut self, stream: Stream, person: Person, writing: Writing, on: bool) -> bool {
        let (now, user) = (Instant::now(), person.id);
        let place = self.presence.places.entry(stream).or_default();
        let new = if !on {
            place.typing.remove(&user).is_some()
        } else if place_is_crowded(place.people.len())
            || place
                .typing
                .get(&user)
                .is_some_and(|typist| typist.writing == writing && now - typist.said < TYPING_AGAIN)
        {
            false
        } else {
            place.typing.insert(user, Typist { person: person.clone(), writing, said: now, until: now + TYPING });
            self.presence.hushes.push_back((now + TYPING, stream, user));
            true
        };
        if new {
            self.whisper(stream, user, Ephemeral::Typing { stream, person, writing, on });
        }
        self.forget_empty(stream);
        new
    }
}
