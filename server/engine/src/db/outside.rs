//! What is to reach people outside the page: what is undecided, and what is to be sent.

use protocol::{NotificationId, SessionId, UserId};

use super::{Tx, sql};
use crate::Result;

/// A row of an inbox about which is to be decided.
#[derive(sqlx::FromRow)]
pub(crate) struct Undecided {
    pub(crate) notification_id: NotificationId,
    pub(crate) user_id: UserId,
    pub(crate) told_at: i64,
}

/// Has it decided whether rows that were just raised go to their people's devices, as far as those have some
/// and it is not waited for already. What went out less than `calm` ago waits for so long.
pub(crate) async fn raise(tx: &mut Tx, rows: &[NotificationId], now: i64, calm: i64) -> Result<u64> {
    sql!(run_in rows, tx,
        "insert into outside (notification_id, user_id, told_at, from_at)
         select n.id, n.user_id, $1, case when n.sent_at + $2 > $1 then n.sent_at + $2 else $1 end
         from notifications n where n.id in ({ids})
           and exists (select 1 from push_subscriptions p where p.user_id = n.user_id)
         on conflict (notification_id) do nothing",
        now, calm)
}

/// What waited until a moment, the longest first.
pub(crate) async fn undecided(tx: &mut Tx, until: i64, limit: i64) -> Result<Vec<Undecided>> {
    sql!(all tx,
        "select notification_id, user_id, told_at from outside where from_at <= $1 order by from_at, notification_id
         limit $2",
        until, limit)
}

/// Keeps a row of an inbox as it is until this write ends; 0 where it is gone. What takes rows out of inboxes
/// takes them before what hangs on them, and so must who decides.
pub(crate) async fn hold(tx: &mut Tx, row: NotificationId) -> Result<u64> {
    sql!(run tx, "update notifications set at = at where id = $1", row)
}

/// Takes what was undecided, to decide it; 0 where another node was first.
pub(crate) async fn take(tx: &mut Tx, row: NotificationId, until: i64) -> Result<u64> {
    sql!(run tx, "delete from outside where notification_id = $1 and from_at <= $2", row, until)
}

/// Puts off the decision.
pub(crate) async fn put_off(tx: &mut Tx, row: NotificationId, from: i64, until: i64) -> Result<u64> {
    sql!(run tx, "update outside set from_at = $2 where notification_id = $1 and from_at <= $3", row, from, until)
}

/// Has a row sent to every browser of its person, and notes when.
pub(crate) async fn send(tx: &mut Tx, row: NotificationId, user: UserId, now: i64) -> Result<u64> {
    sql!(run tx, "update notifications set sent_at = $2 where id = $1", row, now)?;
    sql!(run tx,
        "insert into pushes (subscription_id, notification_id, due_at)
         select id, $1, $3 from push_subscriptions where user_id = $2
         on conflict (subscription_id, notification_id) do update set due_at = excluded.due_at, tries = 0",
        row, user, now)
}

/// What is to be sent, the longest due first.
pub(crate) async fn due(tx: &mut Tx, now: i64, limit: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> =
        sql!(all tx, "select id from pushes where due_at <= $1 order by due_at, id limit $2", now, limit)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Something to send, and to which browser.
#[derive(sqlx::FromRow)]
pub(crate) struct Push {
    pub(crate) subscription_id: i64,
    pub(crate) notification_id: NotificationId,
    pub(crate) user_id: UserId,
    pub(crate) endpoint: String,
    pub(crate) p256dh: Vec<u8>,
    pub(crate) auth: Vec<u8>,
    pub(crate) tries: i64,
}

/// Takes what is due, to send it; until `lease` it is nobody else's. None where another node was first.
pub(crate) async fn lease(tx: &mut Tx, push: i64, now: i64, lease: i64) -> Result<Option<Push>> {
    if sql!(run tx, "update pushes set due_at = $3, tries = tries + 1 where id = $1 and due_at <= $2", push, now, lease)?
        == 0
    {
        return Ok(None);
    }
    sql!(maybe tx,
        "select p.subscription_id, p.notification_id, s.user_id, s.endpoint, s.p256dh, s.auth, p.tries
         from pushes p join push_subscriptions s on s.id = p.subscription_id where p.id = $1",
        push)
}

/// It was sent, or is not to be.
pub(crate) async fn done(tx: &mut Tx, push: i64, tries: i64) -> Result<u64> {
    sql!(run tx, "delete from pushes where id = $1 and tries = $2", push, tries)
}

/// It is to be sent again.
pub(crate) async fn again(tx: &mut Tx, push: i64, tries: i64, at: i64) -> Result<u64> {
    sql!(run tx, "update pushes set due_at = $3 where id = $1 and tries = $2", push, tries, at)
}

/// A browser that takes messages.
pub(crate) struct Subscription<'a> {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) endpoint: &'a str,
    pub(crate) p256dh: &'a [u8],
    pub(crate) auth: &'a [u8],
}

/// Takes up a browser, in place of what its sign-in or its endpoint had; of more than `most` of its person the
/// oldest give way.
pub(crate) async fn subscribe(tx: &mut Tx, new: &Subscription<'_>, now: i64, most: i64) -> Result<()> {
    sql!(run tx, "delete from push_subscriptions where session_id = $1 or endpoint = $2", new.session, new.endpoint)?;
    sql!(run tx,
        "insert into push_subscriptions (user_id, session_id, endpoint, p256dh, auth, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        new.user, new.session, new.endpoint, new.p256dh, new.auth, now)?;
    sql!(run tx,
        "delete from push_subscriptions where user_id = $1 and id not in
         (select id from push_subscriptions where user_id = $1 order by id desc limit $2)",
        new.user, most)?;
    Ok(())
}

/// The browser of a sign-in takes messages no more.
pub(crate) async fn unsubscribe(tx: &mut Tx, session: SessionId) -> Result<u64> {
    sql!(run tx, "delete from push_subscriptions where session_id = $1", session)
}

/// A browser is not there any more.
pub(crate) async fn forget(tx: &mut Tx, subscription: i64) -> Result<u64> {
    sql!(run tx, "delete from push_subscriptions where id = $1", subscription)
}

/// Does the browser of a sign-in take messages?
pub(crate) async fn subscribed(tx: &mut Tx, session: SessionId) -> Result<bool> {
    let row: Option<(i64,)> = sql!(maybe tx, "select id from push_subscriptions where session_id = $1", session)?;
    Ok(row.is_some())
}

/// The key of this installation, made of what is given where there is none yet.
pub(crate) async fn key(tx: &mut Tx, fresh: &str) -> Result<String> {
    sql!(run tx, "insert into meta (name, value) values ('vapid', $1) on conflict (name) do nothing", fresh)?;
    let (key,): (String,) = sql!(one tx, "select value from meta where name = 'vapid'")?;
    Ok(key)
}
