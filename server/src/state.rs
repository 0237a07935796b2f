//! What every handler has at hand.

use std::sync::Arc;

use engine::Engine;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{config::Config, memory::Memory, site::Site, socket::Threads};

/// The server's parts; a clone is the same server.
#[derive(Clone)]
pub struct AppState {
    /// The product.
    pub engine: Engine,
    /// What was set.
    pub config: Arc<Config>,
    /// The built site.
    pub site: Arc<Site>,
    /// The threads on which sockets are.
    pub sockets: Threads,
    /// How much memory is left.
    pub memory: Memory,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
}
