//! A page that waits for what it shows.

use leptos::prelude::*;

use super::{ErrorPanel, Skeleton};
use crate::api::ApiError;

/// `view` of what `resource` fetched, grey bars until it is there, and the error when it failed.
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
        <Suspense fallback=Skeleton>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(page) => view(page).into_any(),
                        Err(ApiError(error)) => view! { <ErrorPanel error/> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}
