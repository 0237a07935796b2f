use protocol::{BoardId, Message, MessageId, Person, Role};
use uuid::Uuid;

use super::*;

const ME: UserId = UserId(4);
const BOARD: BoardId = BoardId(7);

fn person(id: i64) -> Person {
    Person { id: UserId(id), username: format!("user{id}"), display_name: format!("User {id}") }
}

fn room(id: i64, name: &str) -> Room {
    Room {
        id: RoomId(id),
        board: BOARD,
        name: name.into(),
        topic: String::new(),
        private: false,
        creator: Some(UserId(1)),
    }
}

fn entry(id: i64, name: &str, n: i64, read: i64) -> RoomEntry {
    RoomEntry { room: room(id, name), joined: true, n, read, muted: false }
}

fn sidebar() -> Sidebar {
    let board = MyBoard { board: Board { id: BOARD, name: "Launch".into(), archived: false }, role: Role::Member };
    Sidebar {
        me: Some(Me { person: person(4), admin: false }),
        boards: vec![board.clone()],
        unread: 0,
        board: Some(NavBoard { board, rooms: vec![entry(1, "general", 5, 3), entry(2, "ops", 2, 2)] }),
        drafted: None,
        leveled: None,
        watched: None,
    }
}

fn after(events: impl IntoIterator<Item = (Stream, Event)>) -> Sidebar {
    let mut sidebar = sidebar();
    for (stream, event) in events {
        sidebar.apply(&StoredEvent { stream, seq: 1, at: 0, event });
    }
    sidebar
}

fn mine(event: Event) -> Sidebar {
    after([(Stream::User(ME), event)])
}

fn unread(sidebar: &Sidebar) -> Vec<(&str, i64)> {
    let rooms = &sidebar.board.as_ref().unwrap().rooms;
    rooms.iter().map(|entry| (entry.room.name.as_str(), entry.unread())).collect()
}

#[test]
fn activity_in_a_room_makes_it_unread_but_ones_own_does_not() {
    let mut sidebar = sidebar();
    sidebar.hear(&Ephemeral::Activity { room: RoomId(2), n: 3, author: UserId(1) });
    assert_eq!(unread(&sidebar), [("general", 2), ("ops", 1)]);
    sidebar.hear(&Ephemeral::Activity { room: RoomId(2), n: 4, author: ME });
    assert_eq!(unread(&sidebar), [("general", 2), ("ops", 0)]);
    sidebar.hear(&Ephemeral::Activity { room: RoomId(2), n: 3, author: UserId(1) });
    assert_eq!(unread(&sidebar), [("general", 2), ("ops", 0)], "late news change nothing");
}

#[test]
fn what_came_before_the_socket_was_open_is_counted() {
    let mut sidebar = sidebar();
    sidebar.count(&[
        Count { room: RoomId(1), n: 8, read: 7 },
        Count { room: RoomId(2), n: 1, read: 1 },
        Count { room: RoomId(3), n: 9, read: 0 },
    ]);
    assert_eq!(unread(&sidebar), [("general", 1), ("ops", 0)], "older counts and other rooms change nothing");
}

#[test]
fn a_message_of_an_open_room_counts_as_activity() {
    let message = Message {
        id: MessageId(9),
        n: 6,
        author: Some(person(1)),
        at: 0,
        source: "hi".into(),
        html: "<p>hi</p>".into(),
        client_id: Uuid::nil(),
        parent: None,
        deleted: false,
        mentions: vec![],
        ..Message::default()
    };
    let sidebar = after([(Stream::Room(RoomId(1)), Event::MessagePosted { message: Box::new(message) })]);
    assert_eq!(unread(&sidebar), [("general", 3), ("ops", 0)]);
}

#[test]
fn reading_on_another_tab_is_seen_here() {
    let sidebar = mine(Event::ReadUpTo { place: Stream::Room(RoomId(1)), n: 5, unread: 2 });
    assert_eq!((unread(&sidebar), sidebar.unread), (vec![("general", 0), ("ops", 0)], 2));
}

#[test]
fn a_place_marked_unread_on_another_tab_is_unread_here_too() {
    let room = Stream::Room(RoomId(1));
    let sidebar = after([
        (Stream::User(ME), Event::ReadUpTo { place: room, n: 5, unread: 0 }),
        (Stream::User(ME), Event::MarkedUnread { place: room, n: 3, unread: 1 }),
    ]);
    assert_eq!((unread(&sidebar), sidebar.unread), (vec![("general", 2), ("ops", 0)], 1));
}

#[test]
fn a_room_that_is_muted_on_another_tab_is_counted_no_more_here() {
    let room = Stream::Room(RoomId(1));
    let counted = |sidebar: &Sidebar| sidebar.board.as_ref().unwrap().rooms[0].counted();
    let sidebar = mine(Event::LevelChanged { place: room, level: None, muted: true });
    assert_eq!((unread(&sidebar)[0].1, counted(&sidebar)), (2, 0));
    assert_eq!(sidebar.leveled, Some((room, None, true)));
    let sidebar =
        after([true, false].map(|muted| {
            (Stream::User(ME), Event::LevelChanged { place: room, level: Some(Level::Everything), muted })
        }));
    assert_eq!(counted(&sidebar), 2);
}

#[test]
fn rooms_come_change_and_go_in_order_of_name() {
    let board = Stream::Board(BOARD);
    let sidebar = after([
        (board, Event::RoomCreated { room: room(3, "Café") }),
        (board, Event::RoomCreated { room: room(3, "Café") }),
        (board, Event::RoomChanged { room: room(1, "zoo") }),
        (board, Event::RoomDeleted { id: RoomId(2) }),
    ]);
    assert_eq!(unread(&sidebar), [("Café", 0), ("zoo", 2)]);
}

#[test]
fn joining_an_open_room_begins_with_everything_read() {
    let mut sidebar = sidebar();
    sidebar.apply(&StoredEvent {
        stream: Stream::User(ME),
        seq: 1,
        at: 0,
        event: Event::RoomRemoved { id: RoomId(1) },
    });
    assert_eq!(unread(&sidebar), [("general", 0), ("ops", 0)], "left, but still listed");
    sidebar.hear(&Ephemeral::Activity { room: RoomId(1), n: 8, author: UserId(1) });
    sidebar.apply(&StoredEvent {
        stream: Stream::User(ME),
        seq: 2,
        at: 0,
        event: Event::RoomAdded { room: room(1, "general") },
    });
    assert_eq!(unread(&sidebar), [("general", 0), ("ops", 0)]);
}

#[test]
fn a_private_room_one_is_removed_from_is_gone() {
    let secret = Room { private: true, ..room(3, "secret") };
    let sidebar = after([
        (Stream::User(ME), Event::RoomAdded { room: secret }),
        (Stream::User(ME), Event::RoomRemoved { id: RoomId(3) }),
    ]);
    assert_eq!(unread(&sidebar), [("general", 2), ("ops", 0)]);
}

#[test]
fn boards_come_change_and_go() {
    let other =
        MyBoard { board: Board { id: BoardId(8), name: "Archive".into(), archived: false }, role: Role::Viewer };
    let sidebar = mine(Event::BoardAdded { board: other.clone() });
    assert_eq!(sidebar.boards.iter().map(|board| board.board.name.as_str()).collect::<Vec<_>>(), ["Archive", "Launch"]);

    let sidebar = mine(Event::BoardChanged { board: Board { id: BOARD, name: "Start".into(), archived: false } });
    assert_eq!(
        (sidebar.boards[0].board.name.as_str(), sidebar.board.unwrap().board.board.name.as_str()),
        ("Start", "Start")
    );

    let sidebar = mine(Event::BoardRemoved { id: BOARD });
    assert_eq!((sidebar.boards.len(), sidebar.board), (0, None));
}

#[test]
fn a_page_of_no_board_leaves_the_current_one() {
    let mut sidebar = sidebar();
    let nav = Nav { me: sidebar.me.clone().unwrap(), boards: vec![], unread: 1, board: None, cursors: vec![] };
    sidebar.fill(nav);
    assert!(sidebar.shows(Stream::Board(BOARD)) && sidebar.shows(Stream::Room(RoomId(1))));
    assert_eq!(sidebar.unread, 1);
}
