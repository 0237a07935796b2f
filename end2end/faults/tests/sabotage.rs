//! Each guarantee is broken on purpose between a real server and its clients, or in its database, and
//! the checker must notice. The product has no hook for it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use faults::{
    audit,
    check::{Guarantee, Violation, check},
    client::{Order, Outcome, WITHIN},
    forgetful::Forgetful,
    history::{Entry, History},
    proxy::frames::{Disturbance, FrameProxy},
    run::{Alone, Home, Run},
};
use protocol::Stream;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::time::sleep;
use uuid::Uuid;

fn noticed(history: &History, guarantee: Guarantee) -> Result<()> {
    let found = check(history);
    let this = |violation: &Violation| violation.guarantee == guarantee;
    ensure!(found.iter().any(this), "{guarantee:?} was broken and is not noticed: {found:?}");
    Ok(())
}

/// Ana without a proxy, Bo behind one; each event has reached both at the end.
async fn through(disturbance: Disturbance, acts: impl AsyncFnOnce(&Run) -> Result<()>) -> Result<History> {
    let alone = Alone::start().await?;
    let base = alone.node.url.clone();
    let proxy = FrameProxy::to(&base, disturbance).await?;
    let homes = [Home { base: base.clone(), socket: base.clone() }, Home { base, socket: proxy.url.clone() }];
    let run = Run::begin(&homes, 2).await?;
    acts(&run).await?;
    run.settle(&audit::sqlite(&alone.node.database()).await?).await?;
    Ok(run.history(audit::sqlite(&alone.node.database()).await?))
}

async fn say(run: &Run, texts: &[&str]) -> Result<()> {
    for text in texts {
        run.clients[0].post(run.room, text).await?;
    }
    Ok(())
}

/// Posts, and waits until Bo has it.
async fn told(run: &Run, text: &str) -> Result<i64> {
    let before = run.clients[0].seq(run.room);
    say(run, &[text]).await?;
    run.clients[0].caught_up(run.room, before + 1).await?;
    let seq = run.clients[0].seq(run.room);
    run.clients[1].caught_up(run.room, seq).await?;
    Ok(seq)
}

/// Waits until Bo was told of an event with this text so many times.
async fn heard(run: &Run, text: &str, times: usize) -> Result<()> {
    let tells =
        |entry: &Entry| matches!(entry, Entry::Received { client: 1, body, .. } if format!("{body:?}").contains(text));
    let begun = Instant::now();
    while run.recorder.count(tells) < times {
        ensure!(begun.elapsed() < WITHIN, "{text} came {} times of {times}", run.recorder.count(tells));
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_faithful_proxy_breaks_nothing() -> Result<()> {
    let history = through(Disturbance::Boast(0), async |run| say(run, &["one", "two", "three"]).await).await?;
    ensure!(check(&history).is_empty(), "{:?}", check(&history));
    Ok(())
}

#[tokio::test]
async fn a_lost_frame_is_noticed() -> Result<()> {
    let history = through(Disturbance::Drop("two".into()), async |run| say(run, &["one", "two", "three"]).await);
    noticed(&history.await?, Guarantee::NoGap)
}

#[tokio::test]
async fn a_doubled_frame_is_noticed() -> Result<()> {
    let history = through(Disturbance::Double("two".into()), async |run| say(run, &["one", "two", "three"]).await);
    noticed(&history.await?, Guarantee::Ordered)
}

#[tokio::test]
async fn swapped_frames_are_noticed() -> Result<()> {
    let history = through(Disturbance::Swap("two".into()), async |run| say(run, &["one", "two", "three"]).await);
    noticed(&history.await?, Guarantee::Ordered)
}

#[tokio::test]
async fn a_cursor_that_is_not_the_clients_is_noticed() -> Result<()> {
    let acts = async |run: &Run| {
        for text in ["one", "two", "three"] {
            told(run, text).await?;
        }
        run.clients[1].order(Order::Reread(run.room, 0)).await?;
        heard(run, "\"three\"", 2).await
    };
    noticed(&through(Disturbance::Boast(-2), acts).await?, Guarantee::Ordered)
}

#[tokio::test]
async fn what_leaks_to_who_was_removed_is_noticed() -> Result<()> {
    let alone = Alone::start().await?;
    let base = alone.node.url.clone();
    // The proxy is told whom to leak to once that is known: the same person again, by another sign-in.
    let run = Run::alone(&base, 2).await?;
    let (ana, bo) = (&run.clients[0], &run.clients[1]);
    let proxy = FrameProxy::to(&base, Disturbance::Leak(bo.account.cookie.clone())).await?;
    for client in [ana, bo] {
        client.go_to(&base, &proxy.url);
        client.order(Order::Drop).await?;
    }
    ana.post(run.private, "for both").await?;
    bo.caught_up(run.private, 1).await?;
    ana.caught_up(run.private, 1).await?;
    ana.remove(run.private, bo.account.user).await?;
    bo.revoked(run.private).await?;
    let text = "for ana alone";
    ana.post(run.private, text).await?;
    heard(&run, text, 1).await?;
    noticed(&run.history(audit::sqlite(&alone.node.database()).await?), Guarantee::Revoked)
}

#[tokio::test]
async fn hidden_text_that_is_remembered_is_noticed() -> Result<()> {
    let acts = async |run: &Run| {
        let key = Uuid::now_v7();
        let posted = run.clients[0].post_as(key, run.room, "a secret").await?;
        let Outcome::Done(Some(id)) = posted else { anyhow::bail!("{posted:?}") };
        let seq = told(run, "and more").await?;
        run.clients[0].delete(run.room, id, key).await?;
        run.clients[1].caught_up(run.room, seq + 1).await?;
        run.clients[1].order(Order::Reread(run.room, 10)).await?;
        heard(run, "a secret", 2).await
    };
    noticed(&through(Disturbance::Remember, acts).await?, Guarantee::Gone)
}

/// A run with a deletion in it; then its database is tampered with.
async fn tampered(statements: &[&'static str], guarantee: Guarantee) -> Result<()> {
    let mut alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 2).await?;
    say(&run, &["one", "two", "three"]).await?;
    let key = Uuid::now_v7();
    let posted = run.clients[0].post_as(key, run.room, "hidden").await?;
    let Outcome::Done(Some(id)) = posted else { anyhow::bail!("{posted:?}") };
    run.clients[0].delete(run.room, id, key).await?;
    say(&run, &["five"]).await?;
    let file = alone.node.database();
    run.settle(&audit::sqlite(&file).await?).await?;
    alone.node.stop().await?;
    let mut history = run.history(audit::sqlite(&file).await?);
    let found = check(&history);
    ensure!(found.is_empty(), "before: {found:?}");
    tamper(&file, run.room, statements).await?;
    history.database = audit::sqlite(&file).await?;
    noticed(&history, guarantee)
}

async fn tamper(file: &Path, room: Stream, statements: &[&'static str]) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
    let mut db = SqliteConnection::connect_with(&options).await?;
    for statement in statements {
        let done = sqlx::query(*statement).bind(room.to_string()).execute(&mut db).await.context(*statement)?;
        ensure!(done.rows_affected() == 1, "{statement}: {} rows", done.rows_affected());
    }
    db.close().await?;
    Ok(())
}

#[tokio::test]
async fn a_lost_write_is_noticed() -> Result<()> {
    tampered(&["delete from messages where source = 'two' and stream = $1"], Guarantee::Durable).await
}

#[tokio::test]
async fn a_changed_text_is_noticed() -> Result<()> {
    tampered(&["update messages set source = 'zwei' where source = 'two' and stream = $1"], Guarantee::Agreement).await
}

#[tokio::test]
async fn a_doubled_write_is_noticed() -> Result<()> {
    let copy = "insert into messages (stream, n, author_id, client_id, request, source, html, at) \
        select stream, 6, author_id, randomblob(16), request, source, html, at from messages \
        where source = 'two' and stream = $1";
    tampered(&[copy, "update streams set n = n + 1 where name = $1"], Guarantee::Once).await
}

#[tokio::test]
async fn an_event_missing_in_the_log_is_noticed() -> Result<()> {
    tampered(&["delete from events where body like '%\"three\"%' and stream = $1"], Guarantee::NoGap).await
}

#[tokio::test]
async fn a_message_without_its_event_is_noticed() -> Result<()> {
    let silent = "update events set body = '\"redacted\"' where body like '%\"three\"%' and stream = $1";
    tampered(&[silent], Guarantee::Published).await
}

#[tokio::test]
async fn hidden_text_that_stays_in_the_log_is_noticed() -> Result<()> {
    let leaves = "update events set body = (select replace(body, '\"five\"', '\"hidden\"') from events \
        where body like '%\"five\"%' and stream = $1) where body like '%redacted%' and stream = $1";
    tampered(&[leaves], Guarantee::Gone).await
}

#[tokio::test]
async fn a_read_that_lags_behind_its_own_writes_is_noticed() -> Result<()> {
    let alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 1).await?;
    say(&run, &["one"]).await?;
    run.clients[0].read(run.room).await?;
    say(&run, &["two"]).await?;
    run.clients[0].read(run.room).await?;
    run.settle(&audit::sqlite(&alone.node.database()).await?).await?;
    let mut history = run.history(audit::sqlite(&alone.node.database()).await?);
    ensure!(check(&history).is_empty(), "before: {:?}", check(&history));
    // The second read is answered as from a cache of the first.
    let snapshots: Vec<usize> = (0..history.entries.len())
        .filter(|line| matches!(&history.entries[*line].1, Entry::Read { stream, .. } if *stream == run.room))
        .collect();
    let [.., first, second] = snapshots[..] else { anyhow::bail!("two reads") };
    let Entry::Read { snapshot: old, .. } = history.entries[first].1.clone() else { anyhow::bail!("a read") };
    if let Entry::Read { snapshot, .. } = &mut history.entries[second].1 {
        *snapshot = old;
    }
    noticed(&history, Guarantee::ReadYourWrites)?;
    // And as it should be, but under the number of the first.
    if let Entry::Read { snapshot, .. } = &mut history.entries[first].1 {
        snapshot.seq += 1;
    }
    noticed(&history, Guarantee::Snapshot)
}

#[tokio::test]
async fn a_disk_that_only_says_that_it_synced_is_noticed() -> Result<()> {
    let Some(mut forgetful) = Forgetful::start().await? else {
        println!("left out: there is no C compiler");
        return Ok(());
    };
    let run = Run::alone(&forgetful.node.url, 1).await?;
    say(&run, &["one"]).await?;
    forgetful.lie()?;
    say(&run, &["two", "three"]).await?;
    let lost = forgetful.power_cut(1.0)?;
    ensure!(lost > 0, "nothing was lost");
    forgetful.node.start().await?;
    noticed(&run.history(audit::sqlite(&forgetful.node.database()).await?), Guarantee::Durable)
}
