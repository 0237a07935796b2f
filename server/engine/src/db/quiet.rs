//! Quiet hours of people.

use protocol::{Quiet, UserId};

use super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct Row {
    zone: String,
    begins: i64,
    ends: i64,
    days: i64,
}

/// A person's quiet hours, if they have some.
pub(crate) async fn of(tx: &mut Tx, user: UserId) -> Result<Option<Quiet>> {
    let row: Option<Row> = sql!(maybe tx, "select zone, begins, ends, days from quiet_hours where user_id = $1", user)?;
    Ok(row.map(|row| Quiet {
        from: row.begins,
        to: row.ends,
        days: (0..7).filter(|day| row.days & (1 << day) != 0).collect(),
        zone: row.zone,
    }))
}

/// Sets a person's quiet hours.
pub(crate) async fn set(tx: &mut Tx, user: UserId, quiet: &Quiet) -> Result<u64> {
    let days = quiet.days.iter().fold(0_i64, |days, day| days | (1 << day));
    sql!(run tx,
        "insert into quiet_hours (user_id, zone, begins, ends, days) values ($1, $2, $3, $4, $5)
         on conflict (user_id) do update set
           zone = excluded.zone, begins = excluded.begins, ends = excluded.ends, days = excluded.days",
        user, quiet.zone.as_str(), quiet.from, quiet.to, days)
}

/// A person has quiet hours no more.
pub(crate) async fn unset(tx: &mut Tx, user: UserId) -> Result<u64> {
    sql!(run tx, "delete from quiet_hours where user_id = $1", user)
}
