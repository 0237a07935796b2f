//! The server functions: what the hydrated page asks of the server, each one call of a use case.

mod call;
mod content;
mod error;
mod read;
mod write;

use call::{Reads, ReadsPage, Writes};
pub use content::{Content, InPage};
pub use error::ApiError;
#[cfg(feature = "ssr")]
pub use error::set_status;
pub use read::*;
pub use write::*;
