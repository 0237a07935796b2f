//! What waits to be sent, in order, and what an answer means for it. Pure: no clock, no browser.

use protocol::{Error, Stream};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    backoff::{jitter, longest},
    conversation::Draft,
};

/// A message that is not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its place in the queue, of all tabs; never by the clock, which may be set back.
    pub order: u64,
    /// The room or task it is for.
    pub place: Stream,
    /// The message.
    pub draft: Draft,
    /// Why the server refused it, in words: it waits for whoever wrote it.
    pub failed: Option<String>,
    /// Was it refused since it was not confirmed that so many people are meant?
    #[serde(default)]
    pub unconfirmed: bool,
}

/// The letters of one person, first in first out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    letters: Vec<Letter>,
    /// Tries in a row that reached no server.
    tries: u32,
}

/// What to do after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Send the next one.
    Next,
    /// This one was refused and says so; send the next one.
    Failed,
    /// No server was reached: try the same again after so many milliseconds.
    Away(u32),
    /// Too much at once: try the same again after so many milliseconds.
    Slower(u32),
    /// Nobody is signed in: nothing can be sent from this page.
    SignedOut,
}

impl Queue {
    /// Takes the letters as they are kept now.
    pub fn read(&mut self, mut letters: Vec<Letter>) {
        letters.sort_by_key(|letter| (letter.order, letter.draft.key));
        self.letters = letters;
    }

    /// Adds a message at the end.
    pub fn add(&mut self, place: Stream, draft: Draft) -> Letter {
        let order = self.letters.last().map_or(0, |last| last.order + 1);
        let letter = Letter { order, place, draft, failed: None, unconfirmed: false };
        self.letters.push(letter.clone());
        letter
    }

    /// All of them, in order.
    pub fn letters(&self) -> &[Letter] {
        &self.letters
    }

    /// The letter with this client id.
    pub fn get(&self, key: Uuid) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.draft.key == key)
    }

    /// The one to send next. One that was refused holds up nobody.
    pub fn next(&self) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.failed.is_none())
    }

    /// How many will be sent.
    pub fn waiting(&self) -> usize {
        self.letters.iter().filter(|letter| letter.failed.is_none()).count()
    }

    /// It is in the log, or given up.
    pub fn remove(&mut self, key: Uuid) -> Option<Letter> {
        let index = self.letters.iter().position(|letter| letter.draft.key == key)?;
        Some(self.letters.remove(index))
    }

    /// One that was refused is sent again, under its client id.
    pub fn retry(&mut self, key: Uuid) -> Option<Letter> {
        let letter = self.letters.iter_mut().find(|letter| letter.draft.key == key && letter.failed.is_some())?;
        letter.failed = None;
        // Whoever sends it again has read how many people it notifies.
        letter.draft.confirmed |= letter.unconfirmed;
        Some(letter.clone())
    }

    /// What follows from the answer to a letter; `chance` spreads the next try.
    ///
    /// A letter that has left the queue meanwhile was sent, whatever the answer says.
    pub fn answered(&mut self, key: Uuid, answer: Result<(), &Error>, chance: f64) -> Then {
        let known = self.get(key).is_some();
        match answer {
            _ if !known => self.reached(Then::Next),
            Ok(()) => {
                self.remove(key);
                self.reached(Then::Next)
            }
            Err(Error::Unavailable) => {
                let wait = jitter(longest(self.tries), chance);
                self.tries = self.tries.saturating_add(1);
                Then::Away(wait)
            }
            Err(Error::TooMany { retry_after }) => {
                let told = u32::try_from(*retry_after).unwrap_or(u32::MAX).saturating_mul(1000);
                self.reached(Then::Slower(told.saturating_add(jitter(longest(0), chance))))
            }
            Err(Error::SignedOut | Error::WrongPassword) => self.reached(Then::SignedOut),
            Err(error) => {
                if let Some(letter) = self.letters.iter_mut().find(|letter| letter.draft.key == key) {
                    letter.failed = Some(error.to_string());
                    letter.unconfirmed = error.field() == Some("confirmed");
                }
                self.reached(Then::Failed)
            }
        }
    }

    /// A server answered: the next wait is the first again.
    fn reached(&mut self, then: Then) -> Then {
        self.tries = 0;
        then
    }
}

#[cfg(test)]
mod tests;
