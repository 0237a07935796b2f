//! `cargo xtask cluster`: PostgreSQL, Redis and two nodes on this machine, for trying.

use std::{
    fs::{self, File},
    io::Write,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    command::{installed, program, run_quietly, target_dir},
    debian, serve,
    toolchain::Toolchain,
};

/// The nodes' first choice of ports.
const PORTS: [u16; 2] = [3001, 3002];
/// How long each part may take until it answers.
const START_WITHIN: Duration = Duration::from_secs(60);

/// Installs PostgreSQL and Redis where they are missing.
///
/// # Errors
/// Not installable.
pub fn install_servers(why: &str) -> Result<()> {
    if !fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| versions.next().is_some()) {
        debian::install(&["postgresql"], why)?;
    }
    if !installed("redis-server") {
        debian::install(&["redis-server"], why)?;
    }
    Ok(())
}

/// Starts everything, prints where it is, and stops it all when one part ends or Ctrl-C is pressed.
///
/// # Errors
/// A build failed, or a part can't be started.
pub fn cluster(toolchain: &Toolchain) -> Result<()> {
    install_servers("two nodes share them")?;
    let binary = serve::build(toolchain)?;
    // Every part is in this terminal's process group, so that Ctrl-C reaches each of them; dropped,
    // whatever is left of them is stopped too.
    let postgres = Postgres::start()?;
    let redis_port = free_port()?;
    let mut redis = Part::start(
        "Redis",
        &postgres.dir,
        Command::new("redis-server").args([
            "--bind",
            "127.0.0.1",
            "--port",
            &redis_port.to_string(),
            "--save",
            "",
            "--appendonly",
            "no",
        ]),
    )?;
    wait_for(redis_port)?;
    let mut nodes = Vec::new();
    for port in PORTS {
        let port = TcpListener::bind(("127.0.0.1", port)).map_or_else(|_| free_port(), |_| Ok(port))?;
        let mut node = serve::server(&binary);
        node.args(["--bind", &format!("127.0.0.1:{port}")])
            .env("DATABASE_URL", &postgres.url)
            .env("REDIS_URL", format!("redis://127.0.0.1:{redis_port}"));
        nodes.push((port, Part::start("a node", &postgres.dir, &mut node)?));
        wait_for(port)?;
    }
    println!("\nPostgreSQL  {}\nRedis       redis://127.0.0.1:{redis_port}", postgres.url);
    for (port, _) in &nodes {
        println!("node        http://127.0.0.1:{port}");
    }
    println!("Ctrl-C stops all of it and forgets the data.\n");
    loop {
        redis.check()?;
        for (_, node) in &mut nodes {
            node.check()?;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// A program that is stopped when it is dropped.
struct Part {
    name: &'static str,
    child: Child,
}

impl Part {
    /// Starts it, and notes it in `dir` for the watchdog.
    fn start(name: &'static str, dir: &Path, command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {name}"))?;
        let mut pids = File::options().create(true).append(true).open(dir.join("pids"))?;
        writeln!(pids, "{}", child.id())?;
        Ok(Self { name, child })
    }

    fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended ({status})", self.name),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A PostgreSQL of its own in a fresh folder, which goes with it.
struct Postgres {
    url: String,
    dir: PathBuf,
    bin: PathBuf,
    /// Ends PostgreSQL and what else runs when this process ends, however it does.
    _watchdog: Child,
}

impl Postgres {
    fn start() -> Result<Self> {
        let bin = fs::read_dir("/usr/lib/postgresql")?
            .flatten()
            .map(|version| version.path().join("bin"))
            .max()
            .context("PostgreSQL is not where Debian puts it")?;
        let dir = std::env::temp_dir().join(format!("boardwalk-cluster-{}", std::process::id()));
        fs::create_dir(&dir)?;
        if debian::is_root() {
            run_quietly(Command::new("chown").arg("postgres").arg(&dir))?;
        }
        let port = free_port()?;
        let data = dir.join("data");
        run_quietly(as_its_user(&bin, "initdb").arg("--pgdata").arg(&data).args([
            "--username=boardwalk",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]))?;
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=");
        let start = as_its_user(&bin, "pg_ctl")
            .arg("--pgdata")
            .arg(&data)
            .arg("--log")
            .arg(dir.join("log"))
            .args(["--wait", "--options", &options, "start"])
            .stdin(Stdio::null())
            .stdout(File::create(target_dir().join("cluster.log"))?)
            .status()?;
        if !start.success() {
            bail!("PostgreSQL did not start: see {}", dir.join("log").display());
        }
        run_quietly(Command::new(bin.join("createdb")).args([
            "--host=127.0.0.1",
            "--username=boardwalk",
            &format!("--port={port}"),
            "boardwalk",
        ]))?;
        // pg_ctl's server is in no terminal's group: Ctrl-C ends xtask, and this ends the server. Where
        // xtask alone was ended, the nodes and Redis go too.
        let stop = as_its_user(&bin, "pg_ctl");
        let words = [stop.get_program()].into_iter().chain(stop.get_args()).map(|word| word.to_string_lossy());
        let stop = words.collect::<Vec<_>>().join(" ");
        let script = format!(
            "while kill -0 {} 2>/dev/null; do sleep 1; done; kill $(cat {}); {stop} --pgdata {} --mode immediate stop; \
             rm -rf {}",
            std::process::id(),
            dir.join("pids").display(),
            data.display(),
            dir.display(),
        );
        let watchdog = program("setsid")
            .args(["sh", "-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("setsid is part of every Linux (util-linux)")?;
        Ok(Self { url: format!("postgres://boardwalk@127.0.0.1:{port}/boardwalk"), dir, bin, _watchdog: watchdog })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = run_quietly(
            as_its_user(&self.bin, "pg_ctl").arg("--pgdata").arg(self.dir.join("data")).args(["--mode=fast", "stop"]),
        );
        if let Err(error) = stopped {
            eprintln!("{error:#}");
        }
    }
}

/// A program of PostgreSQL, which refuses to run as root.
fn as_its_user(bin: &Path, name: &str) -> Command {
    if !debian::is_root() {
        return Command::new(bin.join(name));
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(bin.join(name)).current_dir("/");
    command
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn wait_for(port: u16) -> Result<()> {
    let (address, started) = (SocketAddr::from(([127, 0, 0, 1], port)), Instant::now());
    while TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err() {
        if started.elapsed() > START_WITHIN {
            bail!("nothing answers on port {port}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
