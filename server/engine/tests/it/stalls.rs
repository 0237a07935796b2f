//! PostgreSQL stands still, or is started anew: nobody waits long, and it heals unaided.

use std::time::Duration;

use engine::Result;
use foundations::postgres::new_database;
use futures::future::join_all;
use protocol::Error;
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    ground::{Ground, Scene},
    proxy::{Proxy, Way},
};

/// As long as a test waits for what should take two seconds.
const GENEROUS: Duration = Duration::from_secs(30);

async fn behind_a_proxy() -> (Ground, Proxy) {
    let url = new_database().await.unwrap();
    let (way, name) = url.rsplit_once('/').unwrap();
    let port = way.rsplit_once(':').unwrap().1.parse().unwrap();
    let proxy = Proxy::to(port).await;
    let url = format!("postgres://boardwalk@127.0.0.1:{}/{name}", proxy.port);
    (Ground::on(Some(url)).await, proxy)
}

/// Says it until it is stored; whatever else happens is that the database is not available.
async fn insist(ground: &Ground, scene: &Scene, key: Uuid, text: &str) {
    let stored = async {
        loop {
            match ground.say(&scene.ana, scene.room, key, text).await {
                Ok(_) => return,
                Err(error) => assert_eq!(error, Error::Unavailable),
            }
        }
    };
    timeout(GENEROUS, stored).await.expect("it heals unaided");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stands_still_is_given_up_soon_and_a_retry_is_stored_once() {
    let (ground, proxy) = behind_a_proxy().await;
    let scene = ground.scene().await;
    ground.say(&scene.ana, scene.room, Uuid::now_v7(), "before").await.unwrap();
    proxy.be(Way::Still);
    let keys: Vec<Uuid> = (0..40).map(|_| Uuid::now_v7()).collect();
    let asked = keys.iter().map(|key| ground.say(&scene.ana, scene.room, *key, "meanwhile"));
    let refused: Vec<Result<_>> = timeout(GENEROUS, join_all(asked)).await.expect("nobody waits for ever");
    assert!(refused.iter().all(|asked| matches!(asked, Err(Error::Unavailable))), "{refused:?}");
    let reading = timeout(GENEROUS, engine::notifications::count(&ground.engine, &scene.ana)).await;
    assert_eq!(reading.expect("nor does who reads"), Err(Error::Unavailable));
    proxy.be(Way::Open);
    for key in keys {
        insist(&ground, &scene, key, "meanwhile").await;
    }
    let said = ground.said(&scene.ana, scene.room).await;
    assert!(said.iter().map(|(n, _)| *n).eq(1..=41), "each once: {said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_of_the_database_writes_go_on_unaided() {
    let (ground, proxy) = behind_a_proxy().await;
    let scene = ground.scene().await;
    for i in 0..3 {
        // Several connections, all of which are dead afterwards.
        join_all((0..8).map(|_| ground.say(&scene.ana, scene.room, Uuid::now_v7(), "before"))).await;
        proxy.be(Way::Cut);
        let key = Uuid::now_v7();
        let cut = timeout(GENEROUS, ground.say(&scene.ana, scene.room, key, "meanwhile")).await;
        assert!(matches!(cut, Ok(Err(Error::Unavailable))), "{i}: {cut:?}");
        proxy.be(Way::Open);
        insist(&ground, &scene, key, "meanwhile").await;
    }
    assert_eq!(ground.said(&scene.ana, scene.room).await.len(), 27);
}
