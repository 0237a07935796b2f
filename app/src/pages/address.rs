//! The ids in a page's address.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::Error;

use crate::api::ApiError;

/// The id that stands in the address under `name`, when it is one.
pub fn id_in_address<T>(name: &'static str) -> Memo<Option<T>>
where
    T: FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str(name)?.parse().ok()))
}

/// A page is fetched by its id; an address without one leads nowhere.
pub fn page_of<I, T, F>(
    id: Memo<Option<I>>,
    load: impl Fn(I) -> F + Send + Sync + Copy + 'static,
) -> Resource<Result<T, ApiError>>
where
    I: Copy + PartialEq + Send + Sync + 'static,
    T: Clone + serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + Send + 'static,
{
    Resource::new(
        move || id.get(),
        move |id| async move {
            match id {
                Some(id) => load(id).await,
                None => Err(ApiError(Error::NotFound)),
            }
        },
    )
}
