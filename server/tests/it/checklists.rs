//! The checklists of tasks.

use futures::{FutureExt, future::join_all};
use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp, function},
    socket::Socket,
};

on_both_databases!(
    a_checklist_has_an_order_of_its_own_and_the_card_counts_it,
    what_happens_to_a_checklist_is_told_item_by_item,
    people_who_tick_and_add_at_once_lose_nothing,
    what_is_not_on_the_checklist_can_not_be_changed,
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
    let Scene { ana, board, task, .. } = app.with_board().await;
    let other = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Other"})).await.id();
    let (mine, theirs) = (add(&ana, task, "mine").await, add(&ana, other, "theirs").await);
    for what in ["tick", "move", "delete"] {
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
    ] {
        let refused = ana.post(&path, body.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some(field)), "{path} {body}");
    }
    assert_eq!((items(&ana, task).await, items(&ana, other).await), ("mine".into(), "theirs".into()));
}
