//! `cargo xtask dev`: rebuilds and restarts on change; the page reloads itself.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::Child,
    thread,
    time::{Duration, SystemTime},
};

use anyhow::Result;

use crate::{command::root, serve, toolchain::Toolchain};

/// What the server and the client are made of.
const SOURCES: [&str; 7] = ["app", "server", "frontend", "style", "migrations", "public", "Cargo.toml"];

/// How often the sources are looked at.
const INTERVAL: Duration = Duration::from_millis(500);

/// When each source file last changed.
type Snapshot = BTreeMap<PathBuf, SystemTime>;

/// Serves until Ctrl-C. A build that fails leaves the last good server running.
///
/// # Errors
/// The sources can't be read or the server can't be started.
pub fn dev(toolchain: &Toolchain) -> Result<()> {
    let mut server: Option<Child> = None;
    loop {
        let sources = snapshot()?;
        match serve::build(toolchain) {
            Ok(binary) => {
                if let Some(mut old) = server.take() {
                    // Nothing acknowledged is lost by this, and it takes no time.
                    old.kill()?;
                    old.wait()?;
                }
                server = Some(serve::server(&binary).env("BOARDWALK_DEV", "true").spawn()?);
            }
            Err(error) => eprintln!("{error:#}; waiting for a change"),
        }
        while snapshot()? == sources {
            thread::sleep(INTERVAL);
        }
        println!("changed, building");
    }
}

fn snapshot() -> io::Result<Snapshot> {
    let mut files = Snapshot::new();
    for source in SOURCES {
        add(&root().join(source), &mut files)?;
    }
    Ok(files)
}

/// Files that vanish meanwhile are left out: editors save by renaming.
fn add(path: &Path, files: &mut Snapshot) -> io::Result<()> {
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            add(&entry?.path(), files)?;
        }
    } else {
        files.insert(path.to_owned(), metadata.modified()?);
    }
    Ok(())
}
