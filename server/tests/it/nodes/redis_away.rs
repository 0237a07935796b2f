//! Redis between the nodes is killed, stalled, or was never there.

use engine::Link;
use serde_json::json;

use super::{Nodes, eventually, until};
use crate::{
    app::{Scene, TestApp},
    socket::Socket,
};

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
    nodes.redis.down().unwrap();
    ana.say(id, "while nobody has noticed").await;
    until(&mut here, &room, "while nobody has noticed").await;
    until(&mut there, &room, "while nobody has noticed").await;
    nodes.linked(Link::Away).await;
    for n in 0..20 {
        ana.say(id, &format!("{n}")).await;
    }
    until(&mut here, &room, "19").await;
    assert_eq!(until(&mut there, &room, "19").await.len(), 20);
    while watching.ephemeral("activity").await["n"] != 21 {}
    for node in [&nodes.a, &nodes.b] {
        let ready = node.stranger().page("/readyz").await;
        assert!(ready.status == 200 && ready.text.contains("Redis is away"), "{ready:?}");
    }
    nodes.redis.up().await.unwrap();
    nodes.linked(Link::Up).await;
    ana.say(id, "healed").await;
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
    nodes.redis.signal("STOP").unwrap();
    for n in 0..5 {
        ana.say(id, &format!("{n}")).await;
    }
    until(&mut there, &room, "4").await;
    nodes.linked(Link::Away).await;
    bo.at(&nodes.b).say(id, "from the other node").await;
    nodes.redis.signal("CONT").unwrap();
    nodes.linked(Link::Up).await;
    until(&mut there, &room, "from the other node").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_starts_and_serves_without_redis() {
    let nodes = Nodes::start().await;
    let Nodes { a, mut redis, database, .. } = nodes;
    let Scene { ana, bo, room: id, .. } = a.with_board().await;
    redis.down().unwrap();
    let c = TestApp::node(&database, Some(&redis.url())).await;
    let room = format!("room:{id}");
    let mut socket = Socket::live(&c, &bo, &[(&room, 0)]).await;
    ana.say(id, "hello").await;
    until(&mut socket, &room, "hello").await;
    redis.up().await.unwrap();
    eventually("it connects", async || c.engine.link() == Link::Up).await;
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
        public_url: None,
        outside: Default::default(),
        push_anywhere: false,
        bucket: None,
        mail: None,
    };
    let refused = engine::Engine::open(settings).await.err().unwrap().to_string();
    assert!(refused.contains("on SQLite there is one node"), "{refused}");
}
