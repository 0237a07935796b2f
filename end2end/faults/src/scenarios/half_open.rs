//! F9: a connection goes silent without an end, as when a laptop sleeps or a cable is pulled.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::{Instant, sleep};

use super::Scale;
use crate::{
    proxy::{Mode, Proxy},
    report::Report,
    run::{Alone, Home, Run},
};

/// The page gives up a silent connection after 30 s; the rest is the machine's.
const CLIENT_WITHIN: Duration = Duration::from_secs(32);
const SERVER_WITHIN: Duration = Duration::from_secs(60);
/// On however slow a machine.
const AT_LAST: Duration = Duration::from_secs(180);

pub(super) async fn go_silent(_: Scale, report: &mut Report) -> Result<()> {
    let alone = Alone::start().await?;
    let proxy = Proxy::to(&alone.node.url).await?;
    let base = &alone.node.url;
    let homes = [
        Home { base: base.clone(), socket: base.clone() },
        Home { base: base.clone(), socket: proxy.url() },
        Home { base: base.clone(), socket: proxy.url() },
    ];
    let run = Run::begin(&homes, 3).await?;
    ensure!(alone.node.gauge("boardwalk_sockets").await? == 3.0, "three sockets are open");
    proxy.set(Mode::Silent);
    let silent = Instant::now();
    for n in 0..5 {
        run.clients[0].post(run.room, &format!("while two hear nothing: {n}")).await?;
    }
    let mut noticed = None;
    let freed = loop {
        if noticed.is_none() && run.ended(1) > 0 && run.ended(2) > 0 {
            noticed = Some(silent.elapsed());
        }
        if alone.node.gauge("boardwalk_sockets").await? <= 1.0 {
            break silent.elapsed();
        }
        ensure!(silent.elapsed() < AT_LAST, "the server still holds the silent sockets after {AT_LAST:?}");
        sleep(Duration::from_millis(100)).await;
    };
    ensure!(run.ended(0) == 0, "the other socket ended");
    report.limit("the server frees the sockets after", freed, SERVER_WITHIN);
    match noticed {
        Some(noticed) => report.limit("the clients notice after", noticed, CLIENT_WITHIN),
        None => report.miss("a client did not notice".to_owned()),
    }
    proxy.set(Mode::Open);
    run.end_on_sqlite(&alone.node.database()).await?;
    report.figure("caught up", "all");
    Ok(())
}
