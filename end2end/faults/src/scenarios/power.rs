//! F2: the power is cut in the middle of writes, and whatever was not synced may be gone.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::sleep;

use super::{Scale, load};
use crate::{forgetful::Forgetful, report::Report, run::Run};

pub(super) async fn cuts(scale: Scale, report: &mut Report) -> Result<()> {
    let Some(mut forgetful) = Forgetful::start().await? else {
        report.leave_out("there is no C compiler");
        return Ok(());
    };
    let run = Run::alone(&forgetful.node.url, 4).await?;
    let scenario = async {
        let mut lost = 0;
        for _ in 0..scale.cycles {
            load::progress(&run, 8).await?;
            // Anywhere in the next writes.
            sleep(Duration::from_micros(fastrand::u64(0..20_000))).await;
            // All of it, none, or some.
            lost += forgetful.power_cut([0.0, 0.5, 1.0][fastrand::usize(..3)])?;
            let sound = forgetful.integrity().await?;
            ensure!(sound == "ok", "after a power cut: {sound}");
            forgetful.node.start().await?;
        }
        Ok(lost)
    };
    let (lost, _) = load::during(&run, Duration::ZERO, scenario).await?;
    let acknowledged = run.acknowledged();
    run.end_on_sqlite(&forgetful.node.database()).await?;
    report.figure("power cuts", scale.cycles);
    report.figure("writes to files that were lost", lost);
    report.figure("acknowledged", acknowledged);
    report.figure("lost or doubled", 0);
    report.figure("integrity", "ok each time");
    Ok(())
}
