//! `cargo xtask faults`: breaks a real server in every way that is known, and writes down what came of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use clap::Args;

use crate::{
    command::{installed, program, root, run, target_dir},
    debian, release,
    toolchain::Toolchain,
};

/// Which faults.
#[derive(Args)]
pub struct Selection {
    /// Kills of F1
    #[arg(long, default_value_t = 20)]
    cycles: usize,
    /// The release program; the figures of the everyday one are those of an unoptimised program
    #[arg(long)]
    release: bool,
    /// Only these, F1 or F13; the table in docs stays as it is
    names: Vec<String>,
}

/// Builds the server, breaks it, and writes `docs/faults.md` when all faults were asked for.
///
/// # Errors
/// A build failed, a guarantee did not hold, or a figure is out of its limit.
pub fn faults(toolchain: &Toolchain, selection: &Selection) -> Result<()> {
    set_up()?;
    let server = if selection.release { release::build(toolchain)? } else { everyday_server() };
    if !selection.release {
        run(toolchain.cargo().args(["build", "--package", "server"]))?;
    }
    run(toolchain.cargo().args(["build", "--package", "faults"]))?;
    let mut faults = program(target_dir().join("debug/faults"));
    on_server(&mut faults, &server).args(["--cycles", &selection.cycles.to_string()]).args(&selection.names);
    if selection.names.is_empty() {
        faults.arg("--table").arg(root().join("docs/faults.md"));
    }
    run(&mut faults)
}

fn set_up() -> Result<()> {
    if !fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some()) {
        debian::install(&["postgresql"], "the tests run on it too")?;
    }
    if !installed("redis-server") {
        debian::install(&["redis-server"], "what nodes tell each other goes through it in the tests")?;
    }
    if !installed("faketime") && debian::available() {
        debian::install(&["faketime"], "clock jumps; without it they are left out")?;
    }
    Ok(())
}

/// Names the program that is broken.
pub fn on_server<'c>(command: &'c mut Command, server: &Path) -> &'c mut Command {
    command.env("BOARDWALK_BIN", server)
}

/// The server as tests and everyday use build it.
pub fn everyday_server() -> PathBuf {
    target_dir().join("debug/boardwalk")
}
