//! For whoever watches the server.

use axum::{extract::State, http::StatusCode};
use engine::Link;

use crate::state::AppState;

/// `GET /healthz`: the process is alive.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the database answers. What works less well than it should is named.
pub async fn ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match state.engine.ready().await {
        Ok(()) if state.engine.link() == Link::Away => {
            (StatusCode::OK, "ready; Redis is away: the nodes follow each other by the database\n")
        }
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// `GET /metrics`, for Prometheus.
pub async fn metrics(State(state): State<AppState>) -> String {
    state.metrics.run_upkeep();
    state.metrics.render()
}
