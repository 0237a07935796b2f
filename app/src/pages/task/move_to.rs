//! Moving a task to a column, and to a place in it.

use leptos::{prelude::*, task::spawn_local};
use protocol::{Column, ColumnId};

use super::Facts;
use crate::{
    api::move_task,
    pages::board::Cards,
    ui::{Form, FormState, Icon, Sign, Submission, live},
};

/// A form behind "Move to…".
#[component]
pub fn MoveTask(facts: Facts, counts: Vec<(ColumnId, i64)>) -> impl IntoView {
    let task = facts.task;
    let cards = use_context::<Cards>();
    let id = task.with_untracked(|task| task.card.id);
    let current = Memo::new(move |_| task.with(|task| task.card.column));
    let action = format!("/tasks/{id}/move/");
    let state = FormState::of(&action);
    let refused = state.refused();
    let open = RwSignal::new(refused);
    let move_it = Callback::new(move |form: Submission| {
        let Some(column) = form.parse("column") else { return };
        spawn_local(async move {
            match move_task(form.key(), id, column, form.parse("place")).await {
                Ok(moved) => {
                    if let Some(cards) = cards {
                        cards.put(moved.card.clone());
                    }
                    open.set(false);
                    facts.put(moved);
                    form.done();
                }
                Err(error) => form.refused(error.0),
            }
        });
    });
    let most = counts.iter().map(|(_, cards)| cards + 1).max().unwrap_or(1);
    view! {
        <details class="task-move" prop:open=open open=refused on:toggle=move |event| open.set(super::edit::is_open(&event))>
            <summary class="button"><Icon sign=Sign::Move/> "Move to…"</summary>
            <Form action state on_submit=move_it>
                <div class="form-line">
                    <label class="field">
                        <span class="field-label">"Column"</span>
                        <select class="input" name="column">
                            {live(move || {
                                let option = |column: Column| {
                                    let id = column.id;
                                    view! {
                                        <option value=id.to_string() selected=move || current.get() == id>
                                            {column.name}
                                        </option>
                                    }
                                };
                                facts.columns.get().into_iter().map(option).collect_view()
                            })}
                        </select>
                    </label>
                    <label class="field task-place">
                        <span class="field-label">"Place from the top"</span>
                        <input class="input" type="number" name="place" min="1" max=most.to_string() placeholder="at the bottom"/>
                    </label>
                    <button class="button button-primary" type="submit">"Move"</button>
                </div>
            </Form>
        </details>
    }
}
