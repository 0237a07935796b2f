//! Messages in rooms and comments on tasks: posted, deleted, read by page.

use std::collections::HashMap;

use protocol::{
    Error, Event, Message, MessageId, Person, Role, Stream,
    limits::{OFFSET, PAGE},
    page::{History, Row},
    permission::{Action, Standing, may},
    text,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, Zone, boards,
    db::{self, Tx},
    markdown::{self, Mentioned},
    notify, rooms,
    write::{Write, digest, internal, reused},
};

/// What somebody wants to say.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// A room or a task.
    pub place: Stream,
    /// The client id of the write.
    pub key: Uuid,
    /// Markdown, as typed.
    pub content: String,
    /// The comment it replies to.
    pub parent: Option<MessageId>,
}

/// What was said.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The message.
    pub message: Message,
    /// False where the key repeats: this is what it did the first time.
    pub fresh: bool,
}

/// Which page of a history.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Older than this message.
    pub before: Option<MessageId>,
    /// Without so many of the newest.
    pub offset: i64,
    /// So many, 1 to 50.
    pub limit: i64,
}

/// A place where something is said, as somebody may use it.
pub(crate) struct Place {
    pub(crate) stream: Stream,
    pub(crate) board: protocol::BoardId,
    /// The room's name, or the task's `#12 title`.
    pub(crate) name: String,
    /// May they post?
    pub(crate) posts: bool,
    /// May they delete what others posted?
    pub(crate) moderates: bool,
    /// In the room's member list? Always on a task.
    pub(crate) joined: bool,
    /// The room, if it is one.
    pub(crate) room: Option<protocol::Room>,
}

/// A place, if this person may read it.
pub(crate) async fn place(tx: &mut Tx, actor: &Actor, stream: Stream) -> Result<Place> {
    match stream {
        Stream::Room(id) => {
            let (entry, mine) = rooms::access(tx, actor, id).await?;
            let standing = rooms::standing(&entry, mine.role, actor);
            Ok(Place {
                stream,
                board: entry.room.board,
                name: entry.room.name.clone(),
                posts: standing.posts(),
                moderates: Standing::manages(standing),
                joined: entry.joined,
                room: Some(entry.room),
            })
        }
        Stream::Task(id) => {
            let (board, number, title) = db::tasks::place(tx, id).await?.ok_or(Error::NotFound)?;
            let mine = boards::access(tx, actor, board).await?;
            Ok(Place {
                stream,
                board,
                name: format!("#{number} {title}"),
                posts: may(mine.role, Action::Write),
                moderates: mine.role == Role::Owner,
                joined: true,
                room: None,
            })
        }
        Stream::Board(_) | Stream::User(_) => Err(Error::NotFound),
    }
}

/// Says something in a room or on a task. Posting in an open room joins it.
///
/// # Errors
/// Not readable, not allowed, empty or too long, too often, the key used for something else, or the
/// comment replied to is not there.
pub async fn post(engine: &Engine, actor: &Actor, new: NewMessage) -> Result<Posted> {
    let NewMessage { place: stream, key, content, parent } = new;
    let source = text::message(&content)?;
    let request = digest("messages::post", &(stream, &source, parent))?;
    let mut tx = engine.db().read().await?;
    let readable = place(&mut tx, actor, stream).await?;
    if !readable.posts {
        return Err(Error::Forbidden);
    }
    if let Some(first) = repeated(&mut tx, actor, key, &request).await? {
        return Ok(Posted { message: first, fresh: false });
    }
    let (html, mentions) = render(&mut tx, stream, readable.board, &source).await?;
    drop(tx);
    engine.limits().post(actor.id()).await?;
    let (poster, actor) = (actor, actor.clone());
    let posted = engine
        .write(move |w| {
            Box::pin(async move {
                // Again, in the transaction that writes: the right may be gone, the twin may have come first.
                let place = place(&mut w.tx, &actor, stream).await?;
                if !place.posts {
                    return Err(Error::Forbidden);
                }
                if let Some(first) = repeated(&mut w.tx, &actor, key, &request).await? {
                    return Ok(Posted { message: first, fresh: false });
                }
                let draft = Draft { key, request, source, html, mentions, parent };
                let message = store(w, &actor, &place, draft).await?;
                Ok(Posted { message, fresh: true })
            })
        })
        .await;
    let posted = match posted {
        // The twin of this very write may have come first, between our look and our turn.
        Err(Error::Conflict { .. }) => {
            let first = repeated(&mut engine.db().read().await?, poster, key, &request).await?;
            Posted { message: first.ok_or_else(reused)?, fresh: false }
        }
        posted => posted?,
    };
    if posted.fresh {
        metrics::counter!("boardwalk_posts_total").increment(1);
    }
    Ok(posted)
}

async fn repeated(tx: &mut Tx, actor: &Actor, key: Uuid, request: &[u8]) -> Result<Option<Message>> {
    let Some(first) = db::writes::find(tx, actor.id(), key).await? else { return Ok(None) };
    if first.request != request {
        return Err(reused());
    }
    let (message, _) = db::messages::sent(tx, actor.id(), key).await?.ok_or_else(reused)?;
    Ok(Some(message))
}

/// A text of this place as HTML, and the people it mentions.
pub(crate) async fn render(
    tx: &mut Tx,
    place: Stream,
    board: protocol::BoardId,
    source: &str,
) -> Result<(String, Vec<Person>)> {
    let people = named(tx, place, board, &markdown::parse(source).names()).await?;
    let by_name: HashMap<String, Mentioned> = people
        .iter()
        .map(|p| (p.username.to_ascii_lowercase(), Mentioned { id: p.id, username: p.username.clone() }))
        .collect();
    // Highlighting may take some milliseconds: not on a thread that serves others.
    let text = source.to_owned();
    let rendered =
        tokio::task::spawn_blocking(move || markdown::parse(&text).render(&by_name)).await.map_err(internal)?;
    let mentions =
        rendered.mentions.iter().filter_map(|id| people.iter().find(|person| person.id == *id).cloned()).collect();
    Ok((rendered.html, mentions))
}

/// The people of these usernames who may read a place.
pub(crate) async fn named(
    tx: &mut Tx,
    place: Stream,
    board: protocol::BoardId,
    names: &[String],
) -> Result<Vec<Person>> {
    match place {
        _ if names.is_empty() => Ok(Vec::new()),
        Stream::Room(room) => db::messages::readers_of_room(tx, room, names).await,
        _ => db::messages::readers_of_board(tx, board, names).await,
    }
}

/// A message that is rendered and may be stored.
pub(crate) struct Draft {
    pub(crate) key: Uuid,
    pub(crate) request: [u8; 32],
    pub(crate) source: String,
    pub(crate) html: String,
    pub(crate) mentions: Vec<Person>,
    pub(crate) parent: Option<MessageId>,
}

/// Stores a message as part of a write.
pub(crate) async fn store(w: &mut Write, actor: &Actor, place: &Place, draft: Draft) -> Result<Message> {
    let Draft { key, request, source, html, mentions, parent } = draft;
    let n = db::events::take_n(&mut w.tx, place.stream).await?;
    // Who writes here waits for their turn in the line above; a twin may have had its own meanwhile.
    if db::writes::find(&mut w.tx, actor.id(), key).await?.is_some() {
        return Err(reused());
    }
    let replied = match parent {
        Some(parent) => Some(thread(&mut w.tx, place.stream, parent).await?),
        None => None,
    };
    let parent = replied.as_ref().map(|(root, _)| *root);
    let id = db::messages::insert(
        &mut w.tx,
        db::messages::New {
            place: place.stream,
            n,
            author: actor.id(),
            client_id: key,
            request: &request,
            parent,
            source: &source,
            html: &html,
            at: w.now,
        },
    )
    .await?;
    let users: Vec<_> = mentions.iter().map(|person| person.id).collect();
    db::messages::insert_mentions(&mut w.tx, id, &users).await?;
    if let (Some(room), false) = (&place.room, place.joined) {
        rooms::enter(w, actor, room).await?;
    }
    db::messages::raise_watermark(&mut w.tx, actor.id(), place.stream, n).await?;
    let message = Message {
        id,
        n,
        author: Some(actor.me.person.clone()),
        at: w.now,
        source,
        html,
        client_id: key,
        parent,
        deleted: false,
        mentions,
    };
    notify::posted(w, place, &message, replied.and_then(|(_, author)| author)).await?;
    w.tell_of(place.stream, id, Event::MessagePosted { message: Box::new(message.clone()) });
    tell_count(w, place).await?;
    Ok(message)
}

/// The first comment of the thread that a reply belongs to, and who wrote what is replied to.
async fn thread(tx: &mut Tx, place: Stream, parent: MessageId) -> Result<(MessageId, Option<protocol::UserId>)> {
    let gone = || Error::invalid("parent", "The comment you reply to is not here any more.");
    let (message, there) = db::messages::one(tx, parent).await?.ok_or_else(gone)?;
    if there != place || message.deleted {
        return Err(gone());
    }
    Ok((message.parent.unwrap_or(message.id), message.author.map(|author| author.id)))
}

/// The card on the board shows how many comments there are.
async fn tell_count(w: &mut Write, place: &Place) -> Result<()> {
    if let Stream::Task(id) = place.stream {
        let comments = db::messages::count(&mut w.tx, place.stream).await?;
        w.tell(Stream::Board(place.board), Event::CommentsCounted { id, comments });
    }
    Ok(())
}

/// Deletes a message: its author may, and who moderates the place. A tombstone stays. Deleting
/// what is deleted changes nothing.
///
/// # Errors
/// Not readable, not allowed, the key used for something else.
pub async fn delete(engine: &Engine, actor: &Actor, key: Uuid, id: MessageId) -> Result<()> {
    let request = digest("messages::delete", &id)?;
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move {
                let (message, stream) = db::messages::one(&mut w.tx, id).await?.ok_or(Error::NotFound)?;
                let place = place(&mut w.tx, &actor, stream).await?;
                let own = message.author.as_ref().is_some_and(|author| author.id == actor.id());
                if !(place.moderates || own && place.posts) {
                    return Err(Error::Forbidden);
                }
                if db::messages::bury(&mut w.tx, id, w.now).await? == 0 {
                    return Ok(());
                }
                w.redact(id).await?;
                notify::withdrawn(w, id).await?;
                w.tell(stream, Event::MessageDeleted { id, n: message.n });
                tell_count(w, &place).await
            })
        })
        .await
}

/// Where a message is, for who may read it there.
///
/// # Errors
/// Not there, or not readable.
pub async fn find(engine: &Engine, actor: &Actor, id: MessageId) -> Result<Stream> {
    let mut tx = engine.db().read().await?;
    let (_, stream) = db::messages::one(&mut tx, id).await?.ok_or(Error::NotFound)?;
    place(&mut tx, actor, stream).await?;
    Ok(stream)
}

/// A page of a conversation for our screens, tombstones included, oldest first. On a task whole
/// threads: each reply after the comment it replies to.
///
/// # Errors
/// Not readable, or `before` is not a message of the place.
pub async fn history(
    engine: &Engine,
    actor: &Actor,
    stream: Stream,
    before: Option<MessageId>,
    zone: Zone,
) -> Result<History> {
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    let n = number(&mut tx, stream, before).await?;
    newest(&mut tx, stream, n, zone).await
}

/// As [`history`], in a snapshot that is open already, before a number.
pub(crate) async fn newest(tx: &mut Tx, stream: Stream, n: i64, zone: Zone) -> Result<History> {
    let threaded = matches!(stream, Stream::Task(_));
    let mut messages = if threaded {
        db::messages::roots_before(tx, stream, n, PAGE + 1).await?
    } else {
        db::messages::before(tx, stream, n, PAGE + 1).await?
    };
    let older = messages.len() as i64 > PAGE;
    messages.truncate(PAGE as usize);
    messages.reverse();
    if threaded && !messages.is_empty() {
        let roots: Vec<MessageId> = messages.iter().map(|root| root.id).collect();
        let mut replies: HashMap<MessageId, Vec<Message>> = HashMap::new();
        for reply in db::messages::replies(tx, &roots).await? {
            replies.entry(reply.parent.unwrap_or(reply.id)).or_default().push(reply);
        }
        messages = messages
            .into_iter()
            .flat_map(|root| {
                let below = replies.remove(&root.id).unwrap_or_default();
                std::iter::once(root).chain(below)
            })
            .collect();
    }
    let rows = messages.into_iter().map(|message| Row { clock: zone.clock(message.at), message }).collect();
    Ok(History { rows, older })
}

/// A page of a conversation as the contract's JSON has it: oldest first, without the deleted.
///
/// # Errors
/// Not readable; a window out of bounds; `before` is not a message of the place.
pub async fn list(engine: &Engine, actor: &Actor, stream: Stream, window: Window) -> Result<Vec<Message>> {
    if !(1..=PAGE).contains(&window.limit) {
        return Err(Error::invalid("limit", "The limit is a number from 1 to 50."));
    }
    if !(0..=OFFSET).contains(&window.offset) {
        return Err(Error::invalid("offset", "The offset is a number from 0 to 10,000."));
    }
    let mut tx = engine.db().read().await?;
    place(&mut tx, actor, stream).await?;
    let n = number(&mut tx, stream, window.before).await?;
    let mut messages = db::messages::live_before(&mut tx, stream, n, window.offset, window.limit).await?;
    messages.reverse();
    Ok(messages)
}

/// The number that a page begins before.
async fn number(tx: &mut Tx, stream: Stream, before: Option<MessageId>) -> Result<i64> {
    let Some(id) = before else { return Ok(i64::MAX) };
    match db::messages::one(tx, id).await? {
        Some((message, place)) if place == stream => Ok(message.n),
        _ => Err(Error::invalid("before", "There is no such message here.")),
    }
}
