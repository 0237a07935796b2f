//! What somebody wants to be told by mail and by time.

use protocol::{Error, Mailing, Notices, Remind, UserId, page::MailAddress};

use crate::{
    Actor, Engine, Result, Zone, accounts,
    db::{self, Tx, notices as rows},
    mail::address,
    reminders,
};

/// What a form says of it.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// `never`, `hourly` or `daily`; left out where this installation sends no mail.
    pub mail: String,
    /// `08:00`.
    pub mail_at: String,
    /// `never`, `on_the_day` or `day_before`.
    pub remind: String,
    /// The IANA name of the zone whose wall it follows.
    pub zone: String,
}

impl Choices {
    /// What is chosen in place of what was: what is left out stays.
    fn read(&self, before: Notices) -> Result<Notices> {
        let mail = match self.mail.as_str() {
            "" => before.mail,
            name => Mailing::named(name).ok_or_else(|| Error::invalid("mail", "Choose how often."))?,
        };
        let mail_at = if self.mail_at.trim().is_empty() { before.mail_at } else { Notices::read_time(&self.mail_at)? };
        let remind = match self.remind.as_str() {
            "" => before.remind,
            name => Remind::named(name).ok_or_else(|| Error::invalid("remind", "Choose when."))?,
        };
        let zone = Zone::known(self.zone.trim())
            .ok_or_else(|| Error::invalid("zone", "There is no such time zone. They are called like Europe/Berlin."))?;
        Ok(Notices { mail, mail_at, remind, zone: zone.name().to_owned() })
    }
}

/// Sets what this person wants. Who begins to want mail is asked whether the address is theirs.
///
/// # Errors
/// [`Error::Invalid`] by field.
pub async fn set(engine: &Engine, actor: &Actor, choices: &Choices) -> Result<()> {
    let (user, choices) = (actor.id(), choices.clone());
    let mails = engine.mailer().is_some();
    let (token, question) = (accounts::token()?, accounts::token()?);
    engine
        .write(move |w| {
            Box::pin(async move {
                let before = rows::of(&mut w.tx, user).await?.unwrap_or_else(|| Notices::usual(""));
                let mut notices = choices.read(before.clone())?;
                if !mails {
                    notices.mail = before.mail;
                }
                rows::set(&mut w.tx, user, &notices, &token).await?;
                match notices.mail {
                    Mailing::Never => db::mail::forget(&mut w.tx, user).await?,
                    Mailing::Hourly | Mailing::Daily => db::mail::look_anew(&mut w.tx, user, w.now).await?,
                };
                reminders::plan(w, user).await?;
                if !mails || notices.mail == Mailing::Never {
                    return Ok(());
                }
                match address::put_question(w, user, question).await {
                    // They were asked a moment ago.
                    Err(Error::TooMany { .. }) => Ok(()),
                    asked => asked,
                }
            })
        })
        .await?;
    engine.mailbox().notify_one();
    Ok(())
}

/// What the account page says of it; `zone` is that of the wall before this person.
pub(crate) async fn page(
    engine: &Engine,
    tx: &mut Tx,
    user: UserId,
    email: &str,
    zone: Zone,
) -> Result<(Notices, Option<MailAddress>)> {
    let notices = rows::of(tx, user).await?.unwrap_or_else(|| Notices::usual(zone.name()));
    let mail = match engine.mailer() {
        Some(_) => Some(address::state(tx, user, email).await?),
        None => None,
    };
    Ok((notices, mail))
}

/// What holds for somebody, whether they have chosen it or not.
pub(crate) async fn of(tx: &mut Tx, user: UserId) -> Result<Notices> {
    if let Some(chosen) = rows::of(tx, user).await? {
        return Ok(chosen);
    }
    let zone = rows::zone(tx, user).await?;
    Ok(Notices::usual(zone.as_deref().unwrap_or("UTC")))
}

/// Ends the mail of whoever has this token in the links of theirs, signed in or not.
///
/// # Errors
/// [`Error::NotFound`] where it is nobody's.
pub async fn stop(engine: &Engine, token: &str) -> Result<()> {
    let token = token.to_owned();
    engine
        .write(move |w| {
            Box::pin(async move {
                let user = rows::stop(&mut w.tx, &token).await?.ok_or(Error::NotFound)?;
                db::mail::forget(&mut w.tx, user).await.map(drop)
            })
        })
        .await
}
