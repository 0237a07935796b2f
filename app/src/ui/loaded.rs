//! Parts of a page that wait for what they show.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::tachys::reactive_graph::OwnedView;
use protocol::Error;
use serde::{Serialize, de::DeserializeOwned};

use super::{ErrorPanel, Skeleton};
use crate::{
    api::ApiError,
    nav,
    store::{Connection, Store},
};

/// `view` of what `resource` fetched, grey bars until it is there, and the error when it failed.
/// What is shown stays while it is fetched again.
///
/// Nothing inside `view` may make a resource or await one: their ids are handed out in the order of
/// creation, which would differ between the server and the browser.
pub fn loaded<T, V>(
    resource: Resource<Result<T, ApiError>>,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    if let Some(store) = use_context::<Store>() {
        // In the browser: what failed for want of a server is loaded when there is one.
        Effect::new(move |was: Option<Connection>| {
            let connection = store.connection.get();
            let back = connection == Connection::Live && was.is_some_and(|was| was != connection);
            if back && matches!(resource.get_untracked(), Some(Err(ApiError(Error::Unavailable)))) {
                resource.refetch();
            }
            connection
        });
    }
    awaited(
        || view! { <Skeleton/> }.into_any(),
        move || {
            let view = view.clone();
            async move {
                nav::ready().await;
                match resource.await {
                    Ok(page) => view(page).into_any(),
                    Err(ApiError(error)) => view! { <ErrorPanel error retry=move |()| resource.refetch()/> }.into_any(),
                }
            }
        },
    )
}

/// What `future` yields, and `fallback` until then.
///
/// The server waits for it in the stream of the page. Its `Suspense` would watch for the end of the
/// wait from other threads, build the view once to look and once more to show it, and miss the end
/// now and then, so that the page never came.
#[cfg(feature = "ssr")]
pub fn awaited<F>(
    _fallback: impl Fn() -> AnyView + Send + Sync + 'static,
    future: impl Fn() -> F + Send + Sync + 'static,
) -> impl IntoView
where
    F: Future<Output = AnyView> + Send + 'static,
{
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
pub fn awaited<F>(
    fallback: impl Fn() -> AnyView + Send + Sync + 'static,
    future: impl Fn() -> F + Send + Sync + 'static,
) -> impl IntoView
where
    F: Future<Output = AnyView> + Send + 'static,
{
    view! { <Transition fallback>{move || Suspend::new(future())}</Transition> }
}
