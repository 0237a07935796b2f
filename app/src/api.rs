//! The server functions: what the hydrated page asks of the server, each one call of a use case.

mod error;
mod read;
mod write;

pub use error::ApiError;
pub use read::*;
pub use write::*;
