//! What is put beside messages, and how it changes their rows: reactions, pins, threads, quotes.

use std::sync::Arc;

use protocol::{Event, Message, MessageId, Person, Quote, Reaction};

use super::{Entry, State, Thread};

impl Thread {
    /// The row of a message that is in the log.
    pub fn entry(&self, id: MessageId) -> Option<Arc<Entry>> {
        self.in_log().find(|entry| entry.message.id == id).cloned()
    }

    /// The newest message that `wanted` picks.
    pub fn last(&self, wanted: impl Fn(&Message) -> bool) -> Option<Arc<Entry>> {
        self.in_log().filter(|entry| wanted(&entry.message)).max_by_key(|entry| entry.message.n).cloned()
    }

    /// Applies an event about what is beside a message.
    pub fn mark(&mut self, event: &Event) {
        let me = self.me;
        match event {
            Event::ReactionChanged { id, reaction, by, on } => {
                if let Some(entry) = self.sent(*id) {
                    entry.set_reaction(reaction.clone());
                    if *by == me {
                        entry.set_mine(&reaction.emoji, *on);
                    }
                }
            }
            Event::MessagePinned { id, pin } => self.with(*id, |message| message.pinned = Some(pin.clone())),
            Event::MessageUnpinned { id } => self.with(*id, |message| message.pinned = None),
            Event::TaskMade { id, task } => self.with(*id, |message| {
                if message.tasks.iter().all(|known| known.id != task.id) {
                    message.tasks.push(task.clone());
                }
            }),
            Event::ReplyPosted { message: reply, replies } | Event::ReplyRestored { message: reply, replies } => {
                if let Some(root) = reply.parent {
                    self.with(root, |message| message.replies = Some(replies.clone()));
                }
            }
            Event::ReplyDeleted { root, replies, .. } => {
                self.with(*root, |message| message.replies = Some(replies.clone()));
            }
            _ => {}
        }
    }

    /// Puts an emoji of mine under a message or takes it back, before the server has said so.
    pub fn toggle(&mut self, id: MessageId, emoji: &str, me: &Person) {
        let Some(entry) = self.sent(id) else { return };
        let on = !entry.mine.iter().any(|mine| mine == emoji);
        let known = entry.message.reactions.iter().find(|reaction| reaction.emoji == emoji).cloned();
        let mut reaction = known.unwrap_or(Reaction { emoji: emoji.to_owned(), count: 0, people: Vec::new() });
        reaction.people.retain(|person| person.id != me.id);
        if on {
            reaction.count += 1;
            reaction.people.push(me.clone());
        } else {
            reaction.count -= 1;
        }
        entry.set_reaction(reaction);
        entry.set_mine(emoji, on);
    }

    /// What messages quote is now this.
    pub fn quoted(&mut self, quote: &Quote) {
        for entry in &mut self.entries {
            if entry.message.quote.as_ref().is_some_and(|old| old.id == quote.id && old != quote) {
                Arc::make_mut(entry).message.quote = Some(quote.clone());
            }
        }
    }

    /// What is quoted here and whose words are not known: events don't hold them.
    pub fn wordless_quotes(&self) -> Vec<MessageId> {
        let quotes = self.entries.iter().filter_map(|entry| entry.message.quote.as_ref());
        let mut ids: Vec<MessageId> =
            quotes.filter(|quote| quote.excerpt.is_none() && !quote.deleted).map(|quote| quote.id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Does a message here quote that one?
    pub fn quotes(&self, id: MessageId) -> bool {
        self.entries.iter().any(|entry| entry.message.quote.as_ref().is_some_and(|quote| quote.id == id))
    }

    /// From a message on everything is unread again.
    pub fn unread_from(&mut self, id: MessageId) {
        if let Some(entry) = self.entry(id) {
            self.unread_after(entry.message.n - 1);
        }
    }

    /// The row of a message that is in the log, to be changed.
    pub(super) fn sent(&mut self, id: MessageId) -> Option<&mut Entry> {
        let found = self.entries.iter_mut().find(|entry| entry.message.id == id && entry.state == State::Sent);
        found.map(Arc::make_mut)
    }

    fn with(&mut self, id: MessageId, change: impl FnOnce(&mut Message)) {
        if let Some(entry) = self.sent(id) {
            change(&mut entry.message);
        }
    }
}

impl Entry {
    fn set_reaction(&mut self, reaction: Reaction) {
        let reactions = &mut self.message.reactions;
        match reactions.iter().position(|other| other.emoji == reaction.emoji) {
            Some(index) if reaction.count == 0 => {
                reactions.remove(index);
            }
            Some(index) => reactions[index] = reaction,
            None if reaction.count > 0 => reactions.push(reaction),
            None => {}
        }
    }

    fn set_mine(&mut self, emoji: &str, on: bool) {
        self.mine.retain(|mine| mine != emoji);
        if on {
            self.mine.push(emoji.to_owned());
        }
    }

    /// An event says what is quoted, not its words: those that were known stay.
    pub(super) fn keep_quoted(&mut self, before: Option<Quote>) {
        if let (Some(quote), Some(before)) = (&mut self.message.quote, before)
            && quote.id == before.id
            && quote.excerpt.is_none()
            && !quote.deleted
        {
            quote.excerpt = before.excerpt;
        }
    }
}
