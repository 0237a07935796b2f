//! Storing what was said: the rules of posting, for any number of messages at once.
//!
//! Messages that wait at the same time are stored together, with as many statements for all as for
//! one. Everything that may refuse a message is looked at before the first row is written, so one
//! that is refused leaves nothing behind and takes no number.

use std::collections::HashMap;

use protocol::{Attachment, Error, Event, FileId, Message, MessageId, Person, Quote, Stream, UserId};
use uuid::Uuid;

use super::{Place, Posted, found, place, place_in_room, quoting, repeated, threads};
use crate::{
    Actor, Result,
    db::{self, Tx},
    levels, notify, references, rooms, search,
    write::{Write, internal, rank, reused},
};

/// A message that is rendered and waits to be stored.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) actor: Actor,
    /// A room, a thread of one, or a task.
    pub(crate) place: Stream,
    /// The client id of the write.
    pub(crate) key: Uuid,
    /// Digest of what was asked.
    pub(crate) request: [u8; 32],
    pub(crate) source: String,
    pub(crate) html: String,
    /// Its words, as the search's index has them.
    pub(crate) words: Vec<String>,
    pub(crate) mentions: Vec<Person>,
    /// Whom it notifies by naming groups.
    pub(crate) reach: Vec<UserId>,
    /// The message it replies to.
    pub(crate) parent: Option<MessageId>,
    /// The message it quotes.
    pub(crate) quote: Option<MessageId>,
    /// The files that come with it.
    pub(crate) files: Vec<FileId>,
}

impl Draft {
    /// Can it be stored together with others? Those that tell people in particular count what was
    /// there before, so each of them is stored by itself.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.place, Stream::Room(_))
            && self.mentions.is_empty()
            && self.reach.is_empty()
            && self.quote.is_none()
            && self.files.is_empty()
    }
}

/// What becomes of a draft.
enum Verdict {
    Refused(Error),
    /// It was stored before.
    Repeated(Box<Message>),
    /// It is the twin of an earlier one of the same set.
    Twin(usize),
    /// It is stored, under this number in its place.
    Stored(Accepted, i64),
}

struct Accepted {
    place: Place,
    /// The first message of its thread, and who wrote what it replies to.
    thread: Option<(MessageId, Option<UserId>)>,
    quote: Option<Box<Quote>>,
    files: Vec<Attachment>,
}

/// Stores messages as part of a write; an answer each, in order.
pub(crate) async fn store(w: &mut Write, drafts: &[Draft]) -> Result<Vec<Result<Posted>>> {
    let verdicts = judge(w, drafts).await?;
    let mut ids = insert(w, drafts, &verdicts).await?;
    index(w, drafts, &verdicts, &ids).await?;
    refer(w, drafts, &verdicts, &ids).await?;
    let stored = verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Stored(accepted, _) => Some(&accepted.place),
        _ => None,
    });
    let hearers = levels::everything(&mut w.tx, stored).await?;
    let mut answers: Vec<Result<Posted>> = Vec::with_capacity(drafts.len());
    for (draft, verdict) in drafts.iter().zip(verdicts) {
        let answer = match verdict {
            Verdict::Refused(error) => Err(error),
            Verdict::Repeated(message) => Ok(Posted { message: *message, fresh: false }),
            Verdict::Twin(first) => match &answers[first] {
                Ok(posted) => Ok(Posted { message: posted.message.clone(), fresh: false }),
                Err(error) => Err(error.clone()),
            },
            Verdict::Stored(accepted, n) => {
                // Not there: a twin was committed since we looked, which only PostgreSQL lets happen.
                let id = ids.remove(&(draft.place, n)).ok_or_else(reused)?;
                let hearers = hearers.get(&accepted.place.home).map_or(&[][..], Vec::as_slice);
                Ok(Posted { message: tell(w, draft, accepted, hearers, id, n).await?, fresh: true })
            }
        };
        answers.push(answer);
    }
    Ok(answers)
}

/// Looks at the rights, the client ids and the threads, and numbers what is accepted.
async fn judge(w: &mut Write, drafts: &[Draft]) -> Result<Vec<Verdict>> {
    let mut places = places(&mut w.tx, drafts).await?.into_iter();
    let keys: Vec<(UserId, Uuid)> = drafts.iter().map(|draft| (draft.actor.id(), draft.key)).collect();
    let known = db::writes::known(&mut w.tx, &keys).await?;
    let mut first: HashMap<(UserId, Uuid), usize> = HashMap::new();
    let mut verdicts = Vec::with_capacity(drafts.len());
    for (nth, draft) in drafts.iter().enumerate() {
        let key = (draft.actor.id(), draft.key);
        let place = places.next().ok_or_else(|| internal("a draft has no place"))?;
        let verdict = match place {
            Err(error) => Verdict::Refused(error),
            Ok(place) if !place.rights.posts => Verdict::Refused(Error::Forbidden),
            Ok(_) if known.contains(&key) => match repeated(&mut w.tx, &draft.actor, draft.key, &draft.request).await {
                Ok(Some(message)) => Verdict::Repeated(Box::new(message)),
                Ok(None) => return Err(internal("a client id was known and is not")),
                Err(error @ Error::Conflict { .. }) => Verdict::Refused(error),
                Err(error) => return Err(error),
            },
            Ok(place) => match first.get(&key) {
                Some(twin) if drafts[*twin].request == draft.request => Verdict::Twin(*twin),
                Some(_) => Verdict::Refused(reused()),
                None => match accept(w, draft, place).await {
                    Ok(accepted) => {
                        first.insert(key, nth);
                        Verdict::Stored(accepted, 0)
                    }
                    Err(error @ Error::Invalid { .. }) => Verdict::Refused(error),
                    Err(error) => return Err(error),
                },
            },
        };
        verdicts.push(verdict);
    }
    number(w, &mut verdicts).await?;
    Ok(verdicts)
}

/// The place of each draft as its author may use it: the rooms of all by one statement.
async fn places(tx: &mut Tx, drafts: &[Draft]) -> Result<Vec<Result<Place>>> {
    let asked: Vec<_> = drafts
        .iter()
        .filter_map(|draft| match draft.place {
            Stream::Room(room) => Some((room, draft.actor.id())),
            _ => None,
        })
        .collect();
    let seen = if asked.is_empty() { HashMap::new() } else { db::rooms::seen_by(tx, &asked).await? };
    let mut places = Vec::with_capacity(drafts.len());
    for draft in drafts {
        places.push(match draft.place {
            Stream::Room(room) => {
                let key = (room, draft.actor.id());
                // Several drafts may be of one author for one room.
                seen.get(&key).cloned().ok_or(Error::NotFound).and_then(|seen| place_in_room(&draft.actor, seen))
            }
            other => {
                if matches!((other, &*tx), (Stream::Task(_), Tx::Postgres(..))) {
                    // Its deletion comes before, and is seen, or after.
                    db::threads::lock_all(tx, &[other]).await?;
                }
                match place(tx, &draft.actor, other).await {
                    Err(error) if !matches!(error, Error::NotFound | Error::Forbidden) => return Err(error),
                    place => place,
                }
            }
        });
    }
    Ok(places)
}

/// Looks at what a draft refers to.
async fn accept(w: &mut Write, draft: &Draft, place: Place) -> Result<Accepted> {
    let files = files(w, draft).await?;
    let tx = &mut w.tx;
    let thread = thread(tx, draft, &place).await?;
    let quote = match draft.quote {
        None => None,
        Some(id) => Some(Box::new(quoted(tx, draft, &place, id).await?)),
    };
    if let (Stream::Thread(root), Some(room)) = (place.stream, &place.room) {
        db::threads::create(tx, root, room.id).await?;
    }
    Ok(Accepted { place, thread, quote, files })
}

/// The files that come with a draft, if they are its author's and still wait: pictures first, then as they were chosen.
async fn files(w: &mut Write, draft: &Draft) -> Result<Vec<Attachment>> {
    if draft.files.is_empty() {
        return Ok(Vec::new());
    }
    let mut files = db::files::waiting(&mut w.tx, draft.actor.id(), &draft.files, w.now).await?;
    if files.len() < draft.files.len() {
        return Err(gone_file());
    }
    files.sort_by_key(|file| (file.picture.is_none(), draft.files.iter().position(|id| *id == file.id)));
    Ok(files)
}

fn gone_file() -> Error {
    Error::invalid("files", "A file of this message is not there any more. Add it again.")
}

/// The thread that a draft belongs to.
async fn thread(tx: &mut Tx, draft: &Draft, place: &Place) -> Result<Option<(MessageId, Option<UserId>)>> {
    let gone = || Error::invalid("parent", "The message you reply to is not here any more.");
    let parent = match (place.stream, draft.parent) {
        (Stream::Thread(root), None) => root,
        (_, Some(parent)) => parent,
        (_, None) => return Ok(None),
    };
    let (message, there) = db::messages::one(tx, parent).await?.ok_or_else(gone)?;
    let root = match place.stream {
        Stream::Thread(root) if parent == root || there == place.stream => root,
        Stream::Task(_) if there == place.stream => message.parent.unwrap_or(message.id),
        _ => return Err(gone()),
    };
    if message.deleted {
        return Err(gone());
    }
    Ok(Some((root, message.author.map(|author| author.id))))
}

/// What a draft quotes, if that is of the same room or task.
async fn quoted(tx: &mut Tx, draft: &Draft, place: &Place, id: MessageId) -> Result<Quote> {
    let gone = || Error::invalid("quote", "The message you quote is not here any more.");
    match found(tx, &draft.actor, id).await {
        Ok((message, there)) if there.home == place.home && !message.deleted => Ok(quoting::of(&message)),
        Ok(_) | Err(Error::NotFound) => Err(gone()),
        Err(error) => Err(error),
    }
}

/// Numbers what is accepted, in order, place by place. Who writes in the same place waits here for
/// their turn (PostgreSQL).
async fn number(w: &mut Write, verdicts: &mut [Verdict]) -> Result<()> {
    let mut counts: Vec<(Stream, i64)> = Vec::new();
    for verdict in verdicts.iter() {
        if let Verdict::Stored(Accepted { place, .. }, _) = verdict {
            match counts.iter_mut().find(|(stream, _)| *stream == place.stream) {
                Some((_, count)) => *count += 1,
                None => counts.push((place.stream, 1)),
            }
        }
    }
    counts.sort_by_key(|(stream, _)| rank(*stream));
    let mut next: HashMap<Stream, i64> = db::events::take_numbers(&mut w.tx, &counts).await?.into_iter().collect();
    for verdict in verdicts {
        if let Verdict::Stored(Accepted { place, .. }, n) = verdict {
            let next = next.get_mut(&place.stream).ok_or_else(|| internal("a place has no number"))?;
            *n = *next;
            *next += 1;
        }
    }
    Ok(())
}

/// Stores the rows, and that the authors have read as far as their own words.
async fn insert(w: &mut Write, drafts: &[Draft], verdicts: &[Verdict]) -> Result<HashMap<(Stream, i64), MessageId>> {
    let mut rows = Vec::with_capacity(drafts.len());
    let mut read: HashMap<(UserId, Stream), i64> = HashMap::new();
    for (draft, verdict) in drafts.iter().zip(verdicts) {
        let Verdict::Stored(accepted, n) = verdict else { continue };
        rows.push(db::messages::New {
            place: draft.place,
            n: *n,
            author: draft.actor.id(),
            client_id: draft.key,
            request: &draft.request,
            parent: accepted.thread.map(|(root, _)| root),
            source: &draft.source,
            html: &draft.html,
            at: w.now,
        });
        // Numbers grow, so the last one stays.
        read.insert((draft.actor.id(), draft.place), *n);
    }
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = db::messages::insert(&mut w.tx, &rows).await?;
    let mut read: Vec<_> = read.into_iter().map(|((user, stream), n)| (user, stream, n)).collect();
    read.sort_unstable();
    db::messages::raise_watermarks(&mut w.tx, &read, w.now).await?;
    Ok(ids)
}

/// Puts what is stored into the index of words.
async fn index(
    w: &mut Write,
    drafts: &[Draft],
    verdicts: &[Verdict],
    ids: &HashMap<(Stream, i64), MessageId>,
) -> Result<()> {
    let entry = |(draft, verdict): (&Draft, &Verdict)| {
        let Verdict::Stored(Accepted { place, files, .. }, n) = verdict else { return None };
        let at = search::Indexed {
            board: place.board,
            room: place.room.as_ref().map(|room| (room.id, room.private)),
            author: Some(draft.actor.id()),
            at: w.now,
            files: !files.is_empty(),
        };
        let mut words = draft.words.clone();
        words.extend(files.iter().flat_map(|file| search::of(&file.name)));
        Some(search::entry(ids.get(&(draft.place, *n))?.0, words, at))
    };
    let entries: Vec<_> = drafts.iter().zip(verdicts).filter_map(entry).collect();
    db::search::insert_messages(&mut w.tx, &entries).await
}

/// Keeps which tasks are named in what is stored.
async fn refer(
    w: &mut Write,
    drafts: &[Draft],
    verdicts: &[Verdict],
    ids: &HashMap<(Stream, i64), MessageId>,
) -> Result<()> {
    let mut rows = Vec::new();
    for (draft, verdict) in drafts.iter().zip(verdicts) {
        let Verdict::Stored(_, n) = verdict else { continue };
        let Some(id) = ids.get(&(draft.place, *n)) else { continue };
        let (by, at) = (draft.actor.id(), w.now);
        rows.extend(references::named(&draft.html).into_iter().map(|task| (task, *id, by, at)));
    }
    if rows.is_empty() { Ok(()) } else { db::references::insert(&mut w.tx, &rows).await }
}

/// Tells who is to hear of a message that is stored.
async fn tell(
    w: &mut Write,
    draft: &Draft,
    accepted: Accepted,
    hearers: &[UserId],
    id: MessageId,
    n: i64,
) -> Result<Message> {
    let Accepted { place, thread, quote, files } = accepted;
    let users: Vec<_> = draft.mentions.iter().map(|person| person.id).collect();
    db::messages::insert_mentions(&mut w.tx, id, &users).await?;
    if let Some(quote) = &quote {
        db::quotes::set(&mut w.tx, id, quote.id).await?;
    }
    // Another message may have taken one since we looked, which only PostgreSQL lets happen.
    if !files.is_empty() && db::files::attach(&mut w.tx, id, &draft.files).await? < files.len() {
        return Err(gone_file());
    }
    if let (Some(room), false) = (&place.room, place.joined) {
        // What was said in the room before counts as read; a message puts its author's mark there itself.
        match place.stream {
            Stream::Thread(_) => rooms::enter(w, &draft.actor, room).await?,
            _ => drop(rooms::take_in(w, &draft.actor, room).await?),
        }
    }
    let message = Message {
        id,
        n,
        author: Some(draft.actor.me.person.clone()),
        at: w.now,
        source: draft.source.clone(),
        html: draft.html.clone(),
        client_id: draft.key,
        parent: thread.map(|(root, _)| root),
        deleted: false,
        mentions: draft.mentions.clone(),
        quote: quote.map(|quote| *quote),
        files,
        ..Message::default()
    };
    let audience = notify::Audience { replied_to: thread.and_then(|(_, author)| author), hearers, reach: &draft.reach };
    notify::posted(w, &place, &message, audience).await?;
    let told = quoting::told(message.clone());
    let event = match place.stream {
        Stream::Thread(root) => Event::ReplyPosted { message: told, replies: threads::replies(w, root).await? },
        _ => Event::MessagePosted { message: told },
    };
    w.tell_of(place.home, id, event);
    references::tell(w, &place, references::named(&draft.html));
    super::tell_count(w, &place, Some(draft.actor.id())).await?;
    Ok(message)
}
