//! What was found.

use leptos::prelude::*;
use protocol::{
    page::{Hit, HitKind, Piece, SearchPage},
    search::Sort,
};

use super::address;
use crate::ui::{Empty, Icon, Moment, Sign};

/// The hits of one page, and the way to the next.
#[component]
pub fn Hits(page: SearchPage, text: String, sort: Sort, first: bool) -> impl IntoView {
    let SearchPage { hits, next, notice } = page;
    let said = match (&notice, hits.len(), next.is_some()) {
        (Some(_), ..) => String::new(),
        (None, 0, _) => "Nothing was found".to_owned(),
        (None, 1, _) => "1 hit".to_owned(),
        (None, count, true) => format!("{count} hits, and more"),
        (None, count, false) => format!("{count} hits"),
    };
    let none = notice.is_none() && hits.is_empty();
    view! {
        {notice.map(|notice| view! { <p class="search-notice" role="alert">{notice}</p> })}
        <p class="visually-hidden" role="status">{said}</p>
        {none
            .then(|| {
                view! {
                    <Empty title="Nothing was found">
                        "Whole words are looked for, in everything you can read. Try fewer of them, or another form."
                    </Empty>
                }
            })}
        {(!hits.is_empty())
            .then(|| view! { <ol class="hits">{hits.into_iter().map(|hit| view! { <HitRow hit/> }).collect_view()}</ol> })}
        <p class="hits-more">
            {(!first).then(|| view! { <a class="button button-quiet" href=address(&text, sort, None)>"Back to the first"</a> })}
            {next.map(|next| view! { <a class="button" href=address(&text, sort, Some(&next))>"More"</a> })}
        </p>
    }
}

/// A hit: opening it leads to its place.
#[component]
fn HitRow(hit: Hit) -> impl IntoView {
    let Hit { kind, url, place, private, board, author, clock, archived, title, excerpt, .. } = hit;
    let sign = match kind {
        HitKind::Message if private => Sign::Lock,
        HitKind::Message => Sign::Room,
        HitKind::Comment => Sign::Comment,
        HitKind::Task => Sign::Check,
    };
    let who = author.map_or_else(|| "former member".to_owned(), |author| author.display_name);
    // The way to a message is an address of the server's; a task is a page.
    let leaves = (kind != HitKind::Task).then_some("external");
    view! {
        <li class="hit">
            <a class="hit-link" href=url rel=leaves>
                <span class="hit-where">
                    <Icon sign/>
                    <span class="hit-place">{place}</span>
                    {archived.then(|| view! { <span class="tag">"Archived"</span> })}
                    {(!title.is_empty()).then(|| view! { <span class="hit-title">{pieces(title)}</span> })}
                </span>
                {(!excerpt.is_empty()).then(|| view! { <span class="hit-text">{pieces(excerpt)}</span> })}
                <span class="hit-who">
                    {who} " · " {board} " · " <Moment clock/>
                </span>
            </a>
        </li>
    }
}

/// A text with what was looked for marked.
fn pieces(pieces: Vec<Piece>) -> impl IntoView {
    let piece = |Piece { text, hit }| match hit {
        true => view! { <mark>{text}</mark> }.into_any(),
        false => text.into_any(),
    };
    pieces.into_iter().map(piece).collect_view()
}
