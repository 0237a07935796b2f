//! F20: a copy of the database is taken while people write, and later takes its place.

use std::{fs, path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::time::Instant;

use super::{Scale, load};
use crate::{
    audit,
    check::agreement,
    node::{knows, program},
    report::Report,
    run::{Alone, Run},
};

pub(super) async fn restore(scale: Scale, report: &mut Report) -> Result<()> {
    let mut alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 3).await?;
    let copies = if scale.light { 2 } else { 5 };
    let folder = alone.folder.path().to_owned();
    let database = alone.node.database();
    let scenario = async {
        let mut took = Duration::ZERO;
        for copy in 0..copies {
            load::progress(&run, 40).await?;
            let begun = Instant::now();
            back_up(&database, &folder.join(format!("copy-{copy}.db"))).await?;
            took = took.max(begun.elapsed());
        }
        load::progress(&run, 40).await?;
        Ok(took)
    };
    let (took, _) = load::during(&run, Duration::ZERO, scenario).await?;
    let live = audit::sqlite(&database).await?;
    let mut kept = 0;
    for copy in 0..copies {
        let file = folder.join(format!("copy-{copy}.db"));
        let said = audit::integrity(&file).await?;
        ensure!(said == "ok", "copy {copy}: {said}");
        let copied = audit::sqlite(&file).await?;
        let (then, now) = (&copied[&run.room], &live[&run.room]);
        ensure!(now.messages.starts_with(&then.messages), "copy {copy} is no beginning of what came later");
        ensure!(then.events.len() as i64 == then.head, "copy {copy} has {} events of {}", then.events.len(), then.head);
        kept = then.messages.len();
    }
    report.figure("copies while writing", copies);
    report.figure("each a beginning of the history, integrity", "ok");
    report.figure("slowest copy", format!("{took:.2?}"));
    report.figure("messages in the last copy, and at the end", format!("{kept}, {}", live[&run.room].messages.len()));

    if !knows("new-epoch", "data-dir")? {
        report.figure("restore", "left out, as this server has no new-epoch");
        run.end_on_sqlite(&database).await?;
        return Ok(());
    }
    alone.node.stop().await?;
    for beside in ["boardwalk.db-wal", "boardwalk.db-shm"] {
        let path = alone.node.data().join(beside);
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    fs::copy(folder.join(format!("copy-{}.db", copies - 1)), &database)?;
    let done = Command::new(program()?).arg("new-epoch").arg("--data-dir").arg(alone.node.data()).output()?;
    ensure!(done.status.success(), "new-epoch: {}", String::from_utf8_lossy(&done.stderr));
    alone.node.start().await?;
    // As many again as were lost, so that old numbers would fit new events.
    for n in 0..60 {
        run.clients[0].post(run.room, &format!("after the restore {n}")).await?;
    }
    let restored = audit::sqlite(&database).await?;
    let stored = &restored[&run.room];
    let begun = Instant::now();
    loop {
        let ends: Vec<_> = run.clients.iter().flat_map(|client| client.ends()).collect();
        let differ = agreement(&ends, &restored);
        if differ.is_empty() {
            break;
        }
        let first = differ.first().context("there is one")?;
        ensure!(begun.elapsed() < crate::client::WITHIN, "clients still differ: {first}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    report.figure("restored; clients agree with the copy at", format!("event {}", stored.head));
    Ok(())
}

/// SQLite's own copy of a database that is being written.
async fn back_up(from: &Path, to: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(from).busy_timeout(Duration::from_secs(20));
    let mut db = SqliteConnection::connect_with(&options).await?;
    sqlx::query("vacuum into $1").bind(to.display().to_string()).execute(&mut db).await?;
    db.close().await?;
    Ok(())
}
