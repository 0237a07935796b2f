//! Who is told of what is said on a task or in a thread.

use protocol::{Error, Event, Stream, UserId, Watch};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result,
    db::{self, Tx},
    messages::{Place, place},
    write::digest,
};

/// People that are named.
const NAMED: i64 = 50;

/// Is told of what is said on a task or in a thread from now on.
///
/// # Errors
/// Not there, or not readable, or no task or first message of a thread; the key used for something else.
pub async fn watch(engine: &Engine, actor: &Actor, key: Uuid, stream: Stream) -> Result<()> {
    let request = digest("watching::watch", &stream)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let place = watched(&mut w.tx, &actor, stream).await?;
                if let (Stream::Thread(root), Some(room)) = (stream, &place.room) {
                    db::threads::create(&mut w.tx, root, room.id).await?;
                }
                db::notifications::watch(&mut w.tx, stream, &[actor.id()]).await?;
                w.tell(Stream::User(actor.id()), Event::WatchChanged { place: stream, on: true });
                Ok(())
            })
        })
        .await
}

/// Is told of a task or a thread no more, but where one is mentioned.
///
/// # Errors
/// As [`watch`].
pub async fn unwatch(engine: &Engine, actor: &Actor, key: Uuid, stream: Stream) -> Result<()> {
    let request = digest("watching::unwatch", &stream)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                watched(&mut w.tx, &actor, stream).await?;
                db::notifications::unwatch(&mut w.tx, stream, actor.id()).await?;
                w.tell(Stream::User(actor.id()), Event::WatchChanged { place: stream, on: false });
                Ok(())
            })
        })
        .await
}

/// Who watches a place, as one of them may see it.
pub(crate) async fn of(tx: &mut Tx, stream: Stream, user: UserId) -> Result<Watch> {
    Ok(Watch {
        mine: db::notifications::watches(tx, stream, user).await?,
        count: db::notifications::watching(tx, stream).await?,
        people: db::notifications::watching_people(tx, stream, NAMED).await?,
    })
}

/// A task or a thread that may be watched.
async fn watched(tx: &mut Tx, actor: &Actor, stream: Stream) -> Result<Place> {
    match stream {
        Stream::Task(_) | Stream::Thread(_) => place(tx, actor, stream).await,
        Stream::Room(_) | Stream::Board(_) | Stream::User(_) => Err(Error::NotFound),
    }
}
