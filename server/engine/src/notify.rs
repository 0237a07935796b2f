//! Who is told of what, within the write that causes it: one row per person and place.

pub(crate) mod due;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use protocol::{
    BoardId, Card, Event, Message, MessageId, Notification, NotificationId, Reason, RoomId, Stream, TaskId, UserId,
    limits,
};

use crate::{
    Actor, Result,
    db::{self, notifications::Source},
    levels, markdown,
    messages::Place,
    write::{Told, Write},
};

/// Characters of a message that the inbox shows.
pub(crate) const EXCERPT: usize = 160;

/// Whom a message concerns beside those whom it mentions and who watch its place.
pub(crate) struct Audience<'a> {
    /// Who wrote what it replies to.
    pub(crate) replied_to: Option<UserId>,
    /// Who hears everything there, and may read it.
    pub(crate) hearers: &'a [UserId],
    /// Whom it names by groups.
    pub(crate) reach: &'a [UserId],
}

/// A message was posted: who is mentioned, who is replied to, who watches the task or thread, and who
/// hears everything are told, each as far as they want to hear of the place.
pub(crate) async fn posted(w: &mut Write, place: &Place, message: &Message, audience: Audience<'_>) -> Result<()> {
    let Audience { replied_to, hearers, reach } = audience;
    let Some(author) = &message.author else { return Ok(()) };
    let in_thread = matches!(place.stream, Stream::Thread(_));
    let heard = if in_thread { Reason::Reply } else { Reason::Comment };
    let mut told: BTreeMap<UserId, Reason> = hearers.iter().map(|user| (*user, heard)).collect();
    if place.is_watched() {
        // A thread is followed by who began it, from the first reply on. Whoever is replied to there
        // follows it, too, unless they want to hear of it no more.
        let replied_to = replied_to.filter(|_| !in_thread || message.n == 1);
        let watchers = db::notifications::watchers(&mut w.tx, place.stream).await?;
        told.extend(watchers.into_iter().map(|user| (user, heard)));
        told.extend(replied_to.map(|user| (user, Reason::Reply)));
        let users: Vec<UserId> = told.keys().copied().collect();
        let readers = readers_among(w, place, &users).await?;
        told.retain(|user, _| readers.contains(user));
        let mentioned = message.mentions.iter().map(|person| person.id);
        let began = replied_to.filter(|_| in_thread);
        let taking_part: Vec<UserId> = std::iter::once(author.id).chain(mentioned).chain(began).collect();
        db::notifications::watch(&mut w.tx, place.stream, &taking_part).await?;
    }
    if !reach.is_empty() {
        // As they may read it now.
        told.extend(readers_among(w, place, reach).await?.into_iter().map(|user| (user, Reason::Mention)));
    }
    told.extend(message.mentions.iter().map(|person| (person.id, Reason::Mention)));
    told.remove(&author.id);
    levels::heard(&mut w.tx, place.board, place.room_id(), &mut told).await?;
    tell(w, author.clone(), told, What::of(place, message)).await
}

/// Does a message that was edited name groups?
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Groups {
    /// Neither before nor now.
    None,
    /// Now.
    Named,
    /// Only before: it is withdrawn from their people, too.
    Gone,
}

/// A message was edited: who is mentioned newly is told, from who is mentioned no longer it is
/// withdrawn, and whoever has it in their inbox hears that it says something else.
///
pub(crate) async fn edited(
    w: &mut Write,
    place: &Place,
    message: &Message,
    before: &BTreeSet<UserId>,
    groups: Groups,
) -> Result<()> {
    let Some(author) = &message.author else { return Ok(()) };
    let now: BTreeSet<UserId> = message.mentions.iter().map(|person| person.id).collect();
    let added: Vec<UserId> = now.difference(before).copied().filter(|user| *user != author.id).collect();
    let mut removed: Vec<UserId> = before.difference(&now).copied().collect();
    if groups == Groups::Named {
        // Whoever it does not name by name may be one of those.
        removed.clear();
    }
    if groups == Groups::Gone {
        let mentioned = db::notifications::mentioned_by(&mut w.tx, message.id).await?;
        removed.extend(mentioned.into_iter().filter(|user| !now.contains(user) && !before.contains(user)));
    }
    // Who is mentioned newly may have been told already that there is a comment.
    let changed: Vec<UserId> = added.iter().chain(&removed).copied().collect();
    db::notifications::withdraw_from(&mut w.tx, message.id, &changed).await?;
    let mut stale = db::notifications::holders_of(&mut w.tx, message.id).await?;
    stale.extend(removed);
    recount(w, stale).await?;
    if place.is_watched() {
        db::notifications::watch(&mut w.tx, place.stream, &added).await?;
    }
    let mut told = added.into_iter().map(|user| (user, Reason::Mention)).collect();
    levels::heard(&mut w.tx, place.board, place.room_id(), &mut told).await?;
    tell(w, author.clone(), told, What::of(place, message)).await
}

/// A task's description mentions people who were not mentioned in it before.
pub(crate) async fn mentioned_in_task(
    w: &mut Write,
    task: TaskId,
    name: String,
    actor: &Actor,
    users: &[UserId],
    description: &str,
) -> Result<()> {
    let stream = Stream::Task(task);
    // Before anybody's inbox, as a comment does that is posted at the same time.
    db::threads::lock_all(&mut w.tx, &[stream]).await?;
    db::notifications::watch(&mut w.tx, stream, users).await?;
    let mut told = users.iter().map(|user| (*user, Reason::Mention)).collect();
    if let Some(board) = db::tasks::board_of(&mut w.tx, task).await? {
        levels::heard(&mut w.tx, board, None, &mut told).await?;
    }
    let what = What { stream, message: None, name, excerpt: markdown::excerpt(description, EXCERPT) };
    tell(w, actor.me.person.clone(), told, what).await
}

/// A task was assigned to people: they watch it from now on.
pub(crate) async fn assigned(w: &mut Write, card: &Card, actor: &Actor, users: &[UserId]) -> Result<()> {
    let stream = Stream::Task(card.id);
    db::notifications::watch(&mut w.tx, stream, users).await?;
    let mut told = users.iter().map(|user| (*user, Reason::Assigned)).collect();
    levels::heard(&mut w.tx, card.board, None, &mut told).await?;
    let name = format!("#{} {}", card.number, card.title);
    tell(w, actor.me.person.clone(), told, What { stream, message: None, name, excerpt: String::new() }).await
}

/// Several tasks of a board were assigned to somebody: as [`assigned`], with as many statements as for one.
pub(crate) async fn assigned_several(w: &mut Write, cards: &[&Card], actor: &Actor, user: UserId) -> Result<()> {
    let Some(board) = cards.first().map(|card| card.board) else { return Ok(()) };
    let places: Vec<Stream> = cards.iter().map(|card| Stream::Task(card.id)).collect();
    db::notifications::several::watch(&mut w.tx, &places, user).await?;
    let mut told = BTreeMap::from([(user, Reason::Assigned)]);
    levels::heard(&mut w.tx, board, None, &mut told).await?;
    if user == actor.id() || told.is_empty() {
        return Ok(());
    }
    let rows = db::notifications::several::raise(&mut w.tx, &places, w.now, user).await?;
    let source = |id| Source { row: id, user, reason: Reason::Assigned };
    let sources: Vec<Source> = rows.iter().map(|(id, _)| source(*id)).collect();
    put(w, &sources, None, Some(actor.id())).await?;
    let rows: BTreeMap<String, _> = rows.into_iter().map(|(id, place)| (place, id)).collect();
    for card in cards {
        let stream = Stream::Task(card.id);
        let Some(id) = rows.get(&stream.to_string()).copied() else { continue };
        let notification = Notification {
            id,
            reason: Reason::Assigned,
            stream,
            message: None,
            actor: Some(actor.me.person.clone()),
            place: format!("#{} {}", card.number, card.title),
            excerpt: String::new(),
            url: url(stream, None, Reason::Assigned),
            at: w.now,
            count: UNCOUNTED,
            read: false,
        };
        w.tell(Stream::User(user), Event::Notified { notification: Box::new(notification), unread: UNCOUNTED });
    }
    Ok(())
}

/// Several tasks are somebody's no longer: as [`unassigned`].
pub(crate) async fn unassigned_several(w: &mut Write, tasks: &[TaskId], user: UserId) -> Result<()> {
    let places: Vec<Stream> = tasks.iter().copied().map(Stream::Task).collect();
    for reason in [Reason::Assigned, Reason::Due] {
        db::notifications::several::withdraw_unread(&mut w.tx, &places, reason, user).await?;
    }
    recount(w, vec![user]).await
}

/// A task is somebody's no longer: that it was assigned to them, and when it is due, is withdrawn where they have not
/// read it.
pub(crate) async fn unassigned(w: &mut Write, task: TaskId, users: &[UserId]) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    for reason in [Reason::Assigned, Reason::Due] {
        db::notifications::withdraw_unread(&mut w.tx, Stream::Task(task), reason, users).await?;
    }
    recount(w, users.to_vec()).await
}

/// A task is deleted: inboxes have nothing of it, until it is brought back.
pub(crate) async fn task_deleted(w: &mut Write, task: TaskId) -> Result<()> {
    let stream = Stream::Task(task);
    let holders = db::notifications::holders(&mut w.tx, stream).await?;
    db::notifications::set_task_aside(&mut w.tx, task).await?;
    db::notifications::forget_place(&mut w.tx, stream).await?;
    recount(w, holders).await
}

/// A deleted task is back: so is what inboxes had of it.
pub(crate) async fn task_restored(w: &mut Write, task: TaskId, board: BoardId) -> Result<()> {
    // Before anybody's inbox, as a comment does that is posted at the same time.
    db::threads::lock_all(&mut w.tx, &[Stream::Task(task)]).await?;
    let holders = db::notifications::bring_task_back(&mut w.tx, task, board).await?;
    recount(w, holders).await
}

/// Somebody was added to a board or to a private room.
pub(crate) async fn added(w: &mut Write, users: &[UserId], actor: &Actor, stream: Stream, name: String) -> Result<()> {
    let reason = if matches!(stream, Stream::Room(_)) { Reason::Room } else { Reason::System };
    let told = users.iter().map(|user| (*user, reason)).collect();
    let what = What { stream, message: None, name, excerpt: String::new() };
    tell(w, actor.me.person.clone(), told, what).await
}

/// A message that somebody scheduled could not be sent.
pub(crate) async fn not_sent(w: &mut Write, user: UserId) -> Result<()> {
    let stream = Stream::User(user);
    let rows = db::notifications::raise(&mut w.tx, stream, w.now, &[user]).await?;
    let sources: Vec<Source> = rows.iter().map(|row| Source { row: row.id, user, reason: Reason::System }).collect();
    put(w, &sources, None, Some(user)).await?;
    recount(w, vec![user]).await
}

/// A message is deleted: what it caused is withdrawn, and kept for as long as that can be undone.
pub(crate) async fn withdrawn(w: &mut Write, message: MessageId) -> Result<()> {
    db::notifications::set_aside(&mut w.tx, message).await?;
    let users = db::notifications::withdraw(&mut w.tx, message).await?;
    recount(w, users).await
}

/// A deletion was undone: what it withdrew is there again, for who may still read the place.
pub(crate) async fn brought_back(w: &mut Write, place: &Place, message: MessageId) -> Result<()> {
    let users = db::notifications::set_aside_for(&mut w.tx, message).await?;
    let users = readers_among(w, place, &users).await?;
    db::notifications::bring_back(&mut w.tx, message, &users, w.now).await?;
    recount(w, users).await
}

/// Those of some people who may read a place.
async fn readers_among(w: &mut Write, place: &Place, users: &[UserId]) -> Result<Vec<UserId>> {
    let on_board = db::boards::members_among(&mut w.tx, place.board, users).await?;
    match place.room.as_ref().filter(|room| room.private) {
        Some(room) => db::rooms::members_among(&mut w.tx, room.id, &on_board).await,
        None => Ok(on_board),
    }
}

/// A room was cleared up to a number: inboxes have nothing of it any more, and its members nothing
/// unread.
pub(crate) async fn cleared(w: &mut Write, stream: Stream, room: RoomId, n: i64) -> Result<()> {
    let mut concerned = db::notifications::holders(&mut w.tx, stream).await?;
    db::notifications::forget_place(&mut w.tx, stream).await?;
    let behind = db::rooms::read_by_all(&mut w.tx, room, n).await?;
    concerned.retain(|user| !behind.contains(user));
    recount(w, concerned).await?;
    for user in behind {
        w.tell(Stream::User(user), Event::ReadUpTo { place: stream, n, unread: UNCOUNTED });
    }
    Ok(())
}

/// Tells people the new number of unread rows of their inbox.
pub(crate) async fn recount(w: &mut Write, mut users: Vec<UserId>) -> Result<()> {
    users.sort_unstable();
    users.dedup();
    for user in users {
        w.tell(Stream::User(user), Event::NotificationsChanged { unread: UNCOUNTED });
    }
    Ok(())
}

/// What stands in an event of an inbox until [`count`].
pub(crate) const UNCOUNTED: i64 = 0;

/// Counts what events say is unread, now that their streams are taken: whoever changes an inbox at the same time
/// counts after this write, or has ended before it. Counted any sooner, the last event could say less than is true.
pub(crate) async fn count(tx: &mut db::Tx, told: &mut [Told]) -> Result<()> {
    let (mut users, mut rows) = (BTreeSet::new(), BTreeSet::new());
    for Told { stream, event, .. } in &mut *told {
        if let (Stream::User(user), Some((_, row))) = (*stream, numbers(event)) {
            users.insert(user);
            rows.extend(row.map(|(id, _)| id));
        }
    }
    let mut unread = HashMap::new();
    for some in Vec::from_iter(users).chunks(TOGETHER) {
        unread.extend(db::notifications::unread_of(tx, some).await?);
    }
    let mut counts = HashMap::new();
    for some in Vec::from_iter(rows).chunks(TOGETHER) {
        counts.extend(db::notifications::counts(tx, some).await?);
    }
    for Told { stream, event, .. } in told {
        if let (Stream::User(user), Some((all, row))) = (*stream, numbers(event)) {
            *all = unread.get(&user).copied().unwrap_or(0);
            if let Some((id, count)) = row {
                *count = counts.get(&id).copied().unwrap_or(0);
            }
        }
    }
    Ok(())
}

/// A row of an inbox, and where its number stands.
type Counted<'e> = (NotificationId, &'e mut i64);

/// Where an event says how many rows of an inbox are unread, and how much of one.
fn numbers(event: &mut Event) -> Option<(&mut i64, Option<Counted<'_>>)> {
    match event {
        Event::Notified { notification, unread } => Some((unread, Some((notification.id, &mut notification.count)))),
        Event::NotificationsChanged { unread }
        | Event::ReadUpTo { unread, .. }
        | Event::MarkedUnread { unread, .. } => Some((unread, None)),
        _ => None,
    }
}

/// Stores what happened, and has it decided whether it goes to devices and by mail.
async fn put(w: &mut Write, sources: &[Source], message: Option<MessageId>, actor: Option<UserId>) -> Result<()> {
    db::notifications::insert_sources(&mut w.tx, sources, message, actor, w.now).await?;
    let rows: Vec<NotificationId> = sources.iter().map(|source| source.row).collect();
    db::outside::raise(&mut w.tx, &rows, w.now, limits::OUTSIDE_CALM_MS).await?;
    db::mail::raise(&mut w.tx, &rows, w.now).await?;
    Ok(())
}

/// People told by one statement: databases take only so many values at once.
const TOGETHER: usize = 2_000;

/// What people are told of.
struct What {
    stream: Stream,
    message: Option<MessageId>,
    name: String,
    excerpt: String,
}

impl What {
    fn of(place: &Place, message: &Message) -> Self {
        Self { stream: place.stream, message: Some(message.id), name: place.name.clone(), excerpt: excerpt(message) }
    }
}

/// The beginning of what a message says; of one without words, what its files are called.
fn excerpt(message: &Message) -> String {
    if message.source.is_empty() {
        let names: Vec<&str> = message.files.iter().map(|file| file.name.as_str()).collect();
        return names.join(", ").chars().take(EXCERPT).collect();
    }
    markdown::excerpt(&message.source, EXCERPT)
}

/// Puts a source into each person's row for the place, and tells them; nobody is told of what they
/// did themselves. As many statements for one as for many.
async fn tell(w: &mut Write, actor: protocol::Person, mut told: BTreeMap<UserId, Reason>, what: What) -> Result<()> {
    told.remove(&actor.id);
    let users: Vec<UserId> = told.keys().copied().collect();
    for some in users.chunks(TOGETHER) {
        tell_some(w, &actor, &told, some, &what).await?;
    }
    Ok(())
}

async fn tell_some(
    w: &mut Write,
    actor: &protocol::Person,
    told: &BTreeMap<UserId, Reason>,
    users: &[UserId],
    what: &What,
) -> Result<()> {
    let rows = db::notifications::raise(&mut w.tx, what.stream, w.now, users).await?;
    let sources: Vec<Source> = rows
        .iter()
        .map(|row| Source {
            row: row.id,
            user: row.user_id,
            reason: told.get(&row.user_id).copied().unwrap_or(Reason::System),
        })
        .collect();
    put(w, &sources, what.message, Some(actor.id)).await?;
    for source in sources {
        let notification = Notification {
            id: source.row,
            reason: source.reason,
            stream: what.stream,
            message: what.message,
            actor: Some(actor.clone()),
            place: what.name.clone(),
            excerpt: what.excerpt.clone(),
            url: url(what.stream, what.message, source.reason),
            at: w.now,
            count: UNCOUNTED,
            read: false,
        };
        let event = Event::Notified { notification: Box::new(notification), unread: UNCOUNTED };
        match what.message {
            Some(message) => w.tell_of(Stream::User(source.user), message, event),
            None => {
                w.tell(Stream::User(source.user), event);
            }
        }
    }
    Ok(())
}

/// The address of a place, at a message where one is meant.
pub(crate) fn url(stream: Stream, message: Option<MessageId>, reason: Reason) -> String {
    let page = match stream {
        Stream::Room(id) => format!("/messaging/room/{id}/"),
        Stream::Task(id) => format!("/messaging/task/{id}/comments/"),
        Stream::Board(id) => format!("/boards/{id}/"),
        Stream::User(_) if reason == Reason::Due => "/tasks/?due=overdue".to_owned(),
        // Nothing else is told of a person's own stream.
        Stream::User(_) => "/messaging/scheduled/".to_owned(),
        // Only its room's page shows it; the way there begins at the message.
        Stream::Thread(root) => return format!("/messaging/message/{}/", message.unwrap_or(root)),
    };
    match message {
        Some(id) => format!("{page}#m{id}"),
        None => page,
    }
}
