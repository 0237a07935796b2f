//! A server on a disk that forgets what was not synced when the power is cut.

use std::{
    fs::{self, File},
    path::PathBuf,
};

use anyhow::Result;
use tempfile::TempDir;

use crate::{
    audit,
    node::Node,
    shim::{self, UNSYNCED},
};

/// The server, on SQLite.
pub struct Forgetful {
    /// Its process.
    pub node: Node,
    folder: TempDir,
}

impl Forgetful {
    /// Starts one; none where there is no C compiler.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start() -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let Some(library) = shim::compile(UNSYNCED, folder.path())? else { return Ok(None) };
        let node = Node::new(folder.path(), Vec::new())?;
        let mut forgetful = Self { node, folder };
        let settings = [
            ("LD_PRELOAD", library),
            ("UNSYNCED_FOLDER", forgetful.node.data().to_owned()),
            ("UNSYNCED_LOG", forgetful.log()),
            ("UNSYNCED_LIES", forgetful.lies()),
        ];
        for (name, value) in settings {
            forgetful.node.set(name, &value.display().to_string());
        }
        forgetful.node.start().await?;
        Ok(Some(forgetful))
    }

    /// From now on the disk says that it has synced, and has not.
    ///
    /// # Errors
    /// The system refuses.
    pub fn lie(&self) -> Result<()> {
        File::create(self.lies())?;
        Ok(())
    }

    /// Cuts the power; each change that was not synced is lost by these odds. Gives how many were.
    ///
    /// # Errors
    /// The system refuses.
    pub fn power_cut(&mut self, odds: f64) -> Result<usize> {
        self.node.kill()?;
        shim::power_cut(&self.log(), odds)
    }

    /// What SQLite says of a copy of the file as it was left, so that the server itself recovers it.
    ///
    /// # Errors
    /// It can't be copied or opened.
    pub async fn integrity(&self) -> Result<String> {
        let folder = tempfile::tempdir_in(self.folder.path())?;
        for name in ["boardwalk.db", "boardwalk.db-wal"] {
            let path = self.node.data().join(name);
            if path.exists() {
                fs::copy(path, folder.path().join(name))?;
            }
        }
        audit::integrity(&folder.path().join("boardwalk.db")).await
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("unsynced")
    }

    fn lies(&self) -> PathBuf {
        self.folder.path().join("lies")
    }
}
