//! The server over real HTTP: one binary, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

// A macro because each test must be a function of its own for the runner, once for each database.
macro_rules! on_both_databases {
    ($($test:ident),* $(,)?) => {$(
        mod $test {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$test(crate::app::TestApp::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$test(crate::app::TestApp::on_postgres().await).await;
            }
        }
    )*};
}

mod accounts;
mod activity;
mod answers;
mod app;
mod archiving;
mod boards;
mod buckets;
mod checklists;
mod classic;
mod columns;
mod contract;
mod deleting;
mod document;
mod drafts;
mod editing;
mod ended_boards;
mod export;
mod facts;
mod files;
mod filled;
mod filtering;
mod forms;
mod groups;
mod hardening;
mod inbox;
mod invites;
mod levels;
mod live;
mod made_tasks;
mod mail;
mod moving;
mod my_tasks;
mod nodes;
mod operation;
mod outside;
mod paging;
mod palette;
mod patience;
mod permissions;
mod portable;
mod presence;
mod program;
mod reactions;
mod reading;
mod receipts;
mod references;
mod reminders;
mod rooms;
mod scheduled;
mod schema;
mod search;
mod searching;
mod several;
mod socket;
mod sockets;
mod task_files;
mod threads;
mod together;
mod transferring;
mod wire;
mod writing;
