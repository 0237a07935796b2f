//! The programs of PostgreSQL, run as the user they must be run as.
//!
//! PostgreSQL refuses to run as root: root runs it as the user `postgres`.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::process::is_root;

/// Reached by this machine alone, without files of its own elsewhere.
const REACH: &str = "-c listen_addresses=127.0.0.1 -c unix_socket_directories=";

/// Makes an empty cluster in a folder that belongs to its user.
pub(super) fn init(data: &Path) -> Result<()> {
    run(as_its_user("initdb").arg("--pgdata").arg(data).args([
        "--username=boardwalk",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]))
}

/// Starts a cluster, and waits until it answers.
pub(super) fn start(data: &Path, log: &Path, port: u16, settings: &str) -> Result<()> {
    let options = format!("-p {port} {REACH} {settings}");
    let mut start = as_its_user("pg_ctl");
    run(start.arg("--pgdata").arg(data).arg("--log").arg(log).args(["--wait", "--options", &options, "start"]))
}

/// Ends a cluster at once, as a crash would.
pub(super) fn stop(data: &Path) -> Result<()> {
    run(&mut stopping(data))
}

/// The same as words of a shell.
pub(super) fn stop_words(data: &Path) -> String {
    let stop = stopping(data);
    let words = [stop.get_program()].into_iter().chain(stop.get_args()).map(|word| word.to_string_lossy());
    words.collect::<Vec<_>>().join(" ")
}

fn stopping(data: &Path) -> Command {
    let mut stop = as_its_user("pg_ctl");
    stop.arg("--pgdata").arg(data).args(["--mode", "immediate", "stop"]);
    stop
}

/// Makes an empty database.
pub(super) fn create_database(port: u16, name: &str) -> Result<()> {
    let port = port.to_string();
    run(program("createdb").args(["--host", "127.0.0.1", "--port", &port, "--username", "boardwalk", name]))
}

/// A program of PostgreSQL, from Debian's place for the newest version, or else from the path.
fn program(name: &str) -> Command {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.exists()).max();
    Command::new(newest.unwrap_or_else(|| name.into()))
}

fn as_its_user(name: &str) -> Command {
    let program = program(name);
    if !is_root() {
        return program;
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program.get_program());
    command
}

/// Runs a command to its end; it must succeed.
pub(super) fn run(command: &mut Command) -> Result<()> {
    // Output goes nowhere rather than to a pipe, which what pg_ctl starts would hold open.
    let quiet = command.current_dir(Path::new("/")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = quiet.status().with_context(|| format!("can't start {command:?}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
