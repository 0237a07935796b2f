//! The one writer of an SQLite file: commits what waits together, then publishes, then answers.
//!
//! It runs on a thread of its own, pinned to one core. The driver works on another thread, which
//! inherits that, so that a statement costs no wake-up from core to core (12 µs instead of 111 µs).

mod group;

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::Context;
use protocol::Error;
use sqlx::{Connection, SqliteConnection};
use tokio::{
    runtime::{self, Handle},
    sync::{Notify, Semaphore, mpsc, oneshot},
};

use crate::{
    cores,
    db::{Checkpoints, File, fault},
    write::Job,
};
use group::Group;

/// Writes of one commit. More gain nothing: the commit costs a few µs each by then.
const TOGETHER: usize = 64;

/// What waits, at most, and how long.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Writes that wait. Beyond, one is told to come back.
    pub(crate) waiting: usize,
    /// A write that has waited longer is not begun.
    pub(crate) wait: Duration,
    /// Pages of the log, of 4 KiB, beyond which they are copied into the file.
    pub(crate) copied_at: i64,
    /// Pages beyond which the log is begun anew, for which the writer waits a moment.
    pub(crate) restarted_at: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { waiting: 4096, wait: Duration::from_secs(5), copied_at: 1_000, restarted_at: 8_000 }
    }
}

/// The way to the writer.
pub(crate) struct Writer {
    /// Gone once it is closed.
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    shared: Arc<Shared>,
}

/// What the writer's thread shares with others.
struct Shared {
    file: File,
    limits: Limits,
    /// Something was committed.
    committed: Arc<Notify>,
    /// Held while a group is written.
    turn: Arc<Semaphore>,
    /// The file is damaged: nothing is written to it any more.
    given_up: AtomicBool,
    #[cfg(test)]
    commits: std::sync::atomic::AtomicU64,
}

impl Writer {
    /// Opens the file, makes it where there is none, brings its tables up to date, and starts.
    pub(crate) async fn start(file: File, limits: Limits) -> anyhow::Result<Self> {
        let (queue, waiting) = mpsc::channel(limits.waiting);
        let (opened, opening) = oneshot::channel();
        let shared = Arc::new(Shared {
            file,
            limits,
            committed: Arc::default(),
            turn: Arc::new(Semaphore::new(1)),
            given_up: AtomicBool::new(false),
            #[cfg(test)]
            commits: Default::default(),
        });
        let (of_thread, main) = (shared.clone(), Handle::current());
        let thread = thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || write(of_thread, waiting, opened, main))
            .context("can't start the writer's thread")?;
        opening.await.context("the writer's thread ended at once")??;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)), shared })
    }

    /// Puts a write into the queue, or refuses it at once.
    pub(crate) fn submit(&self, job: Job) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match queue.as_ref() {
            Some(queue) => queue.try_send(job).err().map(mpsc::error::TrySendError::into_inner),
            None => Some(job),
        };
        drop(queue);
        if let Some(job) = refused {
            metrics::counter!("boardwalk_writes_refused_total").increment(1);
            job.waiting.answer(Err(Error::Unavailable));
        }
    }

    /// Starts what copies the log into the file.
    pub(crate) async fn checkpoints(&self) -> anyhow::Result<Checkpoints> {
        let Shared { file, limits, committed, turn, .. } = &*self.shared;
        Checkpoints::start(file, *limits, committed.clone(), turn.clone()).await
    }

    /// Is anything written? Not once the file was found to be damaged, or the writer was closed.
    pub(crate) fn is_well(&self) -> bool {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        !self.shared.given_up.load(Ordering::Relaxed) && queue.as_ref().is_some_and(|queue| !queue.is_closed())
    }

    /// Finishes what was accepted and refuses what comes later.
    pub(crate) async fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else { return };
        if !matches!(tokio::task::spawn_blocking(move || thread.join()).await, Ok(Ok(()))) {
            tracing::error!("the writer's thread ended badly");
        }
    }
}

/// The thread.
fn write(shared: Arc<Shared>, waiting: mpsc::Receiver<Job>, opened: oneshot::Sender<anyhow::Result<()>>, main: Handle) {
    pin();
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return drop(opened.send(Err(error.into()))),
    };
    runtime.block_on(async move {
        match shared.file.prepare().await {
            Ok(connection) => {
                drop(opened.send(Ok(())));
                serve(&shared, connection, waiting, &main).await;
            }
            Err(error) => drop(opened.send(Err(error))),
        }
    });
}

/// Keeps this thread, and those it starts, on one core: which one differs from process to process.
fn pin() {
    if !cores::keep_on(std::process::id() as usize) {
        tracing::info!("the writer's thread can't be kept on one core here, so writes cost more");
    }
}

async fn serve(shared: &Shared, connection: Box<SqliteConnection>, mut waiting: mpsc::Receiver<Job>, main: &Handle) {
    let mut connection = Some(connection);
    let mut jobs = Vec::with_capacity(TOGETHER);
    while waiting.recv_many(&mut jobs, TOGETHER).await > 0 {
        let _turn = shared.turn.acquire().await;
        // Who came while the turn was waited for comes along.
        while jobs.len() < TOGETHER
            && let Ok(job) = waiting.try_recv()
        {
            jobs.push(job);
        }
        let late = |job: &mut Job| job.since.elapsed() > shared.limits.wait;
        for job in jobs.extract_if(.., late) {
            refuse(job, &Error::Unavailable);
        }
        if jobs.is_empty() {
            continue;
        }
        let open = match connection.take() {
            Some(open) => Ok(open),
            None if shared.given_up.load(Ordering::Relaxed) => Err(Error::Unavailable),
            None => shared.file.reopen().await.map_err(fault),
        };
        match open {
            Ok(open) => connection = write_group(shared, open, &mut jobs, main).await,
            Err(error) => jobs.drain(..).for_each(|job| refuse(job, &error)),
        }
    }
    if let Some(connection) = connection
        && let Err(error) = connection.close().await
    {
        tracing::warn!(%error, "can't close the database");
    }
}

/// Writes a group; gives the connection back where it can be used again.
async fn write_group(
    shared: &Shared,
    connection: Box<SqliteConnection>,
    jobs: &mut Vec<Job>,
    main: &Handle,
) -> Option<Box<SqliteConnection>> {
    for job in jobs.iter() {
        metrics::histogram!("boardwalk_write_wait_seconds").record(job.since.elapsed().as_secs_f64());
    }
    let group = Group::begin(connection, jobs.len()).await;
    let mut group = match group {
        Ok(group) => group,
        Err(error) => {
            jobs.drain(..).for_each(|job| refuse(job, &error));
            return None;
        }
    };
    group.run(jobs.drain(..)).await;
    let ended = group.end(main).await;
    if ended.damaged {
        shared.given_up.store(true, Ordering::Relaxed);
        tracing::error!(
            "THE DATABASE FILE IS DAMAGED. Nothing is written to it any more. Stop Boardwalk, keep a copy of the \
             file and its -wal, and put a backup in its place."
        );
        return None;
    }
    #[cfg(test)]
    shared.commits.fetch_add(u64::from(ended.committed), Ordering::Relaxed);
    if ended.committed {
        shared.committed.notify_one();
    }
    ended.connection
}

fn refuse(job: Job, error: &Error) {
    metrics::counter!("boardwalk_writes_refused_total").increment(1);
    job.waiting.answer(Err(error.clone()));
}

#[cfg(test)]
mod tests;
