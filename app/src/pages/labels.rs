//! The labels of a board: what they are called, their colours, and new ones.

use leptos::prelude::*;
use protocol::{
    BoardId, Colour, Label, limits,
    page::{LabelsPage, PageQuery},
};

use super::address::id_in_address;
use crate::ui::{ColourSelect, Empty, Field, Form, FormState, LabelChip, PageTitle, loaded, page};

/// The page of a board's labels.
#[component]
pub fn Labels() -> impl IntoView {
    let board = id_in_address("board");
    let labels = page(move || board.get().map(|board| PageQuery::Labels { board }));
    loaded(labels, |page: LabelsPage| view! { <LabelsView page/> })
}

#[component]
fn LabelsView(page: LabelsPage) -> impl IntoView {
    let LabelsPage { board, labels } = page;
    let (id, writes, name) = (board.board.id, board.writes(), board.board.name);
    view! {
        <PageTitle text=format!("Labels of {name}")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name}</a>
                <h1 class="page-title">"Labels"</h1>
            </div>
            {writes.then(|| view! { <NewLabel board=id/> })}
            {labels
                .is_empty()
                .then(|| {
                    view! {
                        <Empty title="No labels yet">"Labels say what a task is about. Every board has its own."</Empty>
                    }
                })}
            <ul class="labels">
                {labels
                    .into_iter()
                    .map(|(label, tasks)| view! { <LabelRow board=id label tasks writes/> })
                    .collect_view()}
            </ul>
        </div>
    }
}

/// A label, with what can be done about it.
#[component]
fn LabelRow(board: BoardId, label: Label, tasks: i64, writes: bool) -> impl IntoView {
    let path = format!("/boards/{board}/labels/{}", label.id);
    let counted = if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") };
    view! {
        <li class="label-row">
            <span class="label-row-name"><LabelChip label=label.clone()/></span>
            <span class="label-row-count">{counted}</span>
            {writes.then(|| view! { <EditLabel path label tasks/> })}
        </li>
    }
}

/// Another name and colour, or away with it.
#[component]
fn EditLabel(path: String, label: Label, tasks: i64) -> impl IntoView {
    let action = format!("{path}/edit/");
    let state = FormState::of(&action);
    let refused = state.refused();
    let colour = state.typed("colour").and_then(|name| Colour::named(&name)).unwrap_or(label.colour);
    let loses = match tasks {
        0 => "No task bears it.".to_owned(),
        1 => "One task bears it and stays without it.".to_owned(),
        many => format!("{many} tasks bear it and stay without it."),
    };
    view! {
        <details class="confirm" open=refused>
            <summary class="button button-small">"Edit" <span class="visually-hidden">" " {label.name.clone()}</span></summary>
            <Form action state class="form label-edit">
                <div class="form-line">
                    <Field name="name" label="Name" value=label.name max=limits::LABEL_NAME/>
                    <ColourSelect colour/>
                    <button class="button button-primary" type="submit">"Save"</button>
                </div>
            </Form>
            <Form action=format!("{path}/delete/") class="label-edit label-delete">
                <span>{loses}</span>
                <button class="button button-danger" type="submit">"Delete the label"</button>
            </Form>
        </details>
    }
}

#[component]
fn NewLabel(board: BoardId) -> impl IntoView {
    let action = format!("/boards/{board}/labels/");
    let state = FormState::of(&action);
    let colour = state.typed("colour").and_then(|name| Colour::named(&name)).unwrap_or(Colour::Blue);
    view! {
        <Form action state class="form member-add">
            <div class="form-line">
                <Field name="name" label="New label" max=limits::LABEL_NAME/>
                <ColourSelect colour/>
                <button class="button button-primary" type="submit">"Add"</button>
            </div>
        </Form>
    }
}
