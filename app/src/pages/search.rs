//! Search: what is looked for stands in the address, so that every page of hits is a page of its own.

mod hits;
mod keys;

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Url,
};
use protocol::{
    Error,
    page::{PageQuery, SearchPage},
    search::{self, HELP, Meaning, Sort},
};

use crate::{
    api::{ApiError, load_page},
    ui::{ErrorPanel, Icon, PageTitle, Sign, effect, list, live, loaded, page, when},
};
use hits::Hits;
pub use keys::focus_field;

/// The address of the page.
const SEARCH: &str = "/search/";
/// The id of the field.
const FIELD: &str = "search-text";
/// After so long without a further letter what was typed is looked for.
const PAUSE: Duration = Duration::from_millis(150);

/// The page of hits.
#[component]
pub fn Search() -> impl IntoView {
    let query = use_location().search;
    let text = Memo::new(move |_| query.with(|query| in_query(query, "q")));
    let sort = Memo::new(move |_| query.with(|query| Sort::named(&in_query(query, "sort"))));
    let key = Memo::new(move |_| query.with(|query| Some(in_query(query, "key")).filter(|key| !key.is_empty())));
    let asked = Memo::new(move |_| (text.get(), sort.get(), key.get()));
    let first = asked.get_untracked();
    let query = |(text, sort, key): Asked| PageQuery::Search { text, sort, key };
    let hits = page({
        let first = first.clone();
        move || Some(query(first.clone()))
    });
    // Whatever is asked after the first. Not by the page's own way of waiting, in which a question
    // waits for the answer to the one before.
    let newest = RwSignal::new(None::<Answer>);
    let waits = RwSignal::new(false);
    let questions = StoredValue::new(0_u32);
    let ask = Callback::new(move |asked: Asked| {
        waits.set(true);
        let question = questions.try_update_value(|questions| {
            *questions += 1;
            *questions
        });
        spawn_local(async move {
            let answer = load_page(query(asked.clone())).await.and_then(|page| page.read());
            if question.is_some() && questions.try_get_value() == question {
                newest.set(Some((asked, answer.map_err(|ApiError(error)| error))));
                waits.set(false);
            }
        });
    });
    effect(move |before: Option<Asked>| {
        let asked = asked.get();
        if before.is_some_and(|before| before != asked) {
            ask.run(asked.clone());
        }
        asked
    });
    let title = move || match text.get() {
        text if text.is_empty() => "Search".to_owned(),
        text => format!("{text} · Search"),
    };
    view! {
        {live(move || view! { <PageTitle text=title()/> })}
        <div class="page search" class:search-waits=move || waits.get() on:keydown=keys::walk>
            <h1 class="page-title">"Search"</h1>
            <SearchForm text sort/>
            <Filters text sort/>
            {loaded(hits, move |page: SearchPage| {
                let first = (first.clone(), Ok(page));
                live(move || answer(newest.get().unwrap_or_else(|| first.clone()), ask))
            })}
        </div>
    }
}

/// What was asked: as typed, in which order, and where the page begins.
type Asked = (String, Sort, Option<String>);
/// What came of it.
type Answer = (Asked, Result<SearchPage, Error>);

fn answer((asked, answer): Answer, ask: Callback<Asked>) -> AnyView {
    let (text, sort, key) = asked.clone();
    match answer {
        Ok(page) => {
            let (asks, helps) = (!text.is_empty(), page.hits.is_empty());
            view! {
                {asks.then(|| view! { <Hits page text sort first=key.is_none()/> })}
                {helps.then(|| view! { <Help/> })}
            }
            .into_any()
        }
        Err(error) => view! { <ErrorPanel error retry=move |()| ask.run(asked.clone())/> }.into_any(),
    }
}

/// The field. Without script its button asks; with it, whatever is typed is looked for.
#[component]
fn SearchForm(text: Memo<String>, sort: Memo<Sort>) -> impl IntoView {
    let typed = RwSignal::new(text.get_untracked());
    let empty = text.with_untracked(String::is_empty);
    // What the address says because it was typed here: everything else it says is put into the field.
    let said = StoredValue::new(text.get_untracked());
    effect(move |_| {
        let text = text.get();
        if said.get_value() != text {
            said.set_value(text.clone());
            typed.set(text);
        }
    });
    effect(move |_| {
        if empty {
            focus_field();
        }
    });
    let navigate = use_navigate();
    let look = move || {
        let Some(typed) = typed.try_get_untracked() else { return };
        if text.try_get_untracked().is_some_and(|text| text.trim() != typed.trim()) {
            let typed = typed.trim().to_owned();
            said.set_value(typed.clone());
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&address(&typed, sort.get_untracked(), None), options);
        }
    };
    let soon = StoredValue::new(None::<TimeoutHandle>);
    let later = look.clone();
    let wait = move || {
        if let Some(Some(timer)) = soon.try_update_value(Option::take) {
            timer.clear();
        }
        soon.set_value(set_timeout_with_handle(later.clone(), PAUSE).ok());
    };
    on_cleanup(move || {
        if let Some(Some(timer)) = soon.try_update_value(Option::take) {
            timer.clear();
        }
    });
    view! {
        <form
            class="search-form"
            method="get"
            action=SEARCH
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                look();
            }
        >
            <label class="visually-hidden" for=FIELD>"Search messages, comments and tasks"</label>
            <input
                class="input search-text"
                id=FIELD
                name="q"
                type="search"
                value=text.get_untracked()
                prop:value=move || typed.get()
                autofocus=empty
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength=search::LONGEST.to_string()
                placeholder="Words, \"a phrase\", in:general, from:ana"
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    wait();
                }
            />
            {live(move || {
                (sort.get() != Sort::Newest)
                    .then(|| view! { <input type="hidden" name="sort" value=sort.get_untracked().as_str()/> })
            })}
            <button class="button button-primary" type="submit">"Search"</button>
        </form>
    }
}

/// The filters that are typed, each to be taken out again, and the order of the hits.
#[component]
fn Filters(text: Memo<String>, sort: Memo<Sort>) -> impl IntoView {
    let chips = move || -> Vec<(String, String)> {
        let text = text.get();
        let filters = search::parse(&text).into_iter().filter(|part| matches!(part.meaning, Meaning::Filter(_)));
        filters.map(|part| (text[part.range.clone()].to_owned(), search::without(&text, &part.range))).collect()
    };
    let chip = move |(filter, rest): (String, String)| {
        view! {
            <a class="chip" href=address(&rest, sort.get_untracked(), None)>
                <span class="visually-hidden">"Without "</span>
                {filter}
                <Icon sign=Sign::Close/>
            </a>
        }
    };
    let order = move |name: &'static str, this: Sort| {
        let here = move || (sort.get() == this).then_some("true");
        view! {
            <a class="view-link" href=move || address(&text.get(), this, None) aria-current=here>{name}</a>
        }
    };
    when(
        move || text.with(|text| !text.is_empty()),
        move || {
            view! {
                <div class="search-bar">
                    <div class="search-chips">
                        {list(chips, |chip: &(String, String)| (chip.0.clone(), chip.1.clone()), chip)}
                    </div>
                    <nav class="search-orders" aria-label="Order">
                        {order("Newest", Sort::Newest)}
                        {order("Best match", Sort::Best)}
                    </nav>
                </div>
            }
        },
    )
}

/// What can be typed.
#[component]
fn Help() -> impl IntoView {
    view! {
        <section class="section search-help">
            <h2 class="section-title">"What you can type"</h2>
            <dl class="search-operators">
                {HELP
                    .into_iter()
                    .map(|(operator, words)| {
                        view! {
                            <div class="search-operator">
                                <dt><code>{operator}</code></dt>
                                <dd>{words}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
            <p class="page-text">
                <kbd>"/"</kbd> " leads here from anywhere; " <kbd>"J"</kbd> " and " <kbd>"K"</kbd>
                ", or the arrows, go through what was found."
            </p>
        </section>
    }
}

/// The address of a page of hits.
fn address(text: &str, sort: Sort, key: Option<&str>) -> String {
    let mut address = format!("{SEARCH}?q={}", Url::escape(text));
    if sort != Sort::Newest {
        address = format!("{address}&sort={}", sort.as_str());
    }
    match key {
        Some(key) => format!("{address}&key={key}"),
        None => address,
    }
}

/// What a query says under a name. Not by the router's map, which decodes twice.
fn in_query(query: &str, name: &str) -> String {
    let fields = query.trim_start_matches('?').split('&');
    let found = fields.filter_map(|field| field.split_once('=')).find(|(field, _)| *field == name);
    found.map_or_else(String::new, |(_, value)| Url::unescape(&value.replace('+', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_was_asked() {
        for text in ["", "two words", "50% & more", "100%25", "in:\"Design team\" #12", "東京", "a+b=c"] {
            let address = address(text, Sort::Best, Some("m5t7"));
            let query = address.split_once('?').unwrap().1;
            assert_eq!(in_query(query, "q"), text, "{address}");
            assert_eq!((in_query(query, "sort"), in_query(query, "key")), ("best".into(), "m5t7".into()));
        }
        assert_eq!(in_query("?q=two+words", "q"), "two words");
        assert_eq!(in_query("", "q"), "");
    }
}
