//! A column of a board with its cards, and the form that adds one.

use leptos::{prelude::*, task::spawn_local};
use protocol::{BoardId, Card, Column, ColumnId, limits};

use super::{Cards, OpenTask, face::Face};
use crate::{
    api::create_task,
    ui::{Form, FormState, Icon, Sign, Submission, list},
};

/// A column: its name, its cards from the top, and quick add at the bottom.
#[component]
pub fn BoardColumn(board: BoardId, column: Column, writes: bool) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let id = column.id;
    let inside = Memo::new(move |_| cards.in_column(id));
    let name_id = format!("column-{id}");
    let labelled_by = name_id.clone();
    view! {
        <section class="column" aria-labelledby=labelled_by>
            <div class="column-head">
                <h2 class="column-name" id=name_id>{column.name.clone()}</h2>
                <span class="column-count">
                    {move || inside.with(Vec::len)} <span class="visually-hidden">{move || if inside.with(Vec::len) == 1 { " task" } else { " tasks" }}</span>
                </span>
            </div>
            <ul class="cards">
                {list(
                    move || inside.get(),
                    |task| *task,
                    move |task| cards.get(task).map(|card| view! { <CardItem card/> }),
                )}
            </ul>
            {writes.then(|| view! { <QuickAdd board column=id name=column.name/> })}
        </section>
    }
}

/// A task as its card shows it; it leads to the task.
#[component]
fn CardItem(card: ArcRwSignal<Card>) -> impl IntoView {
    let OpenTask(open) = expect_context();
    let (id, board) = card.with_untracked(|card| (card.id, card.board));
    view! {
        <li class="card">
            <a
                class="card-link"
                id=format!("card-{id}")
                href=format!("/boards/{board}/tasks/{id}/")
                aria-current=move || (open.get() == Some(id)).then_some("true")
                data-noscroll="true"
            >
                <Face card/>
            </a>
        </li>
    }
}

/// A title makes a task at the bottom of the column.
#[component]
fn QuickAdd(board: BoardId, column: ColumnId, name: String) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let action = format!("/boards/{board}/tasks/");
    let state = FormState::of(&action).with("column", &column.to_string());
    let title = state.typed("title").unwrap_or_default();
    let trouble = state.trouble("title");
    let error_id = format!("column-{column}-error");
    let described = error_id.clone();
    let add = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match create_task(form.key(), board, column, form.text("title")).await {
                Ok(task) => {
                    cards.put(task.card);
                    form.done();
                }
                Err(error) => form.refused(error.0),
            }
        });
    });
    view! {
        <Form action class="quick-add" state on_submit=add>
            <input type="hidden" name="column" value=column.to_string()/>
            <input
                class="input quick-add-title"
                name="title"
                value=title
                maxlength=limits::TASK_TITLE.to_string()
                required=true
                autocomplete="off"
                placeholder="Add a task"
                aria-label=format!("New task in {name}")
                aria-invalid=move || trouble.get().map(|_| "true")
                aria-describedby=move || trouble.get().map(|_| described.clone())
            />
            <button class="button button-icon" type="submit" aria-label=format!("Add the task to {name}")>
                <Icon sign=Sign::Plus/>
            </button>
            {move || trouble.get().map(|words| view! { <p class="field-error" id=error_id.clone()>{words}</p> })}
        </Form>
    }
}
