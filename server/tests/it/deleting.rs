//! Messages that are deleted, brought back, and cleared away.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, Person, Scene, TestApp},
    socket::Socket,
};

on_both_databases!(
    a_deletion_is_undone_by_who_did_it_and_nobody_sees_the_text_meanwhile,
    after_ten_seconds_a_deletion_is_final,
    an_undo_brings_back_what_was_in_inboxes_as_it_was,
    an_undone_deletion_of_a_comment_counts_again,
    a_room_is_cleared_at_once_for_everybody,
    only_who_manages_a_room_clears_it,
    clearing_a_room_and_changing_its_messages_at_once_wait_for_each_other,
);

async fn say(person: &Person, room: i64, text: &str) -> i64 {
    person.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await.id()
}

async fn delete(person: &Person, id: i64) -> Answer {
    person.post(&format!("/messaging/message/{id}/delete/"), json!({})).await
}

async fn restore(person: &Person, id: i64) -> Answer {
    person.post(&format!("/messaging/message/{id}/restore/"), json!({})).await
}

async fn unread(person: &Person) -> i64 {
    person.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap()
}

/// Everything that a person can get of a room, from everywhere.
async fn everything(app: &TestApp, person: &Person, room: i64, id: i64) -> String {
    let mut all = String::new();
    for path in [
        format!("/messaging/room/{room}/history/"),
        format!("/messaging/message/{id}/versions/"),
        "/messaging/notifications/".to_owned(),
    ] {
        all.push_str(&person.get(&path).await.text);
    }
    for path in [format!("/messaging/room/{room}/"), "/messaging/notifications/".to_owned()] {
        all.push_str(&person.page(&path).await.text);
    }
    let cursors = [(format!("room:{room}"), 0), (format!("user:{}", person.id), 0)];
    let cursors: Vec<(&str, i64)> = cursors.iter().map(|(stream, seq)| (stream.as_str(), *seq)).collect();
    let mut socket = Socket::live(app, person, &cursors).await;
    all + &Value::from(socket.rest().await).to_string()
}

async fn a_deletion_is_undone_by_who_did_it_and_nobody_sees_the_text_meanwhile(app: TestApp) {
    let Scene { ana, bo, vic, eve, room, .. } = app.with_board().await;
    let id = say(&bo, room, "swordfish, @ana").await;
    bo.post(&format!("/messaging/message/{id}/edit/"), json!({"content": "swordfish, @ana and @vic"})).await;
    assert_eq!(delete(&bo, id).await.status, 200);
    for person in [&ana, &bo, &vic] {
        let all = everything(&app, person, room, id).await;
        assert!(!all.contains("swordfish"), "{}: {all}", person.name);
    }
    for (person, status) in [(&ana, 403), (&vic, 403), (&eve, 404), (&app.stranger(), 401)] {
        assert_eq!(restore(person, id).await.status, status, "{}", person.name);
    }
    let mut socket = Socket::live(&app, &ana, &[(&format!("room:{room}"), 0)]).await;
    socket.rest().await;
    let key = Uuid::now_v7().to_string();
    for _ in 0..2 {
        let request = bo.request(Method::POST, &format!("/messaging/message/{id}/restore/"));
        let restored = Answer::of(request.header("idempotency-key", &key).json(&json!({}))).await;
        assert_eq!((restored.status.as_u16(), &restored.json["content"]), (200, &json!("swordfish, @ana and @vic")));
        assert_eq!(restored.json["mentioned_users"], json!(["ana", "vic"]));
    }
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["message"]["id"]), ("message_restored", &json!(id)));
    assert_eq!(event["message"]["source"], "swordfish, @ana and @vic");
    assert!(socket.rest().await.iter().all(|frame| frame["type"] != "event"), "undone once");
    assert!(everything(&app, &vic, room, id).await.contains("swordfish"));

    delete(&ana, id).await;
    assert_eq!(restore(&bo, id).await.status, 403, "an owner deleted it this time");
    assert!(!everything(&app, &vic, room, id).await.contains("swordfish"));
    assert_eq!(restore(&ana, id).await.status, 200);
}

async fn after_ten_seconds_a_deletion_is_final(app: TestApp) {
    let Scene { bo, room, .. } = app.with_board().await;
    let id = say(&bo, room, "swordfish").await;
    delete(&bo, id).await;
    app.number("update messages set deleted_at = deleted_at - 10001 where deleted_at is not null returning id").await;
    let late = restore(&bo, id).await;
    assert_eq!((late.status.as_u16(), late.code()), (409, "conflict"), "{late:?}");
    assert!(!everything(&app, &bo, room, id).await.contains("swordfish"));
}

async fn an_undo_brings_back_what_was_in_inboxes_as_it_was(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let before = (unread(&ana).await, unread(&vic).await);
    let id = say(&bo, room, "hello @ana and @vic").await;
    let inbox = ana.get("/messaging/notifications/").await.json;
    ana.post(&format!("/messaging/notifications/{}/read/", inbox["notifications"][0]["id"]), json!({})).await;
    let was = (ana.get("/messaging/notifications/").await.json, vic.get("/messaging/notifications/").await.json);
    assert_eq!((unread(&ana).await, unread(&vic).await), (before.0, before.1 + 1));
    delete(&bo, id).await;
    assert_eq!((unread(&ana).await, unread(&vic).await), before, "a deleted mention takes its badge along");
    assert!(!vic.get("/messaging/notifications/").await.text.contains("mentioned you"));
    let mut socket = Socket::live(&app, &vic, &[(&format!("user:{}", vic.id), 0)]).await;
    socket.rest().await;
    restore(&bo, id).await;
    assert_eq!((unread(&ana).await, unread(&vic).await), (before.0, before.1 + 1), "read stays read, unread unread");
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["unread"]), ("notifications_changed", &json!(before.1 + 1)));
    let is = (ana.get("/messaging/notifications/").await.json, vic.get("/messaging/notifications/").await.json);
    for (was, is) in [(was.0, is.0), (was.1, is.1)] {
        for field in ["type", "text", "url", "is_read", "created_at", "count"] {
            assert_eq!(was["notifications"][0][field], is["notifications"][0][field], "{field}");
        }
    }

    delete(&bo, id).await;
    vic.post(&format!("/messaging/room/{room}/read/"), json!({})).await;
    restore(&bo, id).await;
    assert_eq!(unread(&vic).await, before.1, "the place was read meanwhile");
}

async fn an_undone_deletion_of_a_comment_counts_again(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let id = bo.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "a comment"})).await.id();
    let mut socket = Socket::live(&app, &ana, &[(&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    for (answer, count) in [(delete(&bo, id).await, 0), (restore(&bo, id).await, 1)] {
        assert_eq!(answer.status, 200, "{answer:?}");
        let (_, kind, event) = socket.event().await;
        assert_eq!((kind.as_str(), &event["comments"]), ("comments_counted", &json!(count)));
    }
}

async fn a_room_is_cleared_at_once_for_everybody(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    let before = (unread(&bo).await, unread(&vic).await);
    let id = say(&ana, room, "swordfish, @bo").await;
    let last = say(&ana, room, "swordfish again, @vic").await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0), (&format!("user:{}", bo.id), 0)]).await;
    socket.rest().await;
    let key = Uuid::now_v7().to_string();
    for _ in 0..2 {
        let request = ana.request(Method::POST, &format!("/messaging/room/{room}/clear/"));
        let cleared = Answer::of(request.header("idempotency-key", &key).json(&json!({}))).await;
        assert_eq!(cleared.status, 200, "{cleared:?}");
    }
    let frames = socket.rest().await;
    let told: Vec<&Value> =
        frames.iter().filter(|frame| frame["type"] == "event").map(|frame| &frame["event"]).collect();
    assert!(told.contains(&&json!({"room_cleared": {"n": 2}})), "{told:?}");
    let read = told.iter().find_map(|event| event.get("read_up_to")).unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!((&read["n"], &read["unread"]), (&json!(2), &json!(before.0)));
    for person in [&ana, &bo, &vic] {
        let all = everything(&app, person, room, id).await;
        assert!(!all.contains("swordfish"), "{}: {all}", person.name);
    }
    assert_eq!((unread(&bo).await, unread(&vic).await), before);
    for path in [format!("/messaging/message/{id}/versions/"), format!("/messaging/room/{room}/history/?before={last}")]
    {
        let gone = ana.get(&path).await;
        assert!(gone.status.is_client_error(), "{path}: {gone:?}");
    }
    assert_eq!(delete(&ana, id).await.status, 404);
    say(&ana, room, "from here on").await;
    let history = bo.get(&format!("/messaging/room/{room}/history/")).await;
    let messages = history.json["messages"].as_array().unwrap();
    assert_eq!((messages.len(), &messages[0]["content"]), (1, &json!("from here on")));
    assert_eq!(app.number("select n from messages where source = 'from here on'").await, 3, "numbers go on");
}

async fn only_who_manages_a_room_clears_it(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, secret, .. } = app.with_board().await;
    let clear =
        async |person: &Person, room: i64| person.post(&format!("/messaging/room/{room}/clear/"), json!({})).await;
    for (person, place, status) in [(&bo, room, 403), (&vic, room, 403), (&eve, room, 404), (&bo, secret, 404)] {
        assert_eq!(clear(person, place).await.status, status, "{}", person.name);
    }
    let rooms = format!("/messaging/board/{board}/rooms/create/");
    let own = bo.post(&rooms, json!({"name": "of bo"})).await.id();
    say(&ana, own, "hello").await;
    assert_eq!(clear(&bo, own).await.status, 200, "its creator");
    let form = ana.form(&format!("/messaging/room/{own}/clear/"), &[]).await;
    assert_eq!((form.status.as_u16(), form.header("location")), (303, format!("/messaging/room/{own}/").as_str()));
}

async fn clearing_a_room_and_changing_its_messages_at_once_wait_for_each_other(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    for round in 0..6 {
        let mut ids = Vec::new();
        for n in 0..8 {
            let id = say(&bo, room, &format!("message {round} {n}")).await;
            ids.push(id);
            if n % 2 == 0 {
                let reply = json!({"content": format!("reply {round} {n}")});
                ids.push(bo.post(&format!("/messaging/message/{id}/replies/"), reply).await.id());
            }
        }
        let changes = ids.iter().map(async |id| {
            let path = format!("/messaging/message/{id}/");
            let text = json!({"content": format!("swordfish {round}")});
            let answers = [
                bo.post(&format!("{path}edit/"), text).await,
                bo.post(&format!("{path}react/"), json!({"emoji": "👍"})).await,
                bo.post(&format!("{path}delete/"), json!({})).await,
                bo.post(&format!("{path}restore/"), json!({})).await,
            ];
            for answer in answers {
                let status = answer.status.as_u16();
                assert!(matches!(status, 200 | 404 | 422), "nobody is refused for another's sake: {answer:?}");
            }
        });
        let clear = async { ana.post(&format!("/messaging/room/{room}/clear/"), json!({})).await.status };
        let (_, cleared) = tokio::join!(futures::future::join_all(changes), clear);
        assert_eq!(cleared, 200);
        let mut fresh = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
        assert!(!Value::from(fresh.rest().await).to_string().contains("swordfish"), "what was cleared comes back");
    }
}
