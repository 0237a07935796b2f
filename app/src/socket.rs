//! The page's one WebSocket: one task opens it, owns it, closes it, and makes it again for ever.

use futures::{FutureExt, SinkExt, StreamExt, channel::mpsc, select};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*, task::spawn_local};
use protocol::{
    ClientFrame, Error, Event, NotificationId, ServerFrame, StoredEvent, VERSION, close, limits, page::PageQuery,
};

use crate::{
    api::{ApiError, load_page},
    backoff::{chance, jitter, longest},
    clock,
    copies::Copies,
    leave,
    store::{Connection, Store},
    worker,
};

/// A connection that lasted so long was a good one: the next wait is the first again.
const STABLE_MS: i64 = 5_000;
/// After the page was woken, the server has so long to answer a ping.
const AWAKE_MS: u32 = 5_000;
/// After so many tries in a row that reached nothing, it is asked whether somebody is signed in: a
/// browser doesn't say why a socket was refused.
const ASK_AFTER: u32 = 2;
/// Where a tab remembers that it has reloaded itself for this version of the protocol.
const RELOADED: &str = "boardwalk-reloaded";

/// How a connection ended.
enum End {
    /// The server asks to come back at once.
    Again,
    /// Lost.
    Lost,
    /// The session is over.
    SignedOut,
    /// This client is too old: another page follows.
    Leave,
}

/// Keeps the store connected until the page is closed.
pub async fn run(store: Store, copies: Copies) {
    let mut wake = wakes();
    tell_activity(store);
    let mut tries = 0;
    loop {
        let began = clock::now();
        let end = converse(store, &mut wake).await;
        if store.connection.is_disposed() {
            return;
        }
        store.disconnected();
        if clock::now() - began >= STABLE_MS {
            tries = 0;
        }
        let refused = matches!(end, End::Lost) && tries % 8 == ASK_AFTER && signed_out().await;
        let end = if refused { End::SignedOut } else { end };
        let wait = match end {
            End::Leave => return,
            End::SignedOut => {
                // Somebody else may sit here next. What is not sent stays for who wrote it.
                copies.erase();
                return set_timeout(leave::to_sign_in, leave::SIGN_OUT);
            }
            End::Again if tries == 0 => jitter(longest(0), chance()),
            End::Again | End::Lost => jitter(longest(tries), chance()),
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
                    let Some(frame) = ServerFrame::read(&text) else { continue };
                    let ready = matches!(frame, ServerFrame::Ready { .. });
                    if ready {
                        store.connection.set(Connection::Live);
                        remember_reload(None);
                    }
                    let (unread, raised) = (store.unread.get_untracked(), raised(&frame));
                    store.take(frame);
                    if let Some((row, at)) = raised
                        && document().hidden()
                    {
                        spawn_local(async move {
                            let _told = worker::raised(row, at).await;
                        });
                    }
                    if ready || store.unread.get_untracked() < unread {
                        // What this device shows of it is closed, wherever it was read.
                        spawn_local(async {
                            let _told = worker::tidy().await;
                        });
                    }
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

/// The row of the inbox that a frame says was raised, and when.
fn raised(frame: &ServerFrame) -> Option<(NotificationId, i64)> {
    match frame {
        ServerFrame::Event(StoredEvent { event: Event::Notified { notification, .. }, .. }) => {
            Some((notification.id, notification.at))
        }
        _ => None,
    }
}

/// Is the session over? False where no server can be reached.
async fn signed_out() -> bool {
    window().navigator().on_line()
        && matches!(load_page(PageQuery::Nav { place: None }).await, Err(ApiError(Error::SignedOut)))
}

/// What follows from a close code.
fn ended(code: u16) -> End {
    match code {
        close::RESTARTING | close::RESUME => End::Again,
        close::SIGNED_OUT => End::SignedOut,
        close::RELOAD if !has_reloaded() => {
            remember_reload(Some(&VERSION.to_string()));
            let _ = location().reload();
            End::Leave
        }
        _ => End::Lost,
    }
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
