//! The command line.

use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
    path::PathBuf,
};

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use engine::{Engine, Settings, Signup, files::Place, mail, outside::Pace};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{
    Server,
    config::{Config, PublicUrl},
    log,
    patience::Patience,
    proxies::TrustedProxies,
};

/// How long events are kept, unless told.
const RETENTION_DAYS: u32 = 30;

/// Boards, tasks and the conversation around them, in one program.
#[derive(Parser)]
#[command(name = "boardwalk", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer on an address until SIGTERM or Ctrl-C
    Serve(Serve),
    /// Bring the database's tables up to date, and end
    Migrate(Data),
    /// Make an account that is admin of this installation
    CreateAdmin(CreateAdmin),
    /// Close somebody's account: they can't sign in, and their open pages are signed out at once
    Deactivate(Named),
    /// Open a closed account again
    Reactivate(Named),
    /// Make every open page load afresh, as after a restore
    NewEpoch(Data),
    /// Fill an empty database for measurements: one board, with everybody on it
    Seed(Seed),
    /// Make a lively board to look around on
    SeedDemo(SeedDemo),
}

/// Where the data is.
#[derive(Args)]
struct Data {
    /// Folder of the SQLite database and of other data
    #[arg(long, env, default_value = "./data", value_name = "FOLDER")]
    data_dir: PathBuf,
    /// Database to use in place of SQLite in the data folder: postgres://user:password@host/name
    #[arg(long, env, hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
    /// Bucket for the files that people send, in place of the data folder: s3://bucket/prefix. How it is reached say
    /// AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the others of that kind
    #[arg(long, env, value_name = "URL")]
    files_url: Option<String>,
}

#[derive(Args)]
struct Serve {
    /// Address to listen on
    #[arg(long, env, default_value = "127.0.0.1:3000", value_name = "ADDRESS:PORT")]
    bind: SocketAddr,
    #[command(flatten)]
    data: Data,
    /// Redis between several nodes on one PostgreSQL: redis://host, or redis-sentinel:// and
    /// redis-cluster:// with further nodes as ?node=host:port
    #[arg(long, env, hide_env_values = true, value_name = "URL")]
    redis_url: Option<String>,
    /// Days for which rooms and inboxes can be caught up with from the log; at least the last 10,000
    /// events of each are kept
    #[arg(long, env, default_value_t = RETENTION_DAYS, value_name = "DAYS")]
    event_retention_days: u32,
    /// The address people type, where a proxy stands before the program; https turns on secure
    /// cookies and HSTS
    #[arg(long, env, value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// Proxies whose X-Forwarded-For is believed: addresses or networks, with commas between
    #[arg(long, env, default_value = "", hide_default_value = true, value_name = "LIST")]
    trusted_proxies: TrustedProxies,
    /// Memory that the program may take, in MiB, if not as much as its container; short of it no new
    /// sockets are let in, and then the newest are ended
    #[arg(long, env, value_name = "MIB")]
    memory_limit: Option<u64>,
    /// Mail server: smtp://user:password@host:587, with STARTTLS, or smtps://; without it there is no mail
    #[arg(long, env, hide_env_values = true, value_name = "URL", requires = "mail_from", requires = "public_url")]
    smtp_url: Option<String>,
    /// From whom mail is: boardwalk@example.com, or Boardwalk <boardwalk@example.com>
    #[arg(long, env, value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// Who may make an account, once the first person has
    #[arg(long, env, value_enum, default_value_t = Door::Open)]
    signup: Door,
    /// Limits to how often one may post and try to sign in; off for measurements only
    #[arg(long, env, value_enum, default_value_t = Switch::On)]
    rate_limits: Switch,
    /// Push services may be on this machine, and devices are told at once; for tests
    #[arg(long, env = "BOARDWALK_PUSH_TRIAL", hide = true)]
    push_trial: bool,
    /// Mail goes at once; for tests
    #[arg(long, env = "BOARDWALK_MAIL_TRIAL", hide = true)]
    mail_trial: bool,
    /// Pages load again when the program was started anew; `cargo xtask dev` sets it
    #[arg(long, env = "BOARDWALK_DEV", hide = true)]
    dev: bool,
    /// Folder of the built site
    #[cfg(not(feature = "embed"))]
    #[arg(long, env, default_value = "target/site", value_name = "FOLDER")]
    site_dir: PathBuf,
}

#[derive(Args)]
struct CreateAdmin {
    /// Name to sign in with
    #[arg(long)]
    username: String,
    /// Password; read from the first line of the input where this is left out
    #[arg(long)]
    password: Option<String>,
    #[command(flatten)]
    data: Data,
}

/// Somebody with an account.
#[derive(Args)]
struct Named {
    /// Name to sign in with
    username: String,
    #[command(flatten)]
    data: Data,
}

#[derive(Args)]
struct Seed {
    /// People, all of them on the board and in its rooms; the first owns the board
    #[arg(long, default_value_t = 10)]
    users: u32,
    /// Rooms on the board
    #[arg(long, default_value_t = 1)]
    rooms: u32,
    /// Tasks on the board
    #[arg(long, default_value_t = 10)]
    tasks: u32,
    /// Messages, spread evenly over the rooms
    #[arg(long, default_value_t = 1000)]
    messages: u32,
    /// What the people's names begin with: bench0, bench1 …
    #[arg(long, default_value = "bench")]
    prefix: String,
    /// Password of all of them
    #[arg(long)]
    password: String,
    #[command(flatten)]
    data: Data,
}

#[derive(Args)]
struct SeedDemo {
    /// Password of the demo's people
    #[arg(long, default_value = "boardwalk")]
    password: String,
    #[command(flatten)]
    data: Data,
}

#[derive(Clone, Copy, ValueEnum)]
enum Door {
    /// Anybody
    Open,
    /// Who follows an invitation to a board
    Invite,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// What went wrong, for the person at the terminal.
    pub async fn run(self) -> Result<()> {
        log::start();
        match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(data) => {
                data.open().await?.close().await;
                println!("The database is up to date.");
                Ok(())
            }
            Command::CreateAdmin(admin) => admin.run().await,
            Command::Deactivate(named) => named.deactivate().await,
            Command::Reactivate(named) => named.reactivate().await,
            Command::NewEpoch(data) => {
                let engine = data.open().await?;
                let begun = engine::new_epoch(&engine).await;
                engine.close().await;
                begun?;
                println!("Every open page loads afresh.");
                Ok(())
            }
            Command::Seed(seed) => seed.run().await,
            Command::SeedDemo(demo) => demo.run().await,
        }
    }
}

impl Serve {
    async fn run(self) -> Result<()> {
        let pace = if self.mail_trial { mail::Pace::trial() } else { mail::Pace::default() };
        let mail = self.smtp_url.map(|url| mail::Settings { url, from: self.mail_from.unwrap_or_default(), pace });
        let config = Config {
            settings: Settings {
                data_dir: self.data.data_dir,
                database_url: self.data.database_url,
                redis_url: self.redis_url,
                event_retention_days: self.event_retention_days,
                signup: match self.signup {
                    Door::Open => Signup::Open,
                    Door::Invite => Signup::Invite,
                },
                rate_limits: self.rate_limits == Switch::On,
                public_url: self.public_url.as_ref().map(|url| url.origin().to_owned()),
                outside: if self.push_trial { Pace::trial() } else { Pace::default() },
                push_anywhere: self.push_trial,
                bucket: bucket(self.data.files_url),
                mail,
            },
            public_url: self.public_url,
            patience: Patience::default(),
            memory_limit: self.memory_limit.map(|mebibytes| mebibytes.saturating_mul(1024 * 1024)),
            trusted_proxies: self.trusted_proxies,
            dev: self.dev,
            #[cfg(not(feature = "embed"))]
            site_dir: self.site_dir,
        };
        let server = Server::open(config).await?;
        let listener = TcpListener::bind(self.bind).await.with_context(|| format!("can't listen on {}", self.bind))?;
        println!("Boardwalk is on http://{}", listener.local_addr()?);
        server.run(listener, told_to_stop()?).await;
        Ok(())
    }
}

impl CreateAdmin {
    async fn run(self) -> Result<()> {
        let password = match self.password {
            Some(password) => password,
            None => first_line()?,
        };
        let engine = self.data.open().await?;
        let made = engine::accounts::create_admin(&engine, &self.username, &password).await;
        engine.close().await;
        made?;
        println!("{} is an admin now.", self.username);
        Ok(())
    }
}

impl Named {
    async fn deactivate(self) -> Result<()> {
        let engine = self.data.open().await?;
        let done = engine::accounts::deactivate(&engine, &self.username).await;
        engine.close().await;
        done.map_err(|error| in_words(&error, &self.username))?;
        println!("{} is signed out everywhere and can't sign in.", self.username);
        Ok(())
    }

    async fn reactivate(self) -> Result<()> {
        let engine = self.data.open().await?;
        let done = engine::accounts::reactivate(&engine, &self.username).await;
        engine.close().await;
        done.map_err(|error| in_words(&error, &self.username))?;
        println!("{} can sign in again.", self.username);
        Ok(())
    }
}

impl Seed {
    async fn run(self) -> Result<()> {
        let Self { users, rooms, tasks, messages, prefix, password, data } = self;
        let engine = data.open().await?;
        let seed = engine::seed::Seed { users, rooms, tasks, messages, prefix, password };
        let made = engine::seed::seed(&engine, seed).await;
        engine.close().await;
        println!("Board {} is filled.", made?);
        Ok(())
    }
}

impl SeedDemo {
    async fn run(self) -> Result<()> {
        let engine = self.data.open().await?;
        let made = engine::seed::seed_demo(&engine, &self.password).await;
        engine.close().await;
        println!("The board is there. Sign in as {}.", made?.join(", "));
        Ok(())
    }
}

impl Data {
    async fn open(self) -> Result<Engine> {
        let settings = Settings {
            data_dir: self.data_dir,
            database_url: self.database_url,
            redis_url: None,
            event_retention_days: RETENTION_DAYS,
            signup: Signup::Open,
            rate_limits: false,
            public_url: None,
            outside: Default::default(),
            push_anywhere: false,
            bucket: bucket(self.files_url),
            mail: None,
        };
        Engine::open(settings).await
    }
}

/// The bucket, with what the environment says of how it is reached.
fn bucket(url: Option<String>) -> Option<Place> {
    let options = std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok()));
    url.map(|url| Place { url, options: options.filter(|(name, _)| name.starts_with("AWS_")).collect() })
}

fn in_words(error: &protocol::Error, username: &str) -> anyhow::Error {
    match error {
        protocol::Error::NotFound => anyhow::anyhow!("nobody here is called {username}"),
        error => anyhow::anyhow!(error.body().message),
    }
}

fn first_line() -> Result<String> {
    if io::stdin().is_terminal() {
        eprint!("Password (it is shown as you type): ");
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line).context("can't read a password from the input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Ends with the first SIGTERM or Ctrl-C.
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
