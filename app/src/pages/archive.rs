//! The archive of a board: tasks and columns that were taken off it, and tasks that were deleted lately.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use protocol::{
    BoardId, Event,
    archive::{ArchivePage, ArchiveRow, ArchivedColumn, Shelf, key, key_text},
    limits,
    page::PageQuery,
};

use super::address::id_in_address;
use crate::{
    api::{delete_task, restore_column, restore_task},
    store::{Live, Store},
    ui::{Empty, Form, Icon, Moment, PageTitle, Sign, Submission, list, loaded, page},
};

/// The page of a board's archive; `?columns` shows the columns, `?deleted` what was deleted.
#[component]
pub fn Archive() -> impl IntoView {
    let board = id_in_address::<BoardId>("board");
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let has = |name| query.get_str(name).is_some();
            let shelf = match (has("columns"), has("deleted")) {
                (true, _) => Shelf::Columns,
                (false, true) => Shelf::Deleted,
                (false, false) => Shelf::Archived,
            };
            (shelf, query.get_str("before").and_then(key))
        })
    });
    let rows = page(move || {
        let (shelf, before) = asked.get();
        board.get().map(|board| PageQuery::Archive { board, shelf, before })
    });
    loaded(rows, move |page: ArchivePage| {
        expect_context::<Store>().open(page.cursor.clone(), move |live| match live {
            Live::Event(stored) if !concerns(&stored.event) => {}
            _ => rows.refetch(),
        });
        view! { <ArchiveView page first=asked.get_untracked().1.is_none()/> }
    })
}

/// Does this change what is in an archive, or what is said of it?
fn concerns(event: &Event) -> bool {
    match event {
        Event::CardsArchived { .. } | Event::TaskRestored { .. } | Event::TaskDeleted { .. } => true,
        Event::CardChanged { card } => card.archived,
        Event::ColumnsChanged { .. } | Event::BoardChanged { .. } => true,
        _ => false,
    }
}

#[component]
fn ArchiveView(page: ArchivePage, first: bool) -> impl IntoView {
    let ArchivePage { board, shelf, columns, rows, next, .. } = page;
    let (id, writes, name) = (board.board.id, board.writes(), board.board.name);
    let here = address(id, shelf, None);
    let nothing = rows.is_empty() && columns.is_empty();
    let columns = StoredValue::new(columns);
    let rows = StoredValue::new(rows);
    let (back, there) = (here.clone(), here.clone());
    let next = next.map(|next| address(id, shelf, Some(key_text(next))));
    view! {
        <PageTitle text=format!("Archive of {name}")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name}</a>
                <h1 class="page-title">"Archive"</h1>
            </div>
            <Shelves board=id shelf writes/>
            {nothing.then(|| nothing_there(shelf, first))}
            <ul class="archive">
                {list(
                    move || columns.get_value(),
                    |column| column.id,
                    move |column| view! { <ColumnRow board=id column writes next=there.clone()/> },
                )}
                {list(
                    move || rows.get_value(),
                    |row| row.id,
                    move |row| view! { <Row board=id row shelf writes next=back.clone()/> },
                )}
            </ul>
            <p class="archive-more">
                {(!first).then(|| view! { <a class="button button-quiet" href=here>"Back to the newest"</a> })}
                {next.map(|next| view! { <a class="button" href=next>"Older"</a> })}
            </p>
        </div>
    }
}

/// Which of it is shown. What was deleted is there for who may bring it back.
#[component]
fn Shelves(board: BoardId, shelf: Shelf, writes: bool) -> impl IntoView {
    let way = |to: Shelf, name: &'static str| {
        let here = (to == shelf).then_some("page");
        view! { <a class="view-link" href=address(board, to, None) aria-current=here>{name}</a> }
    };
    view! {
        <nav class="archive-shelves" aria-label="What is off the board">
            {way(Shelf::Archived, "Tasks")} {way(Shelf::Columns, "Columns")}
            {writes.then(|| way(Shelf::Deleted, "Deleted"))}
        </nav>
    }
}

fn nothing_there(shelf: Shelf, first: bool) -> AnyView {
    if !first {
        return view! { <Empty title="Nothing older">"The newest are on the first page."</Empty> }.into_any();
    }
    match shelf {
        Shelf::Archived => view! {
            <Empty title="No task is archived">
                "A task that is archived leaves the board and is kept here with its comments. Search still finds it."
            </Empty>
        }
        .into_any(),
        Shelf::Columns => view! {
            <Empty title="No column is archived">
                "A column that is archived takes its tasks along, and comes back with them."
            </Empty>
        }
        .into_any(),
        Shelf::Deleted => view! {
            <Empty title="Nothing was deleted">
                {format!("A task that is deleted can be restored here for {} days. Then it is gone for good.", limits::TRASH_DAYS)}
            </Empty>
        }
        .into_any(),
    }
}

/// A task, and the way back onto the board.
#[component]
fn Row(board: BoardId, row: ArchiveRow, shelf: Shelf, writes: bool, next: String) -> impl IntoView {
    let ArchiveRow { id, number, title, column, by, clock, until } = row;
    let who = by.map_or_else(|| "a former member".to_owned(), |by| by.display_name);
    let did = if shelf == Shelf::Archived { "Archived by " } else { "Deleted by " };
    let named = format!("#{number} {title}");
    let archived = shelf == Shelf::Archived;
    let name = if archived {
        view! { <a class="archive-title" href=format!("/messaging/task/{id}/comments/")>{named.clone()}</a> }.into_any()
    } else {
        // There is no page of it.
        view! { <span class="archive-title">{named.clone()}</span> }.into_any()
    };
    // The row leaves with the event.
    let restore = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match restore_task(form.key(), id).await {
                Ok(_) => form.done(),
                Err(error) => form.refused(error.0),
            }
        });
    });
    let restored = named.clone();
    view! {
        <li class="archive-row">
            <div class="archive-what">
                {name}
                <span class="archive-facts">
                    {did} {who} ", " <Moment clock/> " · from " {column}
                    {until.map(|until| view! { " · kept until " {until.day_text} })}
                </span>
            </div>
            {writes
                .then(|| {
                    view! {
                        <div class="archive-tools">
                            <Form action=format!("/tasks/{id}/restore/") class="form-inline" on_submit=restore>
                                <input type="hidden" name="next" value=next/>
                                <button class="button button-small" type="submit">
                                    "Restore" <span class="visually-hidden">" " {restored}</span>
                                </button>
                            </Form>
                            {archived.then(|| view! { <Deletion board id named/> })}
                        </div>
                    }
                })}
        </li>
    }
}

/// A column, and the way back onto the board with its tasks.
#[component]
fn ColumnRow(board: BoardId, column: ArchivedColumn, writes: bool, next: String) -> impl IntoView {
    let ArchivedColumn { id, name, tasks, by, clock } = column;
    let who = by.map_or_else(|| "a former member".to_owned(), |by| by.display_name);
    let counted = if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") };
    let restore = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match restore_column(form.key(), board, id).await {
                Ok(()) => form.done(),
                Err(error) => form.refused(error.0),
            }
        });
    });
    view! {
        <li class="archive-row">
            <div class="archive-what">
                <span class="archive-title">"Column " {name.clone()}</span>
                <span class="archive-facts">"Archived by " {who} ", " <Moment clock/> " · with " {counted}</span>
            </div>
            {writes
                .then(|| {
                    view! {
                        <Form action=format!("/boards/{board}/columns/{id}/restore/") class="form-inline" on_submit=restore>
                            <input type="hidden" name="next" value=next/>
                            <button class="button button-small" type="submit">
                                "Restore" <span class="visually-hidden">" the column " {name}</span>
                            </button>
                        </Form>
                    }
                })}
        </li>
    }
}

/// Deletes an archived task, once that is confirmed.
#[component]
fn Deletion(board: BoardId, id: protocol::TaskId, named: String) -> impl IntoView {
    let delete = Callback::new(move |form: Submission| {
        spawn_local(async move {
            match delete_task(form.key(), id).await {
                Ok(()) => form.done(),
                Err(error) => form.refused(error.0),
            }
        });
    });
    view! {
        <details class="confirm">
            <summary class="button button-small button-quiet">
                <Icon sign=Sign::Trash/> "Delete…" <span class="visually-hidden">" " {named}</span>
            </summary>
            <Form action=format!("/tasks/{id}/delete/") class="confirm-form" on_submit=delete>
                <input type="hidden" name="board" value=board.to_string()/>
                <p>{format!("Its comments go with it. It can be restored for {} days.", limits::TRASH_DAYS)}</p>
                <button class="button button-danger" type="submit">"Delete the task"</button>
            </Form>
        </details>
    }
}

fn address(board: BoardId, shelf: Shelf, before: Option<String>) -> String {
    let mut query = Vec::new();
    match shelf {
        Shelf::Archived => {}
        Shelf::Columns => query.push("columns=".to_owned()),
        Shelf::Deleted => query.push("deleted=".to_owned()),
    }
    query.extend(before.map(|before| format!("before={before}")));
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    format!("/boards/{board}/archive/{query}")
}
