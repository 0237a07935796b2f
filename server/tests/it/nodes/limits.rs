//! Limits of how often: over all nodes, and over each alone without Redis.

use std::time::Instant;

use serde_json::json;

use super::Nodes;
use crate::app::{PASSWORD, Scene};

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
