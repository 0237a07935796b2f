//! My tasks: what I shall do, over all boards, by when it is due.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::{
    Day, Event, Stream, TaskId, UserId,
    filter::Deadline,
    page::{MyTask, MyTasks as MyTasksPage, PageQuery},
};

use crate::{
    store::{Live, Store},
    ui::{Empty, Page, PageTitle, PriorityChip, due_chip, follow_today, list, live, loaded, page},
};

/// The page of my tasks.
#[component]
pub fn MyTasks() -> impl IntoView {
    let query = use_query_map();
    let after = Memo::new(move |_| query.with(|query| query.get("after")));
    let overdue = Memo::new(move |_| query.with(|query| query.get("due").as_deref() == Some("overdue")));
    let tasks = page(move || Some(PageQuery::MyTasks { after: after.get(), overdue: overdue.get() }));
    view! {
        <PageTitle text="My tasks"/>
        <div class="page">
            <div class="page-head">
                <h1 class="page-title">"My tasks"</h1>
            </div>
            {loaded(tasks, move |page: MyTasksPage| {
                let (first, overdue) = (after.get_untracked().is_none(), overdue.get_untracked());
                view! { <MyTasksView page first overdue tasks/> }
            })}
        </div>
    }
}

/// One page of them.
#[component]
fn MyTasksView(page: MyTasksPage, first: bool, overdue: bool, tasks: Page) -> impl IntoView {
    let MyTasksPage { tasks: mine, next, today, cursors } = page;
    let today = RwSignal::new(today);
    follow_today(today);
    let store = expect_context::<Store>();
    let me = store.my().map(|me| me.person.id);
    let shown: Vec<TaskId> = mine.iter().map(|mine| mine.card.id).collect();
    for cursor in cursors {
        let (stream, shown) = (cursor.stream, shown.clone());
        store.open(cursor, move |live| match live {
            Live::Event(stored) if !concerns(stream, &stored.event, &shown, me) => {}
            Live::Event(_) | Live::Reset | Live::Revoked => tasks.refetch(),
        });
    }
    let none = mine.is_empty();
    let mine = StoredValue::new(mine);
    // Groups follow the day, over midnight too.
    let due = move |deadline| mine.with_value(|mine| due_then(mine, deadline, today.get()));
    let groups =
        move || Deadline::ALL.into_iter().filter(|deadline| !due(*deadline).is_empty()).collect::<Vec<Deadline>>();
    let group = move |deadline: Deadline| {
        view! {
            <section class="section my-tasks-group">
                <h2 class="section-title">{deadline.words()}</h2>
                <ul class="my-tasks">
                    {list(move || due(deadline), |mine: &MyTask| mine.card.id, move |mine| view! { <MyTaskRow mine today/> })}
                </ul>
            </section>
        }
    };
    let words = if none { "Nothing is overdue. " } else { "Only what is overdue. " };
    let more = move |next: String| match overdue {
        true => format!("/tasks/?due=overdue&after={next}"),
        false => format!("/tasks/?after={next}"),
    };
    view! {
        {overdue.then(|| view! { <p class="page-text">{words} <a href="/tasks/">"All my tasks"</a></p> })}
        {none
            .then(|| {
                if overdue {
                    // It is said above.
                    ().into_any()
                } else if first {
                    view! {
                        <Empty title="Nothing to do">
                            "What is assigned to you on any board, a task or an item of one, stands here until it is done, and what is due first comes first."
                        </Empty>
                    }
                        .into_any()
                } else {
                    view! { <p class="page-text">"There is nothing more. " <a href="/tasks/">"To the first"</a></p> }.into_any()
                }
            })}
        {list(groups, |deadline: &Deadline| *deadline, group)}
        {next.map(|next| view! { <p class="my-tasks-more"><a class="button" href=more(next)>"More"</a></p> })}
    }
}

/// A task, which leads to it over its board.
#[component]
fn MyTaskRow(mine: MyTask, today: RwSignal<Day>) -> impl IntoView {
    let MyTask { card, board, column, items } = mine;
    let (number, priority, progress) = (card.number, card.priority, card.progress);
    let href = format!("/boards/{}/tasks/{}/", card.board, card.id);
    let title = card.title.clone();
    view! {
        <li class="my-task">
            <a class="my-task-link" href=href>
                <span class="my-task-title">
                    <span class="my-task-number">"#" {number}</span> " " {title}
                </span>
                <span class="my-task-facts">
                    {live(move || due_chip(&card, today.get()))}
                    {priority.map(|priority| view! { <PriorityChip priority/> })}
                    {(progress > 0).then(|| view! { <span>{progress} " %"</span> })}
                    {(items > 0).then(|| view! { <span>{words_of(items)}</span> })}
                    <span class="my-task-where">{board} " · " {column}</span>
                </span>
            </a>
        </li>
    }
}

/// How many items of the checklist are mine.
fn words_of(items: i64) -> String {
    if items == 1 { "1 item is yours".to_owned() } else { format!("{items} items are yours") }
}

/// Those that are due then, in their order.
fn due_then(mine: &[MyTask], deadline: Deadline, today: Day) -> Vec<MyTask> {
    mine.iter().filter(|mine| Deadline::of(mine.card.due, today) == deadline).cloned().collect()
}

/// May an event change what the page shows? What is said of a board's tasks does where it is about one that is
/// shown, or one that is now mine.
fn concerns(stream: Stream, event: &Event, shown: &[TaskId], me: Option<UserId>) -> bool {
    match event {
        Event::CardChanged { card } | Event::TaskCreated { card } | Event::TaskRestored { card, .. } => {
            shown.contains(&card.id) || card.assignees.iter().any(|person| Some(person.id) == me)
        }
        Event::CardsArchived { cards, .. } => cards.iter().any(|(id, _)| shown.contains(id)),
        Event::TaskDeleted { id, .. } | Event::TaskLeft { id, .. } => shown.contains(id),
        Event::CardsPlaced { cards } => cards.iter().any(|placed| shown.contains(&placed.id)),
        Event::BoardChanged { .. } | Event::ColumnsChanged { .. } => true,
        Event::BoardAdded { .. } | Event::BoardRemoved { .. } | Event::Notified { .. } => {
            matches!(stream, Stream::User(_))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Card, Person};

    use super::*;

    #[test]
    fn a_page_is_divided_by_the_readers_day() {
        let mine = |id, due: Option<&str>| MyTask {
            card: Card { id: TaskId(id), due: due.map(|due| due.parse().unwrap()), ..Card::default() },
            board: "Website".into(),
            column: "To do".into(),
            items: 0,
        };
        let tasks = [
            mine(1, Some("2026-11-01")),
            mine(2, Some("2026-11-25")),
            mine(3, Some("2026-11-29")),
            mine(4, Some("2026-11-30")),
            mine(5, None),
        ];
        let ids = |deadline, today: &str| {
            let due = due_then(&tasks, deadline, today.parse().unwrap());
            due.into_iter().map(|mine| mine.card.id.0).collect::<Vec<_>>()
        };
        let all = |today| Deadline::ALL.map(|deadline| ids(deadline, today));
        assert_eq!(all("2026-11-25"), [vec![1], vec![2], vec![3], vec![4], vec![5]]);
        assert_eq!(all("2026-11-30"), [vec![1, 2, 3], vec![4], vec![], vec![], vec![5]]);
    }

    #[test]
    fn what_happens_to_other_tasks_changes_nothing() {
        let (board, user) = (Stream::Board(protocol::BoardId(1)), Stream::User(UserId(7)));
        let me = Person { id: UserId(7), username: "me".into(), display_name: "Me".into() };
        let changed = |id, assignees: &[Person]| Event::CardChanged {
            card: Card { id: TaskId(id), assignees: assignees.to_vec(), ..Card::default() },
        };
        for (event, expected) in [
            (changed(1, &[]), true),
            (changed(2, &[]), false),
            (changed(2, std::slice::from_ref(&me)), true),
            (Event::ColumnsChanged { columns: Vec::new() }, true),
            (Event::CommentsCounted { id: TaskId(1), comments: 3 }, false),
            (Event::CardsPlaced { cards: Vec::new() }, false),
        ] {
            assert_eq!(concerns(board, &event, &[TaskId(1)], Some(UserId(7))), expected, "{event:?}");
        }
        assert!(!concerns(user, &Event::Redacted, &[], None));
    }
}
