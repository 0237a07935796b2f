//! How many messages a second are stored durably: `cargo run --release -p engine --example posts`.
//!
//! People post to the engine directly, without HTTP, each waiting for one acknowledgement before
//! the next message. Every acknowledged message is counted in the database afterwards. An argument
//! is the seconds for each number of people (5).

#![allow(clippy::unwrap_used, reason = "a measurement stops where something is wrong")]

use std::{
    fs,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use engine::{
    Actor, Engine, Settings, Signup, Zone, members,
    messages::{self, NewMessage},
    rooms,
    seed::{Seed, seed},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use protocol::{Me, Person, RoomId, SessionId, Stream, UserId};
use tracing_subscriber::{Layer, filter::Targets, layer::Context, prelude::*};
use uuid::Uuid;

const PEOPLE: [usize; 3] = [1, 16, 64];
const TEXT: &str = "The draft is in the folder; who has a moment to look at the **second** page before noon?";

#[tokio::main]
async fn main() {
    let seconds = std::env::args().nth(1).map_or(5, |seconds| seconds.parse().unwrap());
    let metrics = PrometheusBuilder::new().install_recorder().unwrap();
    println!("| people | posts/s | ack p50 ms | p99 ms | posts a commit | CPU µs a post |");
    println!("|---|---|---|---|---|---|");
    for people in PEOPLE {
        let ground = Ground::new(people).await;
        let before = (counter(&metrics, "boardwalk_commits_total"), cpu());
        let mut acks = ground.post(Duration::from_secs(seconds)).await;
        let commits = counter(&metrics, "boardwalk_commits_total") - before.0;
        let posts = acks.len() as f64;
        let cpu = (cpu() - before.1).as_micros() as f64 / posts;
        ground.audit(acks.len()).await;
        acks.sort_unstable();
        let at = |share: f64| acks[((acks.len() - 1) as f64 * share) as usize].as_micros() as f64 / 1000.0;
        println!(
            "| {people} | {:.0} | {:.2} | {:.2} | {:.1} | {cpu:.0} |",
            posts / seconds as f64,
            at(0.5),
            at(0.99),
            posts / commits
        );
    }
    // Apart from what is timed, since counting costs as much as the statements.
    tracing_subscriber::registry()
        .with(Count.with_filter(Targets::new().with_target("sqlx::query", tracing::Level::DEBUG)))
        .init();
    for people in PEOPLE {
        let ground = Ground::new(people).await;
        let before = STATEMENTS.load(Ordering::Relaxed);
        let acks = ground.post(Duration::from_secs(1)).await.len();
        let statements = STATEMENTS.load(Ordering::Relaxed) - before;
        println!("{people} people: {:.2} statements a post", statements as f64 / acks as f64);
    }
}

struct Ground {
    engine: Engine,
    people: Vec<(Actor, RoomId)>,
    _folder: tempfile::TempDir,
}

impl Ground {
    /// People in a room for every eight of them.
    async fn new(people: usize) -> Self {
        let base = std::env::var_os("BENCH_DIR").unwrap_or_else(|| std::env::temp_dir().into());
        let folder = tempfile::tempdir_in(base).unwrap();
        let settings = Settings {
            data_dir: folder.path().to_owned(),
            database_url: None,
            signup: Signup::Open,
            rate_limits: false,
            public_url: None,
            outside: Default::default(),
            push_anywhere: false,
            bucket: None,
            mail: None,
            redis_url: None,
            event_retention_days: 30,
        };
        let engine = Engine::open(settings).await.unwrap();
        let filling = Seed {
            users: people as u32,
            rooms: people.div_ceil(8) as u32,
            tasks: 0,
            messages: 0,
            prefix: "bench".to_owned(),
            password: "a long enough phrase".to_owned(),
        };
        let board = seed(&engine, filling).await.unwrap();
        let actor = |person: Person| Actor { me: Me { person, admin: false }, session: SessionId(0) };
        let first = actor(Person { id: UserId(1), username: "bench0".to_owned(), display_name: "bench0".to_owned() });
        let members = members::page(&engine, &first, board, Zone::named("UTC"), "").await.unwrap().members;
        let rooms = rooms::list(&engine, &first, board).await.unwrap().rooms;
        let people = members
            .into_iter()
            .enumerate()
            .map(|(i, member)| (actor(member.person), rooms[i % rooms.len()].room.id))
            .collect();
        Self { engine, people, _folder: folder }
    }

    /// Everybody posts for a while; how long each acknowledgement took.
    async fn post(&self, time: Duration) -> Vec<Duration> {
        let until = Instant::now() + time;
        let posting = self.people.iter().cloned().map(|(actor, room)| {
            let engine = self.engine.clone();
            tokio::spawn(async move {
                let mut acks = Vec::new();
                while Instant::now() < until {
                    let key = Uuid::now_v7();
                    let new = NewMessage {
                        place: Stream::Room(room),
                        key,
                        content: TEXT.to_owned(),
                        parent: None,
                        quote: None,
                        confirmed: false,
                        files: Vec::new(),
                    };
                    let begun = Instant::now();
                    messages::post(&engine, &actor, new).await.unwrap();
                    acks.push(begun.elapsed());
                }
                acks
            })
        });
        let mut acks = Vec::new();
        for posting in posting.collect::<Vec<_>>() {
            acks.extend(posting.await.unwrap());
        }
        acks
    }

    /// Every acknowledged message is there, and no other.
    async fn audit(&self, acks: usize) {
        let (actor, _) = &self.people[0];
        let board = rooms::settings(&self.engine, actor, self.people[0].1).await.unwrap().room.board;
        let rooms = rooms::list(&self.engine, actor, board).await.unwrap().rooms;
        let stored: i64 = rooms.iter().map(|entry| entry.n).sum();
        assert_eq!(stored as usize, acks, "acknowledged and stored");
    }
}

fn counter(metrics: &PrometheusHandle, name: &str) -> f64 {
    let text = metrics.render();
    let line = text.lines().find(|line| line.starts_with(name) && !line.starts_with('#'));
    line.and_then(|line| line.rsplit(' ').next()).map_or(0.0, |value| value.parse().unwrap())
}

/// Time on a processor of this process so far, in ticks of 10 ms (Linux).
fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// Counts what the driver says of each statement.
struct Count;

impl<S: tracing::Subscriber> Layer<S> for Count {
    fn on_event(&self, _: &tracing::Event<'_>, _: Context<'_, S>) {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
    }
}
