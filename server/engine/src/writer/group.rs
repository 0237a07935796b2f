//! Writes that are committed together, each on its own: one that fails takes nothing with it.

use protocol::Error;
use sqlx::SqliteConnection;
use tokio::{runtime::Handle, time::Instant};
use tracing::Instrument;

use crate::{
    Result,
    db::{Held, Tx, fault, take_damage},
    delivery::Committed,
    messages::Draft,
    write::{Answer, Job, Waiting, What, Work, Write, give},
};

/// A transaction for several writes.
pub(super) struct Group {
    write: Write,
    /// Whether each write needs a savepoint: not where there is but one.
    guarded: bool,
    done: Vec<Done>,
    /// What keeps the whole group from being committed.
    broken: Option<Error>,
    begun: Instant,
}

/// A write that was tried.
struct Done {
    waiting: Waiting,
    outcome: Result<Answer>,
    /// What to deliver; with the first of the posts that were stored together, for all of them.
    committed: Option<Committed>,
}

/// How a group ended.
pub(super) struct Ended {
    /// Unless it can't be used any more.
    pub(super) connection: Option<Box<SqliteConnection>>,
    /// Something may have been written.
    pub(super) committed: bool,
    /// The file was found to be damaged.
    pub(super) damaged: bool,
}

impl Group {
    /// Begins the transaction.
    pub(super) async fn begin(mut connection: Box<SqliteConnection>, writes: usize) -> Result<Self> {
        execute(&mut connection, "begin immediate").await?;
        Ok(Self {
            write: Write::new(Tx::Sqlite(Held::Lent(connection))),
            guarded: writes > 1,
            done: Vec::with_capacity(writes),
            broken: None,
            begun: Instant::now(),
        })
    }

    /// Runs writes in order. Plain messages that follow each other are stored together.
    pub(super) async fn run(&mut self, jobs: impl Iterator<Item = Job>) {
        let mut posts: Vec<(Draft, Waiting)> = Vec::new();
        for Job { what, waiting, span, .. } in jobs {
            match what {
                What::Post(draft) if draft.is_plain() => posts.push((*draft, waiting)),
                What::Post(draft) => {
                    self.posts(std::mem::take(&mut posts)).await;
                    self.posts(vec![(*draft, waiting)]).instrument(span).await;
                }
                What::Work(work) => {
                    self.posts(std::mem::take(&mut posts)).await;
                    self.work(work, waiting).instrument(span).await;
                }
            }
        }
        self.posts(posts).await;
    }

    async fn work(&mut self, work: Work, waiting: Waiting) {
        self.guard().await;
        if let Some(error) = &self.broken {
            let outcome = Err(error.clone());
            return self.done.push(Done { waiting, outcome, committed: None });
        }
        let outcome = self.write.run(work).await;
        self.settle(outcome.is_ok()).await;
        self.done.push(match outcome {
            Ok((answer, committed)) => Done { waiting, outcome: Ok(answer), committed: Some(committed) },
            Err(error) => Done { waiting, outcome: Err(error), committed: None },
        });
    }

    async fn posts(&mut self, posts: Vec<(Draft, Waiting)>) {
        if posts.is_empty() {
            return;
        }
        let (drafts, waiting): (Vec<Draft>, Vec<Waiting>) = posts.into_iter().unzip();
        self.guard().await;
        let mut outcome = match &self.broken {
            Some(error) => Err(error.clone()),
            None => {
                let outcome = self.write.post(&drafts).await;
                self.settle(outcome.is_ok()).await;
                outcome
            }
        };
        if outcome.is_err() && drafts.len() > 1 && self.broken.is_none() {
            // One of them is the cause: each by itself, so that the others don't suffer for it.
            for (draft, waiting) in drafts.into_iter().zip(waiting) {
                Box::pin(self.posts(vec![(draft, waiting)])).await;
            }
            return;
        }
        let mut committed = outcome.as_mut().ok().map(|(_, committed)| std::mem::take(committed));
        let mut answers = outcome.map(|(answers, _)| answers.into_iter());
        for waiting in waiting {
            let outcome = match &mut answers {
                Ok(answers) => answers.next().unwrap_or_else(|| Err(crate::write::internal("a message got no answer"))),
                Err(error) => Err(error.clone()),
            };
            let outcome = outcome.map(|posted| Box::new(posted) as Answer);
            self.done.push(Done { waiting, outcome, committed: committed.take() });
        }
    }

    /// Before a write.
    async fn guard(&mut self) {
        if self.guarded && self.broken.is_none() {
            self.say("savepoint write").await;
        }
    }

    /// After a write: what it did stands, or is undone.
    async fn settle(&mut self, well: bool) {
        match (self.guarded, well) {
            (true, true) => self.say("release write").await,
            (true, false) => self.say("rollback to write; release write").await,
            (false, _) => {}
        }
    }

    /// Where this fails SQLite has rolled everything back by itself, as when the disk is full.
    async fn say(&mut self, text: &'static str) {
        if let Tx::Sqlite(connection) = &mut self.write.tx
            && let Err(error) = execute(connection, text).await
        {
            self.broken = Some(error);
        }
    }

    /// Commits, then publishes and answers each write in turn; where the commit fails nothing is
    /// published, and everybody hears so.
    pub(super) async fn end(self, main: &Handle) -> Ended {
        let Self { write, done, mut broken, begun, .. } = self;
        let Some(mut connection) = write.tx.into_lent() else {
            return Ended { connection: None, committed: false, damaged: false };
        };
        let changed = done.iter().any(|done| done.committed.is_some());
        if broken.is_none() && changed {
            broken = execute(&mut connection, "commit").await.err();
        }
        let mut connection = Some(connection);
        if broken.is_some() || !changed {
            // Where nothing is left to be rolled back, or it can't be, a new connection is the way out.
            if let Some(mut open) = connection.take()
                && sqlx::query("rollback").execute(&mut *open).await.is_ok()
            {
                connection = Some(open);
            }
        }
        let committed = broken.is_none() && changed;
        match broken {
            Some(error) => {
                metrics::counter!("boardwalk_writes_refused_total").increment(done.len() as u64);
                done.into_iter().for_each(|done| done.waiting.answer(Err(error.clone())));
            }
            None => {
                note(&done, committed, begun);
                publish(done, main);
            }
        }
        Ended { connection, committed, damaged: take_damage() }
    }
}

fn note(done: &[Done], committed: bool, begun: Instant) {
    metrics::counter!("boardwalk_writes_total").increment(done.len() as u64);
    if committed {
        metrics::counter!("boardwalk_commits_total").increment(1);
        metrics::histogram!("boardwalk_commit_writes").record(done.len() as f64);
        metrics::histogram!("boardwalk_commit_seconds").record(begun.elapsed().as_secs_f64());
    }
}

fn publish(done: Vec<Done>, main: &Handle) {
    // What delivery starts belongs to the runtime of the engine, not to this thread's.
    let _main = main.enter();
    for Done { waiting, outcome, committed } in done {
        match committed {
            Some(committed) => give(waiting.publish(committed), outcome),
            None => waiting.answer(outcome),
        }
    }
}

async fn execute(connection: &mut SqliteConnection, text: &'static str) -> Result<()> {
    sqlx::query(text).execute(connection).await.map(drop).map_err(fault)
}
