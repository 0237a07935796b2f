//! Who has a place open, on whatever node, and who types there. Nothing of it is kept.
//!
//! Who comes hears once who is there; the others hear of one arrival, never of everybody. A person
//! is in a place while a connection of theirs reads it here, or another node holds a lease for
//! them; they are gone when the last of these is, and a moment has passed in which a reload or
//! another page may bring them back. All time here is monotonic: a wall clock that jumps moves nobody.

mod board;
mod elsewhere;
#[cfg(test)]
mod tests;
mod typing;

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    time::Duration,
};

use protocol::{Ephemeral, Person, ServerFrame, Stream, UserId, Writing, limits};
use tokio::time::Instant;

use super::State;
use crate::bus::{Bus, Lease, NodeId, Said};
pub(super) use board::hears;

const HIDE_DELAY: Duration = Duration::from_secs(limits::HIDE_DELAY_S);
const TYPING: Duration = Duration::from_secs(limits::TYPING_EXPIRE_S as u64);
/// Who says again within this time that they type has said nothing new.
const TYPING_AGAIN: Duration = Duration::from_secs(2);
const LEASE: Duration = Duration::from_secs(limits::LEASE_S);
const AWAY: Duration = Duration::from_secs(limits::AWAY_S);
/// How often it is looked for leases that have run out and people who do nothing.
const SWEEP: Duration = Duration::from_secs(5);

/// Everybody who is somewhere.
#[derive(Default)]
pub(super) struct Presence {
    pub(super) bus: Bus,
    places: HashMap<Stream, Place>,
    /// Those who are in a place by way of this node.
    locals: HashMap<UserId, Local>,
    /// Those who don't show when they are here.
    hidden: HashSet<UserId>,
    /// Departures that become true at that moment, unless the person returns.
    departures: VecDeque<(Instant, Stream, UserId)>,
    /// Typists who are taken to have stopped at that moment, unless they go on.
    hushes: VecDeque<(Instant, Stream, UserId)>,
    /// Who was here since it was last written down.
    seen: HashSet<UserId>,
    /// Places that were too crowded to tell who came or went: how many are there is told in a moment.
    uncounted: HashSet<Stream>,
    swept: Option<Instant>,
}

#[derive(Default)]
struct Place {
    people: HashMap<UserId, Box<Present>>,
    /// The same by name: whoever comes is told of the first, and must not wait until thousands are sorted.
    names: BTreeSet<(String, UserId)>,
    typing: HashMap<UserId, Typist>,
}

/// A person in a place.
struct Present {
    person: Person,
    /// Connections of this node.
    here: HashSet<u64>,
    /// When the last of them left, while that is not yet taken for true.
    left: Option<Instant>,
    /// Away, as far as this node knows.
    away: bool,
    /// By way of other nodes.
    elsewhere: HashMap<NodeId, Elsewhere>,
    /// What was last said.
    shown_away: bool,
}

struct Elsewhere {
    until: Instant,
    away: bool,
}

struct Typist {
    person: Person,
    writing: Writing,
    said: Instant,
    until: Instant,
}

struct Local {
    active: Instant,
    away: bool,
    places: HashSet<Stream>,
}

impl Present {
    fn new(person: Person) -> Self {
        Self { person, here: HashSet::new(), left: None, away: false, elsewhere: HashMap::new(), shown_away: false }
    }

    fn by_this_node(&self) -> bool {
        !self.here.is_empty() || self.left.is_some()
    }

    fn is_gone(&self) -> bool {
        !self.by_this_node() && self.elsewhere.is_empty()
    }

    /// Away on every node that has them.
    fn is_away(&self) -> bool {
        (self.away || !self.by_this_node()) && self.elsewhere.values().all(|elsewhere| elsewhere.away)
    }
}

impl Place {
    /// Somebody as they are in this place, and whether they are new to it.
    fn enter(&mut self, person: &Person) -> (&mut Present, bool) {
        let new = !self.people.contains_key(&person.id);
        if new {
            self.names.insert((person.display_name.clone(), person.id));
        }
        (self.people.entry(person.id).or_insert_with(|| Box::new(Present::new(person.clone()))), new)
    }

    fn remove(&mut self, user: UserId) -> Option<Present> {
        let present = self.people.remove(&user)?;
        self.names.remove(&(present.person.display_name.clone(), user));
        Some(*present)
    }

    fn here(&self, stream: Stream) -> Ephemeral {
        let first = self.names.iter().take(limits::CROWD);
        let people: Vec<&Present> = first.filter_map(|(_, user)| self.people.get(user).map(Box::as_ref)).collect();
        Ephemeral::Here {
            stream,
            people: people.iter().map(|present| present.person.clone()).collect(),
            count: self.people.len(),
            away: people.iter().filter(|present| present.shown_away).map(|present| present.person.id).collect(),
        }
    }
}

impl Presence {
    /// Everybody who is somewhere and lets it be seen.
    pub(super) fn online(&self) -> HashSet<UserId> {
        self.places.values().flat_map(|place| place.people.keys().copied()).collect()
    }
}

impl State {
    /// A connection reads a place now: it hears who is there, the others hear of a new person.
    pub(super) fn arrive(&mut self, id: u64, stream: Stream) {
        let Some(reader) = self.readers.get(&id).filter(|reader| hears(reader.at, stream)) else { return };
        let person = reader.person.clone();
        let now = Instant::now();
        let user = person.id;
        if !self.presence.hidden.contains(&user) {
            self.presence.seen.insert(user);
            let local = self.presence.locals.entry(user).or_insert_with(|| Local {
                active: now,
                away: false,
                places: HashSet::new(),
            });
            local.active = now;
            local.places.insert(stream);
            let place = self.presence.places.entry(stream).or_default();
            let (present, new) = place.enter(&person);
            let new_to_others = !present.by_this_node();
            present.here.insert(id);
            present.left = None;
            if new_to_others {
                let leases = vec![Lease { stream, person: person.clone(), away: false }];
                self.presence.bus.say(Said::Here { leases });
            }
            if new {
                self.came(stream, person);
            }
            // Whoever opens a page does something.
            self.active(user);
        }
        let here = self.presence.places.entry(stream).or_default().here(stream);
        if let Some(reader) = self.readers.get_mut(&id) {
            // Who comes and goes without reading hears of the last time alone.
            let stale = |note: &ServerFrame| matches!(note, ServerFrame::Ephemeral { what: Ephemeral::Here { stream: of, .. } } if *of == stream);
            reader.notes.retain(|note| !stale(note));
            reader.notes.push(ServerFrame::Ephemeral { what: here });
            // All that was whispered before is in it.
            if let (Some(read), Some(channel)) = (reader.cursors.get_mut(&stream), self.channels.get(&stream)) {
                read.whispered = channel.whispered();
            }
            reader.wake.notify_one();
        }
        self.forget_empty(stream);
    }

    /// A connection reads a stream no longer.
    pub(super) fn leave(&mut self, id: u64, stream: Stream) {
        if let Some(channel) = self.channels.get_mut(&stream) {
            channel.readers.remove(&id);
        }
        self.tidy(stream);
        self.depart(id, stream);
    }

    /// A connection is in a place no longer; its person is gone when no other brings them back in a moment.
    fn depart(&mut self, id: u64, stream: Stream) {
        let Some(user) = self.readers.get(&id).map(|reader| reader.person.id) else { return };
        let Some(present) = self.presence.present(stream, user) else { return };
        if present.here.remove(&id) && present.here.is_empty() {
            let now = Instant::now();
            present.left = Some(now);
            self.presence.departures.push_back((now + HIDE_DELAY, stream, user));
        }
    }

    /// A person is out of a place at once, as they may read it no longer.
    pub(super) fn banish(&mut self, stream: Stream, user: UserId) {
        if let Some(present) = self.presence.present(stream, user) {
            present.here.clear();
            self.gone(stream, user);
        }
    }

    /// Nobody of this node has this person in a place any more.
    fn gone(&mut self, stream: Stream, user: UserId) {
        let Some(present) = self.presence.present(stream, user) else { return };
        present.left = None;
        if let Some(local) = self.presence.locals.get_mut(&user) {
            local.places.remove(&stream);
            if local.places.is_empty() {
                self.presence.locals.remove(&user);
            }
        }
        if !self.presence.hidden.contains(&user) {
            self.presence.seen.insert(user);
        }
        self.presence.bus.say(Said::Gone { stream, user });
        self.settle(stream, user);
    }

    /// Tells what has become of a person in a place, now that something about it has changed.
    fn settle(&mut self, stream: Stream, user: UserId) {
        let Some(place) = self.presence.places.get_mut(&stream) else { return };
        let crowded = place_is_crowded(place.people.len());
        let Some(present) = place.people.get_mut(&user) else { return };
        if !present.is_gone() {
            let away = present.is_away();
            if std::mem::replace(&mut present.shown_away, away) != away && !crowded {
                self.whisper(stream, user, Ephemeral::Away { stream, user, away });
            }
            return;
        }
        let Some(Present { person, .. }) = place.remove(user) else { return };
        let typed = place.typing.remove(&user);
        if !crowded {
            if let Some(Typist { writing, .. }) = typed {
                self.whisper(stream, user, Ephemeral::Typing { stream, person: person.clone(), writing, on: false });
            }
            self.whisper(stream, user, Ephemeral::Went { stream, person });
        } else {
            self.presence.uncounted.insert(stream);
        }
        self.forget_empty(stream);
    }

    fn came(&mut self, stream: Stream, person: Person) {
        let crowded = self.presence.places.get(&stream).is_some_and(|place| place_is_crowded(place.people.len()));
        if crowded {
            self.presence.uncounted.insert(stream);
        } else {
            self.whisper(stream, person.id, Ephemeral::Came { stream, person });
        }
    }

    fn forget_empty(&mut self, stream: Stream) {
        if self.presence.places.get(&stream).is_some_and(|place| place.people.is_empty() && place.typing.is_empty()) {
            self.presence.places.remove(&stream);
        }
    }

    /// A stream that nobody reads needs no ring: the log has it.
    pub(super) fn tidy(&mut self, stream: Stream) {
        if self.channels.get(&stream).is_some_and(|channel| channel.readers.is_empty()) {
            self.channels.remove(&stream);
        }
    }

    /// A person does something.
    pub(super) fn active(&mut self, user: UserId) {
        self.attends(user);
        let Some(local) = self.presence.locals.get_mut(&user) else { return };
        local.active = Instant::now();
        self.presence.seen.insert(user);
        if std::mem::take(&mut local.away) {
            self.say_away(user, false);
        }
    }

    fn say_away(&mut self, user: UserId, away: bool) {
        let Some(local) = self.presence.locals.get(&user) else { return };
        let mut leases = Vec::new();
        for stream in local.places.clone() {
            if let Some(present) = self.presence.present(stream, user) {
                present.away = away;
                leases.push(Lease { stream, person: present.person.clone(), away });
                self.settle(stream, user);
            }
        }
        self.presence.bus.say(Said::Here { leases });
    }

    /// Does what is due.
    pub(super) fn sweep(&mut self, now: Instant) {
        while let Some((_, stream, user)) = self.presence.departures.pop_front_if(|(due, ..)| *due <= now) {
            let stays = |present: &mut Present| present.left.is_none_or(|left| left + HIDE_DELAY > now);
            if self.presence.present(stream, user).is_some_and(|present| !stays(present)) {
                self.gone(stream, user);
            }
        }
        while let Some((_, stream, user)) = self.presence.hushes.pop_front_if(|(due, ..)| *due <= now) {
            let Some(place) = self.presence.places.get_mut(&stream) else { continue };
            if place.typing.get(&user).is_some_and(|typist| typist.until <= now)
                && let Some(Typist { person, writing, .. }) = place.typing.remove(&user)
            {
                self.whisper(stream, user, Ephemeral::Typing { stream, person, writing, on: false });
                self.forget_empty(stream);
            }
        }
        if self.presence.swept.is_none_or(|swept| now >= swept + SWEEP) {
            self.presence.swept = Some(now);
            self.sweep_pages(now);
            self.end_leases(now);
            let idle = |local: &Local| !local.away && local.active + AWAY <= now;
            let idle: Vec<UserId> =
                self.presence.locals.iter().filter(|(_, local)| idle(local)).map(|(user, _)| *user).collect();
            for user in idle {
                if let Some(local) = self.presence.locals.get_mut(&user) {
                    local.away = true;
                }
                self.say_away(user, true);
            }
            for stream in std::mem::take(&mut self.presence.uncounted) {
                let Some(place) = self.presence.places.get(&stream) else { continue };
                let count = place.people.len();
                let said =
                    if place_is_crowded(count) { Ephemeral::Count { stream, count } } else { place.here(stream) };
                self.whisper(stream, UserId::default(), said);
            }
        }
    }

    /// A person shows from now on when they are here, or not.
    pub(super) fn show(&mut self, user: UserId, shown: bool) {
        if shown {
            self.presence.hidden.remove(&user);
        } else if self.presence.hidden.insert(user) {
            let places = self.presence.locals.get(&user).map(|local| local.places.clone()).unwrap_or_default();
            for stream in places {
                self.banish(stream, user);
            }
            self.presence.seen.remove(&user);
        }
    }

    /// Who was here since this was asked last, and those who still are.
    pub(super) fn take_seen(&mut self) -> Vec<UserId> {
        let active = self.presence.locals.iter().filter(|(_, local)| !local.away).map(|(user, _)| *user);
        let active: HashSet<UserId> = active.collect();
        let seen = std::mem::take(&mut self.presence.seen);
        seen.union(&active).copied().collect()
    }
}

/// Are there more people than are told of one by one?
fn place_is_crowded(people: usize) -> bool {
    people > limits::CROWD
}

impl Presence {
    fn present(&mut self, stream: Stream, user: UserId) -> Option<&mut Present> {
        self.places.get_mut(&stream)?.people.get_mut(&user).map(Box::as_mut)
    }
}
