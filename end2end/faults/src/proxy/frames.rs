//! A proxy that knows frames: it drops, doubles, holds back, and says what was never said.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use fastrand::Rng;
use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast,
    task::{JoinHandle, JoinSet},
};
use tokio_tungstenite::{
    accept_hdr_async, connect_async,
    tungstenite::{
        Message,
        client::IntoClientRequest,
        handshake::server::{Request, Response},
    },
};

/// Frames that one held back waits for, at most.
const HELD: usize = 5;

/// What happens to what the server says of events.
#[derive(Clone, Debug)]
pub enum Disturbance {
    /// Some frames are lost, some come twice, some later than others; the same ones for a seed.
    Chance(u64),
    /// The first event with this text is lost.
    Drop(String),
    /// It comes twice.
    Double(String),
    /// It comes after the one that follows it.
    Swap(String),
    /// Cursors go to the server with so much added: it is told that the client has other events than it has.
    Boast(i64),
    /// Everything that other connections of this proxy are told of events goes to this account's too.
    Leak(String),
    /// What was said of an event once is said again, though it was hidden since.
    Remember,
}

/// A WebSocket proxy; its connections end with it.
pub struct FrameProxy {
    /// As the base of a URL.
    pub url: String,
    running: JoinHandle<()>,
}

#[derive(Clone)]
struct Network {
    to: String,
    disturbance: Disturbance,
    /// Everything that is said, with the cookie that it is said to.
    said: broadcast::Sender<(String, String)>,
    /// The first words of each event, for [`Disturbance::Remember`].
    first: Arc<Mutex<HashMap<(String, i64), String>>>,
    /// Was the one frame disturbed?
    done: Arc<Mutex<bool>>,
}

impl FrameProxy {
    /// Listens, and carries to the server at `to` (`http://…`).
    pub async fn to(to: &str, disturbance: Disturbance) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let network = Network {
            to: to.replace("http://", "ws://"),
            disturbance,
            said: broadcast::channel(1024).0,
            first: Arc::default(),
            done: Arc::default(),
        };
        let running = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                let network = network.clone();
                // An error is either side ending the connection, which the other then sees.
                connections.spawn(async move { network.carry(client).await.is_ok() });
            }
        });
        Ok(Self { url, running })
    }
}

impl Drop for FrameProxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Network {
    async fn carry(&self, client: TcpStream) -> Result<()> {
        let mut asked = (String::new(), String::new());
        #[allow(clippy::result_large_err, reason = "the type is tungstenite's")]
        let look = |request: &Request, response: Response| {
            let cookie = request.headers().get("cookie").and_then(|cookie| cookie.to_str().ok()).unwrap_or_default();
            asked = (request.uri().to_string(), cookie.to_owned());
            Ok(response)
        };
        let mut client = accept_hdr_async(client, look).await?;
        let (path, cookie) = asked;
        let mut request = format!("{}{path}", self.to).into_client_request()?;
        request.headers_mut().insert("cookie", cookie.parse()?);
        let (mut server, _) = connect_async(request).await?;
        let mut leaked = self.said.subscribe();
        let mut way = Way::new(self);
        loop {
            tokio::select! {
                said = server.next() => match said.context("the server is gone")?? {
                    Message::Text(text) => {
                        if is_event(&text) {
                            // Nobody listens where nothing leaks.
                            let _unheard = self.said.send((cookie.clone(), text.to_string()));
                        }
                        for text in way.pass(&text) {
                            client.send(Message::text(text)).await?;
                        }
                    }
                    Message::Close(close) => {
                        client.send(Message::Close(close)).await?;
                        return Ok(());
                    }
                    _ => {}
                },
                said = client.next() => match said.context("the client is gone")?? {
                    Message::Text(text) => server.send(Message::text(self.boast(&text))).await?,
                    Message::Close(close) => {
                        server.send(Message::Close(close)).await?;
                        return Ok(());
                    }
                    _ => {}
                },
                other = leaked.recv() => {
                    if let (Disturbance::Leak(to), Ok((whose, text))) = (&self.disturbance, other)
                        && whose != cookie && *to == cookie
                    {
                        client.send(Message::text(text)).await?;
                    }
                }
            }
        }
    }

    fn boast(&self, text: &str) -> String {
        let Disturbance::Boast(by) = self.disturbance else { return text.to_owned() };
        let Ok(mut frame) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
        let add = |cursor: &mut Value| {
            if let Some(seq) = cursor["seq"].as_i64() {
                cursor["seq"] = (seq + by).max(0).into();
            }
        };
        add(&mut frame);
        frame["cursors"].as_array_mut().into_iter().flatten().for_each(add);
        frame.to_string()
    }
}

/// What was done to the frames of one connection so far.
struct Way<'n> {
    network: &'n Network,
    rng: Rng,
    /// Held back, with the number of frames to wait for.
    held: Vec<(usize, String)>,
}

impl<'n> Way<'n> {
    fn new(network: &'n Network) -> Self {
        let seed = if let Disturbance::Chance(seed) = network.disturbance { seed } else { 0 };
        Self { network, rng: Rng::with_seed(seed), held: Vec::new() }
    }

    /// What is said in place of a frame.
    fn pass(&mut self, text: &str) -> Vec<String> {
        if !is_event(text) && !text.contains(r#""type":"heads""#) {
            return vec![text.to_owned()];
        }
        let mut now = self.disturbed(text);
        for held in &mut self.held {
            held.0 -= 1;
        }
        let due = self.held.extract_if(.., |(left, _)| *left == 0).map(|(_, text)| text);
        now.extend(due);
        now
    }

    fn disturbed(&mut self, text: &str) -> Vec<String> {
        let same = text.to_owned();
        match &self.network.disturbance {
            Disturbance::Chance(_) => match self.rng.u8(0..100) {
                0..15 => Vec::new(),
                15..30 => vec![same.clone(), same],
                30..45 => {
                    // One more, as this frame counts itself.
                    self.held.push((self.rng.usize(1..HELD) + 1, same));
                    Vec::new()
                }
                _ => vec![same],
            },
            Disturbance::Drop(words) if self.first_with(text, words) => Vec::new(),
            Disturbance::Double(words) if self.first_with(text, words) => vec![same.clone(), same],
            Disturbance::Swap(words) if self.first_with(text, words) => {
                self.held.push((2, same));
                Vec::new()
            }
            Disturbance::Remember => vec![self.remembered(text)],
            _ => vec![same],
        }
    }

    fn first_with(&self, text: &str, words: &str) -> bool {
        let mut done = self.network.done.lock().unwrap_or_else(PoisonError::into_inner);
        let first = !*done && text.contains(words);
        *done |= first;
        first
    }

    fn remembered(&self, text: &str) -> String {
        let Ok(frame) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
        let (Some(stream), Some(seq)) = (frame["stream"].as_str(), frame["seq"].as_i64()) else {
            return text.to_owned();
        };
        let mut first = self.network.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.entry((stream.to_owned(), seq)).or_insert_with(|| text.to_owned()).clone()
    }
}

fn is_event(text: &str) -> bool {
    text.contains(r#""type":"event""#)
}
