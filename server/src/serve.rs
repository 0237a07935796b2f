//! Accepts connections, and lets them end in order.

use std::{
    fs::File,
    io::{self, ErrorKind},
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{Router, body::Body};
use engine::Engine;
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::{
    config::Config, lanes::Lanes, memory::Memory, observe, patience::Patience, routes, session::Peer, site::Site,
    socket::Threads, state::AppState,
};

/// Requests under way when told to stop may take this long; the whole stop takes at most 5 s.
const DRAIN_WITHIN: Duration = Duration::from_secs(4);
/// A pause when a connection can't be accepted, as when the descriptors have run out.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// Bytes of a request's head at most.
const HEAD_BYTES: usize = 64 * 1024;

/// The server, ready to accept connections.
pub struct Server {
    engine: Engine,
    lanes: Lanes,
    sockets: Threads,
    patience: Patience,
    watching: JoinHandle<()>,
    router: Router,
}

impl Server {
    /// Opens the database and the site.
    ///
    /// # Errors
    /// The database can't be opened, or the site isn't built.
    pub async fn open(config: Config) -> Result<Self> {
        // Fails where it was done before, which is as good.
        let _ = any_spawner::Executor::init_tokio();
        let site = Site::open(&config)?;
        if let Some(mail) = &config.settings.mail {
            mail.check(config.settings.public_url.as_deref())?;
        }
        let engine = Engine::open(config.settings.clone()).await.context("can't open the database")?;
        let metrics = observe::metrics()?;
        let lanes = Lanes::start()?;
        let sockets = Threads::start(engine.hub(), &lanes, config.patience)?;
        let patience = config.patience;
        let memory = Memory::default();
        let threads = lanes.handles().chain(sockets.handles()).collect();
        let watching = tokio::spawn(memory.clone().watch(config.memory_limit, engine.hub().clone(), threads));
        let state = AppState {
            engine: engine.clone(),
            config: Arc::new(config),
            site: Arc::new(site),
            sockets: sockets.clone(),
            memory,
            metrics,
        };
        Ok(Self { engine, lanes, sockets, patience, watching, router: routes::router(state) })
    }

    /// The product behind it.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Answers until `stop` ends; then takes no new connection, tells the sockets to come back
    /// later, lets requests under way end, and closes the database.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let connections = GracefulShutdown::new();
        let mut http = auto::Builder::new(TokioExecutor::new()).http1_only();
        http.http1().timer(TokioTimer::new()).header_read_timeout(self.patience.kept_for).max_buf_size(HEAD_BYTES);
        tokio::pin!(stop);
        let mut spare = Spare::new();
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.answer(stream, peer, &http, &connections),
                    Err(error) => spare.refuse(&listener, error).await,
                },
            }
        }
        drop(listener);
        tracing::info!("stopping");
        self.watching.abort();
        self.engine.hub().close();
        let drained = async {
            connections.shutdown().await;
            while self.engine.hub().connections() > 0 {
                sleep(Duration::from_millis(10)).await;
            }
        };
        if timeout(DRAIN_WITHIN, drained).await.is_err() {
            tracing::warn!("stopped before every request was answered");
        }
        self.sockets.stop().await;
        self.engine.close().await;
        self.lanes.stop().await;
    }

    fn answer(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        http: &auto::Builder<TokioExecutor>,
        connections: &GracefulShutdown,
    ) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended at once");
            return;
        }
        // It is moved to the thread that answers it.
        let stream = match stream.into_std() {
            Ok(stream) => stream,
            Err(error) => return tracing::debug!(%error, "a connection ended at once"),
        };
        let (router, http, watcher) = (self.router.clone(), http.clone(), connections.watcher());
        let within = self.patience.headers_within;
        self.lanes.connect(async move {
            let stream = match TcpStream::from_std(stream) {
                Ok(stream) => stream,
                Err(error) => return tracing::debug!(%error, "a connection ended at once"),
            };
            let begun = Arc::new(AtomicBool::new(false));
            let has_begun = begun.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                begun.store(true, Ordering::Relaxed);
                let mut request = request.map(Body::new);
                request.extensions_mut().insert(Peer(peer.ip()));
                router.clone().oneshot(request)
            });
            let connection = http.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
            let connection = watcher.watch(connection);
            tokio::pin!(connection);
            let ended = match timeout(within, &mut connection).await {
                Ok(ended) => ended,
                Err(_) if has_begun.load(Ordering::Relaxed) => connection.await,
                // Dropped: there was no request yet.
                Err(_) => return tracing::debug!("a connection was too slow"),
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
}

/// A descriptor kept for the moment at which there are no more: with it a newcomer is let in and
/// shut out at once, rather than left waiting, and those who are in stay.
struct Spare(Option<File>);

impl Spare {
    fn new() -> Self {
        Self(File::open("/dev/null").ok())
    }

    async fn refuse(&mut self, listener: &TcpListener, error: io::Error) {
        tracing::warn!(%error, "can't accept a connection");
        // Of these the newcomer has died, and nothing is short.
        if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) {
            return;
        }
        self.0 = None;
        if timeout(ACCEPT_AGAIN_AFTER, listener.accept()).await.is_err() {
            tracing::debug!("nobody waits to be shut out");
        }
        *self = Self::new();
        if self.0.is_none() {
            sleep(ACCEPT_AGAIN_AFTER).await;
        }
    }
}
