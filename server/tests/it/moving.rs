//! Cards that are moved between their neighbours, by one person and by many at once.

use std::collections::BTreeMap;

use engine::{Actor, Engine, Zone, accounts, boards, tasks};
use futures::future::join_all;
use protocol::{BoardId, ColumnId, Error, TaskId, page::BoardPage};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{PASSWORD, Person, TestApp},
    socket::{Socket, kind},
};

on_both_databases!(
    a_card_goes_between_its_neighbours,
    neighbours_that_have_left_are_done_without,
    two_cards_put_into_one_gap_at_once_are_both_in_it,
    of_two_moves_of_one_card_the_later_one_holds,
    keys_stay_short_however_often_one_gap_is_filled,
    a_move_sent_twice_happens_once,
    a_move_that_makes_no_sense_changes_nothing,
    a_task_is_made_at_the_top_or_the_bottom,
    many_people_who_move_cards_at_once_end_with_one_board,
    many_people_who_move_cards_between_two_boards_lose_none,
);

/// A board with cards in its first column, seen by the engine's own door.
struct Desk {
    engine: Engine,
    ana: Actor,
    board: BoardId,
    /// `a`, `b`, `c` … as they were made.
    cards: BTreeMap<char, TaskId>,
    columns: Vec<ColumnId>,
}

impl Desk {
    async fn with(app: &TestApp, titles: &str) -> Self {
        app.with_user("ana").await;
        let engine = app.engine.clone();
        let signed_in = accounts::sign_in(&engine, "ana", PASSWORD, accounts::Visit::default()).await.unwrap();
        let ana = accounts::actor(&engine, &signed_in.token).await.unwrap().unwrap();
        let board =
            boards::create(&engine, &ana, Uuid::now_v7(), "Website", protocol::Template::Plain).await.unwrap().board.id;
        let mut cards = BTreeMap::new();
        for title in titles.chars() {
            let new = tasks::NewTask { title: title.to_string(), ..Default::default() };
            let task = tasks::create(&engine, &ana, Uuid::now_v7(), board, new).await.unwrap();
            cards.insert(title, task.card.id);
        }
        let page = boards::page(&engine, &ana, board, Zone::named("UTC")).await.unwrap();
        let columns = page.columns.iter().map(|column| column.id).collect();
        Self { engine, ana, board, cards, columns }
    }

    async fn page(&self) -> BoardPage {
        boards::page(&self.engine, &self.ana, self.board, Zone::named("UTC")).await.unwrap()
    }

    /// The titles of a column, from the top.
    async fn order(&self, column: usize) -> String {
        let page = self.page().await;
        let mut cards: Vec<_> = page.cards.iter().filter(|card| card.column == self.columns[column]).collect();
        cards.sort_by(|a, b| a.position.cmp(&b.position));
        cards.iter().map(|card| card.title.as_str()).collect()
    }

    async fn put(&self, card: char, column: usize, above: Option<char>, below: Option<char>) {
        let id = |card: char| self.cards[&card];
        let spot = (above.map(id), below.map(id));
        let key = Uuid::now_v7();
        tasks::move_between(&self.engine, &self.ana, key, id(card), self.columns[column], spot).await.unwrap();
    }
}

async fn a_card_goes_between_its_neighbours(app: TestApp) {
    let desk = Desk::with(&app, "abcd").await;
    for (card, above, below, expected) in [
        ('d', Some('a'), Some('b'), "adbc"),
        ('c', None, Some('a'), "cadb"),
        ('c', Some('b'), None, "adbc"),
        ('a', Some('d'), Some('b'), "dabc"),
        ('a', Some('d'), Some('b'), "dabc"),
    ] {
        desk.put(card, 0, above, below).await;
        assert_eq!(desk.order(0).await, expected, "{card} between {above:?} and {below:?}");
    }
    desk.put('d', 1, None, None).await;
    desk.put('a', 1, Some('d'), None).await;
    assert_eq!((desk.order(0).await, desk.order(1).await), ("bc".into(), "da".into()));
}

async fn neighbours_that_have_left_are_done_without(app: TestApp) {
    let desk = Desk::with(&app, "abcde").await;
    desk.put('a', 1, None, None).await;
    desk.put('e', 0, Some('a'), Some('c')).await;
    assert_eq!(desk.order(0).await, "becd", "right above the one that is there");
    desk.put('c', 1, Some('b'), Some('d')).await;
    assert_eq!(desk.order(1).await, "ac", "both are elsewhere: at the bottom");
    desk.put('b', 0, Some('b'), Some('d')).await;
    assert_eq!(desk.order(0).await, "ebd", "a card is not its own neighbour");
    desk.put('d', 0, None, Some('a')).await;
    assert_eq!(desk.order(0).await, "deb", "it was put at the top, above one that is elsewhere now");
}

async fn two_cards_put_into_one_gap_at_once_are_both_in_it(app: TestApp) {
    let desk = Desk::with(&app, "abcdef").await;
    join_all(['c', 'd', 'e', 'f'].map(|card| desk.put(card, 0, Some('a'), Some('b')))).await;
    let order = desk.order(0).await;
    assert!(order.starts_with('a') && order.ends_with('b') && order.len() == 6, "{order}");
    let positions: Vec<String> = desk.page().await.cards.into_iter().map(|card| card.position).collect();
    assert!(positions.is_sorted_by(|a, b| a < b), "no two share a position: {positions:?}");
}

async fn of_two_moves_of_one_card_the_later_one_holds(app: TestApp) {
    let desk = Desk::with(&app, "abc").await;
    desk.put('c', 1, None, None).await;
    desk.put('c', 0, None, Some('a')).await;
    assert_eq!((desk.order(0).await, desk.order(1).await), ("cab".into(), String::new()));
}

async fn keys_stay_short_however_often_one_gap_is_filled(app: TestApp) {
    let desk = Desk::with(&app, "abcd").await;
    let mut longest = 0;
    for turn in 0..300 {
        // Each time right below `a`, so that the gap is halved and never left.
        let card = if turn % 2 == 0 { 'c' } else { 'd' };
        let other = if turn % 2 == 0 { 'd' } else { 'c' };
        desk.put(card, 0, Some('a'), if turn == 0 { Some('b') } else { Some(other) }).await;
        if turn % 10 == 0 {
            let page = desk.page().await;
            longest = longest.max(page.cards.iter().map(|card| card.position.len()).max().unwrap());
        }
    }
    assert_eq!(desk.order(0).await, "adcb");
    assert!((10..=24).contains(&longest), "{longest} characters: they grew, and were spread anew");
}

async fn a_move_sent_twice_happens_once(app: TestApp) {
    let desk = Desk::with(&app, "abc").await;
    let (key, spot) = (Uuid::now_v7(), (None, Some(desk.cards[&'a'])));
    let send = async || {
        tasks::move_between(&desk.engine, &desk.ana, key, desk.cards[&'c'], desk.columns[0], spot).await.unwrap()
    };
    let first = send().await;
    desk.put('c', 1, None, None).await;
    assert_eq!(send().await, first, "the first answer again");
    assert_eq!((desk.order(0).await, desk.order(1).await), ("ab".into(), "c".into()));
}

async fn a_move_that_makes_no_sense_changes_nothing(app: TestApp) {
    let desk = Desk::with(&app, "ab").await;
    let elsewhere = boards::create(&desk.engine, &desk.ana, Uuid::now_v7(), "Other", protocol::Template::Plain)
        .await
        .unwrap()
        .board
        .id;
    let foreign = boards::page(&desk.engine, &desk.ana, elsewhere, Zone::named("UTC")).await.unwrap().columns[0].id;
    let before = desk.page().await.cards;
    for column in [foreign, ColumnId(999_999), ColumnId(-1)] {
        let key = Uuid::now_v7();
        let refused = tasks::move_between(&desk.engine, &desk.ana, key, desk.cards[&'a'], column, (None, None))
            .await
            .unwrap_err();
        assert_eq!((refused.code(), refused.field()), ("invalid", Some("column")), "{refused:?}");
    }
    let (key, spot) = (Uuid::now_v7(), (None, None));
    let gone = tasks::move_between(&desk.engine, &desk.ana, key, TaskId(999_999), desk.columns[0], spot).await;
    assert_eq!(gone.unwrap_err(), Error::NotFound);
    assert_eq!(desk.page().await.cards, before);
}

async fn a_task_is_made_at_the_top_or_the_bottom(app: TestApp) {
    let desk = Desk::with(&app, "ab").await;
    for (title, top) in [("c", true), ("d", false), ("e", true)] {
        let new = tasks::NewTask { title: title.into(), top, ..Default::default() };
        tasks::create(&desk.engine, &desk.ana, Uuid::now_v7(), desk.board, new).await.unwrap();
    }
    assert_eq!(desk.order(0).await, "ecabd");
}

/// What a screen shows of a board: where each card is.
#[derive(Default, Debug, PartialEq, Eq)]
struct Screen(BTreeMap<i64, (i64, String)>);

impl Screen {
    fn put(&mut self, card: &Value) {
        let place = (card["column"].as_i64().unwrap(), card["position"].as_str().unwrap().to_owned());
        self.0.insert(card["id"].as_i64().unwrap(), place);
    }

    fn apply(&mut self, event: &Value) {
        match kind(event) {
            kind @ ("task_created" | "card_changed") => self.put(&event[kind]["card"]),
            "cards_placed" => {
                event["cards_placed"]["cards"].as_array().unwrap().iter().for_each(|card| self.put(card));
            }
            "task_left" => {
                self.0.remove(&event["task_left"]["id"].as_i64().unwrap());
            }
            _ => {}
        }
    }

    /// The cards of a column, from the top.
    fn column(&self, column: i64) -> Vec<i64> {
        let mut cards: Vec<_> =
            self.0.iter().filter(|(_, place)| place.0 == column).map(|(id, place)| (place.1.as_str(), *id)).collect();
        cards.sort_unstable();
        cards.into_iter().map(|(_, id)| id).collect()
    }
}

/// Somebody who looks at a screen of their own, and moves what they see there.
struct Mover<'a> {
    person: &'a Person,
    board: i64,
    socket: Socket,
    screen: Screen,
    seq: i64,
}

impl Mover<'_> {
    fn see(&mut self, frames: &[Value]) {
        for frame in frames.iter().filter(|frame| frame["type"] == "event") {
            self.seq += 1;
            assert_eq!(frame["seq"], self.seq, "numbers are dense");
            self.screen.apply(&frame["event"]);
        }
    }

    async fn look(&mut self) {
        let frames = self.socket.rest().await;
        self.see(&frames);
    }

    /// Moves a card between two others, as this screen shows them.
    async fn step(&mut self, dice: &mut fastrand::Rng, columns: &[i64]) {
        if dice.bool() {
            self.look().await;
        }
        let mut cards: Vec<i64> = self.screen.0.keys().copied().collect();
        let column = columns[dice.usize(..columns.len())];
        // Now and then several of them together.
        let several = dice.u8(..3) == 0;
        dice.shuffle(&mut cards);
        cards.truncate(if several { dice.usize(2..=5) } else { 1 });
        let others: Vec<i64> = self.screen.column(column).into_iter().filter(|id| !cards.contains(id)).collect();
        // Most of them into the same gap, which is where they get into each other's way.
        let at = if dice.u8(..4) == 0 { dice.usize(..=others.len()) } else { others.len().min(1) };
        let above = at.checked_sub(1).and_then(|at| others.get(at));
        let mut to = json!({"column": column, "above": above, "below": others.get(at)});
        let board = self.board;
        let path = if several { format!("/boards/{board}/tasks/move/") } else { format!("/tasks/{}/move/", cards[0]) };
        to["tasks"] = json!(cards);
        let moved = self.person.post(&path, to).await;
        assert_eq!(moved.status, 200, "{moved:?}");
    }
}

async fn many_people_who_move_cards_at_once_end_with_one_board(app: TestApp) {
    const CARDS: usize = 12;
    const STEPS: usize = 30;
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let scene = app.with_board().await;
    let board = scene.board;
    for n in 1..CARDS {
        scene.ana.post(&format!("/boards/{board}/tasks/"), json!({"title": format!("Card {n}")})).await;
    }
    let columns = engine_columns(&app, board).await;
    let stream = format!("board:{board}");
    let mut movers = Vec::new();
    for n in 0..6 {
        let person = if n % 2 == 0 { &scene.ana } else { &scene.bo };
        // From the first number on, so that each screen is built by events alone.
        let socket = Socket::live(&app, person, &[(&stream, 0)]).await;
        let mut mover = Mover { person, board, socket, screen: Screen::default(), seq: 0 };
        mover.look().await;
        assert_eq!(mover.screen.0.len(), CARDS);
        movers.push(mover);
    }
    let work = movers.iter_mut().enumerate().map(|(n, mover)| {
        let mut dice = fastrand::Rng::with_seed(seed ^ n as u64);
        let columns = &columns;
        async move {
            for _ in 0..STEPS {
                mover.step(&mut dice, columns).await;
            }
        }
    });
    join_all(work).await;

    let stored = Screen(
        stored_cards(&app, board).await.into_iter().map(|(id, column, position)| (id, (column, position))).collect(),
    );
    assert_eq!(stored.0.len(), CARDS, "none is lost, none is there twice");
    let mut places: Vec<_> = stored.0.values().collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), CARDS, "no two cards share a place: {stored:?}");
    for mover in &mut movers {
        mover.look().await;
        assert_eq!(mover.screen, stored, "every screen shows what is stored");
    }
}

/// One of two boards, as somebody sees both.
async fn step_between(movers: &mut [Mover<'_>; 2], dice: &mut fastrand::Rng, columns: &[Vec<i64>; 2]) {
    let at = usize::from(dice.bool());
    if dice.bool() {
        movers[at].look().await;
    }
    let mover = &movers[at];
    let mut cards: Vec<i64> = mover.screen.0.keys().copied().collect();
    dice.shuffle(&mut cards);
    cards.truncate(dice.usize(1..=3));
    let Some(first) = cards.first() else { return };
    let elsewhere = &columns[1 - at];
    let column = if dice.bool() { columns[at][dice.usize(..3)] } else { elsewhere[dice.usize(..3)] };
    let moved = if elsewhere.contains(&column) {
        let body = json!({"tasks": cards, "column": column, "top": dice.bool()});
        mover.person.post(&format!("/boards/{}/transfer/", mover.board), body).await
    } else {
        let above = mover.screen.column(column).first().copied();
        mover.person.post(&format!("/tasks/{first}/move/"), json!({"column": column, "above": above})).await
    };
    // Somebody may have taken it to the other board meanwhile: that is said, and nothing happens.
    assert!([200, 409, 422].contains(&moved.status.as_u16()), "{moved:?}");
}

async fn many_people_who_move_cards_between_two_boards_lose_none(app: TestApp) {
    const CARDS: usize = 10;
    const STEPS: usize = 25;
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let scene = app.with_board().await;
    let other = scene.ana.post("/boards/", json!({"name": "Other"})).await.id();
    scene.ana.post(&format!("/boards/{other}/members/"), json!({"username": "bo"})).await;
    let boards = [scene.board, other];
    for n in 1..CARDS {
        scene.ana.post(&format!("/boards/{}/tasks/", boards[n % 2]), json!({"title": format!("Card {n}")})).await;
    }
    let columns = [engine_columns(&app, boards[0]).await, engine_columns(&app, boards[1]).await];
    let mut people = Vec::new();
    for n in 0..4 {
        let person = if n % 2 == 0 { &scene.ana } else { &scene.bo };
        let mut movers = Vec::new();
        for board in boards {
            let socket = Socket::live(&app, person, &[(&format!("board:{board}"), 0)]).await;
            let mut mover = Mover { person, board, socket, screen: Screen::default(), seq: 0 };
            mover.look().await;
            movers.push(mover);
        }
        people.push(<[Mover<'_>; 2]>::try_from(movers).ok().unwrap());
    }
    let work = people.iter_mut().enumerate().map(|(n, movers)| {
        let mut dice = fastrand::Rng::with_seed(seed ^ n as u64);
        let columns = &columns;
        async move {
            for _ in 0..STEPS {
                step_between(movers, &mut dice, columns).await;
            }
        }
    });
    join_all(work).await;

    let mut all = Vec::new();
    for (at, board) in boards.into_iter().enumerate() {
        let page = page_of(&app, board).await;
        let mut numbers: Vec<i64> = page.cards.iter().map(|card| card.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), page.cards.len(), "no two have one number");
        all.extend(page.cards.iter().map(|card| card.id.0));
        let place = |card: protocol::Card| (card.id.0, (card.column.0, card.position));
        let stored = Screen(page.cards.into_iter().map(place).collect());
        for movers in &mut people {
            movers[at].look().await;
            assert_eq!(movers[at].screen, stored, "every screen shows what is stored");
        }
    }
    all.sort_unstable();
    let before = all.len();
    all.dedup();
    assert_eq!((before, all.len()), (CARDS, CARDS), "none is lost, none is there twice");
}

async fn page_of(app: &TestApp, board: i64) -> BoardPage {
    let visit = accounts::Visit::default();
    let token = accounts::sign_in(&app.engine, "ana", PASSWORD, visit).await.unwrap().token;
    let ana = accounts::actor(&app.engine, &token).await.unwrap().unwrap();
    boards::page(&app.engine, &ana, BoardId(board), Zone::named("UTC")).await.unwrap()
}

async fn engine_columns(app: &TestApp, board: i64) -> Vec<i64> {
    page_of(app, board).await.columns.into_iter().map(|column| column.id.0).collect()
}

async fn stored_cards(app: &TestApp, board: i64) -> Vec<(i64, i64, String)> {
    let cards = page_of(app, board).await.cards.into_iter();
    cards.map(|card| (card.id.0, card.column.0, card.position)).collect()
}
