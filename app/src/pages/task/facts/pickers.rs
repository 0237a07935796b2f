//! What the facts of a task are chosen from.

use leptos::{ev::Event, prelude::*, task::spawn_local};
use protocol::{Colour, Day, Label, Person, Priority, TaskChange, limits};

use super::{Facts, due_of, labels_of, people_of, priority_of, progress_of};
use crate::{
    api::create_label,
    store::Store,
    ui::{Avatar, ColourSelect, Field, Form, FormState, Icon, LabelChip, Pick, Picker, Sign, Submission, list, when},
};

/// Days that are one click away: what they are called, and how many from today.
const DAYS: [(&str, i32); 3] = [("Today", 0), ("Tomorrow", 1), ("In a week", 7)];
/// How much may be done.
const STEPS: [i64; 5] = [0, 25, 50, 75, limits::DONE];

fn action(facts: Facts, what: &str) -> String {
    facts.task.with_untracked(|task| format!("/tasks/{}/{what}/", task.card.id))
}

/// A mark beside what is chosen.
pub fn tick(chosen: Signal<bool>) -> impl IntoView {
    when(move || chosen.get(), || view! { <Icon sign=Sign::Check/> })
}

/// `add` for what is not there, `remove` for what is.
fn verb(chosen: Signal<bool>) -> Signal<&'static str> {
    Signal::derive(move || if chosen.get() { "remove" } else { "add" })
}

/// One of the people to choose from.
pub fn pick_person(person: Person, name: Signal<&'static str>, chosen: Signal<bool>, pick: Callback<()>) -> AnyView {
    let (id, called) = (person.id, person.display_name.clone());
    view! {
        <Pick name value=id.to_string() chosen pick>
            <Avatar person=Some(person)/>
            <span class="pick-name">{called}</span>
            {tick(chosen)}
        </Pick>
    }
    .into_any()
}

/// Who shall do it.
#[component]
pub fn Assignees(facts: Facts) -> impl IntoView {
    let action = action(facts, "assignees");
    let state = FormState::of(&action);
    let refused = state.refused();
    let me = expect_context::<Store>().my().map(|me| me.person);
    let person = move |person: Person| {
        let id = person.id;
        let chosen =
            Signal::derive(move || facts.card.with(|card| card.assignees.iter().any(|person| person.id == id)));
        let pick = Callback::new(move |()| {
            let change = if chosen.get_untracked() { TaskChange::Unassign(id) } else { TaskChange::Assign(id) };
            facts.change(change);
        });
        pick_person(person, verb(chosen), chosen, pick)
    };
    let people = view! {
        <Form action=action.clone() class="picks" state>
            {list(move || facts.people.get(), |person| (person.id, person.display_name.clone()), person)}
        </Form>
    };
    view! {
        <div class="fact">
            <Picker label="Assignees" value=people_of(facts) open=refused>{people}</Picker>
            {me.map(|me| {
                let id = me.id;
                let mine = move || facts.card.with(|card| card.assignees.iter().any(|person| person.id == id));
                let assign = Callback::new(move |_: Submission| facts.change(TaskChange::Assign(id)));
                when(
                    move || !mine(),
                    move || {
                        view! {
                            <Form action=action.clone() class="fact-quick" on_submit=assign>
                                <input type="hidden" name="add" value=id.to_string()/>
                                <button class="button button-small" type="submit">"Assign me"</button>
                            </Form>
                        }
                    },
                )
            })}
        </div>
    }
}

/// The board's labels, and a new one.
#[component]
pub fn Labels(facts: Facts) -> impl IntoView {
    let action = action(facts, "labels");
    let state = FormState::of(&action);
    let refused = state.refused();
    let board = facts.task.with_untracked(|task| task.card.board);
    let label = move |label: Label| {
        let id = label.id;
        let chosen = Signal::derive(move || facts.card.with(|card| card.labels.contains(&id)));
        let pick = move |()| {
            let change = if chosen.get_untracked() { TaskChange::Unlabel(id) } else { TaskChange::Label(id) };
            facts.change(change);
        };
        view! {
            <Pick name=verb(chosen) value=id.to_string() chosen pick>
                <LabelChip label/>
                {tick(chosen)}
            </Pick>
        }
    };
    view! {
        <div class="fact">
            <Picker label="Labels" value=labels_of(facts) open=refused>
                <Form action class="picks" state>
                    {list(move || facts.labels.get(), |label| label.clone(), label)}
                </Form>
                <NewLabel facts/>
                <a class="button button-small button-quiet" href=format!("/boards/{board}/labels/")>"Edit labels"</a>
            </Picker>
        </div>
    }
}

/// Makes a label, and puts it onto this task.
#[component]
fn NewLabel(facts: Facts) -> impl IntoView {
    let (board, task) = facts.task.with_untracked(|task| (task.card.board, task.card.id));
    let add = Callback::new(move |form: Submission| {
        let colour = Colour::named(&form.text("colour")).unwrap_or_default();
        spawn_local(async move {
            match create_label(form.key(), board, form.text("name"), colour, Some(task)).await {
                // Both, the label and that the task bears it, arrive as events.
                Ok(_) => form.done(),
                Err(error) => form.refused(error.0),
            }
        });
    });
    view! {
        <Form action=format!("/boards/{board}/labels/") class="form picker-new" on_submit=add>
            <input type="hidden" name="task" value=task.to_string()/>
            <input type="hidden" name="next" value=format!("/boards/{board}/tasks/{task}/")/>
            <Field name="name" label="New label" max=limits::LABEL_NAME/>
            <div class="picker-line">
                <ColourSelect colour=Colour::Blue/>
                <button class="button" type="submit">"Add"</button>
            </div>
        </Form>
    }
}

/// The day on which it is due.
#[component]
pub fn DueDate(facts: Facts) -> impl IntoView {
    let action = action(facts, "due");
    let state = FormState::of(&action);
    let refused = state.refused();
    let due = Memo::new(move |_| facts.card.with(|card| card.due));
    let no_date = Signal::derive(move || due.get().is_none());
    // Each date that is whole is saved by itself; one that is being typed is none yet.
    let changed = move |event: Event| {
        let text = event_target_value(&event);
        let day: Option<Day> = text.parse().ok();
        if (day.is_some() || text.is_empty()) && day != due.get_untracked() {
            facts.change(TaskChange::Due(day));
        }
    };
    let set = Callback::new(move |form: Submission| {
        let day: Option<Day> = form.parse("due");
        if day != due.get_untracked() {
            facts.change(TaskChange::Due(day));
        }
        form.kept();
    });
    let near = move |(words, days): (&'static str, i32)| {
        let day = Memo::new(move |_| Day::numbered(facts.today.get().number() + days));
        let chosen = Signal::derive(move || due.get() == Some(day.get()));
        view! {
            <Pick name="due" value=day.get_untracked().to_string() chosen pick=move |()| facts.change(TaskChange::Due(Some(day.get_untracked())))>
                <span class="pick-name">{words}</span>
                {tick(chosen)}
            </Pick>
        }
    };
    view! {
        <div class="fact">
            <Picker label="Due" value=due_of(facts) open=refused>
                <Form action=action.clone() class="picks" state=FormState::of("")>
                    {DAYS.map(near).into_iter().collect_view()}
                    <Pick name="due" value="" chosen=no_date pick=move |()| facts.change(TaskChange::Due(None))>
                        <span class="pick-name">"No date"</span>
                        {tick(no_date)}
                    </Pick>
                </Form>
                <Form action state class="form picker-new" on_submit=set>
                    <label class="field">
                        <span class="field-label">"Another day"</span>
                        <input
                            class="input"
                            type="date"
                            name="due"
                            min="1970-01-01"
                            max="9999-12-31"
                            value=due.get_untracked().map(|day| day.to_string())
                            prop:value=move || due.get().map(|day| day.to_string()).unwrap_or_default()
                            on:change=changed
                        />
                    </label>
                    <button class="button" type="submit">"Set"</button>
                </Form>
            </Picker>
        </div>
    }
}

/// How much it matters.
#[component]
pub fn PriorityOf(facts: Facts) -> impl IntoView {
    let action = action(facts, "priority");
    let state = FormState::of(&action);
    let refused = state.refused();
    let choices = std::iter::once(None).chain(Priority::ALL.into_iter().rev().map(Some));
    let choice = move |priority: Option<Priority>| {
        let chosen = Signal::derive(move || facts.card.with(|card| card.priority == priority));
        let pick = move |()| facts.change(TaskChange::Priority(priority));
        let words = priority.map_or("None", Priority::words);
        view! {
            <Pick name="priority" value=priority.map_or("", Priority::as_str) chosen pick>
                <span class="pick-name">{words}</span>
                {tick(chosen)}
            </Pick>
        }
    };
    view! {
        <div class="fact">
            <Picker label="Priority" value=priority_of(facts) open=refused>
                <Form action class="picks" state>{choices.map(choice).collect_view()}</Form>
            </Picker>
        </div>
    }
}

/// How far it has come.
#[component]
pub fn ProgressOf(facts: Facts) -> impl IntoView {
    let action = action(facts, "progress");
    let state = FormState::of(&action);
    let refused = state.refused();
    let choice = move |percent: i64| {
        let chosen = Signal::derive(move || facts.card.with(|card| card.progress == percent));
        let pick = move |()| facts.change(TaskChange::Progress(percent));
        view! {
            <Pick name="progress" value=percent.to_string() chosen pick>
                <span class="pick-name">{percent} " %" {(percent == limits::DONE).then_some(", done")}</span>
                {tick(chosen)}
            </Pick>
        }
    };
    view! {
        <div class="fact">
            <Picker label="Progress" value=progress_of(facts) open=refused>
                <Form action class="picks" state>{STEPS.map(choice).into_iter().collect_view()}</Form>
            </Picker>
        </div>
    }
}
