//! The two sockets of the original's contract.

use serde_json::json;

use crate::{
    app::{Scene, TestApp},
    socket::Socket,
};

on_both_databases!(
    defect_6_messages_sent_by_http_are_broadcast,
    defect_12_opening_a_socket_joins_nothing,
    defect_12_removal_closes_open_sockets,
    defect_16_the_originals_sockets_speak_as_documented,
);

async fn defect_6_messages_sent_by_http_are_broadcast(app: TestApp) {
    let Scene { ana, bo, room: id, task, .. } = app.with_board().await;
    let mut chat = Socket::open(&app, &bo, &format!("/ws/chat-room/{id}/")).await;
    let mut comments = Socket::open(&app, &bo, &format!("/ws/task-comments/{task}/")).await;
    ana.say(id, "by http").await;
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "also by http"})).await;
    assert_eq!(chat.of_type("chat_message").await["message"], "by http");
    assert_eq!(comments.of_type("new_comment").await["comment"], "also by http");
}

async fn defect_12_opening_a_socket_joins_nothing(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    let mut socket = Socket::open(&app, &bo, &format!("/ws/chat-room/{id}/")).await;
    ana.say(id, "@bo are you in?").await;
    socket.of_type("chat_message").await;
    let page = bo.page(&format!("/messaging/room/{id}/")).await;
    assert!(page.text.contains(&format!("/messaging/room/{id}/join/")), "the page still offers to join");
}

async fn defect_12_removal_closes_open_sockets(app: TestApp) {
    let Scene { ana, bo, board, room: id, .. } = app.with_board().await;
    let mut socket = Socket::open(&app, &bo, &format!("/ws/chat-room/{id}/")).await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(socket.closed().await, 4003);
    let refused = Socket::try_open(&app, &bo, &format!("/ws/chat-room/{id}/"), None).await;
    assert_eq!(refused.err(), Some(404));
}

/// Its own tests of them named classes that did not exist, and so ran nothing.
async fn defect_16_the_originals_sockets_speak_as_documented(app: TestApp) {
    let Scene { ana, bo, vic, room: id, task, .. } = app.with_board().await;
    let path = format!("/ws/chat-room/{id}/");
    let mut anas = Socket::open(&app, &ana, &path).await;
    let mut bos = Socket::open(&app, &bo, &path).await;
    assert_eq!(anas.of_type("user_join").await, json!({"type": "user_join", "user_id": bo.id, "username": "bo"}));

    bos.say(json!({"type": "typing"})).await;
    assert_eq!(anas.of_type("user_typing").await, json!({"type": "user_typing", "user_id": bo.id, "username": "bo"}));
    bos.say(json!({"type": "stop_typing"})).await;
    assert_eq!(anas.of_type("user_stop_typing").await["username"], "bo");

    bos.say(json!({"type": "chat_message", "message": "Hello team, @ana!"})).await;
    for (socket, deletes) in [(&mut anas, false), (&mut bos, true)] {
        let said = socket.of_type("chat_message").await;
        assert_eq!((&said["user_id"], &said["username"]), (&json!(bo.id), &json!("bo")));
        assert_eq!((&said["message"], &said["mentioned_users"]), (&json!("Hello team, @ana!"), &json!(["ana"])));
        let moment = said["timestamp"].as_str().unwrap();
        assert!(moment.ends_with('Z') && moment.contains('T'), "ISO 8601: {moment}");
        let message = said["message_id"].as_i64().unwrap();
        if deletes {
            let deleted = bo.post(&format!("/messaging/message/{message}/delete/"), json!({})).await;
            assert_eq!(deleted.status, 200, "{deleted:?}");
        }
    }
    anas.of_type("message_deleted").await;
    bos.say(json!({"type": "ping"})).await;
    bos.of_type("pong").await;

    bos.say(json!({"type": "chat_message", "message": "   "})).await;
    let error = bos.of_type("error").await;
    assert_eq!(error["code"], "invalid");
    assert!(error["message"].as_str().is_some_and(|words| !words.is_empty()));

    let mut viewer = Socket::open(&app, &vic, &path).await;
    viewer.say(json!({"type": "chat_message", "message": "may I?"})).await;
    assert_eq!(viewer.of_type("error").await["code"], "forbidden");

    drop(bos);
    assert_eq!(anas.of_type("user_leave").await["username"], "bo");

    let mut comments = Socket::open(&app, &ana, &format!("/ws/task-comments/{task}/")).await;
    comments.say(json!({"type": "comment", "comment": "Looks good, @bo"})).await;
    let said = comments.of_type("new_comment").await;
    assert_eq!((&said["comment"], &said["username"]), (&json!("Looks good, @bo"), &json!("ana")));
    assert_eq!(said["mentioned_users"], json!(["bo"]));
    assert!(said["comment_id"].is_i64() && said["user_id"] == ana.id && said["timestamp"].is_string());
    comments.say(json!({"type": "ping"})).await;
    comments.of_type("pong").await;
}
