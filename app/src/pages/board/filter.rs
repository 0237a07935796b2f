//! Which cards are shown. What is chosen stands in the address.

mod choices;
mod saved;

use std::time::Duration;

use leptos::{
    ev::{self, Event, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, FormData, HtmlFormElement, HtmlInputElement, UrlSearchParams},
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use protocol::{
    BoardId, SavedFilter,
    filter::{Calendar, Filter, Order},
    limits,
};

use super::{Cards, keys as board_keys};
use crate::{
    keys::{self, At, Deed},
    ui::{Icon, Sign, effect, live, when},
};
use choices::Choices;
use saved::Saved;

/// After so long without a further letter what was typed is looked for.
const PAUSE: Duration = Duration::from_millis(150);

/// The query of the address that asks for what is shown, for links that shall keep it.
#[derive(Clone, Copy)]
pub struct Asked(pub Memo<String>);

impl Asked {
    /// For a filter.
    pub fn new(filter: Memo<Filter>) -> Self {
        Self(Memo::new(move |_| filter.with(Filter::query)))
    }
}

/// What the address asks for. One that asks for something else of the task that is open leaves what it was.
pub fn in_address() -> Memo<Filter> {
    let query = use_location().search;
    Memo::new(move |before: Option<&Filter>| {
        query.with(|query| {
            let filter = Filter::parse(query);
            before.filter(|_| filter == Filter::default() && query.contains('=')).cloned().unwrap_or(filter)
        })
    })
}

/// The field and the choices. Without script a button applies them; with it, each holds at once.
#[component]
pub fn FilterBar(board: BoardId, cards: Cards, saved: RwSignal<Vec<SavedFilter>>) -> impl IntoView {
    let filter = cards.filter;
    let (form, field) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    let path = use_location().pathname;
    let navigate = use_navigate();
    let active = Memo::new(move |_| !filter.with(Filter::is_empty));
    let text = Memo::new(move |_| filter.with(|filter| filter.text.clone()));
    // What the address says because it was typed here: everything else it says is put into the field.
    let said = StoredValue::new(text.get_untracked());
    effect(move |_| {
        let text = text.get();
        if said.get_value() != text {
            said.set_value(text.clone());
            if let Some(field) = field.get_untracked() {
                field.set_value(&text);
            }
        }
    });
    let ask = Callback::new(move |asked: Filter| {
        if filter.try_get_untracked().is_some_and(|filter| filter != asked) {
            said.set_value(asked.text.clone());
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&format!("{}{}", path.get_untracked(), asked.query()), options);
        }
    });
    let apply = move || {
        if let Some(asked) = form.try_get_untracked().flatten().and_then(|form| chosen(&form)) {
            ask.run(asked);
        }
    };
    let soon = StoredValue::new(None::<TimeoutHandle>);
    let hush = move || {
        if let Some(Some(timer)) = soon.try_update_value(Option::take) {
            timer.clear();
        }
    };
    on_cleanup(hush);
    let input = move |event: Event| {
        hush();
        if is_text(&event) {
            soon.set_value(set_timeout_with_handle(apply, PAUSE).ok());
        } else {
            apply();
        }
    };
    let clear = move || {
        hush();
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            // Refused only for what can't have the focus.
            let _focused = field.focus();
        }
        ask.run(filter.with_untracked(Filter::cleared));
    };
    let key = move |event: KeyboardEvent| {
        if keys::name(&event).as_deref() == Some("Escape") && !event.default_prevented() {
            event.prevent_default();
            clear();
        }
    };
    focus_by_key(field);
    let bare = move || format!("{}{}", path.get(), filter.with(|filter| filter.cleared().query()));
    let way_out = move |class: &'static str, words: &'static str| {
        let press = move |event: ev::MouseEvent| {
            event.prevent_default();
            clear();
        };
        view! { <a class=class href=bare on:click=press>{words}</a> }
    };
    // What the form asks for goes on being shown in the same way.
    let shown_as = move || {
        let fields = filter.with(|filter| filter.cleared().fields());
        let field = |(name, value): (&'static str, String)| view! { <input type="hidden" name=name value=value/> };
        fields.into_iter().map(field).collect_view()
    };
    let count = move || cards.shown().map(|(shown, all)| format!("{shown} of {all} tasks"));
    view! {
        <div class="filter-row">
            <form
                class="filter"
                id="filter"
                method="get"
                action=path.get_untracked()
                role="search"
                aria-label="Filter the tasks"
                node_ref=form
                on:input=input
                on:keydown=key
                on:submit=move |event| {
                    event.prevent_default();
                    hush();
                    apply();
                }
            >
                <input
                    class="input filter-text"
                    name="q"
                    type="search"
                    value=text.get_untracked()
                    node_ref=field
                    autocomplete="off"
                    spellcheck="false"
                    maxlength=limits::TASK_TITLE.to_string()
                    placeholder="Filter tasks"
                    aria-label="Filter tasks by words or a number"
                    aria-keyshortcuts="f"
                    title="Filter (F)"
                />
                <button class="button button-quiet button-icon filter-apply" type="submit" aria-label="Apply the filter">
                    <Icon sign=Sign::Search/>
                </button>
                <Choices cards/>
                {live(shown_as)}
                <p class="filter-count" role="status">{live(count)}</p>
                {when(move || active.get(), move || way_out("button button-quiet", "Clear"))}
            </form>
            <Saved board cards saved/>
        </div>
        {when(
            move || cards.shown().is_some_and(|(shown, _)| shown == 0),
            move || {
                view! {
                    <div class="filter-none">
                        <p>"No task matches this filter."</p>
                        {way_out("button", "Clear the filter")}
                    </div>
                }
            },
        )}
    }
}

/// The ways to look at the tasks: in columns, as a list, or in a calendar.
#[component]
pub fn Views(cards: Cards) -> impl IntoView {
    let path = use_location().pathname;
    let filter = cards.filter;
    let way = move |words: &'static str, is: fn(&Filter) -> bool, to: fn(&Filter) -> Filter| {
        let address = move || format!("{}{}", path.get(), filter.with(to).query());
        let here = move || filter.with(is).then_some("true");
        view! { <a class="way" href=address aria-current=here data-noscroll="true">{words}</a> }
    };
    view! {
        <nav class="ways" aria-label="View">
            {way("Board", Filter::in_columns, |filter| filter.shown_as(None))}
            {way("List", |filter| filter.list.is_some(), |filter| filter.shown_as(Some(Order::default())))}
            {way("Calendar", |filter| filter.calendar.is_some(), |filter| filter.shown_in(Calendar::default()))}
        </nav>
    }
}

/// What is typed and chosen in the form, as its address would say it.
fn chosen(form: &HtmlFormElement) -> Option<Filter> {
    let data = FormData::new_with_form(form).ok()?;
    let query = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some(Filter::parse(&String::from(query.to_string())))
}

fn is_text(event: &Event) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    field.is_some_and(|field| field.type_() == "search")
}

/// In the browser, for as long as the bar is there: `F` leads to its field.
fn focus_by_key(field: NodeRef<html::Input>) {
    effect(move |_| {
        let heard = window_event_listener(ev::keydown, move |event| {
            let typed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let typed = typed.is_some_and(|target| board_keys::is_field(&target));
            let asked = keys::name(&event).and_then(|key| keys::meant(At::Board, &key)) == Some(Deed::Filter);
            if typed || !asked || event.default_prevented() {
                return;
            }
            if let Some(field) = field.get_untracked() {
                event.prevent_default();
                // Refused only for what can't have the focus.
                let _focused = field.focus();
                field.select();
            }
        });
        on_cleanup(move || heard.remove());
    });
}
