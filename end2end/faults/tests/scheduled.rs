//! Messages that are sent later, while the server is killed again and again as they come due: each is
//! sent once.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use faults::{client::Account, node::Node};
use foundations::{postgres::Cluster, redis::Redis};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

const MESSAGES: usize = 60;
/// Over which they come due, in milliseconds.
const SPREAD: usize = 3_000;
const WITHIN: Duration = Duration::from_secs(60);

/// A room, somebody in it, and what they have scheduled there.
struct Scene {
    account: Account,
    room: String,
    texts: Vec<String>,
}

impl Scene {
    async fn on(base: &str) -> Result<Self> {
        let account = Account::sign_up(base, "ana").await?;
        let board = account.make_board(base, &[]).await?;
        let stream = account.make_room(base, board, "general", None).await?;
        let room = format!("/messaging/room/{}/", stream.to_string().trim_start_matches("room:"));
        let begin = SystemTime::now().duration_since(UNIX_EPOCH)? + Duration::from_secs(1);
        let mut texts = Vec::new();
        for n in 0..MESSAGES {
            let text = format!("message {n:03}");
            let at = begin + Duration::from_millis((SPREAD * n / MESSAGES) as u64);
            let at = chrono::DateTime::from_timestamp_millis(at.as_millis() as i64).unwrap_or_default().to_rfc3339();
            account.post(base, &format!("{room}schedule/"), json!({ "content": text, "at": at })).await?;
            texts.push(text);
        }
        Ok(Self { account, room, texts })
    }

    async fn waiting(&self, base: &str) -> Result<usize> {
        let (_, text) = self.account.ask(base, "/messaging/scheduled/", None).await?;
        let list: Value = serde_json::from_str(&text)?;
        Ok(list["scheduled"].as_array().map_or(usize::MAX, Vec::len))
    }

    /// Waits until none waits, and looks that each was sent once.
    async fn check(&self, base: &str) -> Result<()> {
        let begun = Instant::now();
        while self.waiting(base).await? > 0 {
            ensure!(begun.elapsed() < WITHIN, "{} messages wait still", self.waiting(base).await?);
            sleep(Duration::from_millis(50)).await;
        }
        let mut sent = Vec::new();
        let mut before = String::new();
        loop {
            let (_, text) = self.account.ask(base, &format!("{}history/{before}", self.room), None).await?;
            let page: Value = serde_json::from_str(&text)?;
            let Some(oldest) = page["messages"][0]["id"].as_i64() else { break };
            before = format!("?before={oldest}");
            let messages = page["messages"].as_array().into_iter().flatten();
            sent.extend(messages.filter_map(|message| message["content"].as_str().map(str::to_owned)));
        }
        sent.sort();
        ensure!(sent == self.texts, "sent were {sent:?}");
        Ok(())
    }
}

#[tokio::test]
async fn kills_lose_and_double_no_scheduled_message() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut node = Node::on_sqlite(folder.path()).await?;
    let scene = Scene::on(&node.url).await?;
    for _ in 0..12 {
        sleep(Duration::from_millis(fastrand::u64(100..400))).await;
        node.kill()?;
        node.start().await?;
    }
    scene.check(&node.url).await
}

#[tokio::test]
async fn of_two_nodes_one_is_killed_and_each_scheduled_message_is_sent_once() -> Result<()> {
    let (cluster, redis) = (Cluster::start()?, Redis::start().await?);
    let folders = [tempfile::tempdir()?, tempfile::tempdir()?];
    let mut a = Node::on_postgres(folders[0].path(), &cluster, Some(&redis)).await?;
    let b = Node::on_postgres(folders[1].path(), &cluster, Some(&redis)).await?;
    let scene = Scene::on(&a.url).await?;
    for _ in 0..6 {
        sleep(Duration::from_millis(fastrand::u64(100..600))).await;
        a.kill()?;
        a.start().await?;
    }
    scene.check(&b.url).await
}
