//! Messages in rooms and comments on tasks: posted, edited, deleted, read by page.

mod clearing;
mod deletion;
mod editing;
mod groups;
mod pages;
mod pinning;
mod posting;
mod previewing;
mod quoting;
mod reacting;
mod seeking;
mod threads;

use std::collections::{BTreeSet, HashMap};

use protocol::{
    Error, Event, FileId, Message, MessageId, Person, Stream, UserId,
    activity::Deed,
    limits,
    permission::{Rights, Standing},
    text,
};
use uuid::Uuid;

use crate::{
    Actor, Engine, Result, boards, cores,
    db::{self, Tx},
    markdown::{self, Mentioned, Rendered},
    rooms, search,
    write::{Write, digest, internal, reused},
};
pub use clearing::clear;
pub use deletion::{delete, restore};
pub(crate) use editing::rewrite;
pub use editing::{edit, versions};
pub use groups::reach;
pub(crate) use groups::{Reached, reached, require as require_confirmed};
pub use pages::{around, history, list, newer};
pub(crate) use pages::{middle, newest, with_references};
pub(crate) use pinning::put as put_pin;
pub use pinning::{pin, pins, unpin};
pub(crate) use posting::{Draft, store};
pub use previewing::preview;
pub use quoting::quote;
pub use reacting::react;
pub(crate) use reacting::toggle as toggle_reaction;
pub use seeking::seek;
pub use threads::{page as thread, thread_of};

/// What somebody wants to say.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// A room, a thread of one, or a task.
    pub place: Stream,
    /// The client id of the write.
    pub key: Uuid,
    /// Markdown, as typed.
    pub content: String,
    /// What it replies to. In a room the reply goes into the thread under that, or that is in.
    pub parent: Option<MessageId>,
    /// The message of the same room or task that it quotes.
    pub quote: Option<MessageId>,
    /// Does who posts it know how many people it notifies?
    pub confirmed: bool,
    /// Files that its author has sent before and that came with no message yet.
    pub files: Vec<FileId>,
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
    /// Newer than this message.
    pub after: Option<MessageId>,
    /// On both sides of this message, and the message itself.
    pub around: Option<MessageId>,
    /// Without so many of the first of them.
    pub offset: i64,
    /// So many, 1 to 50.
    pub limit: i64,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The room, the thread, or the task.
    pub place: Stream,
    /// The room or the task whose page shows it.
    pub home: Stream,
}

/// A place where something is said, as somebody may use it.
pub(crate) struct Place {
    /// A room, a thread of one, or a task: whose numbers its messages have.
    pub(crate) stream: Stream,
    /// Where its events are told: the room, or the task.
    pub(crate) home: Stream,
    pub(crate) board: protocol::BoardId,
    /// The room's name, or the task's `#12 title`.
    pub(crate) name: String,
    /// What they may do with its messages.
    pub(crate) rights: Rights,
    /// In the room's member list? Always on a task.
    pub(crate) joined: bool,
    /// The room that it is, or is in.
    pub(crate) room: Option<protocol::Room>,
}

impl Place {
    /// Are there people who are told of whatever is said here?
    pub(crate) fn is_watched(&self) -> bool {
        matches!(self.stream, Stream::Task(_) | Stream::Thread(_))
    }

    /// The room that it is, or is in.
    pub(crate) fn room_id(&self) -> Option<protocol::RoomId> {
        self.room.as_ref().map(|room| room.id)
    }
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
                home: stream,
                board,
                name: format!("#{number} {title}"),
                rights: Rights { me: actor.id(), posts: mine.writes(), moderates: mine.runs() },
                joined: true,
                room: None,
            })
        }
        Stream::Thread(root) => {
            let (_, home) = db::messages::one(tx, root).await?.ok_or(Error::NotFound)?;
            let Stream::Room(id) = home else { return Err(Error::NotFound) };
            let seen = db::rooms::seen(tx, id, actor.id()).await?.ok_or(Error::NotFound)?;
            Ok(Place { stream, ..place_in_room(actor, seen)? })
        }
        Stream::Board(_) | Stream::User(_) => Err(Error::NotFound),
    }
}

/// A room as a place, if this person may read it.
fn place_in_room(actor: &Actor, seen: db::rooms::Seen) -> Result<Place> {
    let (entry, mine) = rooms::readable(actor, seen)?;
    let standing = rooms::standing(&entry, &mine, actor);
    Ok(Place {
        stream: Stream::Room(entry.room.id),
        home: Stream::Room(entry.room.id),
        board: entry.room.board,
        name: entry.room.name.clone(),
        rights: Rights { me: actor.id(), posts: standing.posts(), moderates: Standing::manages(standing) },
        joined: entry.joined,
        room: Some(entry.room),
    })
}

/// Says something in a room or on a task. Posting in an open room joins it.
///
/// # Errors
/// Not readable, not allowed, empty or too long, too often, the key used for something else, or what
/// is replied to or quoted is not there.
pub async fn post(engine: &Engine, actor: &Actor, new: NewMessage) -> Result<Posted> {
    let NewMessage { place, key, content, parent, quote, mut files, confirmed } = new;
    let mut named = BTreeSet::new();
    files.retain(|file| named.insert(*file));
    if files.len() > limits::FILES {
        return Err(Error::invalid("files", format!("{} files are the most for one message.", limits::FILES)));
    }
    let source = text::message_with_files(&content, files.len())?;
    let request = match (quote, files.is_empty()) {
        (None, true) => digest("messages::post", &(place, &source, parent))?,
        (Some(quote), true) => digest("messages::post", &(place, &source, parent, quote))?,
        (quote, false) => digest("messages::post", &(place, &source, parent, quote, &named))?,
    };
    let place = match parent {
        Some(parent) => threads::of_reply(engine, actor, place, parent).await?,
        None => place,
    };
    let (html, mentions, reach) = match prepare(engine, actor, place, key, &request, &source).await? {
        Prepared::Repeated(first) => return Ok(Posted { message: *first, fresh: false }),
        Prepared::Rendered(html, mentions, reach) => (html, mentions, reach),
    };
    require_confirmed(&reach, confirmed)?;
    let reach = reach.people;
    let words = search::of(&source);
    let draft =
        Draft { actor: actor.clone(), place, key, request, source, html, words, mentions, reach, parent, quote, files };
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
    /// Its HTML, whom it mentions, and whom it notifies by naming groups.
    Rendered(String, Vec<Person>, Reached),
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
    let doc = markdown::parse(source);
    let named = doc.groups(stream);
    let mut too_many = None;
    if named.is_empty() && doc.names().is_empty() && doc.tasks().is_empty() {
        too_many = engine.limits().post(actor.id()).await.err();
        if too_many.is_none() {
            let html = rendered(stream, source, HashMap::new(), markdown::Tasks::new()).await?.html;
            return Ok(Prepared::Rendered(html, Vec::new(), Reached::default()));
        }
    }
    let mut tx = engine.db().read().await?;
    let place = place(&mut tx, actor, stream).await?;
    if !place.rights.posts {
        return Err(Error::Forbidden);
    }
    if let Some(first) = repeated(&mut tx, actor, key, request).await? {
        return Ok(Prepared::Repeated(Box::new(first)));
    }
    match too_many {
        Some(too_many) => Err(too_many),
        None => {
            engine.limits().post(actor.id()).await?;
            let (html, mentions) = render(&mut tx, place.home, place.board, source).await?;
            let reach = reached(engine, &mut tx, actor, &place, &named).await?;
            Ok(Prepared::Rendered(html, mentions, reach))
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

/// A right to do something to a message; where there is none, because it is a tombstone by now, says so.
fn require(right: bool, message: &Message) -> Result<()> {
    match right {
        true => Ok(()),
        false if message.deleted => Err(gone()),
        false => Err(Error::Forbidden),
    }
}

/// The words for a message that is a tombstone by now.
fn gone() -> Error {
    Error::conflict("This message was deleted meanwhile.")
}

/// Counts what is done to a message as if it was a message itself; what was done before is not
/// counted again.
async fn count(engine: &Engine, tx: &mut Tx, actor: &Actor, key: Uuid) -> Result<()> {
    match db::writes::find(tx, actor.id(), key).await? {
        Some(_) => Ok(()),
        None => engine.limits().post(actor.id()).await,
    }
}

/// A text of this place as HTML, and the people it mentions.
pub(crate) async fn render(
    tx: &mut Tx,
    place: Stream,
    board: protocol::BoardId,
    source: &str,
) -> Result<(String, Vec<Person>)> {
    let doc = markdown::parse(source);
    let people = named(tx, place, board, &doc.names()).await?;
    let tasks = addresses(tx, board, &doc.tasks()).await?;
    let by_name: HashMap<String, Mentioned> = people
        .iter()
        .map(|p| (p.username.to_ascii_lowercase(), Mentioned { id: p.id, username: p.username.clone() }))
        .collect();
    let rendered = rendered(place, source, by_name, tasks).await?;
    let mentions =
        rendered.mentions.iter().filter_map(|id| people.iter().find(|person| person.id == *id).cloned()).collect();
    Ok((rendered.html, mentions))
}

/// Renders a text: one that may take some milliseconds not on a thread that serves others.
async fn rendered(
    place: Stream,
    source: &str,
    people: HashMap<String, Mentioned>,
    tasks: markdown::Tasks,
) -> Result<Rendered> {
    if markdown::is_quick(source) {
        return Ok(markdown::parse(source).render_in(place, &people, &tasks));
    }
    let source = source.to_owned();
    cores::apart(move || markdown::parse(&source).render_in(place, &people, &tasks)).await.map_err(internal)
}

/// The addresses of the tasks of a board with these numbers.
async fn addresses(tx: &mut Tx, board: protocol::BoardId, numbers: &[i64]) -> Result<markdown::Tasks> {
    if numbers.is_empty() {
        return Ok(markdown::Tasks::new());
    }
    let found = db::tasks::numbered(tx, board, numbers).await?;
    Ok(found.into_iter().map(|(number, task)| (number, format!("/boards/{board}/tasks/{task}/"))).collect())
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

/// The card on the board shows how many comments there are, and its activity who has commented.
async fn tell_count(w: &mut Write, place: &Place, by: Option<UserId>) -> Result<()> {
    if let Stream::Task(id) = place.stream {
        let comments = db::messages::count(&mut w.tx, place.stream).await?;
        let told = w.tell(Stream::Board(place.board), Event::CommentsCounted { id, comments });
        if let Some(by) = by {
            told.did(by, [Deed::Commented]);
        }
    }
    Ok(())
}

/// Where a message is, for who may read it there.
///
/// # Errors
/// Not there, or not readable.
pub async fn find(engine: &Engine, actor: &Actor, id: MessageId) -> Result<Found> {
    let (_, place) = found(&mut engine.db().read().await?, actor, id).await?;
    Ok(Found { place: place.stream, home: place.home })
}

/// A message and its place, if this person may read it there.
pub(crate) async fn found(tx: &mut Tx, actor: &Actor, id: MessageId) -> Result<(Message, Place)> {
    let (message, stream) = db::messages::one(tx, id).await?.ok_or(Error::NotFound)?;
    Ok((message, place(tx, actor, stream).await?))
}

/// As [`found`], by who is about to change it: until the write ends nothing else happens to the message,
/// and its place is not cleared.
pub(crate) async fn held(w: &mut Write, actor: &Actor, id: MessageId) -> Result<(Message, Place)> {
    let (message, place) = found(&mut w.tx, actor, id).await?;
    if matches!(w.tx, Tx::Sqlite(_)) {
        // There is one write at a time.
        return Ok((message, place));
    }
    db::threads::lock_all(&mut w.tx, &[place.stream, place.home]).await?;
    db::messages::lock(&mut w.tx, id).await?;
    // As whoever held them before has left it.
    found(&mut w.tx, actor, id).await
}
