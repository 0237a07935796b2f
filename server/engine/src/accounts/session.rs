//! Signing in and out, and whose request this is.

use std::time::Instant;

use protocol::{Error, Me, SessionId, UserId};
use sha2::{Digest, Sha256};

use super::{hex, random};
use crate::{
    Actor, Engine, Result, Zone,
    db::{self, accounts as rows},
    now, reminders,
    write::{Revocation, Write},
};

/// Milliseconds within which "last seen" may be behind.
const SEEN_WITHIN: i64 = 60_000;
/// A sign-in that nobody has used for so long is over, in milliseconds: 60 days.
const IDLE_MS: i64 = 60 * 24 * 60 * 60 * 1000;
/// Characters kept of how a browser names itself.
const AGENT: usize = 300;

/// From where somebody signs in, for their list of sessions.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// The browser, as it names itself.
    pub agent: String,
    /// The address.
    pub address: String,
    /// The zone of the wall before them, if the browser says it.
    pub zone: Option<Zone>,
}

/// A fresh sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What the browser shows from now on; only its hash is kept.
    pub token: String,
    /// Who.
    pub me: Me,
}

/// Signs somebody in, with a new token each time.
///
/// # Errors
/// [`Error::WrongPassword`] after the same work whichever of the two is wrong; [`Error::TooMany`].
pub async fn sign_in(engine: &Engine, username: &str, password: &str, visit: Visit) -> Result<SignedIn> {
    let username = username.trim();
    engine.limits().sign_in(username, &visit.address, Instant::now()).await?;
    let user = find(engine, username).await?;
    let hash = user.as_ref().map(|user| user.password.clone());
    let right = engine.passwords().verify(password, hash).await?;
    let user = user.filter(|_| right).ok_or(Error::WrongPassword)?;
    engine.limits().signed_in(username, &visit.address).await;
    let hash = user.password.clone();
    let me = user.into_me();
    engine
        .write(move |w| {
            Box::pin(async move {
                // A password that was changed meanwhile opens nothing.
                if rows::hold(&mut w.tx, me.person.id, &hash).await? == 0 {
                    return Err(Error::WrongPassword);
                }
                begin(w, me, &visit).await
            })
        })
        .await
}

/// No name with U+0000 is anybody's, and PostgreSQL wouldn't take it.
async fn find(engine: &Engine, username: &str) -> Result<Option<rows::User>> {
    if !protocol::mention::is_username(username) {
        return Ok(None);
    }
    rows::named(&mut engine.db().look().await?, username).await
}

/// Whose request this is: who holds the token of a sign-in that is in use.
///
/// # Errors
/// The database is away.
pub async fn actor(engine: &Engine, token: &str) -> Result<Option<Actor>> {
    actor_in(engine, token, None).await
}

/// The same, and notes now and then in which zone the wall before them is.
///
/// # Errors
/// The database is away.
pub async fn actor_in(engine: &Engine, token: &str, zone: Option<Zone>) -> Result<Option<Actor>> {
    let found = rows::actor(&mut engine.db().look().await?, &hash(token), now() - IDLE_MS).await?;
    Ok(found.map(|(actor, seen_at)| {
        if now() - seen_at > SEEN_WITHIN {
            note_seen(engine.clone(), &actor, zone);
        }
        actor
    }))
}

/// Notes that a session is in use, and in which zone, without keeping its request waiting.
fn note_seen(engine: Engine, actor: &Actor, zone: Option<Zone>) {
    let (user, session) = (actor.id(), actor.session);
    tokio::spawn(async move {
        let noted = engine.write(move |w| {
            Box::pin(async move {
                rows::touch(&mut w.tx, session, w.now, SEEN_WITHIN).await?;
                note_zone(w, user, zone).await
            })
        });
        let noted = noted.await;
        if let Err(error) = noted {
            tracing::warn!(%error, %session, "can't note when a session was last seen");
        }
    });
}

/// Notes the zone of the wall before somebody. What is due for them by time follows it, unless they have said
/// otherwise.
async fn note_zone(w: &mut Write, user: UserId, zone: Option<Zone>) -> Result<()> {
    let Some(zone) = zone else { return Ok(()) };
    if db::notices::set_zone(&mut w.tx, user, zone.name()).await? > 0 {
        reminders::plan(w, user).await?;
    }
    Ok(())
}

/// Ends this sign-in. Its sockets close at once.
///
/// # Errors
/// The database is away.
pub async fn sign_out(engine: &Engine, actor: &Actor) -> Result<()> {
    end_session(engine, actor, actor.session).await
}

/// Ends every sign-in of this person, this one included.
///
/// # Errors
/// The database is away.
pub async fn sign_out_everywhere(engine: &Engine, actor: &Actor) -> Result<()> {
    let user = actor.id();
    engine
        .write(move |w| {
            Box::pin(async move {
                let ended = rows::end_all(&mut w.tx, user).await?;
                revoke(w, ended);
                Ok(())
            })
        })
        .await
}

/// Ends one of this person's sign-ins. One that is over already stays over.
///
/// # Errors
/// The database is away.
pub async fn end_session(engine: &Engine, actor: &Actor, session: SessionId) -> Result<()> {
    let user = actor.id();
    engine
        .write(move |w| {
            Box::pin(async move {
                let ended = rows::end_session(&mut w.tx, user, session).await?;
                revoke(w, ended);
                Ok(())
            })
        })
        .await
}

/// Signs somebody in, as part of a write.
pub(super) async fn begin(w: &mut Write, me: Me, visit: &Visit) -> Result<SignedIn> {
    let token = hex(&random::<32>()?);
    let visit = Visit { agent: shown(&visit.agent), address: shown(&visit.address), zone: visit.zone };
    note_zone(w, me.person.id, visit.zone).await?;
    rows::insert_session(&mut w.tx, me.person.id, &hash(&token), &visit, w.now).await?;
    Ok(SignedIn { token, me })
}

/// Closes the sockets of sessions that a write has ended.
pub(super) fn revoke(w: &mut Write, ended: Vec<(SessionId,)>) {
    w.revoke(Revocation::Sessions(ended.into_iter().map(|(session,)| session).collect()));
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(AGENT).collect()
}
