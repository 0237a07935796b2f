//! What of a request's body nobody has read when the answer is known.
//!
//! A connection that ends while its client still sends may be reset before the client has seen the
//! answer, and one that is kept would take the rest for the next request. So the rest is read, and
//! where that is too much, the answer says that the connection ends with it.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, HttpBody},
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::{sync::oneshot, time::timeout};

/// Bytes that are read for nothing.
const DISCARDED_BYTES: usize = 8 * 1024 * 1024;
/// How long that may take.
const WITHIN: Duration = Duration::from_secs(10);

/// The middleware.
pub async fn leftover(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (home, mut left) = oneshot::channel();
    let request = request.map(|body| Body::from_stream(Lent { body: Some(body.into_data_stream()), home: Some(home) }));
    let mut response = next.run(request).await;
    // It is there where the reader has let go of it before the end.
    if let Ok(body) = left.try_recv()
        && !timeout(WITHIN, discard(body)).await.unwrap_or(false)
    {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Reads a body for nothing; says whether that was all of it.
async fn discard(mut body: BodyDataStream) -> bool {
    let mut size = 0;
    while let Some(piece) = body.next().await {
        // An error is a client that went away.
        let Ok(piece) = piece else { return false };
        size += piece.len();
        if size > DISCARDED_BYTES {
            return false;
        }
    }
    true
}

/// A body that comes home when it is dropped before its end.
struct Lent {
    body: Option<BodyDataStream>,
    home: Option<oneshot::Sender<BodyDataStream>>,
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = body.poll_next_unpin(context);
        if matches!(polled, Poll::Ready(None)) {
            self.body = None;
        }
        polled
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(home)) = (self.body.take(), self.home.take()) {
            // Nobody waits for it once the request was given up.
            let _gone = home.send(body);
        }
    }
}
