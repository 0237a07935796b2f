//! Messages that are sent later.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp},
    nodes::{Nodes, eventually},
    socket::Socket,
};

on_both_databases!(
    a_message_is_sent_at_its_time_once_and_live,
    what_waits_is_listed_changed_and_taken_back_by_its_author_alone,
    who_has_lost_access_by_then_is_told_and_nothing_is_sent,
    only_what_could_be_posted_can_be_scheduled,
    a_comment_is_scheduled_in_reply,
);

pub fn in_ms(ms: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_millis(ms as u64);
    chrono::DateTime::from_timestamp_millis(now.as_millis() as i64).unwrap().to_rfc3339()
}

async fn waiting(person: &Person) -> Vec<Value> {
    person.get("/messaging/scheduled/").await.json["scheduled"].as_array().unwrap().clone()
}

async fn said(person: &Person, place: &str) -> Vec<String> {
    let history = person.get(&format!("{place}history/")).await.json;
    let messages = history["messages"].as_array().or(history["comments"].as_array()).unwrap();
    messages.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

async fn a_message_is_sent_at_its_time_once_and_live(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let path = format!("/messaging/room/{room}/");
    let mut bos = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    let body = json!({"content": "Good morning @bo", "at": in_ms(4_000), "client_id": uuid::Uuid::now_v7()});
    let first = ana.post(&format!("{path}schedule/"), body.clone()).await;
    let again = ana.post(&format!("{path}schedule/"), body).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{first:?}");
    assert_eq!(first.json, again.json);
    assert_eq!(waiting(&ana).await, std::slice::from_ref(&first.json));
    assert_eq!((&first.json["name"], &first.json["failed"]), (&json!("general"), &Value::Null));
    assert!(said(&ana, &path).await.is_empty(), "not yet");
    let (_, kind, posted) = bos.event().await;
    assert_eq!(kind, "message_posted");
    assert_eq!(posted["message"]["source"], "Good morning @bo");
    assert_eq!(posted["message"]["author"]["username"], "ana");
    assert_eq!(said(&ana, &path).await, ["Good morning @bo"]);
    assert!(waiting(&ana).await.is_empty());
    let inbox = bo.get("/messaging/notifications/").await.json;
    assert_eq!(inbox["notifications"][0]["type"], "mention");
}

async fn what_waits_is_listed_changed_and_taken_back_by_its_author_alone(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let path = format!("/messaging/room/{room}/");
    let schedule = async |text: &str| {
        ana.post(&format!("{path}schedule/"), json!({"content": text, "at": in_ms(3_600_000)})).await.id()
    };
    let (one, two) = (schedule("one").await, schedule("two").await);
    assert!(waiting(&bo).await.is_empty());
    let edit = |id| format!("/messaging/scheduled/{id}/edit/");
    let cancel = |id| format!("/messaging/scheduled/{id}/cancel/");
    assert_eq!(bo.post(&edit(one), json!({"content": "x", "at": in_ms(60_000)})).await.status, 404);
    assert_eq!(bo.post(&cancel(one), json!({})).await.status, 404);
    assert_eq!(ana.post(&edit(one), json!({"content": "later", "at": in_ms(7_200_000)})).await.status, 200);
    for (content, at) in [("", in_ms(60_000)), ("x", "soon".into()), ("x", in_ms(-60_000)), ("x", String::new())] {
        let refused = ana.post(&edit(one), json!({"content": content, "at": at})).await;
        assert_eq!(refused.status, 422, "{content} {at}");
    }
    let texts = async || -> Vec<String> {
        waiting(&ana).await.iter().map(|row| row["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts().await, ["two", "later"], "the next one first");
    assert_eq!(ana.post(&cancel(two), json!({})).await.status, 200);
    assert_eq!(ana.post(&cancel(two), json!({})).await.status, 404);
    assert_eq!(texts().await, ["later"]);
    ana.post(&edit(one), json!({"content": "now", "at": in_ms(2_000)})).await;
    eventually("it is sent", async || said(&ana, &path).await == ["now"]).await;
    assert_eq!(ana.post(&edit(one), json!({"content": "too late", "at": in_ms(60_000)})).await.status, 404);
}

async fn who_has_lost_access_by_then_is_told_and_nothing_is_sent(app: TestApp) {
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    let path = format!("/messaging/room/{room}/");
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let at = in_ms(5_000);
    bo.post(&format!("{path}schedule/"), json!({"content": "I was here", "at": at})).await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    eventually("it has failed", async || waiting(&bo).await[0]["failed"].is_string()).await;
    let row = waiting(&bo).await.remove(0);
    assert_eq!(
        (&row["name"], &row["text"]),
        (&json!(""), &json!("I was here")),
        "a place that is not seen has no name"
    );
    let inbox = bo.get("/messaging/notifications/").await.json;
    let told = &inbox["notifications"][0];
    assert_eq!((&told["type"], &told["url"]), (&json!("system"), &json!("/messaging/scheduled/")), "{inbox}");
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 1);
    assert!(said(&ana, &path).await.is_empty());

    // Let in again, it can be tried again.
    ana.post(&format!("/boards/{board}/members/"), json!({"username": "bo", "role": "member"})).await;
    let edit = format!("/messaging/scheduled/{}/edit/", row["id"]);
    bo.post(&edit, json!({"content": "I am here", "at": in_ms(2_000)})).await;
    eventually("it is sent", async || said(&ana, &path).await == ["I am here"]).await;
}

async fn only_what_could_be_posted_can_be_scheduled(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, secret, task, .. } = app.with_board().await;
    let schedule = async |person: &Person, place: String, body: Value| {
        person.post(&format!("/messaging/{place}/schedule/"), body).await.status.as_u16()
    };
    let fine = || json!({"content": "x", "at": in_ms(3_600_000)});
    for (person, place, expected) in [
        (&vic, format!("room/{room}"), 403),
        (&eve, format!("room/{room}"), 404),
        (&bo, format!("room/{secret}"), 404),
        (&eve, format!("task/{task}"), 404),
        (&app.stranger(), format!("room/{room}"), 401),
    ] {
        assert_eq!(schedule(person, place.clone(), fine()).await, expected, "{} {place}", person.name);
    }
    let year = 367 * 24 * 3_600_000;
    for body in [
        json!({"content": "x"}),
        json!({"content": " ", "at": in_ms(60_000)}),
        json!({"content": "x", "at": in_ms(year)}),
        json!({"content": "x", "at": 12}),
        json!({"content": "x", "at": in_ms(60_000), "parent": 99_999}),
        json!({"content": "x".repeat(10_001), "at": in_ms(60_000)}),
    ] {
        assert_eq!(schedule(&ana, format!("room/{room}"), body.clone()).await, 422, "{body}");
    }
    for _ in 0..100 {
        assert_eq!(schedule(&ana, format!("room/{room}"), fine()).await, 201);
    }
    assert_eq!(schedule(&ana, format!("room/{room}"), fine()).await, 422, "a hundred wait");
    assert_eq!(schedule(&bo, format!("room/{room}"), fine()).await, 201, "of one person");
}

async fn a_comment_is_scheduled_in_reply(app: TestApp) {
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    let path = format!("/messaging/task/{task}/comments/");
    let root = ana.post(&path, json!({"content": "root"})).await.id();
    let elsewhere = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "x"})).await.id();
    let schedule = format!("/messaging/task/{task}/schedule/");
    let refused = bo.post(&schedule, json!({"content": "x", "at": in_ms(60_000), "parent": elsewhere})).await;
    assert_eq!(refused.status, 422);
    bo.post(&schedule, json!({"content": "a reply", "at": in_ms(2_000), "parent": root})).await;
    eventually("it is sent", async || said(&ana, &path).await == ["root", "a reply"]).await;
    assert_eq!(app.number("select count(*) from messages where parent_id is not null").await, 1);
    ana.post(&format!("/messaging/message/{root}/delete/"), json!({})).await;
    let gone = bo.post(&schedule, json!({"content": "x", "at": in_ms(60_000), "parent": root})).await;
    assert_eq!(gone.status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_send_each_message_once() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, room, .. } = a.with_board().await;
    let path = format!("/messaging/room/{room}/");
    // So late that the other node has looked meanwhile, and waits for the same moment.
    let at = in_ms(6_500);
    let mut expected = Vec::new();
    for n in 0..40 {
        let text = format!("message {n:02}");
        ana.post(&format!("{path}schedule/"), json!({"content": text, "at": at})).await;
        expected.push(text);
    }
    b.engine.ready().await.unwrap();
    eventually("all are sent", async || waiting(&ana).await.is_empty()).await;
    let mut sent = said(&ana, &path).await;
    sent.sort();
    assert_eq!(sent, expected);
}
