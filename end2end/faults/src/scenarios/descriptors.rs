//! F16: no descriptor is left for new connections. Those that are there go on.

use std::process::Command;

use anyhow::{Result, ensure};

use super::{Scale, load};
use crate::{
    client::{Account, http},
    raw::RawSocket,
    report::Report,
    run::{Alone, Run},
};

/// Sockets that are tried.
const TRIED: usize = 150;

pub(super) async fn exhaust(_: Scale, report: &mut Report) -> Result<()> {
    let alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 3).await?;
    let open = std::fs::read_dir(format!("/proc/{}/fd", alone.node.pid()?))?.count();
    let limit = format!("--nofile={}", open + 40);
    let limited = Command::new("prlimit").args(["--pid", &alone.node.pid()?.to_string(), &limit]).status()?;
    ensure!(limited.success(), "prlimit: {limited}");
    let mut taken = Vec::new();
    for _ in 0..TRIED {
        let opened = RawSocket::open(&alone.node.url, &run.clients[0].account.cookie);
        match tokio::time::timeout(std::time::Duration::from_millis(500), opened).await {
            Ok(Ok(socket)) => taken.push(socket),
            Ok(Err(_)) | Err(_) => break,
        }
    }
    ensure!(taken.len() < TRIED, "the limit did not show");
    report.figure("new sockets until there were no more", taken.len());
    for client in 0..3 {
        ensure!(run.ended(client) == 0, "the old socket of client {client} ended");
    }
    drop(taken);
    load::during(&run, std::time::Duration::from_millis(5), load::progress(&run, 20)).await?;
    // New ones come in again, over a connection of their own.
    let fresh = Account::sign_in(&alone.node.url, "person0").await?;
    ensure!(http().get(format!("{}/readyz", alone.node.url)).send().await?.status().is_success(), "not ready");
    drop(RawSocket::open(&alone.node.url, &fresh.cookie).await?);
    run.end_on_sqlite(&alone.node.database()).await?;
    report.figure("old sockets that ended", 0);
    Ok(())
}
