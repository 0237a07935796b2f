//! A room with very many messages is deleted.

use futures::{StreamExt, stream};
use serde_json::json;

use crate::{
    app::{Scene, TestApp},
    nodes::eventually,
    socket::Socket,
};

on_both_databases!(a_large_room_is_gone_at_once_and_its_rows_soon);

async fn a_large_room_is_gone_at_once_and_its_rows_soon(app: TestApp) {
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    bo.post(&format!("/messaging/room/{room}/join/"), json!({})).await;
    // Not more at once than wait for a database without being told to come back.
    let said = stream::iter(0..700).map(|n| {
        let ana = &ana;
        async move { ana.say(room, &format!("@bo {n}")).await }
    });
    assert_eq!(said.buffer_unordered(32).count().await, 700);
    let last = ana.say(room, "the last words").await;
    let unread = bo.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap();
    let stream = format!("room:{room}");
    let mut socket = Socket::live(&app, &bo, &[]).await;
    let deleted = ana.post(&format!("/messaging/room/{room}/delete/"), json!({})).await;
    assert_eq!(deleted.status, 200, "{deleted:?}");

    for person in [&ana, &bo] {
        assert_eq!(person.get(&format!("/messaging/room/{room}/history/")).await.status, 404);
        assert_eq!(person.page(&format!("/messaging/room/{room}/")).await.status, 404);
        assert!(!person.page("/messaging/").await.text.contains("general"));
    }
    let edit = ana.post(&format!("/messaging/message/{last}/delete/"), json!({})).await;
    assert_eq!(edit.status, 404, "what was said there can't be reached: {edit:?}");
    socket.say(json!({"type": "subscribe", "stream": stream, "epoch": app.engine.epoch(), "seq": 0})).await;
    assert_eq!(socket.of_type("revoked").await["stream"], stream);
    let count = bo.get("/messaging/notifications/count/").await.json["count"].as_i64().unwrap();
    assert_eq!(count, unread - 1, "nor is it in the inbox");
    assert!(!bo.get("/messaging/notifications/").await.text.contains("general"));
    let again = ana.post(&format!("/messaging/board/{board}/rooms/create/"), json!({"name": "general"})).await;
    assert_eq!(again.status, 201, "its name is free: {again:?}");
    ana.say(again.id(), "anew").await;

    eventually("its rows are gone", async || {
        let left = "select (select count(*) from messages m where not exists \
                (select 1 from rooms r where m.stream = 'room:' || r.id)) \
             + (select count(*) from events e where e.stream like 'room:%' and not exists \
                (select 1 from rooms r where e.stream = 'room:' || r.id)) \
             + (select count(*) from streams s where s.name like 'room:%' and not exists \
                (select 1 from rooms r where s.name = 'room:' || r.id))";
        app.number(left).await == 0
    })
    .await;
    assert_eq!(
        ana.get(&format!("/messaging/room/{}/history/", again.id())).await.json["messages"][0]["content"],
        "anew"
    );
}
