//! What somebody changes of their own account.

use std::time::Instant;

use protocol::{
    Error, Event, Me, Stream, limits,
    page::{Account, SessionRow},
    text,
};

use super::{email, session};
use crate::{
    Actor, Engine, Result, Zone,
    bus::Said,
    db::{self, accounts as rows, boards},
    notices, passwords,
};

/// The account page.
///
/// # Errors
/// The database is away.
pub async fn page(engine: &Engine, actor: &Actor, zone: Zone) -> Result<Account> {
    let mut tx = engine.db().read().await?;
    let user = rows::user(&mut tx, actor.id()).await?;
    let sessions = rows::sessions(&mut tx, actor).await?;
    let row = |session: protocol::Session| SessionRow {
        created: zone.clock(session.created_at),
        seen: zone.clock(session.seen_at),
        session,
    };
    let email = user.email.clone();
    let (shown, receipts) = rows::shown(&mut tx, actor.id()).await?;
    let quiet = db::quiet::of(&mut tx, actor.id()).await?;
    let pushed = db::outside::subscribed(&mut tx, actor.session).await?;
    let (notices, mail) = notices::page(engine, &mut tx, actor.id(), &email, zone).await?;
    let zone = zone.name().to_owned();
    Ok(Account {
        me: user.into_me(),
        email,
        shown,
        receipts,
        quiet,
        zone,
        push_key: engine.push().public_key(),
        pushed,
        notices,
        mail,
        sessions: sessions.into_iter().map(row).collect(),
    })
}

/// Sets a new password and ends every other sign-in.
///
/// # Errors
/// [`Error::Invalid`] naming `old_password` or `password`; [`Error::TooMany`].
pub async fn change_password(engine: &Engine, actor: &Actor, old: &str, new: &str) -> Result<()> {
    let Actor { me, session } = actor.clone();
    passwords::check(new, &me.person.username)?;
    // Somebody at an unlocked screen may not guess any faster than somebody at the door.
    let place = format!("session {session}");
    engine.limits().sign_in(&me.person.username, &place, Instant::now()).await?;
    let hash = rows::user(&mut engine.db().read().await?, actor.id()).await?.password;
    if !engine.passwords().verify(old, Some(hash)).await? {
        return Err(Error::invalid("old_password", "This is not your password now."));
    }
    engine.limits().signed_in(&me.person.username, &place).await;
    let hash = engine.passwords().hash(new).await?;
    let user = me.person.id;
    engine
        .write(move |w| {
            Box::pin(async move {
                rows::set_password(&mut w.tx, user, &hash).await?;
                let ended = rows::end_others(&mut w.tx, user, session).await?;
                session::revoke(w, ended);
                Ok(())
            })
        })
        .await
}

/// Sets a display name (the username where it is empty) and an e-mail address. Every board of this
/// person is told the name.
///
/// # Errors
/// [`Error::Invalid`] by field.
pub async fn change_profile(engine: &Engine, actor: &Actor, display_name: &str, address: &str) -> Result<Me> {
    let mut me = actor.me.clone();
    let display_name = text::optional("display_name", display_name, limits::DISPLAY_NAME)?;
    me.person.display_name = if display_name.is_empty() { me.person.username.clone() } else { display_name };
    let address = email(address)?;
    engine
        .write(move |w| {
            Box::pin(async move {
                rows::set_profile(&mut w.tx, &me.person, &address).await?;
                w.tell(Stream::User(me.person.id), Event::ProfileChanged { me: me.clone() });
                for board in boards::mine(&mut w.tx, me.person.id).await? {
                    w.tell(Stream::Board(board.board.id), Event::PersonChanged { person: me.person.clone() });
                }
                Ok(me)
            })
        })
        .await
}

/// Sets whether others see when this person is here, and how far they have read.
///
/// # Errors
/// The database is away.
pub async fn show_presence(engine: &Engine, actor: &Actor, shown: bool, receipts: bool) -> Result<()> {
    let user = actor.id();
    engine.write(move |w| Box::pin(async move { rows::set_shown(&mut w.tx, user, shown, receipts).await })).await?;
    engine.hub().show(user, shown);
    engine.bus().say(Said::Shown { user, shown });
    Ok(())
}
