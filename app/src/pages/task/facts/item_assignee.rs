//! Who shall do an item of a checklist.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::{ChecklistItem, ItemId, Person, TaskChange};

use super::{
    Facts,
    pickers::{pick_person, tick},
};
use crate::ui::{Avatar, Form, FormState, Icon, Pick, Picker, Sign, list, live, when};

/// The sign of who shall do an item, for who reads.
pub fn item_person(item: Memo<ChecklistItem>) -> AnyView {
    live(move || {
        let person = item.with(|item| item.assignee.clone())?;
        Some(view! { <span class="item-person"><span class="visually-hidden">"Assigned to "</span> {sign(person)}</span> })
    })
    .into_any()
}

/// The same, and whom to choose instead. Those are many on each of many items: they are in the page where somebody
/// opens them, and without script where the address asks for them (`?item=`).
#[component]
pub fn ItemAssignee(facts: Facts, item: Memo<ChecklistItem>, path: String) -> impl IntoView {
    let id = item.with_untracked(|item| item.id);
    let action = format!("{path}/assignee/");
    let state = FormState::of(&action);
    let asked: Option<ItemId> = use_query_map().with_untracked(|query| query.get_str("item")?.parse().ok());
    let open = asked == Some(id) || state.refused();
    let wanted = RwSignal::new(open);
    let value = view! {
        <span class="visually-hidden">"of " {move || item.with(|item| item.text.clone())} ": "</span>
        {live(move || match item.with(|item| item.assignee.clone()) {
            Some(person) => sign(person),
            None => view! { <Icon sign=Sign::People/> <span class="visually-hidden">"nobody"</span> }.into_any(),
        })}
    };
    view! {
        <div class="item-assignee" on:click=move |_| wanted.set(true)>
            <Picker label="Assignee" class="picker-item" value=value.into_any() open>
                {when(
                    move || !wanted.get(),
                    move || {
                        view! { <a class="button button-small button-quiet" href=format!("?item={id}")>"Choose somebody"</a> }
                    },
                )}
                {when(move || wanted.get(), move || choices(facts, item, action.clone(), state.clone()))}
            </Picker>
        </div>
    }
}

fn choices(facts: Facts, item: Memo<ChecklistItem>, action: String, state: FormState) -> AnyView {
    let id = item.with_untracked(|item| item.id);
    let now = Memo::new(move |_| item.with(|item| item.assignee.as_ref().map(|person| person.id)));
    let choice = move |person: Option<Person>| {
        let user = person.as_ref().map(|person| person.id);
        let chosen = Signal::derive(move || now.get() == user);
        let pick = Callback::new(move |()| facts.change(TaskChange::AssignItem(id, user)));
        match person {
            Some(person) => pick_person(person, Signal::stored("user"), chosen, pick),
            None => view! {
                <Pick name="user" value="" chosen pick>
                    <span class="pick-name">"Nobody"</span>
                    {tick(chosen)}
                </Pick>
            }
            .into_any(),
        }
    };
    let everybody = move || std::iter::once(None).chain(facts.people.get().into_iter().map(Some)).collect();
    let key = |person: &Option<Person>| person.as_ref().map(|person| (person.id, person.display_name.clone()));
    view! { <Form action class="picks" state>{list(everybody, key, choice)}</Form> }.into_any()
}

fn sign(person: Person) -> AnyView {
    let name = person.display_name.clone();
    view! {
        <span class="item-avatar" title=name.clone()><Avatar person=Some(person)/></span>
        <span class="visually-hidden">{name}</span>
    }
    .into_any()
}
