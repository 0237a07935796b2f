//! Completes what is being typed, a mention, a task's number or the name of an emoji: a list above the field.
//!
//! What the page knows is ranked and shown in the frame of the key; what the server says is put to it later.

use std::collections::BTreeSet;

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Person, Stream, UserId,
    mention::{self, Candidate, Group},
    palette::Typed,
    task_number::{self, Nameable},
};

use super::{emoji, people, thread::Thread};
use crate::{
    api,
    ui::{Avatar, Icon, Sign, when},
};

/// From so many letters on a group is offered beside people, whom one rather means.
const SURELY: usize = 3;
/// Messages that count as the conversation that is going on.
const RECENT: usize = 100;
/// Where the people of a place are here, the server is asked for further ones after so long, in milliseconds.
const PAUSE_MS: u32 = 150;

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Choice {
    Person(Person),
    Group(Group),
    Task(Nameable),
    Emoji { emoji: String, name: String },
}

/// What is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Person,
    Task,
    Emoji,
}

/// The completion of one text field.
#[derive(Clone, Copy)]
pub struct Completion {
    place: Stream,
    /// The conversation that goes on around the field.
    thread: Option<RwSignal<Thread>>,
    /// Id of its list, for `aria-controls`.
    id: StoredValue<String>,
    choices: RwSignal<Vec<Choice>>,
    chosen: RwSignal<usize>,
    state: StoredValue<State>,
}

#[derive(Default)]
struct State {
    /// Where the sign stands and what follows it, when it was last asked.
    asked: Option<(usize, String)>,
    /// Counts the questions: only the answer to the last one counts.
    question: u32,
    /// Where the sign stands whose list was closed by Escape.
    dismissed: Option<usize>,
}

impl Choice {
    fn kind(&self) -> Kind {
        match self {
            Self::Person(_) | Self::Group(_) => Kind::Person,
            Self::Task(_) => Kind::Task,
            Self::Emoji { .. } => Kind::Emoji,
        }
    }
}

/// What is being typed at the caret, in bytes: where its sign stands and what follows that.
fn active(text: &str, caret: usize) -> Option<(Kind, usize, &str)> {
    let person = mention::active(text, caret).map(|active| (Kind::Person, active.start, active.query));
    let task = || task_number::active(text, caret).map(|active| (Kind::Task, active.start, active.query));
    let emoji = || protocol::emoji::active(text, caret).map(|(start, query)| (Kind::Emoji, start, query));
    person.or_else(task).or_else(emoji)
}

impl Completion {
    /// Nothing to complete yet, in a field of `place`, beside what is said in `thread`.
    pub fn new(place: Stream, id: String, thread: Option<RwSignal<Thread>>) -> Self {
        Self {
            place,
            thread,
            id: StoredValue::new(id),
            choices: RwSignal::default(),
            chosen: RwSignal::new(0),
            state: StoredValue::default(),
        }
    }

    /// Somebody is about to write: what can be had ahead is fetched.
    pub fn prepare(&self) {
        people::fetch(self.place);
    }

    /// Is there something to choose from?
    pub fn is_open(&self) -> bool {
        self.choices.with(|choices| !choices.is_empty())
    }

    /// The list's id, while it is open.
    pub fn list_id(&self) -> Option<String> {
        self.is_open().then(|| self.id.get_value())
    }

    /// The id of the row chosen, while the list is open.
    pub fn active_id(&self) -> Option<String> {
        self.is_open().then(|| self.row_id(self.chosen.get()))
    }

    /// The text or the caret (in UTF-16 units) changed: opens, narrows or closes the list.
    pub fn follow(&self, text: &str, caret: usize) {
        let Some((kind, start, query)) = active(text, mention::byte_offset(text, caret)) else {
            self.state.update_value(|state| state.dismissed = None);
            return self.close();
        };
        let now = (start, query.to_owned());
        let question = self.state.try_update_value(|state| {
            if state.dismissed == Some(start) || state.asked.as_ref() == Some(&now) {
                return None;
            }
            state.dismissed = None;
            state.asked = Some(now);
            state.question += 1;
            Some(state.question)
        });
        let Some(question) = question.flatten() else { return };
        match kind {
            Kind::Person => self.people(question, query),
            Kind::Task => self.tasks(question, query),
            Kind::Emoji => self.look_up(question, query.to_owned()),
        }
    }

    /// Chooses the next row, or with -1 the one before, around the ends.
    pub fn step(&self, by: isize) {
        let rows = self.choices.with_untracked(Vec::len) as isize;
        if rows > 0 {
            self.chosen.update(|chosen| *chosen = (*chosen as isize + by).rem_euclid(rows) as usize);
        }
    }

    /// The text with the row at `index`, or the chosen one, taken, and the caret, in bytes, behind it.
    /// `caret` is in UTF-16 units.
    pub fn accept(&self, text: &str, caret: usize, index: Option<usize>) -> Option<(String, usize)> {
        let index = index.unwrap_or_else(|| self.chosen.get_untracked());
        let choice = self.choices.with_untracked(|choices| choices.get(index).cloned())?;
        let caret = mention::byte_offset(text, caret);
        let taken = match choice {
            Choice::Person(person) => mention::active(text, caret)?.complete(&person.username),
            Choice::Group(group) => mention::active(text, caret)?.complete(group.as_str()),
            Choice::Task(task) => task_number::active(text, caret)?.complete(task.number),
            Choice::Emoji { emoji, .. } => {
                let (start, _) = protocol::emoji::active(text, caret)?;
                (format!("{}{emoji}{}", &text[..start], &text[caret..]), start + emoji.len())
            }
        };
        self.close();
        Some(taken)
    }

    /// Closes the list; it opens again when something changes. A field loses the focus as it is taken off the page,
    /// when all of this is gone already: then nothing is left to close.
    pub fn close(&self) {
        self.state.try_update_value(|state| {
            state.asked = None;
            state.question += 1;
        });
        if self.choices.try_with_untracked(|choices| !choices.is_empty()).unwrap_or(false) {
            self.choices.set(Vec::new());
        }
    }

    /// Closes the list for as long as this mention or name is typed.
    pub fn dismiss(&self) {
        self.state.update_value(|state| state.dismissed = state.asked.as_ref().map(|(start, _)| *start));
        self.close();
    }

    /// People of such names: those who are here at once, those whom the server knows later.
    fn people(&self, question: u32, query: &str) {
        let here = people::ranked(self.place, query, &self.authors());
        let (shown, pause) = match here {
            Some(here) if here.len() == mention::ROWS => return self.show(self.with_groups(here, query, true)),
            // Somebody may have come meanwhile.
            Some(here) => (here, Some(PAUSE_MS)),
            None => (self.narrowed(query), None),
        };
        self.show(self.with_groups(shown.clone(), query, pause.is_some()));
        let (completion, query) = (*self, query.to_owned());
        spawn_local(async move {
            if let Some(pause) = pause {
                TimeoutFuture::new(pause).await;
                if !completion.is_asked(question) {
                    return;
                }
            }
            // Without an answer those stay who are here.
            let Ok(answer) = api::mention_candidates(completion.place, query.clone()).await else { return };
            if completion.is_asked(question) {
                let people = match pause {
                    // Where they are here already, nobody is moved by who comes later.
                    Some(_) => joined(shown, answer),
                    None => answer,
                };
                completion.put(completion.with_groups(people, &query, true));
            }
        });
    }

    /// Those of the people shown who still fit, so that a quick Enter takes nobody else.
    fn narrowed(&self, query: &str) -> Vec<Person> {
        let person = |choice| if let Choice::Person(person) = choice { Some(person) } else { None };
        let people: Vec<Person> = self.choices.get_untracked().into_iter().filter_map(person).collect();
        let candidate = |person: &Person| Candidate::new(&person.username, &person.display_name, false);
        let candidates: Vec<Candidate> = people.iter().map(candidate).collect();
        mention::rank(query, &candidates, mention::ROWS).into_iter().map(|index| people[index].clone()).collect()
    }

    /// Who has written here of late.
    fn authors(&self) -> Vec<UserId> {
        let authors = |thread: &Thread| -> BTreeSet<UserId> {
            let author = |message: &protocol::Message| message.author.as_ref().map(|author| author.id);
            let messages: Vec<Option<UserId>> = thread.messages().map(author).collect();
            messages[messages.len().saturating_sub(RECENT)..].iter().flatten().copied().collect()
        };
        let authors = self.thread.and_then(|thread| thread.try_with_untracked(authors));
        authors.unwrap_or_default().into_iter().collect()
    }

    /// With the groups whom one may mean, too; `all`: there are no other people of such names.
    fn with_groups(&self, people: Vec<Person>, query: &str, all: bool) -> Vec<Choice> {
        let mut choices: Vec<Choice> = people.into_iter().map(Choice::Person).collect();
        let none = all && choices.is_empty();
        choices.extend(self.groups(query).filter(|_| query.len() >= SURELY || none));
        choices.truncate(mention::ROWS);
        choices
    }

    /// Tasks of such a number, or with such a word in their title: those shown that still fit, then the server's.
    fn tasks(&self, question: u32, query: &str) {
        let typed = Typed::of(query);
        let task = |choice| if let Choice::Task(task) = choice { Some(task) } else { None };
        let shown = self.choices.get_untracked().into_iter().filter_map(task).collect();
        self.show(task_number::ranked(&typed, shown).into_iter().map(Choice::Task).collect());
        let (completion, query) = (*self, query.to_owned());
        spawn_local(async move {
            let Ok(answer) = api::name_tasks(completion.place, query).await else { return };
            if completion.is_asked(question) {
                completion.put(answer.into_iter().map(Choice::Task).collect());
            }
        });
    }

    /// Is this still the last question?
    fn is_asked(&self, question: u32) -> bool {
        self.state.try_with_value(|state| state.question) == Some(question)
    }

    /// The groups whose name begins so.
    fn groups(&self, query: &str) -> impl Iterator<Item = Choice> + use<> {
        let (place, query) = (self.place, query.to_ascii_lowercase());
        let named = Group::ALL.into_iter().filter(move |group| {
            Group::named(group.as_str(), place).is_some() && !query.is_empty() && group.as_str().starts_with(&query)
        });
        named.map(Choice::Group)
    }

    /// Emoji of such names. Where the list can't be had, the name stays as it is typed.
    fn look_up(&self, question: u32, query: String) {
        let completion = *self;
        spawn_local(async move {
            let Ok(list) = emoji::load().await else { return };
            if !completion.is_asked(question) {
                return;
            }
            let found = emoji::search(&list, &query, mention::ROWS);
            let choice = |found: emoji::Emoji| Choice::Emoji { emoji: found.emoji.into(), name: found.name().into() };
            completion.show(found.into_iter().map(choice).collect());
        });
    }

    fn show(&self, choices: Vec<Choice>) {
        if self.choices.with_untracked(|shown| *shown != choices) {
            self.chosen.set(0);
            self.choices.set(choices);
        }
    }

    /// An answer that comes later: the row that is chosen stays so, wherever it is now.
    fn put(&self, choices: Vec<Choice>) {
        let chosen = self.chosen.get_untracked();
        let held = self.choices.with_untracked(|shown| shown.get(chosen).filter(|_| chosen > 0).cloned());
        let now = held.and_then(|held| choices.iter().position(|choice| *choice == held)).unwrap_or_default();
        self.show(choices);
        if now != self.chosen.get_untracked() {
            self.chosen.set(now);
        }
    }

    fn row_id(&self, index: usize) -> String {
        self.id.with_value(|id| format!("{id}-{index}"))
    }
}

/// The list. `choose` is told the row that was clicked.
#[component]
pub fn CompletionList(completion: Completion, choose: Callback<usize>) -> impl IntoView {
    let rows = move || {
        completion.choices.with(|choices| {
            let row = |(index, choice): (usize, &Choice)| view! { <ChoiceRow completion index choice=choice.clone() choose/> };
            choices.iter().enumerate().map(row).collect_view()
        })
    };
    let kind = Memo::new(move |_| completion.choices.with(|choices| choices.first().map(Choice::kind)));
    let label = move || match kind.get() {
        Some(Kind::Task) => "Tasks to name",
        Some(Kind::Emoji) => "Emoji",
        _ => "People to mention",
    };
    // Once for all that is typed while it is open.
    let list = when(
        move || completion.is_open(),
        move || {
            view! {
                <ul class="completion" id=completion.id.get_value() role="listbox" aria-label=label>
                    {move || rows()}
                </ul>
            }
        },
    );
    let said = move || {
        let count = completion.choices.with(Vec::len);
        let what = match kind.get() {
            None => return String::new(),
            Some(Kind::Emoji) => "emoji",
            Some(Kind::Task) if count == 1 => "task",
            Some(Kind::Task) => "tasks",
            Some(Kind::Person) if count == 1 => "person",
            Some(Kind::Person) => "people",
        };
        let choose = if count == 1 { "" } else { " Up and Down choose," };
        format!("{count} {what}.{choose} Enter inserts.")
    };
    view! {
        {list}
        <span class="visually-hidden" role="status">{move || said()}</span>
    }
}

/// What the server knows, behind what is here already.
fn joined(mut here: Vec<Person>, more: Vec<Person>) -> Vec<Person> {
    for person in more {
        if !here.iter().any(|other| other.id == person.id) {
            here.push(person);
        }
    }
    here
}

#[component]
fn ChoiceRow(completion: Completion, index: usize, choice: Choice, choose: Callback<usize>) -> impl IntoView {
    let chosen = move || completion.chosen.get() == index;
    let done = matches!(&choice, Choice::Task(task) if task.done);
    let (sign, name, more) = match choice {
        Choice::Person(person) => {
            let (name, username) = (person.display_name.clone(), format!("@{}", person.username));
            (view! { <Avatar person=Some(person)/> }.into_any(), name, username)
        }
        Choice::Group(group) => {
            let who = match group {
                Group::Here => "who is online now",
                Group::Room => "everybody in the room",
                Group::Board => "everybody on the board who can read this",
            };
            let sign = view! { <span class="completion-emoji"><Icon sign=Sign::People/></span> }.into_any();
            (sign, format!("@{}", group.as_str()), who.to_owned())
        }
        Choice::Task(task) => {
            let done = task.done.then(|| view! { <span class="visually-hidden">"done: "</span> });
            let sign = view! { <span class="completion-number">"#" {task.number}</span> {done} }.into_any();
            (sign, task.title, if task.archived { "Archived".to_owned() } else { task.column })
        }
        Choice::Emoji { emoji, name } => {
            (view! { <span class="completion-emoji">{emoji}</span> }.into_any(), format!(":{name}:"), String::new())
        }
    };
    view! {
        <li
            class="completion-row"
            class:completion-chosen=chosen
            class:completion-done=done
            id=completion.row_id(index)
            role="option"
            aria-selected=move || chosen().to_string()
            on:mousedown=move |event| {
                // The caret stays in the text.
                event.prevent_default();
                choose.run(index);
            }
        >
            {sign}
            <span class="completion-name">{name}</span>
            <span class="completion-username">{more}</span>
        </li>
    }
}
