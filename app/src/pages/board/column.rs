//! A column of a board with its cards, and the forms that add one.

use leptos::prelude::*;
use protocol::{BoardId, Card, Colour, ColumnId};

use super::{
    Cards, OpenTask,
    cards::{Row, rows},
    column_menu::ColumnMenu,
    face::Face,
    filter::Asked,
    keys::Keys,
    quick_add::QuickAdd,
};
use crate::ui::{Icon, Sign, list, open_to_write, when};

/// A column: its name, its cards from the top, and quick add at the top and the bottom.
#[component]
pub fn BoardColumn(
    board: BoardId,
    id: ColumnId,
    /// May this person make and move tasks here?
    writes: bool,
    /// May they change the column?
    shapes: bool,
) -> impl IntoView {
    let (cards, keys) = (expect_context::<Cards>(), expect_context::<Keys>());
    let inside =
        Memo::new(move |before: Option<&Vec<Row>>| rows(before.map_or(&[], Vec::as_slice), &cards.in_column(id)));
    let column = Memo::new(move |_| cards.column(id));
    let name = Memo::new(move |_| column.with(|column| column.as_ref().map(|it| it.name.clone()).unwrap_or_default()));
    let colour = move || column.with(|column| column.as_ref().and_then(|column| column.colour));
    let limit = Memo::new(move |_| column.with(|column| column.as_ref().and_then(|column| column.limit)));
    // The limit is for all, whatever the filter hides.
    let count = Memo::new(move |_| cards.all_in_column(id).len());
    let shown = Memo::new(move |_| cards.shown().map(|_| inside.with(Vec::len)));
    let over = Memo::new(move |_| limit.get().is_some_and(|limit| count.get() as i64 > limit));
    let collapsed = Memo::new(move |_| keys.collapsed.with(|collapsed| collapsed.contains(&id)));
    let class = move || {
        let colour = colour().map_or("", Colour::as_str);
        let collapsed = if collapsed.get() { " column-collapsed" } else { "" };
        let over = if over.get() { " column-over" } else { "" };
        let coloured = if colour.is_empty() { "" } else { " column-coloured colour-" };
        let movable = if shapes { " column-movable" } else { "" };
        format!("column{movable}{collapsed}{over}{coloured}{colour}")
    };
    let name_id = format!("column-{id}");
    let labelled_by = name_id.clone();
    view! {
        <section class=class aria-labelledby=labelled_by data-column=id.to_string()>
            <div class="column-head">
                <Collapse id name collapsed/>
                <h2 class="column-name" id=name_id>{name}</h2>
                <span class="column-count">
                    {move || shown.get().map(|shown| format!("{shown} of "))} {count} {move || limit.get().map(|limit| format!("/{limit}"))}
                    <span class="visually-hidden">{move || if count.get() == 1 { " task" } else { " tasks" }}</span>
                </span>
                {when(move || over.get(), || view! { <span class="column-warning">"Over limit"</span> })}
            </div>
            {writes
                .then(|| {
                    view! {
                        <details class="column-tool column-top">
                            <summary
                                class="button button-quiet button-icon"
                                aria-label=move || format!("Add to the top of {}", name.get())
                                on:click=open_to_write
                            >
                                <Icon sign=Sign::Plus/>
                            </summary>
                            <QuickAdd board column=id name top=true/>
                        </details>
                    }
                })}
            {shapes.then(|| view! { <ColumnMenu board id name limit/> })}
            <ul class="cards">
                {list(
                    move || inside.get(),
                    |row| *row,
                    move |(task, _)| cards.get(task).map(|card| view! { <CardItem card writes/> }),
                )}
            </ul>
            {writes.then(|| view! { <QuickAdd board column=id name top=false/> })}
        </section>
    }
}

/// Hides or shows the cards of a column, for this person in this browser.
#[component]
fn Collapse(id: ColumnId, name: Memo<String>, collapsed: Memo<bool>) -> impl IntoView {
    let keys = expect_context::<Keys>();
    let toggle = move |_| keys.collapse(id, !collapsed.get_untracked());
    view! {
        <button
            class="button button-quiet button-icon column-fold"
            type="button"
            aria-expanded=move || if collapsed.get() { "false" } else { "true" }
            aria-label=move || format!("Cards of {}", name.get())
            on:click=toggle
        >
            <Icon sign=Sign::Fold/>
        </button>
    }
}

/// A task as its card shows it; it leads to the task.
#[component]
fn CardItem(card: ArcRwSignal<Card>, writes: bool) -> impl IntoView {
    let OpenTask(open) = expect_context();
    let Asked(query) = expect_context();
    let (id, board) = card.with_untracked(|card| (card.id, card.board));
    view! {
        <li class="card">
            <a
                class="card-link"
                id=format!("card-{id}")
                href=move || query.with(|query| format!("/boards/{board}/tasks/{id}/{query}"))
                aria-current=move || (open.get() == Some(id)).then_some("true")
                aria-describedby=writes.then_some("board-keys")
                data-noscroll="true"
                draggable="false"
            >
                <Face card/>
            </a>
        </li>
    }
}
