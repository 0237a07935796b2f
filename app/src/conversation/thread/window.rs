//! The rows that are here of all there are: at most 300, with the way on at both ends.

use std::sync::Arc;

use protocol::{
    Message, MessageId, StoredEvent, limits,
    page::{Clock, History, Row},
};

use super::{Entry, Shape, State, Thread};

/// One end of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Those at the top.
    Oldest,
    /// Those at the bottom.
    Newest,
}

impl End {
    /// The end across.
    pub fn other(self) -> Self {
        match self {
            Self::Oldest => Self::Newest,
            Self::Newest => Self::Oldest,
        }
    }
}

/// A page that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    end: End,
    /// The row it goes next to.
    next: MessageId,
    /// What has happened since: the page may not have it.
    pub(super) meanwhile: Vec<StoredEvent>,
}

impl Thread {
    /// Begins to ask for the rows beyond one end: says which row they are next to, if there are any.
    pub fn ask(&mut self, end: End) -> Option<MessageId> {
        let next = self.next(end)?;
        self.asked = Some(Asked { end, next, meanwhile: Vec::new() });
        Some(next)
    }

    /// Puts the page that was asked for beside the rows; none if it could not be had. What happened
    /// while it was on its way is applied to it. Says whether something else must be fetched, as
    /// [`Thread::lacks`] does.
    pub fn join(&mut self, page: Option<History>, clock: impl Fn(i64) -> Clock) -> bool {
        // Taken anew or trimmed meanwhile, the rows end elsewhere, and there would be a gap.
        let Some(asked) = self.asked.take().filter(|asked| self.next(asked.end) == Some(asked.next)) else {
            return false;
        };
        let Some(page) = page else { return false };
        match asked.end {
            End::Oldest => self.older = page.older,
            End::Newest => self.away = page.newer,
        }
        self.put_all(page.rows);
        let mut lacks = false;
        for stored in asked.meanwhile {
            lacks |= self.lacks(&stored);
            self.apply(&stored, &clock);
        }
        lacks
    }

    /// The row that those beyond an end are next to, if there are any beyond it.
    fn next(&self, end: End) -> Option<MessageId> {
        let begins = |entry: &&Arc<Entry>| self.shape == Shape::Flat || entry.message.parent.is_none();
        let row = match end {
            End::Oldest => self.in_log().next().filter(|_| self.older),
            End::Newest => self.in_log().rev().find(begins).filter(|_| self.away),
        };
        row.map(|entry| entry.message.id)
    }

    /// Takes the rows anew, keeping what is not sent yet. A page that is on its way is too old then.
    pub fn replace(&mut self, history: History) {
        self.entries.retain(|entry| entry.state != State::Sent);
        (self.older, self.away) = (history.older, history.newer);
        self.asked = None;
        self.put_all(history.rows);
    }

    /// The newest rows in the log, as a page of history; what is below is not here while somebody
    /// reads far above.
    pub fn history(&self) -> Option<History> {
        let sent: Vec<&Arc<Entry>> = self.in_log().collect();
        let mut rows = &sent[..];
        if self.shape == Shape::Flat {
            rows = &rows[rows.len().saturating_sub(limits::PAGE as usize)..];
        }
        let older = self.older || rows.len() < sent.len();
        let row = |entry: &&Arc<Entry>| Row {
            message: entry.message.clone(),
            clock: entry.clock.clone(),
            mine: entry.mine.clone(),
        };
        (!self.away).then(|| History { rows: rows.iter().map(row).collect(), older, newer: false, refs: None })
    }

    /// The messages here that are in the log.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.in_log().map(|entry| &entry.message)
    }

    /// Keeps the page small: at most `window` rows of the log, by letting go of those at one end. What
    /// is not sent yet stays: it is nowhere else.
    pub fn trim(&mut self, end: End, window: usize) {
        let extra = self.in_log().count().saturating_sub(window);
        if extra == 0 {
            return;
        }
        let mut sent = 0;
        match end {
            End::Oldest => {
                self.older = true;
                let flat = self.shape == Shape::Flat;
                let mut whole = false;
                self.entries.retain(|entry| {
                    if entry.state != State::Sent {
                        return true;
                    }
                    sent += 1;
                    // A reply doesn't stand without its comment.
                    whole |= sent > extra && (flat || entry.message.parent.is_none());
                    whole
                });
            }
            End::Newest => {
                self.away = true;
                self.entries.retain(|entry| {
                    sent += usize::from(entry.state == State::Sent);
                    entry.state != State::Sent || sent <= window
                });
            }
        }
    }

    /// Id of the oldest row, or of the oldest comment that began a thread, if there are older ones.
    pub fn oldest(&self) -> Option<MessageId> {
        self.next(End::Oldest)
    }

    /// The first-unread line stands after the message with this number, if others wrote below it.
    pub fn unread_after(&mut self, read: i64) {
        self.unread_after = Some(read);
        if self.away || self.entries.iter().any(|entry| self.is_unread(entry)) {
            return;
        }
        self.unread_after = None;
    }

    pub(super) fn is_unread(&self, entry: &Entry) -> bool {
        let theirs = entry.message.author.as_ref().is_none_or(|author| author.id != self.me);
        entry.state == State::Sent && theirs && self.unread_after.is_some_and(|read| entry.message.n > read)
    }

    /// The number of the last message that was read when the page opened, if more than what is here
    /// was not.
    pub fn unread_above(&self) -> Option<i64> {
        let first = self.in_log().next().filter(|_| self.older)?;
        self.unread_after.filter(|read| first.message.n > read + 1)
    }
}
