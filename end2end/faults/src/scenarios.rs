//! The faults of ENGINEERING.md, one by one: each breaks something, looks what becomes of the product,
//! and audits everything that was acknowledged.

mod backup;
mod broken_file;
mod clock;
mod crash;
mod descriptors;
mod disk_full;
mod duplicates;
mod frames;
mod half_open;
mod load;
mod memory;
mod nodes;
mod pair;
mod panics;
mod postgres_away;
mod power;
mod reconnect_storm;
mod redis_away;
mod removal;
mod restart;
mod slow_consumers;
mod starved;

use anyhow::Result;
use futures::future::BoxFuture;

use crate::report::Report;

/// How much of it.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Kills of F1.
    pub cycles: usize,
    /// As it runs among the tests: shorter, fewer.
    pub light: bool,
}

/// A fault and what is expected of it.
pub struct Scenario {
    /// As ENGINEERING.md names it.
    pub name: &'static str,
    /// What breaks.
    pub what: &'static str,
    /// Breaks it.
    pub run: for<'r> fn(Scale, &'r mut Report) -> BoxFuture<'r, Result<()>>,
}

/// All of them.
pub const ALL: &[Scenario] = &[
    Scenario { name: "F1", what: "kill -9 in the middle of writes", run: |s, r| Box::pin(crash::kills(s, r)) },
    Scenario { name: "F2", what: "power cut, unsynced writes lost", run: |s, r| Box::pin(power::cuts(s, r)) },
    Scenario { name: "F3", what: "disk full", run: |s, r| Box::pin(disk_full::fill(s, r)) },
    Scenario { name: "F4", what: "broken or read-only database", run: |s, r| Box::pin(broken_file::spoil(s, r)) },
    Scenario { name: "F5", what: "Redis killed", run: |s, r| Box::pin(redis_away::kill(s, r)) },
    Scenario { name: "F6", what: "Redis stalled", run: |s, r| Box::pin(redis_away::stall(s, r)) },
    Scenario {
        name: "F7",
        what: "PostgreSQL restarted and stalled",
        run: |s, r| Box::pin(postgres_away::restart_and_stall(s, r)),
    },
    Scenario { name: "F8", what: "a node cut off", run: |s, r| Box::pin(nodes::cut_off(s, r)) },
    Scenario { name: "F9", what: "half-open connection", run: |s, r| Box::pin(half_open::go_silent(s, r)) },
    Scenario { name: "F10", what: "slow consumers", run: |s, r| Box::pin(slow_consumers::stall(s, r)) },
    Scenario { name: "F11", what: "reconnect storm", run: |s, r| Box::pin(reconnect_storm::storm(s, r)) },
    Scenario { name: "F12", what: "rolling restart under load", run: |s, r| Box::pin(restart::roll(s, r)) },
    Scenario { name: "F13", what: "duplicate submits", run: |s, r| Box::pin(duplicates::submit(s, r)) },
    Scenario { name: "F14", what: "frames lost, doubled, out of order", run: |s, r| Box::pin(frames::disturb(s, r)) },
    Scenario { name: "F15", what: "clock jumps", run: |s, r| Box::pin(clock::jump(s, r)) },
    Scenario { name: "F16", what: "descriptors exhausted", run: |s, r| Box::pin(descriptors::exhaust(s, r)) },
    Scenario { name: "F17", what: "memory limit", run: |s, r| Box::pin(memory::limit(s, r)) },
    Scenario { name: "F18", what: "handlers panic", run: |s, r| Box::pin(panics::panic(s, r)) },
    Scenario { name: "F19", what: "processor starved", run: |s, r| Box::pin(starved::starve(s, r)) },
    Scenario { name: "F20", what: "backup while writing, restored", run: |s, r| Box::pin(backup::restore(s, r)) },
    Scenario { name: "I7", what: "people removed while others write", run: |s, r| Box::pin(removal::remove(s, r)) },
];

/// Runs one by its name.
///
/// # Errors
/// A guarantee did not hold.
///
/// # Panics
/// There is none of that name.
pub async fn run(name: &str, scale: Scale, report: &mut Report) -> Result<()> {
    let scenario = ALL.iter().find(|scenario| scenario.name == name).expect("a name of the table");
    (scenario.run)(scale, report).await
}

/// The middle, and the largest, of some figures.
fn spread<T: Copy + Ord + Default>(figures: &mut [T]) -> (T, T) {
    figures.sort_unstable();
    let middle = figures.get(figures.len() / 2).copied().unwrap_or_default();
    (middle, figures.last().copied().unwrap_or_default())
}

/// So many percent of some figures are at most this.
fn percentile<T: Copy + Ord + Default>(figures: &mut [T], percent: usize) -> T {
    figures.sort_unstable();
    figures.get((figures.len() * percent / 100).min(figures.len().saturating_sub(1))).copied().unwrap_or_default()
}
