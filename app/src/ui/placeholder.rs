//! What stands where nothing is yet.

use leptos::prelude::*;

/// A list without entries: what it is, and what to do next.
#[component]
pub fn Empty(
    /// What is not there.
    #[prop(into)]
    title: String,
    /// What to do next, in a sentence or as links.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            <div class="empty-text">{children()}</div>
        </div>
    }
}

/// Grey bars in the place of a page that is being fetched. They appear after a moment only.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">"Loading…"</span>
            <span class="skeleton-bar skeleton-bar-title"></span>
            <span class="skeleton-bar"></span>
            <span class="skeleton-bar"></span>
            <span class="skeleton-bar skeleton-bar-short"></span>
        </div>
    }
}
