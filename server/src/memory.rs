//! Where memory runs short, sockets go before the process does: first no new one is let in, then the
//! newest are told to come back later. The old ones stay.
//!
//! What a crowd of sockets took while it came, and freed, is given back once it has come.

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use engine::Hub;
use tokio::{
    runtime::Handle,
    time::{MissedTickBehavior, interval},
};

/// How often it is looked.
const EVERY: Duration = Duration::from_millis(250);
/// Beyond so many percent of the limit no new socket is let in, …
const SHORT: u64 = 80;
/// … and beyond so many, some of those that are open go.
const SCARCE: u64 = 90;
/// While memory is short, what is free is given back with one look in so many, since that holds up requests.
const COLLECTED_EVERY: u32 = 12;
/// So many sockets more or fewer than when it was last given back are a crowd that came or went, …
const CROWD: usize = 256;
/// … which it has when it grew or shrank by fewer than so many since the last look.
const STEADY: usize = 16;
/// One of so many goes at a time, …
const SHARE: usize = 16;
/// … and so many at least.
const AT_LEAST: usize = 16;
/// Bytes of a page of `/proc/self/statm`, on every platform that we run on.
const PAGE: u64 = 4096;

/// How much memory is left; a clone is the same word.
#[derive(Clone, Default)]
pub struct Memory {
    short: Arc<AtomicBool>,
}

impl Memory {
    /// Is there too little for a new socket?
    pub fn is_short(&self) -> bool {
        self.short.load(Ordering::Relaxed)
    }

    /// Watches what this process takes, for ever. `threads` are those whose memory sockets take.
    pub async fn watch(self, limit: Option<u64>, hub: Hub, threads: Vec<Handle>) {
        let limit = limit.or_else(of_container);
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut short_for = 0_u32;
        let (mut open, mut settled) = (0, 0);
        loop {
            ticks.tick().await;
            let before = std::mem::replace(&mut open, hub.connections());
            if open.abs_diff(settled) >= CROWD && open.abs_diff(before) < STEADY {
                settled = open;
                give_back_on(&threads);
            }
            let (Some(limit), Some(resident)) = (limit, resident()) else { continue };
            let percent = resident.saturating_mul(100) / limit.max(1);
            let was_short = self.short.swap(percent >= SHORT, Ordering::Relaxed);
            if !was_short && percent >= SHORT {
                tracing::warn!(resident, limit, "memory runs short: no new sockets");
            }
            short_for = if percent >= SHORT { short_for + 1 } else { 0 };
            if short_for % COLLECTED_EVERY == 1 {
                give_back_on(&threads);
            }
            if percent >= SCARCE {
                let ended = hub.shed((hub.connections() / SHARE).max(AT_LEAST));
                tracing::warn!(resident, limit, ended, "memory is scarce: the newest sockets are ended");
                metrics::counter!("boardwalk_sockets_shed_total").increment(ended as u64);
            }
        }
    }
}

/// What was freed counts as taken until its thread gives it back, which an idle one does not do by itself.
fn give_back_on(threads: &[Handle]) {
    for thread in threads {
        thread.spawn(async { give_back() });
    }
}

/// Gives the system back what this thread has freed.
#[expect(unsafe_code, reason = "the allocator is told by a call of its own")]
fn give_back() {
    // SAFETY: it takes nothing, and any thread may call it at any time.
    unsafe { libmimalloc_sys::mi_collect(true) }
}

/// Bytes of this process that are resident.
fn resident() -> Option<u64> {
    let figures = fs::read_to_string("/proc/self/statm").ok()?;
    Some(figures.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
}

/// What the container, or another group of processes that we are in, may take.
fn of_container() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let mut folder = Path::new("/sys/fs/cgroup").join(own);
    let mut limit = None::<u64>;
    loop {
        let here = fs::read_to_string(folder.join("memory.max")).ok();
        let here = here.and_then(|text| text.trim().parse().ok());
        limit = limit.into_iter().chain(here).min();
        if folder == Path::new("/sys/fs/cgroup") || !folder.pop() {
            return limit;
        }
    }
}
