//! A task with its conversation, over its board and as a page of its own.

mod activity;
mod description;
mod discuss;
mod edit;
mod facts;
mod more;
mod move_to;
mod referrers;
mod writing;

use leptos::{
    ev::KeyboardEvent,
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement},
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use protocol::{
    BoardId, Error, Stream, TaskId,
    page::{History, PageQuery, PinsPage, TaskPage},
};

use super::{
    address::{id_in_address, number_in_address},
    board::{Asked, changes_my_role},
};
use crate::{
    conversation::{Conversation, Pins, Start, Talk},
    copies::Copies,
    keys,
    presence::here_now,
    references::References,
    store::{Live, Store},
    ui::{ErrorPanel, Icon, Moment, Page, PageTitle, Sign, effect, live, loaded, page, when},
};
use activity::TaskActivity;
use description::{Description, nothing_has_the_focus};
use discuss::Discuss;
use edit::EditTask;
use facts::{Checklist, Facts, FactsPanel, TaskFiles};
use more::{Archived, CopyLink, More};
use move_to::MoveTask;
use referrers::Referrers;

/// A task and, where `?before=` asks for it, an older page of its comments.
type Loaded = (TaskPage, Option<History>);

/// The task that is open over its board. Escape and the cross lead back to the board.
#[component]
pub fn TaskPane() -> impl IntoView {
    let (board, id) = (id_in_address::<BoardId>("board"), id_in_address::<TaskId>("task"));
    let task = task_of(id);
    // What the board shows of its cards stays so.
    let asked = use_context::<Asked>();
    let close = move || {
        let query = asked.map(|Asked(query)| query.get()).unwrap_or_default();
        board.get().map_or_else(|| "/messaging/".to_owned(), |id| format!("/boards/{id}/{query}"))
    };
    let navigate = use_navigate();
    let escape = move |event: KeyboardEvent| {
        if keys::name(&event).as_deref() == Some("Escape") && !event.default_prevented() && !holds_text(&event) {
            navigate(&untrack(close), Default::default());
        }
    };
    let pane = NodeRef::<html::Section>::new();
    effect(move |_| {
        id.track();
        if let Some(pane) = pane.get().filter(|_| came_from_card()) {
            // Refused only for an element that can't have the focus.
            let _focused = pane.focus();
        }
    });
    // In an effect, since the server cleans up too.
    effect(move |_| {
        on_cleanup(move || {
            if let Some(id) = id.try_get_untracked().flatten() {
                give_focus_back(id);
            }
        });
    });
    view! {
        <section class="pane" node_ref=pane aria-label="Task" tabindex="-1" on:keydown=escape>
            <a class="pane-close button button-quiet button-icon" href=close aria-label="Close the task" data-noscroll="true">
                <Icon sign=Sign::Close/>
            </a>
            {pinned(id)}
            {loaded(task, move |page: Loaded| {
                let (at, shown) = (page.0.board.board.id, page.0.task.card.id);
                // Another task that is opened may be on another board, and is yet to be loaded.
                let elsewhere = Memo::new(move |_| id.get() == Some(shown) && board.get() != Some(at));
                live(move || match elsewhere.get() {
                    true => view! { <Elsewhere board=at id=shown/> }.into_any(),
                    false => view! { <TaskView page=page.clone() task over_board=true/> }.into_any(),
                })
            })}
        </section>
    }
}

/// The task is not on this board. Where it has just gone to another that one may see, it is followed there.
#[component]
fn Elsewhere(board: BoardId, id: TaskId) -> impl IntoView {
    let navigate = use_navigate();
    effect(move |_| {
        navigate(&format!("/boards/{board}/tasks/{id}/"), NavigateOptions { replace: true, ..Default::default() });
    });
    view! { <ErrorPanel error=Error::NotFound/> }
}

/// The page of a task and its comments.
#[component]
pub fn TaskComments() -> impl IntoView {
    let id = id_in_address("task");
    let task = task_of(id);
    view! {
        <div class="task-page">
            {pinned(id)}
            {loaded(task, move |page: Loaded| view! { <TaskView page task over_board=false/> })}
        </div>
    }
}

fn task_of(id: Memo<Option<TaskId>>) -> Page {
    let (before, at, act) = (number_in_address("before"), number_in_address("at"), number_in_address("act"));
    let refs = number_in_address("refs");
    page(move || {
        let (before, at, refs) = (before.get(), at.get().or_else(|| act.get()), refs.get());
        id.get().map(|task| PageQuery::Task { task, before, at, refs })
    })
}

/// What is pinned on a task, where the address asks for it (`?pins`).
fn pinned(id: Memo<Option<TaskId>>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get_str("pins").is_some()));
    let content = page(move || id.get().filter(|_| asked.get()).map(|id| PageQuery::Pins { place: Stream::Task(id) }));
    when(
        move || asked.get(),
        move || {
            view! {
                <section class="task-pins" aria-label="Pinned">
                    <h2 class="section-title">"Pinned"</h2>
                    {loaded(content, move |page: PinsPage| view! { <Pins page content/> })}
                </section>
            }
        },
    )
}

#[component]
fn TaskView(page: Loaded, task: Page, over_board: bool) -> impl IntoView {
    let (page, older) = page;
    let mut start = Start::task(&page);
    // Beside an older page of comments too: the description names tasks.
    expect_context::<References>().learn(start.history.refs.as_ref());
    start.history = older.unwrap_or(start.history);
    let talk = Talk::open(start);
    let kept = page.clone();
    let facts = Facts::new(&page);
    let TaskPage { task: shown, clock, board, counts, referrers, cursor, board_cursor, .. } = page;
    let named = (referrers, board_cursor.clone());
    let (number, id, writes) = (shown.card.number, shown.card.id, board.writes());
    let author =
        shown.author.as_ref().map_or_else(|| "a former member".to_owned(), |author| author.display_name.clone());
    let shown = facts.task;
    let archived = Memo::new(move |_| shown.with(|task| task.card.archived));
    let counts = StoredValue::new(counts);
    for cursor in [cursor, board_cursor] {
        let mine = board.clone();
        expect_context::<Store>().open(cursor, move |live| match live {
            Live::Event(stored) if changes_my_role(&mine, talk.my_id(), &stored.event) => task.refetch(),
            Live::Event(stored) => facts.apply(&stored.event),
            // I am deleting it, and about to leave.
            Live::Revoked if facts.leaving.get_value() => {}
            Live::Reset | Live::Revoked => task.refetch(),
        });
    }

    expect_context::<Copies>().keep(talk.place, move || {
        talk.copy(|history, read| {
            let page = TaskPage { task: shown.get_untracked(), history, read, ..kept.clone() };
            (page, None::<History>)
        })
    });

    let title = Memo::new(move |_| shown.with(|task| task.card.title.clone()));
    let editing = Memo::new(move |_| talk.presence.with(|presence| presence.editing_line(talk.my_id())));
    let page_title = Signal::derive(move || format!("#{number} {}", title.get()));
    let column = move || {
        let id = shown.with(|task| task.card.column);
        facts.columns.with(|columns| columns.iter().find(|column| column.id == id).map(|column| column.name.clone()))
    };
    view! {
        <PageTitle text=page_title/>
        <article class="task">
            {(!over_board)
                .then(|| view! { <a class="page-back" href=format!("/boards/{}/", board.board.id)>{board.board.name.clone()}</a> })}
            <Title number title over_board writes/>
            <div class="task-facts">
                {live(move || column().map(|name| view! { <span class="tag">{name}</span> }))}
                // In its place, so that nothing moves.
                <span hidden=move || editing.with(|line| !line.is_empty())>"by " {author} ", " <Moment clock/></span>
                <span class="task-editing" role="status">{editing}</span>
                <span class="task-facts-end">
                    <a class="button button-small button-quiet" href="?pins=" data-noscroll="true">"Pinned comments"</a>
                    {here_now(talk.presence, talk.my_id())}
                </span>
                {writes.then(|| view! { <EditTask facts talk/> })}
            </div>
            {when(move || archived.get(), move || view! { <Archived facts writes/> })}
            <FactsPanel facts writes/>
            <Description facts writes/>
            <Checklist facts writes/>
            <TaskFiles facts writes/>
            <Referrers task=id page=named.0 board=named.1/>
            {writes
                .then(|| {
                    view! {
                        <div class="task-actions">
                            {when(
                                move || !archived.get(),
                                move || view! { <MoveTask facts counts=counts.get_value()/> },
                            )}
                            <Discuss number/>
                            <More facts/>
                        </div>
                    }
                })}
            {(!writes).then(|| view! { <CopyLink board=board.board.id id/> })}
            <TaskActivity board=board.board.id id/>
        </article>
        <Conversation talk/>
    }
}

/// The task's number and title. Who may change it does so by a click, too.
#[component]
fn Title(number: i64, title: Memo<String>, over_board: bool, writes: bool) -> impl IntoView {
    let words = view! { <span class="task-number">"#" {number}</span> " " {title} };
    let click = move |_| {
        if writes {
            edit::open("title");
        }
    };
    if over_board {
        view! { <h2 class="task-title" class:task-writes=writes on:click=click>{words}</h2> }.into_any()
    } else {
        view! { <h1 class="task-title" class:task-writes=writes on:click=click>{words}</h1> }.into_any()
    }
}

/// Was the key pressed in a field in which something stands?
fn holds_text(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target() else { return false };
    match target.dyn_ref::<HtmlInputElement>() {
        Some(field) => field.type_() == "text" && !field.value().is_empty(),
        None => target.dyn_ref::<HtmlTextAreaElement>().is_some_and(|field| !field.value().is_empty()),
    }
}

/// Has the focus stayed on a card, which then opened this task?
fn came_from_card() -> bool {
    document().active_element().is_some_and(|element| element.class_list().contains("card-link"))
}

/// When the pane is gone and nothing else has the focus, its card gets it back.
fn give_focus_back(task: TaskId) {
    request_animation_frame(move || {
        let card =
            document().get_element_by_id(&format!("card-{task}")).and_then(|card| card.dyn_into::<HtmlElement>().ok());
        if let Some(card) = card.filter(|_| nothing_has_the_focus()) {
            let _focused = card.focus();
        }
    });
}
