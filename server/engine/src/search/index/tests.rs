//! What the index lacks is made good.

use protocol::search::{Key, Sort};
use uuid::Uuid;

use super::catch_up;
use crate::{
    Actor, Engine, Zone, accounts,
    db::{search::plans, sql},
    messages::{self, NewMessage},
    search::{Search, search},
};

async fn ana(engine: &Engine) -> Actor {
    let visit = accounts::Visit::default();
    let signed_in = accounts::sign_in(engine, "plan0", "a long enough phrase", visit).await.unwrap();
    accounts::actor(engine, &signed_in.token).await.unwrap().unwrap()
}

async fn finds(engine: &Engine, ana: &Actor, text: &str) -> usize {
    let wanted = Search { text: text.to_owned(), sort: Sort::Newest, key: Key::default() };
    search(engine, ana, &wanted, Zone::named("UTC")).await.unwrap().hits.len()
}

async fn is_made_good(database_url: Option<String>) {
    let folder = tempfile::tempdir().unwrap();
    let engine = plans::engine(&folder, database_url).await;
    let ana = ana(&engine).await;
    assert_eq!(finds(&engine, &ana, "in:\"Room 1\"").await, 20, "a seed is in the index");
    // As if all of it had been there before the index was.
    engine
        .write(|w| {
            Box::pin(async move {
                for text in [
                    "delete from message_words",
                    "delete from task_words",
                    "delete from counters where name like 'search:%'",
                    "update tasks set created_at = created_at - 3600000",
                ] {
                    sql!(run &mut w.tx, text)?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    assert_eq!(finds(&engine, &ana, "in:\"Room 1\"").await, 0);
    let place = protocol::Stream::Room(protocol::RoomId(1));
    let new = NewMessage {
        place,
        key: Uuid::now_v7(),
        content: "swordfish".into(),
        parent: None,
        quote: None,
        confirmed: false,
        files: Vec::new(),
    };
    messages::post(&engine, &ana, new).await.unwrap();
    assert_eq!(finds(&engine, &ana, "swordfish").await, 1, "what is written meanwhile is found at once");

    assert_eq!(catch_up(&engine, "one").await.unwrap(), 5_001, "messages and the task, but not what is there");
    assert_eq!(finds(&engine, &ana, "in:\"Room 1\"").await, 20);
    assert_eq!((finds(&engine, &ana, "is:task").await, finds(&engine, &ana, "swordfish").await), (1, 1));
    assert_eq!(catch_up(&engine, "one").await.unwrap(), 0);
    engine
        .write(|w| Box::pin(async move { sql!(run &mut w.tx, "delete from counters where name like 'search:%'") }))
        .await
        .unwrap();
    assert_eq!(catch_up(&engine, "another").await.unwrap(), 0, "one node does it at a time");
    assert_eq!(catch_up(&engine, "one").await.unwrap(), 0, "nothing is put in twice");
    engine.close().await;
}

#[tokio::test]
async fn sqlite_is_made_good() {
    is_made_good(None).await;
}

#[tokio::test]
async fn postgres_is_made_good() {
    is_made_good(Some(foundations::postgres::new_database().await.unwrap())).await;
}
