//! How far each view has come in its stream: what to apply, what to leave out, what to ask for.

use std::collections::BTreeMap;

use protocol::{Cursor, Stream};

/// A view that follows a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(u64);

/// The streams that are open, each with the views that follow it.
///
/// Two views of one stream (a board and the sidebar) come from two snapshots and so have a number
/// each; the server is asked for what the one furthest behind lacks.
#[derive(Debug, Default)]
pub struct Streams {
    next: u64,
    follows: BTreeMap<Key, Follow>,
}

#[derive(Debug)]
struct Follow {
    cursor: Cursor,
    /// What it lacks has been asked for.
    asked: bool,
    /// Its content is being loaded again; nothing applies until then.
    lost: bool,
}

/// What an event means for the views.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The views that it is the next event of.
    pub deliver: Vec<Key>,
    /// Something is missing: ask for the events after this.
    pub ask: Option<Cursor>,
}

impl Streams {
    /// A view opens with what its snapshot says; what to ask the server for, if anything.
    pub fn open(&mut self, cursor: Cursor) -> (Key, Option<Cursor>) {
        self.next += 1;
        let key = Key(self.next);
        let ask = self.missing(&cursor);
        self.follows.insert(key, Follow { cursor, asked: false, lost: false });
        (key, ask)
    }

    /// A view has loaded its content again.
    pub fn resume(&mut self, key: Key, cursor: Cursor) -> Option<Cursor> {
        self.follows.remove(&key)?;
        let ask = self.missing(&cursor);
        self.follows.insert(key, Follow { cursor, asked: false, lost: false });
        ask
    }

    /// A view closes; the stream, if nobody follows it any more.
    pub fn close(&mut self, key: Key) -> Option<Stream> {
        let stream = self.follows.remove(&key)?.cursor.stream;
        self.keys(stream).is_empty().then_some(stream)
    }

    /// An event came: each view takes it when it is its next, and leaves it out when it has it.
    pub fn event(&mut self, stream: Stream, seq: i64) -> Step {
        let mut step = Step::default();
        let mut gap = false;
        for (key, follow) in &mut self.follows {
            if follow.cursor.stream != stream || follow.lost {
                continue;
            }
            if seq == follow.cursor.seq + 1 {
                follow.cursor.seq = seq;
                follow.asked = false;
                step.deliver.push(*key);
            } else if seq > follow.cursor.seq && !follow.asked {
                follow.asked = true;
                gap = true;
            }
        }
        if gap {
            step.ask = self.lowest(stream);
        }
        step
    }

    /// The server says how far its streams are: what to ask for.
    pub fn heads(&self, heads: &BTreeMap<String, i64>) -> Vec<Cursor> {
        let behind = |cursor: &Cursor| heads.get(&cursor.stream.to_string()).is_some_and(|head| *head > cursor.seq);
        self.cursors().into_iter().filter(behind).collect()
    }

    /// The cursors to connect with; what was asked for on the last connection counts no longer.
    pub fn hello(&mut self) -> Vec<Cursor> {
        self.follows.values_mut().for_each(|follow| follow.asked = false);
        self.cursors()
    }

    /// The server can't serve the stream from where we are: the views that must load it again, and
    /// have not begun to.
    pub fn lose(&mut self, stream: Stream) -> Vec<Key> {
        let follows = self.follows.iter_mut().filter(|(_, follow)| follow.cursor.stream == stream && !follow.lost);
        follows
            .map(|(key, follow)| {
                follow.lost = true;
                *key
            })
            .collect()
    }

    /// A server of this epoch is there: the views that must load their content, since it is of
    /// another history, or since the last try may have reached nobody.
    pub fn ready(&mut self, epoch: &str) -> Vec<Key> {
        self.follows.values_mut().for_each(|follow| follow.lost |= follow.cursor.epoch != epoch);
        self.follows.iter().filter(|(_, follow)| follow.lost).map(|(key, _)| *key).collect()
    }

    /// The views that follow a stream.
    pub fn keys(&self, stream: Stream) -> Vec<Key> {
        self.follows.iter().filter(|(_, follow)| follow.cursor.stream == stream).map(|(key, _)| *key).collect()
    }

    fn cursors(&self) -> Vec<Cursor> {
        let mut streams: Vec<Stream> = self.follows.values().map(|follow| follow.cursor.stream).collect();
        streams.sort_unstable();
        streams.dedup();
        streams.into_iter().filter_map(|stream| self.lowest(stream)).collect()
    }

    /// Asks for a newcomer, unless somebody as far behind is served already.
    fn missing(&self, cursor: &Cursor) -> Option<Cursor> {
        let served = self.lowest(cursor.stream).is_some_and(|lowest| lowest.seq <= cursor.seq);
        (!served).then(|| cursor.clone())
    }

    /// The cursor of the view furthest behind.
    fn lowest(&self, stream: Stream) -> Option<Cursor> {
        let follows = self.follows.values().filter(|follow| follow.cursor.stream == stream && !follow.lost);
        follows.map(|follow| &follow.cursor).min_by_key(|cursor| cursor.seq).cloned()
    }
}

#[cfg(test)]
mod tests {
    use protocol::RoomId;

    use super::*;

    const ROOM: Stream = Stream::Room(RoomId(12));

    fn at(seq: i64) -> Cursor {
        Cursor { stream: ROOM, epoch: "e".into(), seq }
    }

    fn opened(seq: i64) -> (Streams, Key) {
        let mut streams = Streams::default();
        let (key, ask) = streams.open(at(seq));
        assert_eq!(ask, Some(at(seq)), "the first view asks for what its page lacks");
        (streams, key)
    }

    #[test]
    fn events_apply_once_and_in_order() {
        let (mut streams, key) = opened(4);
        assert_eq!(streams.event(ROOM, 4), Step::default(), "the page has it");
        assert_eq!(streams.event(ROOM, 5).deliver, [key]);
        assert_eq!(streams.event(ROOM, 5), Step::default(), "doubled");
        assert_eq!(streams.event(ROOM, 6).deliver, [key]);
        assert_eq!(streams.event(Stream::Room(RoomId(9)), 1), Step::default(), "not open");
    }

    #[test]
    fn a_gap_is_asked_for_once_and_then_filled() {
        let (mut streams, key) = opened(4);
        assert_eq!(streams.event(ROOM, 6), Step { deliver: vec![], ask: Some(at(4)) });
        assert_eq!(streams.event(ROOM, 7), Step::default(), "asked already");
        for seq in 5..=7 {
            assert_eq!(streams.event(ROOM, seq), Step { deliver: vec![key], ask: None });
        }
        assert_eq!(streams.event(ROOM, 9).ask, Some(at(7)), "the next gap is asked for again");
    }

    #[test]
    fn what_was_asked_for_on_a_lost_connection_is_asked_for_again() {
        let (mut streams, _) = opened(4);
        assert_eq!(streams.event(ROOM, 6).ask, Some(at(4)));
        assert_eq!(streams.hello(), [at(4)]);
        assert_eq!(streams.event(ROOM, 6).ask, Some(at(4)), "the answer was lost with the connection");
    }

    #[test]
    fn a_lost_tail_is_noticed_by_the_heads() {
        let (mut streams, _) = opened(4);
        let heads = |head| BTreeMap::from([(ROOM.to_string(), head), ("task:1".to_string(), 9)]);
        assert_eq!(streams.heads(&heads(4)), []);
        assert_eq!(streams.heads(&heads(5)), [at(4)]);
        streams.event(ROOM, 5);
        assert_eq!(streams.heads(&heads(5)), []);
    }

    #[test]
    fn two_views_have_a_number_each() {
        let (mut streams, old) = opened(4);
        let (new, ask) = streams.open(at(6));
        assert_eq!(ask, None, "what comes for the older view is enough");
        assert_eq!(streams.event(ROOM, 5).deliver, [old]);
        assert_eq!(streams.event(ROOM, 6).deliver, [old]);
        assert_eq!(streams.event(ROOM, 7).deliver, [old, new]);
        let (_, ask) = streams.open(at(5));
        assert_eq!(ask, Some(at(5)), "it lacks what the others have");
        assert_eq!(streams.hello(), [at(5)]);
        assert_eq!((streams.close(old), streams.close(old)), (None, None), "others still follow");
    }

    #[test]
    fn another_epoch_is_another_history() {
        let (mut streams, key) = opened(4);
        assert_eq!(streams.ready("e"), []);
        assert_eq!(streams.ready("f"), [key]);
        assert_eq!(streams.event(ROOM, 5), Step::default());
        let fresh = Cursor { epoch: "f".into(), ..at(2) };
        assert_eq!(streams.resume(key, fresh.clone()), Some(fresh));
        assert_eq!(streams.ready("f"), []);
        assert_eq!(streams.event(ROOM, 3).deliver, [key]);
    }

    #[test]
    fn after_a_reset_nothing_applies_until_the_view_is_loaded_again() {
        let (mut streams, key) = opened(4);
        assert_eq!(streams.lose(ROOM), [key]);
        assert_eq!(streams.lose(ROOM), [], "it is loading");
        assert_eq!(streams.event(ROOM, 5), Step::default());
        assert_eq!(streams.hello(), [], "there is nothing to resume from");
        assert_eq!(streams.ready("e"), [key], "the server may have been away when it was loaded");
        assert_eq!(streams.resume(key, at(40)), Some(at(40)));
        assert_eq!(streams.event(ROOM, 41).deliver, [key]);
        assert_eq!(streams.close(key), Some(ROOM), "the last one out");
    }
}
