//! The pages, one per address.

mod door;

pub use door::{SignIn, SignUp};
