//! Boards, members, tasks and rooms over JSON.

use serde_json::json;

use crate::app::{Scene, TestApp};

on_both_databases!(
    only_owners_run_a_board,
    a_key_that_repeats_makes_one_board,
    a_board_begins_as_its_template_says,
    an_edit_from_an_older_version_is_a_conflict,
    a_task_moves_between_columns,
    a_private_room_is_managed_by_who_is_in_it,
    who_is_removed_sees_nothing_any_more,
);

async fn only_owners_run_a_board(app: TestApp) {
    let Scene { ana, bo, vic, board, .. } = app.with_board().await;
    let members = format!("/boards/{board}/members/");
    for person in [&bo, &vic] {
        let refused = person.post(&members, json!({"username": "eve", "role": "owner"})).await;
        assert_eq!(refused.status, 403, "{} adds: {refused:?}", person.name);
        let refused = person.post(&format!("{members}{}/role/", person.id), json!({"role": "owner"})).await;
        assert_eq!(refused.status, 403, "{} rises: {refused:?}", person.name);
        let refused = person.post(&format!("/boards/{board}/rename/"), json!({"name": "Mine"})).await;
        assert_eq!(refused.status, 403, "{} renames: {refused:?}", person.name);
    }
    let odd = ana.post(&members, json!({"username": "eve", "role": "king"})).await;
    assert_eq!((odd.status.as_u16(), odd.json["field"].as_str()), (422, Some("role")));
    let last = ana.post(&format!("{members}{}/role/", ana.id), json!({"role": "viewer"})).await;
    assert!(last.status.is_client_error(), "the last owner is not lowered: {last:?}");
    let risen = ana.post(&format!("{members}{}/role/", vic.id), json!({"role": "member"})).await;
    assert_eq!((risen.status.as_u16(), risen.json["role"].as_str()), (200, Some("member")));
}

async fn a_key_that_repeats_makes_one_board(app: TestApp) {
    let ana = app.with_user("ana").await;
    let body = json!({"name": "Website", "client_id": uuid::Uuid::now_v7()});
    let (first, again) = (ana.post("/boards/", body.clone()).await, ana.post("/boards/", body.clone()).await);
    assert_eq!((first.status, &first.json), (again.status, &again.json));
    assert_eq!(first.json["role"], "owner");
    let mut other = body;
    other["name"] = json!("Another");
    assert_eq!(ana.post("/boards/", other).await.status, 409);
}

async fn a_board_begins_as_its_template_says(app: TestApp) {
    let ana = app.with_user("ana").await;
    let begun = async |template: &str| {
        let before = app.number("select count(*) from tasks").await;
        let body = json!({"name": "New", "template": template, "client_id": uuid::Uuid::now_v7()});
        let made = ana.post("/boards/", body.clone()).await;
        assert_eq!(made.status, 201, "{template}: {made:?}");
        assert_eq!(ana.post("/boards/", body).await.json, made.json, "sent twice it is one");
        let page = ana.page(&format!("/boards/{}/", made.id())).await.text;
        (page, app.number("select count(*) from tasks").await - before)
    };
    for (template, columns, tasks) in [
        ("plain", &["To do", "Doing", "Done"][..], 0),
        ("software", &["Backlog", "Next", "In progress", "Review", "Done"], 3),
        ("editorial", &["Ideas", "Writing", "Editing", "Ready", "Published"], 3),
        ("event", &["To arrange", "Waiting for an answer", "Arranged", "Done"], 4),
    ] {
        let (page, made) = begun(template).await;
        assert_eq!(made, tasks, "{template}");
        let places: Vec<_> = columns.iter().map(|name| page.find(&format!(">{name}<"))).collect();
        assert!(places.is_sorted() && places[0].is_some(), "{template}: {places:?} in {page}");
    }
    let odd = ana.post("/boards/", json!({"name": "x", "template": "nothing"})).await;
    assert_eq!((odd.status.as_u16(), odd.json["field"].as_str()), (422, Some("template")));
}

async fn an_edit_from_an_older_version_is_a_conflict(app: TestApp) {
    let Scene { ana, bo, task, .. } = app.with_board().await;
    let path = format!("/tasks/{task}/edit/");
    let edit = |title: &str, version: i64| json!({"title": title, "description": "", "version": version});
    let first = ana.post(&path, edit("Ship it soon", 1)).await;
    assert_eq!(first.status, 200, "{first:?}");
    let second = bo.post(&path, edit("Ship it late", 1)).await;
    assert_eq!((second.status.as_u16(), second.code()), (409, "conflict"));
    let version = first.json["version"].as_i64().unwrap();
    assert_eq!(bo.post(&path, edit("Ship it late", version)).await.status, 200);
}

async fn a_task_moves_between_columns(app: TestApp) {
    let Scene { ana, eve, board, task, .. } = app.with_board().await;
    let other = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Another"})).await;
    let from = other.json["column"].as_i64().unwrap();
    let path = format!("/tasks/{task}/move/");
    let moved = ana.post(&path, json!({"column": from + 1, "place": 1})).await;
    assert_eq!((moved.status.as_u16(), moved.json["column"].as_i64()), (200, Some(from + 1)), "{moved:?}");
    assert_eq!(eve.post(&path, json!({"column": from})).await.status, 404);
    let nowhere = ana.post(&path, json!({"column": 999_999})).await;
    assert!(matches!(nowhere.status.as_u16(), 404 | 422), "{nowhere:?}");
    let without = ana.post(&path, json!({})).await;
    assert_eq!((without.status.as_u16(), without.json["field"].as_str()), (422, Some("column")));
}

async fn a_private_room_is_managed_by_who_is_in_it(app: TestApp) {
    let Scene { ana, bo, eve, secret, .. } = app.with_board().await;
    let room = format!("/messaging/room/{secret}/");
    assert_eq!(bo.post(&format!("{room}send/"), json!({"message": "hi"})).await.status, 404);
    assert_eq!(bo.post(&format!("{room}join/"), json!({})).await.status, 404);
    let stranger = ana.post(&format!("{room}members/"), json!({"user": eve.id})).await;
    assert!(matches!(stranger.status.as_u16(), 404 | 422), "not on the board: {stranger:?}");
    let added = ana.post(&format!("{room}members/"), json!({"user": bo.id})).await;
    assert_eq!((added.status.as_u16(), added.json["username"].as_str()), (201, Some("bo")), "{added:?}");
    assert_eq!(bo.post(&format!("{room}send/"), json!({"message": "hi"})).await.status, 201);
    assert_eq!(bo.post(&format!("{room}edit/"), json!({"name": "mine"})).await.status, 403);
    let removed = ana.post(&format!("{room}members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(removed.status, 200, "{removed:?}");
    assert_eq!(bo.get(&format!("{room}history/")).await.status, 404);
}

async fn who_is_removed_sees_nothing_any_more(app: TestApp) {
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    let history = format!("/messaging/room/{room}/history/");
    assert_eq!(bo.get(&history).await.status, 200);
    assert_eq!(ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await.status, 200);
    assert_eq!(bo.get(&history).await.status, 404);
    assert_eq!(bo.page(&format!("/boards/{board}/")).await.status, 404);
}
