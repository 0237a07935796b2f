//! One SQL text for both databases.

/// Runs one SQL text on whichever database the transaction is of. A PostgreSQL that stands still is
/// noticed by each statement.
///
/// `sql!(all tx, "text", binds…)` gives every row, `one` exactly one, `maybe` one or none, `run` the
/// number of rows changed. `sql!(all_in ids, tx, "… in ({ids}) …", binds…)` and `run_in` put the
/// placeholders of a list, after the other binds, where `{ids}` stands. `sql!(values rows, row =>
/// [expr, …], tx, "insert … values {values} …")` inserts many rows by one statement, or looks up
/// many things at once; its text has no other binds.
macro_rules! sql {
    // The same query on whichever is open, and what is made of its outcome.
    (@on $tx:expr, $fetch:ident, $query:expr; $($then:tt)*) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => $query.$fetch(&mut **tx).await$($then)*,
            $crate::db::Tx::Postgres(tx, watch) => watch.ask($query.$fetch(&mut **tx)).await$($then)*,
        }
    };
    (@do $tx:expr, $function:ident, $fetch:ident, $text:expr, [$($bind:expr),*]; $($then:tt)*) => {
        sql!(@on $tx, $fetch, sqlx::$function($text)$(.bind($bind))*; $($then)*).map_err($crate::db::fault)
    };
    (@list $ids:expr, $tx:expr, $function:ident, $fetch:ident, $text:expr, [$($bind:expr),*]; $($then:tt)*) => {{
        let fixed = <[&str]>::len(&[$(stringify!($bind)),*]);
        let text = $text.replace("{ids}", &$crate::db::placeholders(fixed, $ids.len()));
        sql!(@on $tx, $fetch, {
            let mut query = sqlx::$function(sqlx::AssertSqlSafe(text))$(.bind($bind))*;
            for id in $ids.iter() { query = query.bind(id); }
            query
        }; $($then)*).map_err($crate::db::fault)
    }};
    (all $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@do $tx, query_as, fetch_all, $text, [$($bind),*];) };
    (one $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@do $tx, query_as, fetch_one, $text, [$($bind),*];) };
    (maybe $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@do $tx, query_as, fetch_optional, $text, [$($bind),*];) };
    (run $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => {
        sql!(@do $tx, query, execute, $text, [$($bind),*]; .map(|done| done.rows_affected()))
    };
    (all_in $ids:expr, $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => { sql!(@list $ids, $tx, query_as, fetch_all, $text, [$($bind),*];) };
    (run_in $ids:expr, $tx:expr, $text:expr $(, $bind:expr)* $(,)?) => {
        sql!(@list $ids, $tx, query, execute, $text, [$($bind),*]; .map(|done| done.rows_affected()))
    };
    (values $rows:expr, $row:pat => [$($value:expr),+], $tx:expr, $text:expr) => {{
        let width = [$(stringify!($value)),+].len();
        let text = $text.replace("{values}", &$tx.value_rows($rows.len(), width));
        sql!(@on $tx, fetch_all, {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(text));
            for $row in $rows { query = query$(.bind($value))+; }
            query
        };).map_err($crate::db::fault)
    }};
}
pub(crate) use sql;

/// A text as `like … escape '\'` has it stand for itself.
pub(crate) fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// `$3, $4, $5` for three values after two others.
pub(crate) fn placeholders(after: usize, count: usize) -> String {
    if count == 0 {
        return "null".to_owned();
    }
    (after + 1..=after + count).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ")
}
