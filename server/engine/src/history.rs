//! The history that clients know, named by an epoch: after a restore it is another one.

use crate::{
    Engine, Result, accounts,
    db::{self, Db},
    delivery::Progress,
};

/// Begins another history, as a restore does: every open page, on every node, loads afresh.
///
/// # Errors
/// The database is away.
pub async fn new_epoch(engine: &Engine) -> Result<String> {
    let epoch = accounts::fresh_epoch()?;
    engine
        .write(move |w| {
            Box::pin(async move {
                db::accounts::set_epoch(&mut w.tx, &epoch).await?;
                w.restart(epoch.clone());
                Ok(epoch)
            })
        })
        .await
}

/// The epoch, and from where on this node follows what is revoked: both of one moment.
pub(crate) async fn now(db: &Db) -> Result<(String, Progress)> {
    let mut tx = db.read().await?;
    let epoch = db::accounts::epoch(&mut tx).await?;
    Ok((epoch, Progress::starting_at(db::revocations::head(&mut tx).await?)))
}
