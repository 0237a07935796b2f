//! `cargo xtask test`: everything that must hold, cheap failures first.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::{
    browser, cluster,
    command::{run, succeeds},
    site::{self, Profile},
    steps::Steps,
    toolchain::{Toolchain, WASM},
};

/// The host's crates, always all of them, so that each dependency is built
/// once, with one set of features. The client's crate is for the browser only.
const HOST: [&str; 5] = ["--workspace", "--exclude", "frontend", "--exclude", "xtask"];

/// All that the Rust tests have built already: with the tests left out, features of dependencies would
/// differ, and half of them would be compiled once more.
const PROGRAMS: [&str; 2] = ["--bins", "--tests"];

/// The client's crate, in the profile that the site is built with.
const CLIENT: [&str; 6] = ["--package", "frontend", "--target", WASM, "--profile", "wasm-light"];

/// Which tests to run; all of them unless told.
#[derive(Args)]
pub struct Selection {
    /// Format, lints and Rust tests only
    #[arg(long, conflicts_with = "browser")]
    rust: bool,
    /// Browser tests only
    #[arg(long)]
    browser: bool,
    /// Browser tests only, on the client as it is released
    #[arg(long, conflicts_with = "rust")]
    release: bool,
    /// Only tests whose name contains this, without format and lints
    filter: Option<String>,
}

/// Runs the steps, stops at the first that fails, and prints their times.
///
/// # Errors
/// The first failure.
pub fn test(toolchain: &Toolchain, selection: &Selection) -> Result<()> {
    let mut steps = Steps::default();
    let outcome = run_steps(toolchain, selection, &mut steps);
    steps.print();
    outcome
}

fn run_steps(toolchain: &Toolchain, selection: &Selection, steps: &mut Steps) -> Result<()> {
    let filter = selection.filter.as_deref();
    if !selection.browser && !selection.release {
        steps.run("set-up of the Rust tests", || cluster::install_servers("the Rust tests start their own"))?;
        if filter.is_none() {
            check(toolchain, steps)?;
        }
        steps.run("Rust tests", || run(&mut rust_tests(toolchain, filter)))?;
        steps.run("server of the fault tests", || run(toolchain.cargo().arg("build").args(HOST).args(PROGRAMS)))?;
        steps.run("fault tests", || run(&mut fault_tests(toolchain, filter)))?;
    }
    if !selection.rust {
        steps.run("set-up of the browser tests", browser::set_up)?;
        steps.run("types of the browser tests", browser::check_types)?;
        let profile = if selection.release { Profile::Release } else { Profile::Light };
        steps.run("site", || site::build(toolchain, profile))?;
        steps.run("server", || run(toolchain.cargo().arg("build").args(HOST).args(PROGRAMS)))?;
        steps.run("browser tests", || browser::specs(profile, filter))?;
        if filter.is_none() && !selection.browser && !selection.release {
            steps.run("site as it is released", || site::build(toolchain, Profile::Release))?;
            steps.run("smoke tests of it", browser::smoke)?;
        }
    }
    Ok(())
}

fn check(toolchain: &Toolchain, steps: &mut Steps) -> Result<()> {
    let deny_warnings = ["--", "--deny", "warnings"];
    steps.run("format", || run(toolchain.cargo().args(["fmt", "--all", "--check"])))?;
    steps
        .run("lints of xtask", || run(toolchain.cargo().args(["clippy", "--package", "xtask"]).args(deny_warnings)))?;
    steps.run("lints of the server", || {
        run(toolchain.cargo().arg("clippy").args(HOST).arg("--all-targets").args(deny_warnings))
    })?;
    steps.run("lints of the client", || run(toolchain.cargo().arg("clippy").args(CLIENT).args(deny_warnings)))
}

/// Those that start the server as it is run, and break it: few at once, as each is several processes.
fn fault_tests(toolchain: &Toolchain, filter: Option<&str>) -> Command {
    let mut cargo = toolchain.cargo();
    if nextest(toolchain) {
        // All crates of the host again, as a choice of them would build their dependencies anew.
        cargo.args(["nextest", "run", "--no-fail-fast"]).args(HOST);
        cargo.args(["--filterset", "package(faults)", "--test-threads", "2"]);
        if filter.is_some() {
            cargo.arg("--no-tests=pass");
        }
        cargo.args(filter);
    } else {
        cargo.args(["test", "--package", "faults"]).args(filter).args(["--", "--test-threads", "2"]);
    }
    crate::faults::on_server(&mut cargo, &crate::faults::everyday_server());
    cargo
}

fn nextest(toolchain: &Toolchain) -> bool {
    succeeds(toolchain.cargo().args(["nextest", "--version"]))
}

fn rust_tests(toolchain: &Toolchain, filter: Option<&str>) -> Command {
    let mut cargo = toolchain.cargo();
    if nextest(toolchain) {
        // To the end: one run tells everything that fails.
        cargo.args(["nextest", "run", "--no-fail-fast", "--filterset", "not package(faults)"]);
        if filter.is_some() {
            cargo.arg("--no-tests=pass");
        }
    } else {
        cargo.args(["test", "--no-fail-fast", "--exclude", "faults"]);
    }
    cargo.args(HOST).args(filter);
    cargo
}
