//! The threads that answer requests: one on each core, with what reads the database for it.
//!
//! A connection stays on the lane that it is given. What a request does there wakes no other core,
//! which would cost more than most of what it does.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle, available_parallelism},
};

use anyhow::{Context, Result};
use tokio::{
    runtime::{Builder, Handle},
    sync::watch,
};

/// Bytes of a lane's stack: pages are components within components, and what is built without optimisation needs
/// more than a thread is given by itself. Only what is touched takes memory.
const STACK: usize = 8 << 20;

/// All lanes; a clone is the same ones.
#[derive(Clone)]
pub struct Lanes(Arc<Inner>);

struct Inner {
    lanes: Vec<Lane>,
    stop: watch::Sender<bool>,
    running: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Clone)]
struct Lane {
    handle: Handle,
    /// Connections that are there now.
    connections: Arc<AtomicUsize>,
}

impl Lanes {
    /// Starts one on each core. What takes long is done on the current runtime.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start() -> Result<Self> {
        let cores = available_parallelism().map_or(1, |cores| cores.get());
        let (stop, stopped) = watch::channel(false);
        let (mut lanes, mut running) = (Vec::new(), Vec::new());
        for core in 0..cores {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            lanes.push(Lane { handle: runtime.handle().clone(), connections: Arc::default() });
            let (main, mut stopped) = (Handle::current(), stopped.clone());
            let run = move || {
                engine::settle(core, main);
                if runtime.block_on(stopped.wait_for(|stopped| *stopped)).is_err() {
                    tracing::debug!("nobody is left who could stop a lane");
                }
                runtime.shutdown_background();
            };
            let thread = thread::Builder::new().name(format!("lane-{core}")).stack_size(STACK).spawn(run);
            running.push(thread.context("can't start a thread for requests")?);
        }
        Ok(Self(Arc::new(Inner { lanes, stop, running: Mutex::new(running) })))
    }

    /// Does this on the lane with the fewest connections, as one of them.
    pub fn connect<F>(&self, connection: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let load = |lane: &&Lane| lane.connections.load(Ordering::Relaxed);
        let Some(lane) = self.0.lanes.iter().min_by_key(load) else { return };
        let seat = Seat::take(&lane.connections);
        lane.handle.spawn(async move {
            let _seat = seat;
            connection.await;
        });
    }

    /// All of them.
    pub fn handles(&self) -> impl Iterator<Item = Handle> {
        self.0.lanes.iter().map(|lane| lane.handle.clone())
    }

    /// The lane of this number; there are as many as cores.
    pub fn handle(&self, n: usize) -> Handle {
        self.0.lanes[n % self.0.lanes.len()].handle.clone()
    }

    /// Ends the threads, with whatever they still do.
    pub async fn stop(&self) {
        self.0.stop.send_replace(true);
        let running = std::mem::take(&mut *self.0.running.lock().unwrap_or_else(PoisonError::into_inner));
        join(running).await;
    }
}

/// A connection's place in the count of its lane.
struct Seat(Arc<AtomicUsize>);

impl Seat {
    fn take(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waits for threads that were told to end.
pub async fn join(running: Vec<JoinHandle<()>>) {
    let joined = tokio::task::spawn_blocking(move || {
        for thread in running {
            let name = thread.thread().name().unwrap_or_default().to_owned();
            if thread.join().is_err() {
                tracing::error!(thread = name, "a thread panicked");
            }
        }
    });
    if let Err(error) = joined.await {
        tracing::error!(%error, "can't wait for the threads to end");
    }
}
