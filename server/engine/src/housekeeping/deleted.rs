//! What deleted rooms and tasks leave behind, taken out in steps: nobody waits for a very large one.

use protocol::Stream;

use crate::{Engine, Result, db, db::Tx};

/// Rows taken out in one write, some milliseconds.
const TOGETHER: i64 = 500;

/// Takes out for good the tasks that were deleted before a moment. Gives how many.
pub(super) async fn expire(engine: &Engine, before: i64) -> Result<u64> {
    let mut expired = 0;
    loop {
        let some = engine
            .write(move |w| Box::pin(async move { db::tasks::archive::expire(&mut w.tx, before, TOGETHER).await }))
            .await?;
        expired += some;
        if some < TOGETHER.unsigned_abs() {
            return Ok(expired);
        }
    }
}

/// Takes out all messages and events of rooms and tasks that are no more. Gives how many writes that took.
pub(super) async fn clear(engine: &Engine) -> Result<usize> {
    let mut steps = 0;
    let mut tx = engine.db().read().await?;
    let rooms = db::rooms::left_streams(&mut tx).await?.into_iter().map(Stream::Room);
    let tasks = db::tasks::archive::left_streams(&mut tx).await?.into_iter().map(Stream::Task);
    drop(tx);
    for stream in rooms.chain(tasks) {
        loop {
            let taken = engine.write(move |w| Box::pin(async move { step(&mut w.tx, stream).await }));
            if taken.await? == 0 {
                break;
            }
            steps += 1;
        }
    }
    Ok(steps)
}

/// Takes out some rows of a stream, the head last of all; 0 where there is nothing left.
async fn step(tx: &mut Tx, stream: Stream) -> Result<u64> {
    let messages = db::rooms::delete_newest(tx, stream, TOGETHER).await?;
    if messages > 0 {
        return Ok(messages);
    }
    let events = db::events::trim(tx, &stream.to_string(), i64::MAX, TOGETHER).await?;
    if events > 0 {
        return Ok(events);
    }
    db::rooms::delete_stream(tx, stream).await
}
