//! Search in everything that a person may read: messages, comments and tasks.
//!
//! The index of words changes in the same write as what it is of, and what it finds is looked at
//! once more when it is read, so that nothing hidden or taken away is ever found.

mod excerpt;
mod index;
pub(crate) mod tags;
mod words;

use protocol::{
    Error, Person, UserId,
    limits::DESCRIPTION_BYTES,
    page::{Hit, SearchPage},
    search::{self as grammar, Filter, HITS, Key, Meaning, RANKED, Sort},
    text::fold,
};

use crate::{
    Actor, Engine, Result, Zone,
    db::{
        self, Tx,
        search::{Asked, FoundMessage, FoundTask, Wanted},
    },
    now,
};
pub(crate) use index::{Indexed, catch_up, entry, of, of_task, put_message, put_task, step, tasks_moved};
pub(crate) use words::Phrase;

/// A day in milliseconds.
const DAY_MS: i64 = 24 * 3_600_000;
/// Characters of each text in which the best match is looked for.
const JUDGED: i64 = 2_000;

/// What is looked for, in what order, and from where on.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// As typed.
    pub text: String,
    /// Newest first, or the best.
    pub sort: Sort,
    /// Where the page begins.
    pub key: Key,
}

/// A page of what a person may read and looks for.
///
/// # Errors
/// [`Error::Invalid`] naming `q` where it can't be understood or asks for nothing; too often.
pub async fn search(engine: &Engine, actor: &Actor, search: &Search, zone: Zone) -> Result<SearchPage> {
    let asked = understand(&search.text)?;
    engine.limits().search(actor.id())?;
    let mut tx = engine.db().read().await?;
    let Some((messages, tasks)) = locate(&mut tx, actor, &asked, zone, search).await? else {
        return Ok(SearchPage::default());
    };
    let mut hits = Vec::new();
    if let Some(messages) = &messages {
        hits.extend(db::search::messages(&mut tx, messages).await?.into_iter().map(Found::Message));
    }
    if let Some(tasks) = &tasks {
        hits.extend(db::search::tasks(&mut tx, tasks).await?.into_iter().map(Found::Task));
    }
    drop(tx);
    let phrases = asked.phrases;
    match search.sort {
        Sort::Newest => Ok(newest(hits, &phrases, search.key, zone)),
        Sort::Best => {
            let key = search.key;
            let page = crate::cores::apart(move || best(hits, &phrases, key, zone));
            page.await.map_err(crate::write::internal)
        }
    }
}

/// A search that is understood.
#[derive(Default)]
struct Understood {
    phrases: Vec<Phrase>,
    /// Folded names of rooms and boards, of which it may be any.
    places: Vec<String>,
    /// Usernames, of which it may be any.
    authors: Vec<String>,
    before: Option<protocol::Day>,
    after: Option<protocol::Day>,
    only_tasks: bool,
    only_files: bool,
}

fn understand(text: &str) -> Result<Understood> {
    let refused = |words: &str| Err(Error::invalid("q", words));
    if text.chars().count() > grammar::LONGEST {
        return refused("A search is at most 1,000 characters long.");
    }
    let parts = grammar::parse(text);
    if parts.is_empty() {
        return refused("Type a word to look for.");
    }
    if parts.len() > grammar::PARTS {
        return refused("A search has at most 40 words. Put a sentence between quotes to find it as it stands.");
    }
    let mut asked = Understood::default();
    for part in parts {
        match part.meaning {
            Meaning::Word(word) => asked.phrases.extend(Phrase::name(&word).or_else(|| Phrase::of(&word))),
            Meaning::Phrase(phrase) => asked.phrases.extend(Phrase::of(&phrase)),
            Meaning::Filter(Filter::In(name)) => asked.places.push(fold(&name)),
            Meaning::Filter(Filter::From(name)) => asked.authors.push(name),
            Meaning::Filter(Filter::Before(day)) => {
                asked.before = Some(asked.before.map_or(day, |before| before.min(day)));
            }
            Meaning::Filter(Filter::After(day)) => {
                asked.after = Some(asked.after.map_or(day, |after| after.max(day)));
            }
            Meaning::Filter(Filter::HasFile) => asked.only_files = true,
            Meaning::Filter(Filter::IsTask) => asked.only_tasks = true,
            Meaning::Wrong(why) => return refused(why),
        }
    }
    let Understood { phrases, places, authors, before, after, only_tasks, only_files } = &asked;
    let filters =
        *only_tasks || *only_files || before.is_some() || after.is_some() || !places.is_empty() || !authors.is_empty();
    if phrases.is_empty() && !filters {
        return refused("Type a word with letters or digits to look for.");
    }
    Ok(asked)
}

/// What to ask the indexes of messages and of tasks for; none where nothing can be found.
async fn locate(
    tx: &mut Tx,
    actor: &Actor,
    understood: &Understood,
    zone: Zone,
    search: &Search,
) -> Result<Option<(Option<Asked>, Option<Asked>)>> {
    let Understood { phrases, places, authors, before, after, only_tasks, only_files } = understood;
    let scope = match places.as_slice() {
        [] => db::search::readable(tx, actor.id()).await?,
        names => {
            let found = db::search::named(tx, actor.id(), names).await?;
            if found.is_empty() {
                return Err(Error::invalid("q", "You can read no room and no board of the name after in:."));
            }
            found
        }
    };
    let mut tags = vec![scope];
    if !authors.is_empty() {
        let mut ids = Vec::new();
        for name in authors {
            ids.extend(author(tx, actor, name).await?.map(tags::author));
        }
        tags.push(ids);
    }
    if *only_files {
        tags.push(vec![tags::FILES.to_owned()]);
    }
    let from = after.map_or(i64::MIN, |day| zone.start_of(day, 1));
    let until = before.map_or(i64::MAX, |day| zone.start_of(day, 0));
    if before.is_some() || after.is_some() {
        // Nothing is of later than now, but for a clock that goes wrong.
        tags.extend(tags::between(from, until.min(now() + DAY_MS)));
    }
    if tags.iter().any(Vec::is_empty) {
        return Ok(None);
    }
    let boards = tags[0].iter().any(|tag| tag.starts_with(":o"));
    let wanted = Wanted { phrases: phrases.clone(), tags, ..Wanted::default() };
    let (limit, length) = match search.sort {
        Sort::Newest => (HITS as i64 + 1, DESCRIPTION_BYTES as i64),
        Sort::Best => (RANKED as i64, JUDGED),
    };
    let asked = |before| Asked { user: actor.id(), wanted: wanted.clone(), before, from, until, limit, length };
    let messages = (!only_tasks).then(|| asked(search.key.messages));
    Ok(Some((messages, boards.then(|| asked(search.key.tasks)))))
}

/// The person of that name. That there is none is not told.
async fn author(tx: &mut Tx, actor: &Actor, name: &str) -> Result<Option<UserId>> {
    if name.eq_ignore_ascii_case("me") {
        return Ok(Some(actor.id()));
    }
    match protocol::mention::is_username(name) {
        true => db::search::author(tx, name).await,
        false => Ok(None),
    }
}

/// Something that was found.
enum Found {
    Message(FoundMessage),
    Task(FoundTask),
}

impl Found {
    /// The order of the newest: by moment, and by id where there are several in one.
    fn place(&self) -> (i64, bool, i64) {
        match self {
            Self::Message(message) => (message.at, false, message.id.0),
            Self::Task(task) => (task.at, true, task.id.0),
        }
    }

    fn hit(self, phrases: &[Phrase], zone: Zone) -> Hit {
        match self {
            Self::Message(found) => excerpt::message(found, phrases, zone),
            Self::Task(found) => excerpt::task(found, phrases, zone),
        }
    }
}

/// The first page of what two indexes gave, newest first. Within each of them the order is that of
/// the ids, whatever the clocks said, so that the next page leaves nothing out.
fn newest(hits: Vec<Found>, phrases: &[Phrase], key: Key, zone: Zone) -> SearchPage {
    let more = hits.len() > HITS;
    let (mut messages, mut tasks): (Vec<_>, Vec<_>) =
        hits.into_iter().partition(|found| matches!(found, Found::Message(_)));
    messages.reverse();
    tasks.reverse();
    let mut next = Key { after: None, ..key };
    let mut page = Vec::new();
    while page.len() < HITS {
        let task_first = match (messages.last(), tasks.last()) {
            (None, None) => break,
            (message, task) => task.map(Found::place) > message.map(Found::place),
        };
        let Some(found) = (if task_first { tasks.pop() } else { messages.pop() }) else { break };
        match found.place() {
            (_, true, id) => next.tasks = id,
            (_, false, id) => next.messages = id,
        }
        page.push(found.hit(phrases, zone));
    }
    SearchPage { hits: page, next: more.then(|| next.to_string()), notice: None }
}

/// A page of the best of the newest hits. The next page looks among the same ones.
fn best(mut hits: Vec<Found>, phrases: &[Phrase], key: Key, zone: Zone) -> SearchPage {
    hits.sort_by_cached_key(|found| std::cmp::Reverse(found.place()));
    hits.truncate(RANKED);
    let mut next = key;
    if key.after.is_none() {
        // What is posted from now on is not among them.
        let above = |task| hits.iter().map(Found::place).filter(|place| place.1 == task).map(|place| place.2 + 1).max();
        (next.messages, next.tasks) = (above(false).unwrap_or(0), above(true).unwrap_or(0));
    }
    let mut ranked: Vec<((i64, bool, i64), Found)> = hits
        .into_iter()
        .map(|found| {
            let score = match &found {
                Found::Message(message) => excerpt::score(&message.source, phrases, false),
                Found::Task(task) => {
                    excerpt::score(&task.title, phrases, true) + excerpt::score(&task.description, phrases, false)
                }
            };
            let (_, task, id) = found.place();
            ((score, task, id), found)
        })
        .filter(|(rank, _)| key.after.is_none_or(|after| *rank < after))
        .collect();
    ranked.sort_by(|(a, _), (b, _)| b.cmp(a));
    let more = ranked.len() > HITS;
    ranked.truncate(HITS);
    next.after = ranked.last().map(|(rank, _)| *rank);
    let hits = ranked.into_iter().map(|(_, found)| found.hit(phrases, zone)).collect();
    SearchPage { hits, next: more.then(|| next.to_string()), notice: None }
}

/// Somebody, where a row has them.
pub(crate) fn person(id: Option<UserId>, username: Option<String>, display_name: Option<String>) -> Option<Person> {
    Some(Person { id: id?, username: username?, display_name: display_name? })
}
