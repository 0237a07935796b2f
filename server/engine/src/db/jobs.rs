//! Leases of jobs that one node does for all.

use super::{Tx, sql};
use crate::Result;

/// Takes or renews the lease of a job, unless another node holds it; 1 where it was taken.
pub(crate) async fn take(tx: &mut Tx, name: &str, holder: &str, now: i64, until: i64) -> Result<u64> {
    sql!(run tx,
        "insert into jobs (name, holder, until) values ($1, $2, $3)
         on conflict (name) do update set holder = excluded.holder, until = excluded.until
         where jobs.until <= $4 or jobs.holder = excluded.holder",
        name, holder, until, now)
}
