//! One durable write: rows and events in one transaction, published after the commit.

use futures::future::BoxFuture;
use protocol::{Error, Event, MessageId, Stream, UserId};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Engine, Result,
    db::{self, Tx},
    delivery::Committed,
    now,
    revocation::Withdrawal,
};

pub(crate) use crate::revocation::Revocation;

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
    pub(crate) event: Event,
}

impl Write {
    /// Puts an event on a stream. It is numbered, logged and published with the write.
    pub(crate) fn tell(&mut self, stream: Stream, event: Event) {
        self.told.push(Told { stream, message: None, event });
    }

    /// As [`Write::tell`], for an event that shows a message: the deletion of the message redacts it.
    pub(crate) fn tell_of(&mut self, stream: Stream, message: MessageId, event: Event) {
        self.told.push(Told { stream, message: Some(message), event });
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
        let texts = db::events::redact(&mut self.tx, message).await?.into_iter();
        let texts = texts.map(|(stream, seq)| Ok((stream.parse().map_err(internal)?, seq))).collect::<Result<_>>()?;
        self.withdrawn.push(Withdrawal::Text(texts));
        Ok(())
    }

    /// Numbers and logs what was told. Places come before boards, boards before people, each by
    /// number: every write takes the rows of `streams` in this order, so that none waits in a circle.
    /// Then what is revoked is numbered too.
    async fn log(&mut self) -> Result<Committed> {
        let mut told = std::mem::take(&mut self.told);
        told.sort_by_key(|told| rank(told.stream));
        let events = if told.is_empty() {
            Vec::new()
        } else {
            let seqs = db::events::take_seqs(&mut self.tx, &told).await?;
            db::events::insert(&mut self.tx, self.now, told, seqs).await?
        };
        let mut withdrawn = std::mem::take(&mut self.withdrawn);
        withdrawn.retain(|what| !what.is_empty());
        let revoked = db::revocations::insert(&mut self.tx, self.now, withdrawn).await?;
        Ok(Committed { revoked, events })
    }
}

fn rank(stream: Stream) -> (u8, i64) {
    match stream {
        Stream::Task(id) => (0, id.0),
        Stream::Room(id) => (1, id.0),
        Stream::Board(id) => (2, id.0),
        Stream::User(id) => (3, id.0),
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

impl Engine {
    /// Runs `work` in one transaction, commits, then publishes what it told.
    ///
    /// It runs in a task of the engine's own: a caller that goes away can't come between commit
    /// and publication.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'w> FnOnce(&'w mut Write) -> BoxFuture<'w, Result<T>> + Send + 'static,
    {
        let engine = self.clone();
        let span = tracing::Span::current();
        let task = async move {
            let (tx, turn) = engine.db().write().await?;
            let mut write = Write { tx, now: now(), told: Vec::new(), withdrawn: Vec::new() };
            let done = work(&mut write).await?;
            let committed = write.log().await?;
            write.tx.commit().await?;
            engine.deliver(committed);
            drop(turn);
            Ok(done)
        };
        tokio::spawn(tracing::Instrument::instrument(task, span)).await.map_err(internal)?
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
