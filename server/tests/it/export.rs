//! Rooms and boards written to files.

use serde_json::{Value, json};

use crate::app::{Person, Scene, TestApp};

on_both_databases!(
    a_room_is_exported_whole_with_its_threads_and_without_what_was_deleted,
    a_board_is_exported_with_its_tasks_and_the_rooms_that_one_sees,
    a_table_has_a_row_a_message_and_no_formulas,
    markdown_is_for_reading,
    an_export_is_for_who_may_read_the_place,
);

async fn say(person: &Person, room: i64, text: &str) -> i64 {
    person.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await.id()
}

async fn export(person: &Person, place: &str, format: &str) -> String {
    let answer = person.get(&format!("{place}export/?format={format}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let named = answer.headers["content-disposition"].to_str().unwrap();
    assert!(named.starts_with("attachment; filename=\""), "{named}");
    answer.text
}

async fn json_of(person: &Person, place: &str) -> Value {
    serde_json::from_str(&export(person, place, "json").await).unwrap()
}

fn texts(messages: &Value) -> Vec<&str> {
    messages.as_array().unwrap().iter().map(|message| message["content"].as_str().unwrap()).collect()
}

async fn a_room_is_exported_whole_with_its_threads_and_without_what_was_deleted(app: TestApp) {
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let place = format!("/messaging/room/{room}/");
    assert_eq!(json_of(&vic, &place).await["places"][0]["messages"], json!([]));

    let mut expected = Vec::new();
    let mut ids = Vec::new();
    for n in 1..=510 {
        ids.push(say(&ana, room, &format!("message {n}")).await);
        expected.push(format!("message {n}"));
    }
    // Threads: under the first of a page, under one that is deleted, and one that is longer than a page.
    let reply = async |root: i64, text: String| {
        let answer = bo.post(&format!("/messaging/message/{root}/replies/"), json!({"content": text})).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id()
    };
    for (nth, count) in [(500, 2), (499, 1), (10, 510)] {
        for n in (1..=count).rev() {
            reply(ids[nth], format!("reply {nth} {}", count + 1 - n)).await;
            expected.insert(nth + 1 + (count - n), format!("reply {nth} {}", count + 1 - n));
        }
    }
    ana.post(&format!("/messaging/message/{}/delete/", ids[499]), json!({})).await;
    ana.post(&format!("/messaging/message/{}/delete/", ids[3]), json!({})).await;
    expected.retain(|text| text != "message 500" && text != "message 4");
    ana.post(&format!("/messaging/message/{}/edit/", ids[0]), json!({"content": "edited"})).await;
    expected[0] = "edited".into();

    let exported = json_of(&vic, &place).await;
    assert_eq!(exported["places"].as_array().unwrap().len(), 1);
    let messages = &exported["places"][0]["messages"];
    assert_eq!(texts(messages), expected);
    assert!(messages[0]["edited"].is_string() && messages[0]["username"] == "ana");
    let first_reply = &messages[10];
    assert_eq!((first_reply["content"].as_str(), &first_reply["reply_to"]), (Some("reply 10 1"), &json!(ids[10])));
}

async fn a_board_is_exported_with_its_tasks_and_the_rooms_that_one_sees(app: TestApp) {
    let Scene { ana, bo, board, room, secret, task, .. } = app.with_board().await;
    say(&ana, room, "in general").await;
    say(&ana, secret, "in secret").await;
    let comments = format!("/messaging/task/{task}/comments/");
    let root = ana.post(&comments, json!({"content": "first"})).await.id();
    bo.post(&comments, json!({"content": "second", "parent": root})).await;
    let edit = json!({"title": "Ship it", "description": "By **Friday**", "version": 1});
    ana.post(&format!("/tasks/{task}/edit/"), edit).await;
    for n in 0..3 {
        ana.post(&format!("/boards/{board}/tasks/"), json!({"title": format!("Task {n}")})).await;
    }
    let place = format!("/boards/{board}/");
    let (anas, bos) = (json_of(&ana, &place).await, json_of(&bo, &place).await);
    assert_eq!(anas["board"], json!({"id": board, "name": "Website"}));
    let titles = |export: &Value| -> Vec<String> {
        let places = export["places"].as_array().unwrap().iter();
        places.map(|place| place["task"]["title"].as_str().or(place["room"]["name"].as_str()).unwrap().into()).collect()
    };
    assert_eq!(titles(&anas), ["Ship it", "Task 0", "Task 1", "Task 2", "general", "secret"]);
    assert_eq!(titles(&bos), ["Ship it", "Task 0", "Task 1", "Task 2", "general"]);
    let shipped = &bos["places"][0];
    assert_eq!(
        (&shipped["task"]["description"], &shipped["task"]["column"]),
        (&json!("By **Friday**"), &json!("To do"))
    );
    assert_eq!(texts(&shipped["messages"]), ["first", "second"]);
    assert_eq!(shipped["messages"][1]["reply_to"], root);
    assert!(!bos.to_string().contains("in secret"));
}

async fn a_table_has_a_row_a_message_and_no_formulas(app: TestApp) {
    let Scene { ana, board, room, .. } = app.with_board().await;
    say(&ana, room, "=HYPERLINK(\"http://evil\")").await;
    say(&ana, room, "two\nlines, a \"quote\"").await;
    let table = export(&ana, &format!("/boards/{board}/"), "csv").await;
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(rows.headers().unwrap().len(), 10);
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let cells = |row: &csv::StringRecord| [0, 1, 4, 6].map(|column| row[column].to_owned());
    assert_eq!(cells(&rows[0]), ["task", "#1 Ship it", "ana", ""]);
    assert_eq!(cells(&rows[1]), ["message", "general", "ana", "'=HYPERLINK(\"http://evil\")"]);
    assert_eq!(cells(&rows[2]), ["message", "general", "ana", "two\nlines, a \"quote\""]);
}

async fn markdown_is_for_reading(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    bo.form("/accounts/profile/", &[("display_name", "*Bo*"), ("email", "")]).await;
    let root = say(&ana, room, "- a\n- b").await;
    bo.post(&format!("/messaging/message/{root}/replies/"), json!({"content": "fine"})).await;
    let text = export(&ana, &format!("/messaging/room/{room}/"), "markdown").await;
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines[..2], ["# Website", "## general"]);
    assert!(lines[2].starts_with("### ") && lines[3].starts_with("**ana**, "), "{lines:#?}");
    assert_eq!(lines[4..6], ["- a", "- b"]);
    assert!(lines[6].starts_with("**\\*Bo\\***, ") && lines[6].ends_with(", in reply"), "{lines:#?}");
    assert_eq!(lines[7], "fine");
}

async fn an_export_is_for_who_may_read_the_place(app: TestApp) {
    let Scene { ana, bo, eve, board, room, secret, .. } = app.with_board().await;
    let status = async |person: &Person, path: String| person.get(&path).await.status.as_u16();
    for (person, place, expected) in [
        (&ana, format!("/messaging/room/{secret}/"), 200),
        (&bo, format!("/messaging/room/{secret}/"), 404),
        (&eve, format!("/messaging/room/{room}/"), 404),
        (&eve, format!("/boards/{board}/"), 404),
        (&bo, "/messaging/room/99999/".into(), 404),
    ] {
        assert_eq!(status(person, format!("{place}export/?format=json")).await, expected, "{} {place}", person.name);
    }
    for query in ["", "?format=", "?format=exe"] {
        assert_eq!(status(&ana, format!("/messaging/room/{room}/export/{query}")).await, 422, "{query}");
    }
    assert_eq!(status(&app.stranger(), format!("/messaging/room/{room}/export/?format=json")).await, 401);
}
