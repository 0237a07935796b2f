//! The page on which a task is made from a message.

use leptos::prelude::*;
use protocol::{
    MessageId, limits,
    page::{PageQuery, TaskOfPage},
};

use super::address::id_in_address;
use crate::ui::{Field, Form, FormState, PageTitle, loaded, page};

/// A small form with the title that the message proposes. The message then shows the task, and the task leads back.
#[component]
pub fn MakeTask() -> impl IntoView {
    let id = id_in_address::<MessageId>("message");
    let content = page(move || id.get().map(|message| PageQuery::TaskOf { message }));
    loaded(content, |page: TaskOfPage| view! { <MakeTaskView page/> })
}

#[component]
fn MakeTaskView(page: TaskOfPage) -> impl IntoView {
    let TaskOfPage { message, author, excerpt, title, board, columns } = page;
    let action = format!("/messaging/message/{message}/task/");
    let state = FormState::of(&action);
    let chosen = state.typed("column");
    let who = author.map_or_else(|| "Former member".to_owned(), |author| author.display_name);
    view! {
        <PageTitle text="New task from a message"/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/messaging/message/{message}/") rel="external">"Back to the message"</a>
                <h1 class="page-title">"New task from a message"</h1>
            </div>
            <blockquote class="make-task-message">
                <b>{who}</b>
                <p>{excerpt}</p>
            </blockquote>
            <Form action state>
                <Field name="title" label="Title" value=title max=limits::TASK_TITLE/>
                <label class="field">
                    <span class="field-label">"Column on " {board.board.name}</span>
                    <select class="input" name="column">
                        {columns
                            .into_iter()
                            .map(|column| {
                                let id = column.id.to_string();
                                let selected = chosen.as_deref() == Some(&id);
                                view! { <option value=id selected=selected>{column.name}</option> }
                            })
                            .collect_view()}
                    </select>
                </label>
                <p class="page-text">"Everybody on the board sees the title. The message stays where it is."</p>
                <button class="button button-primary" type="submit">"Make the task"</button>
            </Form>
        </div>
    }
}
