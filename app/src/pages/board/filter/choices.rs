//! What of columns, labels, people and dates is chosen.

use leptos::prelude::*;
use protocol::{
    Colour, ColumnId, Label, Person, UserId,
    filter::{Assignee, Deadline, Filter},
};

use super::Cards;
use crate::ui::{Avatar, LabelChip, Picker, list, live};

/// The pickers of what is chosen from.
#[component]
pub fn Choices(cards: Cards) -> impl IntoView {
    let filter = cards.filter;
    let people = RwSignal::new(cards.assigned());
    // Who is assigned to something is looked up when somebody comes here, not with every change of a card.
    let look = move |_| {
        let now = cards.assigned();
        if people.with_untracked(|people| *people != now) {
            people.set(now);
        }
    };
    let columns = move || {
        let known =
            cards.columns.with(|columns| columns.iter().map(|column| (column.id, column.name.clone())).collect());
        with_missing_columns(known, &filter.get())
    };
    let column_names = move || {
        let chosen = filter.get().columns;
        columns().into_iter().filter(|(id, _)| chosen.contains(id)).map(|(_, name)| name).collect()
    };
    let labels = move || with_missing_labels(cards.labels.get(), &filter.get());
    // These go away before what shows them does, where another board is opened in place of this one.
    let others = move || with_missing_people(people.try_get().unwrap_or_default(), &filter.get(), cards.me.get());
    let label_names = move || {
        let chosen = filter.get().labels;
        labels().into_iter().filter(|label| chosen.contains(&label.id)).map(|label| label.name).collect()
    };
    let people_names = move || {
        let people = others();
        let words = |assignee: Assignee| match assignee {
            Assignee::Me => Some("Me".to_owned()),
            Assignee::Nobody => Some("Nobody".to_owned()),
            Assignee::Person(id) => {
                people.iter().find(|person| person.id == id).map(|person| person.display_name.clone())
            }
        };
        filter.get().assignees.into_iter().filter_map(words).collect()
    };
    let due_names = move || filter.get().due.into_iter().map(|due| due.words().to_owned()).collect();
    view! {
        <div class="filter-choices" on:focusin=look>
            <Picker label="Columns" value=live(move || now(column_names())).into_any() class="filter-picker" open=false>
                {list(
                    columns,
                    |(id, name): &(ColumnId, String)| (*id, name.clone()),
                    move |(id, name)| choice(filter, "column", id.to_string(), name.into_any()),
                )}
            </Picker>
            <Picker label="Labels" value=live(move || now(label_names())).into_any() class="filter-picker" open=false>
                {list(
                    labels,
                    |label: &Label| (label.id, label.name.clone(), label.colour.as_str()),
                    move |label| choice(filter, "label", label.id.to_string(), view! { <LabelChip label/> }.into_any()),
                )}
                {live(move || cards.labels.with(Vec::is_empty).then(|| view! { <p class="filter-hint">"This board has no labels yet."</p> }))}
            </Picker>
            <Picker label="Assignees" value=live(move || now(people_names())).into_any() class="filter-picker" open=false>
                {choice(filter, "assignee", Assignee::Me.name(), "Me".into_any())}
                {choice(filter, "assignee", Assignee::Nobody.name(), "Nobody".into_any())}
                {list(
                    others,
                    |person: &Person| (person.id, person.display_name.clone()),
                    move |person| {
                        let name = view! { <Avatar person=Some(person.clone())/> {person.display_name} };
                        choice(filter, "assignee", person.id.to_string(), name.into_any())
                    },
                )}
            </Picker>
            <Picker label="Due" value=live(move || now(due_names())).into_any() class="filter-picker" open=false>
                {Deadline::ALL
                    .into_iter()
                    .map(|due| choice(filter, "due", due.as_str().to_owned(), due.words().into_any()))
                    .collect_view()}
            </Picker>
        </div>
    }
}

fn choice(filter: Memo<Filter>, name: &'static str, value: String, words: AnyView) -> AnyView {
    let chosen = {
        let value = value.clone();
        move || filter.with(|filter| filter.has(name, &value))
    };
    let at_first = untrack(&chosen);
    view! {
        <label class="pick">
            <input type="checkbox" name=name value=value checked=at_first prop:checked=chosen/>
            <span class="pick-name">{words}</span>
        </label>
    }
    .into_any()
}

/// What is chosen; where that is anything, a small screen does without the word.
fn now(names: Vec<String>) -> impl IntoView {
    let any = names.is_empty();
    view! { <span class:filter-any=any>{summary(names)}</span> }
}

/// What is chosen, in few words.
fn summary(names: Vec<String>) -> String {
    match names.as_slice() {
        [] => "Any".to_owned(),
        [one] => one.clone(),
        [one, more @ ..] => format!("{one} +{}", more.len()),
    }
}

/// What an address asks for can be taken back, even where it is not there, or no more.
fn with_missing_columns(mut columns: Vec<(ColumnId, String)>, filter: &Filter) -> Vec<(ColumnId, String)> {
    for id in &filter.columns {
        if columns.iter().all(|(column, _)| column != id) {
            columns.push((*id, "A column that is gone".to_owned()));
        }
    }
    columns
}

/// Ditto.
fn with_missing_labels(mut labels: Vec<Label>, filter: &Filter) -> Vec<Label> {
    for id in &filter.labels {
        if labels.iter().all(|label| label.id != *id) {
            labels.push(Label { id: *id, name: "A label that is gone".to_owned(), colour: Colour::Grey });
        }
    }
    labels
}

/// Ditto; oneself is chosen as such.
fn with_missing_people(mut people: Vec<Person>, filter: &Filter, me: UserId) -> Vec<Person> {
    people.retain(|person| person.id != me || filter.assignees.contains(&Assignee::Person(me)));
    for assignee in &filter.assignees {
        if let Assignee::Person(id) = assignee
            && people.iter().all(|person| person.id != *id)
        {
            let display_name = "Somebody without a task here".to_owned();
            people.push(Person { id: *id, username: String::new(), display_name });
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use protocol::LabelId;

    use super::*;

    #[test]
    fn what_is_chosen_is_said_in_few_words() {
        let names = |names: &[&str]| summary(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!([names(&[]), names(&["Bug"]), names(&["Bug", "Design", "UX"])], ["Any", "Bug", "Bug +2"]);
    }

    #[test]
    fn what_an_address_asks_for_can_be_taken_back() {
        let filter = Filter::parse("?label=3&label=4&assignee=7&assignee=8&assignee=me");
        let label = Label { id: LabelId(3), name: "Bug".into(), colour: Colour::Red };
        let labels = with_missing_labels(vec![label], &filter);
        assert_eq!(labels.iter().map(|label| label.id.0).collect::<Vec<_>>(), [3, 4]);
        let person = |id| Person { id: UserId(id), username: "x".into(), display_name: "X".into() };
        let people = with_missing_people(vec![person(1), person(7)], &filter, UserId(1));
        assert_eq!(people.iter().map(|person| person.id.0).collect::<Vec<_>>(), [7, 8]);
        let me = Filter::parse("?assignee=1");
        assert_eq!(with_missing_people(vec![person(1)], &me, UserId(1)).len(), 1, "asked for by id");
    }
}
