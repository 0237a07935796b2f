//! Mail, by SMTP: how it is sent. What it says is made by [`digest`] and [`address`], what it looks like by
//! [`letter`], and when it goes is decided by [`post`].

pub(crate) mod address;
mod digest;
mod letter;
pub(crate) mod post;

use std::time::Duration;

use anyhow::{Context, ensure};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{Error as SmtpError, extension::ClientId},
};
use protocol::{MailDeed, limits, page::MailLinkPage};

pub use address::{ask, confirm};
use letter::Letter;

use crate::{Engine, Result, db, now};

/// A mail server has so long to take a mail.
const WITHIN: Duration = Duration::from_secs(30);
/// Answers that are about us rather than about the mail, though they are for good: what we sign in with is wrong, or
/// it must be encrypted (RFC 4954, RFC 3207). Whoever runs this may mend it.
const OURS: [&str; 4] = ["530", "534", "535", "538"];

/// How mail is sent.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `smtp://user:password@host:587`, with STARTTLS, or `smtps://…`.
    pub url: String,
    /// From whom it is, like `Boardwalk <boardwalk@example.com>`.
    pub from: String,
    /// How long is waited for what.
    pub pace: Pace,
}

impl Settings {
    /// Can mail be sent so, with links that lead to this address?
    ///
    /// # Errors
    /// Which of them is wrong, in words.
    pub fn check(&self, public_url: Option<&str>) -> anyhow::Result<()> {
        Sender::new(self, public_url).map(drop)
    }
}

/// How long is waited for what, in milliseconds; of the figures in [`limits`], but in tests.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// For what comes into an inbox to gather.
    pub gather: i64,
    /// Between two mails to one person.
    pub every: i64,
    /// Before what a mail server could not take is sent again; doubled each time.
    pub retry: i64,
    /// In quiet hours before it is looked again whether they are over.
    pub quiet: i64,
    /// Between two looks for what there is to do.
    pub look: u64,
}

impl Default for Pace {
    fn default() -> Self {
        let minute = 60 * 1000;
        Self {
            gather: limits::MAIL_GATHER_MS,
            every: limits::MAIL_EVERY_MS,
            retry: minute,
            quiet: 5 * minute,
            look: 15 * 1000,
        }
    }
}

impl Pace {
    /// For tests: nobody is waited for long.
    pub fn trial() -> Self {
        Self { gather: 400, every: 0, retry: 100, quiet: 100, look: 50 }
    }
}

/// Sends mail.
pub(crate) struct Sender {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The address people type, without a path: links in mail begin with it.
    origin: String,
    /// The name in it, which makes the ids of mails ours.
    host: String,
    pace: Pace,
}

/// What came of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The mail server has it.
    Sent,
    /// Not now.
    Later,
    /// It will never take it.
    Refused,
}

impl Sender {
    /// For an installation at this address.
    pub(crate) fn new(settings: &Settings, public_url: Option<&str>) -> anyhow::Result<Self> {
        let origin = public_url.context("SMTP_URL needs PUBLIC_URL, where links in mail lead")?;
        let from = settings.from.parse();
        let from = from.context("MAIL_FROM is an address, like boardwalk@example.com or Boardwalk <b@example.com>")?;
        let uri: http::Uri = origin.parse().context("PUBLIC_URL is no address")?;
        let host = uri.host().unwrap_or("localhost").to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(&settings.url)?)
            .context("SMTP_URL is no address of a mail server, like smtp://user:password@host:587")?
            .hello_name(ClientId::Domain(host.clone()))
            .timeout(Some(WITHIN))
            .build();
        Ok(Self { transport, from, origin: origin.to_owned(), host, pace: settings.pace })
    }

    /// Sends a mail.
    async fn send(&self, letter: Letter) -> Outcome {
        let message = match self.message(letter) {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(%error, "a mail could not be made");
                return Outcome::Refused;
            }
        };
        match tokio::time::timeout(WITHIN, self.transport.send(message)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Ok(Err(error)) if refused(&error) => {
                tracing::warn!(%error, "the mail server refuses a mail for good");
                Outcome::Refused
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the mail server can't take a mail now; trying again later");
                Outcome::Later
            }
            Err(_) => {
                tracing::warn!("the mail server does not answer; trying again later");
                Outcome::Later
            }
        }
    }

    /// A mail as it goes over the wire. Whatever people are called, each header is one line.
    fn message(&self, letter: Letter) -> anyhow::Result<Message> {
        let Letter { name, address, subject, id, plain, html, stop } = letter;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(letter::line(&name)), address.parse()?))
            .subject(letter::line(&subject))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
        if let Some(stop) = stop {
            // RFC 8058: mail programs end it by one click.
            let (list, post) = ("List-Unsubscribe", "List-Unsubscribe-Post");
            message = message
                .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(list), format!("<{stop}>")))
                .raw_header(HeaderValue::new(
                    HeaderName::new_from_ascii_str(post),
                    "List-Unsubscribe=One-Click".into(),
                ));
        }
        Ok(message.multipart(MultiPart::alternative_plain_html(plain, html))?)
    }

    /// Where a link in a mail leads.
    fn link(&self, deed: MailDeed, token: &str) -> String {
        format!("{}{}", self.origin, deed.path(token))
    }
}

/// Is a mail refused for good?
fn refused(error: &SmtpError) -> bool {
    let about_us = error.status().is_some_and(|code| OURS.contains(&code.to_string().as_str()));
    error.is_permanent() && !about_us
}

/// The address of a mail server, with encryption wherever it offers that; with a password never without.
fn with_tls(url: &str) -> anyhow::Result<String> {
    let smtp = url.strip_prefix("smtp://");
    ensure!(smtp.is_some() || url.starts_with("smtps://"), "SMTP_URL begins with smtp:// or smtps://");
    let Some(rest) = smtp.filter(|rest| !rest.contains("tls=")) else { return Ok(url.to_owned()) };
    let tls = if rest.contains('@') { "required" } else { "opportunistic" };
    let sign = if rest.contains('?') { '&' } else { '?' };
    Ok(format!("{url}{sign}tls={tls}"))
}

/// The page to which a link in a mail leads, for who has it.
///
/// # Errors
/// The database is away.
pub async fn link(engine: &Engine, deed: MailDeed, token: &str) -> Result<MailLinkPage> {
    let mut tx = engine.db().look().await?;
    let found = match deed {
        MailDeed::Confirm => db::mail::asked(&mut tx, token, address::asked_after(now())).await?,
        MailDeed::Stop => db::notices::stopped(&mut tx, token).await?,
    };
    let mail = found.map(|(address, done)| protocol::page::LinkedMail { address, done });
    Ok(MailLinkPage { mail })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> Sender {
        let settings =
            Settings { url: "smtp://127.0.0.1".into(), from: "Böard <b@example.com>".into(), pace: Pace::default() };
        Sender::new(&settings, Some("https://boards.example.com")).unwrap()
    }

    #[test]
    fn a_password_never_goes_without_encryption() {
        for (url, expected) in [
            ("smtp://mail.example.com", Some("smtp://mail.example.com?tls=opportunistic")),
            ("smtp://a:b@mail.example.com:25", Some("smtp://a:b@mail.example.com:25?tls=required")),
            ("smtp://mail?tls=required", Some("smtp://mail?tls=required")),
            ("smtps://a:b@mail", Some("smtps://a:b@mail")),
            ("http://mail", None),
            ("mail", None),
        ] {
            assert_eq!(with_tls(url).ok().as_deref(), expected, "{url}");
        }
        let wrong = Settings { from: "nobody".into(), url: "smtp://h".into(), pace: Pace::default() };
        assert!(wrong.check(Some("https://boards.example.com")).is_err());
        assert!(Settings { from: "a@b.de".into(), ..wrong }.check(None).is_err());
    }

    #[test]
    fn no_name_and_no_text_makes_a_header() {
        let letter = Letter {
            name: "Eve\r\nBcc: all@example.com".into(),
            address: "eve@example.com".into(),
            subject: "Hi\r\nX-Evil: yes\n\nbody \u{202e}".into(),
            id: "abc".into(),
            plain: "plain".into(),
            html: "<p>html</p>".into(),
            stop: Some("https://boards.example.com/mail/stop/x/".into()),
        };
        let text = String::from_utf8(sender().message(letter).unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for line in head.split("\r\n") {
            let known = [
                "From:",
                "To:",
                "Subject:",
                "Message-ID:",
                "Auto-Submitted:",
                "List-Unsubscribe:",
                "List-Unsubscribe-Post:",
                "MIME-Version:",
                "Date:",
                "Content-Type:",
                " ",
                "\t",
            ];
            assert!(known.iter().any(|name| line.starts_with(name)), "{line:?} in {head}");
        }
        assert!(head.contains("Message-ID: <abc@boards.example.com>"), "{head}");
    }

    #[test]
    fn an_address_that_is_none_makes_no_mail() {
        let letter = Letter {
            name: String::new(),
            address: "eve@exa mple.com\r\nBcc: x@example.com".into(),
            subject: String::new(),
            id: String::new(),
            plain: String::new(),
            html: String::new(),
            stop: None,
        };
        assert!(sender().message(letter).is_err());
    }
}
