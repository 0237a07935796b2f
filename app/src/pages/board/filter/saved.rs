//! The filters that I keep of the board, beside the bar.

use leptos::prelude::*;
use protocol::{BoardId, SavedFilter, filter::Filter, limits};

use super::Cards;
use crate::ui::{Field, Form, Picker, list, live, when};

/// Those that there are, as links, and a form that keeps what is chosen now.
#[component]
pub fn Saved(board: BoardId, cards: Cards, saved: RwSignal<Vec<SavedFilter>>) -> impl IntoView {
    let filter = cards.filter;
    let query = Memo::new(move |_| filter.with(Filter::query));
    let count = move || saved.with(|saved| if saved.is_empty() { "None".to_owned() } else { saved.len().to_string() });
    let link = move |kept: SavedFilter| {
        let here = {
            let kept = kept.query.clone();
            move || (query.get() == kept).then_some("true")
        };
        view! {
            <a class="pick" href=format!("/boards/{board}/{}", kept.query) aria-current=here data-noscroll="true">
                <span class="pick-name">{kept.name}</span>
            </a>
        }
    };
    let form = move || {
        view! {
            <Form action=format!("/boards/{board}/filters/") class="filter-save">
                <input type="hidden" name="query" value=query.get_untracked() prop:value=move || query.get()/>
                <Field name="name" label="Save this filter as" max=limits::FILTER_NAME/>
                <button class="button button-small" type="submit">"Save"</button>
            </Form>
        }
    };
    let is_kept = move || saved.with(|saved| query.with(|query| saved.iter().any(|kept| kept.query == *query)));
    view! {
        <div class="filter-saved">
            <Picker label="Saved" value=live(count).into_any() class="filter-picker" open=false>
                {list(move || saved.get(), |kept: &SavedFilter| (kept.id, kept.name.clone()), link)}
                {when(move || saved.with(Vec::is_empty) && query.with(String::is_empty), || {
                    view! { <p class="filter-hint">"Choose what is shown, then save it here under a name."</p> }
                })}
                {when(move || !query.with(String::is_empty) && !is_kept(), form)}
                {when(move || !saved.with(Vec::is_empty), move || {
                    view! { <a class="pick filter-manage" href=format!("/boards/{board}/filters/")>"Rename or delete…"</a> }
                })}
            </Picker>
        </div>
    }
}
