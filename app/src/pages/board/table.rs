//! The tasks of a board as a table, in the order that the address asks for.

use leptos::{
    ev::{Event, MouseEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement},
};
use protocol::{
    BoardId, Card, Column, Label, Priority, TaskId,
    filter::{By, Order},
    limits,
};

use super::{Cards, OpenTask, filter::Asked, keys::Keys, quick_add::QuickAdd};
use crate::{
    pages::address::number_in_address,
    ui::{Avatar, Form, FormState, LabelChip, PriorityChip, borne, due_chip, effect, list, live, when},
};

/// A row for each task that the filter shows.
#[component]
pub fn BoardTable(
    board: BoardId,
    /// May this person make tasks here?
    writes: bool,
) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let order = cards.order_of_list();
    let all = Memo::new(move |_| cards.in_order(order.get()));
    // A board may have thousands. Without script the address says how many are shown.
    let asked = number_in_address::<u16>("rows").get_untracked();
    let limit = RwSignal::new(usize::from(asked.unwrap_or_default()).max(limits::LIST_ROWS));
    let rows = Memo::new(move |_| all.with(|all| all[..all.len().min(limit.get())].to_vec()));
    let rest = Memo::new(move |_| all.with(|all| all.len().saturating_sub(limit.get())));
    let grow = move || limit.update(|limit| *limit += limits::LIST_ROWS);
    let scrolled = move |event: Event| {
        let page = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let near = |page: Element| page.scroll_top() + 2 * page.client_height() > page.scroll_height();
        if rest.get_untracked() > 0 && page.is_some_and(near) {
            grow();
        }
    };
    let first = Memo::new(move |_| cards.columns.with(|columns| columns.first().map(|column| column.id)));
    let first_name = Memo::new(move |_| {
        cards.columns.with(|columns| columns.first().map(|column| column.name.clone()).unwrap_or_default())
    });
    let keys = expect_context::<Keys>();
    // They may have been ticked before the page was live.
    effect(move |_| ticked().into_iter().for_each(|task| _ = cards.pick(task, true)));
    let nothing = move || rows.with(Vec::is_empty) && cards.shown().is_none();
    view! {
        <div
            class="table-page"
            tabindex="0"
            role="group"
            aria-label="Tasks"
            on:click=move |event| keys.click(&event)
            on:scroll=scrolled
        >
            <table class="tasks-table">
                <thead>
                    <tr>
                        {writes
                            .then(|| {
                                view! { <th scope="col" class="table-pick"><span class="visually-hidden">"Selected"</span></th> }
                            })}
                        {heading(cards, order, "Title", By::Title, "table-title")}
                        {heading(cards, order, "No.", By::Number, "table-number")}
                        {heading(cards, order, "Column", By::Column, "table-column")}
                        {heading(cards, order, "Assignees", By::Assignee, "table-people")}
                        {heading(cards, order, "Labels", By::Label, "table-labels")}
                        {heading(cards, order, "Due", By::Due, "table-due")}
                        {heading(cards, order, "Priority", By::Priority, "table-priority")}
                        {heading(cards, order, "Progress", By::Progress, "table-progress")}
                    </tr>
                </thead>
                <tbody>
                    {list(
                        move || rows.get(),
                        |task| *task,
                        move |task| cards.get(task).map(|card| view! { <TableRow cards card writes/> }),
                    )}
                </tbody>
            </table>
            {when(nothing, || view! { <p class="table-none">"No tasks yet."</p> })}
            {when(move || rest.get() > 0, move || more(cards, order, limit, rest))}
            {writes.then(|| view! { <SeveralForm board cards/> })}
            {writes.then(|| live(move || first.get().map(|column| view! { <QuickAdd board column name=first_name top=false/> })))}
        </div>
    }
}

/// A link that shows more rows. They come by themselves where one scrolls to the end.
fn more(cards: Cards, order: Memo<Order>, limit: RwSignal<usize>, rest: Memo<usize>) -> impl IntoView {
    let next = move || limit.get() + limits::LIST_ROWS;
    let address = move || {
        let query = cards.filter.with(|filter| filter.shown_as(Some(order.get())).query());
        format!("{query}&rows={}", next())
    };
    let click = move |event: MouseEvent| {
        event.prevent_default();
        limit.set(untrack(next));
    };
    view! {
        <p class="table-more">
            <a class="button" href=address data-noscroll="true" on:click=click>"Show more"</a>
            <span>{rest} " more tasks"</span>
        </p>
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
fn TableRow(cards: Cards, card: ArcRwSignal<Card>, writes: bool) -> impl IntoView {
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
            {writes
                .then(|| {
                    view! {
                        <td class="table-pick">
                            <label>
                                <input
                                    type="checkbox"
                                    id=format!("pick-{id}")
                                    name="tasks"
                                    value=id.to_string()
                                    form="several"
                                    aria-label=format!("Select #{number}")
                                />
                            </label>
                        </td>
                    }
                })}
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

/// What is done to the tasks whose boxes are ticked, without script.
#[component]
fn SeveralForm(board: BoardId, cards: Cards) -> impl IntoView {
    let Asked(query) = expect_context();
    let (to_move, to_archive) = (format!("/boards/{board}/tasks/move/"), format!("/boards/{board}/tasks/archive/"));
    let state = FormState::of(&to_move);
    let (to_date, to_rank) = (format!("/boards/{board}/tasks/due/"), format!("/boards/{board}/tasks/priority/"));
    let state = [&to_archive, &to_date, &to_rank]
        .into_iter()
        .fold(state, |state, action| if state.refused() { state } else { FormState::of(action) });
    let priorities = std::iter::once(("", "None")).chain(Priority::ALL.map(|it| (it.as_str(), it.words())));
    let option = |column: Column| view! { <option value=column.id.to_string()>{column.name}</option> };
    view! {
        <Form id="several" action=to_move state class="several-form">
            <input type="hidden" name="next" value=move || query.with(|query| format!("/boards/{board}/{query}"))/>
            <div class="form-line">
                <label class="field">
                    <span class="field-label">"Selected tasks to"</span>
                    <select class="input" name="column">
                        {live(move || cards.columns.get().into_iter().map(option).collect_view())}
                    </select>
                </label>
                <button class="button" type="submit">"Move"</button>
                <button class="button" type="submit" formaction=to_archive>"Archive"</button>
                <button class="button" type="submit" formmethod="get" formaction=format!("/boards/{board}/transfer/")>
                    "Move to another board…"
                </button>
            </div>
            <div class="form-line">
                <label class="field">
                    <span class="field-label">"Day for the selected tasks"</span>
                    <input class="input" type="date" name="due" min="1970-01-01" max="9999-12-31"/>
                </label>
                <button class="button" type="submit" formaction=to_date>"Set the day"</button>
            </div>
            <div class="form-line">
                <label class="field">
                    <span class="field-label">"Priority of the selected tasks"</span>
                    <select class="input" name="priority">
                        {priorities.map(|(value, words)| view! { <option value=value>{words}</option> }).collect_view()}
                    </select>
                </label>
                <button class="button" type="submit" formaction=to_rank>"Set the priority"</button>
            </div>
        </Form>
    }
}

/// In the browser: the tasks whose boxes are ticked.
fn ticked() -> Vec<TaskId> {
    let ticked = document().query_selector_all(".table-pick input:checked").ok();
    let count = ticked.as_ref().map_or(0, |ticked| ticked.length());
    let task = |at| ticked.as_ref()?.item(at)?.dyn_into::<HtmlInputElement>().ok()?.value().parse().ok();
    (0..count).filter_map(task).collect()
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
