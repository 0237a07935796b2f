//! How the databases find words: by their index, and the newest first, whatever else there is.

use protocol::UserId;
use sqlx::AssertSqlSafe;

use super::{
    Wanted,
    hits::{MESSAGES_BY_WORDS, MESSAGES_NEAR, MESSAGES_ON_SQLITE, expected},
    *,
};
use crate::{
    Engine, Settings, Signup,
    seed::{self, Seed},
};

/// An engine with many messages.
pub(crate) async fn engine(folder: &tempfile::TempDir, database_url: Option<String>) -> Engine {
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
    let plan = Seed { users: 3, rooms: 2, tasks: 1, messages: 5_000, prefix, password: "a long enough phrase".into() };
    seed::seed(&engine, plan).await.unwrap();
    engine
}

fn wanted() -> Wanted {
    Wanted { phrases: vec![Phrase::of("page").unwrap()], tags: vec![vec![tags::open(BoardId(1))]], ..Wanted::default() }
}

#[tokio::test]
async fn sqlite_takes_the_newest_entries_that_match_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder, None).await;
    let mut tx = engine.db().read().await.unwrap();
    let text = AssertSqlSafe(format!("explain query plan {MESSAGES_ON_SQLITE}"));
    let rows: Vec<(i64, i64, i64, String)> = sql!(all &mut tx, text,
        UserId(1), wanted().text(true), i64::MAX, 0_i64, i64::MAX, 21_i64, 100_i64)
    .unwrap();
    let steps: Vec<String> = rows.into_iter().map(|(.., step)| step).collect();
    assert!(steps[0].contains("SCAN message_words VIRTUAL TABLE INDEX"), "{steps:#?}");
    let bad = |step: &String| step.contains("TEMP B-TREE") || (step.starts_with("SCAN") && !step.contains("VIRTUAL"));
    assert!(!steps.iter().any(bad), "{steps:#?}");
    drop(tx);
    engine.close().await;
}

#[tokio::test]
async fn postgres_looks_at_the_newest_entries_and_then_at_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let url = foundations::postgres::new_database().await.unwrap();
    let engine = engine(&folder, Some(url)).await;
    // As autovacuum does it in time.
    engine.write(|w| Box::pin(async move { sql!(run &mut w.tx, "analyze") })).await.unwrap();
    let mut tx = engine.db().read().await.unwrap();
    // Every message of the seed has the one, and none the other.
    let (common, none) = (Wanted { phrases: Vec::new(), ..wanted() }.text(false), "'nowhere'");
    let few = [expected(&mut tx, &common).await.unwrap(), expected(&mut tx, none).await.unwrap()];
    assert!(few[0] > 4_000 && few[1] < 100, "{few:?}");
    let plan = |steps: Vec<(String,)>| steps.into_iter().map(|(step,)| step).collect::<Vec<_>>();
    let text = AssertSqlSafe(format!("explain (costs off) {MESSAGES_NEAR}"));
    let near = plan(
        sql!(all &mut tx, text,
            UserId(1), wanted().text(false), i64::MAX, 0_i64, i64::MAX, 21_i64, 100_i64, 2_000_i64)
        .unwrap(),
    );
    assert!(near.iter().any(|step| step.contains("Index Scan Backward using message_words_pkey")), "{near:#?}");
    let text = AssertSqlSafe(format!("explain (costs off) {MESSAGES_BY_WORDS}"));
    let mut rare = wanted();
    rare.phrases = vec![Phrase::of("nowhere").unwrap()];
    let words = plan(
        sql!(all &mut tx, text,
            UserId(1), rare.text(false), i64::MAX, 0_i64, i64::MAX, 21_i64, 100_i64)
        .unwrap(),
    );
    assert!(words.iter().any(|step| step.contains("Bitmap Index Scan on message_words_words")), "{words:#?}");
    for steps in [near, words] {
        assert!(steps.iter().any(|step| step.contains("Index Scan using messages_pkey on messages m")), "{steps:#?}");
        assert!(!steps.iter().any(|step| step.contains("Seq Scan on messages")), "{steps:#?}");
    }
    drop(tx);
    engine.close().await;
}
