//! The disk is full; the file is damaged, taken away, or none at all.

use std::fs;

use protocol::{Error, UserId};
use uuid::Uuid;

use super::{
    super::Limits,
    bench::{Bench, Scene, open, post, say, scene},
};
use crate::{
    db::{self, Db, Tx, fault, sql},
    rooms,
};

#[tokio::test]
async fn where_the_disk_is_full_writes_are_refused_and_reads_go_on_and_it_heals() {
    let bench = Bench::new().await;
    let Scene { ana, room, .. } = scene(&bench.engine).await;
    let limit = |pages: i64| {
        let text = format!("pragma max_page_count = {pages}");
        bench.engine.write(move |w| {
            Box::pin(async move {
                let Tx::Sqlite(connection) = &mut w.tx else { panic!("this is about SQLite") };
                let set = sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut **connection).await;
                set.map(drop).map_err(fault)
            })
        })
    };
    limit(1).await.unwrap();
    let long = "x".repeat(9_000);
    let mut asked: Vec<_> = (0..8).map(|_| say(&ana, room, Uuid::now_v7(), &long)).collect();
    let posted = bench.together(asked.clone().into_iter().map(|asked| post(&bench.engine, asked))).await;
    let codes: Vec<_> = posted.iter().map(|posted| posted.as_ref().err()).collect();
    assert!(codes.iter().all(|code| *code == Some(&Error::Unavailable)), "{codes:?}");
    let page = rooms::page(&bench.engine, &ana, room, None, crate::Zone::named("UTC")).await.unwrap();
    assert_eq!(page.n, 0, "reading goes on, and nothing was changed");

    limit(1_000_000).await.unwrap();
    let again = post(&bench.engine, asked.remove(0)).await.unwrap();
    assert_eq!((again.message.n, again.fresh), (1, true));
}

#[tokio::test]
async fn a_damaged_file_is_not_written_any_more() {
    let bench = Bench::new().await;
    let page = bench.engine.write(|w| {
        Box::pin(async move {
            let (page,): (i64,) =
                sql!(one & mut w.tx, "select rootpage from sqlite_schema where type = 'table' and name = 'writes'")?;
            Ok(page)
        })
    });
    let page = page.await.unwrap();
    bench.name("before").await.unwrap();
    bench.engine.close().await;
    let path = bench.folder.path().join("boardwalk.db");
    let mut content = fs::read(&path).unwrap();
    content[(page as usize - 1) * 4096..page as usize * 4096].fill(0xff);
    fs::write(&path, content).unwrap();

    let engine = open(&bench.folder, Limits::default()).await.unwrap();
    let hurt = Bench { engine, folder: tempfile::tempdir().unwrap() };
    let hits = hurt
        .engine
        .write(|w| Box::pin(async move { db::writes::reserve(&mut w.tx, UserId(1), Uuid::nil(), &[], 0).await }));
    assert!(hits.await.is_err());
    assert_eq!(hurt.name("after").await, Err(Error::Unavailable));
    assert_eq!(hurt.engine.ready().await, Err(Error::Unavailable), "and it says so");
    assert_eq!(hurt.names().await, ["before"], "what can be read is read");
}

#[tokio::test]
async fn what_is_no_database_or_can_not_be_written_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("boardwalk.db"), "This is a letter, not a database. ".repeat(200)).unwrap();
    assert!(open(&folder, Limits::default()).await.is_err());

    let bench = Bench::new().await;
    bench.engine.close().await;
    let url = format!("sqlite:{}?mode=ro", bench.folder.path().join("boardwalk.db").display());
    assert!(Db::open(Some(&url), bench.folder.path()).await.is_err());
}

#[tokio::test]
async fn a_file_that_is_taken_away_is_not_replaced_by_an_empty_one() {
    let bench = Bench::new().await;
    let path = bench.folder.path().join("boardwalk.db");
    fs::rename(&path, bench.folder.path().join("elsewhere.db")).unwrap();
    // The connection that is open may still work; once it does not, no new file is made.
    let file = bench.writer().shared.file.clone();
    assert!(file.reopen().await.is_err());
    assert!(!path.exists());
}
