//! F3: the disk is full, and later it is not.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use foundations::process::is_root;
use tempfile::TempDir;
use tokio::time::Instant;
use uuid::Uuid;

use super::Scale;
use crate::{
    client::{Try, WITHIN},
    node::Node,
    report::Report,
    run::Run,
};

/// Room for a new database and a log of writes.
const SIZE: &str = "size=24m";
/// What is left before the writes begin.
const LEFT: u64 = 600 * 1024;

pub(super) async fn fill(_: Scale, report: &mut Report) -> Result<()> {
    let Some(disk) = Disk::mount()? else {
        report.leave_out("a small disk can be mounted by root only");
        return Ok(());
    };
    let node = Node::on_sqlite(disk.path()).await?;
    let run = Run::alone(&node.url, 2).await?;
    let (writer, reader) = (&run.clients[0], &run.clients[1]);
    let ballast = disk.ballast()?;

    let begun = Instant::now();
    let (mut written, mut refused) = (0, None);
    let words = "x".repeat(4000);
    let unsent = loop {
        let (key, text) = (Uuid::now_v7(), format!("{written} {words}"));
        match writer.post_once(key, run.room, &text).await {
            Try::Answered(_) => written += 1,
            Try::Again(why) => {
                refused = refused.or(Some(why));
                break (key, text);
            }
        }
        ensure!(begun.elapsed() < WITHIN, "{written} messages did not fill the disk");
    };
    report.figure("written until it was full", written);
    let refused = refused.unwrap_or_default();
    report.figure("then sends say", &refused);
    if !refused.contains("503") {
        bail!("a full disk is answered with {refused}");
    }
    // Reading and the socket go on.
    for _ in 0..5 {
        reader.read(run.room).await?;
        ensure!(
            matches!(writer.post_once(unsent.0, run.room, &unsent.1).await, Try::Again(_)),
            "written to a full disk"
        );
    }
    ensure!(run.ended(1) == 0, "the reader's socket ended");

    let freed = Instant::now();
    fs::remove_file(ballast)?;
    writer.post_as(unsent.0, run.room, &unsent.1).await.with_context(|| node.words())?;
    report.figure("healed unaided after", format!("{:.2?}", freed.elapsed()));
    for n in 0..20 {
        writer.post(run.room, &format!("after {n}")).await?;
    }
    ensure!(run.ended(1) == 0, "the reader's socket ended");
    run.end_on_sqlite(&node.database()).await?;
    Ok(())
}

/// A small file system of its own; unmounted with this.
pub(super) struct Disk(TempDir);

impl Disk {
    /// Mounts it; none where that is not allowed.
    pub(super) fn mount() -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        if !is_root() {
            return Ok(None);
        }
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", SIZE, "none"]).arg(folder.path()).output()?;
        Ok(mounted.status.success().then_some(Self(folder)))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Lets it be read only.
    pub(super) fn read_only(&self) -> Result<()> {
        let done = Command::new("mount").args(["-o", "remount,ro"]).arg(self.path()).status()?;
        ensure!(done.success(), "can't make it read-only: {done}");
        Ok(())
    }

    /// Fills it with a file but for [`LEFT`].
    fn ballast(&self) -> Result<PathBuf> {
        let path = self.path().join("ballast");
        let mut file = File::create(&path)?;
        let piece = vec![7; 64 * 1024];
        // Until there is no more, and then a bit less.
        while file.write_all(&piece).is_ok() {}
        let full = file.metadata()?.len();
        file.set_len(full.saturating_sub(LEFT))?;
        Ok(path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if !Command::new("umount").arg("-l").arg(self.path()).status().is_ok_and(|done| done.success()) {
            eprintln!("{} could not be unmounted", self.path().display());
        }
    }
}
