//! The page's one WebSocket: one task opens it, owns it, closes it, and makes it again for ever.

use std::time::Duration;

use futures::{FutureExt, SinkExt, StreamExt, channel::mpsc, select};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*};
use protocol::{ClientFrame, ServerFrame, VERSION, close, limits};

use crate::{
    clock,
    store::{Connection, Store},
};

/// A connection that lasted so long was a good one: the next wait is the first again.
const STABLE_MS: i64 = 5_000;
/// After the page was woken, the server has so long to answer a ping.
const AWAKE_MS: u32 = 5_000;
/// A page whose own form has signed out has so long to go where the form leads.
const SIGN_OUT: Duration = Duration::from_secs(1);
/// Where a tab remembers that it has reloaded itself for this version of the protocol.
const RELOADED: &str = "boardwalk-reloaded";

/// How a connection ended.
enum End {
    /// The server asks to come back at once.
    Again,
    /// Lost.
    Lost,
    /// This client is too old, or its session is over: another page follows.
    Leave,
}

/// Keeps the store connected until the page is closed.
pub async fn run(store: Store) {
    let mut wake = wakes();
    tell_activity(store);
    let mut tries = 0;
    loop {
        let began = clock::now();
        let end = converse(store, &mut wake).await;
        store.disconnected();
        if clock::now() - began >= STABLE_MS {
            tries = 0;
        }
        let wait = match end {
            End::Leave => return,
            End::Again if tries == 0 => jitter(limits::RECONNECT_MS.0),
            End::Again | End::Lost => jitter(longest_wait(tries)),
        };
        tries += 1;
        store.connection.set(Connection::Away);
        select! {
            () = TimeoutFuture::new(wait).fuse() => {}
            _ = wake.next() => {}
        }
    }
}

/// One connection, from opening to its end.
async fn converse(store: Store, wake: &mut mpsc::UnboundedReceiver<()>) -> End {
    let Ok(socket) = WebSocket::open(&address()) else { return End::Lost };
    let (mut sink, stream) = socket.split();
    let mut stream = stream.fuse();
    let (sender, mut outgoing) = mpsc::unbounded();
    store.connected(sender);

    let silence = limits::SILENCE_S * 1000;
    let mut deadline = TimeoutFuture::new(silence).fuse();
    loop {
        select! {
            frame = outgoing.next() => {
                let Some(text) = frame.and_then(|frame: ClientFrame| serde_json::to_string(&frame).ok()) else { continue };
                if sink.send(Message::Text(text)).await.is_err() {
                    return End::Lost;
                }
            }
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    deadline = TimeoutFuture::new(silence).fuse();
                    // A frame that this client can't read is one of a newer server, and not for it.
                    let Ok(frame) = serde_json::from_str(&text) else { continue };
                    if matches!(frame, ServerFrame::Ready { .. }) {
                        store.connection.set(Connection::Live);
                        remember_reload(None);
                    }
                    store.take(frame);
                }
                Some(Ok(Message::Bytes(_))) => {}
                Some(Err(WebSocketError::ConnectionClose(event))) => return ended(event.code),
                Some(Err(_)) | None => return End::Lost,
            },
            _ = wake.next() => {
                store.say(ClientFrame::Ping);
                deadline = TimeoutFuture::new(AWAKE_MS).fuse();
            }
            () = deadline => return End::Lost,
        }
    }
}

/// What follows from a close code.
fn ended(code: u16) -> End {
    match code {
        close::RESTARTING | close::RESUME => End::Again,
        close::SIGNED_OUT => {
            set_timeout(to_sign_in, SIGN_OUT);
            End::Leave
        }
        close::RELOAD if !has_reloaded() => {
            remember_reload(Some(&VERSION.to_string()));
            let _ = location().reload();
            End::Leave
        }
        _ => End::Lost,
    }
}

/// Leads to the sign-in page, and back here.
fn to_sign_in() {
    let location = location();
    let next = location.pathname().unwrap_or_default();
    // Refused only while the page is going anyway.
    let _ = location.set_href(&format!("/accounts/login/?next={next}"));
}

/// Told when the page is looked at again, and when the network is back.
fn wakes() -> mpsc::UnboundedReceiver<()> {
    let (sender, receiver) = mpsc::unbounded();
    let online = sender.clone();
    // Both live as long as the page, as the socket does.
    let _ = window_event_listener(ev::online, move |_| {
        let _ = online.unbounded_send(());
    });
    let visible = move |_| {
        if !document().hidden() {
            let _ = sender.unbounded_send(());
        }
    };
    let _ = leptos::leptos_dom::helpers::window_event_listener(ev::visibilitychange, visible);
    receiver
}

/// Says now and then that somebody does something here; who is silent for long is shown as away.
fn tell_activity(store: Store) {
    let said = StoredValue::new(clock::now());
    let say = move || {
        let now = clock::now();
        let (since, pause) = (now - said.get_value(), i64::from(limits::ACTIVE_EVERY_S) * 1000);
        // A clock that was set back keeps nobody silent.
        if !(0..pause).contains(&since) {
            said.set_value(now);
            store.say(ClientFrame::Active);
        }
    };
    // They live as long as the page, as the socket does.
    let _ = window_event_listener(ev::pointerdown, move |_| say());
    let _ = window_event_listener(ev::keydown, move |_| say());
    let _ = window_event_listener(ev::wheel, move |_| say());
}

fn address() -> String {
    let location = location();
    let scheme = if location.protocol().is_ok_and(|protocol| protocol == "https:") { "wss" } else { "ws" };
    format!("{scheme}://{}/ws?v={VERSION}", location.host().unwrap_or_default())
}

/// The longest wait before a try, in milliseconds.
fn longest_wait(tries: u32) -> u32 {
    let (first, last) = limits::RECONNECT_MS;
    first.saturating_mul(2_u32.saturating_pow(tries)).min(last)
}

/// Anything from nothing to `longest`, so that not everybody comes back in the same moment.
fn jitter(longest: u32) -> u32 {
    (js_sys::Math::random() * f64::from(longest)) as u32
}

fn has_reloaded() -> bool {
    let remembered = session_storage().and_then(|storage| storage.get_item(RELOADED).ok().flatten());
    remembered.is_some_and(|version| version == VERSION.to_string())
}

fn remember_reload(version: Option<&str>) {
    let Some(storage) = session_storage() else { return };
    // A browser that keeps nothing reloads once more than needed.
    let _ = match version {
        Some(version) => storage.set_item(RELOADED, version),
        None => storage.remove_item(RELOADED),
    };
}

fn session_storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        let waits: Vec<u32> = (0..9).map(longest_wait).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(longest_wait(1000), 60_000);
    }
}
