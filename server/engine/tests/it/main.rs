//! The engine on both databases, without the server around it.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

// A macro because each test must be a function of its own for the runner, once for each database.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$test(crate::ground::Ground::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$test(crate::ground::Ground::on_postgres().await).await;
            }
        }
    )*};
}

mod ground;
mod posting;
mod proxy;
mod stalls;
mod unread;
