//! The client's socket: connects, resumes from its cursors, asks for what is missing, starts anew when told.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use protocol::{ClientFrame, Cursor, ServerFrame, Stream};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use super::{Shared, feed::Feed, lock};
use crate::history::{Body, Entry};

/// A connection that says nothing for so long is given up, as the page does.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a connection may take to open.
const OPENS_WITHIN: Duration = Duration::from_secs(5);
/// A number that is missing is asked for after so long without progress, and again.
const ASK_AFTER: Duration = Duration::from_millis(500);
/// Milliseconds before the next try to connect, at most: twice as many after each that fails, to a limit.
const RECONNECT: u64 = 250;
const RECONNECT_LIMIT: u64 = 2000;

/// What the socket is told to do.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// Follow this stream.
    Open(Stream),
    /// Let the connection go without a word, and come back.
    Drop,
    /// Ask once more for what is known already, from so many events before.
    Reread(Stream, i64),
    /// Ask with a cursor that no server ever gave.
    Bogus(Stream),
    /// Ask with a cursor of another history.
    Foreign(Stream),
}

type Wire = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) async fn run(shared: Arc<Shared>, mut orders: mpsc::Receiver<Order>) {
    let (mut waiting, mut pause) = (Vec::new(), RECONNECT);
    loop {
        let connection = shared.recorder.number();
        let code = match Session::open(&shared, connection).await {
            Ok(mut session) => {
                pause = RECONNECT;
                match session.serve(&mut orders, &mut waiting).await {
                    Ok(Ended::Over) => return,
                    Ok(Ended::Closed(code)) => code,
                    Err(_) => None,
                }
            }
            Err(_) => {
                pause = (2 * pause).min(RECONNECT_LIMIT);
                None
            }
        };
        shared.recorder.note(Entry::Ended { client: shared.id, connection, code });
        sleep(Duration::from_millis(fastrand::u64(20..pause))).await;
    }
}

enum Ended {
    /// The client is gone.
    Over,
    /// The connection ended with this code.
    Closed(Option<u16>),
}

struct Session<'s> {
    shared: &'s Shared,
    connection: u64,
    wire: Wire,
}

impl<'s> Session<'s> {
    async fn open(shared: &'s Shared, connection: u64) -> Result<Self> {
        let base = lock(&shared.base).1.replace("http://", "ws://");
        let mut request = format!("{base}/ws?v={}", protocol::VERSION).into_client_request()?;
        request.headers_mut().insert("cookie", shared.account.cookie.parse()?);
        let (wire, _) = timeout(OPENS_WITHIN, connect_async(request)).await??;
        let mut session = Self { shared, connection, wire };
        let cursors: Vec<Cursor> = lock(&shared.feeds)
            .iter()
            .filter(|(_, feed)| !feed.revoked)
            .map(|(stream, feed)| Cursor { stream: *stream, epoch: feed.epoch.clone(), seq: feed.seq })
            .collect();
        for cursor in &cursors {
            session.note_subscribed(cursor);
        }
        session.say(&ClientFrame::Hello { cursors }).await?;
        Ok(session)
    }

    async fn serve(&mut self, orders: &mut mpsc::Receiver<Order>, waiting: &mut Vec<Order>) -> Result<Ended> {
        let mut looks = interval(ASK_AFTER / 2);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        // What could not be done before the last connection broke.
        while let Some(order) = waiting.last().copied() {
            self.obey(order).await?;
            waiting.pop();
        }
        loop {
            tokio::select! {
                order = orders.recv() => {
                    let Some(order) = order else { return Ok(Ended::Over) };
                    if matches!(order, Order::Drop) {
                        return Ok(Ended::Closed(None));
                    }
                    waiting.push(order);
                    self.obey(order).await?;
                    waiting.pop();
                }
                frame = self.wire.next() => {
                    heard = Instant::now();
                    match frame.context("the connection is gone")?? {
                        Message::Text(text) => self.hear(&text).await?,
                        Message::Close(close) => return Ok(Ended::Closed(close.map(|close| close.code.into()))),
                        _ => {}
                    }
                }
                _ = looks.tick() => {
                    if heard.elapsed() > SILENCE {
                        bail!("silent for {SILENCE:?}");
                    }
                    self.ask_for_missing().await?;
                }
            }
        }
    }

    async fn obey(&mut self, order: Order) -> Result<()> {
        match order {
            Order::Open(stream) => self.anew(stream).await,
            Order::Drop => bail!("told to drop the connection"),
            Order::Reread(stream, back) => {
                let cursor = self.cursor(stream).map(|cursor| Cursor { seq: (cursor.seq - back).max(0), ..cursor });
                self.subscribe(cursor).await
            }
            Order::Bogus(stream) => {
                let cursor = self.cursor(stream).map(|cursor| Cursor { seq: cursor.seq + 1_000_000, ..cursor });
                self.subscribe(cursor).await
            }
            Order::Foreign(stream) => {
                let cursor = self.cursor(stream).map(|cursor| Cursor { epoch: "another".to_owned(), ..cursor });
                self.subscribe(cursor).await
            }
        }
    }

    async fn hear(&mut self, text: &str) -> Result<()> {
        match serde_json::from_str(text).with_context(|| format!("not a frame: {text}"))? {
            ServerFrame::Event(stored) => {
                let (stream, seq, body) = (stored.stream, stored.seq, Body::from(&stored.event));
                let (client, connection) = (self.shared.id, self.connection);
                self.note(Entry::Received { client, connection, stream, seq, body: body.clone() });
                let (applied, stale) = match lock(&self.shared.feeds).get_mut(&stream) {
                    Some(feed) if !feed.revoked => (feed.take(seq, body), feed.stale),
                    _ => (Vec::new(), false),
                };
                for seq in applied {
                    self.note(Entry::Applied { client, stream, seq });
                }
                if stale {
                    self.anew(stream).await?;
                }
                self.shared.tell();
            }
            ServerFrame::Reset { stream } => self.anew(stream).await?,
            ServerFrame::Revoked { stream, .. } => self.revoke(stream),
            ServerFrame::Heads { heads } => {
                for (stream, head) in heads {
                    if let Some(feed) = lock(&self.shared.feeds).get_mut(&stream.parse::<Stream>()?) {
                        feed.head = feed.head.max(head);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Reads the page again, and follows it from there.
    async fn anew(&mut self, stream: Stream) -> Result<()> {
        let Some(page) = self.shared.fetch(stream).await? else {
            self.revoke(stream);
            return Ok(());
        };
        let cursor = Cursor { stream, ..page.cursor.clone() };
        self.note(Entry::Based { client: self.shared.id, stream, seq: cursor.seq });
        lock(&self.shared.feeds).insert(stream, Feed::new(page));
        self.shared.tell();
        self.subscribe(Some(cursor)).await
    }

    fn revoke(&self, stream: Stream) {
        self.note(Entry::Revoked { client: self.shared.id, stream });
        if let Some(feed) = lock(&self.shared.feeds).get_mut(&stream) {
            feed.revoked = true;
        }
        self.shared.tell();
    }

    async fn ask_for_missing(&mut self) -> Result<()> {
        let (mut missing, mut stale) = (Vec::new(), Vec::new());
        for (stream, feed) in lock(&self.shared.feeds).iter_mut() {
            if feed.stale && !feed.revoked {
                stale.push(*stream);
            }
            if feed.lacks() && feed.moved.elapsed() > ASK_AFTER {
                feed.moved = Instant::now();
                missing.push(Cursor { stream: *stream, epoch: feed.epoch.clone(), seq: feed.seq });
            }
        }
        for cursor in missing {
            self.subscribe(Some(cursor)).await?;
        }
        // The connection broke before it was read again.
        for stream in stale {
            self.anew(stream).await?;
        }
        Ok(())
    }

    fn cursor(&self, stream: Stream) -> Option<Cursor> {
        let feeds = lock(&self.shared.feeds);
        let feed = feeds.get(&stream).filter(|feed| !feed.revoked)?;
        Some(Cursor { stream, epoch: feed.epoch.clone(), seq: feed.seq })
    }

    async fn subscribe(&mut self, cursor: Option<Cursor>) -> Result<()> {
        let Some(cursor) = cursor else { return Ok(()) };
        self.note_subscribed(&cursor);
        self.say(&ClientFrame::Subscribe(cursor)).await
    }

    fn note_subscribed(&self, cursor: &Cursor) {
        let Cursor { stream, seq, .. } = *cursor;
        self.note(Entry::Subscribed { client: self.shared.id, connection: self.connection, stream, seq });
    }

    fn note(&self, entry: Entry) {
        self.shared.recorder.note(entry);
    }

    async fn say(&mut self, frame: &ClientFrame) -> Result<()> {
        let text = serde_json::to_string(frame)?;
        let sent: Result<(), tungstenite::Error> = timeout(SILENCE, self.wire.send(Message::text(text))).await?;
        Ok(sent?)
    }
}
