//! What is said about moves.

use leptos::prelude::*;
use protocol::{Board, page::Transferred};

use super::{Moves, Word};

/// What is said about the last move.
#[component]
pub fn Words(moves: Moves) -> impl IntoView {
    let button = move |words: &'static str, act: fn(Moves)| {
        let press = move |_| {
            moves.hush();
            act(moves);
        };
        view! { <button class="button button-small" type="button" on:click=press>{words}</button> }
    };
    let quiet = move || match moves.word.get() {
        Some(Word::Undoable(words)) => {
            Some(view! { <p class="toast">{words} {button("Undo", Moves::undo)}</p> }.into_any())
        }
        Some(Word::Departed(moved)) => {
            let taken_off = moved.taken_off();
            let Transferred { board: Board { id, name, .. }, tasks, .. } = moved;
            let what = match &tasks[..] {
                [(_, name)] => name.clone(),
                tasks => format!("{} tasks", tasks.len()),
            };
            let there = view! { <a href=format!("/boards/{id}/")>{name}</a> };
            let words = view! { <span>"Moved " {what} " to " {there} "." {taken_off}</span> };
            Some(view! { <p class="toast">{words} {button("Undo", Moves::undo)}</p> }.into_any())
        }
        Some(Word::Said(words)) => Some(view! { <p class="toast">{words}</p> }.into_any()),
        _ => None,
    };
    let loud = move || match moves.word.get() {
        Some(Word::Failed(words)) => {
            let again = button("Try again", Moves::try_again);
            Some(view! { <p class="toast toast-bad">{words} {again}</p> }.into_any())
        }
        Some(Word::Refused(words)) => Some(view! { <p class="toast toast-bad">{words}</p> }.into_any()),
        _ => None,
    };
    view! {
        <div class="toasts board-words">
            <div role="status">{crate::ui::live(quiet)}</div>
            <div role="alert">{crate::ui::live(loud)}</div>
        </div>
        <p class="visually-hidden" role="status" aria-live="assertive">{moves.announced}</p>
    }
}
