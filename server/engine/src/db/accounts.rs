//! Users, their sessions, and what the installation knows of itself.

use protocol::{Me, Person, Session, SessionId, UserId};

use super::{Tx, rooms::PersonRow, sql};
use crate::{Actor, Result};

/// A user as the sign-in sees them.
#[derive(sqlx::FromRow)]
pub(crate) struct User {
    #[sqlx(flatten)]
    person: PersonRow,
    admin: bool,
    pub(crate) email: String,
    pub(crate) password: String,
}

impl User {
    /// As they see themselves.
    pub(crate) fn into_me(self) -> Me {
        Me { person: self.person.into(), admin: self.admin }
    }
}

/// What a new user is made of; everything has been checked.
pub(crate) struct NewUser {
    pub(crate) username: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    /// The password's hash.
    pub(crate) password: String,
    pub(crate) admin: bool,
}

/// Keeps every other new account waiting until this write ends.
pub(crate) async fn lock(tx: &mut Tx) -> Result<u64> {
    sql!(run tx, "update meta set value = value where name = 'epoch'")
}

/// Has anybody an account?
pub(crate) async fn any(tx: &mut Tx) -> Result<bool> {
    let one: Option<(UserId,)> = sql!(maybe tx, "select id from users limit 1")?;
    Ok(one.is_some())
}

/// Makes a user; `None` if the username is in use.
pub(crate) async fn insert(tx: &mut Tx, new: &NewUser, now: i64) -> Result<Option<UserId>> {
    let id: Option<(UserId,)> = sql!(maybe tx,
        "insert into users (username, username_key, display_name, name_key, email, password, admin, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (username_key) do nothing returning id",
        &new.username, username_key(&new.username), &new.display_name, name_key(&new.username, &new.display_name),
        &new.email, &new.password, new.admin, now)?;
    Ok(id.map(|(id,)| id))
}

/// What makes a username unique without case.
pub(crate) fn username_key(username: &str) -> String {
    username.to_ascii_lowercase()
}

/// What completion looks in.
pub(crate) fn name_key(username: &str, display_name: &str) -> String {
    protocol::text::fold(&format!("{username} {display_name}"))
}

/// The user of that name, if they may sign in.
pub(crate) async fn named(tx: &mut Tx, username: &str) -> Result<Option<User>> {
    sql!(maybe tx,
        "select id, username, display_name, admin, email, password from users
         where username_key = $1 and deactivated_at is null",
        username_key(username))
}

/// The user of that id.
pub(crate) async fn user(tx: &mut Tx, id: UserId) -> Result<User> {
    sql!(one tx, "select id, username, display_name, admin, email, password from users where id = $1", id)
}

/// Somebody whose account is not closed.
pub(crate) async fn active(tx: &mut Tx, id: UserId) -> Result<Option<Me>> {
    let row: Option<User> = sql!(maybe tx,
        "select id, username, display_name, admin, email, password from users where id = $1 and deactivated_at is null",
        id)?;
    Ok(row.map(User::into_me))
}

/// Keeps somebody's password as it is until this write ends; 0 where it has been changed, or they
/// have been deactivated, since it was looked at.
pub(crate) async fn hold(tx: &mut Tx, id: UserId, hash: &str) -> Result<u64> {
    sql!(run tx,
        "update users set password = password where id = $1 and password = $2 and deactivated_at is null", id, hash)
}

/// Sets the hash of somebody's password.
pub(crate) async fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> Result<u64> {
    sql!(run tx, "update users set password = $1 where id = $2", hash, id)
}

/// Sets what somebody says of themselves.
pub(crate) async fn set_profile(tx: &mut Tx, person: &Person, email: &str) -> Result<u64> {
    sql!(run tx,
        "update users set display_name = $1, name_key = $2, email = $3 where id = $4",
        &person.display_name, name_key(&person.username, &person.display_name), email, person.id)
}

/// Signs somebody in.
pub(crate) async fn insert_session(
    tx: &mut Tx,
    user: UserId,
    token_hash: &[u8],
    visit: &crate::accounts::Visit,
    now: i64,
) -> Result<SessionId> {
    let (id,): (SessionId,) = sql!(one tx,
        "insert into sessions (user_id, token_hash, agent, address, created_at, seen_at)
         values ($1, $2, $3, $4, $5, $5) returning id",
        user, token_hash, &visit.agent, &visit.address, now)?;
    Ok(id)
}

#[derive(sqlx::FromRow)]
struct Seen {
    #[sqlx(flatten)]
    person: PersonRow,
    admin: bool,
    session: SessionId,
    seen_at: i64,
}

/// Who holds the token, and when they were last seen; `None` once they are signed out or deactivated,
/// or were not seen after `seen_after`.
pub(crate) async fn actor(tx: &mut Tx, token_hash: &[u8], seen_after: i64) -> Result<Option<(Actor, i64)>> {
    let row: Option<Seen> = sql!(maybe tx,
        "select u.id, u.username, u.display_name, u.admin, s.id as session, s.seen_at
         from sessions s join users u on u.id = s.user_id
         where s.token_hash = $1 and s.seen_at > $2 and u.deactivated_at is null",
        token_hash, seen_after)?;
    Ok(row.map(|row| {
        let me = Me { person: row.person.into(), admin: row.admin };
        (Actor { me, session: row.session }, row.seen_at)
    }))
}

/// Notes when a session was last seen, unless another request of the last `within` has.
pub(crate) async fn touch(tx: &mut Tx, session: SessionId, now: i64, within: i64) -> Result<u64> {
    sql!(run tx, "update sessions set seen_at = $1 where id = $2 and seen_at <= $3", now, session, now - within)
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    id: SessionId,
    agent: String,
    address: String,
    created_at: i64,
    seen_at: i64,
}

/// Somebody's sessions, newest first.
pub(crate) async fn sessions(tx: &mut Tx, actor: &Actor) -> Result<Vec<Session>> {
    let rows: Vec<SessionRow> = sql!(all tx,
        "select id, agent, address, created_at, seen_at from sessions where user_id = $1 order by id desc",
        actor.id())?;
    let session = |SessionRow { id, agent, address, created_at, seen_at }| Session {
        id,
        agent,
        address,
        created_at,
        seen_at,
        current: id == actor.session,
    };
    Ok(rows.into_iter().map(session).collect())
}

/// Ends one session of somebody's; gives what was ended.
pub(crate) async fn end_session(tx: &mut Tx, user: UserId, session: SessionId) -> Result<Vec<(SessionId,)>> {
    sql!(all tx, "delete from sessions where id = $1 and user_id = $2 returning id", session, user)
}

/// Ends every session of somebody's but one; gives what was ended.
pub(crate) async fn end_others(tx: &mut Tx, user: UserId, kept: SessionId) -> Result<Vec<(SessionId,)>> {
    sql!(all tx, "delete from sessions where user_id = $1 and id <> $2 returning id", user, kept)
}

/// Ends every session of somebody's; gives what was ended.
pub(crate) async fn end_all(tx: &mut Tx, user: UserId) -> Result<Vec<(SessionId,)>> {
    sql!(all tx, "delete from sessions where user_id = $1 returning id", user)
}

/// Writes the epoch down, unless there is one.
pub(crate) async fn begin_epoch(tx: &mut Tx, epoch: &str) -> Result<u64> {
    sql!(run tx, "insert into meta (name, value) values ('epoch', $1) on conflict (name) do nothing", epoch)
}

/// The epoch that was written down.
pub(crate) async fn epoch(tx: &mut Tx) -> Result<String> {
    let (epoch,): (String,) = sql!(one tx, "select value from meta where name = 'epoch'")?;
    Ok(epoch)
}

/// May others see that the person of a sign-in is here? `None` where the sign-in has ended.
pub(crate) async fn session_alive(tx: &mut Tx, session: SessionId) -> Result<Option<bool>> {
    let row: Option<(bool,)> = sql!(maybe tx,
        "select u.shown from sessions s join users u on u.id = s.user_id where s.id = $1", session)?;
    Ok(row.map(|(shown,)| shown))
}

/// Gives the installation another epoch.
pub(crate) async fn set_epoch(tx: &mut Tx, epoch: &str) -> Result<u64> {
    sql!(run tx, "update meta set value = $1 where name = 'epoch'", epoch)
}

/// May others see that this person is here, and how far they have read?
pub(crate) async fn shown(tx: &mut Tx, user: UserId) -> Result<(bool, bool)> {
    sql!(one tx, "select shown, receipts from users where id = $1", user)
}

/// Sets whether others may see that this person is here, and how far they have read. Who is not shown is
/// not remembered as seen.
pub(crate) async fn set_shown(tx: &mut Tx, user: UserId, shown: bool, receipts: bool) -> Result<u64> {
    sql!(run tx,
        "update users set shown = $1, receipts = $2, last_seen_at = case when $1 then last_seen_at end where id = $3",
        shown, receipts, user)
}

/// Notes that these people were here just now, those who show it.
pub(crate) async fn note_here(tx: &mut Tx, users: &[UserId], now: i64) -> Result<u64> {
    sql!(run_in users, tx, "update users set last_seen_at = $1 where shown and id in ({ids})", now)
}

/// Deactivates an account, or activates it again where `at` is none; 0 where it was so already.
pub(crate) async fn set_deactivated(tx: &mut Tx, user: UserId, at: Option<i64>) -> Result<u64> {
    sql!(run tx,
        "update users set deactivated_at = $1 where id = $2 and (deactivated_at is null) <> ($1 is null)", at, user)
}

/// Is there an admin who may sign in, but for this person?
pub(crate) async fn another_admin(tx: &mut Tx, but: UserId) -> Result<bool> {
    let one: Option<(UserId,)> = sql!(maybe tx,
        "select id from users where admin and deactivated_at is null and id <> $1 limit 1", but)?;
    Ok(one.is_some())
}

/// Is this account there, and not deactivated?
pub(crate) async fn is_open(tx: &mut Tx, user: UserId) -> Result<bool> {
    let row: Option<(UserId,)> = sql!(maybe tx, "select id from users where id = $1 and deactivated_at is null", user)?;
    Ok(row.is_some())
}

/// The account of that name, deactivated or not.
pub(crate) async fn any_named(tx: &mut Tx, username: &str) -> Result<Option<User>> {
    sql!(maybe tx,
        "select id, username, display_name, admin, email, password from users where username_key = $1",
        username_key(username))
}
