//! What people want to be told by mail and by time.

use protocol::{Mailing, Notices, Remind, UserId};

use super::{Tx, sql};
use crate::Result;

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(try_from = "String")]
    mail: Mailing,
    mail_at: i64,
    #[sqlx(try_from = "String")]
    remind: Remind,
    zone: String,
}

/// What somebody has chosen, if they have.
pub(crate) async fn of(tx: &mut Tx, user: UserId) -> Result<Option<Notices>> {
    let row: Option<Row> =
        sql!(maybe tx, "select mail, mail_at, remind, zone from notice_choices where user_id = $1", user)?;
    Ok(row.map(|Row { mail, mail_at, remind, zone }| Notices { mail, mail_at, remind, zone }))
}

/// The zone of the wall before somebody when they were last seen, if it is known.
pub(crate) async fn zone(tx: &mut Tx, user: UserId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = sql!(maybe tx, "select zone from users where id = $1", user)?;
    Ok(row.and_then(|(zone,)| zone))
}

/// Notes the zone of the wall before somebody; 0 where it was known.
pub(crate) async fn set_zone(tx: &mut Tx, user: UserId, zone: &str) -> Result<u64> {
    sql!(run tx, "update users set zone = $2 where id = $1 and zone is distinct from $2", user, zone)
}

/// Sets what somebody wants. What is in their inbox already is not mailed to who begins to want mail.
pub(crate) async fn set(tx: &mut Tx, user: UserId, notices: &Notices, token: &str) -> Result<u64> {
    sql!(run tx,
        "insert into notice_choices (user_id, mail, mail_at, remind, zone, token, from_id)
         values ($1, $2, $3, $4, $5, $6, (select coalesce(max(id), 0) from notification_sources))
         on conflict (user_id) do update set
           from_id = case when notice_choices.mail = 'never' then excluded.from_id else notice_choices.from_id end,
           mail = excluded.mail, mail_at = excluded.mail_at, remind = excluded.remind, zone = excluded.zone",
        user, notices.mail.as_str(), notices.mail_at, notices.remind.as_str(), notices.zone.as_str(), token)
}

/// Ends the mail of whoever has this token in the links of theirs; gives who that is.
pub(crate) async fn stop(tx: &mut Tx, token: &str) -> Result<Option<UserId>> {
    let row: Option<(UserId,)> =
        sql!(maybe tx, "update notice_choices set mail = 'never' where token = $1 returning user_id", token)?;
    Ok(row.map(|(user,)| user))
}

/// The address of whoever has this token in the links of their mails, and whether they want mail no more.
pub(crate) async fn stopped(tx: &mut Tx, token: &str) -> Result<Option<(String, bool)>> {
    sql!(maybe tx,
        "select u.email, c.mail = 'never' from notice_choices c join users u on u.id = c.user_id where c.token = $1",
        token)
}
