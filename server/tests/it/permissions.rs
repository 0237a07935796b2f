//! The table of who may do what, over every route that changes or shows something.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Person, Scene, TestApp};

on_both_databases!(every_route_follows_the_table_of_roles, an_admin_of_the_installation_is_no_member);

/// Who, in the order of [`Deed::allowed`].
const WHO: [&str; 4] = ["an outsider", "a viewer", "a member", "an owner"];

/// A thing to do, and whether each of the four may do it.
struct Deed {
    name: &'static str,
    path: String,
    /// Null: it is read.
    body: Value,
    allowed: [bool; 4],
}

async fn every_route_follows_the_table_of_roles(app: TestApp) {
    let Scene { ana, bo, vic, eve, board, room, task, .. } = app.with_board().await;
    let people = [&eve, &vic, &bo, &ana];
    for (who, name_of) in WHO.into_iter().enumerate() {
        // Fresh things for each, so that nobody finds what another has changed.
        let s = Things::new(&ana, board).await;
        for Deed { name, path, body, allowed } in deeds(&s, board, room, task) {
            let person = people[who];
            let answer = if body.is_null() { person.get(&path).await } else { person.post(&path, body).await };
            let expected = match (allowed[who], who) {
                (true, _) => answer.status.is_success(),
                // What cannot be seen is not there; what is seen and not allowed is forbidden.
                (false, 0) => answer.status == StatusCode::NOT_FOUND,
                (false, _) => answer.status == StatusCode::FORBIDDEN,
            };
            assert!(expected, "{name_of} {name}: {answer:?}");
        }
    }
}

/// What the deeds are done to.
struct Things {
    room: i64,
    doomed: i64,
    message: i64,
    task: i64,
    column: i64,
    label: i64,
    item: i64,
    /// A task with a list in its description.
    listed: i64,
    /// A column that nobody needs.
    spare: i64,
    /// A column whose tasks are archived.
    emptied: i64,
    doomed_task: i64,
}

impl Things {
    async fn new(ana: &Person, board: i64) -> Self {
        let unique = uuid::Uuid::now_v7().simple().to_string();
        let rooms = format!("/messaging/board/{board}/rooms/create/");
        let room = ana.post(&rooms, json!({"name": format!("room {unique}")})).await.id();
        let doomed = ana.post(&rooms, json!({"name": format!("doomed {unique}")})).await.id();
        let message = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "mine"})).await.id();
        let task = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "A task"})).await;
        let label = ana.post(&format!("/boards/{board}/labels/"), json!({"name": unique})).await.id();
        let item = ana.post(&format!("/tasks/{}/checklist/", task.id()), json!({"text": "Paint"})).await;
        let item = item.json["item"]["id"].as_i64().unwrap();
        let spare = ana.post(&format!("/boards/{board}/columns/"), json!({"name": "Spare"})).await.id();
        let body = json!({"title": "Another", "description": "- [ ] a"});
        let listed = ana.post(&format!("/boards/{board}/tasks/"), body).await.id();
        let emptied = ana.post(&format!("/boards/{board}/columns/"), json!({"name": "Emptied"})).await.id();
        let doomed_task = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Doomed"})).await.id();
        Self {
            emptied,
            doomed_task,
            label,
            item,
            listed,
            room,
            doomed,
            message,
            task: task.id(),
            column: task.json["column"].as_i64().unwrap(),
            spare,
        }
    }
}

fn deeds(things: &Things, board: i64, seen_room: i64, seen_task: i64) -> Vec<Deed> {
    let Things { room, doomed, message, task, listed, column, spare, label, item, emptied, doomed_task } = things;
    let read = |name, path: String| Deed { name, path, body: Value::Null, allowed: [false, true, true, true] };
    let deed = |name, path: String, body, allowed| Deed { name, path, body, allowed };
    let (anyone_on_it, writers, owners) =
        ([false, true, true, true], [false, false, true, true], [false, false, false, true]);
    let unique = uuid::Uuid::now_v7().simple().to_string();
    vec![
        read("reads the room's history", format!("/messaging/room/{seen_room}/history/")),
        read("reads the task's comments", format!("/messaging/task/{seen_task}/comments/history/")),
        deed("marks a room read", format!("/messaging/room/{room}/read/"), json!({}), anyone_on_it),
        deed("marks a task read", format!("/messaging/task/{task}/read/"), json!({}), anyone_on_it),
        deed("joins a room", format!("/messaging/room/{room}/join/"), json!({}), anyone_on_it),
        read("reads what a message said before", format!("/messaging/message/{message}/versions/")),
        read("reads a thread", format!("/messaging/message/{message}/replies/")),
        read("reads a room's pins", format!("/messaging/room/{room}/pins/")),
        read("reads a task's pins", format!("/messaging/task/{task}/pins/")),
        deed("marks a room unread", format!("/messaging/message/{message}/unread/"), json!({}), anyone_on_it),
        deed("follows a thread", format!("/messaging/message/{message}/follow/"), json!({}), anyone_on_it),
        deed("leaves a thread", format!("/messaging/message/{message}/unfollow/"), json!({}), anyone_on_it),
        deed("hears of a room", format!("/messaging/room/{room}/level/"), json!({"level": "everything"}), anyone_on_it),
        deed("hears of the board", format!("/boards/{board}/level/"), json!({"level": "mentions"}), anyone_on_it),
        deed("watches a task", format!("/tasks/{task}/watch/"), json!({}), anyone_on_it),
        deed("unwatches a task", format!("/tasks/{task}/unwatch/"), json!({}), anyone_on_it),
        deed("replies", format!("/messaging/message/{message}/replies/"), json!({"content": "hi"}), writers),
        deed("reacts", format!("/messaging/message/{message}/react/"), json!({"emoji": "👍"}), writers),
        deed("pins", format!("/messaging/message/{message}/pin/"), json!({}), writers),
        deed("unpins", format!("/messaging/message/{message}/unpin/"), json!({}), writers),
        deed(
            "edits what an owner posted",
            format!("/messaging/message/{message}/edit/"),
            json!({"content": "x"}),
            owners,
        ),
        deed("posts", format!("/messaging/room/{room}/send/"), json!({"message": "hi"}), writers),
        deed("comments", format!("/messaging/task/{task}/comments/"), json!({"comment": "hi"}), writers),
        deed("makes a task", format!("/boards/{board}/tasks/"), json!({"title": "New"}), writers),
        deed(
            "edits a task",
            format!("/tasks/{task}/edit/"),
            json!({"title": "Other", "description": "", "version": 1}),
            writers,
        ),
        deed("moves a task", format!("/tasks/{task}/move/"), json!({"column": column, "place": 1}), writers),
        deed(
            "ticks an item of a description",
            format!("/tasks/{listed}/tick/"),
            json!({"item": 0, "done": true, "version": 1}),
            writers,
        ),
        deed("assigns a task", format!("/tasks/{task}/assignees/"), json!({"add": []}), writers),
        deed("labels a task", format!("/tasks/{task}/labels/"), json!({"add": [label]}), writers),
        deed("dates a task", format!("/tasks/{task}/due/"), json!({"due": "2026-11-25"}), writers),
        deed("ranks a task", format!("/tasks/{task}/priority/"), json!({"priority": "high"}), writers),
        deed("says how far a task is", format!("/tasks/{task}/progress/"), json!({"progress": 50}), writers),
        deed("adds to a checklist", format!("/tasks/{task}/checklist/"), json!({"text": "Measure"}), writers),
        deed("ticks an item", format!("/tasks/{task}/checklist/{item}/tick/"), json!({"done": true}), writers),
        deed("renames an item", format!("/tasks/{task}/checklist/{item}/edit/"), json!({"text": "x"}), writers),
        deed("moves an item", format!("/tasks/{task}/checklist/{item}/move/"), json!({}), writers),
        deed("deletes an item", format!("/tasks/{task}/checklist/{item}/delete/"), json!({}), writers),
        deed("makes a label", format!("/boards/{board}/labels/"), json!({"name": unique}), writers),
        deed(
            "renames a label",
            format!("/boards/{board}/labels/{label}/edit/"),
            json!({"name": format!("{unique} b")}),
            writers,
        ),
        deed("deletes a label", format!("/boards/{board}/labels/{label}/delete/"), json!({}), writers),
        deed(
            "puts a task between others",
            format!("/tasks/{task}/move/"),
            json!({"column": column, "above": seen_task}),
            writers,
        ),
        deed("adds a column", format!("/boards/{board}/columns/"), json!({"name": "Another"}), writers),
        deed(
            "changes a column",
            format!("/boards/{board}/columns/{spare}/edit/"),
            json!({"name": "Renamed", "colour": "teal", "limit": 3}),
            writers,
        ),
        deed("moves a column", format!("/boards/{board}/columns/{spare}/move/"), json!({"after": column}), writers),
        deed("removes a column", format!("/boards/{board}/columns/{spare}/remove/"), json!({"to": column}), writers),
        read("reads the archive", format!("/boards/{board}/archive/")),
        deed("duplicates a task", format!("/tasks/{task}/duplicate/"), json!({}), writers),
        deed("archives a task", format!("/tasks/{task}/archive/"), json!({}), writers),
        deed("restores a task", format!("/tasks/{task}/restore/"), json!({}), writers),
        deed("archives a column's tasks", format!("/boards/{board}/columns/{emptied}/archive/"), json!({}), writers),
        deed("archives a column", format!("/boards/{board}/columns/{emptied}/put-away/"), json!({}), writers),
        deed("restores a column", format!("/boards/{board}/columns/{emptied}/restore/"), json!({}), writers),
        deed("deletes a task", format!("/tasks/{doomed_task}/delete/"), json!({}), writers),
        deed("restores a deleted task", format!("/tasks/{doomed_task}/restore/"), json!({}), writers),
        deed("makes a room", format!("/messaging/board/{board}/rooms/create/"), json!({"name": unique}), writers),
        deed("deletes what another posted", format!("/messaging/message/{message}/delete/"), json!({}), owners),
        deed(
            "edits a room another made",
            format!("/messaging/room/{room}/edit/"),
            json!({"name": format!("{unique} b")}),
            owners,
        ),
        deed("clears a room another made", format!("/messaging/room/{doomed}/clear/"), json!({}), owners),
        deed("deletes a room another made", format!("/messaging/room/{doomed}/delete/"), json!({}), owners),
        deed("renames the board", format!("/boards/{board}/rename/"), json!({"name": "Renamed"}), owners),
        deed("invites by link", format!("/boards/{board}/invites/"), json!({"role": "viewer"}), owners),
        deed("leaves a room", format!("/messaging/room/{room}/leave/"), json!({}), anyone_on_it),
    ]
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
