//! A push service on this machine that keeps what it takes.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
};
use tokio::net::TcpListener;

use crate::until;

/// What was sent to a browser.
#[derive(Clone, Debug)]
pub struct Received {
    /// Which browser, as its endpoint says it.
    pub path: String,
    /// Its head.
    pub headers: HeaderMap,
    /// What is said, encrypted.
    pub body: Vec<u8>,
}

/// What becomes of the next push.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// It is answered with this status.
    Status(StatusCode),
    /// It is taken, and that is never said.
    Hold,
}

#[derive(Debug, Default)]
struct Kept {
    received: Vec<Received>,
    answers: VecDeque<Reply>,
}

/// The push service.
#[derive(Clone, Debug)]
pub struct PushService {
    /// Where it is, without a slash at the end.
    pub url: String,
    kept: Arc<Mutex<Kept>>,
}

impl PushService {
    /// One that takes everything.
    ///
    /// # Errors
    /// No address is free.
    pub async fn start() -> anyhow::Result<Self> {
        let kept = Arc::<Mutex<Kept>>::default();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no address for a push service")?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(take).with_state(kept.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        Ok(Self { url, kept })
    }

    /// Answers so from now on, and then again as it should.
    pub fn answer(&self, answers: impl IntoIterator<Item = Reply>) {
        lock(&self.kept).answers.extend(answers);
    }

    /// What was sent so far to the browser with this path.
    pub fn to(&self, path: &str) -> Vec<Received> {
        lock(&self.kept).received.iter().filter(|received| received.path == path).cloned().collect()
    }

    /// Waits until so many were sent to a browser, and gives them.
    pub async fn until(&self, path: &str, count: usize) -> Vec<Received> {
        until(&format!("{count} pushes to {path}"), || self.to(path).len() >= count).await;
        self.to(path)
    }
}

async fn take(State(kept): State<Arc<Mutex<Kept>>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let reply = {
        let mut kept = lock(&kept);
        kept.received.push(Received { path: uri.path().to_owned(), headers, body: body.to_vec() });
        kept.answers.pop_front()
    };
    match reply {
        Some(Reply::Status(status)) => status,
        Some(Reply::Hold) => std::future::pending().await,
        None => StatusCode::CREATED,
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Received {
    /// A line of its head.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
