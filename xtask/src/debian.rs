//! Debian packages, installed as root or with sudo.

use std::{fs, os::unix::fs::MetadataExt, path::Path, process::Command, sync::Once};

use anyhow::{Context, Result, bail};

use crate::command::{installed, program, run_quietly};

/// Whether this machine takes Debian packages from us.
pub fn available() -> bool {
    Path::new("/etc/debian_version").exists() && installed("apt-get") && (is_root() || installed("sudo"))
}

/// Installs packages and says why.
///
/// # Errors
/// Not a Debian machine, neither root nor sudo, or apt-get failed.
pub fn install(packages: &[&str], why: &str) -> Result<()> {
    let packages_line = packages.join(" ");
    if !available() {
        bail!("please install {packages_line}: {why}");
    }
    println!("set-up: installing {packages_line}: {why}");
    refresh_lists();
    run_quietly(as_root("apt-get").args(["install", "-y", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("please install {packages_line} by hand"))
}

/// A command with root's rights.
pub fn as_root(name: &str) -> Command {
    let mut command = if is_root() {
        program(name)
    } else {
        let mut sudo = program("sudo");
        sudo.args(["--preserve-env=DEBIAN_FRONTEND", name]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Once per run; a failure shows itself at the installation.
fn refresh_lists() {
    static REFRESHED: Once = Once::new();
    REFRESHED.call_once(|| {
        if let Err(error) = run_quietly(as_root("apt-get").args(["update"])) {
            println!("set-up: {error}; going on with the package lists that are here");
        }
    });
}

/// Whether this is root, whom some programs refuse.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
