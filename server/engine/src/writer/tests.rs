mod bench;
mod damage;

use std::{future::Future, pin::pin, sync::Arc};

use futures::{future::join_all, poll};
use protocol::{Event, RoomId, Stream, UserId};
use tokio::sync::mpsc::unbounded_channel;
use tracing::Span;
use uuid::Uuid;

use super::*;
use crate::{
    Result,
    db::{self, sql},
    messages::Posted,
    write::{What, Write},
};
use bench::{Bench, Scene, insert, open, post, say, scene};

#[tokio::test]
async fn writes_that_wait_together_are_committed_together() {
    let bench = Bench::new().await;
    let before = bench.commits().await;
    let names: Vec<&'static str> = vec!["a", "b", "c", "d", "e", "f", "g", "h"];
    let done = bench.together(names.iter().map(|name| bench.name(name))).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(bench.names().await, names);
    assert_eq!(bench.commits().await - before, 1, "one commit for all");
}

#[tokio::test]
async fn messages_that_wait_together_are_committed_together_and_numbered_in_order() {
    let bench = Bench::new().await;
    let Scene { ana, bo, room, .. } = scene(&bench.engine).await;
    let before = bench.commits().await;
    let people = [&ana, &bo];
    let asked = (0..50).map(|i| say(people[i % 2], room, Uuid::now_v7(), &format!("text {i}")));
    let posted = bench.together(asked.map(|asked| post(&bench.engine, asked))).await;
    assert_eq!(bench.commits().await - before, 1, "one commit for all");
    for (i, posted) in posted.into_iter().enumerate() {
        let Posted { message, fresh } = posted.unwrap();
        assert_eq!((message.n, message.source, fresh), (i as i64 + 1, format!("text {i}"), true));
        assert_eq!(message.author.unwrap(), people[i % 2].me.person);
    }
    // Bo was not in the room: the first of his messages took him in, once; each has read up to their own last.
    let mut tx = bench.engine.db().read().await.unwrap();
    let events = db::events::after(&mut tx, Stream::Room(room), 0, 100).await.unwrap();
    let joined = |event: &Event| matches!(event, Event::MemberJoined { person } if *person == bo.me.person);
    assert_eq!(events.iter().filter(|stored| joined(&stored.event)).count(), 1);
    assert!(events.iter().map(|stored| stored.seq).eq(1..=51), "dense");
    assert!(joined(&events[1].event), "before his first message");
    for (person, n) in [(&ana, 49), (&bo, 50)] {
        assert_eq!(db::messages::watermark(&mut tx, person.id(), Stream::Room(room)).await.unwrap(), n);
    }
}

#[tokio::test]
async fn a_write_that_is_refused_or_fails_takes_nothing_with_it() {
    let bench = Bench::new().await;
    let refused = bench.engine.write::<(), _>(|w| {
        Box::pin(async move {
            insert(&mut w.tx, "refused", "").await?;
            w.tell(Stream::User(UserId(1)), Event::NotificationsChanged { unread: 1 });
            Err(Error::Forbidden)
        })
    });
    // The name is there already: the database itself fails this one.
    let failed = bench.engine.write(|w| Box::pin(async move { insert(&mut w.tx, "a", "").await }));
    let asked: Vec<std::pin::Pin<Box<dyn Future<Output = Result<()>>>>> =
        vec![Box::pin(bench.name("a")), Box::pin(refused), Box::pin(failed), Box::pin(bench.name("b"))];
    let done = bench.together(asked).await;
    assert_eq!(done[0], Ok(()));
    assert_eq!(done[1], Err(Error::Forbidden));
    assert!(matches!(done[2], Err(Error::Internal { .. })), "{done:?}");
    assert_eq!(done[3], Ok(()));
    assert_eq!(bench.names().await, ["a", "b"]);
    let mut tx = bench.engine.db().read().await.unwrap();
    assert_eq!(db::events::head(&mut tx, Stream::User(UserId(1))).await.unwrap().seq, 0, "nothing was told");
}

#[tokio::test]
async fn a_write_that_panics_fails_alone() {
    let bench = Bench::new().await;
    let panics = |after: bool| {
        bench.engine.write::<(), _>(move |w| {
            assert!(after, "before anything");
            Box::pin(async move {
                insert(&mut w.tx, "half", "").await?;
                panic!("in the middle")
            })
        })
    };
    let asked: Vec<std::pin::Pin<Box<dyn Future<Output = Result<()>>>>> =
        vec![Box::pin(bench.name("a")), Box::pin(panics(true)), Box::pin(panics(false)), Box::pin(bench.name("b"))];
    let done = bench.together(asked).await;
    assert_eq!((&done[0], &done[3]), (&Ok(()), &Ok(())));
    assert!(matches!(done[1..3], [Err(Error::Internal { .. }), Err(Error::Internal { .. })]), "{done:?}");
    assert_eq!(bench.name("c").await, Ok(()));
    assert_eq!(bench.names().await, ["a", "b", "c"]);
}

#[tokio::test]
async fn twins_in_one_group_are_one_message_and_other_content_is_a_conflict() {
    let bench = Bench::new().await;
    let Scene { ana, bo, room, .. } = scene(&bench.engine).await;
    let key = Uuid::now_v7();
    let asked = [
        say(&ana, room, key, "the same"),
        say(&ana, room, key, "the same"),
        say(&ana, room, key, "something else"),
        say(&bo, room, key, "Bo's own"),
        say(&ana, room, Uuid::now_v7(), "another"),
    ];
    let posted = bench.together(asked.map(|asked| post(&bench.engine, asked))).await;
    let [first, twin, other, bos, another] = &posted[..] else { panic!("{posted:?}") };
    let (first, twin) = (first.as_ref().unwrap(), twin.as_ref().unwrap());
    assert_eq!((first.fresh, twin.fresh), (true, false));
    assert_eq!(first.message, twin.message);
    assert!(matches!(other, Err(Error::Conflict { .. })), "{other:?}");
    assert_eq!((bos.as_ref().unwrap().message.n, another.as_ref().unwrap().message.n), (2, 3), "no number is lost");
    // And a day later.
    let again = post(&bench.engine, say(&ana, room, key, "the same")).await.unwrap();
    assert_eq!((again.message, again.fresh), (first.message.clone(), false));
    assert!(matches!(post(&bench.engine, say(&ana, room, key, "other")).await, Err(Error::Conflict { .. })));
}

#[tokio::test]
async fn a_message_that_is_refused_takes_no_number_from_the_others() {
    let bench = Bench::new().await;
    let Scene { ana, eve, room, .. } = scene(&bench.engine).await;
    let asked = [
        say(&ana, room, Uuid::now_v7(), "one"),
        say(&eve, room, Uuid::now_v7(), "from outside"),
        say(&ana, RoomId(4711), Uuid::now_v7(), "nowhere"),
        say(&ana, room, Uuid::now_v7(), "two"),
    ];
    let posted = bench.together(asked.map(|asked| post(&bench.engine, asked))).await;
    let posted: Vec<_> = posted.into_iter().map(|posted| posted.map(|posted| posted.message.n)).collect();
    assert_eq!(posted, [Ok(1), Err(Error::NotFound), Err(Error::NotFound), Ok(2)]);
}

#[tokio::test]
async fn a_message_that_the_database_refuses_fails_alone() {
    let bench = Bench::new().await;
    let Scene { ana, bo, room, .. } = scene(&bench.engine).await;
    // A trigger stands for whatever may go wrong with one row.
    let trigger =
        "create trigger no before insert on messages when new.source = 'no' begin select raise(abort, 'no'); end";
    bench.engine.write(move |w| Box::pin(async move { sql!(run & mut w.tx, trigger) })).await.unwrap();
    let asked = ["one", "no", "two"].map(|text| say(if text == "no" { &bo } else { &ana }, room, Uuid::now_v7(), text));
    let posted = bench.together(asked.map(|asked| post(&bench.engine, asked))).await;
    let numbers: Vec<_> = posted.iter().map(|posted| posted.as_ref().map(|posted| posted.message.n).ok()).collect();
    assert_eq!(numbers, [Some(1), None, Some(2)], "{posted:?}");
}

#[tokio::test]
async fn too_much_at_once_is_refused_and_nothing_of_it_written() {
    let bench = Bench::with(Limits { waiting: 4, ..Limits::default() }).await;
    let before = bench.engine.write(|w| Box::pin(rows(w))).await.unwrap();
    let asked = (0..200).map(|i| {
        bench.engine.write(move |w| Box::pin(async move { insert(&mut w.tx, &format!("row {i}"), "").await }))
    });
    let turn = bench.writer().shared.turn.clone();
    let held = turn.acquire().await.unwrap();
    let mut all = pin!(join_all(asked));
    assert!(poll!(&mut all).is_pending());
    drop(held);
    let done = all.await;
    let well = done.iter().filter(|done| done.is_ok()).count();
    let refused = done.iter().filter(|done| **done == Err(Error::Unavailable)).count();
    assert_eq!(well + refused, 200, "{done:?}");
    assert!(well >= 4 && refused > 0, "{well} and {refused}");
    let after = bench.engine.write(|w| Box::pin(rows(w))).await.unwrap();
    assert_eq!(after - before, well as i64, "what was refused was not written");
}

async fn rows(w: &mut Write) -> Result<i64> {
    let (rows,): (i64,) = sql!(one & mut w.tx, "select count(*) from meta")?;
    Ok(rows)
}

#[tokio::test]
async fn a_write_that_waited_too_long_is_not_begun() {
    let bench = Bench::new().await;
    let (answer, answered) = oneshot::channel();
    let What::Work(work) = What::of(|w| Box::pin(async move { insert(&mut w.tx, "late", "").await })) else {
        panic!("work is work")
    };
    let since = std::time::Instant::now() - Duration::from_secs(6);
    let waiting = crate::write::Waiting::new(drop, answer);
    bench.engine.db().write(Job { what: What::Work(work), waiting, since, span: Span::none() });
    assert_eq!(answered.await.unwrap().err(), Some(Error::Unavailable));
    assert_eq!(bench.names().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_is_published_in_order() {
    let bench = Bench::new().await;
    let (published, mut seen) = unbounded_channel();
    let writers = (0..20).map(|_| {
        let (engine, published) = (bench.engine.clone(), published.clone());
        tokio::spawn(async move {
            for _ in 0..20 {
                let tell = What::of(|w| {
                    Box::pin(async move {
                        w.tell(Stream::User(UserId(1)), Event::NotificationsChanged { unread: 0 });
                        Ok(())
                    })
                });
                let published = published.clone();
                let publish = move |committed: crate::delivery::Committed| {
                    for event in committed.events {
                        published.send(event.seq).unwrap();
                    }
                };
                engine.db().commit::<()>(tell, publish).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    drop(published);
    for seq in 1..=400 {
        assert_eq!(seen.recv().await, Some(seq));
    }
}

#[tokio::test]
async fn where_the_commit_fails_nobody_is_told_that_it_went_well() {
    let bench = Bench::new().await;
    let (published, mut seen) = unbounded_channel();
    let evil = What::of(|w| {
        Box::pin(async move {
            // A row that points nowhere, which SQLite is told to look at when it commits.
            sql!(run & mut w.tx, "pragma defer_foreign_keys = on")?;
            sql!(run & mut w.tx, "insert into events (stream, seq, at, body) values ('room:4711', 1, 0, '')")?;
            Ok(())
        })
    });
    let publish = |published: &tokio::sync::mpsc::UnboundedSender<()>| {
        let published = published.clone();
        move |_: crate::delivery::Committed| published.send(()).unwrap()
    };
    let good = |name: &'static str| What::of(move |w| Box::pin(async move { insert(&mut w.tx, name, "").await }));
    let asked = [good("a"), evil, good("b")];
    let done = bench.together(asked.map(|what| bench.engine.db().commit::<()>(what, publish(&published)))).await;
    assert!(done.iter().all(Result::is_err), "{done:?}");
    drop(published);
    assert_eq!(seen.recv().await, None, "nothing is published");
    assert_eq!(bench.names().await, [""; 0]);
    assert_eq!(bench.name("c").await, Ok(()), "and the next one goes well");
}

#[tokio::test]
async fn who_goes_away_takes_nothing_back() {
    let bench = Bench::new().await;
    let (published, mut seen) = unbounded_channel();
    let turn = bench.writer().shared.turn.clone();
    let held = turn.acquire().await.unwrap();
    {
        let write = What::of(|w| Box::pin(async move { insert(&mut w.tx, "a", "").await }));
        let mut asked = pin!(bench.engine.db().commit::<()>(write, move |_| published.send(()).unwrap()));
        assert!(poll!(&mut asked).is_pending());
    }
    drop(held);
    assert_eq!(seen.recv().await, Some(()));
    assert_eq!(bench.names().await, ["a"]);
}

#[tokio::test]
async fn what_was_accepted_is_finished_before_the_end_and_nothing_is_accepted_after() {
    let bench = Bench::new().await;
    let mut asked = pin!(join_all(["a", "b", "c"].map(|name| bench.name(name))));
    assert!(poll!(&mut asked).is_pending());
    bench.engine.close().await;
    assert!(asked.await.iter().all(Result::is_ok));
    assert_eq!(bench.name("late").await, Err(Error::Unavailable));
    assert_eq!(bench.wal(), 0, "everything is in the file itself");
    let again = open(&bench.folder, Limits::default()).await.unwrap();
    let again = Bench { engine: again, folder: tempfile::tempdir().unwrap() };
    assert_eq!(again.names().await, ["a", "b", "c"]);
}

#[tokio::test]
async fn the_log_of_writes_stays_bounded_under_load() {
    let bench = Bench::with(Limits { copied_at: 10, restarted_at: 50, ..Limits::default() }).await;
    let value: Arc<str> = "x".repeat(100_000).into();
    let mut written = 0;
    let load = async {
        while written < 4 * bench.wal().max(1_000_000) {
            let (value, name) = (value.clone(), format!("row {written}"));
            let insert = bench.engine.write(move |w| Box::pin(async move { insert(&mut w.tx, &name, &value).await }));
            insert.await.unwrap();
            written += 100_000;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), load).await.expect("the log is begun anew");
    assert_eq!(bench.names().await.len() as u64, written / 100_000);
}
