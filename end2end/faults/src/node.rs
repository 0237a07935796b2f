//! A real server process, in a folder of its own, that is always ended.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use foundations::{
    postgres::Cluster,
    process::{free_port, signal},
    redis::Redis,
};
use tokio::time::{Instant, sleep};

use crate::client::http;

/// How long a start or a stop may take, on however slow a machine.
const WITHIN: Duration = Duration::from_secs(60);
/// Between two looks whether it is up.
const LOOK: Duration = Duration::from_millis(10);

/// A server.
pub struct Node {
    /// `http://127.0.0.1:port`; the same after a restart.
    pub url: String,
    port: u16,
    folder: PathBuf,
    data: PathBuf,
    settings: Vec<(String, String)>,
    child: Option<Child>,
}

impl Node {
    /// Starts one on SQLite, its data in `folder`, and waits until it is ready.
    pub async fn on_sqlite(folder: &Path) -> Result<Self> {
        let mut node = Self::new(folder, Vec::new())?;
        node.start().await?;
        Ok(node)
    }

    /// Starts one on PostgreSQL, and on Redis where there is one.
    pub async fn on_postgres(folder: &Path, cluster: &Cluster, redis: Option<&Redis>) -> Result<Self> {
        Self::with(folder, &cluster.url(), redis.map(Redis::url).as_deref()).await
    }

    /// Starts one on these addresses of PostgreSQL and Redis.
    pub async fn with(folder: &Path, database: &str, redis: Option<&str>) -> Result<Self> {
        let mut settings = vec![("DATABASE_URL".to_owned(), database.to_owned())];
        settings.extend(redis.map(|url| ("REDIS_URL".to_owned(), url.to_owned())));
        let mut node = Self::new(folder, settings)?;
        node.start().await?;
        Ok(node)
    }

    /// One that is not started yet, on SQLite or what the settings say.
    pub fn new(folder: &Path, settings: Vec<(String, String)>) -> Result<Self> {
        let site = folder.join("site");
        fs::create_dir_all(site.join("pkg"))?;
        let manifest = r#"{"js": "/pkg/b.0123.js", "wasm": "/pkg/b.0123.wasm", "css": "/pkg/b.0123.css", "parts": {}}"#;
        for (name, content) in
            [("manifest.json", manifest), ("pkg/b.0123.js", ""), ("pkg/b.0123.wasm", ""), ("pkg/b.0123.css", "")]
        {
            fs::write(site.join(name), content)?;
        }
        let port = free_port()?;
        let url = format!("http://127.0.0.1:{port}");
        let (folder, data) = (folder.to_owned(), folder.join("data"));
        Ok(Self { url, port, folder, data, settings, child: None })
    }

    /// Sets something of its environment, from its next start on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.push((name.to_owned(), value.to_owned()));
    }

    /// Has its data elsewhere than its log.
    pub fn keep_data_in(&mut self, folder: &Path) {
        self.data = folder.to_owned();
    }

    /// Starts it and waits until it is ready; gives how long that took.
    pub async fn start(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.spawn()?;
        self.ready().await?;
        Ok(begun.elapsed())
    }

    /// Starts it, and lets it come up by itself.
    pub fn spawn(&mut self) -> Result<()> {
        ensure!(self.child.is_none(), "it runs already");
        let log = File::options().create(true).append(true).open(self.log())?;
        // In the group of who tests it: what ends the one from outside ends the other.
        let mut command = Command::new(program()?);
        command
            .args(["serve", "--bind", &format!("127.0.0.1:{}", self.port), "--rate-limits", "off", "--data-dir"])
            .arg(&self.data)
            .env("SITE_DIR", self.folder.join("site"))
            .env("RUST_LOG", "warn")
            // Its last words are read: they are not to be buried under where it was.
            .env("RUST_BACKTRACE", "0")
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        self.child = Some(command.spawn().with_context(|| format!("can't start {command:?}"))?);
        Ok(())
    }

    /// Waits until it answers that it is ready.
    pub async fn ready(&mut self) -> Result<()> {
        let until = Instant::now() + WITHIN;
        loop {
            let asked = http().get(format!("{}/readyz", self.url)).timeout(Duration::from_secs(1)).send().await;
            if asked.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if let Some(status) = self.exited()? {
                bail!("it ended with {status} in place of coming up:\n{}", self.words());
            }
            ensure!(Instant::now() < until, "not ready in {WITHIN:?}:\n{}", self.words());
            sleep(LOOK).await;
        }
    }

    /// Kills it as a power cut would, but for what the system still holds.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to stop, and waits; gives how long that took.
    pub async fn stop(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        self.signal("TERM")?;
        while self.exited()?.is_none() {
            ensure!(begun.elapsed() < WITHIN, "not stopped in {WITHIN:?}");
            sleep(LOOK).await;
        }
        Ok(begun.elapsed())
    }

    /// How it ended, if it has; then it may be started again.
    pub fn exited(&mut self) -> Result<Option<ExitStatus>> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let status = child.try_wait()?;
        if status.is_some() {
            self.child = None;
        }
        Ok(status)
    }

    /// Sends it a signal, as `STOP` or `CONT`.
    pub fn signal(&self, name: &str) -> Result<()> {
        signal(name, &[self.pid()?])
    }

    /// Its process.
    pub fn pid(&self) -> Result<u32> {
        Ok(self.child.as_ref().context("it does not run")?.id())
    }

    /// Bytes of its memory that are resident.
    pub fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("it has no memory")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
    }

    /// A figure of `/metrics`, of a gauge without labels.
    pub async fn gauge(&self, name: &str) -> Result<f64> {
        let text = http().get(format!("{}/metrics", self.url)).send().await?.text().await?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.with_context(|| format!("no {name} in {text}"))?.parse().context("a figure")
    }

    /// The folder of its data.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Its SQLite file.
    pub fn database(&self) -> PathBuf {
        self.data.join("boardwalk.db")
    }

    fn log(&self) -> PathBuf {
        self.folder.join(format!("log-{}", self.port))
    }

    /// How often it said that it panicked.
    pub fn panics(&self) -> Result<usize> {
        Ok(fs::read_to_string(self.log())?.lines().filter(|line| line.contains("panicked at ")).count())
    }

    /// The last of what it said.
    pub fn words(&self) -> String {
        let text = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.kill().is_err() {
            eprintln!("a server could not be ended: {:?}", self.child);
        }
    }
}

/// The program: `BOARDWALK_BIN`.
pub fn program() -> Result<PathBuf> {
    let path = env::var_os("BOARDWALK_BIN").context("BOARDWALK_BIN names no program: use cargo xtask")?;
    Ok(path.into())
}

/// Does `boardwalk serve --help` (or another command's) speak of this?
pub fn knows(command: &str, word: &str) -> Result<bool> {
    let help = Command::new(program()?).args([command, "--help"]).output()?;
    Ok(help.status.success() && String::from_utf8_lossy(&help.stdout).contains(word))
}
