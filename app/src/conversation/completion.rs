//! Completes what is being typed, a mention or the name of an emoji: a list above the composer.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Person, Stream,
    mention::{self, Candidate, Group},
};

use super::emoji;
use crate::{
    api,
    ui::{Avatar, Icon, Sign, live},
};

/// From so many letters on a group is offered beside people, whom one rather means.
const SURELY: usize = 3;

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Choice {
    Person(Person),
    Group(Group),
    Emoji { emoji: String, name: String },
}

/// The completion of one text field.
#[derive(Clone, Copy)]
pub struct Completion {
    place: Stream,
    /// Id of its list, for `aria-controls`.
    id: StoredValue<String>,
    choices: RwSignal<Vec<Choice>>,
    chosen: RwSignal<usize>,
    state: StoredValue<State>,
}

#[derive(Default)]
struct State {
    /// Where the `@` or the colon stands and what follows it, when it was last asked.
    asked: Option<(usize, String)>,
    /// Counts the questions: only the answer to the last one counts.
    question: u32,
    /// Where the `@` or the colon stands whose list was closed by Escape.
    dismissed: Option<usize>,
}

impl Choice {
    fn person(self) -> Option<Person> {
        if let Self::Person(person) = self { Some(person) } else { None }
    }
}

impl Completion {
    /// Nothing to complete yet, in a field of `place`.
    pub fn new(place: Stream, id: String) -> Self {
        Self {
            place,
            id: StoredValue::new(id),
            choices: RwSignal::default(),
            chosen: RwSignal::new(0),
            state: StoredValue::default(),
        }
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
        let caret = mention::byte_offset(text, caret);
        let person = mention::active(text, caret).map(|active| (active.start, active.query));
        let Some((start, query)) = person.or_else(|| emoji::active(text, caret)) else {
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
        match question.flatten() {
            Some(question) if person.is_some() => {
                self.narrow(query);
                self.ask(question, query.to_owned());
            }
            Some(question) => self.look_up(question, query.to_owned()),
            None => {}
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
            Choice::Emoji { emoji, .. } => {
                let (start, _) = emoji::active(text, caret)?;
                (format!("{}{emoji}{}", &text[..start], &text[caret..]), start + emoji.len())
            }
        };
        self.close();
        Some(taken)
    }

    /// Closes the list; it opens again when something changes.
    pub fn close(&self) {
        self.state.update_value(|state| {
            state.asked = None;
            state.question += 1;
        });
        if self.choices.with_untracked(|choices| !choices.is_empty()) {
            self.choices.set(Vec::new());
        }
    }

    /// Closes the list for as long as this mention or name is typed.
    pub fn dismiss(&self) {
        self.state.update_value(|state| state.dismissed = state.asked.as_ref().map(|(start, _)| *start));
        self.close();
    }

    /// Leaves of the people shown those who still fit, so that a quick Enter takes nobody else.
    fn narrow(&self, query: &str) {
        let shown = self.choices.get_untracked();
        let people: Vec<Person> = shown.into_iter().filter_map(Choice::person).collect();
        let candidate = |person: &Person| Candidate::new(&person.username, &person.display_name, false);
        let candidates: Vec<Candidate> = people.iter().map(candidate).collect();
        let ranked = mention::rank(query, &candidates, mention::ROWS);
        let mut choices: Vec<Choice> = ranked.into_iter().map(|index| Choice::Person(people[index].clone())).collect();
        choices.extend(self.groups(query).filter(|_| query.len() >= SURELY));
        self.show(choices);
    }

    /// The groups whose name begins so.
    fn groups(&self, query: &str) -> impl Iterator<Item = Choice> + use<> {
        let (place, query) = (self.place, query.to_ascii_lowercase());
        let named = Group::ALL.into_iter().filter(move |group| {
            Group::named(group.as_str(), place).is_some() && !query.is_empty() && group.as_str().starts_with(&query)
        });
        named.map(Choice::Group)
    }

    fn ask(&self, question: u32, query: String) {
        let completion = *self;
        spawn_local(async move {
            let answer = api::mention_candidates(completion.place, query.clone()).await.unwrap_or_default();
            if completion.state.try_with_value(|state| state.question) == Some(question) {
                let mut choices: Vec<Choice> = answer.into_iter().map(Choice::Person).collect();
                let groups = completion.groups(&query).filter(|_| query.len() >= SURELY || choices.is_empty());
                choices.extend(groups.collect::<Vec<_>>());
                choices.truncate(mention::ROWS);
                completion.show(choices);
            }
        });
    }

    /// Emoji of such names. Where the list can't be had, the name stays as it is typed.
    fn look_up(&self, question: u32, query: String) {
        let completion = *self;
        spawn_local(async move {
            let Ok(list) = emoji::load().await else { return };
            if completion.state.try_with_value(|state| state.question) != Some(question) {
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
    let emoji =
        Memo::new(move |_| completion.choices.with(|choices| matches!(choices.first(), Some(Choice::Emoji { .. }))));
    let list = live(move || {
        completion.list_id().map(|id| {
            let label = if emoji.get() { "Emoji" } else { "People to mention" };
            view! {
                <ul class="completion" id=id role="listbox" aria-label=label>
                    {move || rows()}
                </ul>
            }
        })
    });
    let said = move || {
        completion.choices.with(|choices| match (choices.len(), emoji.get()) {
            (0, _) => String::new(),
            (n, true) => format!("{n} emoji. Up and Down choose, Enter inserts."),
            (1, false) => "1 person. Enter inserts.".to_owned(),
            (n, false) => format!("{n} people. Up and Down choose, Enter inserts."),
        })
    };
    view! {
        {list}
        <span class="visually-hidden" role="status">{move || said()}</span>
    }
}

#[component]
fn ChoiceRow(completion: Completion, index: usize, choice: Choice, choose: Callback<usize>) -> impl IntoView {
    let chosen = move || completion.chosen.get() == index;
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
        Choice::Emoji { emoji, name } => {
            (view! { <span class="completion-emoji">{emoji}</span> }.into_any(), format!(":{name}:"), String::new())
        }
    };
    view! {
        <li
            class="completion-row"
            class:completion-chosen=chosen
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
