//! What a card says of its task.

use leptos::prelude::*;
use protocol::Card;

use crate::ui::{Icon, Sign, when};

/// The title, and below it what is worth knowing at a glance.
#[component]
pub fn Face(card: ArcRwSignal<Card>) -> impl IntoView {
    let number = card.with_untracked(|card| card.number);
    let title = {
        let card = card.clone();
        move || card.with(|card| card.title.clone())
    };
    let comments = Memo::new(move |_| card.with(|card| card.comments));
    view! {
        <span class="card-title">{move || title()}</span>
        <span class="card-foot">
            <span class="card-number">"#" {number}</span>
            {when(
                move || comments.get() > 0,
                move || {
                    view! {
                        <span class="card-comments">
                            <Icon sign=Sign::Comment/>
                            {move || comments.get()}
                            <span class="visually-hidden">
                                {move || if comments.get() == 1 { " comment" } else { " comments" }}
                            </span>
                        </span>
                    }
                },
            )}
        </span>
    }
}
