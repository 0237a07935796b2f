//! One durable write: rows and events in one transaction, published after the commit.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use futures::{FutureExt, future::BoxFuture};
use protocol::{Error, Event, MessageId, Stream, TaskId, UserId, activity::Deed};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use tracing::Span;
use uuid::Uuid;

use crate::{
    Engine, Result,
    db::{self, Db, Tx},
    delivery::Committed,
    messages::{self, Draft, Posted},
    notify, now,
    revocation::Withdrawal,
};

mod alone;

pub(crate) use crate::revocation::Revocation;

/// How long a write may work. No write of ours comes near; one that hangs must not hold up the others.
const WORK: Duration = Duration::from_secs(60);

/// A write under way.
pub(crate) struct Write {
    /// Its transaction.
    pub(crate) tx: Tx,
    /// Its moment, in milliseconds since 1970.
    pub(crate) now: i64,
    told: Vec<Told>,
    withdrawn: Vec<Withdrawal>,
}

/// An event that gets its number when the write ends.
pub(crate) struct Told {
    pub(crate) stream: Stream,
    pub(crate) message: Option<MessageId>,
    /// When it happened: the write's own moment, but for a story that is told at once.
    pub(crate) at: i64,
    pub(crate) event: Event,
    /// What the event says somebody did, and who.
    pub(crate) did: Option<(UserId, Vec<Deed>)>,
}

impl Told {
    /// Says who did what by it, for the activity of the board or the task.
    pub(crate) fn did(&mut self, by: UserId, deeds: impl Into<Vec<Deed>>) {
        let deeds = deeds.into();
        self.did = (!deeds.is_empty()).then_some((by, deeds));
    }
}

/// What a write answers; whoever asked knows its type.
pub(crate) type Answer = Box<dyn Any + Send>;
/// What a write does.
pub(crate) type Work = Box<dyn for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<Answer>> + Send>;

/// What is to be written.
pub(crate) enum What {
    /// Anything.
    Work(Work),
    /// A message; waiting ones are stored together.
    Post(Box<Draft>),
}

/// A write that waits for its turn. It belongs to the engine: who asked may go away meanwhile.
pub(crate) struct Job {
    pub(crate) what: What,
    pub(crate) waiting: Waiting,
    /// Since when it waits.
    pub(crate) since: Instant,
    /// The span of the request that asked.
    pub(crate) span: Span,
}

type Publish = Box<dyn FnOnce(Committed) + Send>;

/// Who waits for a write, and who is to hear of it.
pub(crate) struct Waiting {
    publish: Publish,
    answer: oneshot::Sender<Result<Answer>>,
}

impl Waiting {
    /// Somebody who waits for `answer`, once `publish` was called.
    pub(crate) fn new(
        publish: impl FnOnce(Committed) + Send + 'static,
        answer: oneshot::Sender<Result<Answer>>,
    ) -> Self {
        Self { publish: Box::new(publish), answer }
    }

    /// Delivers what was committed; to be done before the answer.
    pub(crate) fn publish(self, committed: Committed) -> oneshot::Sender<Result<Answer>> {
        publish(self.publish, committed);
        self.answer
    }

    /// Answers without anything to deliver.
    pub(crate) fn answer(self, answer: Result<Answer>) {
        give(self.answer, answer);
    }
}

/// Delivers what was committed. It is committed whatever happens here.
fn publish(publish: Publish, committed: Committed) {
    if std::panic::catch_unwind(AssertUnwindSafe(|| publish(committed))).is_err() {
        tracing::error!("live delivery panicked; readers find the event in the log");
    }
}

/// Gives an answer; nobody may be there any more to take it.
pub(crate) fn give(to: oneshot::Sender<Result<Answer>>, answer: Result<Answer>) {
    drop(to.send(answer));
}

impl Write {
    /// A write in a transaction that has begun.
    pub(crate) fn new(tx: Tx) -> Self {
        Self { tx, now: now(), told: Vec::new(), withdrawn: Vec::new() }
    }

    /// Puts an event on a stream. It is numbered, logged and published with the write.
    pub(crate) fn tell(&mut self, stream: Stream, event: Event) -> &mut Told {
        self.told.push(Told { stream, message: None, at: self.now, event, did: None });
        let last = self.told.len() - 1;
        &mut self.told[last]
    }

    /// As [`Write::tell`], for an event that shows a message: the deletion of the message redacts it.
    pub(crate) fn tell_of(&mut self, stream: Stream, message: MessageId, event: Event) {
        self.told.push(Told { stream, message: Some(message), at: self.now, event, did: None });
    }

    /// Ends somebody's reading when the write commits, before its events are published.
    pub(crate) fn revoke(&mut self, revocation: Revocation) {
        self.withdrawn.push(Withdrawal::Reading(revocation));
    }

    /// Ends everybody's history when the write commits: theirs is of another epoch.
    pub(crate) fn restart(&mut self, epoch: String) {
        self.withdrawn.push(Withdrawal::History(epoch));
    }

    /// Takes the text of a message out of the log, and out of the rings when the write commits.
    pub(crate) async fn redact(&mut self, message: MessageId) -> Result<()> {
        let texts = db::events::redact(&mut self.tx, message).await?;
        self.hide(texts)
    }

    /// The same of a task, and of what people were told of it.
    pub(crate) async fn redact_task(&mut self, task: TaskId) -> Result<()> {
        let texts = db::events::redact_task(&mut self.tx, task).await?;
        self.hide(texts)
    }

    /// The same of every message told of on a stream after a number, and to people in particular.
    pub(crate) async fn redact_recent(&mut self, stream: Stream, seq: i64) -> Result<()> {
        let texts = db::events::redact_after(&mut self.tx, stream, seq).await?;
        self.hide(texts)?;
        let texts = db::events::redact_told(&mut self.tx, stream).await?;
        self.hide(texts)
    }

    fn hide(&mut self, texts: Vec<(String, i64)>) -> Result<()> {
        let texts = texts.into_iter();
        let texts = texts.map(|(stream, seq)| Ok((stream.parse().map_err(internal)?, seq))).collect::<Result<_>>()?;
        self.withdrawn.push(Withdrawal::Text(texts));
        Ok(())
    }

    /// Does a piece of work and logs what it told: what it answers, and what is to be delivered
    /// once it is committed.
    pub(crate) async fn run(&mut self, work: Work) -> Result<(Answer, Committed)> {
        self.now = now();
        let done = settle(async { work(self).await }).await;
        let committed = self.end(done.is_ok()).await;
        Ok((done?, committed?))
    }

    /// As [`Write::run`], for messages that are stored together: an answer each.
    pub(crate) async fn post(&mut self, drafts: &[Draft]) -> Result<(Vec<Result<Posted>>, Committed)> {
        self.now = now();
        let done = settle(messages::store(self, drafts)).await;
        let committed = self.end(done.is_ok()).await;
        Ok((done?, committed?))
    }

    /// What follows the work. Nothing of one that failed is left for the next in the same transaction.
    async fn end(&mut self, well: bool) -> Result<Committed> {
        let committed = if well { self.log().await } else { Ok(Committed::default()) };
        self.told.clear();
        self.withdrawn.clear();
        committed
    }

    /// Numbers and logs what was told. Threads come before places, places before boards, boards before people, each by
    /// number: every write takes the rows of `streams` in this order, so that none waits in a circle.
    /// Then what is revoked is numbered too.
    async fn log(&mut self) -> Result<Committed> {
        let mut told = std::mem::take(&mut self.told);
        told.sort_by_key(|told| (rank(told.stream), told.at));
        let events = if told.is_empty() {
            Vec::new()
        } else {
            let seqs = db::events::take_seqs(&mut self.tx, &told).await?;
            notify::count(&mut self.tx, &mut told).await?;
            db::events::insert(&mut self.tx, told, seqs).await?
        };
        let mut withdrawn = std::mem::take(&mut self.withdrawn);
        withdrawn.retain(|what| !what.is_empty());
        let revoked = db::revocations::insert(&mut self.tx, self.now, withdrawn).await?;
        Ok(Committed { revoked, events })
    }
}

/// Waits for work that may panic, for as long as work may take.
async fn settle<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(WORK, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(done)) => done,
        Ok(Err(panic)) => {
            let words = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
            Err(internal(format!("a write panicked: {}", words.unwrap_or("without words"))))
        }
        Err(_) => Err(internal("a write took too long")),
    }
}

pub(crate) fn rank(stream: Stream) -> (u8, i64) {
    match stream {
        Stream::Thread(id) => (0, id.0),
        Stream::Task(id) => (1, id.0),
        Stream::Room(id) => (2, id.0),
        Stream::Board(id) => (3, id.0),
        Stream::User(id) => (4, id.0),
    }
}

/// What was asked, as far as telling a retry from a key used twice goes.
pub(crate) fn digest(route: &str, input: &impl Serialize) -> Result<[u8; 32]> {
    let input = serde_json::to_vec(input).map_err(internal)?;
    Ok(Sha256::new().chain_update(route).chain_update([0]).chain_update(input).finalize().into())
}

/// A fault of ours that is no database's: logged here, in the span of its request.
pub(crate) fn internal(cause: impl std::fmt::Display) -> Error {
    tracing::error!(error = %cause, "an internal fault");
    Error::Internal { request_id: String::new() }
}

/// The words for a client id that was used for something else.
pub(crate) fn reused() -> Error {
    Error::conflict("This was sent before with other content. Please send it again.")
}

impl Db {
    /// Has something written and waits for the answer. It is published after the commit and before
    /// the answer, whether or not anybody still waits.
    pub(crate) async fn commit<T: 'static>(
        &self,
        what: What,
        publish: impl FnOnce(Committed) + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting::new(publish, answer);
        self.write(Job { what, waiting, since: Instant::now(), span: Span::current() });
        let answer = answered.await.map_err(|_| internal("a write ended without an answer"))??;
        answer.downcast().map(|answer| *answer).map_err(|_| internal("a write gave an answer of another kind"))
    }
}

impl Engine {
    /// Runs `work` in one transaction, commits, then publishes what it told. A caller that goes away
    /// can't come between commit and publication.
    ///
    /// # Errors
    /// What `work` refuses; [`Error::Unavailable`] where the database can't be written now, or too
    /// much waits to be written: then nothing was.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        let engine = self.clone();
        self.db().commit(What::of(work), move |committed| engine.deliver(committed)).await
    }

    /// Stores a message, with the others that wait.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub(crate) async fn post(&self, draft: Draft) -> Result<Posted> {
        let engine = self.clone();
        self.db().commit(What::Post(Box::new(draft)), move |committed| engine.deliver(committed)).await
    }

    /// As [`Engine::write`], at most once for each key: the same key with the same input gets the
    /// first answer again, with another input it is a conflict.
    pub(crate) async fn write_once<T, F>(&self, author: UserId, key: Uuid, request: [u8; 32], work: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        self.write(move |w| {
            Box::pin(async move {
                // A twin that is being written at this moment is waited for here.
                if db::writes::reserve(&mut w.tx, author, key, &request, w.now).await? == 0 {
                    let first =
                        db::writes::find(&mut w.tx, author, key).await?.filter(|first| first.request == request);
                    return serde_json::from_str(&first.ok_or_else(reused)?.answer).map_err(internal);
                }
                let answer = work(w).await?;
                let text = serde_json::to_string(&answer).map_err(internal)?;
                db::writes::answer(&mut w.tx, author, key, &text).await?;
                Ok(answer)
            })
        })
        .await
    }
}

impl What {
    /// Work whose answer is of any type.
    pub(crate) fn of<T, F>(work: F) -> Self
    where
        T: Send + 'static,
        F: for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        Self::Work(Box::new(move |w| {
            Box::pin(async move {
                let answer: Answer = Box::new(work(w).await?);
                Ok(answer)
            })
        }))
    }
}
