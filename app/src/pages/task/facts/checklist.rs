//! What is to be done for a task, ticked where it stands.

use leptos::{ev::MouseEvent, prelude::*};
use protocol::{ChecklistItem, ItemId, TaskChange, limits};

use send_wrapper::SendWrapper;

use super::{
    Facts,
    item_assignee::{ItemAssignee, item_person},
};
use crate::ui::{Field, Form, FormState, Icon, Picker, Sign, Submission, list, when};

/// The list with how far it has come; nothing for who only reads where there is none.
#[component]
pub fn Checklist(facts: Facts, writes: bool) -> impl IntoView {
    let count = move || facts.items.with(Vec::len);
    let done = move || facts.items.with(|items| items.iter().filter(|item| item.done).count());
    let row = move |item: ChecklistItem| view! { <Item facts id=item.id writes/> };
    view! {
        {when(
            move || writes || count() > 0,
            move || {
                view! {
                    <section class="checklist" aria-label="Checklist">
                        <h2 class="section-title checklist-head">
                            "Checklist "
                            {when(
                                move || count() > 0,
                                move || {
                                    view! {
                                        <span class="checklist-count">{done} "/" {count} <span class="visually-hidden">" done"</span></span>
                                        <progress class="progress" max=move || count().to_string() value=move || done().to_string() aria-hidden="true"></progress>
                                    }
                                },
                            )}
                        </h2>
                        <ul class="checklist-items">{list(move || facts.items.get(), |item| item.id, row)}</ul>
                        {writes.then(|| view! { <AddItem facts/> })}
                    </section>
                }
            },
        )}
    }
}

/// Something to be done.
#[component]
fn Item(facts: Facts, id: ItemId, writes: bool) -> impl IntoView {
    let item = Memo::new(move |_| {
        facts.items.with(|items| items.iter().find(|item| item.id == id).cloned().unwrap_or_default())
    });
    let path = facts.task.with_untracked(|task| format!("/tasks/{}/checklist/{id}", task.card.id));
    let done = Signal::derive(move || item.with(|item| item.done));
    let text = Signal::derive(move || item.with(|item| item.text.clone()));
    // What is not stored yet can't be changed.
    let stored = id.0 > 0;
    let tick = move |event: MouseEvent| {
        event.prevent_default();
        facts.change(TaskChange::TickItem(id, !done.get_untracked()));
    };
    view! {
        <li class="checklist-item" class:checklist-done=move || done.get()>
            <Form action=format!("{path}/tick/") class="checklist-tick">
                <button
                    class="tick"
                    type="submit"
                    name="done"
                    value=move || if done.get() { "off" } else { "on" }
                    role="checkbox"
                    aria-checked=move || if done.get() { "true" } else { "false" }
                    aria-label=move || text.get()
                    disabled=!(writes && stored)
                    on:click=tick
                >
                    <Icon sign=Sign::Check/>
                </button>
            </Form>
            <span class="checklist-text">{move || text.get()}</span>
            {if writes && stored {
                view! {
                    <ItemAssignee facts item path=path.clone()/>
                    <EditItem facts item path/>
                }
                .into_any()
            } else {
                item_person(item)
            }}
        </li>
    }
}

/// Another text, another place, or away with it.
#[component]
fn EditItem(facts: Facts, item: Memo<ChecklistItem>, path: String) -> impl IntoView {
    let id = item.with_untracked(|item| item.id);
    let action = format!("{path}/edit/");
    let state = FormState::of(&action);
    let refused = state.refused();
    let rename = Callback::new(move |form: Submission| {
        facts.change(TaskChange::RenameItem(id, form.text("text")));
        form.kept();
    });
    let remove = Callback::new(move |_: Submission| facts.change(TaskChange::RemoveItem(id)));
    // Behind which other item it comes when it goes up or down by one; none: first, outer none: it can't.
    let up = Signal::derive(move || {
        facts.items.with(|items| {
            let at = items.iter().position(|item| item.id == id)?;
            at.checked_sub(1).map(|above| above.checked_sub(1).map(|at| items[at].id))
        })
    });
    let down = Signal::derive(move || {
        facts.items.with(|items| {
            let at = items.iter().position(|item| item.id == id)?;
            items.get(at + 1).map(|below| Some(below.id))
        })
    });
    let step = {
        let path = path.clone();
        move |words: &'static str, to: Signal<Option<Option<ItemId>>>| {
            let path = path.clone();
            let go = Callback::new(move |_: Submission| {
                if let Some(after) = to.get_untracked() {
                    facts.change(TaskChange::MoveItem(id, after));
                }
            });
            view! {
                <Form action=format!("{path}/move/") class="form-inline" on_submit=go>
                    <input
                        type="hidden"
                        name="after"
                        value=move || to.get().flatten().map(|id| id.to_string()).unwrap_or_default()
                    />
                    <button class="button button-small" type="submit" disabled=move || to.get().is_none()>{words}</button>
                </Form>
            }
        }
    };
    let words = view! {
        <span class="visually-hidden">{move || item.with(|item| item.text.clone())}</span>
        <Icon sign=Sign::More/>
    };
    view! {
        <Picker label="Change" class="picker-item" value=words.into_any() open=refused>
            <Form action state class="form" on_submit=rename>
                <Field name="text" label="What is to be done" value=item.with_untracked(|item| item.text.clone()) max=limits::ITEM/>
                <button class="button button-small" type="submit">"Save"</button>
            </Form>
            <div class="picker-line">
                {step("Up", up)} {step("Down", down)}
                <Form action=format!("{path}/delete/") class="form-inline" on_submit=remove>
                    <button class="button button-small button-danger" type="submit">"Delete"</button>
                </Form>
            </div>
        </Picker>
    }
}

/// A text makes another item, last.
#[component]
fn AddItem(facts: Facts) -> impl IntoView {
    let action = facts.task.with_untracked(|task| format!("/tasks/{}/checklist/", task.card.id));
    let state = FormState::of(&action);
    let typed = state.typed("text").unwrap_or_default();
    let add = Callback::new(move |form: Submission| {
        let text = form.text("text").trim().to_owned();
        if !text.is_empty() {
            form.done();
            let (form, typed) = (SendWrapper::new(form), text.clone());
            let refused = Callback::new(move |error| {
                form.put_back("text", &typed);
                form.refused(error);
            });
            facts.change_or(TaskChange::AddItem(text), Some(refused));
        }
    });
    view! {
        <Form action state class="checklist-add" on_submit=add>
            <input
                class="input quick-add-title"
                name="text"
                value=typed
                maxlength=limits::ITEM.to_string()
                required=true
                autocomplete="off"
                placeholder="Add an item"
                aria-label="New item of the checklist"
            />
            <button class="button button-icon" type="submit" aria-label="Add the item"><Icon sign=Sign::Plus/></button>
        </Form>
    }
}
