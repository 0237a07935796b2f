//! What deleted rooms leave behind, taken out in steps: nobody waits for a very large one.

use protocol::Stream;

use crate::{Engine, Result, db, db::Tx};

/// Rows taken out in one write, some milliseconds.
const TOGETHER: i64 = 500;

/// Takes out all messages and events of rooms that are no more. Gives how many writes that took.
pub(super) async fn clear(engine: &Engine) -> Result<usize> {
    let mut steps = 0;
    let left = db::rooms::left_streams(&mut engine.db().read().await?).await?;
    for stream in left.into_iter().map(Stream::Room) {
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
