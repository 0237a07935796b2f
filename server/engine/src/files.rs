//! Files of messages and tasks: taken in piece by piece, looked at, given to who may read those.
//!
//! What is in a file is in the data folder or in a bucket, what is known of it in the database. A file is complete
//! there before the database knows it, and gone from there before it is forgotten: what a crash leaves between the
//! two is swept.

mod bucket;
mod disk;
mod picture;
mod store;
mod sweep;

use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use protocol::{
    Attachment, Error, FileId,
    limits::{FILE_BYTES, FILES_BYTES},
    text,
};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, cores, db, messages, now, tasks,
    write::{internal, reused},
};
pub use bucket::{Object, Place};
use disk::Part;
pub use store::Content;
pub(crate) use store::Store;
#[cfg(test)]
pub(crate) use sweep::sweep_shard;
pub(crate) use sweep::{sweep, sweep_folder};

/// How long a file waits to be sent, in milliseconds: a day.
pub(crate) const WAITS_MS: i64 = 24 * 60 * 60 * 1000;
/// The next piece is waited for so long.
const STALLED: Duration = Duration::from_secs(30);

/// A file that somebody may have.
#[derive(Debug)]
pub struct Opened {
    /// Where its content is.
    pub content: Content,
    /// Names the content, which never changes.
    pub tag: String,
    /// What kind of picture it is, if it is one.
    pub media: Option<String>,
    /// What it is called.
    pub name: String,
}

/// Takes a file in. It waits a day to be sent with a message, or to be a task's; nobody else can have it before. A key
/// that repeats with the same name gives what it gave the first time.
///
/// # Errors
/// [`Error::Conflict`] where the key was used for another file;
/// [`Error::TooLarge`]; [`Error::TooMany`]; [`Error::Invalid`] where it is empty, was cut off, is a
/// picture of too many pixels, or where there is no room for it.
pub async fn take_in<E>(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    name: &str,
    mut pieces: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
) -> Result<Attachment> {
    engine.limits().upload(actor.id())?;
    let mut tx = engine.db().read().await?;
    let name = text::file_name(name);
    if let Some(first) = db::files::sent(&mut tx, actor.id(), key).await? {
        return if first.name == name { Ok(first) } else { Err(reused()) };
    }
    let room = FILES_BYTES - db::files::used(&mut tx, actor.id()).await?;
    drop(tx);

    let mut part = engine.files().part().await.map_err(full)?;
    loop {
        let piece = match timeout(STALLED, pieces.next()).await {
            Ok(Some(Ok(piece))) => piece,
            Ok(None) => break,
            Ok(Some(Err(_))) | Err(_) => return Err(Error::invalid("file", "The file did not come whole.")),
        };
        part.write(&piece).await.map_err(full)?;
        if part.size() > FILE_BYTES {
            return Err(Error::TooLarge);
        }
    }
    let size = i64::try_from(part.size()).map_err(internal)?;
    if size == 0 {
        return Err(Error::invalid("file", "This file is empty."));
    }
    if size > room {
        return Err(no_room());
    }
    let (content, look) = keep(engine, part).await?;
    let new = db::files::New { user: actor.id(), client_id: key, content: content.clone(), name, size, look };
    let stored = engine
        .write(move |w| {
            Box::pin(async move {
                if db::files::used(&mut w.tx, new.user).await? + size > FILES_BYTES {
                    return Err(no_room());
                }
                let fresh = db::files::insert(&mut w.tx, &new, w.now, w.now + WAITS_MS).await?.is_some();
                Ok((db::files::sent(&mut w.tx, new.user, key).await?.ok_or_else(reused)?, fresh))
            })
        })
        .await;
    // After any other error it may be stored all the same; if not, it is swept.
    let refused = matches!(stored, Ok((_, false)) | Err(Error::Invalid { .. } | Error::Conflict { .. }));
    if refused {
        engine.files().remove(&content).await.map_err(internal)?;
    }
    stored.map(|(file, _)| file)
}

/// Stores a file of our own making, of which the database does not know yet.
pub(crate) async fn keep_made(engine: &Engine, bytes: &[u8]) -> Result<(String, Option<db::files::Look>)> {
    let mut part = engine.files().part().await.map_err(full)?;
    part.write(bytes).await.map_err(full)?;
    keep(engine, part).await
}

/// What has come in is whole: looks at it and stores it. Gives the name of its content, and what picture it is.
async fn keep(engine: &Engine, mut part: Part) -> Result<(String, Option<db::files::Look>)> {
    let path = part.path().await.map_err(full)?.to_owned();
    let one = engine.files().one_picture().await;
    let small = cores::apart(move || picture::look(&path))
        .await
        .map_err(internal)?
        .map_err(|picture::TooLarge| Error::invalid("file", "This picture has too many pixels."))?;
    drop(one);
    let (look, small) = small.unzip();
    let content = engine.files().keep(part, small).await.map_err(full)?;
    Ok((content, look))
}

/// A file for who may read the message that it came with, or see the task that has it, and before it is sent for its
/// owner; the small picture of it where `small`.
///
/// # Errors
/// [`Error::NotFound`] to everybody else, and once the message or the task is deleted, or the file removed.
pub async fn open(engine: &Engine, actor: &Actor, id: FileId, small: bool) -> Result<Opened> {
    let mut tx = engine.db().read().await?;
    let file = db::files::one(&mut tx, id).await?.ok_or(Error::NotFound)?;
    match (file.message_id, file.task_id) {
        (Some(message), _) => {
            let (message, _) = messages::found(&mut tx, actor, message).await?;
            if message.deleted {
                return Err(Error::NotFound);
            }
        }
        (None, Some(task)) if file.expires_at == Some(db::files::KEPT) => {
            drop(tasks::find(&mut tx, actor, task).await?)
        }
        (None, None) if file.user_id == Some(actor.id()) && file.expires_at.is_some_and(|at| at > now()) => {}
        _ => return Err(Error::NotFound),
    }
    let media = if small { Some(file.small.clone().ok_or(Error::NotFound)?) } else { file.media.clone() };
    let content = engine.files().content(&file.content, small);
    let tag = format!("\"{id}{}\"", if small { "-small" } else { "" });
    Ok(Opened { content, tag, media, name: file.attachment().name })
}

/// Gives up a file that was not sent. One that is not there, or that was sent, stays as it is.
///
/// # Errors
/// The database can't be reached.
pub async fn give_up(engine: &Engine, actor: &Actor, id: FileId) -> Result<()> {
    let user = actor.id();
    engine.write(move |w| Box::pin(async move { db::files::give_up(&mut w.tx, user, id).await })).await.map(drop)
}

fn no_room() -> Error {
    Error::invalid("file", "Your files take all the room that there is for one person. Delete some first.")
}

/// The disk takes no more, or the bucket can't be reached.
fn full(error: std::io::Error) -> Error {
    tracing::error!(%error, "a file can't be kept");
    Error::Unavailable
}
