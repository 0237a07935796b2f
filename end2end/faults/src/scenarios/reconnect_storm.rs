//! F11: the server restarts, and everybody comes back at once.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use tokio::time::Instant;

use super::{Scale, percentile};
use crate::{
    client::Client,
    report::Report,
    run::{Alone, Run},
};

/// A start of at most 1 s, and 5 s for everybody.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(6);
const PAGE_WITHIN: Duration = Duration::from_millis(250);
/// People who share the sockets.
const PEOPLE: usize = 5;

pub(super) async fn storm(scale: Scale, report: &mut Report) -> Result<()> {
    let sockets = if scale.light { 50 } else { 1000 };
    let mut alone = Alone::start().await?;
    let mut run = Run::alone(&alone.node.url, PEOPLE).await?;
    for id in PEOPLE..sockets {
        let account = run.clients[id % PEOPLE].account.clone();
        let client = Client::start(id, account, &alone.node.url, &alone.node.url, &run.recorder);
        client.open(run.room).await?;
        run.clients.push(client);
    }
    alone.node.stop().await?;
    let begun = Instant::now();
    let ready = alone.node.start().await?;
    run.clients[0].post(run.room, "who is there?").await?;
    let head = run.clients[0].seq(run.room).max(1);
    let back = async {
        try_join_all(run.clients.iter().map(|client| client.caught_up(run.room, head))).await?;
        Ok::<_, anyhow::Error>(begun.elapsed())
    };
    let pages = async {
        let mut took = Vec::new();
        for _ in 0..50 {
            let begun = Instant::now();
            let path = format!("/messaging/{}/", run.room.to_string().replace(':', "/"));
            let account = &run.clients[0].account;
            let (status, _) = account.ask(&alone.node.url, &path, None).await?;
            ensure!(status.is_success(), "{status} for a page");
            took.push(begun.elapsed());
        }
        Ok(took)
    };
    let (back, mut pages) = tokio::try_join!(back, pages)?;
    report.figure("sockets", sockets);
    report.figure("ready, amid all of them, after", format!("{ready:.2?}"));
    report.limit("all caught up after the start", back, CAUGHT_UP_WITHIN);
    report.limit("pages meanwhile, p99", percentile(&mut pages, 99), PAGE_WITHIN);
    run.end_on_sqlite(&alone.node.database()).await?;
    report.figure("lost", 0);
    Ok(())
}
