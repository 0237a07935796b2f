//! Random histories: people do what people do, and the network and the server do their worst.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use futures::future::try_join_all;
use protocol::Stream;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{
    client::{Classic, Client, Order, Outcome, Try, WITHIN},
    node::Node,
    proxy::{Mode, Proxy},
    run::{Home, Run},
};

/// People of a walk; the first owns board and rooms.
pub const PEOPLE: usize = 4;

/// A walk under way.
pub struct Walk {
    /// What happens.
    pub run: Run,
    seed: u64,
    steps: usize,
    bases: Vec<String>,
    proxies: Vec<Proxy>,
    /// Sockets of the original's contract, which have the last word.
    classics: tokio::sync::Mutex<Vec<Classic>>,
    /// Tasks that were made.
    tasks: Mutex<Vec<i64>>,
}

impl Walk {
    /// People on these nodes, each behind a network of their own.
    ///
    /// # Errors
    /// A node does not answer as it must.
    pub async fn begin(seed: u64, steps: usize, bases: &[&str]) -> Result<Self> {
        let (mut proxies, mut homes) = (Vec::new(), Vec::new());
        for person in 0..PEOPLE {
            let base = bases[person % bases.len()];
            let proxy = Proxy::to(base).await?;
            homes.push(Home { base: base.to_owned(), socket: proxy.url() });
            proxies.push(proxy);
        }
        let run = Run::begin(&homes, PEOPLE).await?;
        let bases = bases.iter().map(|base| (*base).to_owned()).collect();
        let mut classics = Vec::new();
        for client in &run.clients {
            for stream in [run.room, run.private, run.task] {
                classics.push(Classic::open(client, stream).await?);
            }
        }
        let (classics, tasks) = (classics.into(), Mutex::default());
        Ok(Self { run, seed, steps, bases, proxies, classics, tasks })
    }

    /// Takes all steps of everybody at once.
    ///
    /// # Errors
    /// The server answered something that it must not.
    pub async fn go(&self) -> Result<()> {
        try_join_all(self.run.clients.iter().map(|client| self.walk(client))).await?;
        for proxy in &self.proxies {
            proxy.set(Mode::Open);
        }
        self.last_word().await
    }

    /// Says a last word everywhere, until every one of the original's sockets was told of one: what is
    /// said while a socket is not open it is never told.
    async fn last_word(&self) -> Result<()> {
        let (run, begun) = (&self.run, Instant::now());
        let mut classics = self.classics.lock().await;
        for place in [run.room, run.private, run.task] {
            loop {
                let outcome = run.clients[0].post(place, &format!("the last word {}", Uuid::now_v7())).await?;
                let Outcome::Done(Some(id)) = outcome else { bail!("the last word: {outcome:?}") };
                let there = classics.iter_mut().filter(|classic| classic.stream() == place);
                let told = try_join_all(there.map(|classic| classic.told_of(id, Duration::from_secs(2)))).await;
                match told {
                    Ok(_) => break,
                    Err(error) => ensure!(begun.elapsed() < WITHIN, "{error:#}"),
                }
            }
        }
        Ok(())
    }

    async fn walk(&self, client: &Client) -> Result<()> {
        let mut rng = Rng::with_seed(self.seed.wrapping_mul(31).wrapping_add(client.id as u64));
        let mut own = Vec::new();
        for step in 0..self.steps {
            self.step(client, step, &mut own, &mut rng)
                .await
                .with_context(|| format!("step {step} of {}", client.id))?;
        }
        Ok(())
    }

    async fn step(
        &self,
        client: &Client,
        step: usize,
        own: &mut Vec<(Stream, i64, Uuid)>,
        rng: &mut Rng,
    ) -> Result<()> {
        let run = &self.run;
        let room = [run.private, run.room, run.room, run.task][rng.usize(..4)];
        let text = format!("{step} of {} in {room}", client.id);
        match rng.u8(0..100) {
            0..30 => {
                let key = Uuid::now_v7();
                // Now and then somebody is told of it in particular.
                let other = &run.clients[rng.usize(..run.clients.len())].account.name;
                let text = if rng.u8(0..4) == 0 { format!("{text} @{other}") } else { text };
                if let Outcome::Done(Some(id)) = client.post_as(key, room, &text).await? {
                    own.push((room, id, key));
                }
            }
            30..34 => {
                let title = format!("Task {text} {}", Uuid::now_v7());
                if let Outcome::Done(Some(id)) = client.make(run.board, &title).await? {
                    self.tasks().push(id);
                }
            }
            34..39 => {
                let known = self.tasks().clone();
                if !known.is_empty() {
                    let (task, place) = (known[rng.usize(..known.len())], rng.i64(1..4));
                    client.shift(run.board, task, rng.i64(1..4), place).await?;
                }
            }
            39..41 => drop(client.read_all().await?),
            41..48 => {
                // A double click, and then the same key for something else.
                let key = Uuid::now_v7();
                let (first, second) =
                    tokio::join!(client.post_once(key, room, &text), client.post_once(key, room, &text));
                let third = client.post_as(key, room, &text).await?;
                for answer in [first, second] {
                    if let (Try::Answered(Outcome::Done(id)), Outcome::Done(third)) = (&answer, third) {
                        ensure!(*id == third, "one key was answered as {id:?} and {third:?}");
                    }
                }
                if matches!(third, Outcome::Done(_)) {
                    let other = client.post_as(key, room, "something else").await?;
                    // 404 where the room was lost meanwhile.
                    ensure!(matches!(other, Outcome::Refused(403 | 404 | 409)), "a key used twice: {other:?}");
                }
            }
            48..58 => {
                if !own.is_empty() {
                    let (room, id, key) = own.swap_remove(rng.usize(..own.len()));
                    client.delete(room, id, key).await?;
                }
            }
            58..63 => drop(client.visit(run.room, rng.bool()).await?),
            63..70 if client.id == 0 => {
                let other = &run.clients[rng.usize(1..run.clients.len())];
                done(client.remove(run.private, other.account.user).await?)?;
                // Heard before the next invitation, which it would else seem to end.
                other.revoked(run.private).await?;
                client.post(run.private, &format!("{text}, without {}", other.id)).await?;
                done(client.add(run.private, other.account.user).await?)?;
                other.open(run.private).await?;
            }
            70..73 if client.id == 0 => {
                let other = &run.clients[rng.usize(1..run.clients.len())];
                let (user, board) = (other.account.user, Stream::Board(run.board));
                let all = [run.room, run.private, run.task, board];
                done(client.expel(run.board, all.into(), user).await?)?;
                for stream in all {
                    other.revoked(stream).await?;
                }
                for place in [run.room, run.private, run.task] {
                    client.post(place, &format!("{text}, all without {}: {place}", other.id)).await?;
                }
                done(client.make(run.board, &format!("Task {text}, without {}", other.id)).await?)?;
                done(client.invite(run.board, vec![run.room, run.task, board], &other.account).await?)?;
                done(client.add(run.private, user).await?)?;
                for stream in all {
                    other.open(stream).await?;
                }
            }
            70..76 => client.order(Order::Drop).await?,
            76..80 => client.order(Order::Reread(room, rng.i64(0..20))).await?,
            80..82 => client.order(Order::Bogus(room)).await?,
            82..84 => client.order(Order::Foreign(room)).await?,
            84..90 => {
                let page = [room, Stream::Board(run.board)][rng.usize(..2)];
                client.read(page).await.or_else(away)?;
            }
            90..94 => {
                let base = &self.bases[rng.usize(..self.bases.len())];
                if self.bases.len() > 1 {
                    client.go_to(base, base);
                    client.order(Order::Drop).await?;
                }
            }
            _ => {
                let proxy = &self.proxies[client.id];
                proxy.set([Mode::Cut, Mode::Silent, Mode::Slow(Duration::from_millis(20))][rng.usize(..3)]);
                sleep(Duration::from_millis(rng.u64(10..200))).await;
                proxy.set(Mode::Open);
            }
        }
        sleep(Duration::from_millis(rng.u64(0..10))).await;
        Ok(())
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<i64>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn done(outcome: Outcome) -> Result<()> {
    ensure!(matches!(outcome, Outcome::Done(_)), "what the owner may do is answered with {outcome:?}");
    Ok(())
}

/// A read that meets a server which is being restarted tells nothing.
fn away(error: anyhow::Error) -> Result<()> {
    if error.is::<reqwest::Error>() || error.to_string().contains("503") { Ok(()) } else { Err(error) }
}

/// Kills a node so many times, and starts it again.
///
/// # Errors
/// It does not come up.
pub async fn kill_now_and_then(node: &mut Node, times: usize, seed: u64) -> Result<()> {
    let mut rng = Rng::with_seed(seed);
    for _ in 0..times {
        sleep(Duration::from_millis(rng.u64(300..1500))).await;
        node.kill()?;
        node.start().await?;
    }
    Ok(())
}
