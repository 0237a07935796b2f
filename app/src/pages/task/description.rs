//! A task's description, with task lists that are ticked where they stand.

use leptos::{
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event, HtmlInputElement},
};
use protocol::Error;

use super::{
    Facts,
    edit::{self, newest},
};
use crate::{
    api::{ApiError, tick_task},
    references::References,
    ui::{effect, new_key, when},
};

/// A tick is tried again so often where others tick at the same time.
const TRIES: usize = 5;

/// The description, rendered and sanitised by the server. Who writes here ticks its items.
#[component]
pub fn Description(facts: Facts, writes: bool) -> impl IntoView {
    let references = expect_context::<References>();
    let html = Memo::new(move |_| facts.task.with(|task| task.description_html.clone()));
    let dressed = move || html.with(|html| references.dressed(html));
    let trouble = RwSignal::new(None::<String>);
    let shown = NodeRef::<html::Div>::new();
    // The item that was ticked last: it has the focus, which it would lose when the text is drawn anew.
    let last = StoredValue::new(None::<usize>);
    let ticked = move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        let Some(item) = shown.get_untracked().and_then(|shown| items(&shown).iter().position(|item| *item == input))
        else {
            return;
        };
        last.set_value(Some(item));
        trouble.set(None);
        let done = input.checked();
        spawn_local(async move {
            if let Err(words) = tick(facts, item, done).await {
                trouble.try_set(Some(words));
                input.set_checked(!done);
            }
        });
    };
    if writes {
        effect(move |_| {
            html.track();
            shown.track();
            // Once it is drawn.
            request_animation_frame(move || {
                if let Some(shown) = shown.try_get_untracked().flatten() {
                    let again = last.try_get_value().flatten().filter(|_| nothing_has_the_focus());
                    enable(&items(&shown), again);
                }
            });
        });
    }
    let write = move |_| {
        if writes {
            edit::open("description");
        }
    };
    view! {
        {when(
            move || html.with(String::is_empty),
            move || view! { <p class="task-none" class:task-writes=writes on:click=write>"No description yet."</p> },
        )}
        {when(
            move || !html.with(String::is_empty),
            move || view! { <div class="prose task-description" node_ref=shown inner_html=dressed on:change=ticked></div> },
        )}
        {move || trouble.get().map(|words| view! { <p class="form-error" role="alert">{words}</p> })}
    }
}

/// The items of the task lists, in order.
fn items(shown: &Element) -> Vec<HtmlInputElement> {
    let Ok(found) = shown.query_selector_all("input[type=checkbox]") else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
}

/// The server draws them disabled, for who has no script, and names them by their state. What can be ticked is
/// named by its words, as its state is said besides.
fn enable(items: &[HtmlInputElement], focused: Option<usize>) {
    for item in items {
        item.set_disabled(false);
        // Refused only for a name that is none.
        let _named = item.set_attribute("aria-label", &words_of(item));
    }
    if let Some(item) = focused.and_then(|item| items.get(item)) {
        // Refused only for an element that can't have the focus.
        let _focused = item.focus();
    }
}

/// What an item says, without what stands in lists below it.
fn words_of(item: &HtmlInputElement) -> String {
    let mut words = String::new();
    let mut next = item.next_sibling();
    while let Some(node) = next.filter(|node| !matches!(node.node_name().as_str(), "UL" | "OL")) {
        words += &node.text_content().unwrap_or_default();
        next = node.next_sibling();
    }
    words.trim().to_owned()
}

/// Is the focus where it goes when what had it is gone?
pub(super) fn nothing_has_the_focus() -> bool {
    document().active_element().is_none_or(|element| element.tag_name() == "BODY")
}

/// Ticks an item, also where others tick theirs at the same time.
///
/// # Errors
/// Why not, in words.
async fn tick(facts: Facts, item: usize, done: bool) -> Result<(), String> {
    for _ in 0..TRIES {
        let Some((id, version, before)) =
            facts.task.try_with_untracked(|task| (task.card.id, task.version, task.description.clone()))
        else {
            // The task was left.
            return Ok(());
        };
        match tick_task(new_key(), id, item, done, version).await {
            Ok(saved) => {
                facts.put(saved);
                return Ok(());
            }
            Err(ApiError(Error::Conflict { .. })) => {
                let now = newest(id).await.map_err(|ApiError(error)| not_saved(&error))?;
                let same = untick(&now.description) == untick(&before);
                facts.put(now);
                if !same {
                    return Err("The description was changed meanwhile. Look again, then tick.".to_owned());
                }
            }
            Err(ApiError(error)) => return Err(not_saved(&error)),
        }
    }
    Err("Others change this description all the time. Try again.".to_owned())
}

fn not_saved(error: &Error) -> String {
    format!("It was not ticked. {error}")
}

/// A source as it is without any ticks: what an item's number means is then the same.
fn untick(source: &str) -> String {
    source.replace("[x]", "[ ]").replace("[X]", "[ ]")
}
