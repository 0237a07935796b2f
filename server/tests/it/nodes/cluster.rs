//! Two nodes with a Redis Cluster of three masters between them.

use engine::Link;
use foundations::{postgres::new_database, redis::RedisCluster};
use serde_json::json;

use super::{eventually, until};
use crate::{
    app::{PASSWORD, Scene, TestApp},
    presence::until_person,
    socket::Socket,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_presence_revocation_and_limits_cross_a_redis_cluster() {
    if !RedisCluster::possible() {
        println!("left out: redis-cli, which makes a cluster of three servers, is not installed");
        return;
    }
    let (database, cluster) = (new_database().await.unwrap(), RedisCluster::start().await.unwrap());
    let node = async || {
        let (database, url) = (database.clone(), cluster.url());
        TestApp::start(move |config| {
            config.settings.database_url = Some(database);
            config.settings.redis_url = Some(url);
            config.settings.rate_limits = true;
        })
        .await
    };
    let (a, b) = (node().await, node().await);
    for node in [&a, &b] {
        eventually("a node hears itself through the cluster", async || node.engine.link() == Link::Up).await;
    }
    let Scene { ana, bo, board, room: id, secret, .. } = a.with_board().await;
    let mut streams = vec![format!("room:{id}"), format!("room:{secret}")];
    // Channels of several masters.
    for n in 0..6 {
        let rooms = format!("/messaging/board/{board}/rooms/create/");
        streams.push(format!("room:{}", ana.post(&rooms, json!({"name": format!("room {n}")})).await.id()));
    }
    let cursors: Vec<(&str, i64)> = streams.iter().map(|stream| (stream.as_str(), 0)).collect();
    let mut anas = Socket::live(&b, &ana, &cursors).await;
    let mut bos = Socket::live(&a, &bo, &[(&streams[0], 0)]).await;
    until_person(&mut anas, "came", bo.id).await;
    for (n, stream) in streams.iter().enumerate() {
        let room: i64 = stream.trim_start_matches("room:").parse().unwrap();
        ana.say(room, &format!("hello {n}")).await;
        until(&mut anas, stream, &format!("hello {n}")).await;
    }
    until(&mut bos, &streams[0], "hello 0").await;
    assert_eq!(b.stranger().page("/readyz").await.text, "ready\n");

    let removed = ana.at(&b).post(&format!("/boards/{board}/members/{}/remove/", bo.id), json!({})).await;
    assert_eq!(removed.status, 200, "{removed:?}");
    while bos.of_type("revoked").await["stream"] != streams[0] {}
    ana.at(&b).post("/accounts/logout/", json!({})).await;
    assert_eq!(anas.closed().await, 4001);

    let mut tried = 0;
    for n in 0..20 {
        let node = if n % 2 == 0 { &a } else { &b };
        let door = json!({"username": "vic", "password": "guessed wrongly"});
        match node.stranger().post("/accounts/login/", door).await.status.as_u16() {
            401 => tried += 1,
            429 => break,
            status => panic!("{status}"),
        }
    }
    assert!((5..10).contains(&tried), "{tried} tries passed on two nodes");
    let door = json!({"username": "ana", "password": PASSWORD});
    assert_eq!(b.stranger().post("/accounts/login/", door).await.status, 200, "another name is counted apart");
}
