//! A client of our own: posts until it is answered, follows rooms by number, and writes it all down.

mod account;
mod feed;
mod socket;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use protocol::{
    BoardId, Stream,
    page::{History, PageQuery, RoomPage},
};
use reqwest::{StatusCode, Url, header};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

pub use account::{Account, http};
use feed::Feed;
pub use socket::Order;

use crate::history::{ClientId, End, Entry, Item, Operation, Recorder, Snapshot};

/// How long anything that must come may take, on however slow a machine.
pub const WITHIN: Duration = Duration::from_secs(60);
/// Pause before a write is sent again.
const AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Somebody with a page open.
pub struct Client {
    /// Its place in the history.
    pub id: ClientId,
    /// Whose it is.
    pub account: Account,
    shared: Arc<Shared>,
    orders: mpsc::Sender<Order>,
    /// Changes with every change of the state.
    changed: watch::Receiver<u64>,
    running: JoinHandle<()>,
}

/// What the client and its socket both use.
struct Shared {
    id: ClientId,
    account: Account,
    /// Where HTTP goes, and where the socket goes.
    base: Mutex<(String, String)>,
    recorder: Recorder,
    feeds: Mutex<BTreeMap<Stream, Feed>>,
    changed: watch::Sender<u64>,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; a post has an id.
    Done(Option<i64>),
    /// Refused with this status.
    Refused(u16),
}

/// A room as it is read, or why not.
enum Fetched {
    Room(Box<RoomPage>),
    /// 404 or 401.
    Hidden,
}

impl Client {
    /// A client of an account on the node at `base`, whose socket goes to `socket` (a proxy, or the same).
    pub fn start(id: ClientId, account: Account, base: &str, socket: &str, recorder: &Recorder) -> Self {
        let (changes, changed) = watch::channel(0);
        let shared = Arc::new(Shared {
            id,
            account: account.clone(),
            base: Mutex::new((base.to_owned(), socket.to_owned())),
            recorder: recorder.clone(),
            feeds: Mutex::default(),
            changed: changes,
        });
        let (orders, ordered) = mpsc::channel(64);
        let running = tokio::spawn(socket::run(shared.clone(), ordered));
        Self { id, account, shared, orders, changed, running }
    }

    /// Goes to another node, from the next request and connection on.
    pub fn go_to(&self, base: &str, socket: &str) {
        *lock(&self.shared.base) = (base.to_owned(), socket.to_owned());
    }

    /// Opens a room: reads its page, then follows it from there.
    pub async fn open(&self, stream: Stream) -> Result<()> {
        self.order(Order::Open(stream)).await?;
        self.until(&format!("{stream} is open"), |feeds| feeds.contains_key(&stream)).await
    }

    /// Has the socket do something.
    pub async fn order(&self, order: Order) -> Result<()> {
        timeout(WITHIN, self.orders.send(order)).await?.context("the socket's task has ended")
    }

    /// Posts, and sends it again until there is an answer.
    pub async fn post(&self, stream: Stream, text: &str) -> Result<Outcome> {
        self.post_as(Uuid::now_v7(), stream, text).await
    }

    /// As [`Client::post`], under a key.
    pub async fn post_as(&self, key: Uuid, stream: Stream, text: &str) -> Result<Outcome> {
        let Stream::Room(room) = stream else { bail!("only rooms are posted to") };
        let what = Operation::Post { stream, text: text.to_owned() };
        let path = format!("/messaging/room/{room}/send/");
        self.write(key, what, &path, json!({ "message": text })).await
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

    /// Takes somebody off the board, which has these rooms.
    pub async fn expel(&self, board: BoardId, streams: Vec<Stream>, user: i64) -> Result<Outcome> {
        let path = format!("/boards/{board}/members/{user}/remove/");
        self.write(Uuid::now_v7(), Operation::Remove { streams, user }, &path, json!({})).await
    }

    /// Lets somebody on to the board, and so into this open room.
    pub async fn invite(&self, board: BoardId, open: Stream, who: &Account) -> Result<Outcome> {
        let what = Operation::Add { streams: vec![open], user: who.user };
        let body = json!({ "username": who.name, "role": "member" });
        self.write(Uuid::now_v7(), what, &format!("/boards/{board}/members/"), body).await
    }

    /// Joins or leaves an open room.
    pub async fn visit(&self, stream: Stream, join: bool) -> Result<Outcome> {
        let Stream::Room(room) = stream else { bail!("only rooms have members") };
        let path = format!("/messaging/room/{room}/{}/", if join { "join" } else { "leave" });
        self.write(Uuid::now_v7(), Operation::Visit { stream }, &path, json!({})).await
    }

    /// Reads a room's page, for the checks of what a page shows.
    pub async fn read(&self, stream: Stream) -> Result<()> {
        self.shared.fetch(stream).await.map(drop)
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
        let id = stream.to_string().replace("room:", "");
        self.try_once(key, &what, &format!("/messaging/room/{id}/send/"), &json!({ "message": text })).await
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
                let id = matches!(what, Operation::Post { .. }).then(|| body["id"].as_i64()).flatten();
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

    /// Waits until the client has come this far in a stream.
    pub async fn caught_up(&self, stream: Stream, seq: i64) -> Result<()> {
        let wanted = format!("{stream} at {seq}");
        self.until(&wanted, |feeds| feeds.get(&stream).is_some_and(|feed| feed.seq >= seq && !feed.revoked)).await
    }

    /// Waits until the client has been told that it may read a stream no longer.
    pub async fn revoked(&self, stream: Stream) -> Result<()> {
        self.until(&format!("{stream} is revoked"), |feeds| feeds.get(&stream).is_none_or(|feed| feed.revoked)).await
    }

    /// How far the client has come in a stream.
    pub fn seq(&self, stream: Stream) -> i64 {
        lock(&self.shared.feeds).get(&stream).map_or(0, |feed| feed.seq)
    }

    /// The client's state of what it may still read.
    pub fn ends(&self) -> Vec<End> {
        lock(&self.shared.feeds)
            .iter()
            .filter(|(_, feed)| !feed.revoked)
            .map(|(stream, feed)| End { client: self.id, stream: *stream, seq: feed.seq, items: feed.items.clone() })
            .collect()
    }

    async fn until(&self, what: &str, holds: impl Fn(&BTreeMap<Stream, Feed>) -> bool) -> Result<()> {
        let mut changed = self.changed.clone();
        let wait = async {
            while !holds(&lock(&self.shared.feeds)) {
                changed.changed().await?;
            }
            Ok::<_, watch::error::RecvError>(())
        };
        match timeout(WITHIN, wait).await {
            Ok(done) => done.context("the socket's task has ended"),
            Err(_) => bail!("client {} still waits, after {WITHIN:?}, until {what}: {}", self.id, self.standing()),
        }
    }

    /// Where the client stands, for who reads of a failure.
    fn standing(&self) -> String {
        let feeds = lock(&self.shared.feeds);
        let standing = feeds
            .iter()
            .map(|(stream, feed)| format!("{stream} at {}{}", feed.seq, if feed.revoked { " (revoked)" } else { "" }));
        standing.collect::<Vec<_>>().join(", ")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// What came of one try.
#[derive(Debug)]
pub enum Try {
    /// The server answered.
    Answered(Outcome),
    /// No answer, or one that says to come back.
    Again(String),
}

impl Shared {
    /// Reads a room's page; the history has the read.
    async fn fetch(&self, stream: Stream) -> Result<Fetched> {
        let Stream::Room(room) = stream else { bail!("only rooms are read") };
        let read = self.recorder.number();
        self.recorder.note(Entry::Asked { client: self.id, read, stream });
        let (status, body) = self.call("load_page", json!({ "page": PageQuery::Room { room, before: None } })).await?;
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED) {
            return Ok(Fetched::Hidden);
        }
        ensure!(status == StatusCode::OK, "{status} for {stream}: {body}");
        let (page, _): (RoomPage, Option<History>) = serde_json::from_str(&body).context(body)?;
        let items: Vec<Item> = page.history.rows.iter().map(|row| Item::from(&row.message)).collect();
        let snapshot = Snapshot { seq: page.cursor.seq, n: page.n, items };
        self.recorder.note(Entry::Read { client: self.id, read, stream, snapshot });
        Ok(Fetched::Room(Box::new(page)))
    }

    /// Asks a server function that reads.
    async fn call(&self, function: &str, arguments: Value) -> Result<(StatusCode, String)> {
        let base = lock(&self.base).0.clone();
        let url = Url::parse_with_params(&format!("{base}/api/{function}"), [("arguments", arguments.to_string())])?;
        let request = http().get(url).header(header::COOKIE, &self.account.cookie);
        let response = request.header(header::ACCEPT, "application/json").send().await?;
        Ok((response.status(), response.text().await?))
    }

    fn tell(&self) {
        self.changed.send_modify(|version| *version += 1);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
