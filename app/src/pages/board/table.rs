//! The tasks of a board as a table, in the order that the address asks for.

use leptos::prelude::*;
use protocol::{
    BoardId, Card, Column, Label,
    filter::{By, Order},
    limits,
};

use super::{Cards, OpenTask, column::QuickAdd, filter::Asked};
use crate::ui::{Avatar, LabelChip, PriorityChip, borne, due_chip, list, live, when};

/// A row for each task that the filter shows.
#[component]
pub fn BoardTable(
    board: BoardId,
    /// May this person make tasks here?
    writes: bool,
) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let order = cards.order_of_list();
    let rows = Memo::new(move |_| cards.in_order(order.get()));
    let first = Memo::new(move |_| cards.columns.with(|columns| columns.first().map(|column| column.id)));
    let first_name = Memo::new(move |_| {
        cards.columns.with(|columns| columns.first().map(|column| column.name.clone()).unwrap_or_default())
    });
    let nothing = move || rows.with(Vec::is_empty) && cards.shown().is_none();
    view! {
        <div class="table-page" tabindex="0" role="group" aria-label="Tasks">
            <table class="tasks-table">
                <thead>
                    <tr>
                        {heading(cards, order, "Title", By::Title, "table-title")}
                        {heading(cards, order, "No.", By::Number, "table-number")}
                        {heading(cards, order, "Column", By::Column, "table-column")}
                        <th scope="col" class="table-people">"Assignees"</th>
                        <th scope="col" class="table-labels">"Labels"</th>
                        {heading(cards, order, "Due", By::Due, "table-due")}
                        {heading(cards, order, "Priority", By::Priority, "table-priority")}
                        {heading(cards, order, "Progress", By::Progress, "table-progress")}
                    </tr>
                </thead>
                <tbody>
                    {list(
                        move || rows.get(),
                        |task| *task,
                        move |task| cards.get(task).map(|card| view! { <TableRow cards card/> }),
                    )}
                </tbody>
            </table>
            {when(nothing, || view! { <p class="table-none">"No tasks yet."</p> })}
            {writes.then(|| live(move || first.get().map(|column| view! { <QuickAdd board column name=first_name top=false/> })))}
        </div>
    }
}

/// The head of a column of the table: a link that sorts by it, or turns the order round.
fn heading(cards: Cards, order: Memo<Order>, name: &'static str, by: By, class: &'static str) -> impl IntoView {
    let is = move || Some(order.get()).filter(|order| order.by == by);
    let sorted = move || is().map(|order| if order.down { "descending" } else { "ascending" });
    let address = move || {
        let next = is().map_or(by.usual(), Order::turned);
        // With nothing asked for, a link without a query would lead to the columns.
        cards.filter.with(|filter| filter.shown_as(Some(next)).query())
    };
    view! {
        <th scope="col" class=class aria-sort=sorted>
            <a class="table-sort" href=address data-noscroll="true">{name}</a>
        </th>
    }
}

/// A task, whose title leads to it.
#[component]
fn TableRow(cards: Cards, card: ArcRwSignal<Card>) -> impl IntoView {
    let OpenTask(open) = expect_context();
    let Asked(query) = expect_context();
    let (id, board, number) = card.with_untracked(|card| (card.id, card.board, card.number));
    let title = {
        let card = card.clone();
        move || card.with(|card| card.title.clone())
    };
    // One view that changes for all of it: a board may have thousands.
    let rest = move || {
        let today = cards.today.get();
        card.with(|card| {
            let column = cards.columns.with(|columns| name_of(columns, card));
            cards.labels.with(|labels| facts(card, column, labels, due_chip(card, today)))
        })
    };
    view! {
        <tr>
            <td class="table-title">
                <a
                    class="card-link row-link"
                    id=format!("card-{id}")
                    href=move || query.with(|query| format!("/boards/{board}/tasks/{id}/{query}"))
                    aria-current=move || (open.get() == Some(id)).then_some("true")
                    data-noscroll="true"
                >
                    {title}
                </a>
            </td>
            <td class="table-number">"#" {number}</td>
            {live(rest)}
        </tr>
    }
}

fn name_of(columns: &[Column], card: &Card) -> Option<String> {
    columns.iter().find(|column| column.id == card.column).map(|column| column.name.clone())
}

fn facts(card: &Card, column: Option<String>, labels: &[Label], due: Option<AnyView>) -> impl IntoView + use<> {
    let labels = borne(labels, &card.labels);
    let (people, progress) = (card.assignees.clone(), card.progress);
    view! {
        <td class="table-column">{column}</td>
        <td class="table-people">
            {people
                .into_iter()
                .map(|person| {
                    let name = person.display_name.clone();
                    view! { <span class="facts-person"><Avatar person=Some(person)/> {name}</span> }
                })
                .collect_view()}
        </td>
        <td class="table-labels">{labels.into_iter().map(|label| view! { <LabelChip label/> }).collect_view()}</td>
        <td class="table-due">{due}</td>
        <td class="table-priority">{card.priority.map(|priority| view! { <PriorityChip priority/> })}</td>
        <td class="table-progress">{(progress > 0).then(|| words_of(progress))}</td>
    }
}

fn words_of(progress: i64) -> String {
    if progress >= limits::DONE { "Done".to_owned() } else { format!("{progress} %") }
}
