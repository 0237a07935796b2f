//! F10: sockets that are not read from. They cost little, and nobody else waits for them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use protocol::Cursor;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::{Scale, percentile};
use crate::{
    raw::{CLOSE, RawSocket},
    report::Report,
    run::{Alone, Run},
};

/// What may wait for one socket: 256 KiB, and as much again for what holds it.
const EACH: u64 = 512 * 1024;
/// What a write costs others more, at most.
const WORSE: f64 = 1.10;

pub(super) async fn stall(scale: Scale, report: &mut Report) -> Result<()> {
    let (stuck, messages) = if scale.light { (5, 100) } else { (50, 600) };
    let alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 10).await?;
    let mut before = deliveries(&run, messages).await?;
    let memory = alone.node.resident()?;

    let cookie = run.clients[9].account.cookie.clone();
    let mut sockets = Vec::new();
    for _ in 0..stuck {
        let mut socket = RawSocket::with_buffer(&alone.node.url, &cookie, Some(4096)).await?;
        let ready: Value = json_of(&socket.text_with("ready").await?)?;
        let epoch = ready["epoch"].as_str().context("it has an epoch")?.to_owned();
        socket.subscribe(Cursor { stream: run.room, epoch, seq: run.clients[0].seq(run.room) }).await?;
        sockets.push(socket);
    }
    let mut during = deliveries(&run, messages).await?;
    let grown = alone.node.resident()?.saturating_sub(memory);
    report.figure("stuck sockets", stuck);
    report.figure("memory grew by", format!("{} KiB", grown / 1024));
    if grown > stuck * EACH {
        report.miss(format!("memory grew by {} KiB for each", grown / 1024 / stuck));
    }
    // Who reads again is given the rest, or told to come back.
    let last = run.clients[0].seq(run.room);
    for mut socket in sockets {
        let resumed = timeout(Duration::from_secs(60), until(&mut socket, last)).await??;
        ensure!(resumed, "a stuck socket was given neither the rest nor a close");
    }
    let mut after = deliveries(&run, messages).await?;
    let [before, during, after] = [&mut before, &mut during, &mut after].map(|took| percentile(took, 99));
    report.figure(
        "until all others have it, p99 before, during, after",
        format!("{before:.2?}, {during:.2?}, {after:.2?}"),
    );
    if during.as_secs_f64() > before.max(after).as_secs_f64() * WORSE {
        report.miss("the others wait longer".to_owned());
    }
    for client in 0..10 {
        ensure!(run.ended(client) == 0, "the socket of client {client} ended");
    }
    run.end_on_sqlite(&alone.node.database()).await?;
    Ok(())
}

/// Posts so many messages; gives how long each took until everybody else had it.
async fn deliveries(run: &Run, messages: usize) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    let words = "words ".repeat(1000);
    for n in 0..messages {
        let before = run.clients[0].seq(run.room);
        let begun = Instant::now();
        run.clients[0].post(run.room, &format!("{n} after {before} {}", words.trim())).await?;
        for client in &run.clients {
            client.caught_up(run.room, before + 1).await?;
        }
        took.push(begun.elapsed());
    }
    Ok(took)
}

/// Reads until the event of this number, or a close.
async fn until(socket: &mut RawSocket, last: i64) -> Result<bool> {
    while let Some((first, payload)) = socket.next().await? {
        if first & 0x0F == CLOSE {
            return Ok(true);
        }
        let frame = json_of(&String::from_utf8_lossy(&payload)).unwrap_or_default();
        if frame["type"] == "reset" || frame["seq"].as_i64() == Some(last) {
            return Ok(true);
        }
    }
    // Ended without a word: as good as a close to who keeps a cursor.
    Ok(true)
}

fn json_of(text: &str) -> Result<Value> {
    Ok(serde_json::from_str(text)?)
}
