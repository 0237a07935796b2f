//! What a socket says, carried out in its order on the runtime of pages and queries.
//!
//! A socket that says nothing has no task here.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Waker},
};

use engine::{Actor, Connection, live};
use futures::FutureExt;
use protocol::{Cursor, Error, Stream, close};
use tokio::runtime::Handle;

use super::{classic, parse, typed};
use crate::state::AppState;

/// Messages of one socket that wait to be carried out, and their bytes; it is not read meanwhile.
const WAITING: (usize, usize) = (16, 2 * parse::MESSAGE);

/// A socket must be closed with this code.
pub(super) struct Close(pub(super) u16);

/// One open socket.
pub(super) struct Session {
    pub(super) state: AppState,
    pub(super) actor: Actor,
    pub(super) connection: Connection,
    /// The one place that a socket of the original's contract is in.
    pub(super) place: Option<Stream>,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    bytes: usize,
    busy: bool,
    /// The socket's task, where it waits for room here.
    waiting: Option<Waker>,
}

/// Something to carry out for a socket.
pub(super) enum Job {
    /// The client said this.
    Heard(String),
    /// The ring of this stream begins too late: read the log.
    CatchUp(Stream),
}

impl Job {
    fn bytes(&self) -> usize {
        match self {
            Self::Heard(text) => text.len(),
            Self::CatchUp(_) => 0,
        }
    }
}

impl Session {
    /// Takes up a connection, which gets nothing until it is on its thread.
    pub(super) fn new(state: AppState, actor: Actor, place: Option<Stream>) -> Arc<Self> {
        let connection = state.engine.hub().connect(&actor);
        connection.hold();
        Arc::new(Self { state, actor, connection, place, queue: Mutex::default() })
    }

    /// Has something carried out, after what was asked before.
    pub(super) fn push(self: &Arc<Self>, job: Job, main: &Handle) {
        let mut queue = self.queue();
        queue.bytes += job.bytes();
        queue.jobs.push_back(job);
        if !queue.busy {
            queue.busy = true;
            main.spawn(self.clone().work());
        }
    }

    /// Is there room for what the client says next? If not, the task is woken when there is.
    pub(super) fn has_room(&self, task: &mut Context<'_>) -> bool {
        let mut queue = self.queue();
        let room = queue.jobs.len() < WAITING.0 && queue.bytes < WAITING.1;
        if !room {
            queue.waiting = Some(task.waker().clone());
        }
        room
    }

    async fn work(self: Arc<Self>) {
        loop {
            let job = {
                let mut queue = self.queue();
                let Some(job) = queue.jobs.pop_front() else {
                    // A socket that says nothing costs nothing.
                    *queue = Queue::default();
                    return;
                };
                queue.bytes -= job.bytes();
                if let Some(task) = queue.waiting.take() {
                    task.wake();
                }
                job
            };
            match AssertUnwindSafe(self.carry_out(job)).catch_unwind().await {
                Ok(Ok(())) => {}
                Ok(Err(Close(code))) => self.connection.end(code),
                Err(_) => {
                    tracing::error!("what a socket said made a panic");
                    self.connection.end(close::RESUME);
                }
            }
        }
    }

    async fn carry_out(&self, job: Job) -> Result<(), Close> {
        match (job, self.place) {
            (Job::Heard(text), None) => typed::hear(self, &text).await,
            (Job::Heard(text), Some(place)) => {
                classic::hear(self, place, &text).await;
                Ok(())
            }
            (Job::CatchUp(stream), _) => {
                live::catch_up(&self.state.engine, &self.actor, &self.connection, stream).await.map_err(closes)
            }
        }
    }

    /// Subscribes, or ends the socket where the database can't say whether it may.
    pub(super) async fn subscribe(&self, cursor: Cursor) -> Result<(), Close> {
        live::subscribe(&self.state.engine, &self.actor, &self.connection, cursor).await.map_err(closes)
    }

    // A queue is whole before anything under its lock could panic.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closes(error: Error) -> Close {
    Close(if error == Error::SignedOut { close::SIGNED_OUT } else { close::RESUME })
}
