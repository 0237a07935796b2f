//! Sockets as TCP has them: who is slow, who is malformed, who comes early, who is told to go.

use futures::future::join_all;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::{
    app::{Person, Scene, TestApp},
    socket::Socket,
    wire::{PONG, TEXT, Wire, frame},
};

async fn metric(person: &Person, name: &str) -> u64 {
    let all = person.get("/metrics").await.text;
    let line = all.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name} is not in {all}"));
    line.trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_with_the_request_is_not_lost() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    let early = [frame(0x81, br#"{"type":"ping"}"#), frame(0x89, b"there?")].concat();
    let mut wire = Wire::open(&app, &ana, None, &early).await;
    let mut pongs = (false, false);
    while pongs != (true, true) {
        match wire.frame().await {
            (TEXT, text) => pongs.0 |= String::from_utf8(text).unwrap().contains("pong"),
            (PONG, payload) => pongs.1 |= payload == b"there?",
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_frames_end_their_socket_with_the_right_code_and_disturb_nobody() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let mut other = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    let huge = |length: u64| [&[0x81, 0xff][..], &length.to_be_bytes(), &[0; 4]].concat();
    for (what, bytes, code) in [
        ("not masked", vec![0x81, 0x01, b'a'], 1002),
        ("a reserved bit", frame(0xc1, b"a"), 1002),
        ("a reserved opcode", frame(0x83, b"a"), 1002),
        ("a binary message", frame(0x82, b"a"), 1003),
        ("a fragmented ping", frame(0x09, b""), 1002),
        ("a long ping", frame(0x89, &[b'a'; 126]), 1002),
        ("a continuation of nothing", frame(0x80, b"a"), 1002),
        ("a message inside of another", [frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002),
        ("a length of 2^63", huge(1 << 63), 1002),
        ("a length beyond the limit", huge(128 * 1024 + 1), 1009),
        ("endless fragments", [frame(0x01, b""), frame(0x00, &[b'a'; 60_000]).repeat(3)].concat(), 1009),
        ("no text", frame(0x81, &[0xff]), 1007),
        ("a close with a reserved code", frame(0x88, &1005u16.to_be_bytes()), 1002),
        ("a close", frame(0x88, &1000u16.to_be_bytes()), 1000),
    ] {
        let mut wire = Wire::open(&app, &ana, None, &[]).await;
        assert_eq!(wire.said().await["type"], "ready", "{what}");
        wire.stream.write_all(&bytes).await.unwrap();
        assert_eq!(wire.closed().await, code, "{what}");
    }
    let mut flood = Wire::open(&app, &ana, None, &[]).await;
    flood.stream.write_all(&frame(0x89, b"!").repeat(20_000)).await.unwrap();
    assert_eq!(flood.of(PONG).await, b"!", "a flood of pings is answered, if not each of them");
    let sent = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": "all is well"})).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    assert_eq!(other.event().await.1, "message_posted", "the others are not disturbed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_holds_up_nobody_and_gets_everything_later() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, bo, vic, room, .. } = app.with_board().await;
    let stream = format!("room:{room}");
    let hello = json!({"type": "hello", "cursors": [{"stream": stream, "epoch": app.engine.epoch(), "seq": 0}]});
    let mut stuck = Wire::open(&app, &vic, Some(4096), &frame(0x81, hello.to_string().as_bytes())).await;
    let mut quick = Socket::live(&app, &bo, &[(&stream, 0)]).await;

    // More than the ring has room for, and than the kernel takes for who does not read.
    let text = "word ".repeat(1_900);
    let messages: Vec<String> = (0..200).map(|n| format!("{n} {text}")).collect();
    let mut last = 0;
    for message in &messages {
        let sent = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": message})).await;
        assert_eq!(sent.status, 201, "{sent:?}");
        loop {
            let (seq, kind, _) = quick.event().await;
            assert_eq!(seq, last + 1, "who reads gets each at once");
            last = seq;
            if kind == "message_posted" {
                break;
            }
        }
    }

    let (mut seq, mut got) = (0, Vec::new());
    while seq < last {
        let said = stuck.said().await;
        if said["type"] == "event" {
            assert_eq!(said["seq"], seq + 1, "nothing is missing and nothing comes twice");
            seq += 1;
            got.extend(said["event"]["message_posted"]["message"]["source"].as_str().map(str::to_owned));
        }
    }
    let trimmed: Vec<&str> = messages.iter().map(|message| message.trim_end()).collect();
    assert_eq!(got.iter().map(|text| text.trim_end()).collect::<Vec<_>>(), trimmed);
    assert!(metric(&ana, "boardwalk_socket_resumes_total").await > 0, "the ring was long past: the log was read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_to_be_told_is_told_as_changed() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let stream = format!("room:{room}");
    let mut socket = Socket::live(&app, &bo, &[(&stream, 0)]).await;
    let mut classic = Socket::open(&app, &bo, &format!("/ws/chat-room/{room}/")).await;
    let text = "語".repeat(10_000);
    let sent = ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let changed = socket.of_type("changed").await;
    assert_eq!(changed["stream"], stream);
    assert!(changed["seq"].is_i64(), "{changed}");
    assert_eq!(classic.of_type("chat_message").await["message"], text, "the original's socket has no other way");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_goes_out_in_few_writes() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    for n in 0..100 {
        ana.post(&format!("/messaging/room/{room}/send/"), json!({"message": n.to_string()})).await;
    }
    let before = metric(&ana, "boardwalk_socket_writes_total").await;
    let delivered = metric(&ana, "boardwalk_deliveries_total").await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("room:{room}"), 0)]).await;
    let mut messages = 0;
    while messages < 100 {
        messages += usize::from(socket.event().await.1 == "message_posted");
    }
    let writes = metric(&ana, "boardwalk_socket_writes_total").await - before;
    assert!(metric(&ana, "boardwalk_deliveries_total").await - delivered >= 100);
    assert!(writes <= 10, "100 messages were {writes} writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_tells_every_socket_to_come_back() {
    let mut app = TestApp::on_sqlite().await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let mut sockets = Vec::new();
    for n in 0..60 {
        let person = if n % 2 == 0 { &ana } else { &bo };
        sockets.push(match n % 3 {
            0 => Socket::open(&app, person, &format!("/ws/chat-room/{room}/")).await,
            _ => Socket::live(&app, person, &[(&format!("room:{room}"), 0)]).await,
        });
    }
    let codes = tokio::spawn(async move { join_all(sockets.iter_mut().map(Socket::closed)).await });
    app.stop().await;
    assert_eq!(codes.await.unwrap(), [1012; 60]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_is_in_force_for_many_sockets_when_it_is_answered() {
    let app = TestApp::on_sqlite().await;
    let Scene { ana, bo, board, room, .. } = app.with_board().await;
    let stream = format!("room:{room}");
    let mut sockets = Vec::new();
    for _ in 0..30 {
        sockets.push(Socket::live(&app, &bo, &[(&stream, 0)]).await);
    }
    let send = format!("/messaging/room/{room}/send/");
    // Others write all the time, so that the removal comes between.
    let (removed, _) = tokio::join!(
        async {
            let path = format!("/boards/{board}/members/{}/remove/", bo.id);
            let removed = ana.post(&path, json!({})).await;
            assert_eq!(removed.status, 200, "{removed:?}");
            ana.post(&send, json!({"message": "for our eyes alone"})).await
        },
        join_all((0..40).map(|n| {
            let (ana, send) = (&ana, &send);
            async move { ana.post(send, json!({"message": format!("meanwhile {n}")})).await }
        }))
    );
    assert_eq!(removed.status, 201, "{removed:?}");
    for socket in &mut sockets {
        let frames = socket.rest().await;
        assert!(frames.iter().any(|frame| frame["type"] == "revoked"), "{frames:?}");
        assert!(frames.iter().all(|frame| !frame.to_string().contains("our eyes")), "{frames:?}");
    }
}
