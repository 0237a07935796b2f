//! F10: sockets that are not read from. They cost little, and nobody else waits for them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use protocol::Cursor;
use serde_json::Value;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use super::{Scale, percentile};
use crate::{
    raw::{CLOSE, RawSocket},
    report::Report,
    run::{Alone, Run},
};

/// What may wait for one socket: 256 KiB, and as much again for what holds it.
const EACH: u64 = 512 * 1024;
/// What one stuck reader of a hundred costs the others, at most.
const WORSE: f64 = 1.10;
/// People whose clients check what comes.
const PEOPLE: usize = 10;
/// So many messages are more than the buffers between the server and a reader hold.
const FILLS: usize = 50;

pub(super) async fn stall(scale: Scale, report: &mut Report) -> Result<()> {
    apart(scale, report).await?;
    bounded(scale, report).await
}

/// One reader of a hundred is stuck on one of two servers that do the same at the same time, so that whatever else
/// the machine does meets both alike.
async fn apart(scale: Scale, report: &mut Report) -> Result<()> {
    let (readers, messages) = if scale.light { (20, 50) } else { (100, 1500) };
    let (free, held) = (Side::start(readers).await?, Side::start(readers - 1).await?);
    let _stuck = held.socket(0, Some(4096)).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for n in 0..FILLS + messages {
        let took = [free.deliver(n).await?, held.deliver(n).await?];
        if n >= FILLS {
            without.push(took[0]);
            with.push(took[1]);
        }
    }
    let [without, with] = [&mut without, &mut with].map(|took| percentile(took, 99));
    report.figure("readers of each of two servers, one of them stuck on the second", readers);
    report.figure("until all others have it, p99 on each", format!("{without:.2?}, {with:.2?}"));
    if with.as_secs_f64() > without.as_secs_f64() * WORSE {
        report.miss("the others wait longer".to_owned());
    }
    free.end().await?;
    held.end().await
}

/// Many are stuck on one.
async fn bounded(scale: Scale, report: &mut Report) -> Result<()> {
    let (stuck, messages) = if scale.light { (5, 100) } else { (50, 600) };
    let side = Side::start(PEOPLE).await?;
    let memory = side.alone.node.resident()?;
    let mut sockets = Vec::new();
    for n in 0..stuck {
        sockets.push(side.socket(n, Some(4096)).await?);
    }
    for n in 0..messages {
        side.deliver(n).await?;
    }
    let grown = side.alone.node.resident()?.saturating_sub(memory);
    report.figure("stuck at once", stuck);
    report.figure("memory grew by", format!("{} KiB", grown / 1024));
    if grown > stuck as u64 * EACH {
        report.miss(format!("memory grew by {} KiB for each", grown / 1024 / stuck as u64));
    }
    // Who reads again is given the rest, or told to come back.
    let last = side.run.clients[0].seq(side.run.room);
    for mut socket in sockets {
        let resumed = timeout(Duration::from_secs(60), until(&mut socket, last)).await??;
        ensure!(resumed, "a stuck socket was given neither the rest nor a close");
    }
    side.end().await
}

/// People on a server of their own.
struct Side {
    alone: Alone,
    run: Run,
    /// Read whatever comes, unchecked.
    readers: JoinSet<()>,
}

impl Side {
    /// With so many readers in all.
    async fn start(readers: usize) -> Result<Self> {
        let alone = Alone::start().await?;
        let run = Run::alone(&alone.node.url, PEOPLE).await?;
        let mut side = Self { alone, run, readers: JoinSet::new() };
        for n in PEOPLE..readers {
            let mut socket = side.socket(n, None).await?;
            side.readers.spawn(async move { while let Ok(Some(_)) = socket.next().await {} });
        }
        Ok(side)
    }

    /// A socket that follows the room, of one of the people.
    async fn socket(&self, nth: usize, buffer: Option<u32>) -> Result<RawSocket> {
        let cookie = &self.run.clients[nth % PEOPLE].account.cookie;
        let mut socket = RawSocket::with_buffer(&self.alone.node.url, cookie, buffer).await?;
        let ready: Value = json_of(&socket.text_with("ready").await?)?;
        let epoch = ready["epoch"].as_str().context("it has an epoch")?.to_owned();
        let stream = self.run.room;
        socket.subscribe(Cursor { stream, epoch, seq: self.run.clients[0].seq(stream) }).await?;
        Ok(socket)
    }

    /// Posts a message; gives how long it took until everybody had it.
    async fn deliver(&self, n: usize) -> Result<Duration> {
        let before = self.run.clients[0].seq(self.run.room);
        let begun = Instant::now();
        let words = "words ".repeat(1000);
        self.run.clients[0].post(self.run.room, &format!("{n} after {before} {}", words.trim())).await?;
        for client in &self.run.clients {
            client.caught_up(self.run.room, before + 1).await?;
        }
        Ok(begun.elapsed())
    }

    async fn end(self) -> Result<()> {
        for client in 0..PEOPLE {
            ensure!(self.run.ended(client) == 0, "the socket of client {client} ended");
        }
        self.run.end_on_sqlite(&self.alone.node.database()).await?;
        Ok(())
    }
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
