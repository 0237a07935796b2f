//! F19: the server gets no processor for seconds at a time, and little in between.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Result, ensure};
use tokio::time::sleep;

use super::{Scale, load, percentile};
use crate::{
    report::Report,
    run::{Alone, Run},
};

pub(super) async fn starve(scale: Scale, report: &mut Report) -> Result<()> {
    let alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 4).await?;
    let (bursts, length) = if scale.light { (3, 1) } else { (8, 5) };
    let burners = Burners::start(if scale.light { 0 } else { 4 })?;
    let scenario = async {
        for _ in 0..bursts {
            load::progress(&run, 10).await?;
            alone.node.signal("STOP")?;
            sleep(Duration::from_secs(length)).await;
            alone.node.signal("CONT")?;
        }
        load::progress(&run, 20).await
    };
    let (_, mut took) = load::during(&run, Duration::from_millis(10), scenario).await?;
    drop(burners);
    let ended: usize = (0..run.clients.len()).map(|client| run.ended(client)).sum();
    report.figure("stopped", format!("{bursts} times for {length} s"));
    report.figure("answers, p50 and p99", {
        format!("{:.2?}, {:.2?}", percentile(&mut took, 50), percentile(&mut took, 99))
    });
    report.figure("connections that ended", ended);
    ensure!(ended == 0, "{ended} connections ended for want of a processor");
    let acknowledged = run.acknowledged();
    run.end_on_sqlite(&alone.node.database()).await?;
    report.figure("acknowledged", acknowledged);
    report.figure("doubled", 0);
    Ok(())
}

/// Processes that take all the processor they are given.
struct Burners(Vec<Child>);

impl Burners {
    fn start(count: usize) -> Result<Self> {
        let mut burners = Self(Vec::new());
        for _ in 0..count {
            let burner = Command::new("sh").args(["-c", "while :; do :; done"]).stdin(Stdio::null()).spawn()?;
            burners.0.push(burner);
        }
        Ok(burners)
    }
}

impl Drop for Burners {
    fn drop(&mut self) {
        for burner in &mut self.0 {
            if burner.kill().and_then(|()| burner.wait()).is_err() {
                eprintln!("a burner could not be ended: {burner:?}");
            }
        }
    }
}
