//! Who has a place open, and who types there. Nothing of it is kept.
//!
//! Who comes hears once who is there; the others hear of one arrival, never of everybody. A person
//! is gone when the last of their connections is, and a moment has passed in which a reload or
//! another page may bring them back.

use std::time::Duration;

use protocol::{Ephemeral, Person, ServerFrame, Stream, UserId, limits};

use super::{Hub, State};

/// A person in a place.
pub(super) struct Here {
    pub(super) person: Person,
    connections: usize,
    /// Counts departures, so that a timer knows whether it is still meant.
    departures: u64,
}

impl State {
    /// A connection reads a place now: it hears who is there, the others hear of a new person.
    pub(super) fn arrive(&mut self, id: u64, stream: Stream) {
        if !matches!(stream, Stream::Room(_) | Stream::Task(_)) {
            return;
        }
        let (Some(reader), Some(channel)) = (self.readers.get_mut(&id), self.channels.get_mut(&stream)) else { return };
        let person = reader.person.clone();
        let here = channel.here.entry(person.id).or_insert_with(|| Here {
            person: person.clone(),
            connections: 0,
            departures: 0,
        });
        here.connections += 1;
        let new = here.connections == 1 && here.departures == 0;
        let count = channel.here.len();
        let mut people: Vec<Person> = channel.here.values().map(|here| here.person.clone()).collect();
        people.sort_by(|a, b| a.display_name.cmp(&b.display_name).then(a.id.cmp(&b.id)));
        people.truncate(limits::CROWD);
        reader.notes.push(ServerFrame::Ephemeral(Ephemeral::Here { stream, people, count }));
        if new && count <= limits::CROWD {
            self.whisper(stream, person.id, Ephemeral::Came { stream, person });
        }
    }

    /// A connection reads a stream no longer.
    pub(super) fn leave(&mut self, hub: &Hub, id: u64, stream: Stream) {
        let Some(channel) = self.channels.get_mut(&stream) else { return };
        channel.readers.remove(&id);
        let user = self.readers.get(&id).map(|reader| reader.person.id);
        if let Some(here) = user.and_then(|user| channel.here.get_mut(&user)) {
            here.connections = here.connections.saturating_sub(1);
            if here.connections == 0 {
                here.departures += 1;
                let (user, departure) = (here.person.id, here.departures);
                let hub = hub.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(limits::HIDE_DELAY_S)).await;
                    hub.lock().gone(stream, user, departure);
                });
            }
        }
        self.tidy(stream);
    }

    fn gone(&mut self, stream: Stream, user: UserId, departure: u64) {
        let Some(channel) = self.channels.get_mut(&stream) else { return };
        let still = channel.here.get(&user).is_some_and(|here| here.connections == 0 && here.departures == departure);
        if still {
            channel.typing.remove(&user);
            if let Some(Here { person, .. }) = channel.here.remove(&user)
                && channel.here.len() < limits::CROWD
            {
                self.whisper(stream, user, Ephemeral::Typing { stream, person: person.clone(), on: false });
                self.whisper(stream, user, Ephemeral::Went { stream, person });
            }
        }
        self.tidy(stream);
    }

    /// A stream that nobody reads needs no ring: the log has it.
    pub(super) fn tidy(&mut self, stream: Stream) {
        if self.channels.get(&stream).is_some_and(|channel| channel.readers.is_empty()) {
            self.channels.remove(&stream);
        }
    }

    /// Somebody types or has stopped. Who says nothing more is taken for having stopped.
    pub(super) fn typing(&mut self, hub: &Hub, id: u64, stream: Stream, on: bool) {
        let Some(reader) = self.readers.get(&id) else { return };
        let person = reader.person.clone();
        let Some(channel) = self.channels.get_mut(&stream).filter(|channel| channel.here.len() <= limits::CROWD) else {
            return;
        };
        if on {
            let said = channel.typing.entry(person.id).or_insert(0);
            *said += 1;
            let (said, user) = (*said, person.id);
            let hub = hub.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_secs(limits::TYPING_EXPIRE_S.into())).await;
                hub.lock().typing_expired(stream, user, said);
            });
        } else if channel.typing.remove(&person.id).is_none() {
            return;
        }
        self.whisper(stream, person.id, Ephemeral::Typing { stream, person, on });
    }

    fn typing_expired(&mut self, stream: Stream, user: UserId, said: u64) {
        let Some(channel) = self.channels.get_mut(&stream) else { return };
        if channel.typing.get(&user) == Some(&said) {
            channel.typing.remove(&user);
            if let Some(person) = channel.here.get(&user).map(|here| here.person.clone()) {
                self.whisper(stream, user, Ephemeral::Typing { stream, person, on: false });
            }
        }
    }
}
