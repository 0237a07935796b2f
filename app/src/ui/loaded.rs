//! A page that waits for what it shows.

use leptos::prelude::*;

use super::{ErrorPanel, Skeleton};
use crate::{api::ApiError, nav};

/// `view` of what `resource` fetched, grey bars until it is there, and the error when it failed.
/// What is shown stays while it is fetched again.
///
/// Nothing inside `view` may make a resource or a `Suspense` of its own: their ids are handed out
/// in the order of creation, which would differ between the server and the browser.
pub fn loaded<T, V>(
    resource: Resource<Result<T, ApiError>>,
    view: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=Skeleton>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    nav::ready().await;
                    match resource.await {
                        Ok(page) => view(page).into_any(),
                        Err(ApiError(error)) => view! { <ErrorPanel error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}
