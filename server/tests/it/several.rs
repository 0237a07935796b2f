//! Several tasks of a board that are moved, changed and archived at once.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, Person, Scene, TestApp, function},
    socket::Socket,
};

on_both_databases!(
    tasks_land_together_in_the_order_in_which_they_are_named,
    what_is_not_there_any_more_is_left_out_and_the_others_move,
    all_of_it_goes_back_at_once_to_where_each_was,
    what_is_sent_twice_happens_once_and_nonsense_changes_nothing,
    several_are_archived_at_once_and_told_once,
    a_label_and_a_person_are_put_onto_several_and_taken_off,
    several_get_a_date_and_a_priority_and_each_its_own_back,
);

/// A board with more tasks, `a` to `e`, below the one that it has.
struct Desk {
    scene: Scene,
    tasks: Vec<i64>,
    columns: Vec<i64>,
}

impl Desk {
    async fn with(app: &TestApp) -> Self {
        let scene = app.with_board().await;
        let mut tasks = vec![scene.task];
        for title in ["a", "b", "c", "d", "e"] {
            let made = scene.ana.post(&format!("/boards/{}/tasks/", scene.board), json!({"title": title})).await;
            tasks.push(made.id());
        }
        let page = board(&scene.ana, scene.board).await;
        let columns = page["columns"].as_array().unwrap().iter().map(|column| column["id"].as_i64().unwrap()).collect();
        Self { scene, tasks, columns }
    }

    async fn moves(&self, body: Value) -> Answer {
        self.scene.bo.post(&format!("/boards/{}/tasks/move/", self.scene.board), body).await
    }

    /// The titles of a column, from the top; the scene's own task is `_`.
    async fn order(&self, column: usize) -> String {
        let page = board(&self.scene.ana, self.scene.board).await;
        let mut cards: Vec<&Value> =
            page["cards"].as_array().unwrap().iter().filter(|card| card["column"] == self.columns[column]).collect();
        cards.sort_by_key(|card| card["position"].as_str().unwrap());
        cards.iter().map(|card| card["title"].as_str().filter(|title| title.len() == 1).unwrap_or("_")).collect()
    }
}

async fn board(person: &Person, board: i64) -> Value {
    person.get(&function("load_page", json!({"page": {"board": {"board": board}}}))).await.json
}

async fn call(person: &Person, function: &str, mut arguments: Value) -> Answer {
    if arguments["key"].is_null() {
        arguments["key"] = json!(Uuid::now_v7());
    }
    person.post(&format!("/api/{function}"), arguments).await
}

/// What came, as (kind, ids of its cards).
async fn told(socket: &mut Socket) -> Vec<(String, Vec<i64>)> {
    let events = socket.rest().await.into_iter().filter(|frame| frame["type"] == "event");
    let told = |frame: Value| {
        let kind = crate::socket::kind(&frame["event"]).to_owned();
        let body = &frame["event"][&kind];
        let ids = match body["cards"].as_array() {
            Some(cards) => cards.iter().filter_map(|card| card[0].as_i64()).collect(),
            None => body["card"]["id"].as_i64().into_iter().collect(),
        };
        (kind, ids)
    };
    events.map(told).collect()
}

async fn tasks_land_together_in_the_order_in_which_they_are_named(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, vic, board, .. } = &desk.scene;
    let [_, a, b, c, d, e] = desk.tasks[..] else { panic!("{:?}", desk.tasks) };
    let mut socket = Socket::live(&app, vic, &[(&format!("board:{board}"), 0), (&format!("task:{c}"), 0)]).await;
    socket.rest().await;
    let moved = desk.moves(json!({"tasks": [d, a, c], "column": desk.columns[1]})).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!((desk.order(0).await, desk.order(1).await), ("_be".into(), "dac".into()));
    let mut events = told(&mut socket).await;
    events.sort();
    let one = |id: i64| ("card_changed".to_owned(), vec![id]);
    assert_eq!(events, [one(a), one(c), one(c), one(d)], "each on the board, and on its own page");

    // Between two others, from two columns, whatever they were beside.
    desk.moves(json!({"tasks": [e, a], "column": desk.columns[0], "above": desk.tasks[0], "below": b})).await;
    assert_eq!((desk.order(0).await, desk.order(1).await), ("_eab".into(), "dc".into()));
    let page = ana.page(&format!("/boards/{board}/activity/")).await.text;
    assert!(page.contains("moved") && page.contains("from “To do” to “Doing”"), "each is told in the activity");
}

async fn what_is_not_there_any_more_is_left_out_and_the_others_move(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, .. } = &desk.scene;
    let [first, a, b, c, d, _] = desk.tasks[..] else { panic!("{:?}", desk.tasks) };
    let other = ana.post("/boards/", json!({"name": "Other"})).await.id();
    let foreign = ana.post(&format!("/boards/{other}/tasks/"), json!({"title": "x"})).await.id();
    ana.post(&format!("/tasks/{b}/archive/"), json!({})).await;
    ana.post(&format!("/tasks/{c}/delete/"), json!({})).await;
    let gone = json!({"tasks": [b, foreign, d, c, 999_999], "column": desk.columns[0], "above": first, "below": a});
    let moved = desk.moves(gone).await;
    assert_eq!((moved.status.as_u16(), &moved.json["tasks"]), (200, &json!([d])), "{moved:?}");
    assert_eq!(desk.order(0).await, "_dae", "where the first of them would have gone");
    let nothing = desk.moves(json!({"tasks": [b, c], "column": desk.columns[1]})).await;
    assert_eq!((nothing.status.as_u16(), &nothing.json["tasks"]), (200, &json!([])));
    let places = board(ana, other).await;
    assert_eq!(places["cards"][0]["id"], foreign, "what is of another board stays there");
}

async fn all_of_it_goes_back_at_once_to_where_each_was(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { bo, board, .. } = &desk.scene;
    let [first, a, b, c, d, e] = desk.tasks[..] else { panic!("{:?}", desk.tasks) };
    desk.moves(json!({"tasks": [first, a, b, d], "column": desk.columns[2]})).await;
    assert_eq!((desk.order(0).await, desk.order(2).await), ("ce".into(), "_abd".into()));
    let to = |task: i64, above: Option<i64>, below: Option<i64>| json!({"task": task, "column": desk.columns[0], "above": above, "below": below});
    let placings = json!([
        to(first, None, Some(a)),
        to(a, Some(first), Some(b)),
        to(b, Some(a), Some(c)),
        to(d, Some(c), Some(e))
    ]);
    let back = call(bo, "place_tasks", json!({"board": board, "placings": placings})).await;
    assert_eq!((back.status.as_u16(), back.json.as_array().unwrap().len()), (200, 4), "{back:?}");
    assert_eq!((desk.order(0).await, desk.order(2).await), ("_abcde".into(), String::new()));
}

async fn what_is_sent_twice_happens_once_and_nonsense_changes_nothing(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, board, .. } = &desk.scene;
    let [_, a, b, ..] = desk.tasks[..] else { panic!("{:?}", desk.tasks) };
    let twice = json!({"tasks": [a, b], "column": desk.columns[1], "client_id": Uuid::now_v7()});
    let first = desk.moves(twice.clone()).await;
    desk.moves(json!({"tasks": [a], "column": desk.columns[2]})).await;
    assert_eq!(desk.moves(twice).await.json, first.json, "the first answer again");
    assert_eq!((desk.order(1).await, desk.order(2).await), ("b".into(), "a".into()));

    let other = ana.post("/boards/", json!({"name": "Other"})).await.id();
    let foreign = self::board(ana, other).await["columns"][0]["id"].clone();
    let many: Vec<i64> = (1..=101).collect();
    for (body, field) in [
        (json!({"tasks": [], "column": desk.columns[0]}), "tasks"),
        (json!({"tasks": many, "column": desk.columns[0]}), "tasks"),
        (json!({"tasks": ["x"], "column": desk.columns[0]}), "tasks"),
        (json!({"tasks": [a]}), "column"),
        (json!({"tasks": [a], "column": foreign}), "column"),
    ] {
        let refused = desk.moves(body.clone()).await;
        assert_eq!((refused.status.as_u16(), &refused.json["field"]), (422, &json!(field)), "{body}: {refused:?}");
    }
    for (change, field) in [
        (json!({"label": 999_999}), "label"),
        (json!({"assign": 999_999}), "user"),
        (json!({"add_item": "x"}), "change"),
    ] {
        let refused = call(bo, "change_tasks", json!({"board": board, "tasks": [a], "change": change.clone()})).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json["invalid"]["field"]),
            (422, &json!(field)),
            "{change}: {refused:?}"
        );
    }
    assert_eq!((desk.order(1).await, desk.order(2).await), ("b".into(), "a".into()));
}

async fn several_are_archived_at_once_and_told_once(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { bo, vic, board, .. } = &desk.scene;
    let [_, a, b, c, ..] = desk.tasks[..] else { panic!("{:?}", desk.tasks) };
    let mut socket = Socket::live(&app, vic, &[(&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    let path = format!("/boards/{board}/tasks/archive/");
    let archived = bo.post(&path, json!({"tasks": [a, c, 999_999]})).await;
    assert_eq!((archived.status.as_u16(), &archived.json["tasks"]), (200, &json!([a, c])), "{archived:?}");
    assert_eq!(told(&mut socket).await, [("cards_archived".to_owned(), vec![a, c])]);
    assert_eq!(desk.order(0).await, "_bde");
    let again = call(bo, "archive_tasks", json!({"board": board, "tasks": [a, b]})).await;
    assert_eq!(again.json.as_array().unwrap().len(), 1, "{again:?}");
    call(bo, "put_tasks_back", json!({"board": board, "tasks": [a, b, c]})).await;
    assert_eq!(desk.order(0).await, "_abcde");
    // As the form without script does it.
    let (a, b) = (a.to_string(), b.to_string());
    let form = bo.form(&path, &[("tasks", &a), ("tasks", &b), ("next", "/boards/1/?view=list")]).await;
    assert_eq!((form.status.as_u16(), form.header("location")), (303, "/boards/1/?view=list"), "{form:?}");
    assert_eq!(desk.order(0).await, "_cde");
}

async fn a_label_and_a_person_are_put_onto_several_and_taken_off(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, board, .. } = &desk.scene;
    let [_, a, b, c, ..] = desk.tasks[..] else { panic!("{:?}", desk.tasks) };
    let label = ana.post(&format!("/boards/{board}/labels/"), json!({"name": "Bug", "colour": "red"})).await.id();
    let change = async |tasks: &[i64], change: Value| {
        let changed = call(ana, "change_tasks", json!({"board": board, "tasks": tasks, "change": change})).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let mut ids: Vec<i64> =
            changed.json.as_array().unwrap().iter().map(|card| card["id"].as_i64().unwrap()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(change(&[a, b], json!({"label": label})).await, [a, b]);
    assert_eq!(change(&[a, b, c], json!({"label": label})).await, [c], "the others have it");
    let mut socket = Socket::live(&app, vic, &[(&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    assert_eq!(change(&[b, c, 999_999], json!({"unlabel": label})).await, [b, c]);
    let mut events = told(&mut socket).await;
    events.sort();
    assert_eq!(events, [("card_changed".to_owned(), vec![b]), ("card_changed".to_owned(), vec![c])]);

    let unread = async || bo.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap();
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    assert_eq!(change(&[a, b, c], json!({"assign": bo.id})).await, [a, b, c]);
    assert_eq!(unread().await, 3, "a row for each");
    let rows = bo.get("/messaging/notifications/").await.json;
    let texts: Vec<&str> =
        rows["notifications"].as_array().unwrap().iter().take(3).map(|row| row["text"].as_str().unwrap()).collect();
    assert!(texts.iter().all(|text| text.starts_with("ana assigned #")), "{texts:?}");
    // Who is assigned watches: what is said there is told to them.
    ana.post(&format!("/messaging/task/{a}/comments/"), json!({"comment": "How is it going?"})).await;
    assert_eq!(change(&[a, b, c], json!({"unassign": bo.id})).await, [a, b, c]);
    assert_eq!(unread().await, 1, "the comment alone is left");
    assert_eq!(change(&[a], json!({"assign": ana.id})).await, [a]);
    assert_eq!(ana.get("/messaging/notifications/count/").await.json["count"], 0, "nobody is told of their own deeds");
}

async fn several_get_a_date_and_a_priority_and_each_its_own_back(app: TestApp) {
    let desk = Desk::with(&app).await;
    let Scene { ana, bo, vic, board, .. } = &desk.scene;
    let [_, a, b, c, ..] = desk.tasks[..] else { panic!("{:?}", desk.tasks) };
    ana.post(&format!("/tasks/{a}/due/"), json!({"due": "2031-01-01"})).await;
    ana.post(&format!("/tasks/{b}/due/"), json!({"due": "2031-02-02"})).await;
    let dues = async || {
        let page = self::board(ana, *board).await;
        let due =
            |id: i64| page["cards"].as_array().unwrap().iter().find(|card| card["id"] == id).unwrap()["due"].clone();
        json!([due(a), due(b), due(c)])
    };
    let mut socket = Socket::live(&app, vic, &[(&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    // As the form without script does it.
    let path = format!("/boards/{board}/tasks/due/");
    let tasks: Vec<String> = [a, b, c].iter().map(i64::to_string).collect();
    let mut fields: Vec<(&str, &str)> = tasks.iter().map(|id| ("tasks", id.as_str())).collect();
    fields.extend([("due", "2031-02-02"), ("next", "/boards/1/?view=list")]);
    let form = bo.form(&path, &fields).await;
    assert_eq!((form.status.as_u16(), form.header("location")), (303, "/boards/1/?view=list"), "{form:?}");
    assert_eq!(dues().await, json!(["2031-02-02", "2031-02-02", "2031-02-02"]));
    assert_eq!(told(&mut socket).await.len(), 2, "one had it already");
    let each = json!([[a, {"due": "2031-01-01"}], [c, {"due": null}], [999_999, {"due": null}]]);
    let back = call(bo, "change_each", json!({"board": board, "changes": each})).await;
    assert_eq!((back.status.as_u16(), back.json.as_array().unwrap().len()), (200, 2), "{back:?}");
    assert_eq!(dues().await, json!(["2031-01-01", "2031-02-02", null]));

    let path = format!("/boards/{board}/tasks/priority/");
    let ranked = bo.post(&path, json!({"tasks": [a, c], "priority": "high"})).await;
    assert_eq!((ranked.status.as_u16(), &ranked.json["tasks"]), (200, &json!([a, c])), "{ranked:?}");
    let none = bo.post(&path, json!({"tasks": [a, c], "priority": ""})).await;
    assert_eq!((none.status.as_u16(), &none.json["tasks"]), (200, &json!([a, c])), "{none:?}");
    for (path, body) in [
        ("due", json!({"tasks": [a], "due": "soon"})),
        ("priority", json!({"tasks": [a], "priority": "very"})),
        ("due", json!({"tasks": [], "due": ""})),
    ] {
        let refused = bo.post(&format!("/boards/{board}/tasks/{path}/"), body.clone()).await;
        assert_eq!(refused.status, 422, "{body}: {refused:?}");
    }
    let other = call(bo, "change_each", json!({"board": board, "changes": [[a, {"progress": 50}]]})).await;
    assert_eq!(other.status, 422, "{other:?}");
}
