//! The servers under test: each a process of its own on a free port, its data in a temporary folder.

mod boardwalk;
mod channels;

use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

pub use boardwalk::{Boardwalk, Template};
pub use channels::{Channels, Peer};

use crate::{audit, book::Book, http, machine, wire::Wire};

/// The metric in which a server counts its calls of write() to sockets.
pub const WRITES: &str = "boardwalk_socket_writes_total";
/// How long a server may take to start.
const STARTS_WITHIN: Duration = Duration::from_secs(60);
/// How long it may take to stop.
const STOPS_WITHIN: Duration = Duration::from_secs(15);

/// A server that runs.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it speaks.
    pub wire: Wire,
    /// The header `Cookie` of each person that is signed in.
    pub cookies: Vec<String>,
    kind: Kind,
}

enum Kind {
    Boardwalk(Boardwalk),
    Channels(Channels),
    Floor(Process),
}

impl Server {
    /// Boardwalk with its own protocol, or with the original's.
    ///
    /// # Errors
    /// It does not start.
    pub fn boardwalk(template: &Template, people: usize, classic: bool) -> Result<Self> {
        let boardwalk = Boardwalk::start(template, people)?;
        let wire = if classic {
            Wire::Classic { room: boardwalk.room }
        } else {
            Wire::Typed { room: boardwalk.room, base: boardwalk.seq }
        };
        let (address, cookies) = (boardwalk.address(), boardwalk.cookies.clone());
        Ok(Self { address, wire, cookies, kind: Kind::Boardwalk(boardwalk) })
    }

    /// The original's stack.
    ///
    /// # Errors
    /// It does not start.
    pub fn channels(peer: &Peer, people: usize) -> Result<Self> {
        let channels = Channels::start(peer, people)?;
        let (address, cookies) = (channels.address(), channels.cookies.clone());
        Ok(Self { address, wire: Wire::Classic { room: channels.room }, cookies, kind: Kind::Channels(channels) })
    }

    /// The floor, which is this program in another process.
    ///
    /// # Errors
    /// It does not start.
    pub fn floor() -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["floor", "--bind", &address.to_string()]);
        let process = Process::start("floor", command, address, None)?;
        process.wait_for("/")?;
        Ok(Self { address, wire: Wire::Floor, cookies: vec!["nobody=1".into()], kind: Kind::Floor(process) })
    }

    /// Its name in the table.
    pub fn name(&self) -> &'static str {
        match (&self.kind, &self.wire) {
            (Kind::Boardwalk(_), Wire::Classic { .. }) => "Boardwalk, original's socket",
            (Kind::Boardwalk(_), _) => "Boardwalk",
            (Kind::Channels(_), _) => "Django Channels",
            (Kind::Floor(_), _) => "floor",
        }
    }

    /// The processes whose work counts as the server's.
    pub fn pids(&self) -> Vec<u32> {
        match &self.kind {
            Kind::Boardwalk(boardwalk) => vec![boardwalk.process.pid()],
            Kind::Channels(channels) => channels.pids(),
            Kind::Floor(process) => vec![process.pid()],
        }
    }

    /// Resident memory of its processes, in bytes.
    ///
    /// # Errors
    /// It is gone.
    pub fn resident(&self) -> Result<u64> {
        self.pids().into_iter().map(machine::resident).sum()
    }

    /// From its start until it was ready, where it is Boardwalk.
    pub fn start_time(&self) -> Option<Duration> {
        match &self.kind {
            Kind::Boardwalk(boardwalk) => Some(boardwalk.start_time),
            Kind::Channels(_) | Kind::Floor(_) => None,
        }
    }

    /// Calls of write() to sockets until now, if the server counts them.
    ///
    /// # Errors
    /// It does not answer.
    pub fn writes(&self) -> Result<Option<u64>> {
        if let Kind::Channels(_) = self.kind {
            return Ok(None);
        }
        let answer = http::ask(self.address, &http::get("/metrics", ""))?;
        ensure!(answer.status == 200, "metrics were answered with {}", answer.status);
        Ok(counted(&String::from_utf8_lossy(&answer.body)))
    }

    /// Ends it at once, as a power cut would, and starts it again on its data and at its address,
    /// without waiting until it answers.
    ///
    /// # Errors
    /// It is not Boardwalk, or can't be started.
    pub fn crash_and_start(&mut self) -> Result<()> {
        let Kind::Boardwalk(boardwalk) = &mut self.kind else { bail!("only Boardwalk is restarted") };
        boardwalk.process.kill()?;
        boardwalk.start_again()
    }

    /// Stops it in order and compares what it has stored with the account.
    ///
    /// # Errors
    /// It does not stop, or something is missing, doubled or in another order.
    pub fn stop_and_audit(self, book: &Book) -> Result<()> {
        match self.kind {
            Kind::Boardwalk(mut boardwalk) => {
                boardwalk.process.stop()?;
                let stored = audit::boardwalk(boardwalk.database(), boardwalk.room, boardwalk.n)?;
                book.audit(&stored)?;
                book.audit_order(&stored)
            }
            Kind::Channels(mut channels) => {
                channels.stop()?;
                // It saves and broadcasts in two steps, so that two people's messages may change places
                // between them; receivers agree all the same.
                book.audit(&audit::channels(channels.database())?)
            }
            Kind::Floor(mut process) => process.kill(),
        }
    }
}

/// The metric's value in what `/metrics` says, all labels together.
fn counted(metrics: &str) -> Option<u64> {
    let values = metrics.lines().filter_map(|line| {
        let rest = line.strip_prefix(WRITES)?;
        let rest = if rest.starts_with('{') { rest.split_once('}')?.1 } else { rest };
        rest.trim().parse::<f64>().ok()
    });
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() as u64)
}

/// A process with its log in a file; it ends with its owner.
pub struct Process {
    name: &'static str,
    child: Child,
    address: SocketAddr,
    log: PathBuf,
    _folder: Option<TempDir>,
}

impl Process {
    /// Starts it; without a file its log goes to a temporary one.
    ///
    /// # Errors
    /// There is no such program.
    pub fn start(name: &'static str, mut command: Command, address: SocketAddr, log: Option<&Path>) -> Result<Self> {
        let folder = if log.is_none() { Some(tempfile::tempdir()?) } else { None };
        let log = match (log, &folder) {
            (Some(log), _) => log.to_owned(),
            (None, Some(folder)) => folder.path().join("log"),
            (None, None) => bail!("no place for a log"),
        };
        let file = File::options().create(true).append(true).open(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child = command.spawn().with_context(|| format!("can't start {name}"))?;
        Ok(Self { name, child, address, log, _folder: folder })
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until a request is answered, whatever the answer.
    ///
    /// # Errors
    /// The process has ended, or the time is up.
    pub fn wait_for(&self, path: &str) -> Result<()> {
        self.wait_until(|| http::ask(self.address, &http::get(path, "Connection: close\r\n")).is_ok())
    }

    fn wait_until(&self, holds: impl Fn() -> bool) -> Result<()> {
        let begun = Instant::now();
        while !holds() {
            if begun.elapsed() > STARTS_WITHIN || !Path::new(&format!("/proc/{}/exe", self.pid())).exists() {
                bail!("{} does not start; its last words: {}", self.name, self.last_words());
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Waits until it takes connections.
    ///
    /// # Errors
    /// The process has ended, or the time is up.
    pub fn wait_until_connected(&self) -> Result<()> {
        self.wait_until(|| TcpStream::connect(self.address).is_ok())
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// It is gone.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        kill(Pid::from_raw(i32::try_from(self.pid())?), signal).with_context(|| format!("{} is gone", self.name))
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It does not end.
    pub fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begun.elapsed() > STOPS_WITHIN {
                bail!("{} does not stop; its last words: {}", self.name, self.last_words());
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Ends it in order.
    ///
    /// # Errors
    /// It is gone already, or does not end.
    pub fn stop(&mut self) -> Result<()> {
        self.signal(Signal::SIGTERM)?;
        self.wait()
    }

    /// Ends it at once.
    ///
    /// # Errors
    /// It is gone already.
    pub fn kill(&mut self) -> Result<()> {
        self.signal(Signal::SIGKILL)?;
        self.wait()
    }

    fn last_words(&self) -> String {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().rev().take(10).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // After a failure nobody else ends it; one that has ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address of this machine that nobody listens on.
///
/// # Errors
/// No port is free.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_counted_with_and_without_labels() {
        let metrics = "# TYPE x counter\nboardwalk_socket_writes_total{thread=\"0\"} 5\nboardwalk_socket_writes_total{thread=\"1\"} 7\nboardwalk_sockets 3\n";
        assert_eq!(counted(metrics), Some(12));
        assert_eq!(counted("boardwalk_socket_writes_total 9\n"), Some(9));
        assert_eq!(counted("boardwalk_sockets 3\n"), None);
    }
}
