//! The server functions: what the hydrated page asks of the server, each one call of a use case.

mod error;
mod read;
mod write;

pub use error::ApiError;
#[cfg(feature = "ssr")]
pub use error::set_status;
pub use read::*;
pub use write::*;
