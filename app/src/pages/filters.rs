//! The filters that I keep of a board: what they are called, and away with them.

use leptos::prelude::*;
use protocol::{
    BoardId, Event, SavedFilter, limits,
    page::{FiltersPage, PageQuery},
};

use super::address::id_in_address;
use crate::{
    store::{Live, Store},
    ui::{Empty, Field, Form, FormState, PageTitle, loaded, page},
};

/// The page of what I keep of a board.
#[component]
pub fn Filters() -> impl IntoView {
    let board = id_in_address("board");
    let filters = page(move || board.get().map(|board| PageQuery::Filters { board }));
    loaded(filters, move |page: FiltersPage| {
        let of = page.board.board.id;
        expect_context::<Store>().open(page.cursor.clone(), move |live| match live {
            Live::Event(stored) if !is_of(&stored.event, of) => {}
            _ => filters.refetch(),
        });
        view! { <FiltersView page/> }
    })
}

fn is_of(event: &Event, of: BoardId) -> bool {
    matches!(event, Event::FiltersChanged { board, .. } if *board == of)
}

#[component]
fn FiltersView(page: FiltersPage) -> impl IntoView {
    let FiltersPage { board, filters, .. } = page;
    let (id, name) = (board.board.id, board.board.name);
    view! {
        <PageTitle text=format!("Saved filters of {name}")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name}</a>
                <h1 class="page-title">"Saved filters"</h1>
            </div>
            <Refused board=id/>
            {filters
                .is_empty()
                .then(|| {
                    view! {
                        <Empty title="No saved filters yet">
                            "Choose on the board what is shown, then “Saved” beside it keeps that for you under a name."
                        </Empty>
                    }
                })}
            <ul class="labels">
                {filters.into_iter().map(|filter| view! { <FilterRow board=id filter/> }).collect_view()}
            </ul>
        </div>
    }
}

/// What could not be kept, to be tried again.
#[component]
fn Refused(board: BoardId) -> impl IntoView {
    let action = format!("/boards/{board}/filters/");
    let state = FormState::of(&action);
    let query = state.typed("query").filter(|_| state.refused());
    query.map(|query| {
        view! {
            <Form action state class="form member-add">
                <input type="hidden" name="query" value=query/>
                <div class="form-line">
                    <Field name="name" label="Save the filter as" max=limits::FILTER_NAME/>
                    <button class="button button-primary" type="submit">"Save"</button>
                </div>
            </Form>
        }
    })
}

/// A filter, with what can be done about it.
#[component]
fn FilterRow(board: BoardId, filter: SavedFilter) -> impl IntoView {
    let SavedFilter { id, name, query } = filter;
    let path = format!("/boards/{board}/filters/{id}");
    let action = format!("{path}/edit/");
    let state = FormState::of(&action);
    let refused = state.refused();
    view! {
        <li class="label-row">
            <a class="label-row-name" href=format!("/boards/{board}/{query}")>{name.clone()}</a>
            <details class="confirm" open=refused>
                <summary class="button button-small">"Edit" <span class="visually-hidden">" " {name.clone()}</span></summary>
                <Form action state class="form label-edit">
                    <div class="form-line">
                        <Field name="name" label="Name" value=name max=limits::FILTER_NAME/>
                        <button class="button button-primary" type="submit">"Save"</button>
                    </div>
                </Form>
                <Form action=format!("{path}/delete/") class="label-edit label-delete">
                    <span>"The board and its tasks stay as they are."</span>
                    <button class="button button-danger" type="submit">"Delete the filter"</button>
                </Form>
            </details>
        </li>
    }
}
