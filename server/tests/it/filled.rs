//! Databases that are filled by us: the first board, the demo, the one for measurements; and cards
//! that are moved about in them.

use engine::{
    Actor, Engine, Zone, accounts, activity, boards, members,
    messages::{self, NewMessage},
    nav, notifications, rooms,
    seed::{self, Seed},
    tasks,
};
use protocol::{BoardId, RoomId, Stream, page::Seek};
use uuid::Uuid;

use crate::app::{PASSWORD, TestApp};

on_both_databases!(
    the_first_account_finds_a_board_that_explains_itself,
    the_demo_has_something_to_read,
    a_seeded_board_goes_on_where_the_seed_ends,
    a_day_is_found_in_a_long_conversation,
    a_page_lists_who_is_in_a_large_room_now,
    a_card_stays_where_it_was_put,
    cards_moved_at_once_all_get_a_place_of_their_own,
);

async fn signed_in(engine: &Engine, name: &str) -> Actor {
    let signed_in = accounts::sign_in(engine, name, PASSWORD, accounts::Visit::default()).await.unwrap();
    accounts::actor(engine, &signed_in.token).await.unwrap().unwrap()
}

async fn the_first_account_finds_a_board_that_explains_itself(app: TestApp) {
    app.with_user("ana").await;
    app.with_user("bo").await;
    let (ana, bo) = (signed_in(&app.engine, "ana").await, signed_in(&app.engine, "bo").await);
    let hub = boards::hub(&app.engine, &ana).await.unwrap();
    assert_eq!(hub.boards.len(), 1);
    assert_eq!(hub.boards[0].board.board.name, "Welcome to Boardwalk");
    assert_eq!(hub.boards[0].rooms.len(), 1);
    let page = boards::page(&app.engine, &ana, hub.boards[0].board.board.id, Zone::named("UTC")).await.unwrap();
    assert!(page.columns.iter().all(|column| page.cards.iter().any(|card| card.column == column.id)));
    assert!(boards::hub(&app.engine, &bo).await.unwrap().boards.is_empty(), "the second begins with nothing");
}

async fn the_demo_has_something_to_read(app: TestApp) {
    let people = seed::seed_demo(&app.engine, PASSWORD).await.unwrap();
    let ana = signed_in(&app.engine, &people[0]).await;
    assert!(ana.me.admin, "the first account of the installation");
    let hub = boards::hub(&app.engine, &ana).await.unwrap();
    let rooms = || hub.boards.iter().flat_map(|board| &board.rooms);
    assert!(rooms().any(|room| room.unread() > 0) && rooms().any(|room| room.room.private));
    let inbox = notifications::inbox(&app.engine, &ana, None, Zone::named("UTC")).await.unwrap();
    assert!(inbox.unread > 0 && inbox.rows.iter().any(|row| row.notification.read), "{inbox:?}");
    let board = hub.boards[0].board.board.id;
    let activity = activity::page(&app.engine, &ana, board, None, None, Zone::named("UTC")).await.unwrap().entries;
    let days: Vec<&str> = activity.iter().map(|entry| entry.clock.day.as_str()).collect();
    assert!(days.is_sorted_by(|newer, older| newer >= older) && days.first() != days.last(), "{days:?}");
    let again = seed::seed_demo(&app.engine, PASSWORD).await.unwrap_err();
    assert_eq!(again.code(), "taken");
    assert_eq!(boards::hub(&app.engine, &ana).await.unwrap(), hub, "a demo that fails leaves nothing behind");
}

async fn a_seeded_board_goes_on_where_the_seed_ends(app: TestApp) {
    let plan = Seed { users: 12, rooms: 3, tasks: 7, messages: 500, prefix: "bench".into(), password: PASSWORD.into() };
    assert_eq!(seed::seed(&app.engine, plan).await.unwrap(), BoardId(1));
    let (first, last) = (signed_in(&app.engine, "bench0").await, signed_in(&app.engine, "bench11").await);
    assert!(first.me.admin && !last.me.admin);
    assert_eq!((first.id().0, last.id().0), (1, 12));
    let board = nav::load(&app.engine, &last, Some(Stream::Board(BoardId(1)))).await.unwrap().board.unwrap();
    assert!(!board.board.runs() && board.board.writes());
    assert_eq!(board.rooms.iter().map(|room| room.n).collect::<Vec<_>>(), [167, 167, 166]);
    assert!(board.rooms.iter().all(|room| room.joined));

    let place = Stream::Room(board.rooms[2].room.id);
    let new = NewMessage {
        place,
        key: Uuid::now_v7(),
        content: "and on".into(),
        parent: None,
        quote: None,
        confirmed: false,
        files: Vec::new(),
    };
    let posted = messages::post(&app.engine, &last, new).await.unwrap().message;
    assert_eq!((posted.n, posted.id.0), (167, 501));
    let task = tasks::NewTask { title: "and on".into(), ..Default::default() };
    let task = tasks::create(&app.engine, &first, Uuid::now_v7(), BoardId(1), task).await.unwrap();
    assert_eq!(task.card.number, 8);
}

async fn a_day_is_found_in_a_long_conversation(app: TestApp) {
    let plan = Seed { users: 2, rooms: 1, tasks: 0, messages: 400, prefix: "bench".into(), password: PASSWORD.into() };
    let board = seed::seed(&app.engine, plan).await.unwrap();
    let ana = signed_in(&app.engine, "bench0").await;
    let nav = nav::load(&app.engine, &ana, Some(Stream::Board(board))).await.unwrap();
    let place = Stream::Room(nav.board.unwrap().rooms[0].room.id);
    for zone in ["UTC", "Pacific/Kiritimati", "America/New_York"].map(Zone::named) {
        let (mut rows, mut before) = (Vec::new(), None);
        loop {
            let page = messages::history(&app.engine, &ana, place, before, zone).await.unwrap();
            before = Some(page.rows[0].message.id);
            rows.splice(0..0, page.rows);
            if !page.older {
                break;
            }
        }
        let mut days: Vec<String> = rows.iter().map(|row| row.clock.day.clone()).collect();
        days.dedup();
        assert!(rows.len() == 400 && days.len() > 2, "{days:?}");
        days.extend(["1999-12-31", "2399-12-31"].map(String::from));
        for day in days {
            let expected = rows.iter().find(|row| row.clock.day >= day).map(|row| row.message.id);
            let found = messages::seek(&app.engine, &ana, place, &Seek::Day(day.clone()), zone).await.unwrap();
            assert_eq!(found, expected, "{day} in {zone:?}");
        }
    }
}

async fn a_page_lists_who_is_in_a_large_room_now(app: TestApp) {
    let plan = Seed { users: 30, rooms: 2, tasks: 0, messages: 0, prefix: "bench".into(), password: PASSWORD.into() };
    let board = seed::seed(&app.engine, plan).await.unwrap();
    let (first, last) = (signed_in(&app.engine, "bench0").await, signed_in(&app.engine, "bench29").await);
    let room =
        nav::load(&app.engine, &first, Some(Stream::Board(board))).await.unwrap().board.unwrap().rooms[0].room.id;
    let names = async |room: RoomId| {
        let page = rooms::page(&app.engine, &first, room, None, Zone::named("UTC")).await.unwrap();
        page.members.into_iter().map(|person| person.display_name).collect::<Vec<_>>()
    };
    let all = names(room).await;
    assert_eq!((all.len(), names(room).await), (30, all.clone()));

    accounts::change_profile(&app.engine, &last, "Aaron", "").await.unwrap();
    let renamed = names(room).await;
    assert!(renamed.len() == 30 && renamed.contains(&"Aaron".to_owned()) && !renamed.contains(&"bench29".to_owned()));
    rooms::leave(&app.engine, &last, Uuid::now_v7(), room).await.unwrap();
    assert_eq!(names(room).await.len(), 29);
    rooms::join(&app.engine, &last, Uuid::now_v7(), room).await.unwrap();
    assert_eq!(names(room).await, renamed);
    members::remove(&app.engine, &first, Uuid::now_v7(), board, last.id()).await.unwrap();
    assert_eq!(names(room).await.len(), 29);
}

/// Four cards in the first column of a new board of Ana's.
async fn four_cards(app: &TestApp) -> (Actor, BoardId, Vec<protocol::Card>) {
    app.with_user("ana").await;
    let ana = signed_in(&app.engine, "ana").await;
    let board =
        boards::create(&app.engine, &ana, Uuid::now_v7(), "Website", protocol::Template::Plain).await.unwrap().board.id;
    let mut cards = Vec::new();
    for title in ["a", "b", "c", "d"] {
        let new = tasks::NewTask { title: title.into(), ..Default::default() };
        cards.push(tasks::create(&app.engine, &ana, Uuid::now_v7(), board, new).await.unwrap().card);
    }
    (ana, board, cards)
}

async fn a_card_stays_where_it_was_put(app: TestApp) {
    let (ana, board, cards) = four_cards(&app).await;
    let [a, b, _, d] = [0, 1, 2, 3].map(|i: usize| cards[i].id);
    let moves = [
        (d, Some(1), "dabc"),
        (d, Some(3), "abdc"),
        (a, None, "bdca"),
        (b, Some(99), "dcab"),
        (b, Some(-5), "bdca"),
        (b, Some(1), "bdca"),
    ];
    for (card, place, expected) in moves {
        tasks::move_to(&app.engine, &ana, Uuid::now_v7(), card, cards[0].column, place).await.unwrap();
        let cards = boards::page(&app.engine, &ana, board, Zone::named("UTC")).await.unwrap().cards;
        let order: String = cards.iter().map(|card| card.title.as_str()).collect();
        assert_eq!(order, expected, "{card} to {place:?}");
    }
}

async fn cards_moved_at_once_all_get_a_place_of_their_own(app: TestApp) {
    let (ana, board, cards) = four_cards(&app).await;
    let column = boards::page(&app.engine, &ana, board, Zone::named("UTC")).await.unwrap().columns[1].id;
    let moves = cards.iter().map(|card| tasks::move_to(&app.engine, &ana, Uuid::now_v7(), card.id, column, Some(2)));
    for moved in futures::future::join_all(moves).await {
        moved.unwrap();
    }
    let cards = boards::page(&app.engine, &ana, board, Zone::named("UTC")).await.unwrap().cards;
    assert!(cards.iter().all(|card| card.column == column));
    assert!(cards.is_sorted_by(|a, b| a.position < b.position), "{cards:?}");
}
