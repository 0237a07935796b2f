//! What is forgotten, and what a reader hears who comes for it.

mod large_boards;

use protocol::{Cursor, RoomId, ServerFrame, Stream};
use uuid::Uuid;

use super::{
    retention::{Retention, trim},
    *,
};
use crate::{
    Actor, Settings, Signup,
    accounts::{self, NewAccount, Visit},
    boards,
    db::{Tx, sql},
    live,
    messages::{self, NewMessage},
    rooms, tasks,
};

async fn engine(folder: &tempfile::TempDir) -> Engine {
    engine_on(folder, None).await
}

async fn engine_on(folder: &tempfile::TempDir, database_url: Option<String>) -> Engine {
    Engine::open(settings(folder, database_url)).await.unwrap()
}

fn settings(folder: &tempfile::TempDir, database_url: Option<String>) -> Settings {
    Settings {
        data_dir: folder.path().into(),
        database_url,
        redis_url: None,
        event_retention_days: 30,
        signup: Signup::Open,
        rate_limits: false,
        public_url: None,
        outside: Default::default(),
        push_anywhere: false,
        bucket: None,
        mail: None,
    }
}

async fn ana(engine: &Engine) -> Actor {
    let new = NewAccount { username: "ana".into(), password: "a long enough phrase".into(), ..NewAccount::default() };
    let signed_in = accounts::sign_up(engine, new, Visit::default()).await.unwrap();
    accounts::actor(engine, &signed_in.token).await.unwrap().unwrap()
}

async fn talk(engine: &Engine, ana: &Actor, messages: usize) -> RoomId {
    let board = boards::create(engine, ana, Uuid::now_v7(), "Website", protocol::Template::Plain).await.unwrap();
    let new = rooms::NewRoom { name: "general".into(), topic: String::new(), private: false, members: Vec::new() };
    let room = rooms::create(engine, ana, Uuid::now_v7(), board.board.id, new).await.unwrap();
    for n in 0..messages {
        let new = NewMessage {
            place: Stream::Room(room.id),
            key: Uuid::now_v7(),
            content: format!("{n}"),
            parent: None,
            quote: None,
            confirmed: false,
            files: Vec::new(),
        };
        messages::post(engine, ana, new).await.unwrap();
    }
    room.id
}

async fn heard(engine: &Engine, ana: &Actor, stream: Stream, seq: i64) -> (Vec<i64>, bool) {
    let connection = engine.hub().connect(ana);
    let cursor = Cursor { stream, epoch: engine.epoch(), seq };
    live::subscribe(engine, ana, &connection, cursor).await.unwrap();
    let taken = connection.take();
    let reset = taken.notes.contains(&ServerFrame::Reset { stream });
    let seqs = taken.frames.iter().filter_map(|frame| match serde_json::from_slice(&frame.typed()) {
        Ok(ServerFrame::Event(stored)) => Some(stored.seq),
        _ => None,
    });
    (seqs.collect(), reset)
}

#[tokio::test]
async fn old_events_of_rooms_go_but_the_last_ones_stay_and_an_old_cursor_is_reset() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    let ana = ana(&engine).await;
    let room = Stream::Room(talk(&engine, &ana, 30).await);
    let head = live::head(&engine, &ana, room).await.unwrap().seq;
    assert_eq!(heard(&engine, &ana, room, 0).await.0, (1..=head).collect::<Vec<_>>());

    let young = Retention { age_ms: 60_000, at_least: 10 };
    trim(&engine, young).await.unwrap();
    assert_eq!(heard(&engine, &ana, room, 0).await.0.len() as i64, head, "what is young stays");

    let old = Retention { age_ms: -1, at_least: 10 };
    assert!(trim(&engine, old).await.unwrap() > 0);
    assert_eq!(heard(&engine, &ana, room, 0).await, (vec![], true), "a cursor before what is left is reset");
    assert_eq!(heard(&engine, &ana, room, head - 11).await, (vec![], true));
    assert_eq!(heard(&engine, &ana, room, head - 10).await, ((head - 9..=head).collect(), false));
    assert_eq!(trim(&engine, old).await.unwrap(), 0, "nothing is left to do");
    engine.close().await;
}

#[tokio::test]
async fn events_of_boards_and_tasks_are_kept_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    let ana = ana(&engine).await;
    let board =
        boards::create(&engine, &ana, Uuid::now_v7(), "Website", protocol::Template::Plain).await.unwrap().board.id;
    for n in 0..5 {
        boards::rename(&engine, &ana, Uuid::now_v7(), board, &format!("Website {n}")).await.unwrap();
    }
    trim(&engine, Retention { age_ms: -1, at_least: 1 }).await.unwrap();
    let (seqs, reset) = heard(&engine, &ana, Stream::Board(board), 0).await;
    assert!(!reset && seqs.first() == Some(&1) && seqs.len() >= 5, "{seqs:?}");
    engine.close().await;
}

#[tokio::test]
async fn a_job_is_done_by_one_node_until_its_lease_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    let take = |holder: &'static str, now: i64| {
        engine.write(move |w| {
            Box::pin(async move { db::jobs::take(&mut w.tx, "counting", holder, now, now + 100).await })
        })
    };
    assert_eq!(take("a", 0).await, Ok(1));
    assert_eq!(take("b", 99).await, Ok(0), "a has it");
    assert_eq!(take("a", 50).await, Ok(1), "a renews it");
    assert_eq!(take("b", 150).await, Ok(1), "its lease is over");
    engine.close().await;
}

async fn left(engine: &Engine, text: &'static str, room: RoomId) -> i64 {
    let mut tx = engine.db().read().await.unwrap();
    let (count,): (i64,) = sql!(one & mut tx, text, Stream::Room(room).to_string()).unwrap();
    count
}

#[tokio::test]
async fn what_a_deleted_room_leaves_goes_in_steps_and_nothing_else_goes() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    let ana = ana(&engine).await;
    let (large, other) = (talk(&engine, &ana, 1_100).await, talk(&engine, &ana, 3).await);
    // As where a node dies between the deletion and what comes after.
    engine.write(move |w| Box::pin(async move { db::rooms::delete(&mut w.tx, large).await })).await.unwrap();
    // Three times of messages, three of events or more, the head.
    assert!(deleted::clear(&engine).await.unwrap() >= 7);
    for rows in [
        "select count(*) from messages where stream = $1",
        "select count(*) from events where stream = $1",
        "select count(*) from streams where name = $1",
        "select count(*) from watermarks where stream = $1",
    ] {
        assert_eq!(left(&engine, rows, large).await, 0, "{rows}");
        assert!(left(&engine, rows, other).await > 0, "{rows}");
    }
    assert_eq!(deleted::clear(&engine).await, Ok(0), "nothing is left to do");
    engine.close().await;
}

async fn count(tx: &mut Tx, query: &'static str) -> i64 {
    let (count,): (i64,) = sql!(one tx, query).unwrap();
    count
}

async fn what_is_gone_for_good_is_wiped(engine: Engine) {
    let ana = ana(&engine).await;
    let room = talk(&engine, &ana, 450).await;
    let texts = "select count(*) from messages where source <> ''";
    let look = async || engine.db().look().await.unwrap();
    let newest = rooms::page(&engine, &ana, room, None, crate::Zone::named("UTC")).await.unwrap().history.rows;
    let (kept, gone) = (newest[0].message.id, newest[1].message.id);
    messages::edit(&engine, &ana, Uuid::now_v7(), gone, "again @ana").await.unwrap();
    for id in [kept, gone] {
        messages::delete(&engine, &ana, Uuid::now_v7(), id).await.unwrap();
    }
    engine
        .write(move |w| {
            Box::pin(async move {
                sql!(run &mut w.tx, "update messages set deleted_at = deleted_at - 10001 where id = $1", gone)
            })
        })
        .await
        .unwrap();
    wiping::wipe(&engine).await.unwrap();
    assert_eq!(count(&mut look().await, texts).await, 449, "what can be undone is kept");
    assert_eq!(count(&mut look().await, "select count(*) from message_versions").await, 0);
    assert_eq!(count(&mut look().await, "select count(*) from mentions").await, 0);
    assert!(messages::restore(&engine, &ana, Uuid::now_v7(), kept).await.is_ok());

    messages::clear(&engine, &ana, Uuid::now_v7(), room).await.unwrap();
    let new = NewMessage {
        place: Stream::Room(room),
        key: Uuid::now_v7(),
        content: "new".into(),
        parent: None,
        quote: None,
        confirmed: false,
        files: Vec::new(),
    };
    messages::post(&engine, &ana, new).await.unwrap();
    assert_eq!(wiping::wipe(&engine).await.unwrap(), 450);
    assert_eq!(count(&mut look().await, texts).await, 1);
    let told = "select count(*) from events where message_id is not null and body not like '%redacted%'";
    assert_eq!(count(&mut look().await, told).await, 1, "the log says nothing of them either");
    assert_eq!(wiping::wipe(&engine).await.unwrap(), 0, "nothing is left to do");
    engine.close().await;
}

async fn files_that_nobody_wants_are_swept(there: impl Fn() -> usize, engine: Engine) {
    let ana = ana(&engine).await;
    let room = talk(&engine, &ana, 0).await;
    let take_in = async |content: &'static [u8]| {
        let pieces = futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(content))]);
        files::take_in(&engine, &ana, Uuid::now_v7(), "a.txt", pieces).await.unwrap().id
    };
    let post = async |file| {
        let (content, files) = (String::new(), vec![file]);
        let new = NewMessage {
            place: Stream::Room(room),
            key: Uuid::now_v7(),
            content,
            parent: None,
            quote: None,
            files,
            confirmed: false,
        };
        messages::post(&engine, &ana, new).await.unwrap().message.id
    };
    let (kept, deleted, given_up) = (take_in(b"kept").await, take_in(b"deleted").await, take_in(b"given up").await);
    post(kept).await;
    let message = post(deleted).await;
    messages::delete(&engine, &ana, Uuid::now_v7(), message).await.unwrap();
    files::give_up(&engine, &ana, given_up).await.unwrap();
    assert_eq!(files::sweep(&engine).await.unwrap(), 1, "the deletion can be undone");
    assert_eq!(there(), 2);
    let expire = "update files set expires_at = 1 where expires_at is not null";
    engine.write(move |w| Box::pin(async move { sql!(run &mut w.tx, expire) })).await.unwrap();
    assert_eq!(files::sweep(&engine).await.unwrap(), 1);
    assert_eq!(there(), 1);
    assert!(messages::restore(&engine, &ana, Uuid::now_v7(), message).await.is_err(), "nothing is left of it");
    assert!(files::open(&engine, &ana, kept, false).await.is_ok());

    rooms::delete(&engine, &ana, Uuid::now_v7(), room).await.unwrap();
    deleted::clear(&engine).await.unwrap();
    files::sweep(&engine).await.unwrap();
    assert_eq!(there(), 0, "a room takes its files along");
    assert_eq!(count(&mut engine.db().look().await.unwrap(), "select count(*) from files").await, 0);
    engine.close().await;
}

/// How many contents are in the data folder.
fn on_disk(folder: &tempfile::TempDir) -> impl Fn() -> usize {
    let files = folder.path().join("files");
    move || {
        let shards = std::fs::read_dir(&files).unwrap();
        shards.map(|shard| std::fs::read_dir(shard.unwrap().path()).unwrap().count()).sum()
    }
}

async fn a_deleted_task_goes_for_good_in_time(folder: &tempfile::TempDir, engine: Engine) {
    let ana = ana(&engine).await;
    let board =
        boards::create(&engine, &ana, Uuid::now_v7(), "Website", protocol::Template::Plain).await.unwrap().board.id;
    let make = async |title: &str| {
        let new = tasks::NewTask { title: title.into(), description: title.into(), ..Default::default() };
        tasks::create(&engine, &ana, Uuid::now_v7(), board, new).await.unwrap().card.id
    };
    let fill = async |task| {
        let pieces = futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"a file"))]);
        let file = files::take_in(&engine, &ana, Uuid::now_v7(), "a.txt", pieces).await.unwrap().id;
        let new = NewMessage {
            place: Stream::Task(task),
            key: Uuid::now_v7(),
            content: "swordfish too".into(),
            parent: None,
            quote: None,
            confirmed: false,
            files: vec![file],
        };
        messages::post(&engine, &ana, new).await.unwrap();
        let pieces = futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"another"))]);
        let file = files::take_in(&engine, &ana, Uuid::now_v7(), "b.txt", pieces).await.unwrap().id;
        let changes = vec![protocol::TaskChange::AddItem("item".into()), protocol::TaskChange::AttachFile(file)];
        tasks::change(&engine, &ana, Uuid::now_v7(), task, changes).await.unwrap();
    };
    let look = async |text| count(&mut engine.db().look().await.unwrap(), text).await;
    let tables = [
        "select count(*) from tasks",
        "select count(*) from messages",
        "select count(*) from checklist_items",
        "select count(*) from files",
        "select count(*) from streams where name like 'task:%'",
        "select count(*) from task_words",
        "select count(*) from message_words",
        "select count(*) from trashed_sources",
        "select count(*) from events where body like '%swordfish%'",
    ];
    fill(make("kept").await).await;
    let mut before = Vec::new();
    for text in tables {
        before.push(look(text).await);
    }
    let doomed = make("swordfish").await;
    fill(doomed).await;
    let on_disk = on_disk(folder);
    tasks::delete(&engine, &ana, Uuid::now_v7(), doomed).await.unwrap();
    assert_eq!(files::sweep(&engine).await.unwrap(), 0, "its files wait with it");
    assert_eq!(deleted::expire(&engine, now() - tasks::TRASH_MS).await.unwrap(), 0, "it can be restored");
    assert!(tasks::restore(&engine, &ana, Uuid::now_v7(), doomed).await.is_ok());
    tasks::delete(&engine, &ana, Uuid::now_v7(), doomed).await.unwrap();
    engine
        .write(move |w| {
            Box::pin(async move {
                let month = tasks::TRASH_MS + 1;
                sql!(run &mut w.tx, "update tasks set deleted_at = deleted_at - $2 where id = $1", doomed, month)
            })
        })
        .await
        .unwrap();
    assert_eq!(deleted::expire(&engine, now() - tasks::TRASH_MS).await.unwrap(), 1);
    deleted::clear(&engine).await.unwrap();
    files::sweep(&engine).await.unwrap();
    assert!(tasks::restore(&engine, &ana, Uuid::now_v7(), doomed).await.is_err(), "nothing is left of it");
    assert_eq!(on_disk(), 2, "nor of its files");
    for (text, rows) in tables.into_iter().zip(before) {
        assert_eq!(look(text).await, rows, "{text}");
    }
    engine.close().await;
}

#[tokio::test]
async fn a_deleted_task_goes_for_good_in_time_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    a_deleted_task_goes_for_good_in_time(&folder, engine).await;
}

#[tokio::test]
async fn a_deleted_task_goes_for_good_in_time_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = foundations::postgres::new_database().await.unwrap();
    let engine = engine_on(&folder, Some(url)).await;
    a_deleted_task_goes_for_good_in_time(&folder, engine).await;
}

#[tokio::test]
async fn files_that_nobody_wants_are_swept_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    files_that_nobody_wants_are_swept(on_disk(&folder), engine).await;
}

#[tokio::test]
async fn files_that_nobody_wants_are_swept_from_a_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let bucket = foundations::s3::Bucket::start().await.unwrap();
    let place = files::Place { url: bucket.url(), options: bucket.options() };
    let open =
        async || Engine::open(Settings { bucket: Some(place.clone()), ..settings(&folder, None) }).await.unwrap();
    files_that_nobody_wants_are_swept(|| bucket.keys().len(), open().await).await;

    // What a crash has left between the two.
    let engine = open().await;
    let ana = Visit::default();
    let new = NewAccount { username: "bo".into(), password: "a long enough phrase".into(), ..NewAccount::default() };
    let signed_in = accounts::sign_up(&engine, new, ana).await.unwrap();
    let bo = accounts::actor(&engine, &signed_in.token).await.unwrap().unwrap();
    for name in ["known", "left"] {
        let pieces = futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"content"))]);
        files::take_in(&engine, &bo, Uuid::now_v7(), name, pieces).await.unwrap();
    }
    let forget = "delete from files where name = 'left'";
    engine.write(move |w| Box::pin(async move { sql!(run &mut w.tx, forget) })).await.unwrap();
    let sweep = async || {
        for shard in 0..=u8::MAX {
            files::sweep_shard(&engine, shard).await.unwrap();
        }
        bucket.keys().len()
    };
    assert_eq!(sweep().await, 2, "it may be just on its way");
    bucket.age(chrono::TimeDelta::hours(25));
    assert_eq!(sweep().await, 1);
    engine.close().await;
}

#[tokio::test]
async fn files_that_nobody_wants_are_swept_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = foundations::postgres::new_database().await.unwrap();
    let engine = engine_on(&folder, Some(url)).await;
    files_that_nobody_wants_are_swept(on_disk(&folder), engine).await;
}

#[tokio::test]
async fn what_is_gone_for_good_is_wiped_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    what_is_gone_for_good_is_wiped(engine(&folder).await).await;
}

#[tokio::test]
async fn what_is_gone_for_good_is_wiped_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = foundations::postgres::new_database().await.unwrap();
    what_is_gone_for_good_is_wiped(engine_on(&folder, Some(url)).await).await;
}
