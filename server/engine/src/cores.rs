//! Threads that are kept on one core, and the way from them to the others.
//!
//! To wake another core costs about 40 µs, more than most of what a request does. So a thread that
//! serves requests stays on one core, and so does what reads the database for it.

use std::cell::{Cell, RefCell};

use tokio::{
    runtime::Handle,
    task::{JoinError, spawn_blocking},
};

thread_local! {
    static CORE: Cell<Option<usize>> = const { Cell::new(None) };
    static ELSEWHERE: RefCell<Option<Handle>> = const { RefCell::new(None) };
}

/// Keeps this thread, and those it starts, on the core of this number. What takes long is done on
/// `elsewhere`, whose threads may be anywhere.
pub fn settle(core: usize, elsewhere: Handle) {
    if keep_on(core) {
        CORE.set(Some(core));
        ELSEWHERE.set(Some(elsewhere));
    } else {
        tracing::info!(core, "a thread can't be kept on one core here, so reading costs more");
    }
}

/// Keeps this thread, and those it starts, on a core. Where there are fewer, they share.
pub(crate) fn keep_on(core: usize) -> bool {
    let cores = core_affinity::get_core_ids().unwrap_or_default();
    cores.get(core % cores.len().max(1)).is_some_and(|core| core_affinity::set_for_current(*core))
}

/// The core that this thread is kept on by [`settle`].
pub(crate) fn current() -> Option<usize> {
    CORE.get()
}

/// Does what takes long, on a thread that nobody else waits for.
pub(crate) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    // A thread stays where the one that started it is: so it is started elsewhere.
    match ELSEWHERE.with_borrow(Clone::clone) {
        Some(elsewhere) => elsewhere.spawn(async { spawn_blocking(work).await }).await?,
        None => spawn_blocking(work).await,
    }
}
