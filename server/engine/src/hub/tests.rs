use std::time::Duration;

use protocol::{Event, Me, MessageId, Person, RoomId, SessionId, Writing};

use super::*;
use crate::Actor;

mod random;

const ROOM: Stream = Stream::Room(RoomId(1));

fn actor(id: i64) -> Actor {
    let person = Person { id: UserId(id), username: format!("user{id}"), display_name: format!("User {id}") };
    Actor { me: Me { person, admin: false }, session: SessionId(id) }
}

fn event(seq: i64) -> StoredEvent {
    StoredEvent { stream: ROOM, seq, at: 0, event: Event::MessageDeleted { id: MessageId(seq), n: seq } }
}

fn reading(hub: &Hub, id: i64, cursor: i64) -> Connection {
    let connection = hub.connect(&actor(id));
    connection.begin(ROOM);
    connection.confirm(ROOM, Vec::new(), cursor);
    connection
}

fn seqs(connection: &Connection) -> Vec<i64> {
    connection.take().frames.iter().filter_map(|frame| frame.seq()).collect()
}

fn whispers(connection: &Connection) -> Vec<String> {
    let taken = connection.take();
    taken
        .frames
        .iter()
        .filter_map(|frame| frame.classic())
        .map(|text| String::from_utf8(text.into()).unwrap())
        .collect()
}

/// Lets so many seconds pass, as the engine does.
async fn pass(hub: &Hub, seconds: u64) {
    for _ in 0..seconds {
        tokio::time::sleep(Duration::from_secs(1)).await;
        hub.sweep(tokio::time::Instant::now());
    }
}

#[tokio::test]
async fn each_event_reaches_each_reader_once_and_in_order() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1, 0), reading(&hub, 2, 2));
    assert!(hub.publish(vec![event(1), event(2), event(3)]).is_empty());
    assert!(hub.publish(vec![event(3), event(2)]).is_empty(), "what is known is not said again");
    assert_eq!(seqs(&ana), [1, 2, 3]);
    assert_eq!(seqs(&bo), [3], "from its own cursor on");
    assert_eq!(seqs(&ana), [0; 0]);
}

#[tokio::test]
async fn where_memory_is_scarce_the_newest_connections_go_and_the_old_stay() {
    let hub = Hub::default();
    let all: Vec<Connection> = (1..=5).map(|id| reading(&hub, id, 0)).collect();
    assert_eq!(hub.shed(2), 2);
    assert!(hub.publish(vec![event(1)]).is_empty());
    let heard = |connection: &Connection| {
        let taken = connection.take();
        (taken.frames.iter().filter_map(|frame| frame.seq()).count(), taken.close)
    };
    let (stays, goes) = ((1, None), (0, Some(close::RESUME)));
    assert_eq!(all.iter().map(heard).collect::<Vec<_>>(), [stays, stays, stays, goes, goes]);
    assert_eq!(hub.shed(9), 3, "those that are told already are not counted again");
}

#[tokio::test]
async fn an_event_ahead_of_its_turn_waits_for_the_missing_one() {
    let hub = Hub::default();
    let ana = reading(&hub, 1, 0);
    assert!(hub.publish(vec![event(1)]).is_empty());
    assert_eq!(hub.publish(vec![event(3)]), [(ROOM, 1)], "2 is missing: the log has it");
    assert_eq!(seqs(&ana), [1]);
    assert!(hub.publish(vec![event(2), event(3)]).is_empty());
    assert_eq!(seqs(&ana), [2, 3]);
}

#[tokio::test]
async fn a_reader_behind_the_ring_is_sent_to_the_log() {
    let hub = Hub::default();
    let (slow, quick) = (reading(&hub, 1, 0), reading(&hub, 2, 0));
    for seq in 1..=600 {
        assert!(hub.publish(vec![event(seq)]).is_empty());
        if seq % 100 == 0 {
            quick.take();
        }
    }
    let taken = slow.take();
    assert!(taken.frames.iter().all(|frame| frame.seq().is_none()));
    assert_eq!(taken.behind, [(ROOM, 0)]);
    assert!(slow.take().behind.is_empty(), "it is asked for once");
    let mut got = Vec::new();
    while got.len() < 600 {
        if let Some(after) = slow.lacks(ROOM) {
            // The log gives a page at a time.
            slow.confirm(ROOM, (after + 1..=(after + 50).min(600)).map(event).collect(), 600);
        }
        got.extend(seqs(&slow));
    }
    assert_eq!(got, (1..=600).collect::<Vec<_>>());
    hub.lock().channels[&ROOM].check_invariants();
}

#[tokio::test]
async fn nothing_is_delivered_after_a_removal() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1, 0), reading(&hub, 2, 0));
    assert!(hub.publish(vec![event(1)]).is_empty());
    hub.revoke(Revocation::Streams(UserId(2), vec![ROOM]));
    assert!(hub.publish(vec![event(2)]).is_empty());
    assert_eq!(seqs(&ana), [1, 2]);
    let taken = bo.take();
    assert!(taken.frames.iter().all(|frame| frame.seq().is_none()));
    assert!(taken.notes.contains(&ServerFrame::Revoked { stream: ROOM, gone: false }));
}

#[tokio::test]
async fn a_removal_between_begin_and_confirm_holds() {
    let hub = Hub::default();
    let bo = hub.connect(&actor(2));
    bo.begin(ROOM);
    hub.revoke(Revocation::Streams(UserId(2), vec![ROOM]));
    bo.confirm(ROOM, vec![event(1)], 1);
    assert!(hub.publish(vec![event(2)]).is_empty());
    assert_eq!(seqs(&bo), [0; 0]);
}

#[tokio::test]
async fn the_end_of_a_sign_in_ends_its_sockets_alone() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1, 0), reading(&hub, 2, 0));
    hub.revoke(Revocation::Sessions(vec![SessionId(2)]));
    assert!(hub.publish(vec![event(1)]).is_empty());
    assert_eq!(ana.take().close, None);
    let taken = bo.take();
    assert_eq!(taken.close, Some(close::SIGNED_OUT));
    assert!(taken.frames.is_empty());
}

#[tokio::test]
async fn hidden_text_is_taken_out_of_the_ring() {
    let hub = Hub::default();
    let ana = reading(&hub, 1, 0);
    assert!(hub.publish(vec![event(1), event(2)]).is_empty());
    hub.redact(ROOM, 1);
    let texts: Vec<_> =
        ana.take().frames.iter().map(|frame| String::from_utf8(frame.typed().into()).unwrap()).collect();
    assert!(texts[0].contains("redacted") && texts[1].contains("message_deleted"), "{texts:?}");
}

// Defect 14 of the original: each join told everybody about everybody.
#[tokio::test]
async fn an_arrival_is_told_as_one_arrival_and_only_to_the_place() {
    let hub = Hub::default();
    let ana = reading(&hub, 1, 0);
    let elsewhere = hub.connect(&actor(3));
    elsewhere.begin(Stream::Room(RoomId(9)));
    elsewhere.confirm(Stream::Room(RoomId(9)), Vec::new(), 0);
    ana.take();
    let bo = reading(&hub, 2, 0);
    assert_eq!(whispers(&ana), [r#"{"type":"user_join","user_id":2,"username":"user2"}"#]);
    let second_tab = reading(&hub, 2, 0);
    assert_eq!(whispers(&ana), [""; 0], "a second tab is no arrival");
    assert_eq!(whispers(&elsewhere), [""; 0]);
    let notes = bo.take().notes;
    assert!(matches!(&notes[..], [ServerFrame::Ephemeral { what: Ephemeral::Here { count: 2, .. } }]), "{notes:?}");
    drop(second_tab);
}

#[tokio::test(start_paused = true)]
async fn who_leaves_is_gone_after_a_moment_unless_they_return() {
    let hub = Hub::default();
    let ana = reading(&hub, 1, 0);
    let bo = reading(&hub, 2, 0);
    ana.take();
    drop(bo);
    pass(&hub, 3).await;
    let bo = reading(&hub, 2, 0);
    pass(&hub, 10).await;
    assert_eq!(whispers(&ana), [""; 0], "a reload is neither a departure nor an arrival");
    drop(bo);
    pass(&hub, 10).await;
    let said = whispers(&ana).join("\n");
    assert!(said.contains(r#""user_leave","user_id":2"#), "{said}");
}

// Defect 9 of the original: "is typing" stayed for ever when the typist vanished.
#[tokio::test(start_paused = true)]
async fn typing_ends_by_itself() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1, 0), reading(&hub, 2, 0));
    whispers(&ana);
    bo.typing(ROOM, Writing::Message, true);
    assert!(whispers(&ana).join("").contains("user_typing"));
    pass(&hub, 7).await;
    assert!(whispers(&ana).join("").contains("user_stop_typing"));
    assert_eq!(whispers(&bo).join(""), "", "nobody hears of their own typing");
}

#[tokio::test]
async fn any_order_of_publication_ends_with_every_event_once() {
    // All orders of five events, each event handed over twice.
    for order in 0..120u32 {
        let hub = Hub::default();
        let ana = reading(&hub, 1, 0);
        let (mut left, mut rest, mut got) = ((1..=5).collect::<Vec<i64>>(), order, Vec::new());
        assert!(hub.publish(vec![event(0)]).is_empty());
        for size in (1..=5).rev() {
            let seq = left.remove((rest % size) as usize);
            rest /= size;
            for (_, after) in hub.publish(vec![event(seq), event(seq)]) {
                // What the engine does: the log gives what is missing.
                assert!(hub.publish((after + 1..=seq).map(event).collect()).is_empty());
            }
            hub.lock().channels[&ROOM].check_invariants();
            got.extend(seqs(&ana));
        }
        assert_eq!(got, [1, 2, 3, 4, 5], "order {order}");
    }
}
