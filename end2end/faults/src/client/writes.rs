//! What a client has done: sent again until there is an answer, and written down.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use protocol::{BoardId, Stream, UserId};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{Account, Client, WITHIN, http, lock};
use crate::history::{Entry, Operation};

/// Pause before a write is sent again.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; what was posted or made has an id.
    Done(Option<i64>),
    /// Refused with this status.
    Refused(u16),
}

/// What came of one try.
#[derive(Debug)]
pub enum Try {
    /// The server answered.
    Answered(Outcome),
    /// No answer, or one that says to come back.
    Again(String),
}

impl Client {
    /// Posts, and sends it again until there is an answer.
    pub async fn post(&self, stream: Stream, text: &str) -> Result<Outcome> {
        self.post_as(Uuid::now_v7(), stream, text).await
    }

    /// As [`Client::post`], under a key.
    pub async fn post_as(&self, key: Uuid, stream: Stream, text: &str) -> Result<Outcome> {
        let what = Operation::Post { stream, text: text.to_owned() };
        self.write(key, what, &door(stream), json!({ "message": text })).await
    }

    /// Deletes the message `id`, which was posted under a key.
    pub async fn delete(&self, stream: Stream, id: i64, post: Uuid) -> Result<Outcome> {
        let path = format!("/messaging/message/{id}/delete/");
        self.write(Uuid::now_v7(), Operation::Delete { stream, post }, &path, json!({})).await
    }

    /// Takes somebody out of a private room.
    pub async fn remove(&self, stream: Stream, user: i64) -> Result<Outcome> {
        let Stream::Room(room) = stream else { bail!("only rooms have members") };
        let path = format!("/messaging/room/{room}/members/{user}/remove/");
        self.write(Uuid::now_v7(), Operation::Remove { streams: vec![stream], user }, &path, json!({})).await
    }

    /// Lets somebody into a private room.
    pub async fn add(&self, stream: Stream, user: i64) -> Result<Outcome> {
        let Stream::Room(room) = stream else { bail!("only rooms have members") };
        let path = format!("/messaging/room/{room}/members/");
        self.write(Uuid::now_v7(), Operation::Add { streams: vec![stream], user }, &path, json!({ "user": user })).await
    }

    /// Takes somebody off the board, which these streams are of.
    pub async fn expel(&self, board: BoardId, streams: Vec<Stream>, user: i64) -> Result<Outcome> {
        let path = format!("/boards/{board}/members/{user}/remove/");
        self.write(Uuid::now_v7(), Operation::Remove { streams, user }, &path, json!({})).await
    }

    /// Lets somebody on to the board, and so to these streams.
    pub async fn invite(&self, board: BoardId, streams: Vec<Stream>, who: &Account) -> Result<Outcome> {
        let what = Operation::Add { streams, user: who.user };
        let body = json!({ "username": who.name, "role": "member" });
        self.write(Uuid::now_v7(), what, &format!("/boards/{board}/members/"), body).await
    }

    /// Joins or leaves an open room.
    pub async fn visit(&self, stream: Stream, join: bool) -> Result<Outcome> {
        let Stream::Room(room) = stream else { bail!("only rooms have members") };
        let path = format!("/messaging/room/{room}/{}/", if join { "join" } else { "leave" });
        self.write(Uuid::now_v7(), Operation::Other { stream }, &path, json!({})).await
    }

    /// Makes a task in the first column.
    pub async fn make(&self, board: BoardId, title: &str) -> Result<Outcome> {
        let what = Operation::Make { stream: Stream::Board(board), title: title.to_owned() };
        self.write(Uuid::now_v7(), what, &format!("/boards/{board}/tasks/"), json!({ "title": title })).await
    }

    /// Moves a task to a place in a column.
    pub async fn shift(&self, board: BoardId, task: i64, column: i64, place: i64) -> Result<Outcome> {
        let what = Operation::Other { stream: Stream::Board(board) };
        let body = json!({ "column": column, "place": place });
        self.write(Uuid::now_v7(), what, &format!("/tasks/{task}/move/"), body).await
    }

    /// Marks everything in the inbox as read.
    pub async fn read_all(&self) -> Result<Outcome> {
        let what = Operation::Other { stream: Stream::User(UserId(self.account.user)) };
        self.write(Uuid::now_v7(), what, "/messaging/notifications/read-all/", json!({})).await
    }

    async fn write(&self, key: Uuid, what: Operation, path: &str, body: Value) -> Result<Outcome> {
        let until = Instant::now() + WITHIN;
        loop {
            match self.try_once(key, &what, path, &body).await {
                Try::Answered(outcome) => return Ok(outcome),
                Try::Again(why) => {
                    let what: String = format!("{what:?}").chars().take(80).collect();
                    ensure!(Instant::now() < until, "no answer to {what} in {WITHIN:?}: {why}");
                    sleep(AGAIN_AFTER).await;
                }
            }
        }
    }

    /// Sends a post once, whatever comes of it.
    pub async fn post_once(&self, key: Uuid, stream: Stream, text: &str) -> Try {
        let what = Operation::Post { stream, text: text.to_owned() };
        self.try_once(key, &what, &door(stream), &json!({ "message": text })).await
    }

    async fn try_once(&self, key: Uuid, what: &Operation, path: &str, body: &Value) -> Try {
        let client = self.id;
        let base = lock(&self.shared.base).0.clone();
        self.shared.recorder.note(Entry::Sent { client, key, what: what.clone() });
        let request = http()
            .post(format!("{base}{path}"))
            .header(header::COOKIE, &self.account.cookie)
            .header("idempotency-key", key.to_string())
            .json(body);
        let answer = async {
            let response = request.send().await?;
            Ok::<_, reqwest::Error>((response.status(), response.bytes().await?))
        };
        let (status, body) = match answer.await {
            Ok(answer) => answer,
            Err(error) => return Try::Again(error.to_string()),
        };
        match status {
            StatusCode::OK | StatusCode::CREATED => {
                let body: Value = serde_json::from_slice(&body).unwrap_or_default();
                let id = matches!(what, Operation::Post { .. } | Operation::Make { .. }).then(|| body["id"].as_i64());
                let id = id.flatten();
                self.shared.recorder.note(Entry::Acknowledged { client, key, id });
                Try::Answered(Outcome::Done(id))
            }
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Try::Again(status.to_string()),
            status if status.is_server_error() => Try::Again(status.to_string()),
            status => {
                self.shared.recorder.note(Entry::Refused { client, key, status: status.as_u16() });
                Try::Answered(Outcome::Refused(status.as_u16()))
            }
        }
    }
}

/// Where messages and comments are posted to.
fn door(place: Stream) -> String {
    match place {
        Stream::Task(task) => format!("/messaging/task/{task}/comments/"),
        room => format!("/messaging/{}/send/", room.to_string().replace(':', "/")),
    }
}
