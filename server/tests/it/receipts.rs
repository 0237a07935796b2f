//! Who has read what, of those who let it be seen.

use serde_json::{Value, json};

use crate::app::{Person, Scene, TestApp, function};

on_both_databases!(
    who_has_read_a_message_is_seen_by_those_who_show_it_too,
    who_hears_of_a_comment_or_a_thread_is_its_audience,
    readers_are_for_who_may_read_the_message,
);

async fn readers(person: &Person, id: i64) -> Value {
    let answer = person.get(&function("load_readers", json!({"id": id}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// Names, how many have read, of how many.
fn told(readers: &Value) -> (Vec<&str>, i64, i64) {
    let people = readers["people"].as_array().unwrap().iter();
    let names = people.map(|reader| reader["person"]["username"].as_str().unwrap()).collect();
    (names, readers["read"].as_i64().unwrap(), readers["of"].as_i64().unwrap())
}

async fn read(person: &Person, place: &str) {
    assert_eq!(person.post(&format!("{place}read/"), json!({})).await.status, 200);
}

async fn who_has_read_a_message_is_seen_by_those_who_show_it_too(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let place = format!("/messaging/room/{room}/");
    let say =
        async |person: &Person, text: &str| person.post(&format!("{place}send/"), json!({"message": text})).await.id();
    bo.post(&format!("{place}join/"), json!({})).await;
    let first = say(&ana, "first").await;
    vic.post(&format!("{place}join/"), json!({})).await;
    assert_eq!(told(&readers(&ana, first).await), (vec![], 0, 2), "who came later has not read it");
    read(&bo, &place).await;
    let second = say(&ana, "second").await;
    let by_bo = readers(&ana, first).await;
    assert_eq!(told(&by_bo), (vec!["bo"], 1, 2));
    assert!(by_bo["people"][0]["clock"]["time"].is_string());
    assert_eq!(told(&readers(&ana, second).await), (vec![], 0, 2));
    let third = say(&bo, "third").await;
    assert_eq!(told(&readers(&ana, second).await), (vec!["bo"], 1, 2), "who writes has read what is above");
    assert_eq!(told(&readers(&vic, third).await), (vec![], 0, 2));

    bo.form("/accounts/presence/", &[("shown", "on")]).await;
    assert_eq!(told(&readers(&ana, second).await), (vec![], 0, 1), "who does not show it is not counted");
    assert_eq!(readers(&bo, first).await, Value::Null, "and does not see it either");
    bo.form("/accounts/presence/", &[("shown", "on"), ("receipts", "on")]).await;
    assert_eq!(told(&readers(&bo, first).await), (vec!["bo"], 1, 2));
    ana.post(&format!("/messaging/message/{first}/delete/"), json!({})).await;
    assert_eq!(readers(&ana, first).await, Value::Null);
}

async fn who_hears_of_a_comment_or_a_thread_is_its_audience(app: TestApp) {
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    let comments = format!("/messaging/task/{task}/comments/");
    let comment = bo.post(&comments, json!({"content": "done?"})).await.id();
    assert_eq!(told(&readers(&bo, comment).await), (vec![], 0, 1), "who made the task watches it");
    read(&ana, &format!("/messaging/task/{task}/")).await;
    assert_eq!(told(&readers(&bo, comment).await), (vec!["ana"], 1, 1));
    let root = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "root"})).await.id();
    let reply = bo.post(&format!("/messaging/message/{root}/replies/"), json!({"content": "reply"})).await.id();
    assert_eq!(told(&readers(&bo, reply).await), (vec![], 0, 1), "who began the thread follows it");
}

async fn readers_are_for_who_may_read_the_message(app: TestApp) {
    let Scene { ana, bo, eve, secret, .. } = app.with_board().await;
    let id = ana.post(&format!("/messaging/room/{secret}/send/"), json!({"message": "x"})).await.id();
    let path = function("load_readers", json!({"id": id}));
    for person in [&bo, &eve] {
        assert_eq!(person.get(&path).await.status, 404, "{}", person.name);
    }
    assert_eq!(app.stranger().get(&path).await.status, 401);
}
