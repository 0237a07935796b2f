//! What happened on a board, or to one of its tasks: who did what when.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::{BoardId, Event, TaskId, activity::ActivityPage, page::PageQuery};

use super::address::{id_in_address, number_in_address};
use crate::{
    activity::{Days, Nothing},
    store::{Live, Store},
    ui::{PageTitle, loaded, page},
};

/// The page of a board's activity; `?task=` shows that of one task.
#[component]
pub fn Activity() -> impl IntoView {
    let board = id_in_address::<BoardId>("board");
    let before = number_in_address::<i64>("before");
    let query = use_query_map();
    // A task that is none leads nowhere, rather than to all of them.
    let task =
        Memo::new(move |_| query.with(|query| query.get_str("task").map(|task| task.parse().unwrap_or(TaskId(0)))));
    let content =
        page(move || board.get().map(|board| PageQuery::Activity { board, task: task.get(), before: before.get() }));
    loaded(content, move |page: ActivityPage| {
        let first = before.get_untracked().is_none();
        expect_context::<Store>().open(page.cursor.clone(), move |live| match live {
            Live::Event(stored) if !(first && is_done(&stored.event)) => {}
            _ => content.refetch(),
        });
        view! { <ActivityView page first/> }
    })
}

/// Is this something that somebody did?
fn is_done(event: &Event) -> bool {
    !matches!(event, Event::PersonChanged { .. } | Event::CardsPlaced { .. })
}

#[component]
fn ActivityView(page: ActivityPage, first: bool) -> impl IntoView {
    let ActivityPage { board, task, entries, next, .. } = page;
    let (id, name) = (board.board.id, board.board.name);
    let of_task = task.as_ref().map(|(task, _)| *task);
    let (title, back, to) = match task {
        Some((task, title)) => (format!("Activity of {title}"), format!("/boards/{id}/tasks/{task}/"), title),
        None => (format!("Activity of {name}"), format!("/boards/{id}/"), name),
    };
    let older = next.map(|next| address(id, of_task, Some(next)));
    view! {
        <PageTitle text=title/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=back>{to}</a>
                <h1 class="page-title">"Activity"</h1>
            </div>
            {entries.is_empty().then(|| view! { <Nothing first/> })}
            <Days entries/>
            <p class="activity-more">
                {(!first)
                    .then(|| view! { <a class="button button-quiet" href=address(id, of_task, None)>"Back to the newest"</a> })}
                {older.map(|older| view! { <a class="button" href=older>"Older"</a> })}
            </p>
        </div>
    }
}

/// The address of a page of the activity of a board or a task.
fn address(board: BoardId, task: Option<TaskId>, before: Option<i64>) -> String {
    let query: Vec<String> = [task.map(|task| format!("task={task}")), before.map(|before| format!("before={before}"))]
        .into_iter()
        .flatten()
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    format!("/boards/{board}/activity/{query}")
}
