//! The tasks of a board on the days on which they are due, a month at a time.

use std::collections::BTreeMap;

use leptos::{
    ev::DragEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Node},
};
use protocol::{
    BoardId, Card, Day, Due, Month, TaskChange, TaskId, day_numbered,
    filter::{By, Calendar, Order},
};

use super::{BoardTable, Cards, OpenTask, filter::Asked, keys::Keys};
use crate::ui::{Icon, Sign, list, live, when};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// What stands in place of the columns: the table, or the calendar.
#[component]
pub fn Beside(
    board: BoardId,
    /// May this person make tasks here?
    writes: bool,
) -> impl IntoView {
    let cards = expect_context::<Cards>();
    let calendar = Memo::new(move |_| cards.filter.with(|filter| filter.calendar.is_some()));
    view! {
        {when(move || calendar.get(), move || view! { <BoardCalendar board cards writes/> })}
        {when(move || !calendar.get(), move || view! { <BoardTable board writes/> })}
    }
}

/// A month, with the tasks that the filter shows; on a narrow screen only the days that have some.
#[component]
fn BoardCalendar(board: BoardId, cards: Cards, writes: bool) -> impl IntoView {
    let moves = expect_context::<Keys>().moves;
    // What is dragged, and the day that it is over.
    let (dragged, over) = (StoredValue::new(None::<TaskId>), RwSignal::new(None::<Day>));
    let lift = move |event: DragEvent| dragged.set_value(task_at(&event));
    let carry = move |event: DragEvent| {
        let day = dragged.get_value().and_then(|_| day_at(&event));
        if day.is_some() {
            // It may be dropped here.
            event.prevent_default();
        }
        if over.get_untracked() != day {
            over.set(day);
        }
    };
    let let_go = move |_| {
        dragged.set_value(None);
        over.set(None);
    };
    let drop_it = move |event: DragEvent| {
        let (task, day) = (dragged.get_value(), day_at(&event));
        dragged.set_value(None);
        over.set(None);
        let Some((task, day)) = task.zip(day) else { return };
        event.prevent_default();
        let due = cards.get(task).and_then(|card| card.with_untracked(|card| card.due));
        if due != Some(day) {
            let words = format!("“{}” is due {}.", cards.title(task), day.short(cards.today.get_untracked()));
            moves.change_several(vec![task], TaskChange::Due(Some(day)), words);
        }
    };
    let filter = cards.filter;
    let month = Memo::new(move |_| {
        let asked = filter.with(|filter| filter.calendar.and_then(|calendar| calendar.month));
        asked.unwrap_or_else(|| Month::of(cards.today.get()))
    });
    let by_day = Memo::new(move |_| due_in(cards, month.get()));
    let way = move |words: &'static str, months: Option<i32>| {
        let address = move || {
            let to = months.map(|months| month.get().later(months));
            filter.with(|filter| format!("/boards/{board}/{}", filter.shown_in(Calendar { month: to }).query()))
        };
        view! { <a class="button button-small" href=address data-noscroll="true">{words}</a> }
    };
    let nothing = move || {
        let month = month.get();
        by_day.with(|by_day| by_day.keys().all(|day| Month::of(*day) != month))
    };
    view! {
        <div class="calendar-page" tabindex="0" role="group" aria-label="Calendar">
            <div class="calendar-head">
                <h2 class="calendar-month" aria-live="polite">{live(move || month.get().words())}</h2>
                <nav class="calendar-ways" aria-label="Months">
                    {way("Previous", Some(-1))} {way("Today", None)} {way("Next", Some(1))}
                </nav>
            </div>
            {when(nothing, || view! { <p class="calendar-none">"Nothing that is shown is due in this month."</p> })}
            <table class="calendar" on:dragstart=lift on:dragover=carry on:drop=drop_it on:dragend=let_go>
                <thead>
                    <tr>{WEEKDAYS.map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr>
                </thead>
                <tbody>
                    {list(
                        move || { let month = month.get(); month.weeks().into_iter().map(|monday| (month.first(), monday)).collect() },
                        |(first, monday)| (first.number(), *monday),
                        move |(first, monday)| {
                            let month = Month::of(first);
                            let cell = |number| match day_numbered(number) {
                                Some(day) => view! { <CalendarDay cards day month by_day over writes/> }.into_any(),
                                // Before all days, or after.
                                None => view! { <td class="calendar-day calendar-out"></td> }.into_any(),
                            };
                            view! { <tr>{(monday..monday + 7).map(cell).collect_view()}</tr> }
                        },
                    )}
                </tbody>
            </table>
        </div>
    }
}

/// A day and what is due on it.
#[component]
fn CalendarDay(
    cards: Cards,
    day: Day,
    month: Month,
    by_day: Memo<BTreeMap<Day, Vec<TaskId>>>,
    /// The day that something is dragged over.
    over: RwSignal<Option<Day>>,
    writes: bool,
) -> impl IntoView {
    let class = if Month::of(day) == month { "calendar-day" } else { "calendar-day calendar-out" };
    let empty = move || by_day.with(|by_day| !by_day.contains_key(&day));
    let today = move || (cards.today.get() == day).then_some("date");
    view! {
        <td
            class=class
            class:calendar-empty=empty
            class:calendar-target=move || over.get() == Some(day)
            aria-current=today
            data-day=day.to_string()
        >
            <time class="calendar-date" datetime=day.to_string()>
                <span class="calendar-weekday">{day.weekday()} " "</span>
                {day.day}
                <span class="calendar-in">" " {month_of(day)}</span>
            </time>
            <ul class="calendar-tasks">
                {list(
                    move || by_day.with(|by_day| by_day.get(&day).cloned().unwrap_or_default()),
                    |task| *task,
                    move |task| cards.get(task).map(|card| view! { <CalendarTask cards card writes/> }),
                )}
            </ul>
        </td>
    }
}

fn month_of(day: Day) -> String {
    Month::of(day).words()
}

/// A task, as a link to it that says whether it is late or done.
#[component]
fn CalendarTask(cards: Cards, card: ArcRwSignal<Card>, writes: bool) -> impl IntoView {
    let OpenTask(open) = expect_context();
    let Asked(query) = expect_context();
    let (id, board) = card.with_untracked(|card| (card.id, card.board));
    let state = {
        let card = card.clone();
        Memo::new(move |_| card.with(|card| Due::of(card, cards.today.get())))
    };
    let class = move || match state.get() {
        Some(Due::Done) => "calendar-task calendar-done",
        Some(Due::Overdue) => "calendar-task calendar-overdue",
        _ => "calendar-task",
    };
    let sign = move || {
        let (sign, words) = match state.get()? {
            Due::Done => (Sign::Check, "Done: "),
            Due::Overdue => (Sign::Alert, "Overdue: "),
            _ => return None,
        };
        Some(view! { <Icon sign/> <span class="visually-hidden">{words}</span> })
    };
    view! {
        <li>
            <a
                class=class
                id=format!("card-{id}")
                href=move || query.with(|query| format!("/boards/{board}/tasks/{id}/{query}"))
                aria-current=move || (open.get() == Some(id)).then_some("true")
                data-noscroll="true"
                draggable=if writes { "true" } else { "false" }
            >
                {live(sign)}
                <span class="calendar-title">{move || card.with(|card| card.title.clone())}</span>
            </a>
        </li>
    }
}

/// The task whose link a drag begins at.
fn task_at(event: &DragEvent) -> Option<TaskId> {
    let link = element_at(event)?.closest(".calendar-task[draggable=true]").ok()??;
    link.id().strip_prefix("card-")?.parse().ok()
}

/// The day that a drag is over.
fn day_at(event: &DragEvent) -> Option<Day> {
    element_at(event)?.closest("[data-day]").ok()??.get_attribute("data-day")?.parse().ok()
}

/// A drag may be over a text.
fn element_at(event: &DragEvent) -> Option<Element> {
    let node: Node = event.target()?.dyn_into().ok()?;
    node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())
}

/// What is due on the days of the weeks of a month.
fn due_in(cards: Cards, month: Month) -> BTreeMap<Day, Vec<TaskId>> {
    let weeks = month.weeks();
    let (from, to) = match (weeks.first(), weeks.last()) {
        (Some(from), Some(to)) => (*from, to + 7),
        _ => return BTreeMap::new(),
    };
    let mut by_day: BTreeMap<Day, Vec<TaskId>> = BTreeMap::new();
    for task in cards.in_order(Order { by: By::Due, down: false }) {
        let due = cards.get(task).and_then(|card| card.with(|card| card.due));
        if let Some(due) = due.filter(|due| (from..to).contains(&due.number())) {
            by_day.entry(due).or_default().push(task);
        }
    }
    by_day
}
