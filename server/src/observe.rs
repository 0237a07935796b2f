//! Outermost of all: gives each request an id, notes it in log and metrics, survives its panics.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::Result;
use axum::{
    extract::{MatchedPath, Request},
    http::HeaderValue,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use protocol::Error;
use tracing::Instrument;
use uuid::Uuid;

use crate::failure::Failure;

const DURATION: &str = "boardwalk_http_request_duration_seconds";
/// Upper bounds of the histogram of durations, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Upper bounds of the histogram of writes in one commit.
const GROUPS: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
/// Upper bounds of the histograms of waiting and committing, in seconds.
const WAITS: [f64; 10] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The id under which a request stands in the log.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The recorder of this process's metrics, installed once however many servers run in it.
///
/// # Errors
/// Another recorder is installed.
pub fn metrics() -> Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _installing = INSTALLING.lock();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(DURATION.into()), &BUCKETS)?
        .set_buckets_for_metric(Matcher::Full("boardwalk_commit_writes".into()), &GROUPS)?
        .set_buckets_for_metric(Matcher::Full("boardwalk_commit_seconds".into()), &WAITS)?
        .set_buckets_for_metric(Matcher::Full("boardwalk_write_wait_seconds".into()), &WAITS)?
        .install_recorder()?;
    metrics::describe_counter!("boardwalk_http_requests_total", "Requests answered.");
    metrics::describe_histogram!(DURATION, metrics::Unit::Seconds, "How long answers took.");
    metrics::describe_counter!("boardwalk_posts_total", "Messages and comments posted.");
    metrics::describe_gauge!("boardwalk_sockets", "Sockets that are open.");
    metrics::describe_counter!("boardwalk_writes_total", "Writes answered, refused ones included.");
    metrics::describe_counter!(
        "boardwalk_writes_refused_total",
        "Writes told to come back: too much waits, or the disk is away."
    );
    metrics::describe_counter!("boardwalk_commits_total", "Commits of the SQLite writer.");
    metrics::describe_histogram!("boardwalk_commit_writes", "Writes of one commit.");
    metrics::describe_histogram!(
        "boardwalk_commit_seconds",
        metrics::Unit::Seconds,
        "From the begin of a commit's writes to its end."
    );
    metrics::describe_histogram!(
        "boardwalk_write_wait_seconds",
        metrics::Unit::Seconds,
        "How long a write waited for its turn."
    );
    metrics::describe_gauge!("boardwalk_bus_connected", "Does this node hear itself through Redis?");
    metrics::describe_counter!("boardwalk_bus_published_total", "Messages to other nodes that Redis took.");
    metrics::describe_counter!("boardwalk_bus_received_total", "Messages of other nodes.");
    metrics::describe_counter!("boardwalk_bus_dropped_total", "Messages to other nodes that Redis did not take.");
    metrics::describe_counter!("boardwalk_bus_filled_total", "Events read from the log that no message brought.");
    metrics::describe_counter!("boardwalk_deliveries_total", "Frames given to sockets.");
    metrics::describe_counter!("boardwalk_socket_writes_total", "Writes to sockets; one may have many frames.");
    metrics::describe_counter!("boardwalk_socket_bytes_total", metrics::Unit::Bytes, "Bytes given to sockets.");
    metrics::describe_counter!("boardwalk_socket_resumes_total", "Times that a socket was served from the log.");
    metrics::describe_counter!("boardwalk_socket_slow_closes_total", "Sockets closed because they did not read.");
    metrics::describe_counter!("boardwalk_sockets_shed_total", "Sockets ended because memory was scarce.");
    // Shown before there are any.
    metrics::counter!("boardwalk_posts_total").increment(0);
    metrics::gauge!("boardwalk_sockets").increment(0);
    Ok(HANDLE.get_or_init(|| handle).clone())
}

/// The middleware.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::now_v7().to_string();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let path = logged(&route, request.uri().path()).to_owned();
    request.extensions_mut().insert(RequestId(id.clone()));

    let span = tracing::info_span!("request", id = %id);
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().instrument(span.clone()).await;
    let _entered = span.enter();
    let mut response = answer.unwrap_or_else(|panic| panicked(&*panic, &id));

    let took = started.elapsed();
    note(method.as_str(), &path, &route, response.status().as_u16(), took);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// What the log says of an address. That of an invitation lets in whoever reads it, and a link in a mail does what
/// it says for anybody.
fn logged<'r>(route: &'r str, path: &'r str) -> &'r str {
    if route.starts_with("/invite/") || route.starts_with("/mail/") { route } else { path }
}

fn panicked(panic: &(dyn Any + Send), id: &str) -> Response {
    let words = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = words.unwrap_or("without words"), "a handler panicked");
    Failure::from(Error::Internal { request_id: id.to_owned() }).into_response()
}

/// Labels are routes and statuses, of which there are few, and never what somebody wrote.
fn note(method: &str, path: &str, route: &str, status: u16, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::counter!("boardwalk_http_requests_total", &labels).increment(1);
    metrics::histogram!(DURATION, "route" => route.to_owned()).record(took.as_secs_f64());
    // To the microsecond.
    let ms = took.as_micros() as f64 / 1000.0;
    match status {
        500.. => tracing::error!(method, path, status, ms, "answered"),
        _ if matches!(route, "/healthz" | "/readyz" | "/metrics") => {
            tracing::debug!(method, path, status, ms, "answered")
        }
        _ => tracing::info!(method, path, status, ms, "answered"),
    }
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::Request, middleware::from_fn, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn ask(router: &Router, path: &str) -> Response {
        router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[test]
    fn no_invitation_stands_in_the_log() {
        assert_eq!(logged("/invite/{token}/", "/invite/0a1b/"), "/invite/{token}/");
        assert_eq!(logged("/invite/{token}", "/invite/0a1b"), "/invite/{token}");
        assert_eq!(logged("/mail/stop/{token}/", "/mail/stop/0a1b/"), "/mail/stop/{token}/");
        assert_eq!(logged("/boards/{board}/", "/boards/7/"), "/boards/7/");
    }

    #[tokio::test]
    async fn a_handler_that_panics_fails_its_own_request_alone() {
        async fn panics() -> &'static str {
            panic!("on purpose")
        }
        let router = Router::new().route("/panics", get(panics)).route("/answers", get(async || "here"));
        let router = router.layer(from_fn(observe));
        let before = ask(&router, "/answers").await;
        let panicked = ask(&router, "/panics").await;
        let after = ask(&router, "/answers").await;
        assert_eq!([before.status(), panicked.status(), after.status()].map(|status| status.as_u16()), [200, 500, 200]);
        let id = panicked.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(panicked.into_body(), 10_000).await.unwrap();
        let body = String::from_utf8(body.into()).unwrap();
        assert!(body.contains("internal") && body.contains(&id) && !body.contains("on purpose"), "{body}");
    }
}
