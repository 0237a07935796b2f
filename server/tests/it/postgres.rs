//! One PostgreSQL for all tests of a run, each of which gets a database of its own.
//!
//! The runner starts every test in a process of its own, so the cluster can't belong to one of them.
//! The first test that needs it starts it while it holds a lock file; the others find its port in a
//! file beside it. Every test touches a third file, and a detached watchdog stops the cluster and
//! removes it when that has not happened for a minute; it takes the same lock, so that nobody is
//! handed a cluster that is about to go. PostgreSQL refuses to run as root: root runs it as the user
//! `postgres`, in the system's folder for temporary files, which that user can reach.

use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    net::{TcpListener, TcpStream},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use uuid::Uuid;

/// Not durable, which these tests are not about, and quick to make databases.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c max_connections=300";

/// The address of a new and empty database.
pub fn new_database() -> String {
    let port = Cluster::here().port();
    let name = format!("test_{}", Uuid::now_v7().simple());
    let port_text = port.to_string();
    run(program("createdb").args(["--host", "127.0.0.1", "--port", &port_text, "--username", "boardwalk", &name]));
    format!("postgres://boardwalk@127.0.0.1:{port}/{name}")
}

struct Cluster {
    /// Holds everything, and belongs to the user who runs it.
    dir: PathBuf,
    lock: PathBuf,
}

impl Cluster {
    /// The cluster of this clone of the project.
    fn here() -> Self {
        let mut hasher = DefaultHasher::new();
        // The tests of every crate, inside of it and beside it, share one.
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        crates.filter(|folder| folder.join("Cargo.lock").exists()).last().hash(&mut hasher);
        let dir = env::temp_dir().join(format!("boardwalk-tests-{:016x}", hasher.finish()));
        Self { lock: dir.with_extension("lock"), dir }
    }

    /// The port of the running cluster, which is started if it isn't there.
    fn port(&self) -> u16 {
        let lock = File::options().create(true).append(true).open(&self.lock).unwrap();
        lock.lock().unwrap();
        let port = fs::read_to_string(self.dir.join("port")).ok().and_then(|port| port.parse().ok());
        let port = match port {
            Some(port) if TcpStream::connect(("127.0.0.1", port)).is_ok() => port,
            _ => self.start(),
        };
        fs::write(self.dir.join("touched"), "").unwrap();
        port
    }

    fn start(&self) -> u16 {
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir).unwrap();
        }
        fs::create_dir(&self.dir).unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&self.dir));
        }
        let data = self.dir.join("data");
        run(as_its_user("initdb").arg("--pgdata").arg(&data).args([
            "--username=boardwalk",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        run(as_its_user("pg_ctl").arg("--pgdata").arg(&data).arg("--log").arg(self.dir.join("log")).args([
            "--wait",
            "--options",
            &format!("-p {port} {SETTINGS}"),
            "start",
        ]));
        fs::write(self.dir.join("port"), port.to_string()).unwrap();
        fs::write(self.dir.join("touched"), "").unwrap();
        self.watch(&data);
        port
    }

    /// Starts the watchdog, apart from this process and its output.
    #[allow(clippy::zombie_processes, reason = "the watchdog outlives this process on purpose")]
    fn watch(&self, data: &Path) {
        let stop = as_its_user("pg_ctl");
        let stop: Vec<_> =
            [stop.get_program()].into_iter().chain(stop.get_args()).map(|part| part.to_string_lossy()).collect();
        let (dir, lock, stop) = (self.dir.display(), self.lock.display(), stop.join(" "));
        let data = data.display();
        let script = format!(
            "while sleep 5; do flock '{lock}' sh -c '\
               test -d {dir} || exit 1; \
               test -z \"$(find {dir}/touched -newermt \"-60 seconds\")\" || exit 0; \
               {stop} --pgdata {data} --mode immediate stop; rm -rf {dir}; exit 1' || exit; done"
        );
        Command::new("setsid")
            .args(["sh", "-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("setsid and flock are part of every Linux (util-linux)");
    }
}

fn is_root() -> bool {
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

fn run(command: &mut Command) {
    // Output goes to a file's end rather than to a pipe: what pg_ctl starts would hold a pipe open.
    let status = command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "failed: {command:?}");
}
