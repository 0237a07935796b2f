//! Breaks a server in every way that is known, and writes down what came of it: `cargo xtask faults`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, ensure};
use clap::Parser;
use faults::{
    node::program,
    report::{self, Line, Report},
    scenarios::{ALL, Scale, Scenario},
};
use tokio::time::Instant;

/// Breaks a server in every way that is known, and says what came of it.
#[derive(Parser)]
struct Cli {
    /// Kills of F1
    #[arg(long, default_value_t = 20)]
    cycles: usize,
    /// Shorter and fewer, as among the tests; figures are not judged
    #[arg(long)]
    light: bool,
    /// File for the table
    #[arg(long)]
    table: Option<PathBuf>,
    /// Only these: F1, F13
    names: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let scale = Scale { cycles: cli.cycles, light: cli.light };
    for name in &cli.names {
        ensure!(ALL.iter().any(|scenario| scenario.name == name), "there is no {name}");
    }
    let mut lines = Vec::new();
    for scenario in ALL.iter().filter(|it| cli.names.is_empty() || cli.names.iter().any(|name| name == it.name)) {
        lines.push(run(scenario, scale).await);
    }
    if let Some(table) = &cli.table {
        report::write(table, &command(&cli), &program()?, &lines)?;
        println!("\n{}", table.display());
    }
    Ok(if lines.iter().all(Line::passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(scenario: &Scenario, scale: Scale) -> Line {
    let name = format!("{} {}", scenario.name, scenario.what);
    println!("\n── {name}");
    let (begun, mut report) = (Instant::now(), Report::new(!scale.light));
    let failure = (scenario.run)(scale, &mut report).await.err().map(|error| format!("{error:#}"));
    let line = Line { name, report, failure, took: begun.elapsed() };
    if let Some(failure) = &line.failure {
        println!("    FAILED: {failure}");
    }
    line
}

fn command(cli: &Cli) -> String {
    format!("cargo xtask faults --cycles {} {}", cli.cycles, cli.names.join(" ")).trim_end().to_owned()
}
