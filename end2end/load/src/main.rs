//! `load`: measures Boardwalk, a floor and the original's stack. `cargo xtask bench` builds everything
//! it needs and calls it.

mod audit;
mod book;
mod figures;
mod floor;
mod frame;
mod http;
mod link;
mod machine;
mod plan;
mod report;
mod rounds;
mod run;
mod server;
mod swarm;
mod wire;

use std::{fs, net::SocketAddr, path::PathBuf};

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand, ValueEnum};

use plan::{Depth, Name};
use run::{Programs, present};

/// Measures Boardwalk, a floor and the original's stack with one load generator.
#[derive(Parser)]
#[command(name = "load")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts each server in turn, measures, audits, and writes the table
    Bench(Bench),
    /// Is the floor: broadcasts whatever comes in
    Floor {
        /// Address to listen on
        #[arg(long)]
        bind: SocketAddr,
    },
}

#[derive(Args)]
struct Bench {
    /// What to measure; everything unless named
    #[arg(value_enum)]
    names: Vec<Name>,
    /// How thorough
    #[arg(long, value_enum, default_value_t = Depth::Full)]
    depth: Depth,
    /// Measures even while the machine is busy; the table says so
    #[arg(long)]
    even_if_busy: bool,
    /// The program `boardwalk`
    #[arg(long)]
    boardwalk: PathBuf,
    /// Its site folder, if it doesn't carry its site
    #[arg(long)]
    site: Option<PathBuf>,
    /// Folder of the peer on Django Channels
    #[arg(long, requires = "venv", requires = "redis")]
    peer: Option<PathBuf>,
    /// Its virtual environment
    #[arg(long)]
    venv: Option<PathBuf>,
    /// The program `redis-server`
    #[arg(long)]
    redis: Option<PathBuf>,
    /// How the programs were built, for the table
    #[arg(long, default_value = "release")]
    profile: String,
    /// File of the table
    #[arg(long)]
    out: PathBuf,
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Bench(bench) => bench.run(),
        Command::Floor { bind } => {
            machine::allow_sockets(0)?;
            floor::serve(bind)
        }
    }
}

impl Bench {
    fn run(self) -> Result<()> {
        let plan = self.depth.plan();
        let names = if self.names.is_empty() { Name::value_variants().to_vec() } else { self.names };
        let peer = match (self.peer, self.venv, self.redis) {
            (Some(app), Some(venv), Some(redis)) => Some((present(app)?, present(venv)?, present(redis)?)),
            _ => None,
        };
        let programs =
            Programs { boardwalk: present(self.boardwalk)?, site: self.site.map(present).transpose()?, peer };
        let outcome = run::run(&programs, &plan, &names, self.even_if_busy)?;
        let setting = report::Setting {
            machine: machine::Machine::here()?,
            date: chrono::Utc::now().format("%-d %B %Y, %H:%M UTC").to_string(),
            depth: self.depth,
            profile: self.profile,
            even_if_busy: self.even_if_busy,
        };
        let report = report::report(&setting, &plan, &outcome);
        fs::write(&self.out, &report).with_context(|| format!("can't write {}", self.out.display()))?;
        println!("{report}");
        ensure!(outcome.failures.is_empty(), "{} measurements failed", outcome.failures.len());
        Ok(())
    }
}
