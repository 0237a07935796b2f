//! Both databases end with the same tables and columns, but for the index of words, which each keeps
//! in its own way.

use std::collections::BTreeSet;

use foundations::postgres::new_database;
use sqlx::{Connection, PgConnection, Row, SqliteConnection};

use crate::app::TestApp;

/// A column: table, name, kind, may it be null.
type Column = (String, String, &'static str, bool);

fn kind(name: &str) -> &'static str {
    match name.to_ascii_lowercase().as_str() {
        "integer" | "bigint" | "boolean" => "number",
        "blob" | "bytea" | "uuid" => "bytes",
        "text" => "text",
        other => panic!("an unknown type: {other}"),
    }
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let mut app = TestApp::on_sqlite().await;
    let file = app.data_dir().join("boardwalk.db");
    app.stop().await;
    let mut sqlite = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let rows = sqlx::query(
        "select t.name, c.name, c.type, c.\"notnull\" = 0 and c.pk = 0 from sqlite_master t, pragma_table_info(t.name) c
         where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like '_sqlx%'
         and t.name not like '%\\_words%' escape '\\'",
    )
    .fetch_all(&mut sqlite)
    .await
    .unwrap();
    let on_sqlite: BTreeSet<Column> =
        rows.iter().map(|row| (row.get(0), row.get(1), kind(row.get::<&str, _>(2)), row.get::<bool, _>(3))).collect();

    let url = new_database().await.unwrap();
    let for_tables = url.clone();
    let mut app = TestApp::start(move |config| config.settings.database_url = Some(for_tables)).await;
    app.stop().await;
    let mut server = PgConnection::connect(&url).await.unwrap();
    let rows = sqlx::query(
        "select table_name::text, column_name::text, data_type::text, is_nullable = 'YES'
         from information_schema.columns where table_schema = 'public' and table_name not like '\\_sqlx%'
         and table_name not like '%\\_words'",
    )
    .fetch_all(&mut server)
    .await
    .unwrap();
    let on_postgres: BTreeSet<Column> =
        rows.iter().map(|row| (row.get(0), row.get(1), kind(row.get::<&str, _>(2)), row.get::<bool, _>(3))).collect();

    assert!(on_sqlite.len() > 60, "{on_sqlite:?}");
    let differ: Vec<_> = on_sqlite.symmetric_difference(&on_postgres).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}
