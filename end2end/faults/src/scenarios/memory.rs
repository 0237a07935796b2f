//! F17: memory runs short. New sockets are refused, then the newest go; the process and the old stay.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::{Instant, sleep};

use super::{Scale, load};
use crate::{client::WITHIN, node::Node, raw::RawSocket, report::Report, run::Run};

const MIB: u64 = 1024 * 1024;
/// What a server takes with a few people, and a little more, is below 80 % of the limit by so much.
const ROOM: u64 = 6 * MIB;

pub(super) async fn limit(_: Scale, report: &mut Report) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut node = Node::on_sqlite(folder.path()).await?;
    let run = Run::alone(&node.url, 3).await?;
    // Signing up takes memory that is not needed again: it would be room for more sockets than there
    // are descriptors.
    node.stop().await?;
    node.start().await?;
    load::during(&run, Duration::from_millis(2), load::progress(&run, 100)).await?;
    let limit = (node.resident()? + ROOM) * 100 / 80 / MIB;
    node.stop().await?;
    node.set("MEMORY_LIMIT", &limit.to_string());
    node.start().await?;
    load::during(&run, Duration::from_millis(2), load::progress(&run, 100)).await?;
    let before: Vec<usize> = (0..3).map(|client| run.ended(client)).collect();

    // All at once, until it is short of memory: what is under way then makes it scarce.
    let cookie = &run.clients[0].account.cookie;
    let (mut open, mut most, begun) = (Vec::new(), 0, Instant::now());
    let refused = loop {
        let some = (0..50).map(|_| RawSocket::open(&node.url, cookie));
        let some = futures::future::join_all(some).await;
        most = most.max(node.resident()?);
        let (opened, refused): (Vec<_>, Vec<_>) = some.into_iter().partition(Result::is_ok);
        open.extend(opened.into_iter().flatten());
        if let Some(Err(refused)) = refused.into_iter().next() {
            break format!("{refused:#}");
        }
        ensure!(begun.elapsed() < WITHIN, "{} sockets, {most} bytes, and none is refused", open.len());
    };
    ensure!(refused.contains("503"), "a new socket is refused with {refused}");
    report.figure("limit", format!("{limit} MiB"));
    report.figure("sockets until it was short", open.len());
    // Writes and the old sockets go on.
    load::during(&run, Duration::from_millis(2), load::progress(&run, 100)).await?;
    most = most.max(node.resident()?);
    for (client, before) in before.into_iter().enumerate() {
        ensure!(run.ended(client) == before, "the old socket of client {client} ended");
    }
    report.figure("resident at most", format!("{} MiB", most / MIB));
    ensure!(most < limit * MIB, "{most} bytes were taken of {limit} MiB");
    drop(open);
    // New ones are let in again.
    let begun = Instant::now();
    while RawSocket::open(&node.url, cookie).await.is_err() {
        ensure!(begun.elapsed() < WITHIN, "no new socket is let in, with {} bytes", node.resident()?);
        sleep(Duration::from_millis(50)).await;
    }
    report.figure("a new one is let in again after", format!("{:.2?}", begun.elapsed()));
    run.end_on_sqlite(&node.database()).await?;
    report.figure("old sockets that ended", 0);
    Ok(())
}
