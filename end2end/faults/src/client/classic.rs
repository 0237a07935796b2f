//! A client of one of the original's two sockets: it is told what happens, and nothing of what was missed.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use protocol::Stream;
use serde_json::Value;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, interval, sleep, timeout},
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{Client, Shared, WITHIN, lock};
use crate::history::Entry;

/// How often it asks whether the server is there, …
const ASKS: Duration = Duration::from_secs(2);
/// … and how long it believes so without an answer.
const SILENCE: Duration = Duration::from_secs(10);
/// Milliseconds before the next try to connect, at most.
const RECONNECT: u64 = 250;

/// Somebody with such a socket in a room or on a task; comes back when it is closed.
pub struct Classic {
    stream: Stream,
    /// The newest message that it was told of.
    newest: watch::Receiver<i64>,
    running: JoinHandle<()>,
}

impl Classic {
    /// Opens one beside the page of a client, and waits until it is open.
    ///
    /// # Errors
    /// It does not open.
    pub async fn open(client: &Client, stream: Stream) -> Result<Self> {
        let (told, newest) = watch::channel(-1);
        let running = tokio::spawn(run(client.shared.clone(), stream, told));
        let mut classic = Self { stream, newest, running };
        classic.told_of(0, WITHIN).await?;
        Ok(classic)
    }

    /// The room or task that it is in.
    pub fn stream(&self) -> Stream {
        self.stream
    }

    /// Waits until it has been told of this message or a later one; 0 is the beginning.
    ///
    /// # Errors
    /// The time is up.
    pub async fn told_of(&mut self, id: i64, within: Duration) -> Result<()> {
        let stream = self.stream;
        timeout(within, self.newest.wait_for(|newest| *newest >= id))
            .await
            .with_context(|| format!("the original's socket of {stream} is not told of message {id}"))?
            .map(drop)
            .context("its task has ended")
    }
}

impl Drop for Classic {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn run(shared: Arc<Shared>, stream: Stream, told: watch::Sender<i64>) {
    loop {
        let connection = shared.recorder.number();
        let code = listen(&shared, connection, stream, &told).await.ok().flatten();
        shared.recorder.note(Entry::Ended { client: shared.id, connection, code });
        sleep(Duration::from_millis(fastrand::u64(20..RECONNECT))).await;
    }
}

/// One connection, until it is closed; gives the code.
async fn listen(shared: &Shared, connection: u64, stream: Stream, told: &watch::Sender<i64>) -> Result<Option<u16>> {
    let base = lock(&shared.base).1.replace("http://", "ws://");
    let path = match stream {
        Stream::Room(room) => format!("/ws/chat-room/{room}/"),
        Stream::Task(task) => format!("/ws/task-comments/{task}/"),
        other => bail!("there is no such socket of {other}"),
    };
    let mut request = format!("{base}{path}").into_client_request()?;
    request.headers_mut().insert("cookie", shared.account.cookie.parse()?);
    let (mut wire, _) = timeout(SILENCE, connect_async(request)).await??;
    let client = shared.id;
    shared.recorder.note(Entry::Listened { client, connection, stream });
    told.send_if_modified(|newest| std::mem::replace(newest, (*newest).max(0)) < 0);
    let (mut asks, mut heard) = (interval(ASKS), Instant::now());
    loop {
        tokio::select! {
            frame = wire.next() => {
                heard = Instant::now();
                match frame.context("the connection is gone")?? {
                    Message::Text(text) => {
                        let said: Value = serde_json::from_str(&text)?;
                        let id = match said["type"].as_str() {
                            Some("chat_message") => &said["message_id"],
                            Some("new_comment") => &said["comment_id"],
                            _ => continue,
                        };
                        let id = id.as_i64().with_context(|| format!("no id in {said}"))?;
                        shared.recorder.note(Entry::Told { client, connection, stream, id });
                        told.send_modify(|newest| *newest = (*newest).max(id));
                    }
                    Message::Close(close) => return Ok(close.map(|close| close.code.into())),
                    _ => {}
                }
            }
            _ = asks.tick() => {
                if heard.elapsed() > SILENCE {
                    bail!("silent for {SILENCE:?}");
                }
                timeout(SILENCE, wire.send(Message::text("{\"type\":\"ping\"}"))).await??;
            }
        }
    }
}
