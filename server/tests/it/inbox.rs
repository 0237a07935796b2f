//! The inbox: one row for each place, whatever happens there.

use serde_json::{Value, json};

use crate::app::{Person, Scene, TestApp};

on_both_databases!(a_row_stands_for_what_is_left_of_its_messages, a_row_is_marked_unread_and_taken_out,);

const INBOX: &str = "/messaging/notifications/";

/// The rows of an inbox but those of being added somewhere, newest first.
pub async fn rows(person: &Person) -> Vec<Value> {
    let inbox = person.get(INBOX).await.json;
    let rows = inbox["notifications"].as_array().unwrap().iter();
    rows.filter(|row| !["system", "room"].contains(&row["type"].as_str().unwrap())).cloned().collect()
}

async fn unread(person: &Person) -> i64 {
    person.get(&format!("{INBOX}count/")).await.json["count"].as_i64().unwrap()
}

/// What somebody does to a row of their inbox; the status that it is answered with.
async fn act(person: &Person, row: &Value, verb: &str) -> u16 {
    person.post(&format!("{INBOX}{}/{verb}/", row["id"]), json!({})).await.status.as_u16()
}

async fn a_row_stands_for_what_is_left_of_its_messages(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let first = ana.say(room, "first @bo").await;
    let second = ana.say(room, "second @bo").await;
    let third = ana.say(room, "third @bo").await;
    for (gone, left, count) in [(third, second, 2), (first, second, 1)] {
        ana.post(&format!("/messaging/message/{gone}/delete/"), json!({})).await;
        let rows = rows(&bo).await;
        let leads = rows[0]["url"].as_str().unwrap();
        assert!(leads.ends_with(&format!("#m{left}")), "{rows:?}");
        assert_eq!((rows.len(), &rows[0]["count"]), (1, &json!(count)));
    }
    ana.post(&format!("/messaging/message/{second}/delete/"), json!({})).await;
    assert_eq!(rows(&bo).await, [] as [Value; 0]);
    ana.post(&format!("/messaging/message/{second}/restore/"), json!({})).await;
    assert_eq!(rows(&bo).await.len(), 1, "what is undone is there again");
}

async fn a_row_is_marked_unread_and_taken_out(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    bo.post(&format!("{INBOX}read-all/"), json!({})).await;
    ana.say(room, "first @bo").await;
    ana.say(room, "second @bo").await;
    let row = rows(&bo).await.remove(0);
    assert_eq!((act(&bo, &row, "read").await, unread(&bo).await), (200, 0));
    assert_eq!((act(&bo, &row, "unread").await, unread(&bo).await), (200, 1));
    assert_eq!(rows(&bo).await, std::slice::from_ref(&row), "it stands for both messages again");
    for verb in ["unread", "delete"] {
        assert_eq!(act(&ana, &row, verb).await, 404, "another's row is not there");
    }
    assert_eq!((act(&bo, &row, "delete").await, unread(&bo).await), (200, 0));
    assert_eq!(rows(&bo).await, [] as [Value; 0]);
    assert_eq!(act(&bo, &row, "delete").await, 404, "it is gone");
    ana.say(room, "third @bo").await;
    assert_eq!(rows(&bo).await[0]["count"], 1, "what comes later makes a row of its own");
}
