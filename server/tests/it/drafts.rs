//! What people have begun to write, in all of their browsers.

use serde_json::{Value, json};

use crate::{
    app::{Answer, Person, Scene, TestApp, function},
    nodes::eventually,
    socket::Socket,
};

on_both_databases!(
    a_draft_follows_its_writer_and_nobody_else,
    drafts_are_kept_apart_by_place_and_by_what_is_replied_to,
    a_draft_is_bounded_and_for_who_may_read_the_place,
);

async fn save(person: &Person, place: &str, parent: Option<i64>, text: &str) -> Answer {
    person.post("/api/save_draft", json!({"place": place, "parent": parent, "text": text})).await
}

/// The drafts of a place as (what is replied to, text).
async fn drafts(person: &Person, place: &str) -> Vec<(Option<i64>, String)> {
    let answer = person.get(&function("load_drafts", json!({"place": place}))).await;
    let drafts = answer.json.as_array().unwrap_or_else(|| panic!("{answer:?}"));
    drafts.iter().map(|draft| (draft["parent"].as_i64(), draft["text"].as_str().unwrap().to_owned())).collect()
}

async fn a_draft_follows_its_writer_and_nobody_else(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let place = format!("room:{room}");
    let mut other = Socket::live(&app, &ana, &[(&format!("user:{}", ana.id), 0), (&place, 0)]).await;
    other.rest().await;
    assert_eq!(save(&ana, &place, None, "  I was about to say").await.status, 200);
    let (_, kind, event) = other.event().await;
    assert_eq!((kind.as_str(), &event["place"], &event["parent"]), ("draft_changed", &json!(place), &Value::Null));
    assert!(!event.to_string().contains("about"), "the log keeps no draft");
    assert_eq!(drafts(&ana, &place).await, [(None, "  I was about to say".into())], "as it was typed");
    assert!(drafts(&bo, &place).await.is_empty());
    save(&ana, &place, None, "  I was about to say").await;
    assert!(other.rest().await.iter().all(|frame| frame["type"] != "event"), "the same again changes nothing");
    save(&ana, &place, None, "this").await;
    assert_eq!(other.event().await.1, "draft_changed");
    assert_eq!(drafts(&ana, &place).await, [(None, "this".into())]);
    save(&ana, &place, None, " \n").await;
    assert_eq!(other.event().await.1, "draft_changed");
    assert!(drafts(&ana, &place).await.is_empty(), "an empty one is none");
    assert_eq!(app.number("select count(*) from drafts").await, 0);
}

async fn drafts_are_kept_apart_by_place_and_by_what_is_replied_to(app: TestApp) {
    let Scene { ana, vic, room, task, .. } = app.with_board().await;
    let root = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "news"})).await.id();
    let comment = ana.post(&format!("/messaging/task/{task}/comments/"), json!({"content": "hm"})).await.id();
    let (room, task) = (format!("room:{room}"), format!("task:{task}"));
    for (place, parent, text) in
        [(&room, None, "a"), (&room, Some(root), "b"), (&task, None, "c"), (&task, Some(comment), "d")]
    {
        assert_eq!(save(&vic, place, parent, text).await.status, 200, "a viewer's own mark");
    }
    let sorted = async |place: &str| {
        let mut drafts = drafts(&vic, place).await;
        drafts.sort();
        drafts
    };
    assert_eq!(sorted(&room).await, [(None, "a".into()), (Some(root), "b".into())]);
    assert_eq!(sorted(&task).await, [(None, "c".into()), (Some(comment), "d".into())]);
    save(&vic, &format!("thread:{root}"), None, "e").await;
    assert_eq!(sorted(&room).await[1], (Some(root), "e".into()), "a thread is a reply to its first message");
    for (place, parent) in [(&room, comment), (&task, root), (&room, 999_999)] {
        let refused = save(&vic, place, Some(parent), "x").await;
        assert_eq!(refused.status, 422, "{place} {parent}: {refused:?}");
    }
}

async fn a_draft_is_bounded_and_for_who_may_read_the_place(app: TestApp) {
    let Scene { ana, bo, eve, board, room, secret, .. } = app.with_board().await;
    let place = format!("room:{room}");
    for text in ["a\0b", &"x".repeat(10_001)] {
        assert_eq!(save(&ana, &place, None, text).await.status, 422);
    }
    assert_eq!(save(&ana, &place, None, &"é".repeat(10_000)).await.status, 200);
    for (person, place) in [(&eve, place.clone()), (&bo, format!("room:{secret}")), (&ana, format!("board:{board}"))] {
        assert_eq!(save(person, &place, None, "x").await.status, 404, "{} {place}", person.name);
        assert_eq!(person.get(&function("load_drafts", json!({"place": place}))).await.status, 404);
    }
    assert_eq!(save(&app.stranger(), &place, None, "x").await.status, 401);
    save(&bo, &place, None, "soon gone").await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(bo.get(&function("load_drafts", json!({"place": place}))).await.status, 404);
    ana.post(&format!("/messaging/room/{room}/delete/"), json!({})).await;
    let left = "select count(*) from drafts";
    eventually("housekeeping has taken the drafts of the room out", async || app.number(left).await == 0).await;
}
