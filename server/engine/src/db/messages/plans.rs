//! How the databases find the pages of a history: by the index of (stream, n), from the key on, and
//! by nothing that grows with the room.

use protocol::Stream;
use sqlx::AssertSqlSafe;

use super::*;
use crate::{
    Engine, Settings, Signup,
    seed::{self, Seed},
};

const PAGES: [(&str, bool); 6] = [
    (BEFORE, false),
    (AFTER, false),
    (LIVE_BEFORE, true),
    (LIVE_AFTER, true),
    (ROOTS_BEFORE, false),
    (ROOTS_AFTER, false),
];

/// An engine whose one room has many messages.
async fn engine(folder: &tempfile::TempDir, database_url: Option<String>) -> Engine {
    let settings = Settings {
        data_dir: folder.path().into(),
        database_url,
        redis_url: None,
        event_retention_days: 30,
        signup: Signup::Open,
        rate_limits: false,
        public_url: None,
        outside: Default::default(),
        push_anywhere: false,
        bucket: None,
        mail: None,
    };
    let engine = Engine::open(settings).await.unwrap();
    let prefix = "plan".to_owned();
    let plan = Seed { users: 3, rooms: 1, tasks: 1, messages: 5_000, prefix, password: "a long enough phrase".into() };
    seed::seed(&engine, plan).await.unwrap();
    engine
}

/// What a database says of a query, a step a line.
async fn plan(tx: &mut Tx, query: &str, paged: bool) -> Vec<String> {
    let place = Stream::Room(protocol::RoomId(1)).to_string();
    let (n, limit, offset) = (2_500_i64, 51_i64, 0_i64);
    if matches!(tx, Tx::Sqlite(_)) {
        let text = AssertSqlSafe(format!("explain query plan {query}"));
        let rows: Vec<(i64, i64, i64, String)> = match paged {
            true => sql!(all tx, text, place, n, limit, offset).unwrap(),
            false => sql!(all tx, text, place, n, limit).unwrap(),
        };
        return rows.into_iter().map(|(.., step)| step).collect();
    }
    let text = AssertSqlSafe(format!("explain (costs off) {query}"));
    let rows: Vec<(String,)> = match paged {
        true => sql!(all tx, text, place, n, limit, offset).unwrap(),
        false => sql!(all tx, text, place, n, limit).unwrap(),
    };
    rows.into_iter().map(|(step,)| step).collect()
}

#[tokio::test]
async fn sqlite_reads_a_page_by_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder, None).await;
    let mut tx = engine.db().read().await.unwrap();
    for (query, paged) in PAGES {
        let steps = plan(&mut tx, query, paged).await;
        let index = "SEARCH m USING INDEX sqlite_autoindex_messages_2 (stream=? AND n";
        assert!(steps[0].starts_with(index), "{query}: {steps:#?}");
        let bad = |step: &String| step.starts_with("SCAN") || step.contains("TEMP B-TREE");
        assert!(!steps.iter().any(bad), "{query}: {steps:#?}");
    }
    drop(tx);
    engine.close().await;
}

#[tokio::test]
async fn postgres_reads_a_page_by_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let url = foundations::postgres::new_database().await.unwrap();
    let engine = engine(&folder, Some(url)).await;
    // As autovacuum does it in time.
    engine.write(|w| Box::pin(async move { sql!(run &mut w.tx, "analyze") })).await.unwrap();
    let mut tx = engine.db().read().await.unwrap();
    for (query, paged) in PAGES {
        let steps = plan(&mut tx, query, paged).await;
        let by_index =
            |step: &String| step.contains("Index Scan") && step.contains("using messages_stream_n_key on messages m");
        assert!(steps.iter().any(by_index), "{query}: {steps:#?}");
        let bad = |step: &String| step.contains("Seq Scan on messages") || step.trim_start().starts_with("Sort");
        assert!(!steps.iter().any(bad), "{query}: {steps:#?}");
    }
    drop(tx);
    engine.close().await;
}
