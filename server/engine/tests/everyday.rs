//! Accounts, boards and tasks as people use them, on a database of their own.

use engine::{Actor, Engine, Settings, Signup, Zone, accounts::{self, NewAccount, Visit}, boards, members, nav, tasks::{self, NewTask, TaskEdit}};
use protocol::{Error, Role, page::Place};
use uuid::Uuid;

async fn engine(folder: &tempfile::TempDir) -> Engine {
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        database_url: std::env::var("TEST_DATABASE_URL").ok(),
        signup: Signup::Open,
        rate_limits: false,
    };
    Engine::open(settings).await.unwrap()
}

async fn person(engine: &Engine, name: &str) -> Actor {
    let new = NewAccount { username: name.into(), password: "correct horse".into(), ..Default::default() };
    let signed = accounts::sign_up(engine, new, Visit::default()).await.unwrap();
    accounts::actor(engine, &signed.token).await.unwrap().unwrap()
}

fn key() -> Uuid { Uuid::now_v7() }

#[tokio::test(flavor = "multi_thread")]
async fn everything() {
    let folder = tempfile::tempdir().unwrap();
    let e = engine(&folder).await;
    assert!(accounts::door(&e, false).await.unwrap().first_run);
    let mut tries = Vec::new();
    for i in 0..6 {
        let e = e.clone();
        tries.push(tokio::spawn(async move { person(&e, &format!("p{i}")).await }));
    }
    let mut people = Vec::new();
    for t in tries { people.push(t.await.unwrap()); }
    assert_eq!(people.iter().filter(|p| p.me.admin).count(), 1);
    let admin = people.iter().find(|p| p.me.admin).unwrap().clone();
    let hub = boards::hub(&e, &admin).await.unwrap();
    assert_eq!(hub.boards.len(), 1);
    assert_eq!(hub.boards[0].rooms.len(), 1);
    println!("{:?}", boards::page(&e, &admin, hub.boards[0].board.board.id).await.unwrap().cards.len());
    let other = people.iter().find(|p| !p.me.admin).unwrap().clone();
    let third = people.iter().rfind(|p| !p.me.admin).unwrap().clone();

    let err = accounts::sign_up(&e, NewAccount { username: "P1".into(), password: "correct horse".into(), ..Default::default() }, Visit::default()).await.unwrap_err();
    assert_eq!(err.code(), "taken");
    for (n, p) in [("nobody", "correct horse"), ("p1", "wrong horse"), ("a\0b", "x")] {
        assert_eq!(accounts::sign_in(&e, n, p, Visit::default()).await.unwrap_err(), Error::WrongPassword);
    }
    let again = accounts::sign_in(&e, "P1", "correct horse", Visit::default()).await.unwrap();
    let p1 = accounts::actor(&e, &again.token).await.unwrap().unwrap();
    assert_eq!(accounts::page(&e, &p1, Zone::named("UTC")).await.unwrap().sessions.len(), 2);
    accounts::change_password(&e, &p1, "correct horse", "another horse").await.unwrap();
    assert_eq!(accounts::page(&e, &p1, Zone::named("UTC")).await.unwrap().sessions.len(), 1);
    accounts::change_profile(&e, &p1, "Päul One", "p@example.com").await.unwrap();
    accounts::sign_out(&e, &p1).await.unwrap();
    assert!(accounts::actor(&e, &again.token).await.unwrap().is_none());

    let k = key();
    let board = boards::create(&e, &admin, k, " Plan ").await.unwrap();
    assert_eq!(boards::create(&e, &admin, k, " Plan ").await.unwrap(), board);
    assert!(matches!(boards::create(&e, &admin, k, "Plan B").await, Err(Error::Conflict { .. })));
    let b = board.board.id;
    assert_eq!(boards::page(&e, &other, b).await.unwrap_err(), Error::NotFound);
    members::add(&e, &admin, key(), b, &format!("@{}", other.me.person.username), Role::Viewer).await.unwrap();
    assert!(matches!(members::add(&e, &admin, key(), b, &other.me.person.username, Role::Viewer).await, Err(Error::Conflict { .. })));
    assert_eq!(members::add(&e, &admin, key(), b, "nobody", Role::Viewer).await.unwrap_err().field(), Some("username"));
    assert_eq!(nav::load(&e, &other, Place::Board(b)).await.unwrap().unread, 1);
    assert_eq!(tasks::create(&e, &other, key(), b, NewTask { title: "x".into(), ..Default::default() }).await.unwrap_err(), Error::Forbidden);
    members::change_role(&e, &admin, key(), b, other.id(), Role::Member).await.unwrap();
    assert!(matches!(members::change_role(&e, &admin, key(), b, admin.id(), Role::Member).await, Err(Error::Conflict { .. })));
    assert!(matches!(members::remove(&e, &admin, key(), b, admin.id()).await, Err(Error::Conflict { .. })));
    assert_eq!(boards::rename(&e, &other, key(), b, "New").await.unwrap_err(), Error::Forbidden);
    boards::rename(&e, &admin, key(), b, "New").await.unwrap();

    let mut made = Vec::new();
    for i in 0..4 {
        let new = NewTask { title: format!("t{i}"), description: format!("hey @{} and @{}", admin.me.person.username, third.me.person.username), column: None };
        made.push(tasks::create(&e, &other, key(), b, new).await.unwrap());
    }
    assert_eq!(made.iter().map(|t| t.card.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(nav::load(&e, &admin, Place::Task(made[0].card.id)).await.unwrap().unread, 4);
    assert_eq!(nav::load(&e, &third, Place::Task(made[0].card.id)).await.unwrap().unread, 0);
    let titles = async |e: &Engine| boards::page(e, &admin, b).await.unwrap().cards.into_iter().map(|c| c.title).collect::<Vec<_>>();
    let first = made[0].card.column;
    tasks::move_to(&e, &other, key(), made[3].card.id, first, Some(1)).await.unwrap();
    assert_eq!(titles(&e).await, ["t3", "t0", "t1", "t2"]);
    tasks::move_to(&e, &other, key(), made[3].card.id, first, Some(3)).await.unwrap();
    assert_eq!(titles(&e).await, ["t0", "t1", "t3", "t2"]);
    tasks::move_to(&e, &other, key(), made[0].card.id, first, None).await.unwrap();
    assert_eq!(titles(&e).await, ["t1", "t3", "t2", "t0"]);
    tasks::move_to(&e, &other, key(), made[1].card.id, first, Some(99)).await.unwrap();
    assert_eq!(titles(&e).await, ["t3", "t2", "t0", "t1"]);

    let mut moves = Vec::new();
    for task in &made {
        let (e, other, id) = (e.clone(), other.clone(), task.card.id);
        moves.push(tokio::spawn(async move { tasks::move_to(&e, &other, key(), id, first, Some(2)).await }));
    }
    for m in moves { m.await.unwrap().unwrap(); }

    let edit = |title: &str, version| TaskEdit { title: title.into(), description: "d".into(), version };
    tasks::edit(&e, &other, key(), made[0].card.id, edit("new", 1)).await.unwrap();
    tasks::move_to(&e, &admin, key(), made[0].card.id, first, Some(2)).await.unwrap();
    let conflict = tasks::edit(&e, &admin, key(), made[0].card.id, edit("old", 1)).await.unwrap_err();
    println!("{conflict}");
    let page = tasks::page(&e, &admin, made[0].card.id, Zone::named("Europe/Berlin")).await.unwrap();
    assert_eq!((page.task.card.title.as_str(), page.task.version, page.counts.len()), ("new", 2, 1));
    members::remove(&e, &other, key(), b, other.id()).await.unwrap();
    assert_eq!(tasks::page(&e, &other, made[0].card.id, Zone::named("UTC")).await.unwrap_err(), Error::NotFound);
    assert_eq!(nav::load(&e, &other, Place::Board(b)).await.unwrap().unread, 0);
    println!("{:?}", members::page(&e, &admin, b).await.unwrap());

    let people = engine::seed::seed_demo(&e, "boardwalk-demo").await.unwrap();
    let ana = accounts::sign_in(&e, &people[0], "boardwalk-demo", Visit::default()).await.unwrap();
    let ana = accounts::actor(&e, &ana.token).await.unwrap().unwrap();
    let nav = nav::load(&e, &ana, Place::Nowhere).await.unwrap();
    println!("{nav:?}");
    for b in boards::hub(&e, &ana).await.unwrap().boards { for r in &b.rooms { println!("{} {} unread {}", b.board.board.name, r.room.name, r.unread()); } }
    for row in engine::notifications::inbox(&e, &ana, None, Zone::named("UTC")).await.unwrap().rows { println!("{} {:?} {} {}", row.notification.sentence(), row.clock, row.notification.count, row.notification.read); }
    let start = std::time::Instant::now();
    let n: u32 = std::env::var("SEED").map_or(12_000, |n| n.parse().unwrap());
    let b = engine::seed::seed(&e, engine::seed::Seed { users: 250, rooms: 7, tasks: 300, messages: n, prefix: "bench".into(), password: "benchmark!".into() }).await.unwrap();
    println!("seeded {n} in {:?}", start.elapsed());
    let bench = accounts::sign_in(&e, "bench0", "benchmark!", Visit::default()).await.unwrap();
    let bench = accounts::actor(&e, &bench.token).await.unwrap().unwrap();
    let nav = nav::load(&e, &bench, Place::Board(b)).await.unwrap();
    println!("{nav:?}");
    let rooms = nav.board.unwrap().rooms;
    let start = std::time::Instant::now();
    let page = engine::rooms::page(&e, &bench, rooms[0].room.id, Zone::named("UTC")).await.unwrap();
    println!("{:?} {} {:?}", start.elapsed(), page.n, page.history.rows.last());
    let start = std::time::Instant::now();
    println!("{} {:?}", boards::page(&e, &bench, b).await.unwrap().cards.len(), start.elapsed());
    e.close().await;
}
