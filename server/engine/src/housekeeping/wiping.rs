//! Texts that are gone for everybody: out of the tables too, some milliseconds at a time.

use protocol::limits::UNDO_S;

use crate::{Engine, Result, db, now};

/// Messages wiped in one write.
const TOGETHER: i64 = 200;

/// Wipes what was deleted and can't be undone any more, and what was cleared. Each node may: what is
/// wiped twice is wiped. Gives how many.
pub(super) async fn wipe(engine: &Engine) -> Result<u64> {
    let mut wiped = 0;
    loop {
        let before = now() - UNDO_S * 1000;
        let ids = db::wiping::deleted(&mut engine.db().look().await?, before, TOGETHER).await?;
        if ids.is_empty() {
            break;
        }
        wiped += engine.write(move |w| Box::pin(async move { db::wiping::wipe(&mut w.tx, &ids, w.now).await })).await?;
    }
    while let Some((place, n)) = db::wiping::cleared(&mut engine.db().look().await?).await? {
        wiped += engine
            .write(move |w| Box::pin(async move { db::wiping::wipe_after(&mut w.tx, place, n, TOGETHER, w.now).await }))
            .await?;
    }
    Ok(wiped)
}
