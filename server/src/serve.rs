//! Accepts connections, and lets them end in order.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

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
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::{config::Config, observe, routes, session::Peer, site::Site, state::AppState};

/// Until its headers are in, a connection may take this long.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// Requests under way when told to stop may take this long; the whole stop takes at most 5 s.
const DRAIN_WITHIN: Duration = Duration::from_secs(4);
/// A pause when a connection can't be accepted, as when the descriptors have run out.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);
/// Bytes of a request's head at most.
const HEAD_BYTES: usize = 64 * 1024;

/// The server, ready to accept connections.
pub struct Server {
    engine: Engine,
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
        let engine = Engine::open(config.settings.clone()).await.context("can't open the database")?;
        let state = AppState {
            engine: engine.clone(),
            config: Arc::new(config),
            site: Arc::new(site),
            metrics: observe::metrics()?,
        };
        Ok(Self { engine, router: routes::router(state) })
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
        http.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN).max_buf_size(HEAD_BYTES);
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => self.answer(stream, peer, &http, &connections),
                    Err(error) => refused(error).await,
                },
            }
        }
        drop(listener);
        tracing::info!("stopping");
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
        self.engine.close().await;
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
        let router = self.router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer.ip()));
            router.clone().oneshot(request)
        });
        let connection = http.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
}

async fn refused(error: io::Error) {
    tracing::warn!(%error, "can't accept a connection");
    sleep(ACCEPT_AGAIN_AFTER).await;
}
