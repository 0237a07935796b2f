//! `cargo xtask bench`: measures the release program, and writes docs/bench.md.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{
    command::{installed, program, root, run, run_quietly, succeeds, target_dir},
    debian, release, serve,
    site::Profile,
    toolchain::Toolchain,
};

/// What to measure, and how thoroughly.
#[derive(Args)]
pub struct Bench {
    /// Fewer and shorter rounds: every row in about ten minutes
    #[arg(long)]
    quick: bool,
    /// Measures even while the machine is busy; the table says so
    #[arg(long)]
    even_if_busy: bool,
    /// What to measure: fanout, peers, send, sockets, page, start; everything unless named. Only a run of
    /// everything writes docs/bench.md, others target/bench.md
    names: Vec<String>,
    /// Tiny sizes, to try the measurement itself
    #[arg(long, hide = true)]
    tiny: bool,
    /// The everyday build, to try the measurement itself
    #[arg(long, hide = true, value_enum, default_value_t = Build::Release)]
    profile: Build,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Build {
    Dev,
    Release,
}

/// Builds what is needed and measures.
///
/// # Errors
/// A build failed, the machine is busy, or what was measured is not right.
pub fn bench(toolchain: &Toolchain, bench: &Bench) -> Result<()> {
    let peers = bench.names.is_empty() || bench.names.iter().any(|name| name == "peers");
    let venv = target_dir().join("channels-venv");
    if peers {
        install_peer(&venv)?;
    }
    let boardwalk = match bench.profile {
        Build::Release => release::build(toolchain)?,
        Build::Dev => serve::build(toolchain)?,
    };
    let mut load = program(build_generator(toolchain, bench.profile)?);
    load.arg("bench").args(&bench.names).arg("--boardwalk").arg(boardwalk);
    if bench.profile == Build::Dev {
        load.arg("--site").arg(Profile::Light.dir()).args(["--profile", "dev"]);
    }
    if peers {
        load.arg("--peer").arg(peer()).arg("--venv").arg(venv).args(["--redis", "/usr/bin/redis-server"]);
    }
    if bench.even_if_busy {
        load.arg("--even-if-busy");
    }
    let depth = match bench {
        Bench { tiny: true, .. } => "tiny",
        Bench { quick: true, .. } => "quick",
        _ => "full",
    };
    run(load.args(["--depth", depth, "--out"]).arg(table(bench)))
}

fn build_generator(toolchain: &Toolchain, build: Build) -> Result<PathBuf> {
    let mut cargo = toolchain.cargo();
    cargo.args(["build", "--package", "load"]);
    let folder = match build {
        Build::Release => {
            cargo.arg("--release");
            "release"
        }
        Build::Dev => "debug",
    };
    run(&mut cargo)?;
    Ok(target_dir().join(folder).join("load"))
}

/// What is published is measured whole, as it ships.
fn table(bench: &Bench) -> PathBuf {
    let whole = bench.names.is_empty() && !bench.tiny && bench.profile == Build::Release;
    if whole { root().join("docs/bench.md") } else { target_dir().join("bench.md") }
}

fn peer() -> PathBuf {
    root().join("end2end/peers/channels")
}

/// Django Channels in an environment of its own, made again when its list of versions has changed, and
/// Redis.
fn install_peer(venv: &Path) -> Result<()> {
    if !installed("redis-server") {
        debian::install(&["redis-server"], "Django Channels, which is measured too, needs it")?;
    }
    let requirements = peer().join("requirements.txt");
    let (wanted, stamp) = (fs::read(&requirements)?, venv.join("installed-requirements.txt"));
    if fs::read(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    println!("set-up: pip install Django Channels into {}: it is measured too", venv.display());
    let make = || {
        let mut python = program("python3");
        python.args(["-m", "venv", "--clear"]).arg(venv);
        python
    };
    if !succeeds(&mut make()) {
        debian::install(&["python3-venv"], "Django Channels is installed into an environment of its own")?;
        run_quietly(&mut make())?;
    }
    let mut pip = program(venv.join("bin/pip"));
    run_quietly(pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements))?;
    fs::write(stamp, wanted)?;
    Ok(())
}
