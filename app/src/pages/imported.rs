//! What came of a board that was made of a file, for who made it.

use leptos::prelude::*;
use protocol::{Imported as Outcome, page::PageQuery};

use super::address::id_in_address;
use crate::ui::{PageTitle, loaded, page};

/// The page that an import leads to.
#[component]
pub fn Imported() -> impl IntoView {
    let board = id_in_address("board");
    let outcome = page(move || board.get().map(|board| PageQuery::Imported { board }));
    loaded(outcome, |outcome: Outcome| view! { <OutcomeView outcome/> })
}

#[component]
fn OutcomeView(outcome: Outcome) -> impl IntoView {
    let Outcome { board, columns, tasks, comments, added, missing, names, notes } = outcome;
    let (id, name) = (board.board.id, board.board.name);
    let made =
        format!("{}, {} and {}.", counted(columns, "column"), counted(tasks, "task"), counted(comments, "comment"),);
    let unnamed = missing - names.len() as i64;
    let more = if unnamed > 0 { format!(" and {unnamed} others") } else { String::new() };
    let absent = match missing {
        0 => None,
        1 => Some(format!("One person was not found: {}.", names.join(", "))),
        many => Some(format!("{many} people were not found: {}{more}.", names.join(", "))),
    };
    view! {
        <PageTitle text=format!("{name} is imported")/>
        <div class="page">
            <div class="page-head">
                <a class="page-back" href=format!("/boards/{id}/")>{name}</a>
                <h1 class="page-title">"The board is imported"</h1>
            </div>
            <p class="page-text" role="status">{made}</p>
            {(added > 0)
                .then(|| {
                    let words = if added == 1 { "One person whom you share a board with is on it." } else { "" };
                    let words = if words.is_empty() {
                        format!("{added} people whom you share a board with are on it.")
                    } else {
                        words.to_owned()
                    };
                    view! { <p class="page-text">{words} " Nobody was notified."</p> }
                })}
            {absent
                .map(|words| {
                    view! {
                        <p class="page-text">
                            {words} " They are assigned to nothing. Invite them from "
                            <a href=format!("/boards/{id}/members/")>"the members’ page"</a> "."
                        </p>
                    }
                })}
            {(comments > 0)
                .then(|| {
                    view! {
                        <p class="page-text">"Comments by others are yours now, and say whose words they were."</p>
                    }
                })}
            {(!notes.is_empty())
                .then(|| {
                    view! {
                        <section class="section">
                            <h2 class="section-title">"Not as it was"</h2>
                            <ul class="import-notes">
                                {notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
                            </ul>
                        </section>
                    }
                })}
            <p class="form-line">
                <a class="button button-primary" href=format!("/boards/{id}/")>"Open the board"</a>
            </p>
        </div>
    }
}

fn counted(count: i64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
