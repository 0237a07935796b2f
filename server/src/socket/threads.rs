//! The threads of the sockets: one for each core, apart from the runtime of pages and queries.

use std::{
    net::TcpStream,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle, available_parallelism},
};

use anyhow::{Context, Result};
use bytes::Bytes;
use engine::Hub;
use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc, watch},
};

use super::{session::Session, thread::run};
use crate::{
    lanes::{Lanes, join},
    patience::Patience,
};

/// A connection that has become a socket.
pub(super) struct Newcomer {
    pub(super) stream: TcpStream,
    /// What the client sent before it was answered.
    pub(super) early: Bytes,
    pub(super) session: Arc<Session>,
}

/// The threads; a clone is the same ones.
#[derive(Clone)]
pub struct Threads(Arc<Inner>);

struct Inner {
    doors: Vec<mpsc::Sender<Newcomer>>,
    handles: Vec<Handle>,
    handshakes: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

impl Threads {
    /// Starts a thread for each core. The use cases that its sockets call run on one of the lanes.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(hub: &Hub, lanes: &Lanes, patience: Patience) -> Result<Self> {
        let cores = available_parallelism().map_or(1, |cores| cores.get());
        let (stop, stopped) = watch::channel(false);
        let (mut doors, mut handles, mut running) = (Vec::new(), Vec::new(), Vec::new());
        for (n, mailbox) in hub.divide(cores).into_iter().enumerate() {
            let (door, newcomers) = mpsc::channel(patience.handshakes.max(1));
            let (main, stopped) = (lanes.handle(n), stopped.clone());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
            handles.push(runtime.handle().clone());
            let thread = thread::Builder::new()
                .name(format!("sockets-{n}"))
                .spawn(move || run(&runtime, mailbox, newcomers, main, patience, stopped))
                .context("can't start a thread for sockets")?;
            doors.push(door);
            running.push(thread);
        }
        let handshakes = Arc::new(Semaphore::new(patience.handshakes));
        Ok(Self(Arc::new(Inner { doors, handles, handshakes, stop, running: Mutex::new(running) })))
    }

    /// All of them.
    pub fn handles(&self) -> impl Iterator<Item = Handle> {
        self.0.handles.iter().cloned()
    }

    /// What a handshake takes a permit of.
    pub(super) fn handshakes(&self) -> Arc<Semaphore> {
        self.0.handshakes.clone()
    }

    /// Seats a newcomer on the thread that has its mailbox.
    pub(super) async fn take(&self, newcomer: Newcomer) -> Result<()> {
        let door = self.0.doors.get(newcomer.session.connection.thread()).context("there is no such thread")?;
        door.send(newcomer).await.map_err(|_| anyhow::anyhow!("the server stops"))
    }

    /// Ends the threads, with whatever sockets they still have.
    pub async fn stop(&self) {
        self.0.stop.send_replace(true);
        let running = std::mem::take(&mut *self.0.running.lock().unwrap_or_else(PoisonError::into_inner));
        join(running).await;
    }
}
