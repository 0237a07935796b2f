//! Quiet hours: when nothing leaves the page for somebody.

use protocol::{Error, Quiet, UserId};

use crate::{Actor, Engine, Result, Zone, db, db::Tx};

/// What a form says of quiet hours.
#[derive(Clone, Debug, Default)]
pub struct Hours {
    /// Are there any?
    pub on: bool,
    /// `22:00`.
    pub from: String,
    /// `07:00`.
    pub to: String,
    /// The days on which they begin, 0 is Monday.
    pub days: Vec<i64>,
    /// The IANA name of the zone whose wall they follow.
    pub zone: String,
}

impl Hours {
    fn read(&self) -> Result<Option<Quiet>> {
        if !self.on {
            return Ok(None);
        }
        let zone = Zone::known(self.zone.trim())
            .ok_or_else(|| Error::invalid("zone", "There is no such time zone. They are called like Europe/Berlin."))?;
        Quiet::read(&self.from, &self.to, &self.days, zone.name()).map(Some)
    }
}

/// Sets when this person is left alone, or that they never are.
///
/// # Errors
/// [`Error::Invalid`] by field.
pub async fn set(engine: &Engine, actor: &Actor, hours: &Hours) -> Result<()> {
    let (user, quiet) = (actor.id(), hours.read()?);
    engine
        .write(move |w| {
            Box::pin(async move {
                match quiet {
                    Some(quiet) => db::quiet::set(&mut w.tx, user, &quiet).await?,
                    None => db::quiet::unset(&mut w.tx, user).await?,
                };
                Ok(())
            })
        })
        .await
}

/// Is somebody to be left alone at a moment?
pub(crate) async fn holds(tx: &mut Tx, user: UserId, at: i64) -> Result<bool> {
    let quiet = db::quiet::of(tx, user).await?;
    Ok(quiet.is_some_and(|quiet| quiet.holds(Zone::named(&quiet.zone).wall(at))))
}
