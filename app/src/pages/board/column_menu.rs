//! What can be done with a column: forms behind a button in its head, which work without script too.

use std::pin::Pin;

use leptos::{prelude::*, task::spawn_local};
use protocol::{BoardId, Colour, ColumnId, limits};

use super::{Cards, keys::Keys};
use crate::{
    api::{
        ApiError, add_column, archive_column, colour_column, limit_column, put_column_away, remove_column,
        rename_column,
    },
    ui::{Field, Form, FormState, Icon, Sign, Submission, live, open_to_write, when},
};

type Doing = Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;

/// Sends a form; its event shows what came of it.
fn send(doing: impl Fn(&Submission) -> Doing + Send + Sync + 'static) -> Callback<Submission> {
    let doing: Box<dyn Fn(&Submission) -> Doing + Send + Sync> = Box::new(doing);
    Callback::new(move |form: Submission| {
        let doing = doing(&form);
        spawn_local(async move {
            match doing.await {
                Ok(()) => form.done(),
                Err(error) => form.refused(error.0),
            }
        });
    })
}

/// A column's name, colour, limit, place and end.
#[component]
pub fn ColumnMenu(board: BoardId, id: ColumnId, name: Memo<String>, limit: Memo<Option<i64>>) -> impl IntoView {
    let at = format!("/boards/{board}/columns/{id}");
    let edit = format!("{at}/edit/");
    let refused = FormState::of(&edit).refused() || FormState::of(&format!("{at}/remove/")).refused();
    let rename = send(move |form| Box::pin(rename_column(form.key(), board, id, form.text("name"))));
    // A limit that is no number is refused by the browser.
    let set_limit = send(move |form| Box::pin(limit_column(form.key(), board, id, form.parse("limit"))));
    let (named, limited) = (only(&edit, "name"), only(&edit, "limit"));
    view! {
        <details class="column-tool column-menu" open=refused>
            <summary
                class="button button-quiet button-icon"
                aria-label=move || format!("Change {}", name.get())
                on:click=open_to_write
            >
                <Icon sign=Sign::More/>
            </summary>
            <div class="column-forms">
                <Form action=edit.clone() state=named on_submit=rename>
                    <div class="form-line">
                        <label class="field">
                            <span class="field-label">"Name"</span>
                            <input
                                class="input"
                                name="name"
                                required=true
                                maxlength=limits::COLUMN_NAME.to_string()
                                autocomplete="off"
                                value=name
                            />
                        </label>
                        <button class="button" type="submit">"Rename"</button>
                    </div>
                </Form>
                <Form action=edit.clone() state=limited on_submit=set_limit>
                    <div class="form-line">
                        <label class="field">
                            <span class="field-label">"Limit of tasks"</span>
                            <input
                                class="input"
                                type="number"
                                name="limit"
                                min="1"
                                max=limits::COLUMN_LIMIT.to_string()
                                value=move || limit.get().map(|limit| limit.to_string()).unwrap_or_default()
                                placeholder="none"
                            />
                        </label>
                        <button class="button" type="submit">"Set"</button>
                    </div>
                </Form>
                <Colours board id edit/>
                <Places board id at=at.clone()/>
                <Archival board id action=format!("{at}/archive/")/>
                <PutAway board id name action=format!("{at}/put-away/")/>
                <Removal board id name action=format!("{at}/remove/")/>
            </div>
        </details>
    }
}

/// The state of the one form of several with this action that has this field.
fn only(action: &str, field: &str) -> FormState {
    let state = FormState::of(action);
    if state.typed(field).is_some() { state } else { FormState::of("") }
}

/// The palette, a form for each colour: one press.
#[component]
fn Colours(board: BoardId, id: ColumnId, edit: String) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let now = Memo::new(move |_| cards.column(id).and_then(|column| column.colour));
    let choices = std::iter::once(None).chain(Colour::ALL.map(Some));
    let choices = choices.map(move |colour| {
        let choose = send(move |form| Box::pin(colour_column(form.key(), board, id, colour)));
        let name = colour.map_or("", Colour::as_str);
        let label = if name.is_empty() { "no colour" } else { name };
        let class = if name.is_empty() { "swatch".to_owned() } else { format!("swatch colour-{name}") };
        view! {
            <Form action=edit.clone() class="swatch-form" state=FormState::of("") on_submit=choose>
                <input type="hidden" name="colour" value=name/>
                <button
                    class=class
                    type="submit"
                    aria-label=label
                    title=label
                    aria-pressed=move || if now.get() == colour { "true" } else { "false" }
                >
                    <Icon sign=Sign::Check/>
                </button>
            </Form>
        }
    });
    view! {
        <div class="swatches" role="group" aria-label="Colour">
            {choices.collect_view()}
        </div>
    }
}

/// One further to the left or to the right.
#[component]
fn Places(board: BoardId, id: ColumnId, at: String) -> impl IntoView {
    let moves = expect_context::<Keys>().moves;
    let cards = moves.cards;
    let ids =
        Memo::new(move |_| cards.columns.with(|columns| columns.iter().map(|column| column.id).collect::<Vec<_>>()));
    // After which column it stands when it goes that way; none where it is at that end.
    let after = move |left: bool| {
        ids.with(|ids| {
            let at = ids.iter().position(|one| *one == id)?;
            if left { Some(at.checked_sub(1)?.checked_sub(1).map(|at| ids[at])) } else { Some(Some(*ids.get(at + 1)?)) }
        })
    };
    let way = |left: bool| {
        let go = Callback::new(move |form: Submission| {
            moves.place_column(board, id, form.parse("after"));
            form.kept();
        });
        let value = move || after(left).flatten().map(|id| id.to_string()).unwrap_or_default();
        view! {
            <Form action=format!("{at}/move/") class="inline-form" on_submit=go>
                <input type="hidden" name="after" value=value/>
                <button class="button button-small" type="submit" disabled=move || after(left).is_none()>
                    {if left { "Move left" } else { "Move right" }}
                </button>
            </Form>
        }
    };
    view! { <div class="column-places">{way(true)} {way(false)}</div> }
}

/// Archives all of its tasks, once that is confirmed.
#[component]
fn Archival(board: BoardId, id: ColumnId, action: String) -> impl IntoView {
    let moves = expect_context::<Keys>().moves;
    // All that go, hidden ones too.
    let count = Memo::new(move |_| moves.cards.all_in_column(id).len());
    let counted = move || match count.get() {
        1 => "1 task".to_owned(),
        many => format!("{many} tasks"),
    };
    let leaving = move || match count.get() {
        1 => "1 task leaves the board. The archive keeps it.".to_owned(),
        many => format!("{many} tasks leave the board. The archive keeps them."),
    };
    let archive = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match archive_column(form.key(), board, id).await {
                Ok(tasks) => {
                    form.done();
                    if !moves.word.is_disposed() {
                        moves.archived(board, tasks);
                    }
                }
                Err(error) => form.refused(error.0),
            }
        });
    });
    view! {
        <details class="column-removal" hidden=move || count.get() == 0>
            <summary class="button button-small">"Archive its tasks…"</summary>
            <Form action on_submit=archive>
                <p class="column-archival">{leaving}</p>
                <button class="button" type="submit">
                    "Archive " {counted}
                </button>
            </Form>
        </details>
    }
}

/// Takes the column off the board with its tasks; the archive has the way back.
#[component]
fn PutAway(board: BoardId, id: ColumnId, name: Memo<String>, action: String) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let away = send(move |form| Box::pin(put_column_away(form.key(), board, id)));
    view! {
        {when(
            move || cards.columns.with(|columns| columns.len() > 1),
            move || {
                view! {
                    <Form action=action.clone() class="inline-form" on_submit=away>
                        <button class="button button-small" type="submit">
                            "Archive the column" <span class="visually-hidden">" " {name}</span>
                        </button>
                    </Form>
                }
            },
        )}
    }
}

/// Removes the column; where it has tasks, they go to one that is named.
#[component]
fn Removal(board: BoardId, id: ColumnId, name: Memo<String>, action: String) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let others = Memo::new(move |_| {
        cards.columns.with(|columns| {
            let others = columns.iter().filter(|column| column.id != id);
            others.map(|column| (column.id, column.name.clone())).collect::<Vec<_>>()
        })
    });
    let full = Memo::new(move |_| !cards.all_in_column(id).is_empty());
    let remove = send(move |form| Box::pin(remove_column(form.key(), board, id, form.parse("to"))));
    let refused = FormState::of(&action).refused();
    let options = move || {
        others.get().into_iter().map(|(id, name)| view! { <option value=id.to_string()>{name}</option> }).collect_view()
    };
    view! {
        {when(
            move || others.with(|others| !others.is_empty()),
            move || {
                view! {
                    <details class="column-removal" open=refused>
                        <summary class="button button-small button-danger">"Remove…"</summary>
                        <Form action=action.clone() on_submit=remove>
                            {when(
                                move || full.get(),
                                move || {
                                    view! {
                                        <label class="field">
                                            <span class="field-label">"Its tasks go to"</span>
                                            <select class="input" name="to">{live(options)}</select>
                                        </label>
                                    }
                                },
                            )}
                            <button class="button button-danger" type="submit">
                                "Remove " {name}
                            </button>
                        </Form>
                    </details>
                }
            },
        )}
    }
}

/// A name makes a column at the end.
#[component]
pub fn AddColumn(board: BoardId) -> impl IntoView {
    let action = format!("/boards/{board}/columns/");
    let state = FormState::of(&action);
    let refused = state.refused();
    let add = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match add_column(form.key(), board, form.text("name")).await {
                Ok(()) => form.done(),
                Err(error) => form.refused(error.0),
            }
        });
    });
    view! {
        <details class="column-add" open=refused>
            <summary class="button button-quiet" on:click=open_to_write><Icon sign=Sign::Plus/> "Add a column"</summary>
            <Form action state on_submit=add>
                <Field name="name" label="Name" max=limits::COLUMN_NAME/>
                <button class="button" type="submit">"Add"</button>
            </Form>
        </details>
    }
}
