//! What both sides render: pages, components, the live store, server functions.

pub mod api;
pub mod request;
