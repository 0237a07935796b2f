//! Pictures of messages and tasks, opened over the page one by one.
//!
//! The ear that hears a click on one is small and on every page; what it opens is a part of the client of its own.
//! Without script, and where that part can't be loaded, the link leads to the picture as any link does.

mod lightbox;

use futures::FutureExt;
use leptos::{
    ev::{self, MouseEvent},
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::Element,
};

use crate::{
    parts,
    ui::{effect, live},
};
pub use lightbox::{Lightbox, LightboxProps};

/// A link to a picture, which says how large that is.
const LINK: &str = "a[data-picture]";

/// A picture as its link on the page says it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    address: String,
    /// The address of the small one, which is here already.
    small: String,
    name: String,
    /// Its size in words.
    size: String,
}

/// The pictures of one message, or of a task, of which one is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Gallery {
    pictures: Vec<Shown>,
    at: usize,
}

/// The pictures that are open over the page, in the context of its frame.
#[derive(Clone, Copy)]
pub struct Open(RwSignal<Option<Gallery>>);

/// In the browser: hears clicks on pictures for as long as the calling component is there.
pub fn begin() {
    let open = RwSignal::new(None);
    provide_context(Open(open));
    effect(move |_| {
        let heard = window_event_listener(ev::click, move |event| {
            if let Some(gallery) = meant(&event) {
                event.prevent_default();
                show(open, gallery);
            }
        });
        on_cleanup(move || heard.remove());
    });
}

/// Where the pictures are shown that are open.
#[component]
pub fn Pictures() -> impl IntoView {
    let Open(open) = expect_context();
    live(move || {
        let gallery = open.get()?;
        // It was loaded before it was opened.
        parts::lightbox(gallery).now_or_never()?.ok()
    })
}

fn show(open: RwSignal<Option<Gallery>>, gallery: Gallery) {
    spawn_local(async move {
        if parts::load_lightbox().await.is_err() {
            let address = gallery.pictures.get(gallery.at).map(|picture| picture.address.clone());
            // As the link would have, but not beside this page: nobody is asked by a click any more.
            let _left = location().set_href(&address.unwrap_or_default());
            return;
        }
        open.try_set(Some(gallery));
    });
}

/// The pictures beside the one that is clicked, unless another window is wanted, or something else saw to it.
fn meant(event: &MouseEvent) -> Option<Gallery> {
    let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if elsewhere || event.button() != 0 || event.default_prevented() {
        return None;
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let link = target.closest(LINK).ok()??;
    let links = link.closest("ul").ok()??.query_selector_all(LINK).ok()?;
    let links = (0..links.length()).filter_map(|nth| links.item(nth)?.dyn_into::<Element>().ok());
    let (mut pictures, mut at) = (Vec::new(), 0);
    for other in links {
        if other == link {
            at = pictures.len();
        }
        pictures.push(of_link(&other)?);
    }
    Some(Gallery { pictures, at })
}

fn of_link(link: &Element) -> Option<Shown> {
    let small = link.query_selector("img").ok()??.get_attribute("src")?;
    Some(Shown {
        address: link.get_attribute("href")?,
        small,
        name: link.get_attribute("title")?,
        size: link.get_attribute("data-picture")?,
    })
}
