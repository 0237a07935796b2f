//! What Boardwalk guarantees, shown on real processes that are broken on purpose.
//!
//! [`client::Client`] is a client of our own, that writes all it does and is given into a
//! [`history::History`]; [`check::check`] says what in it must not be. [`node::Node`] is a real server
//! process, [`foundations`] what it may stand on, [`proxy`] the network in
//! between. [`scenarios`] breaks them and says what came of it.

pub mod audit;
pub mod check;
pub mod client;
pub mod forgetful;
pub mod history;
pub mod node;
pub mod proxy;
pub mod random;
pub mod raw;
pub mod report;
pub mod run;
pub mod scenarios;
pub mod shim;
