//! F14: a proxy loses, doubles and reorders frames; each client still ends with what the database has.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::{Instant, sleep};

use super::Scale;
use crate::{
    client::Outcome,
    history::Entry,
    proxy::frames::{Disturbance, FrameProxy},
    report::Report,
    run::{Alone, Home, Run},
};

/// Heartbeats come every 25 s, and name the newest number; the rest is the machine's.
const BEAT: Duration = Duration::from_secs(27);

pub(super) async fn disturb(scale: Scale, report: &mut Report) -> Result<()> {
    let alone = Alone::start().await?;
    let mut proxies = Vec::new();
    for seed in [1, 2, 3] {
        proxies.push(FrameProxy::to(&alone.node.url, Disturbance::Chance(seed)).await?);
    }
    let base = &alone.node.url;
    let homes: Vec<Home> = proxies.iter().map(|proxy| Home { base: base.clone(), socket: proxy.url.clone() }).collect();
    let mut run = Run::begin(&homes, 3).await?;
    run.faithful = false;
    let messages = if scale.light { 120 } else { 1000 };
    for n in 0..messages {
        let client = &run.clients[n % run.clients.len()];
        let key = uuid::Uuid::now_v7();
        let text = format!("message {n}");
        let posted = client.post_as(key, run.room, &text).await?;
        if n % 7 == 3 {
            let Outcome::Done(id) = posted else { continue };
            client.delete(run.room, id.context("a post has an id")?, key).await?;
        }
        if n % 20 == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    }
    let received = run.recorder.count(|entry| matches!(entry, Entry::Received { .. }));
    let history = run.end_on_sqlite(&alone.node.database()).await?;
    let asked = history.entries.iter().filter(|(_, entry)| matches!(entry, Entry::Subscribed { .. })).count();
    report.figure("messages", messages);
    report.figure("frames that came", received);
    report.figure("times that clients asked for what was missing", asked - 2 * run.clients.len());
    report.figure("clients that differ from the database", 0);
    lost_tail(report).await
}

/// The last frame is lost, and nothing comes after it that would show the gap.
async fn lost_tail(report: &mut Report) -> Result<()> {
    let alone = Alone::start().await?;
    let proxy = FrameProxy::to(&alone.node.url, Disturbance::Drop("the last of all".to_owned())).await?;
    let home = Home { base: alone.node.url.clone(), socket: proxy.url.clone() };
    let mut run = Run::begin(&[home], 1).await?;
    run.faithful = false;
    let (client, room) = (&run.clients[0], run.room);
    client.post(room, "the first").await?;
    client.caught_up(room, 1).await?;
    client.post(room, "the last of all").await?;
    let lost = Instant::now();
    client.caught_up(room, 2).await?;
    report.limit("a lost last frame is noticed after", lost.elapsed(), BEAT);
    run.end_on_sqlite(&alone.node.database()).await?;
    Ok(())
}
