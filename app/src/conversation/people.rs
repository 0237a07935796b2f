//! Whom one may mention in a place, kept in the browser so that a key needs no server: asked for when somebody is
//! about to write there, and again after a while.

use std::sync::{Mutex, PoisonError};

use leptos::task::spawn_local;
use protocol::{
    Person, Stream, UserId, limits,
    mention::{self, Candidate},
};

use crate::{api, clock};

/// Of the place in which was written last.
static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

struct Kept {
    place: Stream,
    /// When they were asked for.
    at: i64,
    /// None where they are on their way, or too many.
    people: Option<People>,
}

struct People {
    people: Vec<Person>,
    candidates: Vec<Candidate>,
    /// Who was said to take part last.
    authors: Vec<UserId>,
}

/// Sees to it that they are here.
pub fn fetch(place: Stream) {
    let now = clock::now();
    let fresh = with(|kept| match kept {
        Some(kept) if kept.place == place => {
            let fresh = now - kept.at < limits::MENTIONABLE_S * 1000;
            kept.at = if fresh { kept.at } else { now };
            fresh
        }
        _ => {
            *kept = Some(Kept { place, at: now, people: None });
            false
        }
    });
    if fresh {
        return;
    }
    spawn_local(async move {
        // Without them the server is asked with each key.
        let Ok(answer) = api::mention_people(place).await else { return };
        with(|kept| {
            if let Some(kept) = kept.as_mut().filter(|kept| kept.place == place) {
                kept.people = answer.map(People::of);
            }
        });
    });
}

/// Those whom a half-typed name may mean, best first, `authors` before others; none where they are not here.
pub fn ranked(place: Stream, query: &str, authors: &[UserId]) -> Option<Vec<Person>> {
    with(|kept| {
        let people = kept.as_mut().filter(|kept| kept.place == place)?.people.as_mut()?;
        Some(people.ranked(query, authors))
    })
}

/// On the page there is one thread, which never waits for itself.
fn with<T>(of: impl FnOnce(&mut Option<Kept>) -> T) -> T {
    of(&mut KEPT.lock().unwrap_or_else(PoisonError::into_inner))
}

impl People {
    fn of(people: Vec<Person>) -> Self {
        let candidate = |person: &Person| Candidate::new(&person.username, &person.display_name, false);
        Self { candidates: people.iter().map(candidate).collect(), people, authors: Vec::new() }
    }

    fn ranked(&mut self, query: &str, authors: &[UserId]) -> Vec<Person> {
        if self.authors != authors {
            for (person, candidate) in self.people.iter().zip(&mut self.candidates) {
                candidate.in_conversation = authors.contains(&person.id);
            }
            self.authors = authors.to_vec();
        }
        let best = mention::rank(query, &self.candidates, mention::ROWS);
        best.into_iter().map(|index| self.people[index].clone()).collect()
    }
}
