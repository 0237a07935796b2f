//! The page on which tasks are moved to another board.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_query_map};
use protocol::{
    BoardId, ColumnId, TaskId,
    page::{PageQuery, TransferPage, TransferTarget, Transferred},
};

use super::{address::id_in_address, board::Departed};
use crate::{
    api::transfer_tasks,
    ui::{Empty, Form, FormState, PageTitle, Submission, loaded, page},
};

/// A form with the boards and columns to which the tasks may go, and what came of it.
#[component]
pub fn Transfer() -> impl IntoView {
    let board = id_in_address::<BoardId>("board");
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let tasks = query.get_all("tasks").unwrap_or_default();
            let tasks: Vec<TaskId> = tasks.iter().filter_map(|id| id.parse().ok()).collect();
            (tasks, query.get_str("done").and_then(|key| key.parse().ok()))
        })
    });
    let content = page(move || {
        let (tasks, done) = asked.get();
        board.get().map(|board| PageQuery::Transfer { board, tasks, done })
    });
    loaded(content, |page: TransferPage| view! { <TransferView page/> })
}

#[component]
fn TransferView(page: TransferPage) -> impl IntoView {
    let TransferPage { board, tasks, targets, done } = page;
    let (id, name) = (board.board.id, board.board.name);
    let nothing = tasks.is_empty() && done.is_none();
    view! {
        <PageTitle text="Move to another board"/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name}</a>
                <h1 class="page-title">"Move to another board"</h1>
            </div>
            {done.map(|done| view! { <Outcome from=id done/> })}
            {match (tasks.is_empty(), targets.is_empty()) {
                (true, _) => ().into_any(),
                (false, true) => {
                    view! { <Empty title="No other board">"There is no other board on which you may change tasks."</Empty> }
                        .into_any()
                }
                (false, false) => view! { <TransferForm board=id tasks targets/> }.into_any(),
            }}
            {nothing.then(|| view! { <Empty title="Nothing to move">"These tasks are not on this board any more."</Empty> })}
        </div>
    }
}

#[component]
fn TransferForm(board: BoardId, tasks: Vec<(TaskId, String)>, targets: Vec<TransferTarget>) -> impl IntoView {
    let action = format!("/boards/{board}/transfer/");
    let state = FormState::of(&action);
    let (column, top) = (state.typed("column"), state.typed("top").is_some());
    let ids: Vec<TaskId> = tasks.iter().map(|(id, _)| *id).collect();
    let departed = expect_context::<Departed>();
    let navigate = use_navigate();
    let query = use_query_map();
    // Back to the board, as it was shown: it says what was moved, and undoes it.
    let go = Callback::new(move |()| {
        let mut shown = query.get_untracked();
        shown.remove("tasks");
        shown.remove("done");
        navigate(&format!("/boards/{board}/{}", shown.to_query_string()), Default::default());
    });
    let submit = Callback::new(move |form: Submission| {
        let Some(column) = form.parse::<ColumnId>("column") else { return };
        let (tasks, top) = (ids.clone(), !form.text("top").is_empty());
        spawn_local(async move {
            match transfer_tasks(form.key(), board, tasks, column, top).await {
                Ok(moved) => {
                    moved.inspect(|moved| departed.put(board, moved.clone()));
                    // Somebody may have gone elsewhere before the answer came.
                    go.try_run(());
                }
                Err(error) => form.refused(error.0),
            }
        });
    });
    let query: Vec<String> = tasks.iter().map(|(id, _)| format!("tasks={id}")).collect();
    let next = format!("{action}?{}", query.join("&"));
    // Said with each, so that what is chosen says it too.
    let options = |TransferTarget { board, columns, outsiders }: TransferTarget| {
        let strangers = match outsiders {
            0 => "",
            1 => " (1 person is not on it)",
            _ => &format!(" ({outsiders} people are not on it)"),
        };
        let option = |(id, name): (ColumnId, String)| {
            let id = id.to_string();
            let selected = column.as_deref() == Some(&id);
            view! { <option value=id selected=selected>{format!("{} · {name}{strangers}", board.name)}</option> }
        };
        columns.into_iter().map(option).collect_view()
    };
    let options = targets.into_iter().map(options).collect_view();
    view! {
        <ul class="transfer-tasks">
            {tasks.iter().map(|(_, name)| view! { <li>{name.clone()}</li> }).collect_view()}
        </ul>
        <Form action state on_submit=submit>
            <input type="hidden" name="next" value=next/>
            {tasks.iter().map(|(id, _)| view! { <input type="hidden" name="tasks" value=id.to_string()/> }).collect_view()}
            <label class="field">
                <span class="field-label">"To board and column"</span>
                <select class="input" name="column">{options}</select>
            </label>
            <label class="choice">
                <input type="checkbox" name="top" checked=top/>
                " At the top of the column"
            </label>
            <p class="page-text">
                "Comments, files and history go along. There the tasks get new numbers, and labels of the same names. "
                "Who does or watches them and is not on that board is taken off."
            </p>
            <button class="button button-primary" type="submit">"Move"</button>
        </Form>
    }
}

/// What was moved, and the way back.
#[component]
fn Outcome(from: BoardId, done: Transferred) -> impl IntoView {
    let taken_off = done.taken_off();
    let Transferred { key, board, tasks, .. } = done;
    let to = board.id;
    let action = format!("/boards/{from}/transfer/undo/");
    let state = FormState::of(&action);
    view! {
        <section class="transfer-done" role="status">
            <p>"Moved to " <a href=format!("/boards/{to}/")>{board.name}</a> "." {taken_off}</p>
            <ul class="transfer-tasks">
                {tasks
                    .into_iter()
                    .map(|(id, name)| view! { <li><a href=format!("/boards/{to}/tasks/{id}/")>{name}</a></li> })
                    .collect_view()}
            </ul>
            <Form action state class="form-inline">
                <input type="hidden" name="next" value=format!("/boards/{from}/transfer/?done={key}")/>
                <input type="hidden" name="of" value=key.to_string()/>
                <button class="button" type="submit">"Undo"</button>
            </Form>
        </section>
    }
}
