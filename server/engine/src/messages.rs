//! Messages in rooms and comments on tasks: posted, deleted, read by page.

mod posting;

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
    Actor, Engine, Result, Zone, boards, cores,
    db::{self, Tx},
    markdown::{self, Mentioned, Rendered},
    notify, rooms,
    write::{Write, digest, internal, reused},
};
pub(crate) use posting::{Draft, store};

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
            let seen = db::rooms::seen(tx, id, actor.id()).await?.ok_or(Error::NotFound)?;
            place_in_room(actor, seen)
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

/// A room as a place, if this person may read it.
fn place_in_room(actor: &Actor, seen: db::rooms::Seen) -> Result<Place> {
    let (entry, mine) = rooms::readable(actor, seen)?;
    let standing = rooms::standing(&entry, mine.role, actor);
    Ok(Place {
        stream: Stream::Room(entry.room.id),
        board: entry.room.board,
        name: entry.room.name.clone(),
        posts: standing.posts(),
        moderates: Standing::manages(standing),
        joined: entry.joined,
        room: Some(entry.room),
    })
}

/// Says something in a room or on a task. Posting in an open room joins it.
///
/// # Errors
/// Not readable, not allowed, empty or too long, too often, the key used for something else, or the
/// comment replied to is not there.
pub async fn post(engine: &Engine, actor: &Actor, new: NewMessage) -> Result<Posted> {
    let NewMessage { place, key, content, parent } = new;
    let source = text::message(&content)?;
    let request = digest("messages::post", &(place, &source, parent))?;
    let (html, mentions) = match prepare(engine, actor, place, key, &request, &source).await? {
        Prepared::Repeated(first) => return Ok(Posted { message: *first, fresh: false }),
        Prepared::Rendered(html, mentions) => (html, mentions),
    };
    let draft = Draft { actor: actor.clone(), place, key, request, source, html, mentions, parent };
    let posted = match engine.post(draft).await {
        // The twin of this very write may have come first, between the look of the write and its turn.
        Err(Error::Conflict { .. }) => {
            let first = repeated(&mut engine.db().read().await?, actor, key, &request).await?;
            Posted { message: first.ok_or_else(reused)?, fresh: false }
        }
        posted => posted?,
    };
    if posted.fresh {
        metrics::counter!("boardwalk_posts_total").increment(1);
    }
    Ok(posted)
}

/// A message before its turn to be written.
enum Prepared {
    /// It was stored before.
    Repeated(Box<Message>),
    /// Its HTML, and whom it mentions.
    Rendered(String, Vec<Person>),
}

/// Counts and renders a message. One that mentions nobody needs nothing of the database for that:
/// the write looks at the rights and the client id in any case.
async fn prepare(
    engine: &Engine,
    actor: &Actor,
    stream: Stream,
    key: Uuid,
    request: &[u8],
    source: &str,
) -> Result<Prepared> {
    let names = markdown::parse(source).names();
    let mut too_many = None;
    if names.is_empty() {
        too_many = engine.limits().post(actor.id()).await.err();
        if too_many.is_none() {
            return Ok(Prepared::Rendered(rendered(source, HashMap::new()).await?.html, Vec::new()));
        }
    }
    let mut tx = engine.db().read().await?;
    let place = place(&mut tx, actor, stream).await?;
    if !place.posts {
        return Err(Error::Forbidden);
    }
    if let Some(first) = repeated(&mut tx, actor, key, request).await? {
        return Ok(Prepared::Repeated(Box::new(first)));
    }
    match too_many {
        Some(too_many) => Err(too_many),
        None => {
            engine.limits().post(actor.id()).await?;
            let (html, mentions) = render(&mut tx, stream, place.board, source).await?;
            Ok(Prepared::Rendered(html, mentions))
        }
    }
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
    let rendered = rendered(source, by_name).await?;
    let mentions =
        rendered.mentions.iter().filter_map(|id| people.iter().find(|person| person.id == *id).cloned()).collect();
    Ok((rendered.html, mentions))
}

/// Renders a text: one that may take some milliseconds not on a thread that serves others.
async fn rendered(source: &str, people: HashMap<String, Mentioned>) -> Result<Rendered> {
    if markdown::is_quick(source) {
        return Ok(markdown::parse(source).render(&people));
    }
    let source = source.to_owned();
    cores::apart(move || markdown::parse(&source).render(&people)).await.map_err(internal)
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
