//! Fills a database: for measurements, and for looking around.

mod texts;

use std::{collections::HashMap, sync::Arc};

use protocol::{BoardId, Error, RoomId, Stream, UserId, mention, order};
use uuid::Uuid;

pub use crate::demo::seed_demo;

use crate::{
    Engine, Result,
    db::{
        self, Tx,
        seed::{self as rows, NewMessage, NewTask},
    },
    markdown, now, search, templates,
    write::Write,
};

/// Messages of one transaction.
const BATCH: i64 = 5_000;
/// The time over which the messages are spread, in milliseconds: thirty days.
const SPAN: i64 = 30 * 24 * 3_600_000;

/// What the database shall hold.
#[derive(Clone, Debug)]
pub struct Seed {
    /// People: `bench0`, `bench1` … The first owns the board and is an admin.
    pub users: u32,
    /// Rooms, all open and with everybody in them.
    pub rooms: u32,
    /// Tasks, spread over the columns.
    pub tasks: u32,
    /// Messages, spread evenly over the rooms.
    pub messages: u32,
    /// What the people's names begin with.
    pub prefix: String,
    /// The password of all of them.
    pub password: String,
}

/// Makes one board with people, rooms, tasks and messages. Streams have their numbers but no
/// events: whoever comes with an older cursor is told to load the page.
///
/// # Errors
/// [`Error::Invalid`] by field.
pub async fn seed(engine: &Engine, seed: Seed) -> Result<BoardId> {
    let names: Vec<String> = (0..seed.users).map(|i| format!("{}{i}", seed.prefix)).collect();
    if names.is_empty() {
        return Err(Error::invalid("users", "At least one user is needed."));
    }
    if seed.messages > 0 && seed.rooms == 0 {
        return Err(Error::invalid("rooms", "Messages need at least one room."));
    }
    if !names.iter().all(|name| mention::is_username(name)) {
        return Err(Error::invalid("prefix", "With this prefix the names would not be usernames."));
    }
    let hash = engine.passwords().hash(&seed.password).await?;
    let count = i64::from(seed.messages);
    let (board, users, rooms) = engine.write(move |w| Box::pin(build(w, seed, names, hash))).await?;
    messages(engine, rooms, users, count).await?;
    Ok(board)
}

async fn build(
    w: &mut Write,
    seed: Seed,
    names: Vec<String>,
    hash: String,
) -> Result<(BoardId, Vec<UserId>, Vec<RoomId>)> {
    let tx = &mut w.tx;
    if db::accounts::named(tx, &names[0]).await?.is_some() {
        return Err(Error::taken("prefix", format!("There is a user {} already.", names[0])));
    }
    tx.allow_long().await?;
    let users = people(tx, &names, &hash).await?;
    let board = board(tx, &users).await?;
    let rooms = rooms(tx, board, seed.rooms, users[0]).await?;
    tasks(tx, board, seed.tasks, &users).await?;
    Ok((board, users, rooms))
}

async fn people(tx: &mut Tx, names: &[String], hash: &str) -> Result<Vec<UserId>> {
    let users = rows::users(tx, names, hash, now()).await?;
    rows::make_admin(tx, users[0]).await?;
    rows::heads(tx, &heads(users.iter().map(|user| Stream::User(*user)))).await?;
    Ok(users)
}

async fn board(tx: &mut Tx, users: &[UserId]) -> Result<BoardId> {
    let board = db::boards::insert(tx, "Benchmark", now()).await?;
    let names = templates::plain_columns();
    let positions = order::spread(names.len());
    let columns: Vec<_> = names.map(str::to_owned).zip(positions).collect();
    db::columns::insert(tx, board, &columns).await?;
    db::boards::add_member(tx, board, users[0], protocol::Role::Owner).await?;
    rows::board_members(tx, board, users).await?;
    rows::heads(tx, &heads([Stream::Board(board)])).await?;
    Ok(board)
}

async fn rooms(tx: &mut Tx, board: BoardId, count: u32, creator: UserId) -> Result<Vec<RoomId>> {
    let names: Vec<String> = (0..count).map(|i| format!("Room {i}")).collect();
    let rooms = rows::rooms(tx, board, &names, creator, now()).await?;
    rows::fill_rooms(tx, board).await?;
    rows::heads(tx, &heads(rooms.iter().map(|room| Stream::Room(*room)))).await?;
    Ok(rooms)
}

async fn tasks(tx: &mut Tx, board: BoardId, count: u32, users: &[UserId]) -> Result<()> {
    let columns = db::columns::of_board(tx, board).await?;
    let html = rendered(texts::DESCRIPTIONS);
    let task = |(i, position): (usize, String)| {
        let dice = mix(i as u64) as usize;
        let (description, html) = &html[dice % html.len()];
        NewTask {
            number: i as i64 + 1,
            column: columns[i % columns.len()].id,
            position,
            title: format!("{} {}", texts::TITLES[dice % texts::TITLES.len()], i + 1),
            description,
            html: html.clone(),
            author: users[dice % users.len()],
        }
    };
    let tasks: Vec<NewTask> = order::spread(count as usize).into_iter().enumerate().map(task).collect();
    let ids = rows::tasks(tx, board, &tasks, now()).await?;
    rows::heads(tx, &heads(ids.into_iter().map(Stream::Task))).await
}

async fn messages(engine: &Engine, rooms: Vec<RoomId>, users: Vec<UserId>, count: i64) -> Result<()> {
    let crowd = Arc::new(Crowd {
        html: rendered(texts::MESSAGES),
        streams: rooms.iter().map(|room| Stream::Room(*room).to_string()).collect(),
        users,
        begin: now() - SPAN,
        count,
    });
    for first in (0..count).step_by(BATCH as usize) {
        let crowd = crowd.clone();
        engine.write(move |w| Box::pin(async move { crowd.say(&mut w.tx, first).await })).await?;
    }
    Ok(())
}

/// People who have said much.
struct Crowd {
    html: Vec<(&'static str, String)>,
    streams: Vec<String>,
    users: Vec<UserId>,
    begin: i64,
    count: i64,
}

impl Crowd {
    /// Stores one batch of messages.
    async fn say(&self, tx: &mut Tx, first: i64) -> Result<()> {
        let mut heads = HashMap::new();
        let rooms = self.streams.len();
        let batch: Vec<NewMessage<'_>> = (first..self.count.min(first + BATCH))
            .map(|i| {
                let dice = mix(i as u64) as usize;
                let (source, html) = &self.html[dice % self.html.len()];
                let room = i as usize % rooms;
                let n = i / rooms as i64 + 1;
                heads.insert(room, n);
                NewMessage {
                    stream: &self.streams[room],
                    n,
                    author: self.users[(dice >> 16) % self.users.len()],
                    client_id: Uuid::now_v7(),
                    source,
                    html,
                    at: self.begin + SPAN / self.count * i,
                }
            })
            .collect();
        let heads: Vec<_> = heads.into_iter().map(|(room, n)| (self.streams[room].clone(), n)).collect();
        rows::messages(tx, &batch).await?;
        rows::heads(tx, &heads).await?;
        search::step(tx, BATCH, i64::MAX).await.map(drop)
    }
}

fn heads(streams: impl IntoIterator<Item = Stream>) -> Vec<(String, i64)> {
    streams.into_iter().map(|stream| (stream.to_string(), 0)).collect()
}

fn rendered(texts: &[&'static str]) -> Vec<(&'static str, String)> {
    texts.iter().map(|text| (*text, markdown::parse(text).render(&HashMap::new()).html)).collect()
}

/// A number that looks random, the same on every run (splitmix64, Steele et al. 2014).
fn mix(i: u64) -> u64 {
    let mut z = i.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
