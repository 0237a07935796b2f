//! Emoji under messages and comments.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, Person, Scene, TestApp, function},
    socket::Socket,
};

on_both_databases!(
    an_emoji_is_put_under_a_message_and_taken_back,
    a_reaction_sent_twice_happens_once,
    only_one_emoji_at_a_time_and_not_too_many_different_ones,
    who_may_post_reacts_and_only_to_what_is_there,
    a_page_knows_which_reactions_are_mine,
);

async fn say(person: &Person, room: i64, text: &str) -> i64 {
    person.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await.id()
}

async fn react(person: &Person, id: i64, emoji: &str) -> Answer {
    person.post(&format!("/messaging/message/{id}/react/"), json!({"emoji": emoji})).await
}

fn names(reaction: &Value) -> Vec<&str> {
    reaction["people"].as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap()).collect()
}

async fn an_emoji_is_put_under_a_message_and_taken_back(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let id = say(&ana, room, "done").await;
    let mut socket = Socket::live(&app, &ana, &[(&format!("room:{room}"), 0)]).await;
    socket.rest().await;
    for (person, expected, on, by) in [
        (&bo, vec!["bo"], true, bo.id),
        (&ana, vec!["bo", "ana"], true, ana.id),
        (&bo, vec!["ana"], false, bo.id),
        (&ana, vec![], false, ana.id),
    ] {
        let answer = react(person, id, "👍").await;
        assert_eq!((answer.status.as_u16(), &answer.json["on"]), (200, &json!(on)), "{answer:?}");
        let (_, kind, event) = socket.event().await;
        assert_eq!((kind.as_str(), &event["id"], &event["by"]), ("reaction_changed", &json!(id), &json!(by)));
        assert_eq!(event["on"], on);
        for reaction in [&answer.json, &event["reaction"]] {
            assert_eq!((&reaction["emoji"], &reaction["count"]), (&json!("👍"), &json!(expected.len())));
            assert_eq!(names(reaction), expected);
        }
    }
    let form = ana.form(&format!("/messaging/message/{id}/react/"), &[("emoji", "🎉")]).await;
    assert_eq!(
        (form.status.as_u16(), form.header("location")),
        (303, format!("/messaging/room/{room}/#m{id}").as_str())
    );
}

async fn a_reaction_sent_twice_happens_once(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    let id = say(&ana, room, "done").await;
    let key = Uuid::now_v7().to_string();
    let send = async |emoji: &str| {
        let request = ana.request(Method::POST, &format!("/messaging/message/{id}/react/"));
        Answer::of(request.header("idempotency-key", &key).json(&json!({"emoji": emoji}))).await
    };
    for answer in futures::future::join_all((0..5).map(|_| send("👍"))).await {
        assert_eq!((answer.status.as_u16(), &answer.json["on"], &answer.json["count"]), (200, &json!(true), &json!(1)));
    }
    assert_eq!(send("👎").await.status, 409, "the key with another emoji");
    assert_eq!(app.number("select count(*) from reactions").await, 1);
}

async fn only_one_emoji_at_a_time_and_not_too_many_different_ones(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let id = say(&ana, room, "done").await;
    for text in ["", "a", "1", "👍👍", "<script>", "👍\0", &"👍".repeat(1000)] {
        let refused = react(&ana, id, text).await;
        assert_eq!((refused.status.as_u16(), &refused.json["field"]), (422, &json!("emoji")), "{text}: {refused:?}");
    }
    let odd = ana.post(&format!("/messaging/message/{id}/react/"), json!({"emoji": ["👍"]})).await;
    assert_eq!(odd.status, 422);
    assert_eq!(react(&ana, id, "❤").await.json["emoji"], "❤\u{FE0F}");
    assert_eq!(react(&bo, id, "❤\u{FE0F}").await.json["count"], 2, "the same emoji, however it is typed");
    for n in 0..19_u32 {
        assert_eq!(react(&ana, id, &char::from_u32(0x1F400 + n).unwrap().to_string()).await.status, 200);
    }
    assert_eq!(react(&ana, id, "👍").await.status, 422, "the twenty-first");
    assert_eq!(react(&bo, id, "🐀").await.json["count"], 2, "one that is there already");
}

async fn who_may_post_reacts_and_only_to_what_is_there(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, secret, .. } = app.with_board().await;
    let id = say(&ana, room, "done").await;
    let hidden = say(&ana, secret, "hidden").await;
    for (person, message, status) in
        [(&vic, id, 403), (&eve, id, 404), (&bo, hidden, 404), (&bo, 999_999, 404), (&app.stranger(), id, 401)]
    {
        assert_eq!(react(person, message, "👍").await.status, status, "{}", person.name);
    }
    react(&bo, id, "👍").await;
    ana.post(&format!("/messaging/message/{id}/delete/"), json!({})).await;
    assert_eq!(react(&bo, id, "👎").await.status, 409);
    let mut socket = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    socket.rest().await;
    ana.post(&format!("/messaging/message/{id}/restore/"), json!({})).await;
    let (_, _, event) = socket.event().await;
    assert_eq!(event["message"]["reactions"][0]["count"], 1, "what was under it is there again");
}

async fn a_page_knows_which_reactions_are_mine(app: TestApp) {
    let Scene { ana, bo, room, task, .. } = app.with_board().await;
    let first = say(&ana, room, "one").await;
    let second = say(&ana, room, "two").await;
    react(&bo, second, "🎉").await;
    react(&ana, first, "👍").await;
    react(&bo, first, "👍").await;
    react(&bo, first, "🎉").await;
    let last = say(&ana, room, "three").await;
    let page = bo.get(&function("older_messages", json!({"place": format!("room:{room}"), "before": last}))).await;
    let rows = page.json["rows"].as_array().unwrap_or_else(|| panic!("{page:?}"));
    assert_eq!((&rows[0]["mine"], &rows[1]["mine"]), (&json!(["👍", "🎉"]), &json!(["🎉"])));
    assert_eq!(rows[0]["message"]["reactions"][0]["count"], 2);
    assert_eq!(names(&rows[0]["message"]["reactions"][0]), ["ana", "bo"], "who came first");
    let page = ana.get(&function("older_messages", json!({"place": format!("room:{room}"), "before": last}))).await;
    assert_eq!((&page.json["rows"][0]["mine"], &page.json["rows"][1]["mine"]), (&json!(["👍"]), &Value::Null));
    let comment = ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "hm"})).await.id();
    assert_eq!(react(&bo, comment, "👀").await.status, 200, "a comment is a message");
}
