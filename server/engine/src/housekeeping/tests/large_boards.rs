//! A large board that is deleted goes in steps.

use super::*;
use crate::db::boards::ending;

/// Tasks and rooms that one step does not take out.
const MANY: (i64, i64) = (1_100, 45);

async fn a_large_board_that_is_deleted_goes_in_steps(folder: &tempfile::TempDir, engine: Engine) {
    let ana = ana(&engine).await;
    let kept = talk(&engine, &ana, 3).await;
    let tables = [
        "select count(*) from boards",
        "select count(*) from board_columns",
        "select count(*) from tasks",
        "select count(*) from rooms",
        "select count(*) from streams",
    ];
    let look = async |text| count(&mut engine.db().look().await.unwrap(), text).await;
    let mut before = Vec::new();
    for text in tables {
        before.push(look(text).await);
    }
    let board =
        boards::create(&engine, &ana, Uuid::now_v7(), "Doomed", protocol::Template::Plain).await.unwrap().board.id;
    let new = tasks::NewTask { title: "first".into(), ..Default::default() };
    let first = tasks::create(&engine, &ana, Uuid::now_v7(), board, new).await.unwrap().card.id;
    let pieces = futures::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"a file"))]);
    let file = files::take_in(&engine, &ana, Uuid::now_v7(), "a.txt", pieces).await.unwrap().id;
    tasks::change(&engine, &ana, Uuid::now_v7(), first, vec![protocol::TaskChange::AttachFile(file)]).await.unwrap();
    for n in 0..MANY.1 {
        let new = rooms::NewRoom { name: format!("{n}"), topic: String::new(), private: false, members: Vec::new() };
        rooms::create(&engine, &ana, Uuid::now_v7(), board, new).await.unwrap();
    }
    let many = "with recursive n (i) as (select 2 union all select i + 1 from n where i < $2)
         insert into tasks (board_id, number, column_id, position, title, description, description_html, created_at)
         select t.board_id, n.i, t.column_id, t.position || n.i, 'more', '', '', 0 from n, tasks t where t.id = $1";
    engine.write(move |w| Box::pin(async move { sql!(run &mut w.tx, many, first, MANY.0) })).await.unwrap();
    // As where a node dies between the deletion and what comes after.
    engine.write(move |w| Box::pin(async move { ending::close(&mut w.tx, board, w.now).await })).await.unwrap();
    assert!(boards::page(&engine, &ana, board, crate::Zone::named("UTC")).await.is_err());
    // Three times of tasks, three of rooms, and the streams.
    assert!(deleted::clear(&engine).await.unwrap() >= 6);
    for (text, rows) in tables.into_iter().zip(before) {
        assert_eq!(look(text).await, rows, "{text}");
    }
    assert_eq!(files::sweep(&engine).await.unwrap(), 1);
    assert_eq!(on_disk(folder)(), 0, "its files are gone");
    assert_eq!(deleted::clear(&engine).await, Ok(0), "nothing is left to do");
    assert!(rooms::page(&engine, &ana, kept, None, crate::Zone::named("UTC")).await.is_ok());
    engine.close().await;
}

#[tokio::test]
async fn a_large_board_that_is_deleted_goes_in_steps_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder).await;
    a_large_board_that_is_deleted_goes_in_steps(&folder, engine).await;
}

#[tokio::test]
async fn a_large_board_that_is_deleted_goes_in_steps_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = foundations::postgres::new_database().await.unwrap();
    let engine = engine_on(&folder, Some(url)).await;
    a_large_board_that_is_deleted_goes_in_steps(&folder, engine).await;
}
