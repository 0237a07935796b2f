//! F13: the same write comes several times: a double click, two tabs, a retry after a restart.

use anyhow::{Result, ensure};
use futures::future::{join_all, try_join_all};
use uuid::Uuid;

use super::Scale;
use crate::{
    client::{Outcome, Try},
    report::Report,
    run::{Alone, Run},
};

pub(super) async fn submit(_: Scale, report: &mut Report) -> Result<()> {
    let mut alone = Alone::start().await?;
    let run = Run::alone(&alone.node.url, 3).await?;
    let (client, room) = (&run.clients[0], run.room);

    let key = Uuid::now_v7();
    let answers = try_join_all((0..2).map(|_| client.post_as(key, room, "a double click"))).await?;
    ensure!(answers[0] == answers[1], "a double click is answered twice: {answers:?}");
    report.figure("double click", "one message");

    let key = Uuid::now_v7();
    let twins = join_all((0..20).map(|_| client.post_once(key, room, "twenty tabs"))).await;
    let mut ids = Vec::new();
    for twin in twins {
        match twin {
            Try::Answered(Outcome::Done(id)) => ids.push(id),
            other => ensure!(matches!(other, Try::Again(_)), "a twin is refused: {other:?}"),
        }
    }
    ids.dedup();
    ensure!(ids.len() == 1, "twins are answered differently: {ids:?}");
    report.figure("twenty at once", "one message");

    let other = client.post_as(key, room, "other content").await?;
    ensure!(other == Outcome::Refused(409), "another content under the key: {other:?}");
    let elsewhere = client.post_as(key, run.private, "twenty tabs").await?;
    ensure!(elsewhere == Outcome::Refused(409), "another room under the key: {elsewhere:?}");
    report.figure("key with another content or room", 409);

    let before = client.post_as(Uuid::now_v7(), room, "before the restart").await?;
    let again = Uuid::now_v7();
    let first = client.post_as(again, room, "before and after the restart").await?;
    alone.node.kill()?;
    alone.node.start().await?;
    let second = client.post_as(again, room, "before and after the restart").await?;
    ensure!(first == second && second != before, "after a restart: {first:?}, {second:?}");
    report.figure("again after a restart", "one message");
    let history = run.end_on_sqlite(&alone.node.database()).await?;
    report.figure("messages", history.database[&room].messages.len());
    Ok(())
}
