//! Several nodes on one database, with Redis between them.

mod cluster;
mod limits;
mod redis_away;

use std::time::Duration;

use engine::Link;
use foundations::{postgres::new_database, redis::Redis};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use crate::{
    app::{Scene, TestApp},
    socket::Socket,
};

/// Two nodes, `a` and `b`, and what is between them.
pub struct Nodes {
    pub a: TestApp,
    pub b: TestApp,
    pub redis: Redis,
    pub database: String,
}

impl Nodes {
    pub async fn start() -> Self {
        Self::with_rate_limits(false).await
    }

    async fn with_rate_limits(limits: bool) -> Self {
        let (database, redis) = (new_database().await.unwrap(), Redis::start().await.unwrap());
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
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waited = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waited).await.unwrap_or_else(|_| panic!("never: {what}"));
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
    ana.say(id, "hello from the other node").await;
    until(&mut socket, &room, "hello from the other node").await;
    assert_eq!(classic.of_type("chat_message").await["message"], "hello from the other node");
    assert_eq!(watching.ephemeral("activity").await["n"], 1);
    bo.at(&b).say(id, "and back").await;
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
    ana.say(id, "still here").await;
    until(&mut bos, &room, "still here").await;
    if cut {
        nodes.redis.down().unwrap();
    }
    let gone = ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(gone.status, 200, "{gone:?}");
    for n in 0..5 {
        ana.say(id, &format!("secret {n}")).await;
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
async fn a_lost_publication_is_found_in_the_middle_and_at_the_end() {
    let nodes = Nodes::start().await;
    // Whatever is said by way of this one is never published.
    let mute = TestApp::node(&nodes.database, None).await;
    let Scene { ana, bo, room: id, .. } = nodes.a.with_board().await;
    let room = format!("room:{id}");
    let mut there = Socket::live(&nodes.b, &bo, &[(&room, 0)]).await;
    ana.say(id, "one").await;
    ana.at(&mute).say(id, "two").await;
    ana.say(id, "three").await;
    assert_eq!(until(&mut there, &room, "three").await, ["one", "two", "three"]);
    ana.at(&mute).say(id, "four").await;
    assert_eq!(until(&mut there, &room, "four").await, ["four"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_that_goes_to_another_board_is_heard_of_no_more_on_any_node() {
    let nodes = Nodes::start().await;
    let Scene { ana, vic, board, task, .. } = nodes.a.with_board().await;
    let other = ana.post("/boards/", json!({"name": "Other"})).await.id();
    let column = ana.post(&format!("/boards/{other}/columns/"), json!({"name": "There"})).await.id();
    let (on_task, on_board) = (format!("task:{task}"), format!("board:{board}"));
    let mut vics = Socket::live(&nodes.b, &vic, &[(&on_task, 0), (&on_board, 0)]).await;
    vics.rest().await;
    let moved = ana.post(&format!("/boards/{board}/transfer/"), json!({"tasks": [task], "column": column})).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    ana.post(&format!("/messaging/task/{task}/comments/"), json!({"comment": "secret"})).await;
    assert_eq!(vics.of_type("revoked").await["stream"], on_task);
    ana.post(&format!("/boards/{board}/tasks/"), json!({"title": "Later"})).await;
    let mut heard = Vec::new();
    while heard.last().is_none_or(|kind| kind != "task_created") {
        heard.push(vics.event().await.1);
    }
    assert_eq!(heard, ["task_left", "task_created"], "nothing of what was said there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_without_redis_follow_each_other_by_the_database() {
    let database = new_database().await.unwrap();
    let (a, b) = (TestApp::node(&database, None).await, TestApp::node(&database, None).await);
    let Scene { ana, bo, board, room: id, .. } = a.with_board().await;
    let room = format!("room:{id}");
    let mut there = Socket::live(&b, &bo, &[(&room, 0)]).await;
    ana.say(id, "hello").await;
    until(&mut there, &room, "hello").await;
    ana.post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    ana.say(id, "secret").await;
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
