//! A client of our own: posts until it is answered, follows streams by number, and writes it all down.

mod account;
mod classic;
mod feed;
mod page;
mod socket;
mod writes;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use protocol::Stream;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::timeout,
};

pub use account::{Account, http};
pub use classic::Classic;
use feed::Feed;
pub use socket::Order;
pub use writes::{Outcome, Try};

use crate::history::{ClientId, End, Recorder};

/// How long anything that must come may take, on however slow a machine.
pub const WITHIN: Duration = Duration::from_secs(60);

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

    /// Opens a room, a task, a board or the inbox: reads its page, then follows it from there.
    pub async fn open(&self, stream: Stream) -> Result<()> {
        self.order(Order::Open(stream)).await?;
        self.until(&format!("{stream} is open"), |feeds| feeds.contains_key(&stream)).await
    }

    /// Opens again what was taken away, and waits until it is open.
    pub async fn reopen(&self, stream: Stream) -> Result<()> {
        self.order(Order::Open(stream)).await?;
        let open = |feeds: &BTreeMap<Stream, Feed>| feeds.get(&stream).is_some_and(|feed| !feed.revoked);
        self.until(&format!("{stream} is open again"), open).await
    }

    /// Has the socket do something.
    pub async fn order(&self, order: Order) -> Result<()> {
        timeout(WITHIN, self.orders.send(order)).await?.context("the socket's task has ended")
    }

    /// Reads a stream's page, for the checks of what a page shows.
    pub async fn read(&self, stream: Stream) -> Result<()> {
        self.shared.fetch(stream).await.map(drop)
    }

    /// Waits until the client has come this far in a stream.
    pub async fn caught_up(&self, stream: Stream, seq: i64) -> Result<()> {
        let wanted = format!("{stream} at {seq}");
        let there = |feed: &Feed| feed.seq >= seq && !feed.stale && !feed.revoked;
        self.until(&wanted, |feeds| feeds.get(&stream).is_some_and(there)).await
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
            .map(|(stream, feed)| End {
                client: self.id,
                stream: *stream,
                seq: feed.seq,
                items: feed.items.clone(),
                things: feed.things.clone(),
            })
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

impl Shared {
    fn tell(&self) {
        self.changed.send_modify(|version| *version += 1);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
