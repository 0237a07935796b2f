//! What the server functions of the hydrated page do, and who may.

use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{ANYONE, Deed, OWNERS, Things, WRITERS, deed, read};
use crate::{
    app::{Scene, function},
    scheduled::in_ms,
};

/// The names of all that there are.
pub fn all() -> impl Iterator<Item = String> {
    server_fn_paths().map(|(path, _)| path.strip_prefix("/api/").unwrap().to_owned())
}

/// What they do, in an order in which each finds what it needs.
pub fn deeds(things: &Things, scene: &Scene) -> Vec<Deed> {
    let Things {
        room,
        message,
        task,
        listed,
        column,
        spare,
        label,
        emptied,
        doomed_task,
        deleted,
        file,
        leaving,
        elsewhere,
        ..
    } = things;
    let Scene { vic, board, room: seen_room, task: seen_task, .. } = scene;
    let (in_room, on_task) = (format!("room:{room}"), format!("task:{task}"));
    let asks = |name: &'static str, arguments: Value| read(name, function(name, arguments));
    let page = |query: Value| asks("load_page", json!({"page": query}));
    let does = |name: &'static str, mut arguments: Value, allowed| {
        arguments["key"] = json!(Uuid::now_v7());
        deed(name, format!("/api/{name}"), arguments, allowed)
    };
    let hidden = |deed: Deed, allowed| Deed { allowed, ..deed };
    let moved = Uuid::now_v7();
    let unique = Uuid::now_v7().simple().to_string();
    vec![
        does("restore_message", json!({"id": deleted}), OWNERS),
        page(json!({"board": {"board": board}})),
        page(json!({"members": {"board": board}})),
        page(json!({"labels": {"board": board}})),
        page(json!({"archive": {"board": board, "shelf": "archived", "before": null}})),
        page(json!({"archive": {"board": board, "shelf": "columns", "before": null}})),
        page(json!({"activity": {"board": board, "task": null, "before": null}})),
        page(json!({"activity": {"board": board, "task": seen_task, "before": null}})),
        page(json!({"rooms": {"board": board}})),
        page(json!({"room": {"room": seen_room, "before": null, "at": null}})),
        page(json!({"room_settings": {"room": seen_room}})),
        page(json!({"thread": {"root": message, "before": null, "at": null}})),
        page(json!({"pins": {"place": in_room}})),
        page(json!({"task": {"task": seen_task, "before": null, "at": null}})),
        hidden(page(json!({"task_of": {"message": message}})), WRITERS),
        hidden(page(json!({"transfer": {"board": board, "tasks": [seen_task], "done": null}})), WRITERS),
        page(json!({"referrers": {"task": seen_task, "before": null}})),
        asks("older_messages", json!({"place": in_room, "before": message})),
        asks("newer_messages", json!({"place": in_room, "after": message})),
        asks("messages_around", json!({"place": in_room, "id": message})),
        asks("load_readers", json!({"id": message})),
        asks("load_outsiders", json!({"place": in_room, "content": "@bo"})),
        hidden(asks("load_reach", json!({"place": in_room, "content": "@here"})), WRITERS),
        asks("load_room_members", json!({"room": room})),
        asks("seek_message", json!({"place": in_room, "seek": {"after": 0}})),
        asks("load_drafts", json!({"place": in_room})),
        asks("load_quote", json!({"id": message})),
        asks("message_versions", json!({"id": message})),
        asks("load_references", json!({"board": board, "tasks": [seen_task]})),
        asks("mention_candidates", json!({"place": in_room, "q": ""})),
        asks("mention_people", json!({"place": in_room})),
        asks("name_tasks", json!({"place": in_room, "q": ""})),
        does("preview", json!({"place": in_room, "writing": "message", "content": "hi"}), WRITERS),
        does("preview", json!({"place": on_task, "writing": "text", "content": "hi"}), WRITERS),
        does("seen_place", json!({"place": in_room, "n": 1}), ANYONE),
        does("unread_from", json!({"id": message}), ANYONE),
        does("save_draft", json!({"place": in_room, "parent": null, "text": "hm"}), ANYONE),
        does("watch", json!({"place": on_task}), ANYONE),
        does("unwatch", json!({"place": on_task}), ANYONE),
        does("set_level", json!({"place": in_room, "level": "everything", "muted": false}), ANYONE),
        does("post_message", json!({"place": in_room, "content": "hi"}), WRITERS),
        does("post_message", json!({"place": on_task, "content": "hi"}), WRITERS),
        does("schedule_message", json!({"place": in_room, "text": "hi", "at": in_ms(3_600_000)}), WRITERS),
        does("react", json!({"id": message, "emoji": "👍"}), WRITERS),
        does("pin_message", json!({"id": message}), WRITERS),
        does("unpin_message", json!({"id": message}), WRITERS),
        does("edit_message", json!({"id": message, "content": "x"}), OWNERS),
        does("delete_message", json!({"id": message}), OWNERS),
        does("add_to_room", json!({"room": room, "user": vic.id}), OWNERS),
        does("create_task", json!({"board": board, "column": column, "title": "New"}), WRITERS),
        does("edit_task", json!({"task": task, "title": "Other", "description": "", "version": 1}), WRITERS),
        does("tick_task", json!({"task": listed, "item": 0, "done": true, "version": 1}), WRITERS),
        does("change_task", json!({"task": task, "changes": [{"progress": 50}]}), WRITERS),
        does("change_task", json!({"task": task, "changes": [{"label": label}]}), WRITERS),
        does("change_task", json!({"task": task, "changes": [{"cover": file}]}), WRITERS),
        does("move_task", json!({"task": task, "column": column, "place": 1}), WRITERS),
        does("move_card", json!({"task": task, "column": column, "above": seen_task}), WRITERS),
        does("duplicate_task", json!({"task": task}), WRITERS),
        does("create_label", json!({"board": board, "name": unique, "colour": "red"}), WRITERS),
        does("add_column", json!({"board": board, "name": "Another"}), WRITERS),
        does("rename_column", json!({"board": board, "column": spare, "name": "Renamed"}), WRITERS),
        does("colour_column", json!({"board": board, "column": spare, "colour": "teal"}), WRITERS),
        does("limit_column", json!({"board": board, "column": spare, "limit": 3}), WRITERS),
        does("move_column", json!({"board": board, "column": spare, "after": column}), WRITERS),
        does("remove_column", json!({"board": board, "column": spare, "to": column}), WRITERS),
        does("archive_column", json!({"board": board, "column": emptied}), WRITERS),
        does("put_column_away", json!({"board": board, "column": emptied}), WRITERS),
        does("restore_column", json!({"board": board, "column": emptied}), WRITERS),
        does(
            "place_tasks",
            json!({"board": board, "placings": [{"task": task, "column": column, "above": seen_task, "below": null}]}),
            WRITERS,
        ),
        does("change_tasks", json!({"board": board, "tasks": [task], "change": {"unlabel": label}}), WRITERS),
        does("change_each", json!({"board": board, "changes": [[task, {"priority": "high"}]]}), WRITERS),
        does("archive_tasks", json!({"board": board, "tasks": [task]}), WRITERS),
        does("put_tasks_back", json!({"board": board, "tasks": [task]}), WRITERS),
        deed(
            "transfer_tasks",
            "/api/transfer_tasks".to_owned(),
            json!({"key": moved, "board": board, "tasks": [leaving], "column": elsewhere, "top": false}),
            WRITERS,
        ),
        does("undo_transfer", json!({"board": board, "of": moved}), WRITERS),
        does("archive_task", json!({"task": task}), WRITERS),
        does("restore_task", json!({"task": task}), WRITERS),
        does("delete_task", json!({"task": doomed_task}), WRITERS),
    ]
}
