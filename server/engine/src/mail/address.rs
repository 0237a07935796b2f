//! Whether an address is somebody's: nothing but the question is mailed to it before they have said so.

use protocol::{Error, MailDeed, UserId, limits, page::MailAddress};
use sha2::{Digest as _, Sha256};

use super::{
    Outcome, Sender,
    letter::{self, Block, Letter},
};
use crate::{
    Actor, Engine, Result, accounts,
    db::{self, Tx, mail as rows},
    now,
    write::Write,
};

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// After when a question must have been asked for its link to be good.
pub(super) fn asked_after(now: i64) -> i64 {
    now - limits::MAIL_ASK_DAYS * DAY_MS
}

/// Has somebody asked, by mail, whether the address that they gave is theirs.
///
/// # Errors
/// [`Error::NotFound`] where this installation sends no mail; [`Error::Invalid`] naming `email`; [`Error::TooMany`].
pub async fn ask(engine: &Engine, actor: &Actor) -> Result<()> {
    engine.mailer().ok_or(Error::NotFound)?;
    let user = actor.id();
    let token = accounts::token()?;
    engine.write(move |w| Box::pin(async move { put_question(w, user, token).await })).await?;
    engine.mailbox().notify_one();
    Ok(())
}

/// The same as part of a write.
pub(crate) async fn put_question(w: &mut Write, user: UserId, token: String) -> Result<()> {
    let address = db::accounts::user(&mut w.tx, user).await?.email;
    if address.parse::<lettre::Address>().is_err() {
        return Err(Error::invalid("email", "Give an e-mail address first."));
    }
    let (between, most) = limits::MAIL_ASK;
    let mut asked = 0;
    if let Some(known) = rows::address(&mut w.tx, user).await? {
        if known.confirmed && known.address == address {
            return Ok(());
        }
        let today = known.asked_at + DAY_MS > w.now;
        asked = if today { known.asked } else { 0 };
        let from = known.asked_at + if asked >= most { DAY_MS } else { between };
        if from > w.now {
            return Err(Error::TooMany { retry_after: ((from - w.now) / 1000 + 1).unsigned_abs() });
        }
    }
    rows::ask(&mut w.tx, user, &address, &token, w.now, asked + 1).await.map(drop)
}

/// How things stand with the address that somebody gave.
pub(crate) async fn state(tx: &mut Tx, user: UserId, address: &str) -> Result<MailAddress> {
    if address.is_empty() {
        return Ok(MailAddress::None);
    }
    let known = rows::address(tx, user).await?.filter(|known| known.address == address);
    Ok(match known {
        None => MailAddress::Unconfirmed,
        Some(known) if known.confirmed => MailAddress::Confirmed,
        Some(_) => MailAddress::Asked,
    })
}

/// Says that an address is one's own, by the token that was mailed to it.
///
/// # Errors
/// [`Error::NotFound`] where the token is good no more.
pub async fn confirm(engine: &Engine, token: &str) -> Result<()> {
    let token = token.to_owned();
    engine
        .write(move |w| {
            Box::pin(async move {
                match rows::confirm(&mut w.tx, &token, asked_after(w.now), w.now).await? {
                    0 => Err(Error::NotFound),
                    _ => Ok(()),
                }
            })
        })
        .await
}

/// Sends a mail that asks, if it is still to be sent and no other node does; gives what came of it.
pub(super) async fn send(engine: &Engine, sender: &Sender, user: UserId, lease: i64, most: i64) -> Result<()> {
    let leased = engine
        .write(move |w| Box::pin(async move { rows::lease_question(&mut w.tx, user, w.now, w.now + lease).await }));
    let Some(question) = leased.await? else { return Ok(()) };
    let tries = question.tries;
    let again = match sender.send(letter(sender, question)).await {
        Outcome::Later if tries < most => Some(now() + super::post::pause(sender.pace.retry, tries)),
        _ => None,
    };
    engine.write(move |w| Box::pin(async move { rows::settle_question(&mut w.tx, user, tries, again).await })).await?;
    Ok(())
}

fn letter(sender: &Sender, question: rows::Question) -> Letter {
    let rows::Question { address, token, name, .. } = question;
    let url = sender.link(MailDeed::Confirm, &token);
    let subject = "Is this your address?".to_owned();
    let blocks = [
        Block::Words(format!("Hello {name},")),
        Block::Words(format!(
            "somebody, we hope you, wants mail from Boardwalk at {} sent to this address.",
            sender.origin
        )),
        Block::Button("Yes, it is mine".to_owned(), url),
        Block::Small(
            format!(
                "The link is good for {} days. If it was not you, do nothing: nothing more is sent here.",
                limits::MAIL_ASK_DAYS
            ),
            None,
        ),
    ];
    Letter {
        name,
        address,
        id: format!("ask.{}", accounts::hex(&Sha256::digest(&token)[..16])),
        plain: letter::plain(&blocks),
        html: letter::html(&subject, &blocks),
        subject,
        stop: None,
    }
}
