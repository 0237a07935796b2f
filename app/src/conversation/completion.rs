//! Completes the mention being typed: a list of people above the composer.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Person, Stream,
    mention::{self, Candidate},
};

use crate::{
    api,
    ui::{Avatar, live},
};

/// The completion of one text field.
#[derive(Clone, Copy)]
pub struct Completion {
    place: Stream,
    /// Id of its list, for `aria-controls`.
    id: StoredValue<String>,
    people: RwSignal<Vec<Person>>,
    chosen: RwSignal<usize>,
    state: StoredValue<State>,
}

#[derive(Default)]
struct State {
    /// Where the `@` stands and what follows it, when it was last asked.
    asked: Option<(usize, String)>,
    /// Counts the questions: only the answer to the last one counts.
    question: u32,
    /// Where the `@` stands whose list was closed by Escape.
    dismissed: Option<usize>,
}

impl Completion {
    /// Nothing to complete yet, in a field of `place`.
    pub fn new(place: Stream, id: String) -> Self {
        Self {
            place,
            id: StoredValue::new(id),
            people: RwSignal::default(),
            chosen: RwSignal::new(0),
            state: StoredValue::default(),
        }
    }

    /// Are there people to choose from?
    pub fn is_open(&self) -> bool {
        self.people.with(|people| !people.is_empty())
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
        let Some(active) = mention::active(text, mention::byte_offset(text, caret)) else {
            self.state.update_value(|state| state.dismissed = None);
            return self.close();
        };
        let now = (active.start, active.query.to_owned());
        let question = self.state.try_update_value(|state| {
            if state.dismissed == Some(active.start) || state.asked.as_ref() == Some(&now) {
                return None;
            }
            state.dismissed = None;
            state.asked = Some(now);
            state.question += 1;
            Some(state.question)
        });
        if let Some(question) = question.flatten() {
            self.narrow(active.query);
            self.ask(question, active.query.to_owned());
        }
    }

    /// Chooses the next row, or with -1 the one before, around the ends.
    pub fn step(&self, by: isize) {
        let rows = self.people.with_untracked(Vec::len) as isize;
        if rows > 0 {
            self.chosen.update(|chosen| *chosen = (*chosen as isize + by).rem_euclid(rows) as usize);
        }
    }

    /// The text with the row at `index`, or the chosen one, taken, and the caret behind it.
    pub fn accept(&self, text: &str, caret: usize, index: Option<usize>) -> Option<(String, usize)> {
        let index = index.unwrap_or_else(|| self.chosen.get_untracked());
        let username = self.people.with_untracked(|people| Some(people.get(index)?.username.clone()))?;
        let active = mention::active(text, mention::byte_offset(text, caret))?;
        let (text, caret) = active.complete(&username);
        self.close();
        let caret = mention::utf16_offset(&text, caret);
        Some((text, caret))
    }

    /// Closes the list; it opens again when something changes.
    pub fn close(&self) {
        self.state.update_value(|state| {
            state.asked = None;
            state.question += 1;
        });
        if self.people.with_untracked(|people| !people.is_empty()) {
            self.people.set(Vec::new());
        }
    }

    /// Closes the list for as long as this mention is typed.
    pub fn dismiss(&self) {
        self.state.update_value(|state| state.dismissed = state.asked.as_ref().map(|(start, _)| *start));
        self.close();
    }

    /// Leaves of the people shown those who still fit, so that a quick Enter takes nobody else.
    fn narrow(&self, query: &str) {
        let fitting = self.people.with_untracked(|people| {
            let candidate = |person: &Person| Candidate::new(&person.username, &person.display_name, false);
            let candidates: Vec<Candidate> = people.iter().map(candidate).collect();
            let ranked = mention::rank(query, &candidates, mention::ROWS);
            ranked.into_iter().map(|index| people[index].clone()).collect()
        });
        self.show(fitting);
    }

    fn ask(&self, question: u32, query: String) {
        let completion = *self;
        spawn_local(async move {
            let answer = api::mention_candidates(completion.place, query).await.unwrap_or_default();
            if completion.state.try_with_value(|state| state.question) == Some(question) {
                completion.show(answer);
            }
        });
    }

    fn show(&self, people: Vec<Person>) {
        if self.people.with_untracked(|shown| *shown != people) {
            self.chosen.set(0);
            self.people.set(people);
        }
    }

    fn row_id(&self, index: usize) -> String {
        self.id.with_value(|id| format!("{id}-{index}"))
    }
}

/// The list of people. `choose` is told the row that was clicked.
#[component]
pub fn CompletionList(completion: Completion, choose: Callback<usize>) -> impl IntoView {
    let rows = move || {
        completion.people.with(|people| {
            let row = |(index, person): (usize, &Person)| view! { <PersonRow completion index person=person.clone() choose/> };
            people.iter().enumerate().map(row).collect_view()
        })
    };
    let list = live(move || {
        completion.list_id().map(|id| {
            view! {
                <ul class="completion" id=id role="listbox" aria-label="People to mention">
                    {move || rows()}
                </ul>
            }
        })
    });
    let said = move || {
        completion.people.with(|people| match people.len() {
            0 => String::new(),
            1 => "1 person. Enter inserts.".to_owned(),
            n => format!("{n} people. Up and Down choose, Enter inserts."),
        })
    };
    view! {
        {list}
        <span class="visually-hidden" role="status">{move || said()}</span>
    }
}

#[component]
fn PersonRow(completion: Completion, index: usize, person: Person, choose: Callback<usize>) -> impl IntoView {
    let chosen = move || completion.chosen.get() == index;
    let (name, username) = (person.display_name.clone(), format!("@{}", person.username));
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
            <Avatar person=Some(person)/>
            <span class="completion-name">{name}</span>
            <span class="completion-username">{username}</span>
        </li>
    }
}
