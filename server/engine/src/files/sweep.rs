//! Files that nobody wants any more, and what a crash has left of some.

use crate::{Engine, Result, db, now, write::internal};

/// Files removed at once.
const TOGETHER: i64 = 100;
/// Expired for so long, in milliseconds, nothing wants a file back any more: not even a write that was
/// under way when it expired, nor a node whose clock is behind.
const SETTLED_MS: i64 = 60_000;
/// Milliseconds of an hour.
const HOUR_MS: i64 = 60 * 60 * 1000;

/// Removes the files that were not sent, those of deleted messages, and those whose message is gone.
/// Gives how many. Each node may: what is removed twice is removed.
pub(crate) async fn sweep(engine: &Engine) -> Result<u64> {
    let mut swept = 0;
    loop {
        let unwanted = db::files::unwanted(&mut engine.db().look().await?, now() - SETTLED_MS, TOGETHER).await?;
        if unwanted.is_empty() {
            return Ok(swept);
        }
        // In this order: what a crash leaves is found again.
        for (_, content) in &unwanted {
            engine.files().remove(content).await.map_err(internal)?;
        }
        let ids: Vec<_> = unwanted.into_iter().map(|(id, _)| id).collect();
        swept += engine.write(move |w| Box::pin(async move { db::files::delete(&mut w.tx, &ids).await })).await?;
    }
}

/// Removes what came in and was never known: what is left of files that began to come in, and one
/// shard of the contents, another each hour.
pub(crate) async fn sweep_folder(engine: &Engine) -> Result<()> {
    engine.files().remove_old_parts().await.map_err(internal)?;
    sweep_shard(engine, u8::try_from(now() / HOUR_MS % 256).map_err(internal)?).await
}

/// Removes what is in a shard and was never known.
pub(crate) async fn sweep_shard(engine: &Engine, shard: u8) -> Result<()> {
    let contents = engine.files().contents(shard).await.map_err(internal)?;
    for some in contents.chunks(TOGETHER as usize) {
        let known = db::files::known(&mut engine.db().look().await?, some).await?;
        for content in some.iter().filter(|content| !known.contains(content)) {
            tracing::info!(%content, "a file that nothing knows is removed");
            engine.files().remove(content).await.map_err(internal)?;
        }
    }
    Ok(())
}
