//! A socket of somebody's, for tests of what is live.

use std::{collections::VecDeque, time::Duration};

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest},
};

use crate::app::{Person, TestApp};

/// Generous: a test that waits must not fail on a slow machine.
const WITHIN: Duration = Duration::from_secs(10);

/// An open socket.
pub struct Socket {
    wire: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Came while something else was waited for.
    kept: VecDeque<Value>,
}

impl Socket {
    /// Opens a socket, or gives the status that refused it.
    pub async fn try_open(app: &TestApp, person: &Person, path: &str, origin: Option<&str>) -> Result<Self, u16> {
        let mut request = format!("{}{path}", app.url.replace("http://", "ws://")).into_client_request().unwrap();
        request.headers_mut().insert("cookie", person.cookie().parse().unwrap());
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((wire, _)) => Ok(Self { wire, kept: VecDeque::new() }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{path}: {error}"),
        }
    }

    /// Opens a socket that must open.
    pub async fn open(app: &TestApp, person: &Person, path: &str) -> Self {
        Self::try_open(app, person, path, None).await.unwrap_or_else(|status| panic!("{path} refused: {status}"))
    }

    /// Opens the page's socket and subscribes to these streams from these numbers on.
    pub async fn live(app: &TestApp, person: &Person, cursors: &[(&str, i64)]) -> Self {
        let mut socket = Self::open(app, person, "/ws?v=1").await;
        assert_eq!(socket.of_type("ready").await["epoch"], app.engine.epoch());
        let cursors: Vec<Value> = cursors
            .iter()
            .map(|(stream, seq)| json!({"stream": stream, "epoch": app.engine.epoch(), "seq": seq}))
            .collect();
        socket.say(json!({"type": "hello", "cursors": cursors})).await;
        // What is said after the answer is said to a socket that is subscribed.
        socket.kept = socket.rest().await.into();
        socket
    }

    pub async fn say(&mut self, frame: Value) {
        self.wire.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// Sends something that is no frame of ours.
    pub async fn send(&mut self, message: Message) {
        self.wire.send(message).await.unwrap();
    }

    /// The next frame, or the code that closed the socket.
    pub async fn next(&mut self) -> Result<Value, u16> {
        if let Some(frame) = self.kept.pop_front() {
            return Ok(frame);
        }
        loop {
            match timeout(WITHIN, self.wire.next()).await.expect("nothing came in time") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("the socket broke: {error}"),
                None => return Err(1006),
            }
        }
    }

    /// The next frame of a type; others are passed over.
    pub async fn of_type(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await.unwrap_or_else(|code| panic!("closed with {code} before a {kind}"));
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next event, as (seq, kind, what it says).
    pub async fn event(&mut self) -> (i64, String, Value) {
        let frame = self.of_type("event").await;
        let kind = kind(&frame["event"]).to_owned();
        let body = frame["event"][&kind].clone();
        (frame["seq"].as_i64().unwrap(), kind, body)
    }

    /// What the next ephemeral of a kind says.
    pub async fn ephemeral(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.of_type("ephemeral").await;
            if let Some(said) = frame["what"].get(kind) {
                return said.clone();
            }
        }
    }

    /// The code that closes the socket; frames before it are passed over.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// The frames that come before an answer to a ping: all that was on its way.
    pub async fn rest(&mut self) -> Vec<Value> {
        self.say(json!({"type": "ping"})).await;
        let mut frames: Vec<Value> = self.kept.drain(..).collect();
        loop {
            match self.next().await {
                Ok(frame) if frame["type"] == "pong" => return frames,
                Ok(frame) => frames.push(frame),
                Err(code) => panic!("closed with {code}"),
            }
        }
    }
}

/// The kind of an event: its only key, or all of it where it says nothing more.
pub fn kind(event: &Value) -> &str {
    let key = event.as_object().and_then(|event| event.keys().next());
    key.map_or_else(|| event.as_str().expect("an event has a kind"), String::as_str)
}
