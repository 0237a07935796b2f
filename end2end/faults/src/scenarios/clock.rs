//! F15: the clock jumps an hour, back and forth, while people write.

use std::{fs, path::Path, time::Duration};

use anyhow::{Result, ensure};

use super::{Scale, load};
use crate::{audit, node::Node, report::Report, run::Run};

/// Where Debian's package `faketime` puts what changes a program's clock.
const LIBRARIES: [&str; 2] =
    ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"];

pub(super) async fn jump(scale: Scale, report: &mut Report) -> Result<()> {
    let Some(library) = LIBRARIES.into_iter().find(|library| Path::new(library).exists()) else {
        report.leave_out("Debian's faketime is not installed");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let clock = folder.path().join("clock");
    fs::write(&clock, "+0")?;
    let settings = [
        ("LD_PRELOAD", library.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", clock.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        // As on a real machine: only the clock on the wall jumps.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value)).into();
    let mut node = Node::new(folder.path(), settings)?;
    node.start().await?;
    let run = Run::alone(&node.url, 3).await?;
    let jumps = if scale.light { 4 } else { 20 };
    let scenario = async {
        for jump in 0..jumps {
            load::progress(&run, 20).await?;
            // Beside it and into its place, so that it is never read half written.
            let next = folder.path().join("next");
            fs::write(&next, if jump % 2 == 0 { "+3600" } else { "-3600" })?;
            fs::rename(next, &clock)?;
        }
        load::progress(&run, 20).await
    };
    load::during(&run, Duration::from_millis(5), scenario).await?;
    let ended: usize = (0..run.clients.len()).map(|client| run.ended(client)).sum();
    let acknowledged = run.acknowledged();
    run.end_on_sqlite(&node.database()).await?;
    let span = audit::span(&node.database()).await?;
    ensure!(span >= 7_200_000, "the clock did not jump: {span} ms");
    report.figure("jumps of an hour", jumps);
    report.figure("acknowledged", acknowledged);
    report.figure("out of order", 0);
    report.figure("connections that ended", ended);
    if ended > 0 {
        report.miss(format!("{ended} connections ended"));
    }
    Ok(())
}
