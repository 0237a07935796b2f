//! From a request to a socket on its own thread (RFC 6455, section 4.2).

use std::sync::Arc;

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use hyper::upgrade::OnUpgrade;
use hyper_util::{rt::TokioIo, server::conn::auto::upgrade::downcast};
use protocol::Error;
use socket2::SockRef;
use tokio::{net::TcpStream, sync::OwnedSemaphorePermit, time::timeout};
use tungstenite::handshake::derive_accept_key;

use super::{session::Session, threads::Newcomer};
use crate::{failure::Failure, state::AppState};

/// Bytes that the kernel may keep for one socket that does not read; left alone, it keeps 4 MiB.
const UNSENT: usize = 128 * 1024;

/// A request to become a socket; anything else is not found.
pub struct Upgrade {
    accept: HeaderValue,
    upgrade: OnUpgrade,
    permit: OwnedSemaphorePermit,
}

impl FromRequestParts<AppState> for Upgrade {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let accept = accept_key(&parts.headers).ok_or(Error::NotFound)?;
        let upgrade = parts.extensions.remove::<OnUpgrade>().ok_or(Error::NotFound)?;
        if state.memory.is_short() {
            return Err(Error::Unavailable.into());
        }
        let within = state.config.patience.handshake_within;
        let permit = timeout(within, state.sockets.handshakes().acquire_owned()).await;
        let permit = permit.ok().and_then(Result::ok).ok_or(Error::Unavailable)?;
        Ok(Self { accept, upgrade, permit })
    }
}

/// What answers the client's key, if the request is one for a socket.
fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let has = |name, token: &str| {
        let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
    };
    let asks = has(header::CONNECTION, "upgrade")
        && has(header::UPGRADE, "websocket")
        && has(header::SEC_WEBSOCKET_VERSION, "13");
    // 16 bytes in base64.
    let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|key| asks && key.len() == 24)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

impl Upgrade {
    /// Accepts, and moves the connection to its thread once it has been answered.
    pub(super) fn accept(self, session: Arc<Session>) -> Response {
        let Self { accept, upgrade, permit } = self;
        let within = session.state.config.patience.handshake_within;
        tokio::spawn(async move {
            let moved = timeout(within, hand_over(upgrade, session)).await;
            drop(permit);
            match moved {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(%error, "a socket was lost in its handshake"),
                Err(_) => tracing::debug!("a handshake took too long"),
            }
        });
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        response
    }
}

async fn hand_over(upgrade: OnUpgrade, session: Arc<Session>) -> anyhow::Result<()> {
    let parts = downcast::<TokioIo<TcpStream>>(upgrade.await?)
        .map_err(|_| anyhow::anyhow!("the connection is not one that was accepted here"))?;
    // What the client sent before it was answered.
    let early = parts.read_buf;
    let stream = parts.io.into_inner().into_std()?;
    SockRef::from(&stream).set_send_buffer_size(UNSENT)?;
    let sockets = session.state.sockets.clone();
    sockets.take(Newcomer { stream, early, session }).await
}
