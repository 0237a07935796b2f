//! `cargo xtask`: set-up and every habit of the project.

mod bench;
mod browser;
mod client;
mod cluster;
mod command;
mod debian;
mod dev;
mod faults;
mod glue;
mod release;
mod serve;
mod site;
mod steps;
mod test;
mod toolchain;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{site::Profile, toolchain::Toolchain};

/// Every habit of the project. Each command first installs what it needs and
/// the machine lacks, and says so.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    habit: Habit,
}

#[derive(Subcommand)]
enum Habit {
    /// Builds the client and the server and starts them on http://127.0.0.1:3000
    Serve {
        /// The release program, as `build` makes it
        #[arg(long)]
        release: bool,
        /// Goes to `boardwalk serve` as it stands
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<String>,
    },
    /// Checks everything: format, lints, Rust tests, browser tests
    Test(test::Selection),
    /// Builds the client into target/site
    Site {
        /// Small and compressed, into target/site-release
        #[arg(long)]
        release: bool,
    },
    /// Builds the release program, one file that carries its site
    Build,
    /// Measures the release program against a floor and the original's stack, into docs/bench.md
    Bench(bench::Bench),
    /// Serves, and rebuilds, restarts and reloads on change
    Dev,
    /// Starts PostgreSQL, Redis and two nodes on this machine, for trying
    Cluster,
    /// Takes the README's pictures
    Pictures,
    /// Measures pages of the release program in Chromium, into docs/browser.md
    Measure,
    /// Breaks a real server in every way that is known, and writes what came of it to docs/faults.md
    Faults(faults::Selection),
}

fn main() -> ExitCode {
    match run(Cli::parse().habit) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(habit: Habit) -> anyhow::Result<()> {
    let toolchain = Toolchain::find_or_install()?;
    match habit {
        Habit::Serve { release, flags } => serve::serve(&toolchain, release, &flags),
        Habit::Test(selection) => test::test(&toolchain, &selection),
        Habit::Site { release: false } => site::build(&toolchain, Profile::Light),
        Habit::Site { release: true } => site::build(&toolchain, Profile::Release),
        Habit::Build => release::build(&toolchain).map(|_| ()),
        Habit::Bench(bench) => bench::bench(&toolchain, &bench),
        Habit::Dev => dev::dev(&toolchain),
        Habit::Cluster => cluster::cluster(&toolchain),
        Habit::Pictures => browser::pictures(&toolchain),
        Habit::Measure => browser::measure(&toolchain),
        Habit::Faults(selection) => faults::faults(&toolchain, &selection),
    }
}
