//! Quick add: a title makes a task, and the field is free for the next one at once.

use futures::{StreamExt, channel::mpsc};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use protocol::{BoardId, ColumnId, Error, limits};
use send_wrapper::SendWrapper;
use uuid::Uuid;

use super::{
    Cards,
    keys::Keys,
    moves::{Moves, Word},
};
use crate::{
    api::{ApiError, create_task},
    backoff::{chance, jitter, longest},
    ui::{Form, FormState, Icon, Sign, Submission, effect, live},
};

/// A server that is away is asked again after eight seconds at most, which are so many doublings.
const DOUBLINGS: u32 = 4;

/// A title that was entered.
struct Entered {
    form: SendWrapper<Submission>,
    key: Uuid,
    title: String,
}

/// Sends what is entered into a form, one after the other.
#[derive(Clone, Copy)]
struct Adding {
    board: BoardId,
    column: ColumnId,
    /// At the top of the column?
    top: bool,
    /// Titles on their way.
    titles: RwSignal<Vec<String>>,
    /// Could the server not be reached?
    away: RwSignal<bool>,
    cards: Cards,
    moves: Moves,
}

impl Adding {
    /// Goes on when one has left the page, until all is sent.
    async fn send_all(self, mut entered: mpsc::UnboundedReceiver<Entered>) {
        while let Some(Entered { form, key, title }) = entered.next().await {
            let mut failed = 0;
            let answer = loop {
                match create_task(key, self.board, self.column, Some(self.top), title.clone()).await {
                    Err(ApiError(Error::Unavailable)) => {
                        self.away.try_set(true);
                        TimeoutFuture::new(jitter(longest(failed.min(DOUBLINGS)), chance())).await;
                        failed += 1;
                    }
                    answer => break answer,
                }
            };
            if self.titles.is_disposed() {
                continue;
            }
            self.away.set(false);
            self.titles.update(|titles| drop(titles.remove(0)));
            match answer {
                Ok(task) => {
                    let id = task.card.id;
                    self.cards.put(task.card);
                    if self.cards.hides(id) {
                        self.moves.tell(Word::Said(format!("“{title}” was added, and is hidden by the filter.")));
                    }
                }
                Err(ApiError(error)) if form.put_back("title", &title) => form.refused(error),
                // Something else stands there already.
                Err(ApiError(error)) => self.moves.tell(Word::Refused(format!("“{title}” was not added: {error}"))),
            }
        }
    }
}

/// A title makes a task at the bottom of the column, or at its top.
#[component]
pub fn QuickAdd(board: BoardId, column: ColumnId, name: Memo<String>, top: bool) -> impl IntoView {
    let adding = Adding {
        board,
        column,
        top,
        titles: RwSignal::default(),
        away: RwSignal::new(false),
        cards: expect_context(),
        moves: expect_context::<Keys>().moves,
    };
    let action = format!("/boards/{board}/tasks/");
    let state = FormState::of(&action).with("column", &column.to_string());
    // Two forms of a column have one action.
    let state = if state.typed("top").is_some() == top { state } else { FormState::of("") };
    let title = state.typed("title").unwrap_or_default();
    let trouble = state.trouble("title");
    let error_id = format!("column-{column}-{}error", if top { "top-" } else { "" });
    let described = error_id.clone();
    let (sender, receiver) = mpsc::unbounded();
    let mut receiver = Some(receiver);
    effect(move |_| {
        if let Some(receiver) = receiver.take() {
            spawn_local(adding.send_all(receiver));
        }
    });
    let add = Callback::new(move |form: Submission| {
        let (key, title) = (form.key(), form.text("title"));
        form.done();
        adding.titles.update(|titles| titles.push(title.clone()));
        // Whoever takes them is there for as long as this.
        let _sent = sender.unbounded_send(Entered { form: SendWrapper::new(form), key, title });
    });
    let waits = live(move || {
        adding.away.get().then(|| {
            let titles = adding.titles.with(|titles| titles.join("”, “"));
            view! { <p class="quick-add-waits" role="status">"Not sent yet, the server is away: “" {titles} "”"</p> }
        })
    });
    let label = move || {
        if top { format!("New task at the top of {}", name.get()) } else { format!("New task in {}", name.get()) }
    };
    let press = move || {
        if top {
            format!("Add the task to the top of {}", name.get())
        } else {
            format!("Add the task to {}", name.get())
        }
    };
    view! {
        <Form action class="quick-add" state on_submit=add>
            <input type="hidden" name="column" value=column.to_string()/>
            {top.then(|| view! { <input type="hidden" name="top" value="on"/> })}
            <input
                class="input quick-add-title"
                name="title"
                value=title
                maxlength=limits::TASK_TITLE.to_string()
                required=true
                autocomplete="off"
                placeholder="Add a task"
                aria-label=label
                aria-invalid=move || trouble.get().map(|_| "true")
                aria-describedby=move || trouble.get().map(|_| described.clone())
            />
            <button class="button button-icon" type="submit" aria-label=press>
                <Icon sign=Sign::Plus/>
            </button>
            {move || trouble.get().map(|words| view! { <p class="field-error" id=error_id.clone()>{words}</p> })}
            {waits}
        </Form>
    }
}
