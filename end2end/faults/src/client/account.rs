//! An account, signed in; and the one HTTP client of all of them.

use std::{sync::OnceLock, time::Duration};

use anyhow::{Context, Result, ensure};
use protocol::{BoardId, RoomId, Stream, TaskId};
use reqwest::{StatusCode, header, redirect::Policy};
use serde_json::{Value, json};

/// Everybody's password.
const PASSWORD: &str = "a long enough phrase";

/// A person, with the cookie of a sign-in.
#[derive(Clone, Debug)]
pub struct Account {
    /// The username.
    pub name: String,
    /// The id.
    pub user: i64,
    /// The header `Cookie`.
    pub cookie: String,
}

/// The HTTP client.
pub fn http() -> &'static reqwest::Client {
    static HTTP: OnceLock<reqwest::Client> = OnceLock::new();
    HTTP.get_or_init(|| {
        // Longer than a send may wait for its database, shorter than any scenario.
        let builder = reqwest::Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(12)).no_proxy();
        builder.build().expect("a client without TLS needs nothing of the system")
    })
}

impl Account {
    /// Signs up.
    pub async fn sign_up(base: &str, name: &str) -> Result<Self> {
        Self::at_door(&format!("{base}/accounts/signup/"), name).await
    }

    /// Signs in once more.
    pub async fn sign_in(base: &str, name: &str) -> Result<Self> {
        Self::at_door(&format!("{base}/accounts/login/"), name).await
    }

    async fn at_door(url: &str, name: &str) -> Result<Self> {
        let response = http().post(url).json(&json!({ "username": name, "password": PASSWORD })).send().await?;
        let status = response.status();
        let cookies = response.headers().get_all(header::SET_COOKIE).iter();
        let cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next().map(str::to_owned));
        let cookie = cookies.collect::<Vec<_>>().join("; ");
        let body = response.text().await?;
        ensure!(status.is_success(), "{status} for {name}: {body}");
        let body: Value = serde_json::from_str(&body)?;
        let user = body["id"].as_i64().context("an account has an id")?;
        Ok(Self { name: name.to_owned(), user, cookie })
    }

    /// Makes a board and puts others on it as members.
    pub async fn make_board(&self, base: &str, others: &[Account]) -> Result<BoardId> {
        let board = id(&self.post(base, "/boards/", json!({ "name": "Website" })).await?)?;
        for other in others {
            let member = json!({ "username": other.name, "role": "member" });
            self.post(base, &format!("/boards/{board}/members/"), member).await?;
        }
        Ok(BoardId(board))
    }

    /// Makes a room; a private one with these people in it.
    pub async fn make_room(&self, base: &str, board: BoardId, name: &str, members: Option<&[i64]>) -> Result<Stream> {
        let body = json!({ "name": name, "private": members.is_some(), "members": members.unwrap_or_default() });
        let room = self.post(base, &format!("/messaging/board/{board}/rooms/create/"), body).await?;
        Ok(Stream::Room(RoomId(id(&room)?)))
    }

    /// Makes a task on a board.
    pub async fn make_task(&self, base: &str, board: BoardId, title: &str) -> Result<Stream> {
        let task = self.post(base, &format!("/boards/{board}/tasks/"), json!({ "title": title })).await?;
        Ok(Stream::Task(TaskId(id(&task)?)))
    }

    /// POSTs something that must succeed.
    pub async fn post(&self, base: &str, path: &str, body: Value) -> Result<Value> {
        let (status, text) = self.ask(base, path, Some(body)).await?;
        ensure!(status.is_success(), "{status} for {path}: {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// One request: GET without a body, POST with one.
    pub async fn ask(&self, base: &str, path: &str, body: Option<Value>) -> Result<(StatusCode, String)> {
        let url = format!("{base}{path}");
        let request = match body {
            Some(body) => http().post(url).json(&body),
            None => http().get(url).header(header::ACCEPT, "application/json"),
        };
        let response = request.header(header::COOKIE, &self.cookie).send().await?;
        Ok((response.status(), response.text().await?))
    }
}

fn id(made: &Value) -> Result<i64> {
    made["id"].as_i64().with_context(|| format!("no id in {made}"))
}
