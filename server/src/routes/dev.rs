//! For `cargo xtask dev`: tells the pages when the server was started anew.

use std::{convert::Infallible, sync::OnceLock};

use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, stream};
use uuid::Uuid;

/// `GET /dev/started`: which start of the server answers, and nothing more until it ends.
pub async fn started() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    static START: OnceLock<String> = OnceLock::new();
    let start = START.get_or_init(|| Uuid::now_v7().to_string());
    let event = Event::default().data(start);
    Sse::new(stream::once(async { Ok(event) }).chain(stream::pending())).keep_alive(KeepAlive::default())
}
