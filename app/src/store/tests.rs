use std::sync::{Arc, Mutex};

use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use protocol::{Event, RoomId};

use super::*;

const ROOM: Stream = Stream::Room(RoomId(12));

fn at(seq: i64) -> Cursor {
    Cursor { stream: ROOM, epoch: "e".into(), seq }
}

fn event(seq: i64) -> ServerFrame {
    ServerFrame::Event(StoredEvent { stream: ROOM, seq, at: 0, event: Event::Redacted })
}

/// A store with its socket open, and what it says there after its greeting.
fn connected() -> (Owner, Store, UnboundedReceiver<ClientFrame>) {
    let owner = Owner::new();
    let store = owner.with(Store::new);
    let (sender, mut receiver) = unbounded();
    store.connected(sender);
    assert_eq!(said(&mut receiver), [ClientFrame::Hello { cursors: vec![] }, ClientFrame::Watch { rooms: vec![] }]);
    (owner, store, receiver)
}

fn said(receiver: &mut UnboundedReceiver<ClientFrame>) -> Vec<ClientFrame> {
    std::iter::from_fn(|| receiver.try_recv().ok()).collect()
}

/// A view of the room that writes down what reaches it.
fn view(store: Store, seq: i64) -> (Following, Arc<Mutex<Vec<String>>>) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let written = log.clone();
    let following = store.follow(at(seq), move |live| {
        let line = match live {
            Live::Event(event) => event.seq.to_string(),
            Live::Reset => "reset".into(),
            Live::Revoked => "revoked".into(),
        };
        written.lock().unwrap().push(line);
    });
    (following, log)
}

#[test]
fn a_view_gets_its_events_once_and_in_order_and_asks_for_what_is_missing() {
    let (_owner, store, mut socket) = connected();
    let (following, log) = view(store, 4);
    assert_eq!(said(&mut socket), [ClientFrame::Subscribe(at(4))]);

    for seq in [5, 7, 5, 6, 7, 6] {
        store.take(event(seq));
    }
    assert_eq!(*log.lock().unwrap(), ["5", "6", "7"]);
    assert_eq!(said(&mut socket), [ClientFrame::Subscribe(at(5))], "7 came before 6");

    following.close();
    store.take(event(8));
    assert_eq!(*log.lock().unwrap(), ["5", "6", "7"]);
    assert_eq!(said(&mut socket), [ClientFrame::Unsubscribe { stream: ROOM }]);
}

#[test]
fn what_was_said_last_and_lost_is_asked_for_when_the_server_says_how_far_it_is() {
    let (_owner, store, mut socket) = connected();
    let (_following, _log) = view(store, 4);
    said(&mut socket);
    store.take(ServerFrame::Heads { heads: [(ROOM.to_string(), 4)].into() });
    assert_eq!(said(&mut socket), []);
    store.take(ServerFrame::Heads { heads: [(ROOM.to_string(), 5)].into() });
    assert_eq!(said(&mut socket), [ClientFrame::Subscribe(at(4))]);
}

#[test]
fn a_new_socket_begins_where_the_views_are() {
    let (_owner, store, _socket) = connected();
    let (_following, _log) = view(store, 4);
    store.take(event(5));
    store.disconnected();
    store.say(ClientFrame::Ping);

    let (sender, mut socket) = unbounded();
    store.connected(sender);
    let hello = ClientFrame::Hello { cursors: vec![at(5)] };
    assert_eq!(said(&mut socket), [hello, ClientFrame::Watch { rooms: vec![] }], "what was said meanwhile is not");
}

#[test]
fn a_reset_view_goes_on_from_what_it_loaded() {
    let (_owner, store, mut socket) = connected();
    let (following, log) = view(store, 4);
    said(&mut socket);
    store.take(ServerFrame::Reset { stream: ROOM });
    store.take(event(5));
    following.resume(at(40));
    store.take(event(41));
    assert_eq!(*log.lock().unwrap(), ["reset", "41"]);
    assert_eq!(said(&mut socket), [ClientFrame::Subscribe(at(40))]);
}

#[test]
fn a_revoked_view_gets_nothing_more() {
    let (_owner, store, mut socket) = connected();
    let (following, log) = view(store, 4);
    store.take(ServerFrame::Revoked { stream: ROOM, gone: false });
    store.take(event(5));
    following.close();
    assert_eq!(*log.lock().unwrap(), ["revoked"]);
    assert_eq!(said(&mut socket), [ClientFrame::Subscribe(at(4))], "there is nothing to unsubscribe from");
}

#[test]
fn a_view_may_close_others_while_it_is_told() {
    let (_owner, store, _socket) = connected();
    let (other, log) = view(store, 4);
    store.follow(at(4), move |_| other.close());
    store.take(event(5));
    store.take(event(6));
    assert_eq!(*log.lock().unwrap(), ["5"]);
}

#[test]
fn what_is_not_kept_reaches_who_listens_for_its_place() {
    let (owner, store, _socket) = connected();
    let heard = Arc::new(Mutex::new(0));
    let count = heard.clone();
    let listener = owner.child();
    listener.with(|| store.hear(Some(ROOM), move |_| *count.lock().unwrap() += 1));

    let here =
        |stream| ServerFrame::Ephemeral { what: Ephemeral::Here { stream, people: vec![], count: 0, away: vec![] } };
    store.take(here(ROOM));
    store.take(here(Stream::Room(RoomId(1))));
    assert_eq!(*heard.lock().unwrap(), 1);

    listener.cleanup();
    store.take(here(ROOM));
    assert_eq!(*heard.lock().unwrap(), 1, "gone with its page");
}
