//! A picture over the page, as large as fits, with the others beside it.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};
use leptos_router::hooks::use_url;

use super::{Gallery, Open, Shown};
use crate::{
    keys,
    ui::{Icon, Sign, effect, live},
};

/// A dialog that has the keys to itself until it is closed, by Escape or by a click beside the picture; the focus then
/// goes back to the small picture.
///
/// It is no step of the history: the way back leads to the page before, as it does from the page around it, and takes
/// the picture along. Where a gesture is the way back (Android), browsers close an open dialog by it.
#[component]
pub fn Lightbox(gallery: Gallery) -> impl IntoView {
    let Open(open) = expect_context();
    let Gallery { pictures, at } = gallery;
    let (count, at) = (pictures.len(), RwSignal::new(at));
    let pictures = StoredValue::new(pictures);
    let shown = Memo::new(move |_| pictures.with_value(|pictures| pictures.get(at.get()).cloned()));
    let part = move |of: fn(Shown) -> String| move || shown.get().map(of).unwrap_or_default();
    let dialog = NodeRef::<html::Dialog>::new();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    effect(move |_| {
        if let Some(dialog) = dialog.get() {
            // Refused only where it is open already.
            let _shown = dialog.show_modal();
        }
    });
    let url = use_url();
    effect(move |before: Option<String>| {
        let path = url.with(|url| url.path().to_owned());
        if before.is_some_and(|before| before != path) {
            close();
        }
        path
    });
    let go = move |by: usize| at.update(|at| *at = (*at + by) % count);
    let key = move |event: KeyboardEvent| {
        let by = match keys::name(&event).as_deref() {
            Some("ArrowRight") => 1,
            Some("ArrowLeft") => count - 1,
            _ => return,
        };
        event.prevent_default();
        go(by);
    };
    let beside = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.matches(".lightbox, .lightbox-stage").unwrap_or(false)) {
            close();
        }
    };
    let way = move |words: &'static str, class: &'static str, by: usize| {
        (count > 1).then(|| {
            view! {
                <button class=format!("lightbox-way {class}") type="button" aria-label=words on:click=move |_| go(by)>
                    <Icon sign=Sign::Move/>
                </button>
            }
        })
    };
    view! {
        <dialog
            class="lightbox"
            aria-label="Picture"
            node_ref=dialog
            on:close=move |_| open.set(None)
            on:click=beside
            on:keydown=key
        >
            <div class="lightbox-head">
                <p class="lightbox-words" aria-live="polite">
                    <bdi class="file-name">{part(|picture| picture.name)}</bdi>
                    " "
                    <span class="file-size">
                        {part(|picture| picture.size)}
                        {(count > 1).then(|| view! { ", " {move || at.get() + 1} " of " {count} })}
                    </span>
                </p>
                <a
                    class="button button-quiet button-icon"
                    href=part(|picture| picture.address)
                    rel="external"
                    download=part(|picture| picture.name)
                    aria-label="Download"
                    title="Download"
                >
                    <Icon sign=Sign::Download/>
                </a>
                <button class="button button-quiet button-icon" type="button" autofocus=true aria-label="Close" on:click=move |_| close()>
                    <Icon sign=Sign::Close/>
                </button>
            </div>
            <div class="lightbox-stage">
                {live(move || shown.get().map(|picture| view! { <Picture picture/> }))}
                {way("Previous picture", "lightbox-before", count - 1)}
                {way("Next picture", "lightbox-after", 1)}
            </div>
        </dialog>
    }
}

/// The picture, and until it is here the small one in its place.
#[component]
fn Picture(picture: Shown) -> impl IntoView {
    let (here, failed) = (RwSignal::new(false), RwSignal::new(false));
    view! {
        <img class="lightbox-picture" src=picture.small alt="" hidden=move || here.get() || failed.get()/>
        <img
            class="lightbox-picture"
            src=picture.address
            alt=picture.name
            hidden=move || failed.get()
            on:load=move |_| here.set(true)
            on:error=move |_| failed.set(true)
        />
        {live(move || failed.get().then(|| view! { <p class="lightbox-fault" role="alert">"The picture can’t be loaded."</p> }))}
    }
}
