//! What deleted boards, rooms and tasks leave behind, taken out in steps: nobody waits for a very large one.

use std::collections::BTreeSet;

use protocol::{BoardId, Event, Stream, UserId};

use crate::{
    Engine, Result,
    db::{self, Tx, boards::ending},
    notify,
    write::Write,
};

/// Rows taken out in one write, some milliseconds.
const TOGETHER: i64 = 500;
/// Rooms taken out in one write: each has its members.
const ROOMS: i64 = 20;

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

/// Takes out boards that are deleted, and all messages and events of boards, rooms and tasks that are no more. Gives how many writes that took.
pub(super) async fn clear(engine: &Engine) -> Result<usize> {
    let mut steps = 0;
    for board in ending::deleted(&mut engine.db().look().await?).await? {
        while engine.write(move |w| Box::pin(step_of_board(w, board))).await? {
            steps += 1;
        }
    }
    let mut tx = engine.db().read().await?;
    let boards = ending::left_streams(&mut tx).await?.into_iter().map(Stream::Board);
    let rooms = db::rooms::left_streams(&mut tx).await?.into_iter().map(Stream::Room);
    let tasks = db::tasks::archive::left_streams(&mut tx).await?.into_iter().map(Stream::Task);
    drop(tx);
    for stream in rooms.chain(tasks).chain(boards) {
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

/// Takes out some rows of a deleted board, itself last of all: is there more? What was said there follows.
async fn step_of_board(w: &mut Write, board: BoardId) -> Result<bool> {
    // Another node that is at it is waited for, and is not taken for the end.
    if db::boards::lock(&mut w.tx, board).await? == 0 {
        return Ok(false);
    }
    // While its places are known.
    let told = ending::forget_notifications(&mut w.tx, board, TOGETHER).await?;
    if !told.is_empty() {
        notify::recount(w, told).await?;
        return Ok(true);
    }
    let authors: BTreeSet<UserId> = ending::forget_scheduled(&mut w.tx, board, TOGETHER).await?.into_iter().collect();
    if !authors.is_empty() {
        for user in authors {
            w.tell(Stream::User(user), Event::ScheduledChanged);
        }
        return Ok(true);
    }
    if ending::remove_tasks(&mut w.tx, board, TOGETHER).await? > 0
        || ending::remove_rooms(&mut w.tx, board, ROOMS).await? > 0
    {
        return Ok(true);
    }
    ending::remove(&mut w.tx, board).await?;
    Ok(false)
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
