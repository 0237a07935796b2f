//! Parts of a page that wait for what they show.

use std::{pin::Pin, sync::Arc};

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::tachys::reactive_graph::OwnedView;
use protocol::{Error, page::PageQuery};
use serde::de::DeserializeOwned;

use super::{ErrorPanel, Skeleton, effect};
use crate::{
    api::{ApiError, Content, InPage, load_page},
    copies::Copies,
    nav,
    store::{Connection, Store},
};

/// What a page shows, on its way or here. One type for all pages: each further one would be the
/// machinery of waiting once more.
pub type Page = Resource<Result<Content, ApiError>, InPage>;

/// Fetches the page that `query` names, anew whenever that changes. An address that names none leads
/// nowhere.
pub fn page(query: impl Fn() -> Option<PageQuery> + Send + Sync + 'static) -> Page {
    fetched(Box::new(query), use_context())
}

fn fetched(query: Box<dyn Fn() -> Option<PageQuery> + Send + Sync>, copies: Option<Copies>) -> Page {
    let load = move |query: Option<PageQuery>| async move {
        let query = query.ok_or(Error::NotFound)?;
        match copies {
            Some(copies) => copies.load(query).await,
            None => load_page(query).await,
        }
    };
    Resource::new_with_options(query, load, false)
}

/// `view` of what a page fetched, grey bars until it is there, and the error when it failed. What is
/// shown stays while it is fetched again.
///
/// Nothing inside `view` may make a resource or await one: their ids are handed out in the order of
/// creation, which would differ between the server and the browser.
pub fn loaded<T, V>(page: Page, view: impl Fn(T) -> V + Send + Sync + 'static) -> impl IntoView
where
    T: Clone + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    shown(page, Arc::new(move |content: Content| Ok(view(content.read()?).into_any())))
}

fn shown(page: Page, view: Arc<dyn Fn(Content) -> Result<AnyView, ApiError> + Send + Sync>) -> impl IntoView {
    if let Some(store) = use_context::<Store>() {
        // In the browser: what failed for want of a server is loaded when there is one.
        effect(move |was: Option<Connection>| {
            let connection = store.connection.get();
            let back = connection == Connection::Live && was.is_some_and(|was| was != connection);
            if back && matches!(page.get_untracked(), Some(Err(ApiError(Error::Unavailable)))) {
                page.refetch();
            }
            connection
        });
    }
    awaited(
        || view! { <Skeleton/> }.into_any(),
        move || {
            let view = view.clone();
            Box::pin(async move {
                nav::ready().await;
                page.await.and_then(|content| view(content)).unwrap_or_else(|ApiError(error)| {
                    view! { <ErrorPanel error retry=move |()| page.refetch()/> }.into_any()
                })
            })
        },
    )
}

/// A view that must be waited for.
pub type Awaited = Pin<Box<dyn Future<Output = AnyView> + Send>>;

/// What `future` yields, and `fallback` until then.
///
/// The server waits for it in the stream of the page. Its `Suspense` would watch for the end of the
/// wait from other threads, build the view once to look and once more to show it, and miss the end
/// now and then, so that the page never came.
#[cfg(feature = "ssr")]
pub fn awaited(_fallback: fn() -> AnyView, future: impl Fn() -> Awaited + Send + Sync + 'static) -> impl IntoView {
    if let Some(shared) = Owner::current_shared_context() {
        // The browser's `Transition` takes an id here.
        shared.next_id();
    }
    let owner = Owner::current();
    move || {
        let (owner, view) = (owner.clone(), future());
        Suspend::new(async move {
            let view = view.await;
            // What is yielded is rendered after the wait, when this thread may have another
            // request's owner or none: it brings its own.
            match owner {
                Some(owner) => OwnedView::new_with_owner(view, owner).into_any(),
                None => view,
            }
        })
    }
}

/// What `future` yields, and `fallback` until then.
#[cfg(not(feature = "ssr"))]
pub fn awaited(fallback: fn() -> AnyView, future: impl Fn() -> Awaited + Send + Sync + 'static) -> impl IntoView {
    view! { <Transition fallback>{move || Suspend::new(future())}</Transition> }
}
