//! What servers under test stand on: a PostgreSQL, a Redis and a bucket that tests start for themselves.
//!
//! Everything ends with the test that started it, also where that is killed and drops nothing.

pub mod postgres;
pub mod process;
pub mod redis;
pub mod s3;
