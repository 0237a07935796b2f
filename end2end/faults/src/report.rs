//! What a scenario found, and the table of them all.

use std::{fmt::Display, fs, path::Path, process::Command, time::Duration};

use anyhow::Result;
use chrono::Local;

/// What one scenario measured.
#[derive(Default)]
pub struct Report {
    figures: Vec<String>,
    misses: Vec<String>,
    left_out: Option<String>,
    /// Are figures judged? Not in the tests: a slow machine is no defect.
    judged: bool,
}

impl Report {
    /// One whose limits are judged, or only told.
    pub fn new(judged: bool) -> Self {
        Self { judged, ..Self::default() }
    }

    /// Notes a figure.
    pub fn figure(&mut self, name: &str, value: impl Display) {
        println!("    {name}: {value}");
        self.figures.push(format!("{name} {value}"));
    }

    /// Notes a duration, which has a limit.
    pub fn limit(&mut self, name: &str, took: Duration, limit: Duration) {
        self.figure(name, format!("{took:.2?} (≤ {limit:?})"));
        if took > limit {
            self.miss(format!("{name}: {took:.2?} > {limit:?}"));
        }
    }

    /// Notes a figure out of its limit.
    pub fn miss(&mut self, what: String) {
        println!("    missed: {what}");
        self.misses.push(what);
    }

    /// The scenario can't run here.
    pub fn leave_out(&mut self, why: impl Into<String>) {
        let why = why.into();
        println!("    left out: {why}");
        self.left_out = Some(why);
    }

    /// Limits that were missed, where they are judged.
    pub fn misses(&self) -> &[String] {
        if self.judged { &self.misses } else { &[] }
    }
}

/// A line of the table.
pub struct Line {
    /// Name and words of the scenario.
    pub name: String,
    /// What it measured.
    pub report: Report,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// How long it took.
    pub took: Duration,
}

impl Line {
    /// Did everything hold?
    pub fn passed(&self) -> bool {
        self.failure.is_none() && self.report.misses().is_empty()
    }

    fn verdict(&self) -> &'static str {
        match (&self.failure, &self.report.left_out) {
            (Some(_), _) => "**failed**",
            (None, Some(_)) => "left out",
            (None, None) if !self.report.misses().is_empty() => "**missed**",
            _ => "passed",
        }
    }

    fn row(&self) -> String {
        let words = self.failure.as_ref().or(self.report.left_out.as_ref());
        let missed = self.report.misses().iter().map(|miss| format!("missed: {miss}"));
        let said: Vec<String> = self.report.figures.iter().cloned().chain(missed).chain(words.cloned()).collect();
        let said = said.join("; ").replace('|', "\\|").replace('\n', " ");
        format!("| {} | {} | {said} | {:.0} s |\n", self.name, self.verdict(), self.took.as_secs_f64())
    }
}

/// Writes the table.
///
/// # Errors
/// The file can't be written.
pub fn write(file: &Path, command: &str, program: &Path, lines: &[Line]) -> Result<()> {
    let date = Local::now().format("%-d %B %Y");
    let processors = std::thread::available_parallelism()?;
    let kernel = Command::new("uname").args(["-sr"]).output()?;
    let kernel = String::from_utf8_lossy(&kernel.stdout);
    let model = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let profile = if program.to_string_lossy().contains("release") { "release" } else { "unoptimised" };
    let mut text = format!(
        "# Faults\n\nWhat became of Boardwalk when something else broke: `{command}` ({profile} program), {date},\n\
         {processors} cores ({}, {}). Every run is audited: what was acknowledged is in the database once, every client ends\n\
         with what the database has. CONTRIBUTING.md says how to run it.\n\n\
         | fault | outcome | figures | took |\n|---|---|---|---|\n",
        model.unwrap_or("unknown processor"),
        kernel.trim()
    );
    text.extend(lines.iter().map(Line::row));
    fs::write(file, text)?;
    Ok(())
}
