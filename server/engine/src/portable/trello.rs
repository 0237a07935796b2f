//! A Trello board's JSON export as a plan. People have changed such files and other programs write them, so what
//! is missing is taken as empty; what is there must be of its kind.

use std::collections::{HashMap, HashSet};

use protocol::{Colour, Day, Role, limits, text};
use serde::{Deserialize, de::IgnoredAny};

use super::{
    ARCHIVED_COLUMNS, COMMENTS, PEOPLE, TASKS,
    boardwalk::{NUMBER, plain},
    document::Moment,
    plan::{Author, Column, Comment, Item, Note, Notes, Plan, Task},
    reading::wrong,
};
use crate::{Result, Zone};

/// A board, as Trello exports it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Board {
    name: Option<String>,
    desc: Option<String>,
    lists: Vec<List>,
    cards: Vec<Card>,
    labels: Vec<Label>,
    checklists: Vec<Checklist>,
    members: Vec<Member>,
    memberships: Vec<Membership>,
    actions: Vec<Action>,
}

#[derive(Debug, Deserialize)]
struct List {
    id: String,
    name: Option<String>,
    #[serde(default)]
    closed: bool,
    #[serde(default)]
    pos: f64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Card {
    id: String,
    name: String,
    desc: Option<String>,
    #[serde(default)]
    closed: bool,
    id_list: Option<String>,
    id_short: Option<i64>,
    #[serde(default)]
    pos: f64,
    due: Option<Moment>,
    due_complete: Option<bool>,
    start: Option<IgnoredAny>,
    #[serde(default)]
    id_members: Vec<String>,
    #[serde(default)]
    id_labels: Vec<String>,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    badges: Badges,
    #[serde(default)]
    custom_field_items: Vec<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Attachment {
    name: Option<String>,
    url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Badges {
    comments: u32,
    votes: u32,
}

#[derive(Debug, Deserialize)]
struct Label {
    id: String,
    name: Option<String>,
    color: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checklist {
    id_card: String,
    name: Option<String>,
    #[serde(default)]
    pos: f64,
    #[serde(default)]
    check_items: Vec<CheckItem>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CheckItem {
    name: String,
    state: Option<String>,
    #[serde(default)]
    pos: f64,
    due: Option<Moment>,
    id_member: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    id: String,
    username: String,
    full_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Membership {
    id_member: String,
    member_type: Option<String>,
}

/// Something that was done. Only comments are looked at, which the others need not resemble.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Action {
    #[serde(rename_all = "camelCase", alias = "copyCommentCard")]
    CommentCard { date: Moment, data: Said, member_creator: Option<Creator> },
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
struct Said {
    text: String,
    card: SaidOn,
}

#[derive(Debug, Deserialize)]
struct SaidOn {
    id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Creator {
    username: Option<String>,
    full_name: Option<String>,
}

/// What shall be made, with days as they are in `zone` and no moment later than `now`.
pub(super) fn plan(board: Board, zone: Zone, now: i64) -> Result<Plan> {
    let Board { name, desc, mut lists, cards, labels, checklists, members, memberships, actions } = board;
    let mut notes = Notes::default();
    let comments_in_file = actions.iter().filter(|action| matches!(action, Action::CommentCard { .. })).count();
    let (open, closed) =
        (lists.iter().filter(|list| !list.closed).count(), lists.iter().filter(|list| list.closed).count());
    for (what, count, most) in [
        ("cards", cards.len(), TASKS),
        ("comments", comments_in_file, COMMENTS),
        ("members", members.len(), PEOPLE),
        ("lists", open, limits::COLUMNS),
        ("archived lists", closed, ARCHIVED_COLUMNS),
    ] {
        if count > most {
            return Err(wrong(&format!("There are {count} {what}; {most} are the most.")));
        }
    }
    notes.add(Note::BoardText, usize::from(desc.is_some_and(|desc| !desc.trim().is_empty())));

    lists.sort_by(|a, b| a.pos.total_cmp(&b.pos));
    let mut columns: Vec<Column> = Vec::with_capacity(lists.len() + 1);
    let mut column_at: HashMap<String, usize> = HashMap::new();
    for list in lists {
        let name = notes.name(&list.name.unwrap_or_default(), limits::COLUMN_NAME);
        column_at.entry(list.id).or_insert(columns.len());
        columns.push(Column { name, colour: None, limit: None, archived: list.closed });
    }
    if open == 0 {
        columns.push(Column { name: "Imported".to_owned(), colour: None, limit: None, archived: false });
    }
    let first = columns.iter().position(|column| !column.archived).unwrap_or_default();

    let used: HashSet<&str> = cards.iter().flat_map(|card| card.id_labels.iter().map(String::as_str)).collect();
    let (labels, label_at) = read_labels(labels, &used, &mut notes);
    let roles: HashMap<&str, &str> = memberships
        .iter()
        .filter_map(|membership| Some((membership.id_member.as_str(), membership.member_type.as_deref()?)))
        .collect();
    let role = |member: &Member| match roles.get(member.id.as_str()) {
        Some(&"observer") => Role::Viewer,
        _ => Role::Member,
    };
    let people: Vec<(String, Role)> = members.iter().map(|member| (member.username.clone(), role(member))).collect();
    let members: HashMap<String, Member> = members.into_iter().map(|member| (member.id.clone(), member)).collect();

    let mut lists_of: HashMap<String, Vec<Checklist>> = HashMap::new();
    for list in checklists {
        lists_of.entry(list.id_card.clone()).or_default().push(list);
    }
    let mut numbers = Numbers::of(&cards);
    let commented: u64 = cards.iter().map(|card| u64::from(card.badges.comments)).sum();
    notes.add(Note::CommentsBeyond, commented.saturating_sub(comments_in_file as u64) as usize);
    let mut tasks: Vec<(usize, f64, String, Task)> = Vec::with_capacity(cards.len());
    for card in cards {
        let column = card.id_list.as_ref().and_then(|list| column_at.get(list)).copied();
        notes.add(Note::NoList, usize::from(column.is_none()));
        notes.add(Note::Starts, usize::from(card.start.is_some()));
        notes.add(Note::Votes, card.badges.votes as usize);
        notes.add(Note::CustomFields, card.custom_field_items.len());
        let described = with_attachments(card.desc.unwrap_or_default(), &card.attachments, &mut notes);
        let (title, mut description) = notes.title(&card.name, &described);
        let items = items(lists_of.remove(&card.id).unwrap_or_default(), &members, zone, &mut notes);
        let checklist = notes.checklist(items, &mut description);
        let names = card.id_members.iter().map(|id| members.get(id).map_or(id, |member| &member.username).clone());
        let mut labels: Vec<usize> = card.id_labels.iter().filter_map(|id| label_at.get(id).copied()).collect();
        labels.sort_unstable();
        labels.dedup();
        let task = Task {
            number: numbers.take(card.id_short),
            column: column.unwrap_or(first),
            title,
            description,
            due: card.due.and_then(|due| day(due, zone)),
            progress: if card.due_complete == Some(true) { limits::DONE } else { 0 },
            assignees: notes.assignees(names),
            labels,
            checklist,
            archived: card.closed || column.is_none(),
            at: made_at(&card.id).unwrap_or(now).clamp(0, now),
            ..Task::default()
        };
        tasks.push((task.column, card.pos, card.id, task));
    }
    notes.add(Note::Orphans, lists_of.into_values().map(|lists| lists.len()).sum());
    tasks.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let task_at: HashMap<&str, usize> =
        tasks.iter().enumerate().map(|(nth, (_, _, id, _))| (id.as_str(), nth)).collect();
    let comments = comments(actions, &task_at, now, &mut notes);
    let name = notes.name(&name.unwrap_or_default(), limits::BOARD_NAME);
    let tasks = tasks.into_iter().map(|(.., task)| task).collect();
    Ok(Plan { name, columns, labels, members: people, tasks, comments, notes, of_boardwalk: false })
}

/// The labels that have a name or are used, each name once, and which of them each of Trello's is.
fn read_labels(
    labels: Vec<Label>,
    used: &HashSet<&str>,
    notes: &mut Notes,
) -> (Vec<(String, Colour)>, HashMap<String, usize>) {
    let (mut kept, mut at): (Vec<(String, Colour)>, _) = (Vec::new(), HashMap::new());
    let mut known: HashMap<String, usize> = HashMap::new();
    for label in labels {
        let named = label.name.unwrap_or_default();
        let colour = label.color.unwrap_or_default();
        if named.trim().is_empty() && !used.contains(label.id.as_str()) {
            continue;
        }
        let ours = colour_of(&colour);
        let name =
            if named.trim().is_empty() { ours.words().to_owned() } else { notes.name(&named, limits::LABEL_NAME) };
        let key = text::fold(&name);
        if let Some(nth) = known.get(&key) {
            notes.add(Note::LabelsJoined, 1);
            at.insert(label.id, *nth);
        } else if kept.len() as i64 >= limits::LABELS {
            notes.add(Note::LabelsLeft, 1);
        } else {
            known.insert(key, kept.len());
            at.insert(label.id, kept.len());
            kept.push((name, ours));
        }
    }
    (kept, at)
}

/// The colour of ours that is nearest to one of Trello's, which come light and dark too.
fn colour_of(name: &str) -> Colour {
    match name.split('_').next().unwrap_or_default() {
        "green" | "lime" => Colour::Green,
        "yellow" => Colour::Yellow,
        "orange" => Colour::Orange,
        "red" => Colour::Red,
        "purple" => Colour::Purple,
        "blue" => Colour::Blue,
        "sky" => Colour::Teal,
        "pink" => Colour::Pink,
        _ => Colour::Grey,
    }
}

/// A description with links to what was attached.
fn with_attachments(mut description: String, attachments: &[Attachment], notes: &mut Notes) -> String {
    let is_address = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    let mut links = String::new();
    for attachment in attachments {
        let Some(url) = attachment.url.as_deref().filter(is_address) else { continue };
        let url: String =
            url.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>')).collect();
        let name = attachment.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&url);
        links.push_str(&format!("\n- [{}](<{url}>)", plain(name)));
        notes.add(Note::Attachments, 1);
    }
    if !links.is_empty() {
        description = format!("{}\n\n**Attachments**\n{links}", description.trim_end()).trim_start().to_owned();
    }
    description
}

/// The items of all checklists of a card; of several lists with the name of theirs.
fn items(mut lists: Vec<Checklist>, members: &HashMap<String, Member>, zone: Zone, notes: &mut Notes) -> Vec<Item> {
    lists.sort_by(|a, b| a.pos.total_cmp(&b.pos));
    let several = lists.len() > 1;
    let mut items = Vec::new();
    for mut list in lists {
        list.check_items.sort_by(|a, b| a.pos.total_cmp(&b.pos));
        for item in list.check_items {
            let mut text = item.name;
            if several && let Some(name) = &list.name {
                text = format!("{name}: {text}");
            }
            if let Some(day) = item.due.and_then(|due| day(due, zone)) {
                notes.add(Note::ItemDates, 1);
                text = format!("{text} (due {day})");
            }
            let who = item.id_member.and_then(|id| members.get(&id));
            let assignee =
                who.map(|member| Author { username: Some(member.username.clone()), name: member.full_name.clone() });
            items.push(Item { text, done: item.state.as_deref() == Some("complete"), assignee });
        }
    }
    items
}

fn comments(actions: Vec<Action>, task_at: &HashMap<&str, usize>, now: i64, notes: &mut Notes) -> Vec<Comment> {
    let mut said = Vec::new();
    for action in actions {
        let Action::CommentCard { date, data, member_creator } = action else { continue };
        match task_at.get(data.card.id.as_str()) {
            Some(task) => said.push((*task, date.0.clamp(0, now), data.text, member_creator)),
            None => notes.add(Note::Orphans, 1),
        }
    }
    // Trello has the newest first.
    said.reverse();
    said.sort_by_key(|(task, at, ..)| (*task, *at));
    let mut comments = Vec::with_capacity(said.len());
    for (task, at, text, creator) in said {
        let author = creator.map(|creator| Author { username: creator.username, name: creator.full_name });
        for text in notes.comment(&text) {
            let author = author.clone().unwrap_or_default();
            comments.push(Comment { task, reply_to: None, author, at, text, html: String::new(), words: Vec::new() });
        }
    }
    comments
}

/// The day of a moment, where it is one that a task may have.
fn day(moment: Moment, zone: Zone) -> Option<Day> {
    let day = zone.day(moment.0);
    (1970..=9999).contains(&day.year).then_some(day)
}

/// When a thing of Trello was made: an id begins with the seconds since 1970.
fn made_at(id: &str) -> Option<i64> {
    i64::from_str_radix(id.get(..8)?, 16).ok()?.checked_mul(1_000)
}

/// Numbers of tasks, each once: Trello's own where it has one, else the next that is free.
struct Numbers {
    taken: HashSet<i64>,
    last: i64,
}

impl Numbers {
    fn of(cards: &[Card]) -> Self {
        let last = cards.iter().filter_map(|card| card.id_short).filter(|number| *number <= NUMBER / 2).max();
        Self { taken: HashSet::new(), last: last.unwrap_or(0).max(0) }
    }

    fn take(&mut self, wanted: Option<i64>) -> i64 {
        let own = wanted.filter(|number| (1..=NUMBER / 2).contains(number) && self.taken.insert(*number));
        own.unwrap_or_else(|| {
            self.last += 1;
            self.last
        })
    }
}
