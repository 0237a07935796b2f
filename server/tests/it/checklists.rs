//! The checklists of tasks.

use futures::{FutureExt, future::join_all};
use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp, function},
    inbox::rows,
    socket::Socket,
};

on_both_databases!(
    a_checklist_has_an_order_of_its_own_and_the_card_counts_it,
    what_happens_to_a_checklist_is_told_item_by_item,
    people_who_tick_and_add_at_once_lose_nothing,
    what_is_not_on_the_checklist_can_not_be_changed,
    an_item_has_an_assignee_of_its_own,
    who_shall_do_an_item_is_told_once_and_not_of_what_is_taken_away,
    who_leaves_the_board_does_no_item,
);

async fn add(person: &Person, task: i64, text: &str) -> i64 {
    let added = person.post(&format!("/tasks/{task}/checklist/"), json!({"text": text})).await;
    assert_eq!(added.status, 201, "{added:?}");
    added.json["item"]["id"].as_i64().unwrap()
}

/// What stands on it, what is done marked with a `+`.
async fn items(person: &Person, task: i64) -> String {
    let query = json!({"page": {"task": {"task": task, "before": null, "at": null}}});
    let page = person.get(&function("load_page", query)).await.json;
    let empty = Vec::new();
    let items = page[0]["task"]["checklist"].as_array().unwrap_or(&empty);
    let item =
        |item: &Value| format!("{}{}", item["text"].as_str().unwrap(), if item["done"] == true { "+" } else { "" });
    items.iter().map(item).collect::<Vec<_>>().join(" ")
}

async fn a_checklist_has_an_order_of_its_own_and_the_card_counts_it(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let path = format!("/tasks/{task}/checklist/");
    let (a, b, c) = (add(&ana, task, " a ").await, add(&bo, task, "b").await, add(&ana, task, "c").await);
    assert_eq!(items(&bo, task).await, "a b c");
    for (item, after, expected) in
        [(c, Value::Null, "c a b"), (c, json!(b), "a b c"), (a, json!(b), "b a c"), (a, json!(b), "b a c")]
    {
        let moved = ana.post(&format!("{path}{item}/move/"), json!({"after": after})).await;
        assert_eq!((moved.status.as_u16(), items(&bo, task).await.as_str()), (200, expected), "{moved:?}");
    }
    let ticked = bo.post(&format!("{path}{a}/tick/"), json!({"done": true})).await.json;
    assert_eq!(
        (&ticked["item"]["done"], &ticked["task"]["items"], &ticked["task"]["ticked"]),
        (&json!(true), &json!(3), &json!(1))
    );
    ana.post(&format!("{path}{b}/edit/"), json!({"text": "<b>"})).await;
    ana.post(&format!("{path}{c}/delete/"), json!({})).await;
    assert_eq!(items(&bo, task).await, "<b> a+");
    let card = ana.post(&format!("{path}{a}/tick/"), json!({"done": false})).await.json["task"].clone();
    assert_eq!((&card["items"], &card["ticked"]), (&json!(2), &json!(0)));
}

async fn what_happens_to_a_checklist_is_told_item_by_item(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("task:{task}"), 0)]).await;
    socket.rest().await;
    let item = add(&ana, task, "Measure").await;
    let path = format!("/tasks/{task}/checklist/{item}");
    let tick = json!({"done": true, "client_id": uuid::Uuid::now_v7()});
    let first = ana.post(&format!("{path}/tick/"), tick.clone()).await;
    let again = ana.post(&format!("{path}/tick/"), tick).await;
    assert_eq!(first.json, again.json);
    bo.post(&format!("{path}/tick/"), json!({"done": true})).await;
    ana.post(&format!("{path}/delete/"), json!({})).await;
    let mut told = Vec::new();
    for frame in socket.rest().await.iter().filter(|frame| frame["type"] == "event") {
        let event = &frame["event"];
        if let Some(item) = event["item_changed"]["item"].as_object() {
            told.push(format!("{} {}", item["text"].as_str().unwrap(), item["done"]));
        } else if event["item_removed"]["id"] == item {
            told.push("removed".to_owned());
        }
    }
    assert_eq!(told, ["Measure false", "Measure true", "removed"], "what is so already is not told again");
}

async fn people_who_tick_and_add_at_once_lose_nothing(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(add(&ana, task, &format!("i{n}")).await);
    }
    let ticks = ids.iter().enumerate().map(|(n, id)| {
        let (person, path) = (if n % 2 == 0 { &ana } else { &bo }, format!("/tasks/{task}/checklist/{id}/tick/"));
        async move { person.post(&path, json!({"done": true})).await.status }
    });
    let adds = (0..4).map(|n| add(if n % 2 == 0 { &bo } else { &ana }, task, "new").boxed());
    let (statuses, _) = tokio::join!(join_all(ticks), join_all(adds));
    assert!(statuses.iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(items(&bo, task).await, "i0+ i1+ i2+ i3+ i4+ i5+ new new new new");
    assert_eq!(app.number("select count(distinct position) from checklist_items").await, 10);
}

async fn what_is_not_on_the_checklist_can_not_be_changed(app: TestApp) {
    let Scene { ana, eve, board, task, .. } = app.with_board().await;
    let other = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Other"})).await.id();
    let (mine, theirs) = (add(&ana, task, "mine").await, add(&ana, other, "theirs").await);
    for what in ["tick", "move", "delete", "assignee"] {
        let refused = ana.post(&format!("/tasks/{task}/checklist/{theirs}/{what}/"), json!({"done": true})).await;
        assert_eq!(refused.status, 404, "{what}");
    }
    for (path, body, field) in [
        (format!("/tasks/{task}/checklist/"), json!({"text": " "}), "text"),
        (format!("/tasks/{task}/checklist/"), json!({"text": "x".repeat(501)}), "text"),
        (format!("/tasks/{task}/checklist/"), json!({"text": "a\u{0}b"}), "text"),
        (format!("/tasks/{task}/checklist/{mine}/edit/"), json!({"text": ""}), "text"),
        (format!("/tasks/{task}/checklist/{mine}/move/"), json!({"after": theirs}), "after"),
        (format!("/tasks/{task}/checklist/{mine}/move/"), json!({"after": mine}), "after"),
        (format!("/tasks/{task}/checklist/{mine}/tick/"), json!({"done": "maybe"}), "done"),
        (format!("/tasks/{task}/checklist/{mine}/assignee/"), json!({"user": eve.id}), "user"),
        (format!("/tasks/{task}/checklist/{mine}/assignee/"), json!({"user": i64::MAX}), "user"),
        (format!("/tasks/{task}/checklist/{mine}/assignee/"), json!({"user": "bo"}), "user"),
        (format!("/tasks/{task}/checklist/{mine}/assignee/"), json!({"user": {"$ne": 1}}), "user"),
    ] {
        let refused = ana.post(&path, body.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some(field)), "{path} {body}");
    }
    assert_eq!((items(&ana, task).await, items(&ana, other).await), ("mine".into(), "theirs".into()));
}

/// Says who shall do an item; the item as it is then.
async fn assign(person: &Person, task: i64, item: i64, user: Value) -> Value {
    let done = person.post(&format!("/tasks/{task}/checklist/{item}/assignee/"), json!({"user": user})).await;
    assert_eq!(done.status, 200, "{done:?}");
    done.json["item"].clone()
}

async fn an_item_has_an_assignee_of_its_own(app: TestApp) {
    let Scene { ana, bo, vic, board, task, .. } = app.with_board().await;
    let item = add(&ana, task, "Measure").await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("task:{task}"), 0), (&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    let path = format!("/tasks/{task}/checklist/{item}/assignee/");
    let key = uuid::Uuid::now_v7();
    let body = json!({"user": bo.id, "client_id": key});
    let (first, again) = (ana.post(&path, body.clone()).await, ana.post(&path, body).await);
    assert_eq!((first.status.as_u16(), &first.json), (200, &again.json));
    assert_eq!(ana.post(&path, json!({"user": vic.id, "client_id": key})).await.status, 409);
    let person = json!({"id": bo.id, "username": "bo", "display_name": "bo"});
    assert_eq!(
        first.json["item"],
        json!({"id": item, "position": first.json["item"]["position"], "text": "Measure", "done": false, "assignee": person})
    );
    assert_eq!(first.json["task"]["assignees"], json!([]), "the task is nobody's");
    // As a viewer may be assigned to a task.
    assert_eq!(assign(&bo, task, item, json!(vic.id)).await["assignee"]["id"], vic.id);
    assign(&ana, task, item, json!(vic.id)).await;
    bo.post(&format!("/tasks/{task}/checklist/{item}/tick/"), json!({"done": true})).await;
    assert_eq!(
        assign(&ana, task, item, Value::Null).await,
        json!({"id": item, "position": first.json["item"]["position"], "text": "Measure", "done": true})
    );
    let frames = socket.rest().await;
    let told: Vec<Value> =
        frames.iter().map(|frame| frame["event"]["item_changed"]["item"].clone()).filter(Value::is_object).collect();
    let told: Vec<(i64, bool)> =
        told.iter().map(|item| (item["assignee"]["id"].as_i64().unwrap_or(0), item["done"] == true)).collect();
    assert_eq!(told, [(bo.id, false), (vic.id, false), (vic.id, true), (0, true)], "what is so already is not told");
    assert_eq!(frames.iter().filter(|frame| frame["stream"] == format!("board:{board}")).count(), 4, "{frames:?}");

    // As a browser without script does it.
    assign(&ana, task, item, json!(bo.id)).await;
    let place = format!("/boards/{board}/tasks/{task}/");
    let shown = ana.page(&place).await.text;
    assert!(
        shown.contains("title=\"bo\"") && !shown.contains("name=\"user\""),
        "whom to choose is not there yet: {shown}"
    );
    let chosen = ana.page(&format!("{place}?item={item}")).await.text;
    assert!(chosen.contains("name=\"user\"") && chosen.contains(&format!("action=\"{path}\"")), "{chosen}");
    let done = ana.form(&path, &[("user", "")]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, place.as_str()));
    let refused = ana.form(&path, &[("user", "999999")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("This person is not on the board.") && refused.text.contains("name=\"user\""));
    assert!(!vic.page(&format!("{place}?item={item}")).await.text.contains("name=\"user\""), "a viewer chooses nobody");
}

async fn who_shall_do_an_item_is_told_once_and_not_of_what_is_taken_away(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let (first, second) = (add(&ana, task, "first").await, add(&ana, task, "second").await);
    let told = async || rows(&bo).await.iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assign(&bo, task, first, json!(bo.id)).await;
    assert_eq!(told().await, [""; 0], "never of what one does oneself");
    assign(&ana, task, second, json!(bo.id)).await;
    assign(&bo, task, first, Value::Null).await;
    assert_eq!(told().await, ["assigned"], "one row for the task, which stays while something in it is theirs");
    ana.post(&format!("/tasks/{task}/assignees/"), json!({"add": [bo.id]})).await;
    ana.post(&format!("/tasks/{task}/assignees/"), json!({"remove": [bo.id]})).await;
    assert_eq!(told().await, ["assigned"]);
    for change in [json!({"assign": bo.id}), json!({"unassign": bo.id})] {
        let key = uuid::Uuid::now_v7();
        let several = json!({"key": key, "board": board, "tasks": [task], "change": change});
        assert_eq!(ana.post("/api/change_tasks", several).await.status, 200);
    }
    assert_eq!(told().await, ["assigned"]);
    assign(&ana, task, second, json!(ana.id)).await;
    assert_eq!(told().await, [""; 0], "taken away before it was read");
    assign(&ana, task, first, json!(bo.id)).await;
    ana.post(&format!("/tasks/{task}/checklist/{first}/delete/"), json!({})).await;
    assert_eq!(told().await, [""; 0], "as is what is not to be done any more");
    // Who was given something watches the task.
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "hello"})).await;
    assert_eq!(told().await, ["comment"]);
}

async fn who_leaves_the_board_does_no_item(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let item = add(&ana, task, "Measure").await;
    assign(&ana, task, item, json!(bo.id)).await;
    assert_eq!(ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await.status, 200);
    ana.post(&format!("/boards/{board}/members/"), json!({"username": "bo"})).await;
    let ticked = ana.post(&format!("/tasks/{task}/checklist/{item}/tick/"), json!({"done": true})).await.json;
    assert_eq!(ticked["item"]["assignee"], Value::Null, "nor again by coming back");
}
