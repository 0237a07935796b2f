//! A PostgreSQL of a scenario's own, that may be stopped and killed.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::node::{free_port, signal};

/// Written to the system and not to the disk: what these scenarios break are processes.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=100";

/// How often a signal is sent to processes that end meanwhile.
const TRIES: usize = 20;

/// A running PostgreSQL; it ends with this.
pub struct Cluster {
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes one and starts it.
    pub fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()))?;
        }
        let port = free_port()?;
        let cluster = Self { folder, port };
        run(as_its_user("initdb").arg("--pgdata").arg(cluster.data()).args([
            "--username=boardwalk",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]))?;
        cluster.up()?;
        cluster.watch()?;
        run(program("createdb").args(["--host", "127.0.0.1", "--port", &port.to_string()]).args([
            "--username",
            "boardwalk",
            "boards",
        ]))?;
        Ok(cluster)
    }

    /// PostgreSQL leaves our group of processes: it is ended from outside when we were ended so.
    #[allow(clippy::zombie_processes, reason = "it outlives this process on purpose")]
    fn watch(&self) -> Result<()> {
        let stop = as_its_user("pg_ctl");
        let stop: Vec<_> =
            [stop.get_program()].into_iter().chain(stop.get_args()).map(|part| part.to_string_lossy()).collect();
        let (own, stop, folder) = (std::process::id(), stop.join(" "), self.folder.path().display());
        let script = format!(
            "while kill -0 {own}; do sleep 2; done; test -d {folder} || exit; \
             kill -CONT $(head -n 1 {folder}/data/postmaster.pid); \
             cd /; {stop} --pgdata {folder}/data --mode immediate stop; rm -rf {folder}"
        );
        let mut watchdog = Command::new("setsid");
        watchdog.args(["sh", "-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        watchdog.spawn().context("setsid is part of every Linux")?;
        Ok(())
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        self.url_at(self.port)
    }

    /// The same, by way of a proxy on a port.
    pub fn url_at(&self, port: u16) -> String {
        format!("postgres://boardwalk@127.0.0.1:{port}/boards")
    }

    /// `127.0.0.1:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts it, after [`Cluster::down`].
    pub fn up(&self) -> Result<()> {
        let options = format!("-p {} {SETTINGS}", self.port);
        run(as_its_user("pg_ctl")
            .arg("--pgdata")
            .arg(self.data())
            .arg("--log")
            .arg(self.folder.path().join("log"))
            .args(["--wait", "--options", &options, "start"]))
    }

    /// Ends it at once, as a crash would.
    pub fn down(&self) -> Result<()> {
        run(as_its_user("pg_ctl").arg("--pgdata").arg(self.data()).args(["--mode", "immediate", "stop"]))
    }

    /// Stops every process of it, or lets them go on: `STOP`, `CONT`.
    pub fn signal(&self, name: &str) -> Result<()> {
        let mut outcome = Ok(());
        // One that has just ended by itself is no failure: asked again are those that are left.
        for _ in 0..TRIES {
            outcome = signal(name, &self.processes()?);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    fn processes(&self) -> Result<Vec<u32>> {
        let file = fs::read_to_string(self.data().join("postmaster.pid"))?;
        let parent: u32 = file.lines().next().context("PostgreSQL does not run")?.trim().parse()?;
        let mut pids = vec![parent];
        for process in fs::read_dir("/proc")?.flatten() {
            let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let Ok(stat) = fs::read_to_string(process.path().join("stat")) else { continue };
            // After the name, which is in brackets and may hold anything: state, parent.
            let of = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
            if of == Some(parent) {
                pids.push(pid);
            }
        }
        Ok(pids)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Where it was stopped it must go on to hear that it is to end.
        let gone_on = self.signal("CONT");
        if let Err(error) = self.down().and(gone_on) {
            eprintln!("PostgreSQL in {} could not be ended: {error}", self.folder.path().display());
        }
    }
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
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

fn run(command: &mut Command) -> Result<()> {
    // Output goes nowhere rather than to a pipe, which what pg_ctl starts would hold open.
    let quiet = command.current_dir(Path::new("/")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = quiet.status().with_context(|| format!("can't start {command:?}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}
