//! A file made into a new board.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use bytes::Bytes;
use chrono::DateTime;
use protocol::{BoardId, Error, Imported, Stream, UserId, limits, text};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::{
    boardwalk::plain,
    plan::{Author, Plan},
    reading, store,
};
use crate::{
    Actor, Engine, Result, Zone, boards, cores,
    db::{self, portable as rows},
    markdown, now, search,
    write::{digest, internal},
};

/// How long one waits for others who import.
const PATIENCE: Duration = Duration::from_secs(20);

/// The right to have a whole file in memory; given back when it is dropped.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// Waits for the turn to take in a file, which counts whether or not a board comes of it.
///
/// # Errors
/// [`Error::TooMany`]; [`Error::Unavailable`] where others take long.
pub async fn turn(engine: &Engine, actor: &Actor) -> Result<Turn> {
    engine.limits().import(actor.id()).await?;
    let waiting = engine.0.imports.clone().acquire_owned();
    let permit = tokio::time::timeout(PATIENCE, waiting).await.map_err(|_| Error::Unavailable)?;
    Ok(Turn { _permit: permit.map_err(internal)? })
}

/// Makes a board of what stands in a file of Boardwalk's or of Trello's, with the name that is given, else with its
/// own. It is all made or nothing. Of the people whom the file names, those come onto the board whom this person
/// shares a board with; nobody is notified. Comments by others say whose they were, and are this person's.
///
/// # Errors
/// [`Error::Invalid`] naming `file`, and the place in it, or `name`; [`Error::TooLarge`];
/// [`Error::Conflict`] for a key used otherwise.
pub async fn import(
    engine: &Engine,
    actor: &Actor,
    key: Uuid,
    zone: Zone,
    name: &str,
    file: Bytes,
) -> Result<Imported> {
    let name = text::optional("name", name, limits::BOARD_NAME)?;
    let (me, at) = (actor.me.person.username.clone(), now());
    let read = move || {
        let hash: [u8; 32] = Sha256::digest(&file).into();
        let mut plan = reading::read(&file, zone, at)?;
        drop(file);
        let links = render(&mut plan, &me);
        Ok::<_, Error>((hash, plan, links))
    };
    let (hash, mut plan, links) = cores::apart(read).await.map_err(internal)??;
    let request = digest("portable::import", &(&name, hash))?;
    if !name.is_empty() {
        plan.name = name;
    }
    let actor = actor.clone();
    engine
        .write_once(actor.id(), key, request, move |w| {
            Box::pin(async move { store::store(w, &actor, plan, links).await })
        })
        .await
}

/// What came of an import, for who made it.
///
/// # Errors
/// [`Error::NotFound`] to others, and where the board was not imported.
pub async fn page(engine: &Engine, actor: &Actor, board: BoardId) -> Result<Imported> {
    let mut tx = engine.db().read().await?;
    let mine = boards::access(&mut tx, actor, board).await?;
    let outcome = rows::outcome(&mut tx, board, actor.id()).await?.ok_or(Error::NotFound)?;
    let imported: Imported = serde_json::from_str(&outcome).map_err(internal)?;
    Ok(Imported { board: mine, ..imported })
}

/// Addresses of the tasks of a board that is not made yet, which nothing that is written in the file can look like.
pub(super) struct Links {
    board: u64,
}

impl Links {
    fn new() -> Self {
        Self { board: Uuid::now_v7().as_u64_pair().1 }
    }

    fn address(&self, number: i64) -> String {
        format!("/boards/{}/tasks/{number}/", self.board)
    }

    /// The HTML with the addresses that the tasks have got, by number; none where it has no such link.
    pub(super) fn resolved(
        &self,
        html: &str,
        board: BoardId,
        tasks: &HashMap<i64, protocol::TaskId>,
    ) -> Option<String> {
        let begin = format!("/boards/{}/tasks/", self.board);
        let mut pieces = html.split(&begin);
        let mut resolved = pieces.next()?.to_owned();
        let mut any = false;
        for piece in pieces {
            any = true;
            let (number, rest) = piece.split_once('/')?;
            let task = tasks.get(&number.parse::<i64>().ok()?)?;
            resolved.push_str(&format!("/boards/{board}/tasks/{task}/{rest}"));
        }
        any.then_some(resolved)
    }
}

/// Renders every text, which may take long, and says of others' comments whose they were.
fn render(plan: &mut Plan, me: &str) -> Links {
    let links = Links::new();
    let numbers: HashSet<i64> = plan.tasks.iter().map(|task| task.number).collect();
    let html = |text: &str| {
        let doc = markdown::parse(text);
        let tasks = doc.tasks().into_iter().filter(|number| numbers.contains(number));
        let tasks: markdown::Tasks = tasks.map(|number| (number, links.address(number))).collect();
        // Nobody is mentioned, and no group: nobody who is named in a file has been called by anybody.
        doc.render_in(Stream::User(UserId(0)), &HashMap::new(), &tasks).html
    };
    for task in &mut plan.tasks {
        task.html = html(&task.description);
    }
    for comment in &mut plan.comments {
        let mine = plan.of_boardwalk
            && comment.author.username.as_ref().is_some_and(|username| username.eq_ignore_ascii_case(me));
        if !mine {
            comment.text = format!("{}\n\n{}", attribution(&comment.author, comment.at), comment.text);
        }
        comment.html = html(&comment.text);
        comment.words = search::of(&comment.text);
    }
    links
}

/// Whose words follow, as the file says.
fn attribution(author: &Author, at: i64) -> String {
    let short = |name: &String| plain(&name.chars().take(limits::DISPLAY_NAME).collect::<String>());
    let (name, username) = (author.name.as_ref().map(short), author.username.as_ref().map(short));
    let who = match (name, username) {
        (Some(name), Some(username)) if name != username => format!("{name} ({username})"),
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => "a former member".to_owned(),
    };
    let when = DateTime::from_timestamp_millis(at).unwrap_or_default();
    format!("*Originally by {who}, {}*", when.format("%-d %B %Y, %H:%M UTC"))
}

/// The people whom a file names: those who come onto the board, by username in lower case, and what the others are
/// called.
pub(super) async fn people(
    tx: &mut db::Tx,
    user: UserId,
    plan: &Plan,
) -> Result<(HashMap<String, protocol::Person>, Vec<String>)> {
    let assigned = plan.tasks.iter().flat_map(|task| &task.assignees);
    let items = plan.tasks.iter().flat_map(|task| &task.checklist);
    let assigned = assigned.chain(items.filter_map(|item| item.assignee.as_ref()?.username.as_ref()));
    let (mut names, mut seen): (Vec<String>, HashSet<String>) = Default::default();
    for name in plan.members.iter().map(|(name, _)| name).chain(assigned) {
        if seen.insert(name.to_ascii_lowercase()) {
            names.push(name.clone());
        }
    }
    if names.len() > super::PEOPLE {
        let words = format!("The file names {} people; {} are the most.", names.len(), super::PEOPLE);
        return Err(reading::wrong(&words));
    }
    let asked: Vec<String> = names.iter().filter(|name| protocol::mention::is_username(name)).cloned().collect();
    let found = rows::known(tx, user, &asked).await?;
    let found: HashMap<String, protocol::Person> =
        found.into_iter().map(|person| (person.username.to_ascii_lowercase(), person)).collect();
    names.retain(|name| !found.contains_key(&name.to_ascii_lowercase()));
    Ok((found, names))
}
