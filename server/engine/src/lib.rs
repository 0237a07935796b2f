//! What the product does: use cases, SQL, live delivery. Knows nothing of HTML.
//!
//! A use case is an async function in the file of its noun: it authorises, validates, opens one
//! write, and returns what was committed. Transports are thin and call the same functions.

pub mod accounts;
pub mod activity;
mod attendance;
pub mod boards;
mod bus;
pub mod columns;
mod cores;
mod db;
mod delivery;
mod demo;
pub mod drafts;
mod emoji;
pub mod export;
pub mod files;
pub mod filters;
mod follow;
mod history;
mod housekeeping;
mod hub;
pub mod invites;
pub mod labels;
pub mod levels;
mod limits;
pub mod live;
pub mod mail;
pub mod markdown;
pub mod members;
pub mod mentions;
pub mod messages;
pub mod nav;
pub mod notices;
pub mod notifications;
mod notify;
pub mod outside;
pub mod palette;
mod passwords;
pub mod portable;
pub mod push;
pub mod quiet;
pub mod reads;
pub mod references;
mod reminders;
mod revocation;
pub mod rooms;
pub mod scheduled;
pub mod search;
pub mod seed;
pub mod tasks;
mod templates;
pub mod watching;
mod write;
mod writer;
mod zone;

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::ensure;
use protocol::{Me, SessionId, UserId};

pub use bus::Link;
pub use cores::settle;
pub use history::new_epoch;
pub use hub::{Connection, Dialect, Drained, Frame, Hub, Mailbox, Parcel, text};
pub use zone::Zone;

/// The result of every use case.
pub type Result<T> = std::result::Result<T, protocol::Error>;

/// Who may make an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signup {
    /// Anybody.
    Open,
    /// Nobody by themselves, once the first has.
    Invite,
}

/// What the engine is told at its start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the SQLite file and other data are.
    pub data_dir: PathBuf,
    /// `postgres://…` or `sqlite:…`; SQLite in the data folder where there is none.
    pub database_url: Option<String>,
    /// `redis://…`, `redis-sentinel://…` or `redis-cluster://…`, where there are several nodes.
    pub redis_url: Option<String>,
    /// Events of rooms and people older than so many days may be forgotten.
    pub event_retention_days: u32,
    /// Who may make an account.
    pub signup: Signup,
    /// Are there limits to how often one may post and try to sign in?
    pub rate_limits: bool,
    /// The address people type, by which push services know who sends.
    pub public_url: Option<String>,
    /// How long is waited before something goes to devices.
    pub outside: outside::Pace,
    /// May push services be on this machine? In tests alone.
    pub push_anywhere: bool,
    /// The bucket for files; the data folder where there is none.
    pub bucket: Option<files::Place>,
    /// How mail is sent; none where there is none.
    pub mail: Option<mail::Settings>,
}

/// Somebody signed in, who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub me: Me,
    /// By which sign-in.
    pub session: SessionId,
}

impl Actor {
    /// Their id.
    pub fn id(&self) -> UserId {
        self.me.person.id
    }
}

/// The running engine; a clone is the same engine.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    settings: Settings,
    db: db::Db,
    bus: bus::Bus,
    hub: Hub,
    epoch: RwLock<String>,
    progress: delivery::Progress,
    limits: limits::Limits,
    passwords: passwords::Pool,
    /// Told where a room was deleted.
    housework: Arc<tokio::sync::Notify>,
    /// Told where a message is to be sent later.
    mail: Arc<tokio::sync::Notify>,
    /// Told where something is to be sent to a device.
    post_office: Arc<tokio::sync::Notify>,
    push: push::Sender,
    mailer: Option<mail::Sender>,
    /// Told where something is to be mailed.
    mailbox: Arc<tokio::sync::Notify>,
    lists: rooms::Lists,
    files: files::Store,
    /// Who may have a whole file in memory that a board is made of.
    imports: Arc<tokio::sync::Semaphore>,
    stopping: tokio::sync::watch::Sender<bool>,
}

impl Engine {
    /// Opens the database, brings its tables up to date, and starts.
    ///
    /// # Errors
    /// The database can't be reached, read or migrated.
    pub async fn open(settings: Settings) -> anyhow::Result<Self> {
        let db = db::Db::open(settings.database_url.as_deref(), &settings.data_dir).await?;
        ensure!(
            settings.redis_url.is_none() || !db.is_sqlite(),
            "REDIS_URL is for several nodes, which share a PostgreSQL database; on SQLite there is one node. \
             Set DATABASE_URL too, or leave REDIS_URL out"
        );
        Self::on(db, settings).await
    }

    async fn on(db: db::Db, settings: Settings) -> anyhow::Result<Self> {
        accounts::epoch(&db).await?;
        let (epoch, progress) = history::now(&db).await?;
        let (bus, ears) = bus::Bus::open(settings.redis_url.as_deref())?;
        let limits = limits::Limits::new(settings.rate_limits, bus.clone());
        let passwords = passwords::Pool::new();
        let (stopping, stopped) = tokio::sync::watch::channel(false);
        let (hub, epoch) = (Hub::on(bus.clone()), RwLock::new(epoch));
        let housework = Arc::<tokio::sync::Notify>::default();
        let work = housework.clone();
        let mail = Arc::<tokio::sync::Notify>::default();
        let post = mail.clone();
        let post_office = Arc::<tokio::sync::Notify>::default();
        let devices = post_office.clone();
        // Push services write to whoever sends too much; they take an address of mail or of a site.
        let subject = settings.public_url.clone().filter(|url| url.starts_with("https:"));
        let push = push::Sender::new(Self::vapid(&db).await?, subject, settings.push_anywhere)?;
        let mailer = settings.mail.as_ref().map(|mail| mail::Sender::new(mail, settings.public_url.as_deref()));
        let mailer = mailer.transpose()?;
        let mails = mailer.is_some();
        let mailbox = Arc::<tokio::sync::Notify>::default();
        let letters = mailbox.clone();
        let (pace, lists) = (settings.outside, rooms::Lists::default());
        let files = files::Store::open(&settings.data_dir, settings.bucket.as_ref())?;
        let inner = Inner {
            settings,
            db,
            bus,
            hub,
            epoch,
            progress,
            limits,
            passwords,
            housework,
            mail,
            post_office,
            push,
            mailer,
            mailbox,
            lists,
            files,
            imports: Arc::new(tokio::sync::Semaphore::new(portable::AT_ONCE)),
            stopping,
        };
        let engine = Self(Arc::new(inner));
        let weak = Arc::downgrade(&engine.0);
        tokio::spawn(follow::follow(weak.clone(), stopped.clone()));
        if let Some(ears) = ears {
            tokio::spawn(follow::listen(weak.clone(), ears, stopped.clone()));
        }
        tokio::spawn(attendance::run(weak.clone(), stopped.clone()));
        tokio::spawn(scheduled::run(weak.clone(), post, stopped.clone()));
        tokio::spawn(outside::decide_for_ever(weak.clone(), pace.start, stopped.clone()));
        tokio::spawn(outside::send_for_ever(weak.clone(), devices, stopped.clone()));
        if mails {
            tokio::spawn(mail::post::send_for_ever(weak.clone(), letters, stopped.clone()));
        }
        tokio::spawn(reminders::look_for_ever(weak.clone(), pace, stopped.clone()));
        tokio::spawn(housekeeping::run(weak, work, stopped));
        Ok(engine)
    }

    /// Tells every socket to come back later, finishes the writes that were accepted, and closes the
    /// database. Later writes are told that the server is not available.
    pub async fn close(&self) {
        self.0.stopping.send_replace(true);
        self.0.hub.close();
        self.0.bus.say(bus::Said::Bye);
        self.0.bus.close().await;
        self.0.db.close().await;
    }

    /// Live delivery.
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// Changes after a restore: what clients know is then of another history.
    pub fn epoch(&self) -> String {
        self.0.epoch.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_epoch(&self, epoch: String) {
        *self.0.epoch.write().unwrap_or_else(PoisonError::into_inner) = epoch;
    }

    /// Do the other nodes hear this one?
    pub fn link(&self) -> Link {
        self.0.bus.link()
    }

    pub(crate) fn files(&self) -> &files::Store {
        &self.0.files
    }

    /// What the engine was told at its start.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Does the database answer?
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result<()> {
        self.0.db.ping().await
    }

    pub(crate) fn db(&self) -> &db::Db {
        &self.0.db
    }

    pub(crate) fn bus(&self) -> &bus::Bus {
        &self.0.bus
    }

    pub(crate) fn progress(&self) -> &delivery::Progress {
        &self.0.progress
    }

    pub(crate) fn limits(&self) -> &limits::Limits {
        &self.0.limits
    }

    pub(crate) fn housework(&self) -> &tokio::sync::Notify {
        &self.0.housework
    }

    pub(crate) fn mail(&self) -> &tokio::sync::Notify {
        &self.0.mail
    }

    pub(crate) fn post_office(&self) -> &tokio::sync::Notify {
        &self.0.post_office
    }

    pub(crate) fn push(&self) -> &push::Sender {
        &self.0.push
    }

    pub(crate) fn mailer(&self) -> Option<&mail::Sender> {
        self.0.mailer.as_ref()
    }

    pub(crate) fn mailbox(&self) -> &tokio::sync::Notify {
        &self.0.mailbox
    }

    pub(crate) fn lists(&self) -> &rooms::Lists {
        &self.0.lists
    }

    pub(crate) fn passwords(&self) -> &passwords::Pool {
        &self.0.passwords
    }
}

/// The clock of the engine, in milliseconds since 1970.
pub(crate) fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
