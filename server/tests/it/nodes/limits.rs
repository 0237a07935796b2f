//! Limits of how often: over all nodes, and over each alone without Redis.

use std::time::Instant;

use serde_json::json;

use super::Nodes;
use crate::app::{PASSWORD, Person, Scene, TestApp};

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

    nodes.redis.down().unwrap();
    let mut passed = 0;
    while bo.post(&send, json!({"message": "by this node alone"})).await.status == 201 {
        passed += 1;
        assert!(passed < 200, "without Redis nothing is limited");
    }
    assert!(passed >= 10, "without Redis everything is refused after {passed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imports_are_counted_over_all_nodes_and_over_each_alone_when_redis_is_away() {
    let mut nodes = Nodes::with_rate_limits(true).await;
    let Scene { ana, bo, board, .. } = nodes.a.with_board().await;
    let file = ana.get(&format!("/boards/{board}/export/?format=board")).await.json;
    let import = async |person: &Person, node: &TestApp| person.at(node).post("/boards/import/", file.clone()).await;
    let (mut made, mut refused, started) = (0, None, Instant::now());
    // Ten pass at once; one more comes back every minute that this takes.
    for n in 0..40 {
        let node = if n % 2 == 0 { &nodes.a } else { &nodes.b };
        let answer = import(&ana, node).await;
        match answer.status.as_u16() {
            201 => made += 1,
            429 => {
                refused = Some(answer);
                break;
            }
            _ => panic!("{answer:?}"),
        }
    }
    let refused = refused.unwrap_or_else(|| panic!("{made} boards were made"));
    assert!((1..=60).contains(&refused.header("retry-after").parse::<u64>().unwrap()), "{refused:?}");
    let back = started.elapsed().as_secs() / 60;
    assert!(made >= 10 && made <= 11 + back, "each node let its own ten pass: {made} with {back} that came back");
    assert_eq!(import(&bo, &nodes.b).await.status, 201, "another person's are counted apart");

    nodes.redis.down().unwrap();
    assert_eq!(import(&ana, &nodes.b).await.status, 201, "without Redis a node counts by itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sign_ups_are_counted_over_all_nodes_and_over_each_alone_when_redis_is_away() {
    let mut nodes = Nodes::with_rate_limits(true).await;
    let (mut made, mut refused, started) = (0, None, Instant::now());
    let sign_up = async |node: &TestApp, name: String| {
        node.stranger().post("/accounts/signup/", json!({"username": name, "password": PASSWORD})).await
    };
    // Thirty pass at once; one more comes back every twenty seconds that this takes.
    for n in 0..100 {
        let node = if n % 2 == 0 { &nodes.a } else { &nodes.b };
        let answer = sign_up(node, format!("person{n}")).await;
        match answer.status.as_u16() {
            201 => made += 1,
            429 => {
                refused = Some(answer);
                break;
            }
            _ => panic!("{answer:?}"),
        }
    }
    let refused = refused.unwrap_or_else(|| panic!("{made} accounts were made"));
    assert!((1..=20).contains(&refused.header("retry-after").parse::<u64>().unwrap()), "{refused:?}");
    let back = started.elapsed().as_secs() / 20;
    assert!(made >= 30 && made <= 31 + back, "each node let its own thirty pass: {made} with {back} that came back");

    nodes.redis.down().unwrap();
    let alone = sign_up(&nodes.b, "later".into()).await;
    assert_eq!(alone.status, 201, "without Redis a node counts by itself: {alone:?}");
}
