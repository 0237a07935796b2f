//! Where log lines go.

use std::{
    env,
    io::{self, IsTerminal},
};

use tracing_subscriber::EnvFilter;

/// Writes log lines to the standard error: as JSON where nobody watches, or as `LOG_FORMAT=json|text`
/// says; which ones, `RUST_LOG` says.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let json = env::var("LOG_FORMAT").map_or_else(|_| !io::stderr().is_terminal(), |format| format == "json");
    // A second start, as tests may do, changes nothing.
    let _ = if json { lines.json().flatten_event(true).with_span_list(false).try_init() } else { lines.try_init() };
}
