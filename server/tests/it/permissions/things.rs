//! What the table of roles is tried on.

use serde_json::json;

use image::ImageFormat;

use crate::{
    app::{Person, TestApp},
    files,
};

/// What the deeds are done to.
pub struct Things {
    pub room: i64,
    pub doomed: i64,
    pub message: i64,
    pub task: i64,
    pub column: i64,
    pub label: i64,
    pub item: i64,
    /// A task with a list in its description.
    pub listed: i64,
    /// A column that nobody needs.
    pub spare: i64,
    /// A column whose tasks are archived.
    pub emptied: i64,
    pub doomed_task: i64,
    /// A message that Ana has just deleted.
    pub deleted: i64,
    /// A picture among the files of the task.
    pub file: i64,
    pub invite: i64,
    /// A member who does nothing.
    pub heir: i64,
    /// A task that goes to another board, and a column there; Bo writes on that too.
    pub leaving: i64,
    pub elsewhere: i64,
    /// A board of the same people that nobody needs, called Ended.
    pub ended: i64,
}

impl Things {
    pub async fn new(app: &TestApp, ana: &Person, board: i64) -> Self {
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
        let file = files::sent(ana, "map.png", &files::picture(4, 3, ImageFormat::Png)).await;
        let attached = ana.post(&format!("/tasks/{}/files/", task.id()), json!({"files": [file]})).await;
        assert_eq!(attached.status, 201, "{attached:?}");
        let invite = ana.post(&format!("/boards/{board}/invites/"), json!({"role": "viewer"})).await.id();
        let heir = app.with_user(&unique[..30]).await;
        ana.post(&format!("/boards/{board}/members/"), json!({"username": heir.name})).await;
        let leaving = ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Leaving"})).await.id();
        let other = ana.post("/boards/", json!({"name": "Other"})).await.id();
        ana.post(&format!("/boards/{other}/members/"), json!({"username": "bo"})).await;
        let elsewhere = ana.post(&format!("/boards/{other}/columns/"), json!({"name": "There"})).await.id();
        let ended = ana.post("/boards/", json!({"name": "Ended"})).await.id();
        for (name, role) in [("bo", "member"), ("vic", "viewer")] {
            ana.post(&format!("/boards/{ended}/members/"), json!({"username": name, "role": role})).await;
        }
        // Last, since a deletion can be undone for some seconds only.
        let deleted = ana.say(room, "gone").await;
        ana.post(&format!("/messaging/message/{deleted}/delete/"), json!({})).await;
        Self {
            deleted,
            leaving,
            elsewhere,
            ended,
            file,
            invite,
            heir: heir.id,
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
