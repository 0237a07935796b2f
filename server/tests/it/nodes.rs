//! Several nodes on one database, with Redis between them, without it, and when it goes.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use engine::Link;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::{
    app::{PASSWORD, Person, Scene, TestApp},
    postgres,
    redis::Redis,
    socket::Socket,
};

on_both_databases!(
    deactivation_by_the_command_line_ends_open_sockets_of_a_running_server,
    a_new_epoch_makes_every_client_start_afresh,
    the_last_admin_cannot_be_deactivated,
    who_does_not_show_it_is_seen_by_nobody,
);

/// Two nodes, `a` and `b`, and what is between them.
struct Nodes {
    a: TestApp,
    b: TestApp,
    redis: Redis,
    database: String,
}

impl Nodes {
    async fn start() -> Self {
        Self::with_rate_limits(false).await
    }

    async fn with_rate_limits(limits: bool) -> Self {
        let database = new_database().await;
        let redis = tokio::task::spawn_blocking(Redis::start).await.unwrap();
        let node = async || {
            let (database, url) = (database.clone(), redis.url());
            TestApp::start(move |config| {
                config.settings.database_url = Some(database);
                config.settings.redis_url = Some(url);
                config.settings.rate_limits = limits;
            })
            .await
        };
        let nodes = Self { a: node().await, b: node().await, redis, database };
        nodes.linked(Link::Up).await;
        nodes
    }

    /// Waits until both nodes find their link so.
    async fn linked(&self, link: Link) {
        for node in [&self.a, &self.b] {
            eventually("the link changes", async || node.engine.link() == link).await;
        }
    }
}

/// Waits for something to become true.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waited = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waited).await.unwrap_or_else(|_| panic!("never: {what}"));
}

async fn new_database() -> String {
    tokio::task::spawn_blocking(postgres::new_database).await.unwrap()
}

async fn say(person: &Person, room: i64, text: &str) {
    let sent = person.post(&format!("/messaging/room/{room}/send/"), json!({"message": text})).await;
    assert_eq!(sent.status, 201, "{sent:?}");
}

/// Reads messages until this one; gives them, and holds that no number is missing.
async fn until(socket: &mut Socket, stream: &str, text: &str) -> Vec<String> {
    let (mut said, mut last) = (Vec::new(), None);
    loop {
        let frame = socket.of_type("event").await;
        if frame["stream"] != stream {
            continue;
        }
        let seq = frame["seq"].as_i64().unwrap();
        assert!(last.is_none_or(|last| seq == last + 1), "{seq} after {last:?}");
        last = Some(seq);
        if let Some(source) = frame["event"]["message_posted"]["message"]["source"].as_str() {
            said.push(source.to_owned());
            if source == text {
                return said;
            }
        }
    }
}

/// Waits for one of the people to come or go; gives what was said of the others before.
async fn until_person(socket: &mut Socket, what: &str, person: i64) -> Vec<Value> {
    let mut before = Vec::new();
    loop {
        let frame = socket.of_type("ephemeral").await;
        if frame["what"][what]["person"]["id"] == person {
            return before;
        }
        before.push(frame);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_posted_on_one_node_reaches_a_socket_on_the_other() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, room: id, .. } = a.with_board().await;
    let room = format!("room:{id}");
    let mut socket = Socket::live(&b, &bo, &[(&room, 0)]).await;
    let mut classic = Socket::open(&b, &bo, &format!("/ws/chat-room/{id}/")).await;
    let mut watching = Socket::live(&b, &bo, &[]).await;
    watching.say(json!({"type": "watch", "rooms": [id]})).await;
    watching.rest().await;
    say(&ana, id, "hello from the other node").await;
    until(&mut socket, &room, "hello from the other node").await;
    assert_eq!(classic.of_type("chat_message").await["message"], "hello from the other node");
    assert_eq!(watching.ephemeral("activity").await["n"], 1);
    say(&bo.at(&b), id, "and back").await;
    until(&mut socket, &room, "and back").await;
    assert_eq!(a.stranger().page("/readyz").await.text, "ready\n");
    eventually("the metrics say so", async || {
        a.stranger().page("/metrics").await.text.contains("boardwalk_bus_connected 1")
    })
    .await;
}

async fn kicked(cut: bool) {
    let mut nodes = Nodes::start().await;
    let Scene { ana, bo, board, room: id, .. } = nodes.a.with_board().await;
    let (room, board_stream) = (format!("room:{id}"), format!("board:{board}"));
    let mut bos = Socket::live(&nodes.b, &bo, &[(&room, 0), (&board_stream, 0)]).await;
    let mut anas = Socket::live(&nodes.b, &ana, &[(&room, 0)]).await;
    say(&ana, id, "still here").await;
    until(&mut bos, &room, "still here").await;
    if cut {
        nodes.redis.kill();
    }
    let gone = ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(gone.status, 200, "{gone:?}");
    for n in 0..5 {
        say(&ana, id, &format!("secret {n}")).await;
    }
    until(&mut anas, &room, "secret 4").await;
    let mut rest = bos.rest().await;
    while !rest.iter().any(|frame| frame["type"] == "revoked" && frame["stream"] == room) {
        rest.push(bos.next().await.unwrap());
    }
    rest.extend(bos.rest().await);
    assert!(rest.iter().all(|frame| !frame.to_string().contains("secret")), "{rest:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_removed_hears_nothing_more_on_the_other_node() {
    kicked(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_removed_hears_nothing_more_with_redis_cut_at_that_moment() {
    kicked(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn defect_10_two_nodes_agree_who_is_here_and_closing_one_of_two_tabs_hides_nobody() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, vic, room: id, .. } = a.with_board().await;
    let room = format!("room:{id}");
    let mut on_a = Socket::live(&a, &ana, &[(&room, 0)]).await;
    let mut on_b = Socket::live(&b, &ana, &[(&room, 0)]).await;
    let bos_on_a = Socket::live(&a, &bo, &[(&room, 0)]).await;
    for socket in [&mut on_a, &mut on_b] {
        until_person(socket, "came", bo.id).await;
    }
    let mut bos_on_b = Socket::live(&b, &bo, &[(&room, 0)]).await;
    let here = bos_on_b.ephemeral("here").await;
    assert_eq!(here["count"], 2, "the other node's people too: {here}");
    let vics = Socket::live(&a, &vic, &[(&room, 0)]).await;
    for socket in [&mut on_a, &mut on_b] {
        let before = until_person(socket, "came", vic.id).await;
        assert!(
            before.iter().all(|frame| frame["what"].get("came").is_none()),
            "a second tab is no arrival: {before:?}"
        );
    }
    drop(bos_on_a);
    drop(vics);
    for socket in [&mut on_a, &mut on_b] {
        let before = until_person(socket, "went", vic.id).await;
        assert!(before.iter().all(|frame| frame["what"].get("went").is_none()), "Bo has another tab: {before:?}");
    }
    drop(bos_on_b);
    for socket in [&mut on_a, &mut on_b] {
        until_person(socket, "went", bo.id).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_starts_later_knows_who_is_here() {
    let nodes = Nodes::start().await;
    let Scene { ana, bo, room: id, .. } = nodes.a.with_board().await;
    let room = format!("room:{id}");
    let _bos = Socket::live(&nodes.a, &bo, &[(&room, 0)]).await;
    let c = TestApp::node(&nodes.database, Some(&nodes.redis.url())).await;
    eventually("the new node has heard who is here", async || {
        let mut anas = Socket::live(&c, &ana, &[(&room, 0)]).await;
        anas.ephemeral("here").await["people"].to_string().contains("\"bo\"")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_is_seen_on_the_other_node() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, bo, room: id, .. } = a.with_board().await;
    let room = format!("room:{id}");
    let mut anas = Socket::live(&a, &ana, &[(&room, 0)]).await;
    let mut bos = Socket::live(&b, &bo, &[(&room, 0)]).await;
    bos.say(json!({"type": "typing", "stream": room, "on": true})).await;
    let typing = anas.ephemeral("typing").await;
    assert_eq!((&typing["person"]["id"], &typing["on"]), (&json!(bo.id), &json!(true)));
    drop(bos);
    let typing = anas.ephemeral("typing").await;
    assert_eq!(typing["on"], false, "who vanished types no longer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_redis_killed_nodes_follow_by_the_database_and_heal() {
    let mut nodes = Nodes::start().await;
    let Scene { ana, bo, room: id, .. } = nodes.a.with_board().await;
    let room = format!("room:{id}");
    let mut here = Socket::live(&nodes.a, &bo, &[(&room, 0)]).await;
    let mut there = Socket::live(&nodes.b, &bo, &[(&room, 0)]).await;
    let mut watching = Socket::live(&nodes.b, &bo, &[]).await;
    watching.say(json!({"type": "watch", "rooms": [id]})).await;
    watching.rest().await;
    nodes.redis.kill();
    say(&ana, id, "while nobody has noticed").await;
    until(&mut here, &room, "while nobody has noticed").await;
    until(&mut there, &room, "while nobody has noticed").await;
    nodes.linked(Link::Away).await;
    for n in 0..20 {
        say(&ana, id, &format!("{n}")).await;
    }
    until(&mut here, &room, "19").await;
    assert_eq!(until(&mut there, &room, "19").await.len(), 20);
    while watching.ephemeral("activity").await["n"] != 21 {}
    for node in [&nodes.a, &nodes.b] {
        let ready = node.stranger().page("/readyz").await;
        assert!(ready.status == 200 && ready.text.contains("Redis is away"), "{ready:?}");
    }
    nodes.redis.revive();
    nodes.linked(Link::Up).await;
    say(&ana, id, "healed").await;
    until(&mut here, &room, "healed").await;
    until(&mut there, &room, "healed").await;
    assert_eq!(nodes.b.stranger().page("/readyz").await.text, "ready\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_redis_stalled_posting_goes_on() {
    let nodes = Nodes::with_rate_limits(true).await;
    let Scene { ana, bo, room: id, .. } = nodes.a.with_board().await;
    let room = format!("room:{id}");
    let mut there = Socket::live(&nodes.b, &bo, &[(&room, 0)]).await;
    nodes.redis.stall();
    for n in 0..5 {
        say(&ana, id, &format!("{n}")).await;
    }
    until(&mut there, &room, "4").await;
    nodes.linked(Link::Away).await;
    say(&bo.at(&nodes.b), id, "from the other node").await;
    nodes.redis.resume();
    nodes.linked(Link::Up).await;
    until(&mut there, &room, "from the other node").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_starts_and_serves_without_redis() {
    let nodes = Nodes::start().await;
    let Nodes { a, mut redis, database, .. } = nodes;
    let Scene { ana, bo, room: id, .. } = a.with_board().await;
    redis.kill();
    let c = TestApp::node(&database, Some(&redis.url())).await;
    let room = format!("room:{id}");
    let mut socket = Socket::live(&c, &bo, &[(&room, 0)]).await;
    say(&ana, id, "hello").await;
    until(&mut socket, &room, "hello").await;
    redis.revive();
    eventually("it connects", async || c.engine.link() == Link::Up).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_publication_is_found_in_the_middle_and_at_the_end() {
    let nodes = Nodes::start().await;
    // Whatever is said by way of this one is never published.
    let mute = TestApp::node(&nodes.database, None).await;
    let Scene { ana, bo, room: id, .. } = nodes.a.with_board().await;
    let room = format!("room:{id}");
    let mut there = Socket::live(&nodes.b, &bo, &[(&room, 0)]).await;
    say(&ana, id, "one").await;
    say(&ana.at(&mute), id, "two").await;
    say(&ana, id, "three").await;
    assert_eq!(until(&mut there, &room, "three").await, ["one", "two", "three"]);
    say(&ana.at(&mute), id, "four").await;
    assert_eq!(until(&mut there, &room, "four").await, ["four"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_without_redis_follow_each_other_by_the_database() {
    let database = new_database().await;
    let (a, b) = (TestApp::node(&database, None).await, TestApp::node(&database, None).await);
    let Scene { ana, bo, board, room: id, .. } = a.with_board().await;
    let room = format!("room:{id}");
    let mut there = Socket::live(&b, &bo, &[(&room, 0)]).await;
    say(&ana, id, "hello").await;
    until(&mut there, &room, "hello").await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    say(&ana, id, "secret").await;
    while there.of_type("revoked").await["stream"] != room {}
    assert!(there.rest().await.iter().all(|frame| !frame.to_string().contains("secret")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_on_one_node_closes_the_socket_on_the_other() {
    let Nodes { a, b, redis: _redis, .. } = Nodes::start().await;
    let Scene { ana, .. } = a.with_board().await;
    let mut socket = Socket::live(&b, &ana, &[]).await;
    ana.post("/accounts/logout/", json!({})).await;
    assert_eq!(socket.closed().await, 4001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_that_commits_late_is_not_passed_over() {
    let Nodes { a, b, redis: _redis, database } = Nodes::start().await;
    let Scene { ana, bo, .. } = a.with_board().await;
    let mut anas = Socket::live(&b, &ana, &[]).await;
    let mut bos = Socket::live(&b, &bo, &[]).await;
    // As a slow node would: it has its number, and has not committed yet.
    let mut slow = PgConnection::connect(&database).await.unwrap();
    let mut slow = slow.begin().await.unwrap();
    let (session,): (i64,) = sqlx::query_as("delete from sessions where user_id = $1 returning id")
        .bind(bo.id)
        .fetch_one(&mut *slow)
        .await
        .unwrap();
    let (seq,): (i64,) = sqlx::query_as(
        "insert into counters (name, value) values ('revocations', 1)
         on conflict (name) do update set value = counters.value + 1 returning value",
    )
    .fetch_one(&mut *slow)
    .await
    .unwrap();
    sqlx::query("insert into revocations (seq, at, body) values ($1, 0, $2)")
        .bind(seq)
        .bind(json!({"reading": {"sessions": [session]}}).to_string())
        .execute(&mut *slow)
        .await
        .unwrap();
    let later = tokio::spawn(async move { ana.post("/accounts/logout/", json!({})).await });
    eventually("the later one waits for the earlier", async || {
        let mut watch = PgConnection::connect(&database).await.unwrap();
        let (waiting,): (i64,) = sqlx::query_as(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
        .fetch_one(&mut watch)
        .await
        .unwrap();
        waiting > 0
    })
    .await;
    slow.commit().await.unwrap();
    assert_eq!(later.await.unwrap().status, 200);
    assert_eq!(anas.closed().await, 4001);
    assert_eq!(bos.closed().await, 4001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_over_all_nodes_and_over_each_alone_when_redis_is_away() {
    let mut nodes = Nodes::with_rate_limits(true).await;
    let Scene { ana, bo, room: id, .. } = nodes.a.with_board().await;
    let send = format!("/messaging/room/{id}/send/");
    let (mut passed, mut refused, started) = (0, None, Instant::now());
    // Ten pass at once; one more comes back every half second that this takes.
    for n in 0..200 {
        let node = if n % 2 == 0 { &nodes.a } else { &nodes.b };
        let sent = ana.at(node).post(&send, json!({"message": format!("{n}")})).await;
        match sent.status.as_u16() {
            201 => passed += 1,
            429 => {
                refused = Some(sent);
                break;
            }
            _ => panic!("{sent:?}"),
        }
    }
    let refused = refused.unwrap_or_else(|| panic!("{passed} messages passed"));
    assert!(passed >= 10 && !refused.header("retry-after").is_empty(), "{passed} {refused:?}");
    let back = started.elapsed().as_millis() / 500;
    assert!(passed <= 11 + back, "each node let its own ten pass: {passed} with {back} that came back");

    let mut tried = 0;
    for n in 0..20 {
        let node = if n % 2 == 0 { &nodes.a } else { &nodes.b };
        let door = json!({"username": "vic", "password": "guessed wrongly"});
        match node.stranger().post("/accounts/login/", door).await.status.as_u16() {
            401 => tried += 1,
            429 => break,
            status => panic!("{status}"),
        }
    }
    assert!((5..10).contains(&tried), "{tried} tries passed on two nodes");
    assert_eq!(
        nodes.b.stranger().post("/accounts/login/", json!({"username": "ana", "password": PASSWORD})).await.status,
        200,
        "another name is counted apart"
    );

    nodes.redis.kill();
    let mut passed = 0;
    while bo.post(&send, json!({"message": "by this node alone"})).await.status == 201 {
        passed += 1;
        assert!(passed < 200, "without Redis nothing is limited");
    }
    assert!(passed >= 10, "without Redis everything is refused after {passed}");
}

#[tokio::test]
async fn redis_without_postgres_is_refused_in_plain_words() {
    let folder = tempfile::tempdir().unwrap();
    let settings = engine::Settings {
        data_dir: folder.path().into(),
        database_url: None,
        redis_url: Some("redis://127.0.0.1:1".into()),
        event_retention_days: 30,
        signup: engine::Signup::Open,
        rate_limits: true,
    };
    let refused = engine::Engine::open(settings).await.err().unwrap().to_string();
    assert!(refused.contains("on SQLite there is one node"), "{refused}");
}

/// Runs the program beside the server, on the same data; gives what it says and whether it succeeded.
async fn program(app: &TestApp, command: &[&str]) -> (String, bool) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_boardwalk"));
    program.args(command).arg("--data-dir").arg(app.data_dir()).env_remove("DATABASE_URL");
    if let Some(url) = &app.engine.settings().database_url {
        program.args(["--database-url", url]);
    }
    let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8(said).unwrap(), output.status.success())
}

async fn deactivation_by_the_command_line_ends_open_sockets_of_a_running_server(app: TestApp) {
    let Scene { bo, room: id, .. } = app.with_board().await;
    let mut socket = Socket::live(&app, &bo, &[(&format!("room:{id}"), 0)]).await;
    let (said, done) = program(&app, &["deactivate", "bo"]).await;
    assert!(done, "{said}");
    assert_eq!(socket.closed().await, 4001);
    let door = json!({"username": "bo", "password": PASSWORD});
    assert_eq!(app.stranger().post("/accounts/login/", door.clone()).await.status, 401);
    assert_eq!(bo.get("/messaging/notifications/count/").await.status, 401);
    assert!(program(&app, &["deactivate", "bo"]).await.1, "again changes nothing");
    assert!(program(&app, &["reactivate", "bo"]).await.1);
    assert_eq!(app.stranger().post("/accounts/login/", door).await.status, 200);
    let (said, done) = program(&app, &["deactivate", "nobody"]).await;
    assert!(!done && said.contains("nobody here is called nobody"), "{said}");
}

async fn the_last_admin_cannot_be_deactivated(app: TestApp) {
    let Scene { ana, .. } = app.with_board().await;
    let (said, done) = program(&app, &["deactivate", "ana"]).await;
    assert!(!done && said.contains("last admin"), "{said}");
    assert_eq!(ana.get("/messaging/notifications/count/").await.status, 200);
    let made = program(&app, &["create-admin", "--username", "root", "--password", PASSWORD]).await;
    assert!(made.1, "{made:?}");
    assert!(program(&app, &["deactivate", "ana"]).await.1, "there is another now");
}

async fn a_new_epoch_makes_every_client_start_afresh(app: TestApp) {
    let Scene { ana, room: id, .. } = app.with_board().await;
    let room = format!("room:{id}");
    say(&ana, id, "of the old history").await;
    let mut socket = Socket::live(&app, &ana, &[(&room, 0)]).await;
    let before = app.engine.epoch();
    let (said, done) = program(&app, &["new-epoch"]).await;
    assert!(done, "{said}");
    assert_eq!(socket.closed().await, 4002);
    let mut socket = Socket::open(&app, &ana, "/ws?v=1").await;
    assert_ne!(socket.of_type("ready").await["epoch"], before);
    socket.say(json!({"type": "hello", "cursors": [{"stream": room, "epoch": before, "seq": 0}]})).await;
    assert_eq!(socket.of_type("reset").await["stream"], room);
    Socket::live(&app, &ana, &[(&room, 0)]).await.event().await;
}

async fn who_does_not_show_it_is_seen_by_nobody(app: TestApp) {
    let Scene { ana, bo, vic, room: id, .. } = app.with_board().await;
    let room = format!("room:{id}");
    let mut anas = Socket::live(&app, &ana, &[(&room, 0)]).await;
    let _bos = Socket::live(&app, &bo, &[(&room, 0)]).await;
    until_person(&mut anas, "came", bo.id).await;
    let saved = bo.form("/accounts/presence/", &[]).await;
    assert_eq!(saved.status, 303, "{saved:?}");
    until_person(&mut anas, "went", bo.id).await;
    let _bos_other = Socket::live(&app, &bo, &[(&room, 0)]).await;
    let mut vics = Socket::live(&app, &vic, &[(&room, 0)]).await;
    assert_eq!(vics.ephemeral("here").await["count"], 2, "Ana and Vic");
    let before = until_person(&mut anas, "came", vic.id).await;
    assert!(before.is_empty(), "{before:?}");
    let page = bo.page("/accounts/").await.text;
    assert!(page.contains("Show when I am here"));
    bo.form("/accounts/presence/", &[("shown", "on")]).await;
    let _bos_again = Socket::live(&app, &bo, &[(&room, 0)]).await;
    until_person(&mut anas, "came", bo.id).await;
}
