//! The columns of a board.

use serde_json::{Value, json};

use crate::{
    app::{Answer, Person, Scene, TestApp},
    socket::Socket,
};

on_both_databases!(
    a_column_is_added_changed_moved_and_removed,
    what_is_left_out_of_a_change_stays,
    what_can_not_be_is_refused_and_changes_nothing,
    the_tasks_of_a_removed_column_go_where_they_are_sent,
    a_board_keeps_one_column,
    columns_belong_to_their_board,
    everybody_is_told_of_the_columns_as_they_are_now,
);

/// A board's page of somebody's, by its columns' addresses.
struct Columns<'a> {
    person: &'a Person,
    board: i64,
}

impl Columns<'_> {
    async fn add(&self, name: &str) -> Answer {
        self.person.post(&format!("/boards/{}/columns/", self.board), json!({"name": name})).await
    }

    async fn to(&self, column: i64, verb: &str, body: Value) -> Answer {
        self.person.post(&format!("/boards/{}/columns/{column}/{verb}/", self.board), body).await
    }

    /// The last `columns_changed` of the board's log.
    async fn told(&self, app: &TestApp) -> Value {
        let mut socket = Socket::live(app, self.person, &[(&format!("board:{}", self.board), 0)]).await;
        let frames = socket.rest().await;
        let told = frames.into_iter().rev().find(|frame| !frame["event"]["columns_changed"].is_null());
        told.map(|frame| frame["event"]["columns_changed"]["columns"].clone()).unwrap_or_default()
    }

    async fn names(&self, app: &TestApp) -> Vec<String> {
        let told = self.told(app).await;
        told.as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap().to_owned()).collect()
    }
}

async fn a_column_is_added_changed_moved_and_removed(app: TestApp) {
    let Scene { ana, board, .. } = app.with_board().await;
    let columns = Columns { person: &ana, board };
    let added = columns.add("  Review <b> ").await;
    assert_eq!((added.status.as_u16(), added.json["name"].as_str()), (201, Some("Review <b>")), "{added:?}");
    let id = added.id();
    assert_eq!((&added.json["colour"], &added.json["limit"]), (&Value::Null, &Value::Null));
    let edited = columns.to(id, "edit", json!({"name": "Check", "colour": "purple", "limit": 3})).await;
    assert_eq!(edited.json, json!({"id": id, "name": "Check", "colour": "purple", "limit": 3}));
    assert_eq!(columns.names(&app).await, ["To do", "Doing", "Done", "Check"]);
    assert_eq!(columns.to(id, "move", json!({})).await.status, 200);
    assert_eq!(columns.names(&app).await, ["Check", "To do", "Doing", "Done"]);
    let first = columns.told(&app).await[1]["id"].clone();
    assert_eq!(columns.to(id, "move", json!({"after": first})).await.status, 200);
    assert_eq!(columns.names(&app).await, ["To do", "Check", "Doing", "Done"]);
    assert_eq!(columns.to(id, "move", json!({"after": id})).await.status, 200, "after itself: where it is");
    assert_eq!(columns.names(&app).await, ["To do", "Check", "Doing", "Done"]);
    assert_eq!(columns.to(id, "remove", json!({})).await.json, json!({"success": true}));
    assert_eq!(columns.names(&app).await, ["To do", "Doing", "Done"]);
    assert_eq!(columns.to(id, "edit", json!({"name": "Gone"})).await.status, 404);
}

async fn what_is_left_out_of_a_change_stays(app: TestApp) {
    let Scene { ana, board, .. } = app.with_board().await;
    let columns = Columns { person: &ana, board };
    let id = columns.add("Review").await.id();
    for (body, expected) in [
        (json!({"colour": "red"}), json!({"id": id, "name": "Review", "colour": "red", "limit": null})),
        (json!({"limit": "5"}), json!({"id": id, "name": "Review", "colour": "red", "limit": 5})),
        (json!({"name": "Check"}), json!({"id": id, "name": "Check", "colour": "red", "limit": 5})),
        (json!({"colour": "", "limit": ""}), json!({"id": id, "name": "Check", "colour": null, "limit": 5})),
    ] {
        let edited = columns.to(id, "edit", body.clone()).await;
        if body["limit"] == "" {
            // An empty text is a number only in a form.
            assert_eq!((edited.status.as_u16(), edited.json["field"].as_str()), (422, Some("limit")));
        } else {
            assert_eq!(edited.json, expected, "{body}");
        }
    }
    let form = ana.form(&format!("/boards/{board}/columns/{id}/edit/"), &[("limit", ""), ("colour", "")]).await;
    assert_eq!((form.status.as_u16(), form.header("location")), (303, &*format!("/boards/{board}/")));
    let last = columns.told(&app).await[3].clone();
    assert_eq!((&last["colour"], &last["limit"], &last["name"]), (&Value::Null, &Value::Null, &json!("Check")));
}

async fn what_can_not_be_is_refused_and_changes_nothing(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    let columns = Columns { person: &ana, board };
    let id = columns.add("Review").await.id();
    let before = columns.told(&app).await;
    for name in ["", "   ", &"x".repeat(51), "a\0b"] {
        let refused = columns.add(name).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some("name")), "{name:?}");
    }
    for (verb, body, field) in [
        ("edit", json!({"name": ""}), "name"),
        ("edit", json!({"name": 7}), "name"),
        ("edit", json!({"colour": "beige"}), "colour"),
        ("edit", json!({"colour": "red\" onload=\"x"}), "colour"),
        ("edit", json!({"limit": 0}), "limit"),
        ("edit", json!({"limit": -1}), "limit"),
        ("edit", json!({"limit": 1000}), "limit"),
        ("edit", json!({"limit": "many"}), "limit"),
        ("move", json!({"after": 999_999}), "after"),
        ("move", json!({"after": "x"}), "after"),
        ("remove", json!({"to": 999_999}), "to"),
        ("remove", json!({"to": id}), "to"),
    ] {
        let refused = columns.to(id, verb, body.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some(field)), "{verb} {body}");
    }
    let with_tasks = ana.post(&format!("/tasks/{task}/move/"), json!({"column": id})).await;
    assert_eq!(with_tasks.status, 200);
    let refused = columns.to(id, "remove", json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some("to")), "{refused:?}");
    assert_eq!(columns.told(&app).await, before);
}

async fn the_tasks_of_a_removed_column_go_where_they_are_sent(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    let columns = Columns { person: &ana, board };
    let id = columns.add("Review").await.id();
    let tasks = format!("/boards/{board}/tasks/");
    let mut there = Vec::new();
    for title in ["one", "two", "three"] {
        there.push(ana.post(&tasks, json!({"title": title, "column": id})).await.id());
    }
    let first = columns.told(&app).await[0]["id"].as_i64().unwrap();
    assert_eq!(columns.to(id, "remove", json!({"to": first})).await.status, 200);

    let mut socket = Socket::live(&app, &ana, &[(&format!("board:{board}"), 0)]).await;
    let placed = loop {
        let (_, kind, body) = socket.event().await;
        if kind == "cards_placed" {
            break body["cards"].clone();
        }
    };
    let place = |card: &Value| (card["id"].as_i64().unwrap(), card["column"].as_i64().unwrap());
    let placed: Vec<_> = placed.as_array().unwrap().iter().map(place).collect();
    assert_eq!(placed, there.iter().map(|id| (*id, first)).collect::<Vec<_>>());
    // They stand below what was there, in their order: a card put right below the first is above them.
    let moved = ana.post(&format!("/tasks/{}/move/", there[2]), json!({"column": first, "place": 2})).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    let page = ana.page(&format!("/boards/{board}/")).await.text;
    let at = |id: i64| page.find(&format!("id=\"card-{id}\"")).unwrap_or_else(|| panic!("card {id} is gone"));
    assert!(at(task) < at(there[2]) && at(there[2]) < at(there[0]) && at(there[0]) < at(there[1]));
}

async fn a_board_keeps_one_column(app: TestApp) {
    let ana = app.with_user("ana").await;
    let board = ana.post("/boards/", json!({"name": "Small"})).await.id();
    let columns = Columns { person: &ana, board };
    let kept = columns.add("Kept").await.id();
    let all = columns.told(&app).await;
    let others = all.as_array().unwrap().iter().map(|column| column["id"].as_i64().unwrap()).filter(|id| *id != kept);
    for id in others {
        assert_eq!(columns.to(id, "remove", json!({})).await.status, 200);
    }
    let refused = columns.to(kept, "remove", json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "conflict"), "{refused:?}");
    assert_eq!(ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Still works"})).await.status, 201);
    for n in 1..50 {
        assert_eq!(columns.add(&format!("Column {n}")).await.status, 201);
    }
    assert_eq!(columns.add("One too many").await.status, 409);
}

async fn columns_belong_to_their_board(app: TestApp) {
    let Scene { ana, eve, board, .. } = app.with_board().await;
    let own = eve.post("/boards/", json!({"name": "Eve's"})).await.id();
    let theirs = Columns { person: &ana, board };
    let id = theirs.add("Review").await.id();
    let eves = Columns { person: &eve, board: own };
    for (verb, body) in [("edit", json!({"name": "Mine"})), ("move", json!({})), ("remove", json!({}))] {
        assert_eq!(eves.to(id, verb, body.clone()).await.status, 404, "{verb} by another board's address");
        assert_eq!(Columns { person: &eve, board }.to(id, verb, body).await.status, 404, "{verb}");
    }
    let mine = eves.add("Here").await.id();
    let foreign = eves.to(mine, "remove", json!({"to": id})).await;
    assert_eq!((foreign.status.as_u16(), foreign.json["field"].as_str()), (422, Some("to")));
    let foreign = eves.to(mine, "move", json!({"after": id})).await;
    assert_eq!((foreign.status.as_u16(), foreign.json["field"].as_str()), (422, Some("after")));
}

async fn everybody_is_told_of_the_columns_as_they_are_now(app: TestApp) {
    let Scene { ana, bo, vic, board, .. } = app.with_board().await;
    let columns = Columns { person: &bo, board };
    let adds = futures::future::join_all((0..5).map(|n| {
        let name = format!("By Bo {n}");
        let columns = &columns;
        async move { columns.add(&name).await }
    }));
    for added in adds.await {
        assert_eq!(added.status, 201, "{added:?}");
    }
    let told = Columns { person: &vic, board }.told(&app).await;
    assert_eq!(told.as_array().unwrap().len(), 8);
    let positions: Vec<&str> =
        told.as_array().unwrap().iter().map(|column| column["position"].as_str().unwrap()).collect();
    assert!(positions.is_sorted_by(|a, b| a < b), "each has a place of its own: {positions:?}");
    let page = ana.page(&format!("/boards/{board}/")).await.text;
    assert!(page.contains("By Bo 4"));
}
