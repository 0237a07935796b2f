//! A server that is killed after something was taken from it and before it has noted that: it goes once more, and is
//! recognisably the same.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use faults::{client::Account, node::Node};
use foundations::{
    mail::{self, Sink},
    postgres::Cluster,
    push::{self, PushService},
};
use protocol::BoardId;
use serde_json::json;
use sqlx::{Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

const WITHIN: Duration = Duration::from_secs(60);

/// The database, past the server.
enum Database {
    Sqlite(PathBuf),
    Postgres(Cluster),
}

impl Database {
    async fn run(&self, statement: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(file) => {
                let options = SqliteConnectOptions::new().filename(file);
                sqlx::query(statement).execute(&mut SqliteConnection::connect_with(&options).await?).await?;
            }
            Self::Postgres(cluster) => {
                sqlx::query(statement).execute(&mut PgConnection::connect(&cluster.url()).await?).await?;
            }
        }
        Ok(())
    }

    async fn number(&self, query: &'static str) -> Result<i64> {
        let (number,) = match self {
            Self::Sqlite(file) => {
                let options = SqliteConnectOptions::new().filename(file).read_only(true);
                sqlx::query_as(query).fetch_one(&mut SqliteConnection::connect_with(&options).await?).await?
            }
            Self::Postgres(cluster) => {
                sqlx::query_as(query).fetch_one(&mut PgConnection::connect(&cluster.url()).await?).await?
            }
        };
        Ok(number)
    }

    /// Waits until a query counts nothing.
    async fn until_none(&self, query: &'static str) -> Result<()> {
        let begun = Instant::now();
        while self.number(query).await? > 0 {
            ensure!(begun.elapsed() < WITHIN, "not 0: {query}");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

/// A server with two people in a room.
struct Scene {
    node: Node,
    database: Database,
    ana: Account,
    bo: Account,
    board: BoardId,
    room: String,
    _folder: TempDir,
}

impl Scene {
    async fn begin(cluster: Option<Cluster>, settings: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let of_database = cluster.iter().map(|cluster| ("DATABASE_URL".to_owned(), cluster.url())).collect();
        let mut node = Node::new(folder.path(), of_database)?;
        let url = node.url.clone();
        node.set("PUBLIC_URL", &url);
        settings.iter().for_each(|(name, value)| node.set(name, value));
        node.start().await?;
        let database = cluster.map_or_else(|| Database::Sqlite(node.database()), Database::Postgres);
        let (ana, bo) = (Account::sign_up(&url, "ana").await?, Account::sign_up(&url, "bo").await?);
        let board = ana.make_board(&url, std::slice::from_ref(&bo)).await?;
        bo.post(&url, "/messaging/notifications/read-all/", json!({})).await?;
        let mut scene = Self { node, database, ana, bo, board, room: String::new(), _folder: folder };
        scene.go_to("general").await?;
        Ok(scene)
    }

    /// Makes a room, where they meet from now on.
    async fn go_to(&mut self, name: &str) -> Result<()> {
        let stream = self.ana.make_room(&self.node.url, self.board, name, None).await?;
        self.room = format!("/messaging/room/{}/", stream.to_string().trim_start_matches("room:"));
        Ok(())
    }

    async fn mention(&self, text: &str) -> Result<()> {
        self.ana.post(&self.node.url, &format!("{}send/", self.room), json!({ "content": text })).await.map(drop)
    }

    /// Kills the server, and starts it when nobody can be sending any more what it was sending.
    async fn kill_and_come_back(&mut self, lease_is_over: &'static str) -> Result<()> {
        self.node.kill()?;
        self.database.run(lease_is_over).await?;
        self.node.start().await.map(drop)
    }
}

async fn a_mail_goes_once_more(cluster: Option<Cluster>) -> Result<()> {
    let sink = Sink::start().await?;
    let settings =
        [("SMTP_URL", sink.url.as_str()), ("MAIL_FROM", "boardwalk@example.com"), ("BOARDWALK_MAIL_TRIAL", "true")];
    let mut scene = Scene::begin(cluster, &settings).await?;
    let (url, address) = (scene.node.url.clone(), "bo@example.com");
    scene.bo.post(&url, "/accounts/profile/", json!({ "display_name": "bo", "email": address })).await?;
    let notices = json!({ "mail": "hourly", "mail_at": "08:00", "remind": "never", "zone": "UTC" });
    scene.bo.post(&url, "/accounts/notices/", notices).await?;
    let question = sink.until(address, 1).await.remove(0);
    let link = question.link("/mail/confirm/");
    scene.bo.post(&url, &link, json!({})).await?;

    sink.answer([mail::Reply::Hold]);
    scene.mention("once @bo").await?;
    sink.until(address, 2).await;
    scene.kill_and_come_back("update digests set due_at = 0").await?;
    sink.until(address, 3).await;
    scene.database.until_none("select count(*) from digests").await?;
    let mails = sink.to(address);
    ensure!(mails.len() == 3, "a question, a mail and the same mail: {mails:?}");
    let ids: Vec<String> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    ensure!(ids[1] == ids[2] && ids[0] != ids[1], "{ids:?}");
    ensure!(mails[1].part("text/plain") == mails[2].part("text/plain"), "{mails:?}");

    // What was noted goes no more, and what is new is another one.
    scene.kill_and_come_back("update digests set due_at = 0").await?;
    scene.mention("again @bo").await?;
    let mails = sink.until(address, 4).await;
    ensure!(mails.len() == 4 && mails[3].header("Message-ID") != ids[1], "{mails:?}");
    ensure!(!mails[3].part("text/plain").contains("once @bo"), "{mails:?}");
    Ok(())
}

async fn a_push_goes_once_more(cluster: Option<Cluster>) -> Result<()> {
    let service = PushService::start().await?;
    let mut scene = Scene::begin(cluster, &[("BOARDWALK_PUSH_TRIAL", "true")]).await?;
    let path = "/send/bo";
    // The keys of the example in RFC 8291.
    let browser = json!({
        "endpoint": format!("{}{path}", service.url),
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    });
    scene.bo.post(&scene.node.url, "/api/subscribe_push", browser).await?;

    service.answer([push::Reply::Hold]);
    scene.mention("once @bo").await?;
    service.until(path, 1).await;
    scene.kill_and_come_back("update pushes set due_at = 0").await?;
    service.until(path, 2).await;
    scene.database.until_none("select count(*) from pushes").await?;
    let sent = service.to(path);
    ensure!(sent.len() == 2, "{} times", sent.len());
    // The row of the inbox, which is the tag under which a device shows it.
    let row = scene.database.number("select id from notifications where stream like 'room:%'").await?;
    let topics: Vec<&str> = sent.iter().map(|push| push.header("topic")).collect();
    ensure!(topics == [format!("n{row}"), format!("n{row}")], "{topics:?}");

    scene.kill_and_come_back("update pushes set due_at = 0").await?;
    scene.go_to("office").await?;
    scene.mention("again @bo").await?;
    let sent = service.until(path, 3).await;
    ensure!(sent.len() == 3 && sent[2].header("topic") != topics[0], "{sent:?}");
    Ok(())
}

#[tokio::test]
async fn a_mail_that_was_taken_and_not_noted_goes_once_more_under_its_id() -> Result<()> {
    a_mail_goes_once_more(None).await?;
    a_mail_goes_once_more(Some(Cluster::start()?)).await.context("on PostgreSQL")
}

#[tokio::test]
async fn a_push_that_was_taken_and_not_noted_goes_once_more_under_its_tag() -> Result<()> {
    a_push_goes_once_more(None).await?;
    a_push_goes_once_more(Some(Cluster::start()?)).await.context("on PostgreSQL")
}
