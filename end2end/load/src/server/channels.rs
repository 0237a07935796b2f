//! Django Channels behind Daphne, with Redis between: the original's stack (see `end2end/peers`).

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use super::{Process, free_address};

/// Where the peer and its programs are, and its filled database.
pub struct Peer {
    app: PathBuf,
    venv: PathBuf,
    redis: PathBuf,
    folder: TempDir,
    room: i64,
}

impl Peer {
    /// Fills a database for so many people.
    ///
    /// # Errors
    /// Python fails.
    pub fn make(app: &Path, venv: &Path, redis: &Path, people: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut fill = Command::new(venv.join("bin/python"));
        fill.args(["fill.py", &people.to_string()]);
        let output = at_home(&mut fill, app, folder.path()).output().context("can't start Python")?;
        ensure!(output.status.success(), "fill.py failed: {}", String::from_utf8_lossy(&output.stderr));
        let room = String::from_utf8_lossy(&output.stdout).trim().parse().context("fill.py names no room")?;
        Ok(Self { app: app.to_owned(), venv: venv.to_owned(), redis: redis.to_owned(), folder, room })
    }
}

/// The running peer.
pub struct Channels {
    daphne: Process,
    redis: Process,
    pub(super) cookies: Vec<String>,
    pub(super) room: i64,
    folder: TempDir,
}

impl Channels {
    pub(super) fn start(peer: &Peer, people: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        for file in ["db.sqlite3", "cookies"] {
            fs::copy(peer.folder.path().join(file), folder.path().join(file))?;
        }
        let cookies = fs::read_to_string(folder.path().join("cookies"))?;
        let cookies: Vec<String> = cookies.lines().take(people).map(str::to_owned).collect();

        let redis_address = free_address()?;
        let mut command = Command::new(&peer.redis);
        command.args(["--bind", "127.0.0.1", "--port", &redis_address.port().to_string()]);
        command.args(["--save", "", "--appendonly", "no", "--dir"]).arg(folder.path());
        let redis = Process::start("redis-server", command, redis_address, Some(&folder.path().join("redis.log")))?;
        redis.wait_until_connected()?;

        let address = free_address()?;
        let mut command = Command::new(peer.venv.join("bin/daphne"));
        command.args(["-b", "127.0.0.1", "-p", &address.port().to_string()]);
        // With thousands of sockets it is busy for longer than it would wait for its own clients.
        command.args(["--ping-interval", "3600", "--websocket_connect_timeout", "120", "peer.asgi:application"]);
        at_home(&mut command, &peer.app, folder.path());
        command.env("PEER_REDIS", format!("redis://{redis_address}/0"));
        let daphne = Process::start("Daphne", command, address, Some(&folder.path().join("log")))?;
        daphne.wait_for("/")?;
        Ok(Self { daphne, redis, cookies, room: peer.room, folder })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.daphne.address
    }

    /// Redis works for it alone.
    pub(super) fn pids(&self) -> Vec<u32> {
        vec![self.daphne.pid(), self.redis.pid()]
    }

    pub(super) fn database(&self) -> PathBuf {
        self.folder.path().join("db.sqlite3")
    }

    /// Daphne's own end takes as long as its thousand consumers' farewells; what it has stored stays.
    pub(super) fn stop(&mut self) -> Result<()> {
        self.daphne.signal(Signal::SIGKILL)?;
        self.daphne.wait()?;
        self.redis.kill()
    }
}

fn at_home<'c>(command: &'c mut Command, app: &Path, data: &Path) -> &'c mut Command {
    command.current_dir(app).env("PEER_DATA", data).env("PYTHONDONTWRITEBYTECODE", "1");
    command.env_remove("DJANGO_SETTINGS_MODULE")
}
