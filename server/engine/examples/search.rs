//! How long a search takes among a million messages, on both databases:
//! `cargo run --release -p engine --example search`.
//!
//! Messages of words that are as common as words are (Zipf's law) are put into a database as rows
//! that the index does not know, so that it is also measured how fast those are taken in. Then one
//! person searches after the other; what is found is looked at each time. Arguments: how many
//! messages (1,000,000), and `sqlite` or `postgres` for one of them alone.

#![allow(clippy::unwrap_used, reason = "a measurement stops where something is wrong")]

use std::time::{Duration, Instant};

use engine::{
    Actor, Engine, Settings, Signup, Zone, accounts, boards,
    search::{Search, search},
    seed::{Seed, seed},
};
use protocol::search::{Key, Sort};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use uuid::Uuid;

const PASSWORD: &str = "a long enough phrase";
const ROOMS: u64 = 50;
const PEOPLE: u64 = 10;
/// Different words.
const WORDS: usize = 50_000;
/// Different characters.
const CHARACTERS: u32 = 500;
/// Searches of each kind.
const TIMES: usize = 400;

#[tokio::main]
async fn main() {
    let mut messages = 1_000_000;
    let mut only = None;
    for argument in std::env::args().skip(1) {
        match argument.parse() {
            Ok(count) => messages = count,
            Err(_) => only = Some(argument),
        }
    }
    for name in ["sqlite", "postgres"] {
        if only.as_deref().is_none_or(|only| only == name) {
            measure(name, messages).await;
        }
    }
}

async fn measure(name: &str, messages: u64) {
    let base = std::env::var_os("BENCH_DIR").unwrap_or_else(|| std::env::temp_dir().into());
    let folder = tempfile::tempdir_in(base).unwrap();
    let cluster = (name == "postgres").then(|| foundations::postgres::Cluster::start().unwrap());
    let url = cluster.as_ref().map(foundations::postgres::Cluster::url);
    let engine = open(&folder, url.as_deref()).await;
    let filling = Seed {
        users: PEOPLE as u32,
        rooms: ROOMS as u32,
        tasks: 200,
        messages: 0,
        prefix: "bench".to_owned(),
        password: PASSWORD.to_owned(),
    };
    seed(&engine, filling).await.unwrap();
    let other = Seed {
        users: 1,
        rooms: 1,
        tasks: 1,
        messages: 1_000,
        prefix: "other".to_owned(),
        password: PASSWORD.to_owned(),
    };
    seed(&engine, other).await.unwrap();
    engine.close().await;
    let begun = Instant::now();
    let mut database = Database::open(&folder, url.as_deref()).await;
    database.fill(messages).await;
    println!("\n{name}: {messages} messages stored in {:.0} s", begun.elapsed().as_secs_f64());

    let engine = open(&folder, url.as_deref()).await;
    let begun = Instant::now();
    while database.number("select count(*) from messages where id > (select coalesce(max(value), 0) from counters where name = 'search:messages')").await > 0 {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // As autovacuum does it in time.
    if url.is_some() {
        database.run("analyze").await;
    }
    let taken = begun.elapsed().as_secs_f64();
    println!("{name}: taken into the index in {taken:.0} s, {:.0} a second", messages as f64 / taken);
    database.sizes().await;

    let (bench, other) = (actor(&engine, "bench1").await, actor(&engine, "other0").await);
    assert!(!boards::hub(&engine, &other).await.unwrap().boards.is_empty());
    println!("| what | hits | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|");
    let nth = |first: usize, count: usize| (0..count).map(|nth| word(first + nth)).collect::<Vec<_>>();
    let kinds: Vec<(&str, Vec<String>, &Actor, Sort)> = vec![
        ("a common word (1 in 4 messages)", nth(2, 5), &bench, Sort::Newest),
        ("a word of 1 in 100 messages", nth(80, 20), &bench, Sort::Newest),
        ("a word of 1 in 1,000 messages", nth(900, 20), &bench, Sort::Newest),
        ("a rare word (some 20 messages)", nth(45_000, 40), &bench, Sort::Newest),
        ("a word that nobody wrote", nth(WORDS + 1, 20), &bench, Sort::Newest),
        (
            "two common words",
            vec![format!("{} {}", word(3), word(9)), format!("{} {}", word(5), word(7))],
            &bench,
            Sort::Newest,
        ),
        (
            "a phrase",
            vec![format!("\"{} {}\"", word(3), word(9)), format!("\"{} {}\"", word(20), word(2))],
            &bench,
            Sort::Newest,
        ),
        (
            "two characters",
            (0..20).map(|nth| format!("{}{}", character(nth), character(nth + 7))).collect(),
            &bench,
            Sort::Newest,
        ),
        ("a common word in one room", vec![format!("{} in:\"Room 7\"", word(2))], &bench, Sort::Newest),
        ("a common word of one person", vec![format!("{} from:bench3", word(2))], &bench, Sort::Newest),
        ("a common word before a day long ago", vec![format!("{} before:2021-01-10", word(2))], &bench, Sort::Newest),
        ("a common word on a small board", nth(2, 5), &other, Sort::Newest),
        ("a common word, best first", nth(2, 5), &bench, Sort::Best),
        ("a rare word, best first", nth(45_000, 40), &bench, Sort::Best),
    ];
    for (what, texts, who, sort) in kinds {
        let mut times = Vec::with_capacity(TIMES);
        let mut hits = 0;
        for nth in 0..TIMES {
            let wanted = Search { text: texts[nth % texts.len()].clone(), sort, key: Key::default() };
            let begun = Instant::now();
            let page = search(&engine, who, &wanted, Zone::named("UTC")).await.unwrap();
            times.push(begun.elapsed());
            hits = hits.max(page.hits.len());
            let marked = page.hits.iter().all(|hit| hit.excerpt.iter().chain(&hit.title).any(|piece| piece.hit));
            assert!(marked, "{}: {page:?}", wanted.text);
        }
        times.sort_unstable();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_micros() as f64 / 1000.0;
        println!("| {what} | {hits} | {:.1} | {:.1} | {:.1} |", at(0.5), at(0.99), at(1.0));
    }
    engine.close().await;
}

async fn open(folder: &TempDir, url: Option<&str>) -> Engine {
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        database_url: url.map(str::to_owned),
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
    Engine::open(settings).await.unwrap()
}

async fn actor(engine: &Engine, name: &str) -> Actor {
    let signed_in = accounts::sign_in(engine, name, PASSWORD, accounts::Visit::default()).await.unwrap();
    accounts::actor(engine, &signed_in.token).await.unwrap().unwrap()
}

/// The database itself.
enum Database {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

impl Database {
    async fn open(folder: &TempDir, url: Option<&str>) -> Self {
        match url {
            Some(url) => Self::Postgres(Box::new(PgConnection::connect(url).await.unwrap())),
            None => {
                let url = format!("sqlite:{}", folder.path().join("boardwalk.db").display());
                Self::Sqlite(Box::new(SqliteConnection::connect(&url).await.unwrap()))
            }
        }
    }

    async fn run(&mut self, text: &str) {
        match self {
            Self::Sqlite(database) => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **database).await.map(|_done| ()).unwrap();
            }
            Self::Postgres(database) => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **database).await.map(|_done| ()).unwrap();
            }
        }
    }

    async fn number(&mut self, text: &'static str) -> i64 {
        match self {
            Self::Sqlite(database) => sqlx::query_scalar(text).fetch_one(&mut **database).await.unwrap(),
            Self::Postgres(database) => sqlx::query_scalar(text).fetch_one(&mut **database).await.unwrap(),
        }
    }

    async fn sizes(&mut self) {
        let (all, index) = match self {
            Self::Sqlite(_) => (
                "select sum(pgsize) from dbstat where name in ('messages', 'sqlite_autoindex_messages_1', 'sqlite_autoindex_messages_2')",
                "select sum(pgsize) from dbstat where name like 'message_words%'",
            ),
            Self::Postgres(_) => {
                ("select pg_total_relation_size('messages')", "select pg_total_relation_size('message_words')")
            }
        };
        // Not every SQLite can count its pages.
        if matches!(self, Self::Postgres(_)) || self.has_dbstat().await {
            println!("messages {} MB, index {} MB", self.number(all).await >> 20, self.number(index).await >> 20);
        }
    }

    async fn has_dbstat(&mut self) -> bool {
        match self {
            Self::Sqlite(database) => {
                sqlx::query("select 1 from dbstat limit 1").fetch_one(&mut **database).await.is_ok()
            }
            Self::Postgres(_) => true,
        }
    }

    /// Stores messages of five years.
    async fn fill(&mut self, messages: u64) {
        let mut dice = fastrand::Rng::with_seed(7);
        let zipf = Zipf::new();
        let sqlite = matches!(self, Self::Sqlite(_));
        let blob = |uuid: Uuid| if sqlite { format!("x'{}'", uuid.simple()) } else { format!("'{uuid}'") };
        let nothing = if sqlite { "x''" } else { "'\\x'" };
        let begin = 1_609_459_200_000_u64;
        let each = 5 * 365 * 24 * 3_600_000 / messages;
        let mut parts = Vec::new();
        for first in (0..messages).step_by(1_000) {
            let rows: Vec<String> = (first..messages.min(first + 1_000))
                .map(|i| {
                    let (room, n) = (i % ROOMS + 1, i / ROOMS + 1);
                    let (author, at) = (dice.u64(1..=PEOPLE), begin + i * each);
                    let text = zipf.message(&mut dice);
                    let id = blob(Uuid::from_u128(u128::from(i)));
                    format!("('room:{room}', {n}, {author}, {id}, {nothing}, '{text}', '{text}', {at})")
                })
                .collect();
            parts.push(format!(
                "insert into messages (stream, n, author_id, client_id, request, source, html, at) values {}",
                rows.join(",")
            ));
            if parts.len() == 20 {
                self.run(&format!("begin; {}; commit", std::mem::take(&mut parts).join("; "))).await;
            }
        }
        parts.push(format!("update streams set n = {0}, seq = {0} where name like 'room:%'", messages / ROOMS + 1));
        self.run(&format!("begin; {}; commit", parts.join("; "))).await;
    }
}

/// Words by how common they are.
struct Zipf {
    sums: Vec<f64>,
}

impl Zipf {
    fn new() -> Self {
        let mut sum = 0.0;
        let sums = (0..WORDS).map(|nth| {
            sum += 1.0 / (nth as f64 + 2.7);
            sum
        });
        Self { sums: sums.collect() }
    }

    fn message(&self, dice: &mut fastrand::Rng) -> String {
        let most = self.sums[WORDS - 1];
        let count = 3 + dice.usize(0..18);
        let mut words: Vec<String> = (0..count)
            .map(|_| {
                let at = dice.f64() * most;
                word(self.sums.partition_point(|sum| *sum < at).min(WORDS - 1))
            })
            .collect();
        if dice.u32(0..50) == 0 {
            words.push((0..12).map(|_| character(dice.u32(0..CHARACTERS))).collect());
        }
        words.join(" ")
    }
}

/// A word, the same for the same number.
fn word(nth: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "xa", "zu"];
    let mut word = String::new();
    let mut rest = nth + 16;
    while rest > 0 {
        word.push_str(SYLLABLES[rest % 16]);
        rest /= 16;
    }
    word
}

fn character(nth: u32) -> char {
    char::from_u32(0x4e00 + nth % CHARACTERS).unwrap_or('一')
}
