//! What reaches the sockets, and what doesn't.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    app::{Scene, TestApp},
    socket::{Socket, kind},
};

on_both_databases!(
    events_arrive_in_order_without_gaps,
    a_cursor_gets_what_it_missed_and_nothing_twice,
    a_cursor_of_another_history_is_reset,
    what_may_not_be_read_is_revoked,
    who_is_removed_hears_nothing_more,
    the_end_of_a_sign_in_closes_its_sockets,
    defect_8_a_retry_is_one_message,
    deleted_text_is_not_replayed,
    many_people_at_once_agree_on_one_order,
    sockets_are_refused_before_the_upgrade,
    frames_that_are_none_are_answered_or_end_the_socket,
    reading_clears_the_inbox_and_tells_the_other_tabs,
    a_deletion_reaches_an_inbox_that_has_read_of_it,
    an_event_of_a_newer_version_is_told_as_a_change,
    watched_rooms_tell_first_how_far_they_are,
    watched_rooms_tell_their_newest_number,
);

fn room(id: i64) -> String {
    format!("room:{id}")
}

fn sources(events: &[Value]) -> Vec<&str> {
    events.iter().filter_map(|frame| frame["event"]["message_posted"]["message"]["source"].as_str()).collect()
}

async fn events_arrive_in_order_without_gaps(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[(&room(id), 0)]).await;
    for text in ["one", "two", "three"] {
        ana.say(id, text).await;
    }
    let mut last = 0;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let (seq, kind, event) = socket.event().await;
        assert_eq!(seq, last + 1, "numbers are dense");
        last = seq;
        if kind == "message_posted" {
            heard.push((
                event["message"]["n"].as_i64().unwrap(),
                event["message"]["source"].as_str().unwrap().to_owned(),
            ));
        }
    }
    assert_eq!(heard, [(1, "one".into()), (2, "two".into()), (3, "three".into())]);
}

async fn a_cursor_gets_what_it_missed_and_nothing_twice(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    for n in 0..5 {
        ana.say(id, &format!("before {n}")).await;
    }
    let mut first = Socket::live(&app, &bo, &[(&room(id), 0)]).await;
    let (mut seq, mut got) = (0, 0);
    while got < 5 {
        let (next, kind, _) = first.event().await;
        assert_eq!(next, seq + 1);
        seq = next;
        got += i32::from(kind == "message_posted");
    }
    drop(first);
    for n in 0..3 {
        ana.say(id, &format!("between {n}")).await;
    }
    let mut again = Socket::live(&app, &bo, &[(&room(id), seq)]).await;
    for n in 0..3 {
        let (next, _, event) = again.event().await;
        assert_eq!((next, &event["message"]["source"]), (seq + 1, &json!(format!("between {n}"))));
        seq = next;
    }
    assert_eq!(again.rest().await.iter().filter(|frame| frame["type"] == "event").count(), 0);
}

async fn a_cursor_of_another_history_is_reset(app: TestApp) {
    let Scene { ana, room: id, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &ana, &[]).await;
    for cursor in [
        json!({"type": "subscribe", "stream": room(id), "epoch": "another", "seq": 0}),
        json!({"type": "subscribe", "stream": room(id), "epoch": app.engine.epoch(), "seq": 999}),
    ] {
        socket.say(cursor).await;
        assert_eq!(socket.of_type("reset").await["stream"], room(id));
    }
}

async fn what_may_not_be_read_is_revoked(app: TestApp) {
    let Scene { ana, bo, eve, board, room: id, secret, task, .. } = app.with_board().await;
    let others = [
        room(id),
        format!("board:{board}"),
        format!("task:{task}"),
        format!("user:{}", ana.id),
        room(secret),
        "room:999".into(),
    ];
    let mut socket = Socket::live(&app, &eve, &[]).await;
    for stream in &others {
        socket.say(json!({"type": "subscribe", "stream": stream, "epoch": app.engine.epoch(), "seq": 0})).await;
        assert_eq!(socket.of_type("revoked").await["stream"], *stream);
    }
    let mut bos = Socket::live(&app, &bo, &[(&room(secret), 0)]).await;
    ana.say(secret, "for my eyes alone").await;
    for socket in [&mut socket, &mut bos] {
        let rest = socket.rest().await;
        assert!(rest.iter().all(|frame| !frame.to_string().contains("my eyes")), "{rest:?}");
    }
}

async fn who_is_removed_hears_nothing_more(app: TestApp) {
    let Scene { ana, bo, board, room: id, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[(&room(id), 0), (&format!("board:{board}"), 0)]).await;
    ana.say(id, "still here").await;
    let gone = ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(gone.status, 200, "{gone:?}");
    ana.say(id, "now that he is gone").await;
    let rest = socket.rest().await;
    assert!(rest.iter().any(|frame| frame["type"] == "revoked" && frame["stream"] == room(id)), "{rest:?}");
    assert!(!sources(&rest).contains(&"now that he is gone"), "{rest:?}");
    let mut back = Socket::live(&app, &bo, &[(&room(id), 0)]).await;
    let rest = back.rest().await;
    assert!(sources(&rest).is_empty(), "{rest:?}");
}

async fn the_end_of_a_sign_in_closes_its_sockets(app: TestApp) {
    let Scene { ana, room: id, .. } = app.with_board().await;
    let other = app.stranger();
    let signed_in = other.post("/accounts/login/", json!({"username": "ana", "password": crate::app::PASSWORD})).await;
    assert_eq!(signed_in.status, 200);
    let mut mine = Socket::live(&app, &ana, &[(&room(id), 0)]).await;
    let mut others = Socket::live(&app, &other, &[(&room(id), 0)]).await;
    let changed = ana
        .post("/accounts/password/", json!({"old_password": crate::app::PASSWORD, "password": "another long phrase"}))
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(others.closed().await, 4001, "a password change ends the other sign-ins");
    ana.say(id, "only for me").await;
    assert_eq!(mine.of_type("event").await["stream"], room(id));
    ana.post("/accounts/logout/", json!({})).await;
    assert_eq!(mine.closed().await, 4001);
}

async fn defect_8_a_retry_is_one_message(app: TestApp) {
    let Scene { ana, room: id, .. } = app.with_board().await;
    let body = json!({"message": "once", "client_id": uuid::Uuid::now_v7()});
    let send = format!("/messaging/room/{id}/send/");
    let mut statuses = Vec::new();
    // At the same time, as a double click or an impatient proxy would.
    for answer in futures::future::join_all((0..5).map(|_| ana.post(&send, body.clone()))).await {
        statuses.push(answer.status.as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 201]);
    let history = ana.get(&format!("/messaging/room/{id}/history/")).await;
    assert_eq!(history.json["messages"].as_array().unwrap().len(), 1, "{history:?}");
    let mut other = body;
    other["message"] = json!("twice");
    assert_eq!(ana.post(&send, other).await.status, 409, "the key with other content");
}

async fn deleted_text_is_not_replayed(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    let message = ana.say(id, "the password is swordfish, @bo").await;
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 2, "the mention, and the board itself");
    let deleted = ana.post(&format!("/messaging/message/{message}/delete/"), json!({})).await;
    assert_eq!(deleted.status, 200, "{deleted:?}");
    let mut socket = Socket::live(&app, &bo, &[(&room(id), 0), (&format!("user:{}", bo.id), 0)]).await;
    let (mut seq, mut kinds) = (0, Vec::new());
    while !kinds.contains(&"message_deleted".to_owned()) {
        let frame = socket.of_type("event").await;
        assert!(!frame.to_string().contains("swordfish"), "{frame}");
        if frame["stream"] == room(id) {
            assert_eq!(frame["seq"], seq + 1, "what is hidden keeps its number");
            seq += 1;
            kinds.push(kind(&frame["event"]).to_owned());
        }
    }
    assert!(kinds.contains(&"redacted".to_owned()), "{kinds:?}");
    assert!(socket.rest().await.iter().all(|frame| !frame.to_string().contains("swordfish")));
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 1, "the mention is withdrawn");
    for path in [format!("/messaging/room/{id}/history/"), "/messaging/notifications/".into()] {
        assert!(!bo.get(&path).await.text.contains("swordfish"), "{path}");
    }
    assert!(!bo.page(&format!("/messaging/room/{id}/")).await.text.contains("swordfish"));
}

async fn many_people_at_once_agree_on_one_order(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    let mut sockets =
        [Socket::live(&app, &ana, &[(&room(id), 0)]).await, Socket::live(&app, &bo, &[(&room(id), 0)]).await];
    let sent = (0..40).map(|n| {
        let person = if n % 2 == 0 { &ana } else { &bo };
        async move { person.say(id, &format!("message {n}")).await }
    });
    let mut acknowledged = futures::future::join_all(sent).await;
    acknowledged.sort_unstable();
    let mut orders: Vec<Vec<i64>> = Vec::new();
    for socket in &mut sockets {
        let (mut order, mut last) = (Vec::new(), 0);
        while order.len() < 40 {
            let (seq, kind, event) = socket.event().await;
            assert_eq!(seq, last + 1);
            last = seq;
            if kind == "message_posted" {
                assert_eq!(event["message"]["n"], order.len() as i64 + 1);
                order.push(event["message"]["id"].as_i64().unwrap());
            }
        }
        orders.push(order);
    }
    assert_eq!(orders[0], orders[1], "both saw one order");
    let mut heard = orders[0].clone();
    heard.sort_unstable();
    assert_eq!(heard, acknowledged, "everything acknowledged was heard, once");
    let history = ana.get(&format!("/messaging/room/{id}/history/?limit=50")).await;
    let kept: Vec<i64> =
        history.json["messages"].as_array().unwrap().iter().map(|message| message["id"].as_i64().unwrap()).collect();
    assert_eq!(kept, orders[0], "and is the database's");
}

async fn sockets_are_refused_before_the_upgrade(app: TestApp) {
    let Scene { ana, eve, room: id, secret, task, .. } = app.with_board().await;
    let (stranger, url) = (app.stranger(), app.url.clone());
    let chat = format!("/ws/chat-room/{id}/");
    let comments = format!("/ws/task-comments/{task}/");
    let evil = Some("https://evil.example");
    for (person, path, origin, expected) in [
        (&stranger, "/ws?v=1", None, 401),
        (&stranger, chat.as_str(), None, 401),
        (&stranger, comments.as_str(), None, 401),
        (&eve, chat.as_str(), None, 404),
        (&eve, comments.as_str(), None, 404),
        (&eve, &format!("/ws/chat-room/{secret}/"), None, 404),
        (&ana, "/ws/chat-room/999/", None, 404),
        (&ana, "/ws/chat-room/nonsense/", None, 404),
        (&ana, "/ws?v=1", evil, 403),
        (&ana, chat.as_str(), evil, 403),
        (&ana, "/ws?v=1", Some("null"), 403),
    ] {
        let refused = Socket::try_open(&app, person, path, origin).await.err();
        assert_eq!(refused, Some(expected), "{} {path} from {origin:?}", person.name);
    }
    assert!(Socket::try_open(&app, &ana, "/ws?v=1", Some(&url)).await.is_ok(), "our own origin opens");
    let mut newer = Socket::open(&app, &ana, "/ws?v=99").await;
    assert_eq!(newer.closed().await, 4002, "a page newer than the server comes back");
}

async fn frames_that_are_none_are_answered_or_end_the_socket(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    let mut other = Socket::live(&app, &bo, &[(&room(id), 0)]).await;
    let mut socket = Socket::live(&app, &ana, &[(&room(id), 0)]).await;
    for text in ["", "{", "[]", "null", "1e999", r#"{"type":7}"#, r#"{"type":"subscribe","stream":"door:1"}"#] {
        socket.send(Message::text(text)).await;
        assert_eq!(socket.of_type("error").await["code"], "invalid", "{text}");
    }
    socket.say(json!({"type": "from_the_future", "with": {"anything": []}})).await;
    assert!(socket.rest().await.iter().all(|frame| frame["type"] != "error"), "what is newer is ignored");
    socket.send(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(socket.closed().await, 1003);

    let mut large = Socket::live(&app, &ana, &[(&room(id), 0)]).await;
    large.send(Message::text("x".repeat(200 * 1024))).await;
    let closed = tokio::spawn(async move { large.closed().await }).await;
    assert!(closed.is_err() || closed.is_ok_and(|code| code != 1000), "too large a message ends the socket");

    ana.say(id, "all is well").await;
    assert_eq!(other.event().await.1, "message_posted", "the others are not disturbed");
}

async fn reading_clears_the_inbox_and_tells_the_other_tabs(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    let me = format!("user:{}", bo.id);
    let mut tab = Socket::live(&app, &bo, &[(&room(id), 0), (&me, 0)]).await;
    let mut other_tab = Socket::live(&app, &bo, &[(&me, 0)]).await;
    ana.say(id, "hello").await;
    ana.say(id, "@bo hello").await;
    let raised = loop {
        let (_, kind, event) = other_tab.event().await;
        if kind == "notified" && event["notification"]["reason"] == "mention" {
            break event;
        }
    };
    assert_eq!(raised["notification"]["place"], "general");
    tab.say(json!({"type": "seen", "stream": room(id), "n": 9999})).await;
    let read = loop {
        let (_, kind, event) = other_tab.event().await;
        if kind == "read_up_to" && event["place"] == room(id) {
            break event;
        }
    };
    assert_eq!(
        (&read["n"], &read["unread"]),
        (&json!(2), &json!(1)),
        "no further than what exists; the board's row stays"
    );
    assert_eq!(bo.get("/messaging/notifications/count/").await.json["count"], 1);
}

async fn a_deletion_reaches_an_inbox_that_has_read_of_it(app: TestApp) {
    let Scene { ana, bo, room: id, .. } = app.with_board().await;
    let message = ana.say(id, "@bo the password is swordfish").await;
    bo.post("/messaging/notifications/read-all/", json!({})).await;
    let mut tab = Socket::live(&app, &bo, &[(&format!("user:{}", bo.id), 0)]).await;
    tab.rest().await;
    ana.post(&format!("/messaging/message/{message}/delete/"), json!({})).await;
    let (_, kind, event) = tab.event().await;
    assert_eq!((kind.as_str(), &event["unread"]), ("notifications_changed", &json!(0)));
    assert!(!bo.get("/messaging/notifications/").await.text.contains("swordfish"));
}

async fn watched_rooms_tell_their_newest_number(app: TestApp) {
    let Scene { ana, bo, room: id, secret, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[]).await;
    socket.say(json!({"type": "watch", "rooms": [id, secret]})).await;
    socket.rest().await;
    ana.say(secret, "not for bo").await;
    ana.say(id, "for all").await;
    let told = socket.ephemeral("activity").await;
    assert_eq!(told, json!({"room": id, "n": 1, "author": ana.id}));
}

async fn an_event_of_a_newer_version_is_told_as_a_change(app: TestApp) {
    let Scene { ana, bo, room, .. } = app.with_board().await;
    ana.say(room, "hello").await;
    app.run(r#"update events set body = '{"foreseen": {"x": 1}}' where message_id is not null"#).await;
    let stream = format!("room:{room}");
    let mut socket = Socket::live(&app, &bo, &[(&stream, 0)]).await;
    let changed = socket.of_type("changed").await;
    assert_eq!(changed["stream"], json!(stream));
    ana.say(room, "and on").await;
    let (seq, kind, _) = socket.event().await;
    assert_eq!((Some(seq - 1), kind.as_str()), (changed["seq"].as_i64(), "message_posted"));
}

async fn watched_rooms_tell_first_how_far_they_are(app: TestApp) {
    let Scene { ana, bo, room: id, secret, .. } = app.with_board().await;
    bo.say(id, "before").await;
    ana.say(id, "before the page was live").await;
    ana.say(secret, "not for bo").await;
    let mut socket = Socket::live(&app, &bo, &[]).await;
    socket.say(json!({"type": "watch", "rooms": [id, secret]})).await;
    assert_eq!(socket.of_type("counts").await["rooms"], json!([{"room": id, "n": 2, "read": 1}]));
}
