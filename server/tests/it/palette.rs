//! What the palette finds: what one may read at that moment, and nothing of others.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::app::{Answer, Person, Scene, TestApp, function};

on_both_databases!(
    a_task_is_found_by_its_number_on_the_board_one_is_on_first,
    a_task_is_found_by_the_beginnings_of_words_of_its_title,
    rooms_and_people_are_found_by_their_names_the_best_first,
    nobody_finds_what_they_may_not_read,
    a_strange_text_is_answered,
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_without_end_must_wait() {
    let app = TestApp::start(|config| config.settings.rate_limits = true).await;
    let ana = app.with_user("ana").await;
    let mut asking = JoinSet::new();
    for _ in 0..200 {
        let ana = ana.clone();
        asking.spawn(async move { ask(&ana, None, "ship").await });
    }
    let answers = asking.join_all().await;
    let refused = answers.iter().find(|answer| answer.status == 429).expect("more than 60 at once are too many");
    assert!(refused.json["too_many"].is_object(), "{refused:?}");
    assert!(answers.iter().filter(|answer| answer.status == 200).count() >= 60);
}

async fn ask(person: &Person, board: Option<i64>, text: &str) -> Answer {
    person.get(&function("look_up", json!({"board": board, "text": text}))).await
}

/// What is found of a kind, by one field.
async fn found(person: &Person, kind: &str, field: &str, text: &str) -> Vec<String> {
    let answer = ask(person, None, text).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let rows = answer.json[kind].as_array().unwrap_or_else(|| panic!("no {kind} in {answer:?}"));
    rows.iter().map(|row| row[field].as_str().unwrap_or_else(|| panic!("no {field} in {row}")).to_owned()).collect()
}

async fn tasks(person: &Person, text: &str) -> Vec<String> {
    found(person, "tasks", "title", text).await
}

async fn add(person: &Person, board: i64, title: &str) -> i64 {
    person.post(&format!("/boards/{board}/tasks/"), json!({"title": title})).await.id()
}

async fn a_task_is_found_by_its_number_on_the_board_one_is_on_first(app: TestApp) {
    let Scene { bo, board, task, .. } = app.with_board().await;
    let other = bo.post("/boards/", json!({"name": "Garden"})).await.id();
    let (here, there) = (task, add(&bo, other, "Mow").await);
    for (on, expected) in [(Some(board), [here, there]), (Some(other), [there, here])] {
        for text in ["#1", " 1 "] {
            let ids: Vec<Value> =
                ask(&bo, on, text).await.json["tasks"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
            assert_eq!(ids, expected, "{text} on {on:?}");
        }
    }
    let row = &ask(&bo, Some(other), "#1").await.json["tasks"][0];
    let expected = json!({"id": there, "board": other, "board_name": "Garden", "number": 1, "title": "Mow"});
    assert_eq!(*row, expected);
    assert_eq!(tasks(&bo, "#999999").await, Vec::<String>::new());
    assert_eq!(tasks(&bo, "#1x").await, Vec::<String>::new());
}

async fn a_task_is_found_by_the_beginnings_of_words_of_its_title(app: TestApp) {
    let Scene { ana, bo, board, .. } = app.with_board().await;
    let task = add(&ana, board, "Paint the Grösse railing").await;
    add(&ana, board, "Repaint nothing").await;
    add(&ana, board, "設計書を書く").await;
    let described =
        ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Other", "description": "paint"})).await;
    assert_eq!(described.status, 201, "{described:?}");
    for text in ["p", "paint", "PAI rail", "rail pai", "gröss", "GROSS", "the"] {
        let found = tasks(&bo, text).await;
        assert_eq!(found, ["Paint the Grösse railing"], "{text}");
    }
    for text in ["設", "設計", "計書", "設計書"] {
        assert_eq!(tasks(&bo, text).await, ["設計書を書く"], "{text}");
    }
    assert_eq!(tasks(&bo, "paint wall").await, Vec::<String>::new());
    // What the title says now is found, and no longer what it said.
    let edited = json!({"title": "Sand the railing", "description": "", "version": 1});
    let edited = ana.post(&format!("/tasks/{task}/edit/"), edited).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    assert_eq!((tasks(&bo, "paint").await.len(), tasks(&bo, "sand").await.len()), (0, 1));
    // The title that begins so comes before the newer one that has such a word inside.
    add(&ana, board, "Do not sand").await;
    assert_eq!(tasks(&bo, "sand").await, ["Sand the railing", "Do not sand"]);
    for n in 0..12 {
        add(&ana, board, &format!("Many {n}")).await;
    }
    assert_eq!(tasks(&bo, "many").await.len(), 8);
}

async fn rooms_and_people_are_found_by_their_names_the_best_first(app: TestApp) {
    let Scene { ana, board, .. } = app.with_board().await;
    for name in ["Big sale", "Wholesale", "Sales"] {
        ana.post(&format!("/messaging/board/{board}/rooms/create/"), json!({"name": name})).await;
    }
    assert_eq!(found(&ana, "rooms", "name", "SALE").await, ["Sales", "Big sale", "Wholesale"]);
    assert_eq!(found(&ana, "rooms", "name", "sale big").await, ["Big sale"]);
    assert_eq!(found(&ana, "rooms", "name", "sa%").await, Vec::<String>::new());
    assert_eq!(found(&ana, "people", "username", "bo").await, ["bo"]);
    assert_eq!(found(&ana, "people", "username", "vi").await, ["vic"]);
    // However many have it inside and come first by the alphabet.
    for n in 0..51 {
        ana.post(&format!("/messaging/board/{board}/rooms/create/"), json!({"name": format!("Abroad {n}, resale")}))
            .await;
    }
    let best = found(&ana, "rooms", "name", "sale").await;
    assert_eq!(best[..2], ["Sales", "Big sale"], "{best:?}");
    let room = &ask(&ana, None, "secret").await.json["rooms"][0];
    assert_eq!((&room["private"], &room["board_name"]), (&json!(true), &json!("Website")));
}

async fn nobody_finds_what_they_may_not_read(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, secret, .. } = app.with_board().await;
    assert_eq!(tasks(&vic, "ship").await, ["Ship it"], "a viewer reads");
    assert_eq!(tasks(&vic, "#1").await, ["Ship it"]);
    for (kind, field, text) in [
        ("tasks", "title", "ship"),
        ("tasks", "title", "#1"),
        ("rooms", "name", "general"),
        ("people", "username", "ana"),
        ("people", "username", "bo"),
    ] {
        assert_eq!(found(&eve, kind, field, text).await, Vec::<String>::new(), "{text}");
    }
    assert_eq!(found(&bo, "rooms", "name", "secret").await, Vec::<String>::new());
    let added = ana.post(&format!("/messaging/room/{secret}/members/"), json!({"user": bo.id})).await;
    assert_eq!(added.status, 201, "{added:?}");
    assert_eq!(found(&bo, "rooms", "name", "secret").await, ["secret"]);
    let removed = ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(removed.status, 200, "{removed:?}");
    assert_eq!(tasks(&bo, "ship").await, Vec::<String>::new());
    assert_eq!(tasks(&bo, "#1").await, Vec::<String>::new());
    assert_eq!(found(&bo, "rooms", "name", "e").await, Vec::<String>::new());
    assert_eq!(found(&bo, "people", "username", "ana").await, Vec::<String>::new());
    assert_eq!(ask(&app.stranger(), None, "ship").await.status, 401);
}

async fn a_strange_text_is_answered(app: TestApp) {
    let Scene { bo, .. } = app.with_board().await;
    let long = "a ".repeat(300);
    for text in
        ["", "  ", "\0", "%", "_", "\\", "'", "\"", "\" OR \"", ":o1", ":t1:ship", "!!", "*", "ship*", "(", "#", &long]
    {
        let answer = ask(&bo, Some(i64::MAX), text).await;
        assert_eq!(answer.status, 200, "{text:?}: {answer:?}");
        assert_eq!(answer.json["tasks"], json!([]), "{text:?}");
    }
    assert_eq!(tasks(&bo, "ship \0").await, ["Ship it"]);
    let unread = bo.get(&function("look_up", json!({"board": "x", "text": "ship"}))).await;
    assert_eq!(unread.status, 422, "{unread:?}");
}
