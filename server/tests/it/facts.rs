//! What a task has besides its text: people, labels, a date, and how far it has come.

use serde_json::{Value, json};

use crate::{
    app::{Person, Scene, TestApp, function},
    socket::Socket,
};

on_both_databases!(
    items_of_a_description_are_ticked_where_they_stand,
    who_is_assigned_is_told_once_and_watches,
    an_assignment_is_withdrawn_while_nobody_has_read_of_it,
    labels_are_the_boards_and_unique,
    a_change_reaches_the_board_and_the_task_and_nothing_is_told_twice,
    people_who_change_one_task_at_once_both_get_what_they_meant,
    what_is_no_change_of_a_task_is_refused_by_field,
    who_leaves_the_board_is_assigned_to_nothing,
    what_is_due_is_so_by_the_readers_day,
);

async fn assign(person: &Person, task: i64, users: &[i64]) -> Value {
    let answer = person.post(&format!("/tasks/{task}/assignees/"), json!({"add": users})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

async fn unread(person: &Person) -> i64 {
    person.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap()
}

fn names(card: &Value) -> Vec<&str> {
    card["assignees"].as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap()).collect()
}

async fn label(person: &Person, board: i64, name: &str) -> i64 {
    let made = person.post(&format!("/boards/{board}/labels/"), json!({"name": name, "colour": "red"})).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.id()
}

async fn who_is_assigned_is_told_once_and_watches(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let card = assign(&ana, task, &[bo.id, ana.id]).await;
    assert_eq!(names(&card).len(), 2, "{card}");
    assign(&ana, task, &[bo.id]).await;
    let inbox = bo.get("/messaging/notifications/").await.json;
    let row = &inbox["notifications"][0];
    assert_eq!((row["type"].as_str(), row["count"].as_i64()), (Some("assigned"), Some(1)), "{inbox}");
    assert_eq!(row["text"], "ana assigned #1 Ship it to you");
    assert_eq!((unread(&bo).await, unread(&ana).await), (1, 0), "nobody is told of what they did themselves");

    // From now on comments are told, too.
    bo.post(&format!("/messaging/task/{task}/read/"), json!({})).await;
    assert_eq!(unread(&bo).await, 0);
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "How is it going?"})).await;
    assert_eq!(bo.get("/messaging/notifications/").await.json["notifications"][0]["type"], "comment");
}

async fn an_assignment_is_withdrawn_while_nobody_has_read_of_it(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let before = bo.get("/messaging/notifications/").await.json;
    let mut socket = Socket::live(&app, &bo, &[(&format!("user:{}", bo.id), 0)]).await;
    socket.rest().await;
    assign(&ana, task, &[bo.id]).await;
    assert_eq!(socket.event().await.1, "notified");
    let path = format!("/tasks/{task}/assignees/");
    ana.post(&path, json!({"remove": [bo.id]})).await;
    let (_, kind, event) = socket.event().await;
    assert_eq!((kind.as_str(), &event["unread"]), ("notifications_changed", &json!(0)));
    assert_eq!(bo.get("/messaging/notifications/").await.json, before, "as if nothing had happened");

    // What was read stays; what else the row stands for stays, too.
    assign(&ana, task, &[bo.id]).await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "And this, @bo"})).await;
    ana.post(&path, json!({"remove": [bo.id]})).await;
    let row = bo.get("/messaging/notifications/").await.json["notifications"][0].clone();
    assert_eq!((row["type"].as_str(), row["count"].as_i64()), (Some("mention"), Some(1)), "{row}");
}

async fn labels_are_the_boards_and_unique(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let path = format!("/boards/{board}/labels/");
    let bug = label(&bo, board, "Bug").await;
    let taken = ana.post(&path, json!({"name": " BÚG "})).await;
    assert_eq!((taken.status.as_u16(), taken.code(), &taken.json["field"]), (422, "taken", &json!("name")));
    let odd = ana.post(&path, json!({"name": "x", "colour": "mauve"})).await;
    assert_eq!((odd.status.as_u16(), &odd.json["field"]), (422, &json!("colour")));
    let long = ana.post(&path, json!({"name": "x".repeat(51)})).await;
    assert_eq!((long.status.as_u16(), &long.json["field"]), (422, &json!("name")));

    // One that is made on a task is on it at once.
    let design = ana.post(&path, json!({"name": "Design", "colour": "teal", "task": task})).await.id();
    let card = ana.post(&format!("/tasks/{task}/labels/"), json!({"add": [bug]})).await.json;
    assert_eq!(card["labels"], json!([bug, design]));
    let edited = ana.post(&format!("{path}{bug}/edit/"), json!({"name": "design", "colour": "red"})).await;
    assert_eq!(edited.code(), "taken");
    let edited = ana.post(&format!("{path}{bug}/edit/"), json!({"name": "bug", "colour": "pink"})).await;
    assert_eq!((&edited.json["name"], &edited.json["colour"]), (&json!("bug"), &json!("pink")));
    let page = bo.get(&function("load_page", json!({"page": {"labels": {"board": board}}}))).await.json;
    assert_eq!(page["labels"][0], json!([{"id": bug, "name": "bug", "colour": "pink"}, 1]), "{page}");

    // Another board's are not this one's.
    let other = ana.post("/boards/", json!({"name": "Other"})).await.id();
    let foreign = label(&ana, other, "Bug").await;
    assert_eq!(ana.post(&format!("{path}{foreign}/edit/"), json!({"name": "x"})).await.status, 404);
    assert_eq!(ana.post(&format!("{path}{foreign}/delete/"), json!({})).await.status, 404);
    let refused = ana.post(&format!("/tasks/{task}/labels/"), json!({"add": [foreign]})).await;
    assert_eq!((refused.status.as_u16(), &refused.json["field"]), (422, &json!("label")));
    assert_eq!(ana.post(&format!("/boards/{other}/labels/"), json!({"name": "y", "task": task})).await.status, 422);
    assert_eq!(app.number("select count(*) from labels where name = 'y'").await, 0, "all of it or nothing");

    assert_eq!(bo.post(&format!("{path}{bug}/delete/"), json!({})).await.status, 200);
    let card = ana.post(&format!("/tasks/{task}/labels/"), json!({})).await.json;
    assert_eq!(card["labels"], json!([design]));
}

async fn a_change_reaches_the_board_and_the_task_and_nothing_is_told_twice(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("board:{board}"), 0), (&format!("task:{task}"), 0)]).await;
    socket.rest().await;
    let key = uuid::Uuid::now_v7();
    let body = json!({"due": "2026-11-25", "client_id": key});
    let (first, again) = (
        ana.post(&format!("/tasks/{task}/due/"), body.clone()).await,
        ana.post(&format!("/tasks/{task}/due/"), body).await,
    );
    assert_eq!((first.status.as_u16(), &first.json), (200, &again.json));
    let reused = ana.post(&format!("/tasks/{task}/due/"), json!({"due": "2026-11-26", "client_id": key})).await;
    assert_eq!(reused.status, 409);
    ana.post(&format!("/tasks/{task}/due/"), json!({"due": "2026-11-25"})).await;
    ana.post(&format!("/tasks/{task}/priority/"), json!({"priority": "urgent"})).await;
    ana.post(&format!("/tasks/{task}/progress/"), json!({"progress": 75})).await;
    let told: Vec<Value> = socket.rest().await.into_iter().filter(|frame| frame["type"] == "event").collect();
    let cards: Vec<&Value> = told.iter().map(|frame| &frame["event"]["card_changed"]["card"]).collect();
    assert_eq!(cards.len(), 6, "three changes, each on the board and on the task: {told:?}");
    let last = cards[5];
    assert_eq!(
        (&last["due"], &last["priority"], &last["progress"]),
        (&json!("2026-11-25"), &json!("urgent"), &json!(75)),
        "{last}"
    );
    assert!(cards[0]["revision"].as_i64() < last["revision"].as_i64());
    let board_page = bo.get(&function("load_page", json!({"page": {"board": {"board": board}}}))).await.json;
    assert_eq!(&board_page["cards"][0], last, "a snapshot says what the events say");
    for (what, body) in [("due", json!({"due": ""})), ("priority", json!({"priority": ""}))] {
        let cleared = ana.post(&format!("/tasks/{task}/{what}/"), body).await;
        assert_eq!((cleared.status.as_u16(), &cleared.json[what]), (200, &Value::Null));
    }
}

async fn people_who_change_one_task_at_once_both_get_what_they_meant(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    let mut ids = Vec::new();
    for n in 0..8 {
        ids.push(label(&ana, board, &format!("Label {n}")).await);
    }
    let mut socket = Socket::live(&app, &bo, &[(&format!("board:{board}"), 0)]).await;
    socket.rest().await;
    let add = |id: i64| {
        let person = if id % 2 == 0 { ana.clone() } else { bo.clone() };
        async move { person.post(&format!("/tasks/{task}/labels/"), json!({"add": [id]})).await.status }
    };
    let path = format!("/tasks/{task}/edit/");
    let edit = ana.post(&path, json!({"title": "Ship", "description": "", "version": 1}));
    let (statuses, edited) = tokio::join!(futures::future::join_all(ids.iter().map(|id| add(*id))), edit);
    assert!(statuses.iter().all(|status| *status == 200) && edited.status == 200, "{statuses:?} {edited:?}");
    let mut last = Value::Null;
    for frame in socket.rest().await {
        let card = frame["event"]["card_changed"]["card"].clone();
        if card.is_object() {
            assert!(card["revision"].as_i64() > last["revision"].as_i64(), "{last} then {card}");
            last = card;
        }
    }
    assert_eq!((&last["labels"], &last["title"]), (&json!(ids), &json!("Ship")), "the last event has all of it");
}

async fn what_is_no_change_of_a_task_is_refused_by_field(app: TestApp) {
    let Scene { ana, eve, task, .. } = app.with_board().await;
    for (what, body, field) in [
        ("assignees", json!({"add": [eve.id]}), "user"),
        ("assignees", json!({"add": [i64::MAX]}), "user"),
        ("assignees", json!({"add": {"$ne": 1}}), "add"),
        ("assignees", json!({"add": vec![ana.id; 51]}), "add"),
        ("labels", json!({"add": [999_999]}), "label"),
        ("due", json!({"due": "tomorrow"}), "due"),
        ("due", json!({"due": "2026-02-30"}), "due"),
        ("due", json!({"due": "10000-01-01"}), "due"),
        ("due", json!({"due": 5}), "due"),
        ("priority", json!({"priority": "critical"}), "priority"),
        ("progress", json!({"progress": 101}), "progress"),
        ("progress", json!({"progress": -1}), "progress"),
        ("progress", json!({}), "progress"),
    ] {
        let refused = ana.post(&format!("/tasks/{task}/{what}/"), body.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (422, Some(field)), "{what} {body}");
    }
    let seq = app.number("select seq from streams where name like 'task:%' order by name desc limit 1").await;
    assert_eq!(seq, 0, "and nothing was told");
}

async fn who_leaves_the_board_is_assigned_to_nothing(app: TestApp) {
    let Scene { ana, bo, board, task, .. } = app.with_board().await;
    assign(&ana, task, &[bo.id]).await;
    assert_eq!(ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await.status, 200);
    let card = ana.post(&format!("/tasks/{task}/assignees/"), json!({})).await.json;
    assert_eq!(names(&card), Vec::<&str>::new());
    // Nor again by coming back.
    ana.post(&format!("/boards/{board}/members/"), json!({"username": "bo"})).await;
    let card = ana.post(&format!("/tasks/{task}/assignees/"), json!({})).await.json;
    assert_eq!(names(&card), Vec::<&str>::new());
}

async fn what_is_due_is_so_by_the_readers_day(app: TestApp) {
    let Scene { ana, board, task, .. } = app.with_board().await;
    // The two walls never show the same day.
    let mut days = Vec::new();
    for zone in ["Pacific/Kiritimati", "Etc/GMT+12"] {
        ana.take_cookie(&format!("tz={zone}"));
        let page = ana.get(&function("load_page", json!({"page": {"board": {"board": board}}}))).await.json;
        days.push(page["today"].as_str().unwrap().to_owned());
    }
    assert!(days[0] > days[1], "{days:?}");
    ana.post(&format!("/tasks/{task}/due/"), json!({"due": days[1]})).await;
    for (zone, words) in [("Pacific/Kiritimati", "Overdue"), ("Etc/GMT+12", "Due today")] {
        ana.take_cookie(&format!("tz={zone}"));
        for path in [format!("/boards/{board}/"), format!("/messaging/task/{task}/comments/")] {
            let page = ana.page(&path).await.text;
            assert!(page.contains(words), "{path} in {zone}: {page}");
        }
    }
}

/// As a browser without script does it.
#[tokio::test]
async fn each_is_changed_by_a_plain_form() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, board, task, .. } = app.with_board().await;
    let page = format!("/boards/{board}/tasks/{task}/");
    let id = ana.id.to_string();
    for (what, fields) in [
        ("assignees", ("add", id.as_str())),
        ("due", ("due", "2031-05-04")),
        ("priority", ("priority", "high")),
        ("progress", ("progress", "50")),
    ] {
        let done = ana.form(&format!("/tasks/{task}/{what}/"), &[fields]).await;
        assert_eq!((done.status.as_u16(), done.header("location")), (303, page.as_str()), "{what}");
    }
    let (next, task_id) = (page.as_str(), task.to_string());
    let new = [("name", "<b>Bug</b>"), ("colour", "red"), ("task", task_id.as_str()), ("next", next)];
    let made = ana.form(&format!("/boards/{board}/labels/"), &new).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (303, next));
    let shown = ana.page(&page).await.text;
    for words in ["4 May 2031", "High", "50", "&lt;b&gt;Bug&lt;/b&gt;"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let refused = ana.form(&format!("/tasks/{task}/due/"), &[("due", "2026-02-30")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("A date is written like 2026-11-25."), "{}", refused.text);
    let refused = ana.form(&format!("/boards/{board}/labels/"), &[("name", "<B>BUG</b>"), ("colour", "pink")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("There is a label of this name"), "{}", refused.text);
}

async fn items_of_a_description_are_ticked_where_they_stand(app: TestApp) {
    let Scene { ana, bo, vic, eve, task, .. } = app.with_board().await;
    let edit = json!({"title": "Ship it", "description": "- [ ] paint @bo\n- [ ] dry", "version": 1});
    let edited = ana.post(&format!("/tasks/{task}/edit/"), edit).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    let version = edited.json["version"].as_i64().unwrap();
    let mut bos = Socket::live(&app, &bo, &[(&format!("task:{task}"), 0)]).await;
    bos.rest().await;
    let path = format!("/tasks/{task}/tick/");
    let body = |item: i64, version: i64| json!({"item": item, "done": true, "version": version});
    for (person, status) in [(&vic, 403), (&eve, 404)] {
        assert_eq!(person.post(&path, body(0, version)).await.status, status, "{}", person.name);
    }
    for item in [2, -1] {
        let none = ana.post(&path, body(item, version)).await;
        assert_eq!((none.status.as_u16(), none.json["field"].as_str()), (422, Some("item")), "{none:?}");
    }
    let mut once = body(1, version);
    once["client_id"] = json!(uuid::Uuid::now_v7());
    let (first, again) = (bo.post(&path, once.clone()).await, bo.post(&path, once).await);
    assert_eq!((first.status.as_u16(), &first.json), (200, &again.json), "{first:?}");
    assert_eq!(first.json["description"], "- [ ] paint @bo\n- [x] dry");
    let (_, kind, told) = bos.event().await;
    assert_eq!(kind, "task_changed");
    let html = told["task"]["description_html"].as_str().unwrap();
    assert!(html.contains(r#"checked="" aria-label="Done"> dry"#) && html.contains("mention"), "{html}");
    let late = ana.post(&path, body(0, version)).await;
    assert_eq!((late.status.as_u16(), late.code()), (409, "conflict"));
    assert_eq!(ana.post(&path, body(0, first.json["version"].as_i64().unwrap())).await.status, 200);
}
