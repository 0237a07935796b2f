//! F4: the database is damaged or can't be written. Never a wrong history: rather no answer.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::{Scale, disk_full::Disk};
use crate::{
    client::{Account, WITHIN},
    node::Node,
    report::Report,
    run::{Alone, Run},
};

/// SQLite's pages here.
const PAGE: u64 = 4096;

pub(super) async fn spoil(_: Scale, report: &mut Report) -> Result<()> {
    let mut alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 1).await?;
    for n in 0..60 {
        run.clients[0].post(run.room, &format!("message {n} {}", "x".repeat(500))).await?;
    }
    run.end_on_sqlite(&alone.node.database()).await?;
    let account = run.clients[0].account.clone();
    let history = format!("/messaging/{}/history/", run.room.to_string().replace(':', "/"));
    let told: HashSet<String> = contents(&account.ask(&alone.node.url, &history, None).await?.1)?.into_iter().collect();
    drop(run);
    alone.node.stop().await?;
    let whole = alone.folder.path().join("whole.db");
    fs::copy(alone.node.database(), &whole)?;

    for (what, from, pages) in [("head", 0, 1), ("middle", 8, 12), ("end", 40, 200)] {
        restore(&whole, &alone.node)?;
        spoil_pages(&alone.node.database(), from, pages)?;
        report.figure(&format!("spoilt {what}"), outcome(&mut alone.node, &account, &history, &told).await?);
        alone.node.kill()?;
    }
    restore(&whole, &alone.node)?;
    let half = fs::metadata(&whole)?.len() / 2;
    File::options().write(true).open(alone.node.database())?.set_len(half)?;
    report.figure("cut in half", outcome(&mut alone.node, &account, &history, &told).await?);
    alone.node.kill()?;

    let Some(disk) = Disk::mount()? else {
        report.figure("read-only", "left out, as only root can mount");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let mut node = Node::new(folder.path(), Vec::new())?;
    node.keep_data_in(disk.path());
    fs::copy(&whole, node.database())?;
    disk.read_only()?;
    let said = outcome(&mut node, &account, &history, &told).await?;
    report.figure("read-only", said);
    Ok(())
}

/// What became of a server on this database: it refuses to start, or answers truly, or with an error.
async fn outcome(node: &mut Node, account: &Account, history: &str, told: &HashSet<String>) -> Result<String> {
    if node.pid().is_err() {
        node.spawn()?;
    }
    let until = Instant::now() + WITHIN;
    loop {
        if let Some(status) = node.exited()? {
            let words = node.words();
            ensure!(words.contains("rror"), "it ended without a word: {words}");
            return Ok(format!("refuses to start ({status})"));
        }
        if let Ok((status, body)) = account.ask(&node.url, history, None).await {
            if !status.is_success() {
                return Ok(format!("starts, and answers {status}"));
            }
            for content in contents(&body)? {
                ensure!(told.contains(&content), "a wrong history: {content}");
            }
            return Ok("starts, and reads truly".to_owned());
        }
        ensure!(Instant::now() < until, "neither up nor ended");
        sleep(Duration::from_millis(50)).await;
    }
}

fn contents(body: &str) -> Result<Vec<String>> {
    let body: Value = serde_json::from_str(body)?;
    let messages = body["messages"].as_array().context("a history has messages")?;
    Ok(messages.iter().map(|message| message["content"].to_string()).collect())
}

fn restore(whole: &Path, node: &Node) -> Result<()> {
    for beside in ["boardwalk.db-wal", "boardwalk.db-shm"] {
        let path = node.data().join(beside);
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    fs::copy(whole, node.database())?;
    Ok(())
}

fn spoil_pages(file: &Path, from: u64, pages: u64) -> Result<()> {
    let length = fs::metadata(file)?.len();
    let mut file = File::options().write(true).open(file)?;
    for page in from..(from + pages).min(length / PAGE) {
        file.seek(SeekFrom::Start(page * PAGE))?;
        file.write_all(&vec![0xA5; PAGE as usize])?;
    }
    Ok(())
}
