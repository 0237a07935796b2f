//! Messages and comments that are edited, and what of the old text is left.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, Person, Scene, TestApp},
    socket::Socket,
};

on_both_databases!(
    an_edit_is_shown_everywhere_and_its_history_to_who_may_read_it,
    only_the_author_edits_and_only_what_is_there,
    an_edit_sent_twice_happens_once,
    text_that_was_edited_away_is_not_replayed,
    an_edit_tells_who_is_mentioned_newly_and_withdraws_from_who_is_not,
    a_comment_is_edited_as_a_message_is,
    the_history_of_a_message_is_bounded,
);

async fn say(person: &Person, room: i64, text: &str) -> i64 {
    person.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await.id()
}

async fn edit(person: &Person, id: i64, text: &str) -> Answer {
    person.post(&format!("/messaging/message/{id}/edit/"), json!({"content": text})).await
}

async fn texts(person: &Person, room: i64) -> Vec<String> {
    let history = person.get(&format!("/messaging/room/{room}/history/")).await;
    let messages = history.json["messages"].as_array().unwrap_or_else(|| panic!("{history:?}")).clone();
    messages.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect()
}

async fn versions(person: &Person, id: i64) -> Vec<String> {
    let answer = person.get(&format!("/messaging/message/{id}/versions/")).await;
    let versions = answer.json["versions"].as_array().unwrap_or_else(|| panic!("{answer:?}")).clone();
    versions.iter().map(|version| version["content"].as_str().unwrap().to_owned()).collect()
}

async fn unread(person: &Person) -> i64 {
    person.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap()
}

async fn an_edit_is_shown_everywhere_and_its_history_to_who_may_read_it(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    let id = say(&ana, room, "frist").await;
    let edited = edit(&ana, id, "  **first** ").await;
    assert_eq!((edited.status.as_u16(), &edited.json["content"]), (200, &json!("**first**")), "{edited:?}");
    let event = loop {
        let (_, kind, event) = socket.event().await;
        if kind == "message_edited" {
            break event;
        }
    };
    let message = &event["message"];
    assert_eq!((&message["id"], &message["n"], &message["source"]), (&json!(id), &json!(1), &json!("**first**")));
    assert!(message["edited_at"].is_i64() && message["html"].as_str().unwrap().contains("<strong>"), "{message}");
    assert_eq!(texts(&bo, room).await, ["**first**"]);

    edit(&ana, id, "second").await;
    assert_eq!(edit(&ana, id, "second").await.status, 200, "the same again changes nothing");
    assert_eq!(versions(&vic, id).await, ["second", "**first**", "frist"]);
    let hidden = eve.get(&format!("/messaging/message/{id}/versions/")).await;
    assert_eq!((hidden.status.as_u16(), hidden.code()), (404, "not_found"));
    let untouched = say(&ana, room, "as it is").await;
    assert_eq!(versions(&vic, untouched).await, ["as it is"]);
    ana.post(&format!("/messaging/message/{id}/delete/"), json!({})).await;
    assert!(versions(&ana, id).await.is_empty(), "nothing of what is deleted");
}

async fn only_the_author_edits_and_only_what_is_there(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, .. } = app.with_board().await;
    let id = say(&bo, room, "of bo").await;
    for (person, status, code) in [(&ana, 403, "forbidden"), (&vic, 403, "forbidden"), (&eve, 404, "not_found")] {
        let refused = edit(person, id, "of somebody else").await;
        assert_eq!((refused.status.as_u16(), refused.code()), (status, code), "{}: {refused:?}", person.name);
    }
    assert_eq!(edit(&app.stranger(), id, "x").await.status, 401);
    for id in ["999999", "0", "x"] {
        let path = format!("/messaging/message/{id}/edit/");
        assert_eq!(bo.post(&path, json!({"content": "x"})).await.status, 404, "{id}");
    }
    for text in ["", "  ", "a\0b", &"x".repeat(10_001)] {
        let refused = edit(&bo, id, text).await;
        assert_eq!((refused.status.as_u16(), &refused.json["field"]), (422, &json!("content")), "{refused:?}");
    }
    let form = bo.form(&format!("/messaging/message/{id}/edit/"), &[("content", "by form")]).await;
    assert_eq!(
        (form.status.as_u16(), form.header("location")),
        (303, format!("/messaging/room/{room}/#m{id}").as_str())
    );

    ana.post(&format!("/boards/{board}/members/{}/role/", bo.id), json!({"role": "viewer"})).await;
    assert_eq!(edit(&bo, id, "now a viewer").await.status, 403);
    ana.post(&format!("/boards/{board}/members/{}/role/", bo.id), json!({"role": "member"})).await;
    bo.post(&format!("/messaging/message/{id}/delete/"), json!({})).await;
    let gone = edit(&bo, id, "back again").await;
    assert_eq!((gone.status.as_u16(), gone.code()), (409, "conflict"), "{gone:?}");
    assert!(texts(&bo, room).await.is_empty());
}

async fn an_edit_sent_twice_happens_once(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    let id = say(&ana, room, "one").await;
    let key = Uuid::now_v7().to_string();
    let send = async |text: &str| {
        let request = ana.request(Method::POST, &format!("/messaging/message/{id}/edit/"));
        Answer::of(request.header("idempotency-key", &key).json(&json!({"content": text}))).await
    };
    assert_eq!(send("two").await.json["content"], "two");
    edit(&ana, id, "three").await;
    assert_eq!(send("two").await.json["content"], "three", "a retry does not come back to its text");
    assert_eq!(versions(&ana, id).await, ["three", "two", "one"]);
    assert_eq!(send("four").await.status, 409, "the key with another text");
    let by_two = futures::future::join_all((0..4).map(|n| edit(&ana, id, if n % 2 == 0 { "left" } else { "right" })));
    assert!(by_two.await.iter().all(|answer| answer.status == 200), "the last edit wins");
    let all = versions(&ana, id).await;
    assert!(all.windows(2).all(|pair| pair[0] != pair[1]) && all.ends_with(&["one".to_owned()]), "{all:?}");
}

async fn text_that_was_edited_away_is_not_replayed(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let stream = format!("room:{room}");
    let id = say(&ana, room, "the password is swordfish, @bo").await;
    edit(&ana, id, "the password is mackerel, @bo").await;
    edit(&ana, id, "ask me for the password, @bo").await;
    let mut socket = Socket::live(&app, &bo, &[(&stream, 0), (&format!("user:{}", bo.id), 0)]).await;
    let frames = socket.rest().await;
    let said = Value::from(frames).to_string();
    assert!(!said.contains("swordfish") && !said.contains("mackerel"), "{said}");
    assert!(said.contains("ask me for the password"), "the text of now is told: {said}");
    let inbox = bo.get("/messaging/notifications/").await.text;
    let page = bo.page("/messaging/notifications/").await.text;
    for text in [&inbox, &page, &bo.page(&format!("/messaging/room/{room}/")).await.text] {
        assert!(!text.contains("swordfish") && !text.contains("mackerel"), "{text}");
    }
    assert!(page.contains("ask me for the password"), "the inbox says what the message says now");
}

async fn an_edit_tells_who_is_mentioned_newly_and_withdraws_from_who_is_not(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let before = (unread(&bo).await, unread(&vic).await);
    let id = say(&ana, room, "hello @bo").await;
    assert_eq!((unread(&bo).await, unread(&vic).await), (before.0 + 1, before.1));
    let mut bos = Socket::live(&app, &bo, &[(&format!("user:{}", bo.id), 0)]).await;
    bos.rest().await;
    edit(&ana, id, "hello @vic").await;
    assert_eq!((unread(&bo).await, unread(&vic).await), (before.0, before.1 + 1));
    let rows = bo.get("/messaging/notifications/").await;
    assert!(!rows.text.contains("mentioned you"), "the row is gone, not only read: {rows:?}");
    let told = bos.event().await;
    assert_eq!((told.1.as_str(), &told.2["unread"]), ("notifications_changed", &json!(before.0)), "and live");
    edit(&ana, id, "hello @vic and @bo and @ana").await;
    assert_eq!((unread(&bo).await, unread(&vic).await), (before.0 + 1, before.1 + 1), "nobody is told twice");
    let inbox = vic.get("/messaging/notifications/").await;
    assert_eq!(inbox.json["notifications"][0]["count"], 1, "{inbox:?}");
    assert!(!ana.get("/messaging/notifications/").await.text.contains("mentioned you"), "never of one's own");
}

async fn a_comment_is_edited_as_a_message_is(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let path = format!("/messaging/task/{task}/comments/");
    let id = bo.post(&path, json!({"content": "looks god"})).await.id();
    let mut socket = Socket::live(&app, &ana, &[(&format!("task:{task}"), 0)]).await;
    socket.rest().await;
    let before = unread(&ana).await;
    edit(&bo, id, "looks good, @ana").await;
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["message"]["source"]), ("message_edited", &json!("looks good, @ana")));
    assert_eq!(ana.get(&path).await.json["comments"][0]["content"], "looks good, @ana");
    assert_eq!(unread(&ana).await, before, "who had a row for the task has one still");
    let inbox = ana.get("/messaging/notifications/").await.json;
    let row = &inbox["notifications"][0];
    assert_eq!((&row["type"], &row["count"]), (&json!("mention"), &json!(1)), "and it says why now: {row}");
}

async fn the_history_of_a_message_is_bounded(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    let id = say(&ana, room, "0").await;
    for n in 1..=60 {
        edit(&ana, id, &n.to_string()).await;
    }
    let all = versions(&ana, id).await;
    assert_eq!((all.len(), all[0].as_str(), all[49].as_str()), (50, "60", "11"));
}
