//! The steps of a long command, and the table of their times at its end.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Steps done so far, in order.
#[derive(Default)]
pub struct Steps {
    done: Vec<(&'static str, Duration, bool)>,
}

impl Steps {
    /// Announces, runs and times one step.
    ///
    /// # Errors
    /// The step's own.
    pub fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n── {name}");
        let start = Instant::now();
        let outcome = step();
        self.done.push((name, start.elapsed(), outcome.is_ok()));
        outcome
    }

    /// Prints each step with its seconds, and their sum.
    pub fn print(&self) {
        println!();
        for (name, time, passed) in &self.done {
            let verdict = if *passed { "ok" } else { "FAILED" };
            println!("{:>8.1} s  {verdict:<6}  {name}", time.as_secs_f64());
        }
        let sum: Duration = self.done.iter().map(|(_, time, _)| *time).sum();
        println!("{:>8.1} s  in all", sum.as_secs_f64());
    }
}
