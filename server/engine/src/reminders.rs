//! What is due: once a day, at nine by the wall of each person, it is looked what they are to be reminded of.
//!
//! A look is taken, done and planned anew in one transaction, by whatever node comes first: a node that dies leaves
//! it due, and another that wants it finds it planned for the next day. As what is due is read at that moment, nothing
//! has to be planned when a date, a person or a task changes; only what was told already is withdrawn.

use std::{sync::Weak, time::Duration};

use protocol::{BoardId, Day, Reason, Remind, RoomId, Stream, UserId, limits};
use tokio::{sync::watch::Receiver, time::sleep};

use crate::{
    Engine, Inner, Result, Zone,
    db::{self, Tx, reminders as rows},
    notices, notify, now,
    outside::Pace,
    write::Write,
};

/// Looks between two turns of other writes.
const TOGETHER: i64 = 50;
/// Tasks of which somebody is reminded at once.
const MOST: i64 = 100;

/// Looks what is due for whom it is time, until the engine is closed or gone.
pub(crate) async fn look_for_ever(engine: Weak<Inner>, pace: Pace, mut stopped: Receiver<bool>) {
    let mut wait = pace.start;
    loop {
        tokio::select! {
            () = sleep(wait) => {}
            // Said, or the engine is gone: either way there is nothing more to do.
            _ = stopped.changed() => return,
        }
        let Some(engine) = engine.upgrade().map(Engine) else { return };
        wait = match look(&engine).await {
            // There may be more.
            Ok(TOGETHER..) => Duration::ZERO,
            Ok(_) => pace.every,
            Err(error) => {
                tracing::warn!(%error, "could not look what is due; trying again later");
                pace.every
            }
        };
    }
}

async fn look(engine: &Engine) -> Result<i64> {
    let due = rows::due(&mut engine.db().look().await?, now(), TOGETHER).await?;
    let count = due.len() as i64;
    for user in due {
        // One that fails must not keep the others waiting.
        if let Err(error) = engine.write(move |w| Box::pin(look_for(w, user))).await {
            tracing::warn!(%error, %user, "could not remind somebody of what is due; trying again later");
        }
    }
    Ok(count)
}

/// Plans the next look for somebody.
pub(crate) async fn plan(w: &mut Write, user: UserId) -> Result<()> {
    let zone = zone(&mut w.tx, user).await?;
    rows::plan(&mut w.tx, user, zone.next(w.now, limits::REMIND_AT)).await.map(drop)
}

async fn zone(tx: &mut Tx, user: UserId) -> Result<Zone> {
    Ok(Zone::named(&notices::of(tx, user).await?.zone))
}

/// Reminds somebody of what is due for them, if it is time and no other node does.
async fn look_for(w: &mut Write, user: UserId) -> Result<()> {
    let Some(at) = rows::take(&mut w.tx, user, w.now).await? else { return Ok(()) };
    let notices = notices::of(&mut w.tx, user).await?;
    let zone = Zone::named(&notices.zone);
    rows::plan(&mut w.tx, user, zone.next(w.now, limits::REMIND_AT)).await?;
    // The first time it is only planned.
    if at == 0 || notices.remind == Remind::Never || db::accounts::active(&mut w.tx, user).await?.is_none() {
        return Ok(());
    }
    let today = zone.day(w.now);
    let until = match notices.remind {
        Remind::DayBefore => Day::numbered(today.number() + 1),
        Remind::OnTheDay | Remind::Never => today,
    };
    let (from, to) = (today.to_string(), until.to_string());
    let found = rows::unreminded(&mut w.tx, user, &from, &to, MOST).await?;
    let mut boards: Vec<(BoardId, Option<RoomId>)> = found.iter().map(|task| (task.board_id, None)).collect();
    boards.sort_unstable();
    boards.dedup();
    let hearings = db::mail::hearings(&mut w.tx, user, &boards).await?;
    let silent: Vec<BoardId> = boards
        .iter()
        .zip(hearings)
        .filter(|(_, hearing)| !hearing.lets(Reason::Due))
        .map(|((board, _), _)| *board)
        .collect();
    let tasks: Vec<rows::Due> = found.into_iter().filter(|task| !silent.contains(&task.board_id)).collect();
    if !tasks.is_empty() {
        notify::due::remind(w, user, &tasks).await?;
    }
    let count = rows::overdue(&mut w.tx, user, &from).await?;
    notify::due::overdue(w, user, count).await
}

/// How many tasks of somebody's are overdue now, by the wall where they are.
pub(crate) async fn overdue(tx: &mut Tx, user: UserId) -> Result<i64> {
    let today = zone(tx, user).await?.day(now()).to_string();
    rows::overdue(tx, user, &today).await
}

/// Those that have been due for the longest, for a mail: `#12 Ship it`, when it was due, and where it leads.
pub(crate) async fn overdue_tasks(tx: &mut Tx, user: UserId, limit: i64) -> Result<Vec<(String, String, String)>> {
    let today = zone(tx, user).await?.day(now()).to_string();
    let words = |task: rows::Due| {
        let due = task.due.parse::<Day>().map(Day::due_words).unwrap_or_default();
        let url = notify::url(Stream::Task(task.id), None, Reason::Due);
        (format!("#{} {}", task.number, task.title), due, url)
    };
    Ok(rows::overdue_tasks(tx, user, &today, limit).await?.into_iter().map(words).collect())
}
