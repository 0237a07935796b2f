//! Ports, signals and watchdogs of the processes that tests start.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::MetadataExt,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail, ensure};

/// A port that nobody listens on, below those that the system gives to outgoing connections: one of
/// those might be taken, or connect to itself, while a server is down.
///
/// # Errors
/// There is none.
pub fn free_port() -> Result<u16> {
    for _ in 0..100 {
        let port = fastrand::u16(20_000..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port between 20000 and 32000")
}

/// Sends a signal to processes, as `STOP` or `CONT`.
///
/// # Errors
/// One of them is not there.
pub fn signal(name: &str, pids: &[u32]) -> Result<()> {
    let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
    let sent = Command::new("kill").arg(format!("-{name}")).args(&pids).output()?;
    ensure!(sent.status.success(), "kill -{name} {pids:?}: {}", String::from_utf8_lossy(&sent.stderr));
    Ok(())
}

/// Is this process root's?
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Runs a script apart from this process, its group and its output.
#[allow(clippy::zombie_processes, reason = "it outlives this process on purpose")]
pub(crate) fn watchdog(script: &str) -> Result<()> {
    let mut watchdog = Command::new("setsid");
    watchdog.args(["sh", "-c", script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    watchdog.spawn().context("setsid is part of every Linux (util-linux)")?;
    Ok(())
}
