//! What can be done to the cards that are selected: a bar below the board.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement},
};
use protocol::{
    BoardId, Card, Column, ColumnId, Day, Label, Member, Priority, TaskChange, TaskId,
    filter::Filter,
    page::{MembersPage, PageQuery},
};

use super::{Cards, fly, keys::Keys};
use crate::{
    api::load_page,
    ui::{Avatar, Icon, LabelChip, Sign, effect, list, live, when},
};

/// Stands on what is selected.
const PICKED: &str = "picked";

/// Days that are a press away, and how many days they are from today.
const DAYS: [(&str, i32); 3] = [("Today", 0), ("Tomorrow", 1), ("In a week", 7)];

/// The bar, while something is selected.
#[component]
pub fn SeveralBar(board: BoardId) -> impl IntoView {
    let keys = expect_context::<Keys>();
    let moves = keys.moves;
    let cards = moves.cards;
    let selected = Memo::new(move |_| cards.selected());
    mark(cards, selected);
    let bar = NodeRef::<html::Div>::new();
    // Once something is done, the next key is for the board.
    let done = move |event: &MouseEvent, next: Option<TaskId>| {
        close(event.target().and_then(|target| target.dyn_into().ok()));
        next.inspect(|task| fly::focus(*task));
    };
    let move_to = move |event: MouseEvent, column: ColumnId| {
        let tasks = selected.get_untracked();
        done(&event, tasks.first().copied());
        if let Some(first) = tasks.first() {
            moves.begin_several(&tasks, cards.bottom_of(*first, column), None);
        }
    };
    let change = move |event: MouseEvent, change: TaskChange, words: String| {
        done(&event, None);
        moves.change_several(selected.get_untracked(), change, words);
    };
    let archive = move |_| {
        let tasks = selected.get_untracked();
        cards.pick_nothing();
        moves.archive_several(tasks);
    };
    let escape = move |event: KeyboardEvent| {
        let open = bar.get_untracked().and_then(|bar| bar.query_selector("details[open]").ok().flatten());
        if event.key() == "Escape"
            && let Some(open) = open
        {
            event.prevent_default();
            let summary = open.query_selector("summary").ok().flatten();
            close(Some(open));
            if let Some(summary) = summary.and_then(|it| it.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
                // Refused only for what can't have the focus.
                let _focused = summary.focus();
            }
        }
    };
    let all = move |holds: &dyn Fn(&Card) -> bool| {
        selected
            .with(|tasks| tasks.iter().all(|task| cards.get(*task).is_some_and(|card| card.with(|card| holds(card)))))
    };
    let elsewhere = move || {
        let tasks: Vec<String> = selected.with(|tasks| tasks.iter().map(|task| format!("tasks={task}")).collect());
        // What the board shows of its cards stays so on the way back.
        let query = cards.filter.with(Filter::query).replacen('?', "&", 1);
        format!("/boards/{board}/transfer/?{}{query}", tasks.join("&"))
    };
    let columns = move || {
        let column = move |Column { id, name, .. }: Column| {
            view! { <button class="menu-choice" type="button" on:click=move |event| move_to(event, id)>{name}</button> }
        };
        view! {
            {list(move || cards.columns.get(), |column| (column.id, column.name.clone()), column)}
            <a class="menu-choice" href=elsewhere>"Another board…"</a>
        }
    };
    let labels = move || {
        let label = move |label: Label| {
            let (id, name) = (label.id, label.name.clone());
            let on = Memo::new(move |_| all(&|card| card.labels.contains(&id)));
            let press = move |event| match on.get_untracked() {
                true => change(event, TaskChange::Unlabel(id), format!("Took “{name}” off.")),
                false => change(event, TaskChange::Label(id), format!("Put “{name}” on.")),
            };
            view! {
                <button class="menu-choice" type="button" aria-pressed=move || on.get().to_string() on:click=press>
                    <LabelChip label/>
                    {when(move || on.get(), || view! { <Icon sign=Sign::Check/> })}
                </button>
            }
        };
        list(move || cards.labels.get(), |label| (label.id, label.name.clone(), label.colour.as_str()), label)
    };
    let people = move || {
        let members = RwSignal::new(Vec::new());
        spawn_local(async move {
            let page = load_page(PageQuery::Members { board }).await.and_then(|page| page.read::<MembersPage>());
            match page {
                // The bar may be gone.
                Ok(page) => drop(members.try_set(page.members)),
                Err(error) => moves.tell(super::moves::Word::Refused(error.0.to_string())),
            }
        });
        let member = move |Member { person, .. }: Member| {
            let (id, name) = (person.id, person.display_name.clone());
            let shown = name.clone();
            let on = Memo::new(move |_| all(&|card| card.assignees.iter().any(|person| person.id == id)));
            let press = move |event| match on.get_untracked() {
                true => change(event, TaskChange::Unassign(id), format!("Took {name} off.")),
                false => change(event, TaskChange::Assign(id), format!("Assigned {name}.")),
            };
            view! {
                <button class="menu-choice" type="button" aria-pressed=move || on.get().to_string() on:click=press>
                    <Avatar person=Some(person)/>
                    {shown}
                    {when(move || on.get(), || view! { <Icon sign=Sign::Check/> })}
                </button>
            }
        };
        list(move || members.get(), |member| member.person.id, member)
    };
    let dues = move || {
        let near = move |(words, days): (&'static str, i32)| {
            let press = move |event| {
                let day = Day::numbered(cards.today.get_untracked().number() + days);
                change(event, TaskChange::Due(Some(day)), format!("Due {}.", words.to_lowercase()));
            };
            view! { <button class="menu-choice" type="button" on:click=press>{words}</button> }
        };
        let none = move |event| change(event, TaskChange::Due(None), "Took the date off.".to_owned());
        // A date that is whole is meant.
        let other = move |event: leptos::ev::Event| {
            if let Ok(day) = event_target_value(&event).parse::<Day>() {
                close(event.target().and_then(|target| target.dyn_into().ok()));
                moves.change_several(
                    selected.get_untracked(),
                    TaskChange::Due(Some(day)),
                    format!("Due {}.", day.short(cards.today.get_untracked())),
                );
            }
        };
        view! {
            {DAYS.map(near).collect_view()}
            <button class="menu-choice" type="button" on:click=none>"No date"</button>
            <label class="several-day">
                "Another day"
                <input class="input" type="date" min="1970-01-01" max="9999-12-31" on:change=other/>
            </label>
        }
    };
    let priorities = move || {
        let priority = move |priority: Option<Priority>| {
            let words = priority.map_or("None", Priority::words);
            let on = Memo::new(move |_| all(&|card| card.priority == priority));
            let said = match priority {
                Some(priority) => format!("Priority: {}.", priority.words()),
                None => "Took the priority off.".to_owned(),
            };
            let press = move |event| change(event, TaskChange::Priority(priority), said.clone());
            view! {
                <button class="menu-choice" type="button" aria-pressed=move || on.get().to_string() on:click=press>
                    {words}
                    {when(move || on.get(), || view! { <Icon sign=Sign::Check/> })}
                </button>
            }
        };
        std::iter::once(None).chain(Priority::ALL.into_iter().rev().map(Some)).map(priority).collect_view()
    };
    let count = move || selected.with(Vec::len);
    view! {
        <p id="board-picked" hidden>"Selected."</p>
        {when(
            move || count() > 0,
            move || {
                view! {
                    <div class="several" role="group" aria-label="Selected tasks" node_ref=bar on:keydown=escape>
                        <span class="several-count">{count} " selected"</span>
                        {menu("Move to…", columns)}
                        {when(move || cards.labels.with(|labels| !labels.is_empty()), move || menu("Labels", labels))}
                        {menu("Assign", people)}
                        {menu("Due", dues)}
                        {menu("Priority", priorities)}
                        <button class="button button-small" type="button" on:click=archive>"Archive"</button>
                        <button
                            class="button button-quiet button-icon"
                            type="button"
                            aria-label="Select nothing"
                            on:click=move |_| cards.pick_nothing()
                        >
                            <Icon sign=Sign::Close/>
                        </button>
                    </div>
                }
            },
        )}
    }
}

/// Choices behind a button, which are there once it is open.
fn menu<V: IntoView + 'static>(words: &'static str, choices: impl Fn() -> V + Send + Copy + 'static) -> impl IntoView {
    let open = RwSignal::new(false);
    let toggle = move |event: leptos::ev::Event| {
        let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        open.set(details.is_some_and(|details| details.has_attribute("open")));
    };
    view! {
        <details class="several-menu" name="several" on:toggle=toggle>
            <summary class="button button-small">{words}</summary>
            {live(move || open.get().then(|| view! { <div class="several-choices" role="group" aria-label=words>{choices()}</div> }))}
        </details>
    }
}

/// Closes the menu that something is in.
fn close(inside: Option<Element>) {
    if let Some(menu) = inside.and_then(|inside| inside.closest("details").ok().flatten()) {
        // It fails for a name that is none.
        let _closed = menu.remove_attribute("open");
    }
}

/// Shows which cards are selected, by a class on each: a board of thousands needs no signal for each of its cards.
fn mark(cards: Cards, selected: Memo<Vec<TaskId>>) {
    // A card that has moved in the page, or is shown in another way, is another element.
    let places = Memo::new(move |_| {
        let place = |task: TaskId| (task, cards.place_of(task));
        let listed = cards.filter.with(|filter| filter.list.is_some());
        (selected.get().into_iter().map(place).collect::<Vec<_>>(), listed)
    });
    let marked = StoredValue::new(Vec::<TaskId>::new());
    effect(move |_| {
        let now: Vec<TaskId> = places.with(|(places, _)| places.iter().map(|(task, _)| *task).collect());
        let before = marked.try_update_value(|marked| std::mem::replace(marked, now.clone())).unwrap_or_default();
        before.into_iter().filter(|task| !now.contains(task)).for_each(|task| show(task, false));
        request_animation_frame(move || {
            // It may be otherwise by now.
            let still = |task: &TaskId| marked.try_with_value(|marked| marked.contains(task)) == Some(true);
            now.into_iter().filter(still).for_each(|task| show(task, true));
        });
    });
    effect(move |_| {
        on_cleanup(move || {
            let marked = marked.try_update_value(std::mem::take).unwrap_or_default();
            marked.into_iter().for_each(|task| show(task, false));
        });
    });
}

fn show(task: TaskId, on: bool) {
    if let Some(link) = fly::link_of(task) {
        if let Some(row) = link.closest(".card, tr").ok().flatten() {
            let _marked = row.class_list().toggle_with_force(PICKED, on);
        }
        let described = if on { "board-picked board-keys" } else { "board-keys" };
        // It fails for a name that is none.
        let _described = link.set_attribute("aria-describedby", described);
    }
    let tick = document().get_element_by_id(&format!("pick-{task}"));
    if let Some(tick) = tick.and_then(|tick| tick.dyn_into::<HtmlInputElement>().ok()) {
        tick.set_checked(on);
    }
}
