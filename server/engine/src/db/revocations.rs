//! What must be taken back from readers, in the order in which it was committed.

use super::{Tx, sql};
use crate::{
    Result,
    revocation::{Revoked, Withdrawal},
    write::internal,
};

/// Numbers and stores what a write revokes. The counter's row stays locked until the write ends, so
/// that a number becomes visible after all those before it; it must be the last row that is taken.
pub(crate) async fn insert(tx: &mut Tx, now: i64, withdrawals: Vec<Withdrawal>) -> Result<Vec<Revoked>> {
    if withdrawals.is_empty() {
        return Ok(Vec::new());
    }
    let count = withdrawals.len() as i64;
    let (last,): (i64,) = sql!(one tx,
        "insert into counters (name, value) values ('revocations', $1)
         on conflict (name) do update set value = counters.value + excluded.value returning value", count)?;
    let mut rows = Vec::with_capacity(withdrawals.len());
    for (what, seq) in withdrawals.into_iter().zip(last - count + 1..) {
        let body = serde_json::to_string(&what).map_err(internal)?;
        rows.push((Revoked { seq, what }, body));
    }
    let _none: Vec<(i64,)> = sql!(values &rows, (revoked, body) => [revoked.seq, now, body.as_str()], tx,
        "insert into revocations (seq, at, body) values {values}")?;
    Ok(rows.into_iter().map(|(revoked, _)| revoked).collect())
}

/// The number of the newest.
pub(crate) async fn head(tx: &mut Tx) -> Result<i64> {
    let head: Option<(i64,)> = sql!(maybe tx, "select value from counters where name = 'revocations'")?;
    Ok(head.map_or(0, |(value,)| value))
}

/// Up to `limit` after a number, in order.
pub(crate) async fn after(tx: &mut Tx, seq: i64, limit: i64) -> Result<Vec<Revoked>> {
    let rows: Vec<(i64, String)> =
        sql!(all tx, "select seq, body from revocations where seq > $1 order by seq limit $2", seq, limit)?;
    rows.into_iter()
        .map(|(seq, body)| Ok(Revoked { seq, what: serde_json::from_str(&body).map_err(internal)? }))
        .collect()
}

/// Forgets what every node has read long since.
pub(crate) async fn forget(tx: &mut Tx, before: i64) -> Result<u64> {
    sql!(run tx, "delete from revocations where at < $1", before)
}
