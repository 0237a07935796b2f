//! The public contract, route by route.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Answer, PASSWORD, Person, Scene, TestApp},
    document::Document,
    permissions::OF_NO_BOARD,
    scheduled::in_ms,
};

on_both_databases!(
    every_route_refuses_as_the_contract_says,
    what_is_of_one_person_alone_refuses_as_the_contract_says,
    the_door_refuses_as_the_contract_says,
    send_answers_201_and_200_when_the_key_repeats,
    history_is_oldest_first_and_pages_by_id_and_by_offset,
    comments_are_posted_and_listed,
    mentions_are_found_among_people_one_shares_a_board_with,
    a_mention_makes_a_notification_that_can_be_read,
    deleted_messages_stay_out_of_history,
    the_document_describes_what_one_person_is_answered,
);

/// The type of a body that is a file.
const FILE: &str = "application/octet-stream";

/// Something that can be asked for, and a body that is right for it.
struct Route {
    method: Method,
    path: String,
    body: Option<Value>,
    /// May a viewer?
    viewer: bool,
}

fn get(path: String) -> Route {
    Route { method: Method::GET, path, body: None, viewer: true }
}

fn post(path: String, body: Value) -> Route {
    Route { method: Method::POST, path, body: Some(body), viewer: false }
}

fn mark(path: String) -> Route {
    Route { viewer: true, ..post(path, json!({})) }
}

/// The JSON routes of a room, a task and a board with these ids, each of which a member may use.
fn routes(board: i64, room: i64, task: i64) -> Vec<Route> {
    vec![
        post(format!("/messaging/room/{room}/send/"), json!({"message": "hi"})),
        get(format!("/messaging/room/{room}/history/")),
        mark(format!("/messaging/room/{room}/read/")),
        mark(format!("/messaging/room/{room}/join/")),
        post(format!("/messaging/task/{task}/comments/"), json!({"content": "hi"})),
        get(format!("/messaging/task/{task}/comments/")),
        get(format!("/messaging/task/{task}/comments/history/")),
        mark(format!("/messaging/task/{task}/read/")),
        post(format!("/messaging/board/{board}/rooms/create/"), json!({"name": Uuid::now_v7().to_string()})),
        post(format!("/boards/{board}/tasks/"), json!({"title": "new"})),
        post(format!("/tasks/{task}/edit/"), json!({"title": "other", "description": "", "version": 1})),
    ]
}

async fn ask(person: &Person, route: &Route) -> Answer {
    let request = person.request(route.method.clone(), &route.path).header("accept", "application/json");
    Answer::of(match &route.body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

#[track_caller]
fn is_error(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{what}: {answer:?}");
    assert!(answer.json["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}: {answer:?}");
}

async fn every_route_refuses_as_the_contract_says(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, task, .. } = app.with_board().await;
    let stranger = app.stranger();
    for route in routes(board, room, task) {
        is_error(&ask(&stranger, &route).await, 401, "signed_out", &format!("{} signed out", route.path));
        is_error(&ask(&eve, &route).await, 404, "not_found", &format!("{} as no member", route.path));
        let viewers = ask(&vic, &route).await;
        if route.viewer {
            assert!(viewers.status.is_success(), "{} as a viewer: {viewers:?}", route.path);
        } else {
            is_error(&viewers, 403, "forbidden", &format!("{} as a viewer", route.path));
        }
        if route.method == Method::POST {
            refuses_bodies(&bo, &route).await;
        }
        let right = ask(&bo, &route).await;
        assert!(right.status.is_success(), "{} as a member: {right:?}", route.path);
    }
    for route in routes(999_999, 999_999, 999_999) {
        is_error(&ask(&ana, &route).await, 404, "not_found", &format!("{} with the wrong id", route.path));
    }
    for id in ["999999", "0", "-1", "x", "1e3", "99999999999999999999", "1%00"] {
        for path in [format!("/messaging/room/{id}/history/"), format!("/messaging/task/{id}/comments/history/")] {
            is_error(&ana.get(&path).await, 404, "not_found", &path);
        }
        let path = format!("/messaging/room/{id}/send/");
        is_error(&ana.post(&path, json!({"message": "hi"})).await, 404, "not_found", &path);
    }
}

async fn what_is_of_one_person_alone_refuses_as_the_contract_says(app: TestApp) {
    let Scene { ana, bo, eve, room, .. } = app.with_board().await;
    ana.say(room, "hello @bo").await;
    let row = bo.get("/messaging/notifications/").await.json["notifications"][0]["id"].as_i64().unwrap();
    let read = |id: &str| mark(format!("/messaging/notifications/{id}/read/"));
    for route in [
        get("/messaging/mentions/?q=b".into()),
        get("/messaging/notifications/".into()),
        get("/messaging/notifications/count/".into()),
        read(&row.to_string()),
    ] {
        is_error(&ask(&app.stranger(), &route).await, 401, "signed_out", &format!("{} signed out", route.path));
        if route.method == Method::POST {
            is_error(&ask(&eve, &route).await, 404, "not_found", &format!("{} as somebody else", route.path));
            refuses_bodies(&bo, &route).await;
        }
        let right = ask(&bo, &route).await;
        assert_eq!(right.status, 200, "{}: {right:?}", route.path);
    }
    for id in ["999999", "0", "-1", "x", "99999999999999999999"] {
        is_error(&ask(&bo, &read(id)).await, 404, "not_found", id);
    }
}

async fn the_door_refuses_as_the_contract_says(app: TestApp) {
    let account = |name: &str| json!({"username": name, "password": PASSWORD});
    for (path, right) in [("/accounts/signup/", 201), ("/accounts/login/", 200), ("/accounts/logout/", 200)] {
        let route = mark(path.into());
        let ana = app.stranger();
        if path == "/accounts/logout/" {
            ana.post("/accounts/login/", account("ana")).await;
        }
        refuses_bodies(&ana, &route).await;
        let answer = ana.post(path, account("ana")).await;
        assert_eq!(answer.status, right, "{path}: {answer:?}");
    }
    let taken = app.stranger().post("/accounts/signup/", account("Ana")).await;
    is_error(&taken, 422, "taken", "a name in use");
    assert_eq!(taken.json["field"], "username");
    for (field, value) in [("username", json!({"$ne": null})), ("password", json!(["a"])), ("username", json!("a b"))] {
        let mut odd = account("bo");
        odd[field] = value;
        let refused = app.stranger().post("/accounts/signup/", odd).await;
        is_error(&refused, 422, "invalid", field);
        assert_eq!(refused.json["field"], field);
    }
}

/// Bodies that nobody can send, whatever the route, also where nothing of them would be looked at.
async fn refuses_bodies(person: &Person, route: &Route) {
    let path = &route.path;
    let send = async |kind: &str, body: String| {
        let request = person.request(Method::POST, path).header("accept", "application/json");
        Answer::of(request.header("content-type", kind).body(body)).await
    };
    let large = format!("{{\"content\": \"{}\"}}", "x".repeat(300_000));
    is_error(&send("application/json", large).await, 413, "too_large", &format!("{path} with a large body"));
    for broken in ["{", "[1]", "\"text\"", "null", "{\"content\": \"\\ud800\"}"] {
        is_error(&send("application/json", broken.into()).await, 422, "invalid", &format!("{path} with {broken}"));
    }
    let kind = send("text/plain", "content=hi".into()).await;
    is_error(&kind, 415, "unsupported_media_type", &format!("{path} with text"));
    if !route.viewer {
        let request = person.request(Method::POST, path).header("idempotency-key", "no uuid");
        let key = Answer::of(request.json(route.body.as_ref().unwrap())).await;
        is_error(&key, 422, "invalid", &format!("{path} with a malformed key"));
        assert_eq!(key.json["field"], "client_id");
        for field in ["content", "message", "name", "title"] {
            if route.body.as_ref().unwrap().get(field).is_some() {
                let odd = person.post(path, json!({field: {"$ne": null}})).await;
                is_error(&odd, 422, "invalid", &format!("{path} with an object in {field}"));
                assert_eq!(odd.json["field"], field);
            }
        }
    }
}

async fn send_answers_201_and_200_when_the_key_repeats(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let path = format!("/messaging/room/{room}/send/");
    let key = Uuid::now_v7().to_string();
    let send = async |person: &Person, text: &str| {
        let request = person.request(Method::POST, &path).header("idempotency-key", &key);
        Answer::of(request.json(&json!({"message": text}))).await
    };
    let first = send(&ana, "  **hi** @bo ").await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!((first.json["username"].as_str(), first.json["message"].as_str()), (Some("ana"), Some("**hi** @bo")));
    let timestamp = first.json["timestamp"].as_str().unwrap();
    assert!(timestamp.len() == 24 && timestamp.ends_with('Z'), "{timestamp}");

    let again = send(&ana, "  **hi** @bo ").await;
    assert_eq!((again.status.as_u16(), &again.json), (200, &first.json));
    is_error(&send(&ana, "something else").await, 409, "conflict", "the same key with other content");
    assert_eq!(send(&bo, "mine").await.status, 201, "another person's key is another key");

    let key = Uuid::now_v7().to_string();
    let fields = [("content", "by form"), ("client_id", &key)];
    for status in [201, 200] {
        let request = crate::app::form(ana.request(Method::POST, &path), &fields);
        assert_eq!(Answer::of(request).await.status, status, "JSON, as nothing else was asked for");
    }
    for text in ["", "   ", "a\0b", &"x".repeat(10_001)] {
        let refused = ana.post(&path, json!({"message": text})).await;
        is_error(&refused, 422, "invalid", &format!("{} characters", text.len()));
        assert_eq!(refused.json["field"], "content");
    }
}

async fn history_is_oldest_first_and_pages_by_id_and_by_offset(app: TestApp) {
    let Scene { ana, room, .. } = app.with_board().await;
    let mut ids = Vec::new();
    for i in 1..=7 {
        ids.push(ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": format!("m{i}")})).await.id());
    }
    let texts = async |query: &str| -> Vec<String> {
        let page = ana.get(&format!("/messaging/room/{room}/history/{query}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        page.json["messages"].as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts("").await, ["m1", "m2", "m3", "m4", "m5", "m6", "m7"]);
    assert_eq!(texts("?limit=3").await, ["m5", "m6", "m7"]);
    assert_eq!(texts(&format!("?limit=2&before={}", ids[4])).await, ["m3", "m4"]);
    assert_eq!(texts("?limit=2&offset=3").await, ["m3", "m4"]);
    assert!(texts("?offset=100").await.is_empty());
    for query in ["?limit=0", "?limit=51", "?offset=-1", "?offset=10001", "?limit=x", "?offset=99999999999999999999"] {
        let refused = ana.get(&format!("/messaging/room/{room}/history/{query}")).await;
        is_error(&refused, 422, "invalid", query);
    }
    let unknown = ana.get(&format!("/messaging/room/{room}/history/?before=999999")).await;
    is_error(&unknown, 422, "invalid", "before what is not there");
}

async fn comments_are_posted_and_listed(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let path = format!("/messaging/task/{task}/comments/");
    let first = ana.post(&path, json!({"comment": "looks *good* @bo"})).await;
    assert_eq!((first.status.as_u16(), first.json["content"].as_str()), (201, Some("looks *good* @bo")), "{first:?}");
    let reply = bo.post(&path, json!({"content": "thanks", "parent": first.id()})).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    for path in [path.clone(), format!("{path}history/")] {
        let list = bo.get(&path).await;
        let comments = list.json["comments"].as_array().unwrap_or_else(|| panic!("{list:?}"));
        assert_eq!(comments.len(), 2);
        assert_eq!(comments[0]["mentioned_users"], json!(["bo"]));
        assert_eq!((&comments[1]["username"], &comments[1]["content"]), (&json!("bo"), &json!("thanks")));
    }
}

async fn mentions_are_found_among_people_one_shares_a_board_with(app: TestApp) {
    let Scene { ana, bo, eve, .. } = app.with_board().await;
    let found = ana.get("/messaging/mentions/?q=b").await;
    assert_eq!(found.json["results"][0], json!({"id": bo.id, "text": "bo", "display": "bo (bo)"}), "{found:?}");
    assert_eq!(ana.get("/messaging/mentions/?q=eve").await.json, json!({"results": []}), "a stranger is not found");
    let others = eve.get("/messaging/mentions/?q=").await;
    let names: Vec<_> =
        others.json["results"].as_array().unwrap().iter().map(|r| r["text"].as_str().unwrap()).collect();
    assert!(!names.contains(&"ana") && !names.contains(&"bo"), "{names:?}");
    is_error(&app.stranger().get("/messaging/mentions/?q=a").await, 401, "signed_out", "signed out");
}

async fn a_mention_makes_a_notification_that_can_be_read(app: TestApp) {
    let Scene { ana, bo, eve, room, .. } = app.with_board().await;
    let count =
        async |person: &Person| person.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap();
    let before = count(&bo).await;
    ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "hello @bo"})).await;
    assert_eq!(count(&bo).await, before + 1);

    let inbox = bo.get("/messaging/notifications/").await;
    let row = &inbox.json["notifications"][0];
    assert_eq!(
        (&row["type"], &row["is_read"], &row["count"]),
        (&json!("mention"), &json!(false), &json!(1)),
        "{inbox:?}"
    );
    assert!(row["url"].as_str().unwrap().starts_with(&format!("/messaging/room/{room}/")), "{row}");
    assert!(
        row["text"].as_str().unwrap().contains("ana") && row["created_at"].as_str().unwrap().ends_with('Z'),
        "{row}"
    );

    let id = row["id"].as_i64().unwrap();
    let read = format!("/messaging/notifications/{id}/read/");
    is_error(&eve.post(&read, json!({})).await, 404, "not_found", "somebody else's row");
    is_error(&app.stranger().post(&read, json!({})).await, 401, "signed_out", "signed out");
    let done = bo.post(&read, json!({})).await;
    assert_eq!((done.status.as_u16(), done.json), (200, json!({"success": true})));
    assert_eq!(count(&bo).await, before);
    let opened = bo.form(&format!("/messaging/notifications/{id}/open/"), &[]).await;
    assert_eq!((opened.status.as_u16(), opened.header("location")), (303, row["url"].as_str().unwrap()));
}

async fn deleted_messages_stay_out_of_history(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let id = bo.post(&format!("/messaging/room/{room}/send/"), json!({"message": "oops"})).await.id();
    let delete = format!("/messaging/message/{id}/delete/");
    assert_eq!(app.stranger().post(&delete, json!({})).await.status, 401);
    assert_eq!(bo.post(&delete, json!({})).await.json, json!({"success": true}));
    let history = ana.get(&format!("/messaging/room/{room}/history/")).await;
    assert_eq!(history.json, json!({"messages": []}));
}

async fn the_document_describes_what_one_person_is_answered(app: TestApp) {
    let Scene { ana, bo, eve, board, room, .. } = app.with_board().await;
    let document = Document::of(&app).await;
    let stranger = app.stranger();
    let account = json!({"username": "cleo", "password": PASSWORD});
    let token = ana.post(&format!("/boards/{board}/invites/"), json!({"role": "viewer"})).await;
    let token = token.json["token"].as_str().unwrap().to_owned();
    ana.say(room, "hello @bo").await;
    let row = bo.get("/messaging/notifications/").await.json["notifications"][0]["id"].as_i64().unwrap();
    let when = json!({"content": "later", "at": in_ms(3_600_000)});
    let later = bo.post(&format!("/messaging/room/{room}/schedule/"), when.clone()).await.id();
    let file = bo.request(Method::POST, "/messaging/files/?name=a.txt").header("content-type", FILE).body("text");
    let file = Answer::of(file).await;
    let removal = format!("/messaging/files/{}/remove/", file.id());
    let of_row = |what: &str| format!("/messaging/notifications/{row}/{what}/");
    let of_later = |what: &str| format!("/messaging/scheduled/{later}/{what}/");

    let filter = json!({"name": "Late", "query": "?due=overdue"});
    let filter = bo.post(&format!("/boards/{board}/filters/"), filter).await.id();
    let of_filter = |what: &str| format!("/boards/{board}/filters/{filter}/{what}/");

    let mut held = BTreeSet::from(["post /messaging/files/".to_owned()]);
    document.holds("post /messaging/files/", &file);
    for (person, method, path, body) in [
        (&stranger, "post", "/accounts/signup/".to_owned(), account.clone()),
        (&stranger, "post", "/accounts/signup/".to_owned(), account.clone()),
        (&stranger, "post", "/accounts/login/".to_owned(), account),
        (&stranger, "post", "/accounts/login/".to_owned(), json!({"username": "cleo", "password": "not hers"})),
        (&stranger, "post", "/accounts/logout/".to_owned(), json!({})),
        (&bo, "post", "/boards/".to_owned(), json!({"name": "Another"})),
        (&bo, "post", "/boards/import/".to_owned(), json!({"name": "Of a file", "lists": [], "cards": []})),
        (&bo, "post", "/boards/import/".to_owned(), json!({"name": "Of no file"})),
        (&bo, "post", of_filter("edit"), json!({"name": "Renamed"})),
        (&eve, "post", of_filter("edit"), json!({"name": "Taken over"})),
        (&bo, "post", of_filter("delete"), json!({})),
        (&eve, "post", format!("/invite/{token}/"), json!({})),
        (&eve, "post", "/invite/no-such/".to_owned(), json!({})),
        (&bo, "post", removal, json!({})),
        (&bo, "get", "/messaging/mentions/?q=".to_owned(), Value::Null),
        (&bo, "get", "/messaging/scheduled/".to_owned(), Value::Null),
        (&bo, "post", of_later("edit"), when),
        (&bo, "post", of_later("cancel"), json!({})),
        (&bo, "get", "/messaging/notifications/".to_owned(), Value::Null),
        (&bo, "get", "/messaging/notifications/count/".to_owned(), Value::Null),
        (&bo, "get", of_row("notice"), Value::Null),
        (&bo, "post", of_row("read"), json!({})),
        (&bo, "post", of_row("unread"), json!({})),
        (&eve, "post", of_row("unread"), json!({})),
        (&bo, "post", "/messaging/notifications/read-all/".to_owned(), json!({})),
        (&bo, "post", of_row("delete"), json!({})),
        (&bo, "get", "/search/?q=hello".to_owned(), Value::Null),
        (&bo, "get", "/tasks/".to_owned(), Value::Null),
    ] {
        let method: Method = method.to_uppercase().parse().unwrap();
        let answer = if body.is_null() { person.get(&path).await } else { person.post(&path, body).await };
        let operation = document.operation(&method, &path).unwrap_or_else(|| panic!("{method} {path} is described"));
        document.holds(&operation, &answer);
        if answer.status.is_success() {
            held.insert(operation);
        }
    }
    // Those of boards are held against it where the table of roles is.
    assert_eq!(held, OF_NO_BOARD.into_iter().map(str::to_owned).collect());
}
