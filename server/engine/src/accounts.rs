//! Accounts: the door, making one, and what the installation knows of itself.

mod deactivation;
mod profile;
mod session;

use protocol::{Error, Me, Person, Stream, UserId, limits, mention, page::Door, text};

pub use deactivation::{deactivate, reactivate};
pub use profile::{change_password, change_profile, page, show_presence};
pub use session::{SignedIn, Visit, actor, actor_in, end_session, sign_in, sign_out, sign_out_everywhere};

use crate::{
    Engine, Result, Signup,
    db::{
        self, Db,
        accounts::{self as rows, NewUser},
    },
    demo, invites, passwords, reminders,
    write::{What, Write, internal},
};

/// Characters of an e-mail address at most (RFC 5321, a path of 256 with its brackets).
const EMAIL: usize = 254;

/// What a sign-up form holds.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// Unique without case, see [`mention::is_username`].
    pub username: String,
    /// 8 to 128 characters, not a common one.
    pub password: String,
    /// What they are called; the username where it is empty.
    pub display_name: String,
    /// Where mail reaches them; may be empty.
    pub email: String,
    /// The token of the invitation that led there, if one did.
    pub invite: Option<String>,
}

/// What somebody at the door must know, whom an invitation may have led there.
///
/// # Errors
/// The database is away.
pub async fn door(engine: &Engine, signed_in: bool, invite: Option<&str>) -> Result<Door> {
    let mut tx = engine.db().read().await?;
    let first_run = !rows::any(&mut tx).await?;
    let open = first_run || engine.settings().signup == Signup::Open;
    let signup = open || invites::opens(&mut tx, invite).await?;
    Ok(Door { first_run, signup, signed_in })
}

/// Makes an account and signs it in. The first one is the installation's admin and gets a board
/// that shows the product.
///
/// # Errors
/// [`Error::Invalid`] by field, `taken` for a username in use; [`Error::Forbidden`] where people
/// are invited; [`Error::TooMany`].
pub async fn sign_up(engine: &Engine, new: NewAccount, visit: Visit) -> Result<SignedIn> {
    let checked = Checked::new(&new)?;
    let invite = new.invite;
    if !door(engine, false, invite.as_deref()).await?.signup {
        return Err(Error::Forbidden);
    }
    engine.limits().sign_up(&visit.address).await?;
    let password = engine.passwords().hash(&new.password).await?;
    let invited = engine.settings().signup == Signup::Invite;
    engine
        .write(move |w| {
            Box::pin(async move {
                rows::lock(&mut w.tx).await?;
                let first = !rows::any(&mut w.tx).await?;
                if invited && !first && !invites::opens(&mut w.tx, invite.as_deref()).await? {
                    return Err(Error::Forbidden);
                }
                let me = enrol(w, checked.with(password, first)).await?;
                if first {
                    demo::welcome(w, &me).await?;
                }
                session::begin(w, me, &visit).await
            })
        })
        .await
}

/// Makes an account that is an admin of the installation, whoever has one already.
///
/// # Errors
/// [`Error::Invalid`] by field.
pub async fn create_admin(engine: &Engine, username: &str, password: &str) -> Result<UserId> {
    let new = NewAccount { username: username.to_owned(), password: password.to_owned(), ..Default::default() };
    let checked = Checked::new(&new)?;
    let password = engine.passwords().hash(password).await?;
    engine
        .write(move |w| {
            Box::pin(async move {
                rows::lock(&mut w.tx).await?;
                let first = !rows::any(&mut w.tx).await?;
                let me = enrol(w, checked.with(password, true)).await?;
                if first {
                    demo::welcome(w, &me).await?;
                }
                Ok(me.person.id)
            })
        })
        .await
}

/// The epoch of this database, made when it is first opened.
pub(crate) async fn epoch(db: &Db) -> Result<String> {
    let fresh = fresh_epoch()?;
    let begin = What::of(move |w| {
        Box::pin(async move {
            rows::begin_epoch(&mut w.tx, &fresh).await?;
            rows::epoch(&mut w.tx).await
        })
    });
    // Nothing is told by it, and nobody listens yet.
    db.commit(begin, drop).await
}

/// A name for a history that no other has.
pub(crate) fn fresh_epoch() -> Result<String> {
    token()
}

/// An account whose fields are in order.
struct Checked {
    username: String,
    display_name: String,
    email: String,
}

impl Checked {
    fn new(new: &NewAccount) -> Result<Self> {
        let username = new.username.trim().to_owned();
        if !mention::is_username(&username) {
            return Err(Error::invalid("username", username_rule(&username)));
        }
        passwords::check(&new.password, &username)?;
        let display_name = text::optional("display_name", &new.display_name, limits::DISPLAY_NAME)?;
        let display_name = if display_name.is_empty() { username.clone() } else { display_name };
        Ok(Self { display_name, email: email(&new.email)?, username })
    }

    fn with(self, password: String, admin: bool) -> NewUser {
        let Self { username, display_name, email } = self;
        NewUser { username, display_name, email, password, admin }
    }
}

/// What is wrong with a username, in words.
fn username_rule(username: &str) -> &'static str {
    if mention::RESERVED.iter().any(|word| word.eq_ignore_ascii_case(username)) {
        "This name means a group of people in a mention. Choose another."
    } else {
        "A username has 1 to 30 of these: letters a to z, digits, _ . and -; it ends in a letter, a digit or _."
    }
}

/// An address that mail could be sent to, or none.
fn email(address: &str) -> Result<String> {
    let address = text::optional("email", address, EMAIL)?;
    let sane = |(name, host): (&str, &str)| {
        let dots = host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
        !name.is_empty()
            && dots
            && !address.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
    };
    let one_at = address.matches('@').count() == 1;
    if address.is_empty() || (one_at && address.split_once('@').is_some_and(sane)) {
        Ok(address)
    } else {
        Err(Error::invalid("email", "This is not an e-mail address like ana@example.com."))
    }
}

/// Makes an account as part of a write.
pub(crate) async fn enrol(w: &mut Write, new: NewUser) -> Result<Me> {
    let id = rows::insert(&mut w.tx, &new, w.now).await?;
    let id = id.ok_or_else(|| Error::taken("username", "Somebody has this username already. Choose another."))?;
    db::events::create(&mut w.tx, Stream::User(id)).await?;
    reminders::plan(w, id).await?;
    Ok(Me { person: Person { id, username: new.username, display_name: new.display_name }, admin: new.admin })
}

/// What stands in a link that only who has it may follow: 128 random bits.
pub(crate) fn token() -> Result<String> {
    Ok(hex(&random::<16>()?))
}

/// Random bytes of the operating system.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(internal)?;
    Ok(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(new: NewAccount) -> Option<String> {
        Checked::new(&new).err().and_then(|error| error.field().map(Into::into))
    }

    fn ana() -> NewAccount {
        NewAccount { username: "ana".into(), password: "correct horse".into(), ..Default::default() }
    }

    #[test]
    fn a_display_name_is_the_username_where_none_is_given() {
        assert_eq!(Checked::new(&ana()).unwrap().display_name, "ana");
        let named = NewAccount { display_name: " Ana Lindqvist ".into(), ..ana() };
        assert_eq!(Checked::new(&named).unwrap().display_name, "Ana Lindqvist");
    }

    #[test]
    fn what_is_wrong_is_told_by_field() {
        assert_eq!(refused(NewAccount { username: "Here".into(), ..ana() }).as_deref(), Some("username"));
        assert_eq!(refused(NewAccount { username: "änä".into(), ..ana() }).as_deref(), Some("username"));
        assert_eq!(refused(NewAccount { password: "short".into(), ..ana() }).as_deref(), Some("password"));
        assert_eq!(refused(NewAccount { display_name: "x".repeat(61), ..ana() }).as_deref(), Some("display_name"));
        assert_eq!(refused(NewAccount { email: "ana".into(), ..ana() }).as_deref(), Some("email"));
    }

    #[test]
    fn an_address_is_sane_or_absent() {
        for good in ["", "ana@example.com", " a.b+c@mail.example.co.uk ", "ünï@exämple.de"] {
            assert!(email(good).is_ok(), "{good}");
        }
        for bad in [
            "@example.com",
            "ana@",
            "ana@localhost",
            "a@b@c.de",
            "a b@c.de",
            "a@c..de",
            "a@.de",
            "<a@c.de>",
            "a\0@c.de",
        ] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }
}
