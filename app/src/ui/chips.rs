//! What a task has, as small signs with words: on its card, and on its own page.

use leptos::prelude::*;
use protocol::{Card, Colour, Day, Due, Label, LabelId, Priority};

use super::{Icon, Sign, effect};
use crate::clock;

/// A label in its colour.
#[component]
pub fn LabelChip(label: Label) -> impl IntoView {
    view! { <span class=format!("label label-{}", label.colour.as_str())>{label.name}</span> }
}

/// One of the named colours.
#[component]
pub fn ColourSelect(colour: Colour) -> impl IntoView {
    view! {
        <select class="input" name="colour" aria-label="Colour">
            {Colour::ALL
                .into_iter()
                .map(|choice| {
                    view! { <option value=choice.as_str() selected=choice == colour>{choice.words()}</option> }
                })
                .collect_view()}
        </select>
    }
}

/// The labels among `all` that a task bears, in the order of their names.
pub fn borne(all: &[Label], ids: &[LabelId]) -> Vec<Label> {
    all.iter().filter(|label| ids.contains(&label.id)).cloned().collect()
}

/// When a task is due, and whether that is soon or over: in words and by a sign, not by colour alone.
pub fn due_chip(card: &Card, today: Day) -> Option<AnyView> {
    let (state, due) = (Due::of(card, today)?, card.due?);
    let (class, sign) = match state {
        Due::Done => ("due due-done", Sign::Check),
        Due::Overdue => ("due due-overdue", Sign::Alert),
        Due::Today | Due::Soon => ("due due-soon", Sign::Clock),
        Due::Later => ("due", Sign::Day),
    };
    let words = state.words(due, today);
    // One type of view for all.
    Some(view! { <span class=class><Icon sign/> {words}</span> }.into_any())
}

/// How much a task matters.
#[component]
pub fn PriorityChip(priority: Priority) -> impl IntoView {
    view! {
        <span class=format!("priority priority-{}", priority.as_str())><Icon sign=Sign::Priority/> {priority.words()}</span>
    }
}

/// In the browser: keeps `today` the day that this wall shows, also over midnight.
pub fn follow_today(today: RwSignal<Day>) {
    effect(move |_| look(today));
}

fn look(today: RwSignal<Day>) {
    if today.is_disposed() {
        return;
    }
    let (day, left) = clock::today();
    if today.get_untracked() != day {
        today.set(day);
    }
    set_timeout(move || look(today), left);
}
