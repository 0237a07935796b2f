//! The rounds: each starts a server of its own, measures one thing, checks everything and says what it found.

mod fanout;
mod pages;
mod sends;
mod sockets;

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use serde::Serialize;

pub use fanout::fanout;
pub use pages::{pages, starts};
pub use sends::sends;
pub use sockets::sockets;

use crate::{machine, server::Server};

/// What a round found: one line of JSON, one row of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What was measured.
    pub what: &'static str,
    /// On which server.
    pub server: &'static str,
    /// How many sockets, writers or the like.
    pub size: usize,
    /// The figures by name, with their unit in the name.
    pub figures: BTreeMap<&'static str, f64>,
}

impl Finding {
    fn new(what: &'static str, server: &Server, size: usize) -> Self {
        Self { what, server: server.name(), size, figures: BTreeMap::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<Option<f64>>) -> Self {
        if let Some(value) = value.into() {
            self.figures.insert(name, value);
        }
        self
    }
}

/// CPU clocks at the begin of a phase.
struct Clocks {
    pids: Vec<u32>,
    begun: std::time::Instant,
    server: Duration,
    own: Duration,
    all: u64,
}

/// What a phase cost.
struct Cost {
    seconds: f64,
    /// CPU seconds of the server.
    server: f64,
    /// Of this process, as a share of one core.
    generator: f64,
    /// Of everything else, kernel threads included, as a share of one core.
    others: f64,
}

impl Clocks {
    fn start(server: &Server) -> Result<Self> {
        let pids = server.pids();
        Ok(Self {
            server: machine::cpu_of(&pids)?,
            own: machine::own_cpu()?,
            all: machine::busy_ticks()?,
            begun: std::time::Instant::now(),
            pids,
        })
    }

    fn stop(self) -> Result<Cost> {
        let seconds = self.begun.elapsed().as_secs_f64();
        let server = (machine::cpu_of(&self.pids)? - self.server).as_secs_f64();
        let own = (machine::own_cpu()? - self.own).as_secs_f64();
        let all = (machine::busy_ticks()? - self.all) as f64 / 100.0;
        let others = (all - server - own).max(0.0);
        Ok(Cost { seconds, server, generator: own / seconds, others: others / seconds })
    }
}
