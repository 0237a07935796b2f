//! Random histories of one hub with two threads against a model of what each reader must get.

use std::collections::BTreeMap;

use proptest::prelude::*;
use protocol::{BoardId, Room};

use super::*;

const READERS: usize = 4;

#[derive(Clone, Debug)]
enum Step {
    /// So many events of a room are committed; they are published in this order, some late.
    Publish {
        room: i64,
        count: usize,
        reversed: bool,
    },
    /// A reader subscribes with a cursor so far behind the head.
    Subscribe {
        reader: usize,
        room: i64,
        behind: i64,
    },
    /// The same, but things happen between the reading of the log and what comes of it.
    Begin {
        reader: usize,
        room: i64,
        behind: i64,
    },
    Confirm {
        reader: usize,
    },
    Unsubscribe {
        reader: usize,
        room: i64,
    },
    /// A thread looks into its mailbox.
    Drain {
        thread: usize,
    },
    /// A reader stops writing what it gets, or goes on.
    Hold {
        reader: usize,
    },
    LetGo {
        reader: usize,
    },
    /// A person loses a room.
    Revoke {
        reader: usize,
        room: i64,
    },
    /// A text is hidden.
    Redact {
        room: i64,
        seq: i64,
    },
    /// A text is hidden before what says it has reached the hub.
    Late {
        room: i64,
    },
    Whisper {
        reader: usize,
        room: i64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (reader, room) = (0..READERS, 1..=2i64);
    let step = prop_oneof![
        6 => (room.clone(), prop_oneof![5 => 1..8usize, 1 => 300..700usize], any::<bool>())
            .prop_map(|(room, count, reversed)| Step::Publish { room, count, reversed }),
        4 => (reader.clone(), room.clone(), 0..700i64)
            .prop_map(|(reader, room, behind)| Step::Subscribe { reader, room, behind }),
        3 => (reader.clone(), room.clone(), 0..20i64)
            .prop_map(|(reader, room, behind)| Step::Begin { reader, room, behind }),
        3 => reader.clone().prop_map(|reader| Step::Confirm { reader }),
        1 => (reader.clone(), room.clone()).prop_map(|(reader, room)| Step::Unsubscribe { reader, room }),
        8 => (0..2usize).prop_map(|thread| Step::Drain { thread }),
        2 => reader.clone().prop_map(|reader| Step::Hold { reader }),
        2 => reader.clone().prop_map(|reader| Step::LetGo { reader }),
        1 => (reader.clone(), room.clone()).prop_map(|(reader, room)| Step::Revoke { reader, room }),
        2 => (room.clone(), prop_oneof![1..900i64, 1..20i64]).prop_map(|(room, seq)| Step::Redact { room, seq }),
        1 => room.clone().prop_map(|room| Step::Late { room }),
        1 => (reader, room).prop_map(|(reader, room)| Step::Whisper { reader, room }),
    ];
    prop::collection::vec(step, 1..60)
}

/// The hub with everything around it that the engine and the threads are in earnest.
struct World {
    hub: Hub,
    mailboxes: Vec<Mailbox>,
    connections: Vec<Connection>,
    /// What the database has: by room, what stands at 1, 2, 3 …
    log: BTreeMap<i64, Vec<StoredEvent>>,
    /// By reader and stream, the last number that it got.
    got: Vec<BTreeMap<Stream, i64>>,
    held: Vec<bool>,
    /// By reader, a subscription that was begun and is to be confirmed.
    begun: Vec<Option<Begun>>,
}

/// What the log had when a subscription was begun.
struct Begun {
    room: i64,
    cursor: i64,
    page: Vec<StoredEvent>,
    head: i64,
    /// The right to read was lost since, or the reader left.
    ended: bool,
}

fn stream(room: i64) -> Stream {
    Stream::Room(RoomId(room))
}

/// What stands at a number; some of it is large.
fn said(room: i64, seq: i64) -> StoredEvent {
    let small = StoredEvent { stream: stream(room), ..event(seq) };
    if seq % 7 != 0 {
        return small;
    }
    let topic = "x".repeat(8_000);
    let (id, board) = (RoomId(room), BoardId(1));
    let room = Room { id, board, name: String::new(), topic, private: false, creator: None };
    StoredEvent { event: Event::RoomChanged { room }, ..small }
}

impl World {
    fn new() -> Self {
        let hub = Hub::default();
        let mailboxes = hub.divide(2);
        let connections = (0..READERS).map(|reader| hub.connect(&actor(reader as i64))).collect();
        Self {
            hub,
            mailboxes,
            connections,
            log: BTreeMap::from([(1, Vec::new()), (2, Vec::new())]),
            got: vec![BTreeMap::new(); READERS],
            held: vec![false; READERS],
            begun: (0..READERS).map(|_| None).collect(),
        }
    }

    fn page(&self, room: i64, after: i64) -> (Vec<StoredEvent>, i64) {
        let log = &self.log[&room];
        (log.iter().skip(after as usize).take(128).cloned().collect(), log.len() as i64)
    }

    fn publish(&mut self, events: Vec<StoredEvent>) {
        for (stream, after) in self.hub.publish(events) {
            let Stream::Room(RoomId(room)) = stream else { unreachable!("only rooms are written to") };
            let (page, _) = self.page(room, after);
            let gaps = self.hub.publish(page);
            assert!(gaps.is_empty(), "the log is dense: {gaps:?}");
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Publish { room, count, reversed } => {
                let log = self.log.get_mut(&room).expect("there are two rooms");
                let from = log.len() as i64;
                let mut new: Vec<_> = (1..=count as i64).map(|n| said(room, from + n)).collect();
                log.extend(new.iter().cloned());
                if reversed {
                    new.reverse();
                }
                for event in new {
                    self.publish(vec![event]);
                }
            }
            Step::Subscribe { reader, room, behind } => {
                self.step(Step::Confirm { reader });
                let cursor = (self.log[&room].len() as i64 - behind).max(0);
                self.connections[reader].begin(stream(room));
                let (page, head) = self.page(room, cursor);
                self.connections[reader].confirm(stream(room), page, head);
                self.got[reader].insert(stream(room), cursor);
            }
            Step::Begin { reader, room, behind } => {
                self.step(Step::Confirm { reader });
                let cursor = (self.log[&room].len() as i64 - behind).max(0);
                self.connections[reader].begin(stream(room));
                let (page, head) = self.page(room, cursor);
                self.begun[reader] = Some(Begun { room, cursor, page, head, ended: false });
            }
            Step::Confirm { reader } => {
                let Some(Begun { room, cursor, page, head, ended }) = self.begun[reader].take() else { return };
                self.connections[reader].confirm(stream(room), page, head);
                if !ended {
                    self.got[reader].insert(stream(room), cursor);
                } else if !self.got[reader].contains_key(&stream(room)) {
                    assert!(!self.connections[reader].reads(stream(room)), "what was lost meanwhile stays lost");
                }
            }
            Step::Unsubscribe { reader, room } => {
                self.connections[reader].unsubscribe(stream(room));
                self.end(reader, room);
            }
            Step::Drain { thread } => drop(self.drain(thread)),
            Step::Hold { reader } => {
                self.held[reader] = true;
                let id = self.connections[reader].id();
                self.mailboxes[self.connections[reader].thread()].hold(&[id]);
            }
            Step::LetGo { reader } => {
                self.held[reader] = false;
                self.mailboxes[self.connections[reader].thread()].let_go(self.connections[reader].id());
            }
            Step::Revoke { reader, room } => {
                self.hub.revoke(Revocation::Streams(UserId(reader as i64), vec![stream(room)]));
                self.end(reader, room);
            }
            Step::Redact { room, seq } => {
                let log = self.log.get_mut(&room).expect("there are two rooms");
                if let Some(event) = log.get_mut(seq as usize - 1) {
                    event.event = Event::Redacted;
                    self.hub.redact(stream(room), seq);
                }
            }
            Step::Late { room } => {
                let log = self.log.get_mut(&room).expect("there are two rooms");
                let seq = log.len() as i64 + 1;
                log.push(StoredEvent { event: Event::Redacted, ..said(room, seq) });
                self.hub.redact(stream(room), seq);
                self.publish(vec![said(room, seq)]);
            }
            Step::Whisper { reader, room } => {
                let person = actor(reader as i64).me.person;
                let said = Ephemeral::Typing { stream: stream(room), person, writing: Writing::Message, on: true };
                self.hub.lock().whisper(stream(room), UserId(reader as i64), said);
            }
        }
        for channel in self.hub.lock().channels.values() {
            channel.check_invariants();
        }
    }

    /// A reader reads a room no longer.
    fn end(&mut self, reader: usize, room: i64) {
        self.got[reader].remove(&stream(room));
        if let Some(begun) = self.begun[reader].as_mut().filter(|begun| begun.room == room) {
            begun.ended = true;
        }
    }

    /// Looks into a mailbox as its thread does; true where there was anything.
    fn drain(&mut self, thread: usize) -> bool {
        let mut drained = Drained::default();
        self.mailboxes[thread].drain(true, &mut drained);
        for parcel in &drained.parcels {
            let reader = self
                .connections
                .iter()
                .position(|connection| connection.id() == parcel.id)
                .expect("parcels are for connections");
            assert_eq!(self.connections[reader].thread(), thread, "a parcel comes to its own thread");
            assert!(!self.held[reader], "who is held gets nothing");
            let frames = &drained.frames[parcel.frames.clone()];
            assert!(frames.len() <= 256 && frames.iter().map(|frame| frame.size()).sum::<usize>() <= 256 * 1024);
            for frame in frames {
                let (stream, seq) = (frame.stream(), frame.seq().expect("an event has a number"));
                let got = self.got[reader].get_mut(&stream).expect("nothing comes of a stream that is not read");
                assert_eq!(seq, *got + 1, "reader {reader} in {stream}");
                *got = seq;
                let Stream::Room(RoomId(room)) = stream else { unreachable!("only rooms are read") };
                let hidden = self.log[&room][seq as usize - 1].event == Event::Redacted;
                let text = String::from_utf8(frame.typed().into()).expect("a frame is text");
                assert_eq!(text.contains("redacted"), hidden, "{text}");
            }
            for frame in &drained.frames[parcel.whispers.clone()] {
                assert!(self.got[reader].contains_key(&frame.stream()), "nothing is whispered to others");
            }
            for stream in &parcel.behind {
                let Stream::Room(RoomId(room)) = *stream else { unreachable!("only rooms are read") };
                let after = self.connections[reader].lacks(*stream).expect("it was asked for");
                self.connections[reader].begin(*stream);
                let (page, head) = self.page(room, after);
                self.connections[reader].confirm(*stream, page, head);
            }
        }
        !drained.parcels.is_empty()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_reader_gets_everything_once_in_order_and_nothing_hidden_or_revoked(steps in steps()) {
        // Presence of those who leave is told later, by a timer.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let _entered = runtime.enter();
        let mut world = World::new();
        for step in steps {
            world.step(step);
        }
        for reader in 0..READERS {
            world.step(Step::Confirm { reader });
            // Those that are not held need nothing but what woke their threads.
            if world.held[reader] {
                world.step(Step::LetGo { reader });
            }
        }
        while world.drain(0) | world.drain(1) {}
        for got in &world.got {
            for (stream, seq) in got {
                let Stream::Room(RoomId(room)) = stream else { unreachable!("only rooms are read") };
                prop_assert_eq!(*seq, world.log[room].len() as i64, "everything came in the end");
            }
        }
    }
}
