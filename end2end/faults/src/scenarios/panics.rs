//! F18: handlers panic while people write: each fails one request, and nothing else.

use std::{fs::File, time::Duration};

use anyhow::{Result, ensure};
use tokio::time::{Instant, sleep};

use super::{Scale, load};
use crate::{
    client::WITHIN,
    node::Node,
    report::Report,
    run::Run,
    shim::{self, UNLUCKY},
};

pub(super) async fn panic(scale: Scale, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let Some(library) = shim::compile(UNLUCKY, folder.path())? else {
        report.leave_out("there is no C compiler");
        return Ok(());
    };
    let mut node = Node::new(folder.path(), Vec::new())?;
    let unlucky = folder.path().join("unlucky-now");
    node.set("LD_PRELOAD", &library.display().to_string());
    node.set("UNLUCKY", &unlucky.display().to_string());
    node.start().await?;
    let run = Run::alone(&node.url, 4).await?;
    let panics = if scale.light { 20 } else { 200 };
    let scenario = async {
        for _ in 0..panics {
            File::create(&unlucky)?;
            let begun = Instant::now();
            while unlucky.exists() {
                ensure!(begun.elapsed() < WITHIN, "nothing asked for an id: nothing panicked");
                sleep(Duration::from_millis(1)).await;
            }
            load::progress(&run, 2).await?;
        }
        Ok(())
    };
    let ((), mut took) = load::during(&run, Duration::from_millis(2), scenario).await?;
    let said = node.panics()?;
    ensure!(said == panics, "{said} panics, and {panics} were caused: {}", node.words());
    for client in 0..run.clients.len() {
        ensure!(run.ended(client) == 0, "the socket of client {client} ended");
    }
    let acknowledged = run.acknowledged();
    // Of those that failed, each was sent again and is there once.
    run.end_on_sqlite(&node.database()).await?;
    report.figure("handlers that panicked", panics);
    report.figure("connections of sockets that ended", 0);
    report.figure("acknowledged", acknowledged);
    report.figure("lost or doubled", 0);
    report.figure("answers, p99", format!("{:.2?}", super::percentile(&mut took, 99)));
    Ok(())
}
