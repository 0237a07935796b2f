//! F1: the server is killed in the middle of writes, again and again.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::{Scale, load, spread};
use crate::{
    report::Report,
    run::{Alone, Run},
};

const UP_WITHIN: Duration = Duration::from_secs(1);

pub(super) async fn kills(scale: Scale, report: &mut Report) -> Result<()> {
    let mut alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 4).await?;
    let scenario = async {
        let mut up = Vec::new();
        for _ in 0..scale.cycles {
            load::progress(&run, 8).await?;
            // Anywhere in the next writes.
            sleep(Duration::from_micros(fastrand::u64(0..20_000))).await;
            alone.node.kill()?;
            up.push(alone.node.start().await?);
        }
        Ok(up)
    };
    let (mut up, _) = load::during(&run, Duration::ZERO, scenario).await?;
    let acknowledged = run.acknowledged();
    run.end_on_sqlite(&alone.node.database()).await?;
    report.figure("kills", scale.cycles);
    report.figure("acknowledged", acknowledged);
    report.figure("lost or doubled", 0);
    let (middle, slowest) = spread(&mut up);
    report.limit("up again, median", middle, UP_WITHIN);
    report.figure("up again, slowest", format!("{slowest:.2?}"));
    Ok(())
}
