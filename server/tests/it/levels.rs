//! How much one hears of a room, a board, a task.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp, function},
    inbox::rows,
    nodes::eventually,
    socket::Socket,
};

on_both_databases!(
    each_level_lets_through_what_it_says,
    a_board_s_level_holds_for_its_tasks_and_for_rooms_without_one,
    everything_is_for_who_is_in_the_room,
    messages_posted_at_once_are_all_told,
    a_muted_room_is_told_on_every_tab_and_only_mentions_come_through,
    a_task_is_watched_and_left,
    levels_are_set_by_who_may_read_and_only_to_what_there_is,
);

async fn set(person: &Person, room: i64, level: &str) {
    let done = person.post(&format!("/messaging/room/{room}/level/"), json!({"level": level})).await;
    assert_eq!(done.status, 200, "{done:?}");
}

/// The rows of an inbox as (type, count), newest first; then they are deleted.
async fn taken(person: &Person) -> Vec<(String, i64)> {
    let rows = rows(person).await;
    for row in &rows {
        person.post(&format!("/messaging/notifications/{}/delete/", row["id"]), json!({})).await;
    }
    let kind = |row: &Value| (row["type"].as_str().unwrap().to_owned(), row["count"].as_i64().unwrap());
    rows.iter().map(kind).collect()
}

fn row(kind: &str, count: i64) -> (String, i64) {
    (kind.to_owned(), count)
}

async fn each_level_lets_through_what_it_says(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let root = bo.say(room, "who is in?").await;
    let speak = async || {
        ana.say(room, "plain").await;
        ana.say(room, "for @bo").await;
        ana.post(&format!("/messaging/message/{root}/replies/"), json!({"content": "me"})).await;
    };
    // Beside the room's row: one for the thread that Bo began.
    speak().await;
    assert_eq!(taken(&bo).await, [row("reply", 1), row("mention", 1)], "where nothing is chosen");
    set(&bo, room, "mentions").await;
    speak().await;
    assert_eq!(taken(&bo).await, [row("reply", 1), row("mention", 1)]);
    set(&bo, room, "everything").await;
    speak().await;
    assert_eq!(taken(&bo).await, [row("reply", 1), row("mention", 2)]);
    ana.say(room, "plain again").await;
    assert_eq!(rows(&bo).await[0]["text"], "ana wrote in general");
    assert_eq!(taken(&bo).await, [row("comment", 1)]);
    bo.say(room, "my own").await;
    assert_eq!(taken(&bo).await, [], "never of one's own");
    set(&bo, room, "nothing").await;
    speak().await;
    assert_eq!(taken(&bo).await, []);
    set(&bo, room, "board").await;
    speak().await;
    assert_eq!(taken(&bo).await, [row("reply", 1), row("mention", 1)], "as on the board");
}

async fn a_board_s_level_holds_for_its_tasks_and_for_rooms_without_one(app: TestApp) {
    let Scene { ana, bo, board, room, task, .. } = app.with_board().await;
    bo.say(room, "here").await;
    let of_board = async |level: &str| {
        let done = bo.post(&format!("/boards/{board}/level/"), json!({"level": level})).await;
        assert_eq!(done.status, 200, "{done:?}");
    };
    let speak = async || {
        ana.say(room, "plain").await;
        ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "plain too"})).await;
    };
    speak().await;
    assert_eq!(taken(&bo).await, []);
    of_board("everything").await;
    speak().await;
    assert_eq!(taken(&bo).await, [row("comment", 1), row("comment", 1)]);
    set(&bo, room, "mentions").await;
    speak().await;
    assert_eq!(taken(&bo).await, [row("comment", 1)], "the room has its own");
    of_board("nothing").await;
    ana.say(room, "for @bo").await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "not for @bo"})).await;
    let edit = json!({"title": "Ship it", "description": "nor this, @bo", "version": 1});
    assert_eq!(ana.post(&format!("/tasks/{task}/edit/"), edit).await.status, 200);
    assert_eq!(taken(&bo).await, [row("mention", 1)], "of the room alone");
    of_board("board").await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "for @bo"})).await;
    assert_eq!(taken(&bo).await, [row("mention", 1)]);
}

async fn everything_is_for_who_is_in_the_room(app: TestApp) {
    let Scene { ana, bo, vic, board, room, secret, .. } = app.with_board().await;
    for person in [&bo, &vic] {
        person.post(&format!("/boards/{board}/level/"), json!({"level": "everything"})).await;
    }
    ana.say(room, "who is here?").await;
    assert_eq!((taken(&bo).await, taken(&vic).await), (vec![], vec![]), "nobody else has joined");
    ana.say(secret, "alone").await;
    assert_eq!(taken(&bo).await, [], "of a private room nothing is heard outside");
    vic.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    ana.post(&format!("/messaging/room/{secret}/members/"), json!({"user": bo.id})).await;
    ana.say(room, "welcome").await;
    ana.say(secret, "between us").await;
    // Bo's row says that he was added, too.
    assert_eq!((taken(&bo).await, taken(&vic).await), (vec![row("comment", 2)], vec![row("comment", 1)]));
    ana.post(&format!("/messaging/room/{secret}/members/{}/remove/", bo.id), json!({})).await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", vic.id), json!({})).await;
    ana.say(room, "gone?").await;
    ana.say(secret, "alone again").await;
    assert_eq!((taken(&bo).await, taken(&vic).await), (vec![], vec![]));
}

async fn messages_posted_at_once_are_all_told(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    set(&bo, room, "everything").await;
    futures::future::join_all((0..40).map(|nth| ana.say(room, ["one", "two", "three"][nth % 3]))).await;
    assert_eq!(taken(&bo).await, [row("comment", 40)]);
}

async fn a_muted_room_is_told_on_every_tab_and_only_mentions_come_through(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let root = bo.say(room, "here").await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("user:{}", bo.id), 0)]).await;
    socket.rest().await;
    let mute = json!({"level": "everything", "muted": true});
    assert_eq!(bo.post(&format!("/messaging/room/{room}/level/"), mute).await.status, 200);
    let (_, kind, event) = socket.event().await;
    assert_eq!(kind, "level_changed");
    assert_eq!(event, json!({"place": format!("room:{room}"), "level": "everything", "muted": true}));
    ana.say(room, "plain").await;
    ana.post(&format!("/messaging/message/{root}/replies/"), json!({"content": "me"})).await;
    assert_eq!(taken(&bo).await, []);
    ana.say(room, "for @bo").await;
    assert_eq!(taken(&bo).await, [row("mention", 1)]);
    let nav = function("load_page", json!({"page": {"nav": {"place": format!("room:{room}")}}}));
    let rooms = |nav: Value| nav["board"]["rooms"].as_array().unwrap().clone();
    let (mine, hers) = (rooms(bo.get(&nav).await.json), rooms(ana.get(&nav).await.json));
    let of = |rooms: Vec<Value>| rooms.iter().find(|entry| entry["room"]["id"] == room).unwrap()["muted"].clone();
    assert_eq!((of(mine), of(hers)), (json!(true), Value::Null), "for nobody else");
}

async fn a_task_is_watched_and_left(app: TestApp) {
    let Scene { ana, bo, vic, task, .. } = app.with_board().await;
    let page = function("load_page", json!({"page": {"task": {"task": task, "before": null, "at": null}}}));
    let watch = async |person: &Person| person.get(&page).await.json[0]["watch"].clone();
    let names = |watch: &Value| {
        let people = watch["people"].as_array().unwrap().iter();
        people.map(|person| person["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(watch(&vic).await["mine"], false);
    assert_eq!(vic.post(&format!("/tasks/{task}/watch/"), json!({})).await.status, 200, "a viewer may");
    let now = watch(&vic).await;
    assert_eq!((&now["mine"], &now["count"], names(&now)), (&json!(true), &json!(2), vec!["ana".into(), "vic".into()]));
    bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "hello"})).await;
    assert_eq!(taken(&vic).await, [row("comment", 1)]);
    assert_eq!(names(&watch(&bo).await), ["ana", "bo", "vic"], "who comments watches");
    for person in [&ana, &vic] {
        assert_eq!(person.post(&format!("/tasks/{task}/unwatch/"), json!({})).await.status, 200);
    }
    bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "anybody?"})).await;
    assert_eq!(taken(&vic).await, []);
    assert_eq!(names(&watch(&bo).await), ["bo"]);
    let key = json!({"client_id": uuid::Uuid::now_v7()});
    for _ in 0..2 {
        assert_eq!(vic.post(&format!("/tasks/{task}/watch/"), key.clone()).await.status, 200);
    }
    assert_eq!(vic.post(&format!("/tasks/{task}/unwatch/"), key).await.status, 409, "a key is for one thing");
    eventually("vic watches once", async || watch(&bo).await["count"] == 2).await;
}

async fn levels_are_set_by_who_may_read_and_only_to_what_there_is(app: TestApp) {
    let Scene { ana, bo, eve, board, room, secret, .. } = app.with_board().await;
    for level in ["loud", "Everything", "'; drop table levels; --", "\u{0}"] {
        let refused = bo.post(&format!("/messaging/room/{room}/level/"), json!({"level": level})).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{level:?}: {refused:?}");
    }
    for body in [json!({"level": 7}), json!({"level": {"a": 1}}), json!({"muted": "perhaps"})] {
        let refused = bo.post(&format!("/messaging/room/{room}/level/"), body.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    let refused = bo.post(&format!("/boards/{board}/level/"), json!({"level": "nothing", "muted": true})).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"), "boards are not muted");
    assert_eq!(app.number("select count(*) from levels").await, 0, "nothing was written");
    for (person, room, status) in [(&eve, room, 404), (&bo, secret, 404), (&app.stranger(), room, 401)] {
        let answer = person.post(&format!("/messaging/room/{room}/level/"), json!({"level": "nothing"})).await;
        assert_eq!(answer.status, status);
    }
    for place in [format!("task:{room}"), format!("user:{}", ana.id), format!("thread:{room}")] {
        let key = uuid::Uuid::now_v7();
        let body = json!({"key": key, "place": place, "level": "nothing", "muted": false});
        let answer = bo.post("/api/set_level", body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{place}: {answer:?}");
    }
    let done = bo.form(&format!("/messaging/room/{room}/level/"), &[("level", "nothing"), ("muted", "on")]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, format!("/messaging/room/{room}/").as_str()));
}
