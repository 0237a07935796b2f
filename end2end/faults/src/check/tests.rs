//! Each guarantee is broken once in a history that is otherwise sound, and must be missed.

use std::{collections::BTreeMap, time::Duration};

use protocol::{BoardId, RoomId, Stream};
use uuid::Uuid;

use super::{Guarantee, Guarantee::*, check};
use crate::history::{Body, End, Entry, History, Item, Logged, Operation, Snapshot, Stored, comments_on, task};

const ROOM: Stream = Stream::Room(RoomId(1));
const BOARD: Stream = Stream::Board(BoardId(1));
/// The accounts of client 0, who writes, and of client 1, who reads and is removed in the end.
const ANA: i64 = 10;
const BO: i64 = 20;

fn key(n: i64) -> Uuid {
    Uuid::from_u128(n as u128)
}

fn text(n: i64) -> String {
    format!("message {n}")
}

fn item(n: i64) -> Item {
    Item { id: 100 + n, n, key: key(n), author: Some(ANA), text: text(n), deleted: false }
}

fn tombstone(n: i64) -> Item {
    Item { text: String::new(), deleted: true, ..item(n) }
}

fn logged(seq: i64, body: Body) -> Logged {
    let text = format!("{body:?}");
    Logged { seq, body, text }
}

fn post(n: i64) -> Operation {
    Operation::Post { stream: ROOM, text: text(n) }
}

/// A task, made and moved.
fn board() -> Stored {
    let at = |place| vec![task(1, 1, place, "Ship it"), comments_on(1, 0)];
    let events = vec![logged(1, Body::Things(at("a1"))), logged(2, Body::Things(at("a2")))];
    Stored { head: 2, events, things: at("a2").into_iter().collect(), ..Stored::default() }
}

/// Ana posts 1, 2, 3 (2 twice, as her first try is not answered), deletes 2, is refused a fourth;
/// Bo reads along, resumes after the deletion, and is removed before Ana posts 5.
fn sound() -> History {
    let (client, connection, stream) = (1, 7, ROOM);
    let sent = |n| Entry::Sent { client: 0, key: key(n), what: post(n) };
    let answered = |n| Entry::Acknowledged { client: 0, key: key(n), id: Some(100 + if n == 5 { 4 } else { n }) };
    let given = |seq, body| Entry::Received { client, connection, stream, seq, body };
    let applied = |seq| Entry::Applied { client, stream, seq };
    let delete = Operation::Delete { stream, post: key(2) };
    let remove = Operation::Remove { streams: vec![stream], user: BO };
    let entries = vec![
        Entry::Based { client, stream, seq: 0 },
        Entry::Listened { client: 0, connection: 5, stream },
        Entry::Listened { client, connection: 6, stream },
        Entry::Sent { client: 0, key: key(30), what: Operation::Make { stream: BOARD, title: "Ship it".into() } },
        Entry::Acknowledged { client: 0, key: key(30), id: Some(1) },
        Entry::Subscribed { client, connection, stream, seq: 0 },
        sent(1),
        given(1, Body::Posted(item(1))),
        applied(1),
        answered(1),
        Entry::Told { client: 0, connection: 5, stream, id: 101 },
        Entry::Told { client, connection: 6, stream, id: 101 },
        sent(2),
        sent(2),
        answered(2),
        given(2, Body::Posted(item(2))),
        applied(2),
        sent(3),
        answered(3),
        Entry::Told { client: 0, connection: 5, stream, id: 103 },
        Entry::Told { client, connection: 6, stream, id: 103 },
        Entry::Asked { client: 0, read: 1, stream },
        Entry::Read {
            client: 0,
            read: 1,
            stream,
            snapshot: Snapshot { seq: 3, n: 3, items: vec![item(1), item(2), item(3)] },
        },
        Entry::Sent { client: 0, key: key(20), what: delete },
        Entry::Acknowledged { client: 0, key: key(20), id: None },
        sent(9),
        Entry::Refused { client: 0, key: key(9), status: 409 },
        Entry::Ended { client, connection, code: None },
        Entry::Subscribed { client, connection: 8, stream, seq: 2 },
        Entry::Received { client, connection: 8, stream, seq: 3, body: Body::Posted(item(3)) },
        applied(3),
        Entry::Received { client, connection: 8, stream, seq: 4, body: Body::Deleted { id: 102, n: 2 } },
        applied(4),
        Entry::Sent { client: 0, key: key(21), what: remove },
        Entry::Acknowledged { client: 0, key: key(21), id: None },
        Entry::Revoked { client, stream },
        Entry::Ended { client, connection: 6, code: Some(4003) },
        sent(5),
        answered(5),
        Entry::Told { client: 0, connection: 5, stream, id: 104 },
    ];
    let last = Item { id: 104, n: 4, ..item(5) };
    let messages = vec![item(1), tombstone(2), item(3), last.clone()];
    let events = vec![
        logged(1, Body::Posted(item(1))),
        logged(2, Body::Redacted),
        logged(3, Body::Posted(item(3))),
        logged(4, Body::Deleted { id: 102, n: 2 }),
        logged(5, Body::Other("member_left".into())),
        logged(6, Body::Posted(last)),
    ];
    let items: BTreeMap<i64, Item> = messages.iter().map(|item| (item.n, item.clone())).collect();
    History {
        users: vec![ANA, BO],
        entries: entries.into_iter().zip(1..).map(|(entry, ms)| (Duration::from_millis(ms), entry)).collect(),
        database: [(ROOM, Stored { head: 6, n: 4, events, messages, ..Stored::default() }), (BOARD, board())].into(),
        ends: vec![
            End { client: 0, stream: ROOM, seq: 6, items, things: BTreeMap::new() },
            End { client: 0, stream: BOARD, seq: 2, items: BTreeMap::new(), things: board().things },
        ],
        faithful: true,
        grace: Duration::ZERO,
    }
}

/// Breaks a sound history, and expects that exactly this is noticed among what is.
fn broken(guarantee: Guarantee, breaks: impl FnOnce(&mut History)) {
    let mut history = sound();
    breaks(&mut history);
    let found = check(&history);
    assert!(found.iter().any(|violation| violation.guarantee == guarantee), "{guarantee:?} is not noticed: {found:?}");
}

fn stored(history: &mut History) -> &mut Stored {
    history.database.get_mut(&ROOM).expect("the room is there")
}

/// The line after which something is put in.
fn after(history: &History, matches: impl Fn(&Entry) -> bool) -> usize {
    history.entries.iter().position(|(_, entry)| matches(entry)).expect("a line that is there") + 1
}

fn insert(history: &mut History, line: usize, entry: Entry) {
    let at = history.entries[line - 1].0;
    history.entries.insert(line, (at, entry));
}

fn end(history: &mut History, entry: Entry) {
    history.entries.push((Duration::from_secs(1), entry));
}

#[test]
fn a_sound_history_passes() {
    assert_eq!(check(&sound()), []);
}

#[test]
fn an_acknowledged_message_that_is_lost_is_noticed() {
    broken(Durable, |history| {
        stored(history).messages.pop();
    });
}

#[test]
fn an_acknowledged_message_that_says_something_else_is_noticed() {
    broken(Durable, |history| stored(history).messages[2].text = "something else".into());
}

#[test]
fn a_message_that_nobody_deleted_and_is_gone_is_noticed() {
    broken(Durable, |history| stored(history).messages[2] = tombstone(3));
}

#[test]
fn a_lost_deletion_is_noticed() {
    broken(Durable, |history| stored(history).messages[1] = item(2));
}

#[test]
fn a_message_stored_twice_is_noticed() {
    broken(Once, |history| {
        let twice = Item { id: 105, n: 5, ..item(1) };
        stored(history).messages.push(twice);
    });
    broken(Once, |history| {
        let other_key = Item { id: 105, n: 5, key: key(77), ..item(1) };
        stored(history).messages.push(other_key);
    });
}

#[test]
fn a_retry_that_is_answered_as_another_message_is_noticed() {
    broken(Once, |history| end(history, Entry::Acknowledged { client: 0, key: key(1), id: Some(999) }));
}

#[test]
fn a_refused_message_that_is_stored_is_noticed() {
    broken(Once, |history| {
        let refused = Item { id: 105, n: 5, ..item(9) };
        stored(history).messages.push(refused);
    });
}

#[test]
fn a_frame_that_comes_twice_or_late_is_noticed() {
    broken(Ordered, |history| {
        let line = after(history, |entry| matches!(entry, Entry::Received { seq: 2, .. }));
        let again = history.entries[line - 1].1.clone();
        insert(history, line, again);
    });
    broken(Ordered, |history| {
        let line = after(history, |entry| matches!(entry, Entry::Received { seq: 3, .. }));
        history.entries.swap(line - 1, line + 1);
    });
}

#[test]
fn an_event_applied_twice_is_noticed_even_where_frames_are_disturbed() {
    broken(Ordered, |history| {
        history.faithful = false;
        let line = after(history, |entry| matches!(entry, Entry::Applied { seq: 2, .. }));
        insert(history, line, Entry::Applied { client: 1, stream: ROOM, seq: 2 });
    });
}

#[test]
fn a_number_that_means_two_things_is_noticed() {
    broken(Ordered, |history| {
        for (_, entry) in &mut history.entries {
            if let Entry::Received { seq: 3, body, .. } = entry {
                *body = Body::Deleted { id: 101, n: 1 };
            }
        }
    });
}

#[test]
fn a_gap_is_noticed() {
    broken(NoGap, |history| history.entries.retain(|(_, entry)| !matches!(entry, Entry::Received { seq: 3, .. })));
    broken(NoGap, |history| history.entries.retain(|(_, entry)| !matches!(entry, Entry::Applied { seq: 3, .. })));
    broken(NoGap, |history| {
        stored(history).events.remove(2);
    });
    broken(NoGap, |history| stored(history).head = 9);
    broken(NoGap, |history| stored(history).messages[2].n = 7);
}

#[test]
fn who_does_not_read_their_own_writes_is_noticed() {
    broken(ReadYourWrites, |history| {
        for (_, entry) in &mut history.entries {
            if let Entry::Read { snapshot, .. } = entry {
                snapshot.items.pop();
            }
        }
    });
}

#[test]
fn a_snapshot_under_the_wrong_number_is_noticed() {
    for wrong in [1, 6] {
        broken(Snapshot, |history| {
            for (_, entry) in &mut history.entries {
                if let Entry::Read { snapshot, .. } = entry {
                    snapshot.seq = wrong;
                }
            }
        });
    }
}

#[test]
fn what_reaches_who_was_removed_is_noticed() {
    let posted = Body::Posted(Item { id: 104, n: 4, ..item(5) });
    broken(Revoked, |history| {
        end(history, Entry::Received { client: 1, connection: 8, stream: ROOM, seq: 6, body: posted });
    });
    broken(Revoked, |history| {
        end(history, Entry::Asked { client: 1, read: 5, stream: ROOM });
        let snapshot = Snapshot { seq: 4, n: 3, items: vec![item(1), tombstone(2), item(3)] };
        end(history, Entry::Read { client: 1, read: 5, stream: ROOM, snapshot });
    });
}

#[test]
fn who_is_let_in_again_may_be_told() {
    let mut history = sound();
    let line = after(&history, |entry| matches!(entry, Entry::Revoked { .. }));
    let add = Operation::Add { streams: vec![ROOM], user: BO };
    insert(&mut history, line, Entry::Sent { client: 0, key: key(22), what: add });
    let posted = Body::Posted(Item { id: 104, n: 4, ..item(5) });
    end(&mut history, Entry::Subscribed { client: 1, connection: 9, stream: ROOM, seq: 5 });
    end(&mut history, Entry::Received { client: 1, connection: 9, stream: ROOM, seq: 6, body: posted });
    assert_eq!(check(&history), []);
}

#[test]
fn hidden_text_that_is_shown_again_is_noticed() {
    broken(Gone, |history| {
        end(history, Entry::Subscribed { client: 0, connection: 9, stream: ROOM, seq: 1 });
        let body = Body::Posted(item(2));
        end(history, Entry::Received { client: 0, connection: 9, stream: ROOM, seq: 2, body });
    });
    broken(Gone, |history| {
        end(history, Entry::Asked { client: 0, read: 5, stream: ROOM });
        let snapshot = Snapshot { seq: 4, n: 3, items: vec![item(1), item(2), item(3)] };
        end(history, Entry::Read { client: 0, read: 5, stream: ROOM, snapshot });
    });
    broken(Gone, |history| stored(history).events[1].text = format!("{:?}", text(2)));
}

#[test]
fn a_message_that_was_never_told_of_is_noticed() {
    broken(Published, |history| stored(history).events[2].body = Body::Other("nothing".into()));
    broken(Published, |history| history.ends[0].seq = 5);
}

#[test]
fn a_client_that_ends_otherwise_is_noticed() {
    broken(Agreement, |history| {
        history.ends[0].items.remove(&3);
    });
    broken(Agreement, |history| {
        history.ends[0].items.insert(2, item(2));
    });
    broken(Agreement, |history| {
        history.ends[0].items.insert(9, item(9));
    });
}

#[test]
fn a_task_that_is_lost_or_doubled_is_noticed() {
    broken(Durable, |history| {
        let things = &mut history.database.get_mut(&BOARD).expect("a board is there").things;
        things.remove("task 1");
    });
    broken(Once, |history| {
        let things = &mut history.database.get_mut(&BOARD).expect("a board is there").things;
        things.extend([task(2, 1, "a3", "Ship it")]);
    });
}

#[test]
fn a_board_or_an_inbox_that_ends_otherwise_is_noticed() {
    broken(Agreement, |history| {
        history.ends[1].things.extend([task(1, 1, "a1", "Ship it")]);
    });
    broken(Agreement, |history| {
        history.ends[1].things.extend([task(2, 1, "a3", "Of nobody")]);
    });
    broken(Agreement, |history| {
        history.ends[1].things.remove("comments on task 1");
    });
}

#[test]
fn a_message_that_the_originals_socket_is_told_of_twice_late_or_never_is_noticed() {
    let told = |id| move |entry: &Entry| matches!(entry, Entry::Told { connection: 5, id: this, .. } if *this == id);
    broken(Ordered, |history| {
        let line = after(history, told(103));
        let again = history.entries[line - 1].1.clone();
        insert(history, line, again);
    });
    broken(Ordered, |history| {
        end(history, Entry::Told { client: 0, connection: 5, stream: ROOM, id: 101 });
    });
    for id in [101, 103, 104] {
        broken(NoGap, |history| history.entries.retain(|(_, entry)| !told(id)(entry)));
    }
    broken(Published, |history| end(history, Entry::Told { client: 0, connection: 5, stream: ROOM, id: 999 }));
}

#[test]
fn what_the_originals_socket_tells_who_was_removed_is_noticed() {
    broken(Revoked, |history| {
        history.entries.retain(|(_, entry)| !matches!(entry, Entry::Ended { connection: 6, .. }));
        end(history, Entry::Told { client: 1, connection: 6, stream: ROOM, id: 104 });
    });
}

#[test]
fn a_task_that_is_shown_to_who_was_removed_is_noticed() {
    broken(Revoked, |history| {
        let remove = Operation::Remove { streams: vec![BOARD], user: BO };
        end(history, Entry::Sent { client: 0, key: key(40), what: remove });
        end(history, Entry::Acknowledged { client: 0, key: key(40), id: None });
        let make = Operation::Make { stream: BOARD, title: "A secret".into() };
        let later = Duration::from_secs(2);
        history.entries.push((later, Entry::Sent { client: 0, key: key(41), what: make }));
        let body = Body::Things(vec![task(2, 1, "a3", "A secret")]);
        history.entries.push((later, Entry::Received { client: 1, connection: 8, stream: BOARD, seq: 3, body }));
    });
}
