use protocol::{BoardId, Me, RoomId, SessionId};

use super::*;
use crate::{Actor, Connection, Hub};

const ROOM: Stream = Stream::Room(RoomId(1));
const BOARD: Stream = Stream::Board(BoardId(5));
const NODE: NodeId = NodeId::of_test(7);

fn person(id: i64) -> Person {
    Person { id: UserId(id), username: format!("user{id}"), display_name: format!("User {id}") }
}

fn reading(hub: &Hub, id: i64) -> Connection {
    let actor = Actor { me: Me { person: person(id), admin: false }, session: SessionId(id) };
    let connection = hub.connect(&actor);
    connection.begin(ROOM);
    connection.confirm(ROOM, Vec::new(), 0);
    connection
}

/// What a connection hears of the others, one line each.
fn heard(connection: &Connection) -> Vec<String> {
    let frames = connection.take().frames.into_iter().map(|frame| serde_json::from_slice(&frame.typed()).unwrap());
    let line = |frame| match frame {
        ServerFrame::Ephemeral { what: Ephemeral::Came { person, .. } } => format!("{} came", person.id),
        ServerFrame::Ephemeral { what: Ephemeral::Went { person, .. } } => format!("{} went", person.id),
        ServerFrame::Ephemeral { what: Ephemeral::Away { user, away: true, .. } } => format!("{user} is away"),
        ServerFrame::Ephemeral { what: Ephemeral::Away { user, away: false, .. } } => format!("{user} is back"),
        ServerFrame::Ephemeral { what: Ephemeral::Typing { person, on: true, .. } } => format!("{} types", person.id),
        ServerFrame::Ephemeral { what: Ephemeral::Typing { person, .. } } => format!("{} stopped", person.id),
        ServerFrame::Ephemeral { what: Ephemeral::Here { count, .. } } => format!("{count} are here"),
        ServerFrame::Ephemeral { what: Ephemeral::Count { count, .. } } => format!("{count} of them"),
        frame => panic!("{frame:?}"),
    };
    frames.map(line).collect()
}

async fn pass(hub: &Hub, seconds: u64) {
    for _ in 0..seconds {
        tokio::time::sleep(Duration::from_secs(1)).await;
        hub.sweep(Instant::now());
    }
}

fn here(id: i64, away: bool) -> Said {
    Said::Here { leases: vec![Lease { stream: ROOM, person: person(id), away }] }
}

#[tokio::test(start_paused = true)]
async fn a_person_on_two_nodes_is_one_person_until_the_last_is_gone() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1), reading(&hub, 2));
    assert_eq!(heard(&ana), ["2 came"]);
    hub.hear(NODE, here(2, false));
    drop(bo);
    pass(&hub, 10).await;
    assert_eq!(heard(&ana), [""; 0], "the other node has him still");
    hub.hear(NODE, Said::Gone { stream: ROOM, user: UserId(2) });
    assert_eq!(heard(&ana), ["2 went"]);
}

#[tokio::test(start_paused = true)]
async fn the_leases_of_a_node_that_was_killed_run_out() {
    let hub = Hub::default();
    let ana = reading(&hub, 1);
    hub.hear(NODE, here(2, false));
    assert_eq!(heard(&ana), ["2 came"]);
    pass(&hub, 50).await;
    hub.hear(NODE, here(2, false));
    pass(&hub, 50).await;
    assert_eq!(heard(&ana), [""; 0], "renewed");
    pass(&hub, 20).await;
    assert_eq!(heard(&ana), ["2 went"]);
}

#[tokio::test(start_paused = true)]
async fn the_people_of_a_node_that_ends_have_a_moment_to_come_back_elsewhere() {
    let hub = Hub::default();
    let ana = reading(&hub, 1);
    hub.hear(NODE, here(2, false));
    hub.hear(NODE, here(3, false));
    assert_eq!(heard(&ana), ["2 came", "3 came"]);
    hub.hear(NODE, Said::Bye);
    let bo = reading(&hub, 2);
    pass(&hub, 15).await;
    assert_eq!(heard(&ana), ["3 went"]);
    drop(bo);
}

#[tokio::test(start_paused = true)]
async fn who_does_nothing_for_five_minutes_is_away_until_they_do_something_on_any_node() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1), reading(&hub, 2));
    hub.hear(NODE, here(2, true));
    pass(&hub, 200).await;
    ana.active();
    bo.active();
    hub.hear(NODE, here(2, true));
    heard(&ana);
    for _ in 0..7 {
        pass(&hub, 50).await;
        hub.hear(NODE, here(2, true));
        ana.active();
    }
    assert_eq!(heard(&ana), ["2 is away"]);
    hub.hear(NODE, here(2, false));
    assert_eq!(heard(&ana), ["2 is back"], "on the other node");
    hub.hear(NODE, here(2, true));
    bo.active();
    assert_eq!(heard(&ana).last().unwrap(), "2 is back", "the last value wins");
    assert_eq!(heard(&bo), [""; 0], "nobody hears of themselves");
}

#[tokio::test(start_paused = true)]
async fn typing_said_again_at_once_is_no_news() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1), reading(&hub, 2));
    heard(&ana);
    for _ in 0..50 {
        bo.typing(ROOM, Writing::Message, true);
    }
    assert_eq!(heard(&ana), ["2 types"]);
    pass(&hub, 3).await;
    bo.typing(ROOM, Writing::Message, true);
    pass(&hub, 5).await;
    assert_eq!(heard(&ana), ["2 types"], "said again in time");
    pass(&hub, 2).await;
    assert_eq!(heard(&ana), ["2 stopped"]);
}

#[tokio::test(start_paused = true)]
async fn a_typist_on_a_node_that_vanished_is_forgotten() {
    let hub = Hub::default();
    let ana = reading(&hub, 1);
    hub.hear(NODE, here(2, false));
    hub.hear(NODE, Said::Typing { stream: ROOM, person: person(2), writing: Writing::Message, on: true });
    assert_eq!(heard(&ana), ["2 came", "2 types"]);
    pass(&hub, 7).await;
    assert_eq!(heard(&ana), ["2 stopped"]);
}

#[tokio::test(start_paused = true)]
async fn in_a_crowd_nobody_is_told_who_comes_goes_or_types() {
    let hub = Hub::default();
    let ana = reading(&hub, 1000);
    let mut crowd: Vec<_> = (1..=limits::CROWD as i64).map(|id| reading(&hub, id)).collect();
    heard(&ana);
    crowd.push(reading(&hub, 500));
    crowd[3].typing(ROOM, Writing::Message, true);
    assert_eq!(heard(&ana), [""; 0]);
    pass(&hub, 6).await;
    assert_eq!(heard(&ana), ["102 of them"], "how many came is told together");
    crowd.truncate(limits::CROWD - 1);
    pass(&hub, 12).await;
    assert_eq!(heard(&ana).last().unwrap(), "100 are here", "who is left is said at once");
    crowd[3].typing(ROOM, Writing::Message, true);
    assert_eq!(heard(&ana), ["4 types"]);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_show_it_is_not_here_for_the_others() {
    let hub = Hub::default();
    let (ana, bo) = (reading(&hub, 1), reading(&hub, 2));
    heard(&ana);
    hub.show(UserId(2), false);
    assert_eq!(heard(&ana), ["2 went"]);
    let other_tab = reading(&hub, 2);
    other_tab.typing(ROOM, Writing::Message, true);
    drop((bo, other_tab));
    pass(&hub, 10).await;
    assert_eq!(heard(&ana), [""; 0]);
    hub.show(UserId(2), true);
    let _back = reading(&hub, 2);
    assert_eq!(heard(&ana), ["2 came"]);
}

fn following(hub: &Hub, id: i64) -> Connection {
    let actor = Actor { me: Me { person: person(id), admin: false }, session: SessionId(id) };
    let connection = hub.connect(&actor);
    connection.begin(BOARD);
    connection.confirm(BOARD, Vec::new(), 0);
    connection
}

fn at_board(hub: &Hub, id: i64) -> Connection {
    let connection = following(hub, id);
    connection.at(Some(BoardId(5)));
    connection
}

#[tokio::test(start_paused = true)]
async fn who_is_at_a_board_is_told_to_those_who_are_there_and_not_to_who_reads_its_stream_elsewhere() {
    let hub = Hub::default();
    let elsewhere = following(&hub, 3);
    let ana = at_board(&hub, 1);
    let here = |connection: &Connection| connection.take().notes.pop();
    assert!(matches!(here(&ana), Some(ServerFrame::Ephemeral { what: Ephemeral::Here { count: 1, .. } })));
    let bo = at_board(&hub, 2);
    let other_tab = at_board(&hub, 2);
    assert_eq!(heard(&ana), ["2 came"]);
    assert_eq!(heard(&elsewhere), [""; 0]);
    drop(bo);
    pass(&hub, 6).await;
    assert_eq!(heard(&ana), [""; 0], "another tab has it open");
    other_tab.at(None);
    pass(&hub, 6).await;
    assert_eq!(heard(&ana), ["2 went"], "its page goes to a room of the board");
    elsewhere.at(Some(BoardId(5)));
    assert!(matches!(here(&elsewhere), Some(ServerFrame::Ephemeral { what: Ephemeral::Here { count: 2, .. } })));
    assert_eq!(heard(&elsewhere), [""; 0], "what was said before is in that");
    assert_eq!(heard(&ana), ["3 came"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_is_at_a_board_once_it_may_read_it() {
    let hub = Hub::default();
    let ana = at_board(&hub, 1);
    let actor = Actor { me: Me { person: person(2), admin: false }, session: SessionId(2) };
    let bo = hub.connect(&actor);
    bo.at(Some(BoardId(5)));
    assert_eq!(heard(&ana), [""; 0]);
    bo.begin(BOARD);
    assert_eq!(heard(&ana), [""; 0], "it is not known yet whether he may");
    bo.confirm(BOARD, Vec::new(), 0);
    assert_eq!(heard(&ana), ["2 came"]);
    hub.revoke(crate::write::Revocation::Streams(UserId(2), vec![BOARD]));
    assert_eq!(heard(&ana), ["2 went"], "at once");
}
