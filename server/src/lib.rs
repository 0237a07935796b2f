//! The wiring of Boardwalk: command line, configuration, HTTP routes and sockets around the engine.
//!
//! A request passes these, in this order: `observe` (id, log line, metrics, panics), `leftover` (what
//! nobody reads of its body), `headers`, compression, a deadline, `origin`, `session`, and for each
//! route `exchange`, which reads the body once and tells a failure as JSON or as a page. Handlers are in
//! `routes`, a file per noun.

pub mod cli;
pub mod config;
pub mod contract;
mod exchange;
mod failure;
mod headers;
mod input;
mod lanes;
mod leftover;
mod log;
mod memory;
mod multipart;
mod observe;
mod openapi;
mod origin;
pub mod patience;
mod proxies;
mod render;
mod routes;
mod serve;
mod session;
mod site;
mod socket;
mod state;

pub use serve::Server;
