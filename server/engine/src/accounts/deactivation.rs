//! Accounts that are closed to their people, by whoever runs the place.

use protocol::Error;

use super::session;
use crate::{
    Engine, Result,
    db::{self, accounts as rows},
};

/// Deactivates an account: its person can't sign in, and their sign-ins end with their sockets, on
/// every node. Deactivating it again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] where nobody has this name; [`Error::Conflict`] for the last admin.
pub async fn deactivate(engine: &Engine, username: &str) -> Result<()> {
    let username = username.trim().to_owned();
    engine
        .write(move |w| {
            Box::pin(async move {
                // Two admins who are deactivated at once wait for each other here.
                rows::lock(&mut w.tx).await?;
                let me = named(&mut w.tx, &username).await?;
                if me.admin && !rows::another_admin(&mut w.tx, me.person.id).await? {
                    return Err(Error::conflict("This is the last admin. Make somebody else an admin first."));
                }
                rows::set_deactivated(&mut w.tx, me.person.id, Some(w.now)).await?;
                let ended = rows::end_all(&mut w.tx, me.person.id).await?;
                session::revoke(w, ended);
                Ok(())
            })
        })
        .await
}

/// Opens an account to its person again. They sign in as before.
///
/// # Errors
/// [`Error::NotFound`] where nobody has this name.
pub async fn reactivate(engine: &Engine, username: &str) -> Result<()> {
    let username = username.trim().to_owned();
    engine
        .write(move |w| {
            Box::pin(async move {
                let me = named(&mut w.tx, &username).await?;
                rows::set_deactivated(&mut w.tx, me.person.id, None).await.map(drop)
            })
        })
        .await
}

async fn named(tx: &mut db::Tx, username: &str) -> Result<protocol::Me> {
    let user = match protocol::mention::is_username(username) {
        true => rows::any_named(tx, username).await?,
        false => None,
    };
    user.map(rows::User::into_me).ok_or(Error::NotFound)
}
