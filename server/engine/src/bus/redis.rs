//! The bus through Redis: pub/sub on a fixed number of channels, sharded ones where it is a cluster.
//!
//! What is said waits in a bounded queue and is sent by a task of its own. Every half second a node
//! says a beat that it must hear itself: while it does not, Redis counts as away, whether it is
//! down, stalled, or out of reach.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use fred::{
    clients::WithOptions,
    interfaces::{ClientLike, EventInterface, PubsubInterface},
    prelude::{Builder, Client, Config, ReconnectPolicy},
    types::{Message, config::Options},
};
use futures::future::join_all;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        mpsc,
    },
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};

use super::said::{Envelope, NodeId, Said, channels, name};

/// Messages that wait to be sent, at most, …
const WAITING: usize = 4096;
/// … and their bytes.
const WAITING_BYTES: usize = 16 * 1024 * 1024;
/// Messages on their way at once.
const TOGETHER: usize = 24;
/// Messages heard and not yet taken up, at most; beyond, the oldest are lost, which is noticed.
const UNHEARD: usize = 8192;
/// How long Redis may take to take a message.
const SEND_WITHIN: Duration = Duration::from_secs(1);
/// How often a node says that it is there.
const BEAT: Duration = Duration::from_millis(500);
/// A node that has not heard itself for so long takes Redis to be away.
const SILENCE: Duration = Duration::from_millis(1_600);
/// After so long a silence connections are made again: the other end of one may be gone without a word.
const DEAF: Duration = Duration::from_secs(6);
/// The wait between two tries to connect, in milliseconds.
const RECONNECT_MS: u32 = 250;
/// How long the end may take.
const CLOSE_WITHIN: Duration = Duration::from_millis(500);

/// The way to the other nodes by Redis; a clone is the same way.
#[derive(Clone)]
pub(crate) struct Redis(Arc<Inner>);

struct Inner {
    node: NodeId,
    /// Gone once it is closed.
    queue: Mutex<Option<mpsc::Sender<Queued>>>,
    waiting_bytes: AtomicUsize,
    client: Client,
    link: Link,
    sending: Mutex<Option<JoinHandle<()>>>,
}

/// A message that waits to be sent.
struct Queued {
    channel: u64,
    text: String,
}

/// When this node last heard itself; monotonic, whatever the wall clock does.
struct Link {
    started: Instant,
    /// Milliseconds after `started`, and one; zero for never.
    heard: AtomicU64,
    /// Something went wrong since: away until the next beat.
    doubted: AtomicBool,
}

impl Link {
    fn hear(&self) {
        let at = self.started.elapsed().as_millis() as u64 + 1;
        self.heard.store(at, Ordering::Relaxed);
        self.doubted.store(false, Ordering::Relaxed);
    }

    fn silence(&self) -> Option<Duration> {
        let heard = self.heard.load(Ordering::Relaxed).checked_sub(1)?;
        Some(self.started.elapsed().saturating_sub(Duration::from_millis(heard)))
    }
}

/// What comes from Redis.
pub(crate) enum Heard {
    /// Another node said this.
    Said(NodeId, Said),
    /// Redis is there, for the first time or again: what was said meanwhile is lost.
    Connected,
    /// Something was lost.
    Lost,
}

/// Where what other nodes say is heard.
pub(crate) struct Ears {
    redis: Redis,
    client: Client,
    sharded: bool,
    messages: Receiver<Message>,
    connections: Receiver<fred::types::config::Server>,
}

impl Redis {
    pub(super) fn open(url: &str) -> anyhow::Result<(Self, Ears)> {
        let mut config = Config::from_url(url).context("REDIS_URL is no address of Redis")?;
        // A node starts without Redis too, and goes on trying.
        config.fail_fast = false;
        let sharded = config.server.is_clustered();
        let mut builder = Builder::from_config(config);
        builder
            .with_connection_config(|connection| {
                connection.connection_timeout = Duration::from_secs(2);
                connection.internal_command_timeout = Duration::from_secs(2);
                connection.max_command_attempts = 1;
                connection.max_command_buffer_len = 2 * WAITING;
                connection.unresponsive.max_timeout = Some(Duration::from_secs(5));
                connection.unresponsive.interval = Duration::from_secs(1);
            })
            .with_performance_config(|performance| performance.broadcast_channel_capacity = UNHEARD)
            .set_policy(ReconnectPolicy::new_constant(0, RECONNECT_MS));
        let (client, listener) = (builder.build()?, builder.build()?);
        let (queue, waiting) = mpsc::channel(WAITING);
        let redis = Self(Arc::new(Inner {
            node: NodeId::new(),
            queue: Mutex::new(Some(queue)),
            waiting_bytes: AtomicUsize::new(0),
            client: client.clone(),
            link: Link { started: Instant::now(), heard: AtomicU64::new(0), doubted: AtomicBool::new(false) },
            sending: Mutex::new(None),
        }));
        let ears = Ears {
            redis: redis.clone(),
            messages: listener.message_rx(),
            connections: listener.reconnect_rx(),
            client: listener,
            sharded,
        };
        client.connect();
        ears.client.connect();
        let sending = tokio::spawn(send(redis.clone(), ears.client.clone(), waiting, sharded));
        *redis.0.sending.lock().unwrap_or_else(PoisonError::into_inner) = Some(sending);
        Ok((redis, ears))
    }

    pub(super) fn say(&self, said: Said) {
        for (channel, said) in said.by_channel() {
            match serde_json::to_string(&Envelope { node: self.0.node, said }) {
                Ok(text) => self.queue(Queued { channel, text }),
                Err(error) => tracing::error!(%error, "a message between nodes has no JSON form"),
            }
        }
    }

    fn queue(&self, queued: Queued) {
        let bytes = queued.text.len();
        let queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.0.waiting_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= WAITING_BYTES;
        let taken = room && queue.as_ref().is_some_and(|queue| queue.try_send(queued).is_ok());
        if !taken {
            self.0.waiting_bytes.fetch_sub(bytes, Ordering::Relaxed);
            metrics::counter!("boardwalk_bus_dropped_total").increment(1);
        }
    }

    pub(super) fn is_up(&self) -> bool {
        let link = &self.0.link;
        !link.doubted.load(Ordering::Relaxed) && link.silence().is_some_and(|silence| silence < SILENCE)
    }

    /// Takes Redis to be away until it is heard again.
    pub(super) fn doubt(&self) {
        self.0.link.doubted.store(true, Ordering::Relaxed);
    }

    /// The client, for a command that may take so long and is tried once.
    pub(super) fn within(&self, limit: Duration) -> WithOptions<Client> {
        self.0.client.with_options(&Options {
            timeout: Some(limit),
            fail_fast: true,
            max_attempts: Some(1),
            ..Options::default()
        })
    }

    pub(super) async fn close(&self) {
        // Without a sender the task sends what waits and ends.
        drop(self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let sending = self.0.sending.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut sending) = sending
            && timeout(CLOSE_WITHIN, &mut sending).await.is_err()
        {
            sending.abort();
        }
        if !matches!(timeout(CLOSE_WITHIN, self.0.client.quit()).await, Ok(Ok(()))) {
            tracing::debug!("Redis did not answer the end");
        }
    }
}

/// Sends what waits, and a beat now and then, until the queue is closed.
async fn send(redis: Redis, listener: Client, mut waiting: mpsc::Receiver<Queued>, sharded: bool) {
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut batch = Vec::with_capacity(TOGETHER);
    let mut renewed = Instant::now();
    loop {
        tokio::select! {
            taken = waiting.recv_many(&mut batch, TOGETHER) => if taken == 0 { return },
            _ = beats.tick() => {
                redis.say(Said::Beat);
                let silence = redis.0.link.silence().unwrap_or_else(|| redis.0.link.started.elapsed());
                if silence > DEAF && renewed.elapsed() > DEAF {
                    renewed = Instant::now();
                    for client in [&redis.0.client, &listener] {
                        if let Err(error) = client.force_reconnection().await {
                            tracing::debug!(%error, "can't connect to Redis again");
                        }
                    }
                }
            }
        }
        let client = redis.within(SEND_WITHIN);
        let sent = batch.drain(..).map(|Queued { channel, text }| {
            redis.0.waiting_bytes.fetch_sub(text.len(), Ordering::Relaxed);
            let (client, channel) = (client.clone(), name(channel));
            async move {
                match sharded {
                    true => client.spublish::<(), _, _>(channel, text).await,
                    false => client.publish::<(), _, _>(channel, text).await,
                }
            }
        });
        let count = sent.len() as u64;
        // The client's own limit does not hold while its connection is stalled.
        let taken = match timeout(SEND_WITHIN, join_all(sent)).await {
            Ok(sent) => sent.iter().filter(|sent| sent.is_ok()).count() as u64,
            Err(_) => 0,
        };
        metrics::counter!("boardwalk_bus_published_total").increment(taken);
        metrics::counter!("boardwalk_bus_dropped_total").increment(count - taken);
    }
}

impl Ears {
    /// Waits for what comes next; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Heard> {
        loop {
            tokio::select! {
                connected = self.connections.recv() => {
                    match connected {
                        Ok(_) | Err(RecvError::Lagged(_)) => {}
                        Err(RecvError::Closed) => return None,
                    }
                    if self.subscribe().await {
                        return Some(Heard::Connected);
                    }
                }
                message = self.messages.recv() => match message {
                    Ok(message) => match self.read(&message) {
                        Some(Heard::Said(node, Said::Beat)) if node == self.redis.0.node => self.redis.0.link.hear(),
                        Some(Heard::Said(node, _)) if node == self.redis.0.node => {}
                        Some(heard) => {
                            metrics::counter!("boardwalk_bus_received_total").increment(1);
                            return Some(heard);
                        }
                        None => {}
                    },
                    Err(RecvError::Lagged(_)) => return Some(Heard::Lost),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    fn read(&self, message: &Message) -> Option<Heard> {
        match serde_json::from_slice(message.value.as_bytes()?) {
            Ok(Envelope { said: Said::Beat, node }) if node != self.redis.0.node => None,
            Ok(Envelope { node, said }) => Some(Heard::Said(node, said)),
            // Of another release.
            Err(error) => {
                tracing::debug!(%error, "can't read what another node says");
                Some(Heard::Lost)
            }
        }
    }

    async fn subscribe(&self) -> bool {
        for channel in channels() {
            let subscribed = match self.sharded {
                true => self.client.ssubscribe(channel).await,
                false => self.client.subscribe(channel).await,
            };
            if let Err(error) = subscribed {
                tracing::warn!(%error, "can't listen to the other nodes");
                return false;
            }
        }
        true
    }

    /// Hangs up.
    pub(crate) async fn close(self) {
        if !matches!(timeout(CLOSE_WITHIN, self.client.quit()).await, Ok(Ok(()))) {
            tracing::debug!("Redis did not answer the end");
        }
    }
}
