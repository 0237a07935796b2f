//! Writes that were done, by the client id that asked for them.

use std::collections::HashSet;

use protocol::UserId;
use uuid::Uuid;

use super::{Tx, sql};
use crate::Result;

/// A write that was done.
#[derive(sqlx::FromRow)]
pub(crate) struct Done {
    /// Digest of what was asked.
    pub(crate) request: Vec<u8>,
    /// What was answered; empty for a message, whose row is the answer.
    pub(crate) answer: String,
}

/// What this person did under this key, a message or anything else.
pub(crate) async fn find(tx: &mut Tx, author: UserId, key: Uuid) -> Result<Option<Done>> {
    sql!(maybe tx,
        "select request, answer from writes where author_id = $1 and client_id = $2
         union all
         select request, '' from messages where author_id = $1 and client_id = $2",
        author, key)
}

/// Those of the keys under which their authors did anything, a message or anything else.
pub(crate) async fn known(tx: &mut Tx, keys: &[(UserId, Uuid)]) -> Result<HashSet<(UserId, Uuid)>> {
    let rows: Vec<(UserId, Uuid)> = sql!(values keys, (author, key) => [*author, *key], tx,
        "with asked (author_id, client_id) as (values {values})
         select a.author_id, a.client_id from asked a
         left join messages m on m.author_id = a.author_id and m.client_id = a.client_id
         left join writes w on w.author_id = a.author_id and w.client_id = a.client_id
         where m.id is not null or w.at is not null")?;
    Ok(rows.into_iter().collect())
}

/// Takes a key for a write; 0 where it was taken, by a message or anything else.
pub(crate) async fn reserve(tx: &mut Tx, author: UserId, key: Uuid, request: &[u8], now: i64) -> Result<u64> {
    sql!(run tx,
        "insert into writes (author_id, client_id, request, answer, at)
         select $1, $2, $3, '', $4
         where not exists (select 1 from messages where author_id = $1 and client_id = $2)
         on conflict (author_id, client_id) do nothing",
        author, key, request, now)
}

/// Remembers what a write answered.
pub(crate) async fn answer(tx: &mut Tx, author: UserId, key: Uuid, answer: &str) -> Result<u64> {
    sql!(run tx, "update writes set answer = $3 where author_id = $1 and client_id = $2", author, key, answer)
}

/// Forgets what was done before `before`.
pub(crate) async fn forget(tx: &mut Tx, before: i64) -> Result<u64> {
    sql!(run tx, "delete from writes where at < $1", before)
}
