//! What is said is stored once, in order, by those who may.

use std::time::Duration;

use engine::{
    members,
    messages::{self, NewMessage},
    notifications, rooms, tasks,
};
use futures::{future::join_all, poll};
use protocol::{Error, Stream};
use uuid::Uuid;

use crate::ground::{Ground, Scene};

on_both_databases!(
    messages_sent_at_once_are_numbered_without_a_gap,
    a_message_sent_twice_at_once_is_there_once,
    who_goes_away_is_heard_all_the_same,
    only_who_may_post_is_heard,
    the_first_message_joins_and_mentions_are_told,
    comments_reply_and_count,
    after_the_end_nothing_is_accepted,
);

async fn messages_sent_at_once_are_numbered_without_a_gap(ground: Ground) {
    let Scene { ana, bo, room, .. } = ground.scene().await;
    let people = [&ana, &bo];
    let texts: Vec<String> = (0..48).map(|i| format!("text {i}")).collect();
    let asked = texts.iter().enumerate().map(|(i, text)| ground.say(people[i % 2], room, Uuid::now_v7(), text));
    let mut told: Vec<(i64, String)> = join_all(asked)
        .await
        .into_iter()
        .map(|posted| {
            let message = posted.unwrap().message;
            (message.n, message.source)
        })
        .collect();
    told.sort();
    assert!(told.iter().map(|(n, _)| *n).eq(1..=48), "{told:?}");
    let said = ground.said(&ana, room).await;
    assert_eq!(said, told, "what was answered is what is there");
}

async fn a_message_sent_twice_at_once_is_there_once(ground: Ground) {
    let Scene { ana, bo, room, .. } = ground.scene().await;
    let key = Uuid::now_v7();
    let posted = join_all((0..8).map(|_| ground.say(&ana, room, key, "once"))).await;
    let posted: Vec<_> = posted.into_iter().map(Result::unwrap).collect();
    assert_eq!(posted.iter().filter(|posted| posted.fresh).count(), 1, "{posted:?}");
    assert!(posted.iter().all(|other| other.message == posted[0].message), "{posted:?}");
    let other = ground.say(&ana, room, key, "something else").await;
    assert!(matches!(other, Err(Error::Conflict { .. })), "{other:?}");
    ground.say(&bo, room, key, "the key of another person").await.unwrap();
    let elsewhere = rooms::edit(&ground.engine, &ana, key, room, "New name", "").await;
    assert!(matches!(elsewhere, Err(Error::Conflict { .. })), "another route: {elsewhere:?}");
    assert_eq!(ground.said(&ana, room).await.len(), 2);
}

async fn who_goes_away_is_heard_all_the_same(ground: Ground) {
    let Scene { ana, room, .. } = ground.scene().await;
    let key = Uuid::now_v7();
    {
        let mut asked = std::pin::pin!(ground.say(&ana, room, key, "said in passing"));
        assert!(poll!(&mut asked).is_pending());
    }
    let there = async {
        while ground.said(&ana, room).await.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), there).await.expect("the message is stored");
    let again = ground.say(&ana, room, key, "said in passing").await.unwrap();
    assert!(!again.fresh);
}

async fn only_who_may_post_is_heard(ground: Ground) {
    let Scene { ana, bo, vic, eve, board, room, .. } = ground.scene().await;
    let say = |who, text| ground.say(who, room, Uuid::now_v7(), text);
    assert_eq!(say(&vic, "a viewer").await.err(), Some(Error::Forbidden));
    assert_eq!(say(&vic, "a viewer, to @ana").await.err(), Some(Error::Forbidden));
    assert_eq!(say(&eve, "a stranger").await.err(), Some(Error::NotFound));
    assert_eq!(say(&eve, "a stranger, to @ana").await.err(), Some(Error::NotFound));
    say(&bo, "a member").await.unwrap();
    members::remove(&ground.engine, &ana, Uuid::now_v7(), board, bo.id()).await.unwrap();
    assert_eq!(say(&bo, "not any more").await.err(), Some(Error::NotFound));
    assert_eq!(ground.said(&ana, room).await, [(1, "a member".to_owned())]);
}

async fn the_first_message_joins_and_mentions_are_told(ground: Ground) {
    let Scene { ana, bo, room, .. } = ground.scene().await;
    let engine = &ground.engine;
    let before = notifications::count(engine, &ana).await.unwrap();
    let plain = ground.say(&bo, room, Uuid::now_v7(), "hello all").await.unwrap();
    assert_eq!(notifications::count(engine, &ana).await.unwrap(), before, "nobody in particular is told");
    let page = rooms::page(engine, &bo, room, None, engine::Zone::named("UTC")).await.unwrap();
    assert!(page.joined && page.members.contains(&bo.me.person));
    assert_eq!((page.n, page.read), (1, 1), "one's own words are read");
    let told = ground.say(&bo, room, Uuid::now_v7(), "hello @ana").await.unwrap();
    assert_eq!(told.message.mentions, std::slice::from_ref(&ana.me.person));
    assert_eq!(notifications::count(engine, &ana).await.unwrap(), before + 1);
    assert_eq!((plain.message.n, told.message.n), (1, 2));
    let page = rooms::page(engine, &ana, room, None, engine::Zone::named("UTC")).await.unwrap();
    assert_eq!((page.n, page.read), (2, 0), "what others say is not read");
}

async fn comments_reply_and_count(ground: Ground) {
    let Scene { ana, bo, board, room, .. } = ground.scene().await;
    let engine = &ground.engine;
    let new = tasks::NewTask { title: "Task".to_owned(), ..Default::default() };
    let task = tasks::create(engine, &ana, Uuid::now_v7(), board, new).await.unwrap().card.id;
    let comment = |who, parent, place| {
        let new = NewMessage {
            place,
            key: Uuid::now_v7(),
            content: "a comment".to_owned(),
            parent,
            quote: None,
            confirmed: false,
            files: Vec::new(),
        };
        messages::post(engine, who, new)
    };
    let here = Stream::Task(task);
    let first = comment(&bo, None, here).await.unwrap().message;
    let reply = comment(&ana, Some(first.id), here).await.unwrap().message;
    let below = comment(&bo, Some(reply.id), here).await.unwrap().message;
    assert_eq!((reply.parent, below.parent), (Some(first.id), Some(first.id)), "a thread is one deep");
    let elsewhere = comment(&ana, Some(first.id), Stream::Room(room)).await;
    assert_eq!(elsewhere.err().unwrap().field(), Some("parent"));
    messages::delete(engine, &bo, Uuid::now_v7(), first.id).await.unwrap();
    let gone = comment(&ana, Some(first.id), here).await;
    assert_eq!(gone.err().unwrap().field(), Some("parent"));
    let page = engine::boards::page(engine, &ana, board, engine::Zone::named("UTC")).await.unwrap();
    assert_eq!(page.cards[0].comments, 2);
    assert_eq!(comment(&bo, None, here).await.unwrap().message.n, 4, "what was refused took no number");
}

async fn after_the_end_nothing_is_accepted(ground: Ground) {
    let Scene { ana, room, .. } = ground.scene().await;
    let mut asked = std::pin::pin!(ground.say(&ana, room, Uuid::now_v7(), "just in time"));
    assert!(poll!(&mut asked).is_pending());
    ground.engine.close().await;
    // It was accepted (SQLite) or not (PostgreSQL, where it may not have begun): either way it is told.
    match asked.await {
        Ok(posted) => assert_eq!(posted.message.n, 1),
        Err(error) => assert_eq!(error, Error::Unavailable),
    }
    let late = ground.say(&ana, room, Uuid::now_v7(), "too late").await;
    assert_eq!(late.err(), Some(Error::Unavailable));
}
