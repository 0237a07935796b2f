//! The table of who may do what, over everything that changes or shows something.

mod functions;
mod routes;
mod things;

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use self::things::Things;
use crate::{
    app::{Scene, TestApp},
    document::Document,
};

on_both_databases!(every_use_case_follows_the_table_of_roles, an_admin_of_the_installation_is_no_member);

/// Who, in the order of [`Deed::allowed`].
const WHO: [&str; 4] = ["an outsider", "a viewer", "a member", "an owner"];

const ANYONE: [bool; 4] = [false, true, true, true];
const WRITERS: [bool; 4] = [false, false, true, true];
const OWNERS: [bool; 4] = [false, false, false, true];

/// Routes that are of nobody's board: of a person alone, or open to all.
pub const OF_NO_BOARD: [&str; 23] = [
    "post /accounts/signup/",
    "post /accounts/login/",
    "post /accounts/logout/",
    "post /boards/",
    "post /boards/import/",
    // Each has their own, which is not there for others (`filtering`).
    "post /boards/{board}/filters/{filter}/edit/",
    "post /boards/{board}/filters/{filter}/delete/",
    "post /invite/{token}/",
    "post /messaging/files/",
    "post /messaging/files/{id}/remove/",
    "get /messaging/mentions/",
    "get /messaging/scheduled/",
    "post /messaging/scheduled/{id}/edit/",
    "post /messaging/scheduled/{id}/cancel/",
    "get /messaging/notifications/",
    "get /messaging/notifications/count/",
    "get /messaging/notifications/{id}/notice/",
    "post /messaging/notifications/{id}/read/",
    "post /messaging/notifications/{id}/unread/",
    "post /messaging/notifications/{id}/delete/",
    "post /messaging/notifications/read-all/",
    "get /search/",
    "get /tasks/",
];

/// Server functions that are of nobody's board.
const FUNCTIONS_OF_NO_BOARD: [&str; 9] = [
    // A board only says which tasks a number means first; it finds nothing that one can't see (`palette`).
    "look_up",
    "read_notification",
    "unread_notification",
    "delete_notification",
    "read_all_notifications",
    "edit_scheduled",
    "cancel_scheduled",
    // Of one's own browser.
    "subscribe_push",
    "unsubscribe_push",
];

/// A thing to do, and whether each of the four may do it.
struct Deed {
    name: &'static str,
    path: String,
    /// Null: it is read.
    body: Value,
    allowed: [bool; 4],
}

fn deed(name: &'static str, path: String, body: Value, allowed: [bool; 4]) -> Deed {
    Deed { name, path, body, allowed }
}

fn read(name: &'static str, path: String) -> Deed {
    deed(name, path, Value::Null, ANYONE)
}

async fn every_use_case_follows_the_table_of_roles(app: TestApp) {
    let scene = app.with_board().await;
    let document = Document::of(&app).await;
    let (mut tried, mut wrong) = (BTreeSet::new(), Vec::new());
    for (who, person) in [&scene.eve, &scene.vic, &scene.bo, &scene.ana].into_iter().enumerate() {
        for deeds in [functions::deeds, routes::deeds] {
            // Fresh things for each, so that nobody finds what another has changed.
            let things = Things::new(&app, &scene.ana, scene.board).await;
            for Deed { name, path, body, allowed } in deeds(&things, &scene) {
                let method = if body.is_null() { Method::GET } else { Method::POST };
                let answer = if body.is_null() { person.get(&path).await } else { person.post(&path, body).await };
                let expected = match (allowed[who], who) {
                    // Opening a message leads to where it stands.
                    (true, _) => answer.status.is_success() || answer.status == StatusCode::SEE_OTHER,
                    // What cannot be seen is not there; what is seen and not allowed is forbidden.
                    (false, 0) => answer.status == StatusCode::NOT_FOUND,
                    (false, _) => answer.status == StatusCode::FORBIDDEN,
                };
                if !expected {
                    wrong.push(format!("{} {name}: {method} {path}: {} {}", WHO[who], answer.status, answer.text));
                }
                if let Some(operation) = document.operation(&method, &path) {
                    document.holds(&operation, &answer);
                    tried.insert(operation);
                } else if let Some(function) = path.strip_prefix("/api/") {
                    tried.insert(function.split('?').next().unwrap().to_owned());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let all: BTreeSet<String> = document.operations().chain(functions::all()).collect();
    let of_no_board = OF_NO_BOARD.into_iter().chain(FUNCTIONS_OF_NO_BOARD).map(str::to_owned).collect();
    let forgotten: Vec<_> = all.difference(&tried).filter(|name| !BTreeSet::contains(&of_no_board, *name)).collect();
    assert!(forgotten.is_empty(), "not in the table: {forgotten:?}");
}

async fn an_admin_of_the_installation_is_no_member(app: TestApp) {
    let admin = app.with_user("first").await;
    let Scene { board, room, task, .. } = app.with_board().await;
    for path in [format!("/messaging/room/{room}/history/"), format!("/messaging/task/{task}/comments/history/")] {
        assert_eq!(admin.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(admin.page(&format!("/boards/{board}/")).await.status, 404);
    let refused = admin.post(&format!("/messaging/room/{room}/send/"), json!({"message": "I own the place"})).await;
    assert_eq!(refused.status, 404);
}
