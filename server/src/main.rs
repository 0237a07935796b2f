//! The program: everything it does is in the library, so that tests can run it.

use std::process::ExitCode;

use clap::Parser;
use server::cli::Cli;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        // In words alone: it is for who typed the command, whatever RUST_BACKTRACE says.
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
