//! How long the other side of a connection is waited for: with times that a test can wait.

use std::time::Duration;

use foundations::postgres::new_database;
use serde_json::{Value, json};
use server::patience::Patience;
use sqlx::{Connection, PgConnection};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{
    app::{Person, Scene, TestApp},
    nodes::eventually,
    socket::Socket,
    wire::{PING, TEXT, WITHIN, Wire, frame, upgrade},
};

async fn patient(patience: Patience) -> TestApp {
    TestApp::start(move |config| config.patience = patience).await
}

/// Reads until the server ends the connection; gives what came and how long that took.
async fn until_ended(stream: &mut TcpStream) -> String {
    let mut came = Vec::new();
    let ended = timeout(WITHIN, stream.read_to_end(&mut came)).await.expect("the connection stays open");
    // Ended with an answer on its way it may be reset.
    drop(ended);
    String::from_utf8_lossy(&came).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_heartbeat_asks_whether_a_socket_is_there_and_tells_the_newest_numbers() {
    let heartbeat = Duration::from_millis(600);
    let app = patient(Patience { heartbeat, ..Patience::default() }).await;
    let Scene { ana, room, .. } = app.with_board().await;
    let stream = format!("room:{room}");
    let hello = json!({"type": "hello", "cursors": [{"stream": stream, "epoch": app.engine.epoch(), "seq": 0}]});
    let mut wire = Wire::open(&app, &ana, None, &frame(0x81, hello.to_string().as_bytes())).await;
    ana.say(room, "hello").await;
    let (mut asked, mut told) = (Vec::new(), Vec::new());
    while asked.len() < 4 {
        match wire.frame().await {
            (PING, _) => asked.push(Instant::now()),
            (TEXT, text) => {
                let said: Value = serde_json::from_slice(&text).unwrap();
                told.extend((said["type"] == "heads").then(|| said["heads"][&stream].clone()));
            }
            other => panic!("{other:?}"),
        }
    }
    // A busy machine may have shown the first of them late, but not that late.
    let took = asked[3] - asked[0];
    assert!(took >= heartbeat, "three heartbeats in {took:?}");
    let newest = app.number("select seq from streams where n = 1 and name like 'room:%'").await;
    assert_eq!(told.last(), Some(&json!(newest)), "{told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_nothing_is_ended_and_who_does_is_not() {
    let patience =
        Patience { heartbeat: Duration::from_secs(1), dead_after: Duration::from_secs(3), ..Patience::default() };
    let app = patient(patience).await;
    let ana = app.with_user("ana").await;
    let mut lively = Socket::live(&app, &ana, &[]).await;
    let begun = Instant::now();
    let mut silent = Wire::open(&app, &ana, None, &[]).await;
    let mut asked = 0;
    // Its library answers pings, as a browser does, while it is read.
    let living = async { while lively.next().await.is_ok() {} };
    let dying = async {
        while let Some((opcode, _)) = silent.next().await {
            asked += usize::from(opcode == PING);
        }
    };
    tokio::select! {
        () = living => panic!("a socket that answers was ended"),
        () = dying => {}
    }
    assert!(begun.elapsed() >= patience.dead_after, "after {:?}", begun.elapsed());
    assert!(asked >= 2, "ended after {asked} questions");
    lively.rest().await;
    eventually("only the silent one is gone", async || app.engine.hub().connections() == 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_ended_when_the_write_has_taken_too_long() {
    let patience = Patience {
        heartbeat: Duration::from_millis(400),
        write_within: Duration::from_millis(500),
        ..Patience::default()
    };
    let app = patient(patience).await;
    let Scene { ana, bo, room, .. } = app.with_board().await;
    let stream = format!("room:{room}");
    let hello = json!({"type": "hello", "cursors": [{"stream": stream, "epoch": app.engine.epoch(), "seq": 0}]});
    let stuck = Wire::open(&app, &bo, Some(4096), &frame(0x81, hello.to_string().as_bytes())).await;
    let mut other = Socket::live(&app, &bo, &[(&stream, 0)]).await;
    // More than the kernel keeps for who does not read.
    let text = "word ".repeat(1_900);
    for n in 1..=60 {
        ana.say(room, &format!("{n} {text}")).await;
        while other.event().await.2["message"]["n"] != n {}
    }
    eventually("the one that does not read is ended", async || app.engine.hub().connections() == 1).await;
    ana.say(room, "and the other goes on").await;
    while other.event().await.2["message"]["n"] != 61 {}
    drop(stuck);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_ended_where_no_request_comes() {
    let within = Duration::from_millis(300);
    let app = patient(Patience { headers_within: within, ..Patience::default() }).await;
    // The server's clock begins while the connection is made.
    let begun = Instant::now();
    let mut idle = Wire::connect(&app, None).await;
    until_ended(&mut idle).await;
    assert!(begun.elapsed() >= within);
    let begun = Instant::now();
    let mut slow = Wire::connect(&app, None).await;
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: ").await.unwrap();
    until_ended(&mut slow).await;
    assert!(begun.elapsed() >= within);

    let kept_for = Duration::from_millis(600);
    let app = patient(Patience { kept_for, ..Patience::default() }).await;
    let begun = Instant::now();
    let mut kept = Wire::connect(&app, None).await;
    kept.write_all(b"GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n").await.unwrap();
    let came = until_ended(&mut kept).await;
    let took = begun.elapsed();
    assert!(came.starts_with("HTTP/1.1 200") && took >= kept_for, "after {took:?}: {came}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_is_not_cut_by_what_is_waited_between_two() {
    let (headers_within, kept_for) = (Duration::from_millis(200), Duration::from_millis(200));
    let app = patient(Patience { headers_within, kept_for, ..Patience::default() }).await;
    let ana = app.with_user("ana").await;
    let mut slow = Wire::connect(&app, None).await;
    let body = r#"{"name": "Slowly"}"#;
    let head = format!(
        "POST /boards/ HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\ncookie: {}\r\n\r\n",
        body.len(),
        ana.cookie()
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(3 * kept_for).await;
    slow.write_all(body.as_bytes()).await.unwrap();
    let came = until_ended(&mut slow).await;
    assert!(came.starts_with("HTTP/1.1 201"), "{came}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_body_spoils_no_later_request_and_an_endless_one_ends_the_connection() {
    let app = TestApp::on_sqlite().await;
    let ana = app.with_user("ana").await;
    let post = |path: &str, origin: &str, length: usize| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: h\r\norigin: {origin}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\ncookie: {}\r\n\r\n",
            ana.cookie()
        );
        [head.as_bytes(), &vec![b'x'; length]].concat()
    };
    let ours = "http://h";
    let last = "GET /healthz HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    for (path, origin, status) in [
        ("/boards/", "https://evil.com", "403"),
        ("/boards/", ours, "413"),
        ("/messaging/files/?name=a", ours, "415"),
        ("/nowhere/", ours, "404"),
    ] {
        let mut stream = Wire::connect(&app, None).await;
        stream.write_all(&post(path, origin, 3_000_000)).await.unwrap();
        stream.write_all(last.as_bytes()).await.unwrap();
        let came = until_ended(&mut stream).await;
        let refused = came.starts_with(&format!("HTTP/1.1 {status}"));
        assert!(refused && came.contains("HTTP/1.1 200 OK"), "{path}: {came}");
    }

    let mut stream = Wire::connect(&app, None).await;
    let sent = stream.write_all(&post("/boards/", ours, 50_000_000)).await;
    assert!(sent.is_err(), "a body without end is not read to its end");
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 200);
}

/// Asks for a socket; gives the status of the answer.
async fn knock(url: &str, person: &Person, path: &str) -> String {
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(upgrade(path, person).as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    timeout(WITHIN, stream.read_exact(&mut answer)).await.expect("no answer").unwrap();
    String::from_utf8_lossy(&answer[9..]).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handshakes_beyond_those_at_once_wait_and_are_refused() {
    let database = new_database().await.unwrap();
    let settings = database.clone();
    let patience = Patience { handshakes: 2, handshake_within: Duration::from_millis(400), ..Patience::default() };
    let app = TestApp::start(move |config| {
        config.settings.database_url = Some(settings);
        config.patience = patience;
    })
    .await;
    let Scene { ana, room, .. } = app.with_board().await;
    let (url, chat) = (app.url.clone(), format!("/ws/chat-room/{room}/"));
    assert_eq!(knock(&url, &ana, &chat).await, "101");

    // Whether one may read a room can't be said while its table is locked.
    let mut holder = PgConnection::connect(&database).await.unwrap();
    let mut locked = holder.begin().await.unwrap();
    sqlx::query("lock table rooms in access exclusive mode").execute(&mut *locked).await.unwrap();
    let held = [(); 2].map(|()| {
        let (url, ana, chat) = (url.clone(), ana.clone(), chat.clone());
        tokio::spawn(async move { knock(&url, &ana, &chat).await })
    });
    eventually("both are under way", async || {
        let mut watch = PgConnection::connect(&database).await.unwrap();
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
             and wait_event_type = 'Lock' and query like '%rooms%'";
        let (waiting,): (i64,) = sqlx::query_as(waiting).fetch_one(&mut watch).await.unwrap();
        waiting == 2
    })
    .await;
    // This one needs nothing that is locked: it is refused because there are two already.
    let begun = Instant::now();
    assert_eq!(knock(&url, &ana, "/ws?v=1").await, "503");
    assert!(begun.elapsed() >= patience.handshake_within, "refused without waiting: {:?}", begun.elapsed());
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 200, "what is no socket goes on");
    locked.rollback().await.unwrap();
    for held in held {
        assert_eq!(held.await.unwrap(), "101");
    }
    for _ in 0..4 {
        assert_eq!(knock(&url, &ana, &chat).await, "101", "what was taken is given back");
    }
}
