//! One person's rows for several places at once.

use protocol::{NotificationId, Reason, Stream, UserId};

use super::super::{Tx, sql};
use crate::Result;

/// Makes or renews a person's rows for several places; gives each with its place.
pub(crate) async fn raise(
    tx: &mut Tx,
    places: &[Stream],
    at: i64,
    user: UserId,
) -> Result<Vec<(NotificationId, String)>> {
    sql!(values places, place => [user, place.to_string(), at], tx,
        "insert into notifications (user_id, stream, at) values {values}
         on conflict (user_id, stream) do update set at = excluded.at returning id, stream")
}

/// Withdraws from a person what they have not read of several places for a reason that is no message's.
pub(crate) async fn withdraw_unread(tx: &mut Tx, places: &[Stream], reason: Reason, user: UserId) -> Result<()> {
    let names: Vec<String> = places.iter().map(Stream::to_string).collect();
    sql!(run_in names, tx,
        "delete from notification_sources where reason = $2 and message_id is null and read_at is null
           and notification_id in (select id from notifications where user_id = $1 and stream in ({ids}))",
        user, reason.as_str())?;
    sql!(run_in names, tx,
        "delete from notifications where user_id = $1 and stream in ({ids})
           and not exists (select 1 from notification_sources s where s.notification_id = notifications.id)",
        user)?;
    sql!(run_in names, tx,
        "update notifications
         set at = (select max(s.at) from notification_sources s where s.notification_id = notifications.id)
         where user_id = $1 and stream in ({ids})",
        user)?;
    Ok(())
}

/// Makes a person watch several places.
pub(crate) async fn watch(tx: &mut Tx, places: &[Stream], user: UserId) -> Result<()> {
    let _none: Vec<(i64,)> = sql!(values places, place => [place.to_string(), user], tx,
        "insert into watches (stream, user_id) values {values} on conflict do nothing")?;
    Ok(())
}
