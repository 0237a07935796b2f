//! One run: every round of every measurement, interleaved, on a quiet machine.

use std::{
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail, ensure};

use crate::{
    machine::{self, Pressure},
    plan::{Name, Plan},
    rounds::{self, Finding},
    server::{Peer, Server, Template},
};

/// Percent of the time in which somebody waits for a processor, above which the machine is busy.
const BUSY: f64 = 10.0;
/// How long the pressure is watched before each round, when nothing of ours works.
const WATCH: Duration = Duration::from_millis(700);
/// How long a busy machine is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// The programs under test.
pub struct Programs {
    /// Boardwalk.
    pub boardwalk: PathBuf,
    /// Its site, where it doesn't carry it.
    pub site: Option<PathBuf>,
    /// The folder of the peer, its virtual environment, and redis-server.
    pub peer: Option<(PathBuf, PathBuf, PathBuf)>,
}

/// What a run found.
#[derive(Default)]
pub struct Outcome {
    /// By round, each with the measurement that it is part of.
    pub findings: Vec<(String, Finding)>,
    /// Measurements that failed, with the reason. No finding of theirs is among the findings.
    pub failures: Vec<(String, String)>,
    /// The highest pressure at the begin of a round, in percent.
    pub pressure: f64,
}

/// Measures what is named; each finding is printed as it comes.
///
/// # Errors
/// The machine is busy and that matters, or anything is wrong with what was measured.
pub fn run(programs: &Programs, plan: &Plan, names: &[Name], even_if_busy: bool) -> Result<Outcome> {
    machine::allow_sockets(plan.sockets.max(plan.people))?;
    let mut run = Run { even_if_busy, large_peer_rounds: 0, outcome: Outcome::default() };
    run.wait_until_calm()?;
    let template = Template::make(&programs.boardwalk, programs.site.as_deref(), plan.people, plan.messages)?;
    let wanted = |name: Name| names.contains(&name);
    let peer = match &programs.peer {
        Some((app, venv, redis)) if wanted(Name::Peers) => Some(Peer::make(app, venv, redis, plan.people)?),
        Some(_) | None if wanted(Name::Peers) => bail!("the peer's programs are missing"),
        Some(_) | None => None,
    };

    for _ in 0..plan.rounds {
        if wanted(Name::Start) {
            for _ in 0..plan.starts {
                run.round("start", || rounds::starts(&template, plan))?;
            }
        }
        if wanted(Name::Fanout) {
            for n in plan.fanout.iter().copied() {
                run.round(&format!("fan-out to {n}"), || {
                    rounds::fanout(Server::boardwalk(&template, n, false)?, n, plan)
                })?;
                run.round(&format!("fan-out to {n}, floor"), || rounds::fanout(Server::floor()?, n, plan))?;
            }
        }
        if let Some(peer) = &peer {
            run.peers(&template, peer, plan)?;
        }
        if wanted(Name::Send) {
            run.round("durable sends", || rounds::sends(&template, plan))?;
        }
        if wanted(Name::Sockets) {
            let n = plan.sockets;
            run.round(&format!("{n} sockets"), || rounds::sockets(Server::boardwalk(&template, n, false)?, n, plan))?;
        }
        if wanted(Name::Page) {
            run.round("room page", || rounds::pages(&template, plan.people, plan))?;
        }
    }
    Ok(run.outcome)
}

struct Run {
    even_if_busy: bool,
    large_peer_rounds: usize,
    outcome: Outcome,
}

impl Run {
    /// The original's contract: Boardwalk and the original's stack in turn.
    fn peers(&mut self, template: &Template, peer: &Peer, plan: &Plan) -> Result<()> {
        let (largest, sockets) = (plan.peers.iter().copied().max(), plan.peer_sockets);
        self.round("original's sockets", || {
            rounds::sockets(Server::boardwalk(template, sockets, true)?, sockets, plan)
        })?;
        self.round("Django Channels' sockets", || rounds::sockets(Server::channels(peer, sockets)?, sockets, plan))?;
        for n in plan.peers.iter().copied() {
            self.round(&format!("fan-out to {n}, original's socket"), || {
                rounds::fanout(Server::boardwalk(template, n, true)?, n, plan)
            })?;
            self.large_peer_rounds += usize::from(Some(n) == largest);
            if Some(n) != largest || self.large_peer_rounds <= plan.largest_peer_rounds {
                self.round(&format!("fan-out to {n}, Django Channels"), || {
                    rounds::fanout(Server::channels(peer, n)?, n, plan)
                })?;
            }
        }
        Ok(())
    }

    /// One round, in which everything is right or nothing counts: what fails leaves no figure, not even
    /// of its other rounds, and the run goes on with the rest.
    fn round(&mut self, name: &str, measure: impl FnOnce() -> Result<Vec<Finding>>) -> Result<()> {
        if self.outcome.failures.iter().any(|(failed, _)| failed == name) {
            return Ok(());
        }
        self.wait_until_quiet()?;
        eprintln!("{name} …");
        match measure() {
            Ok(findings) => {
                for finding in findings {
                    println!("{}", serde_json::to_string(&finding)?);
                    self.outcome.findings.push((name.to_owned(), finding));
                }
            }
            Err(error) => {
                eprintln!("{name} FAILED: {error:#}");
                self.outcome.failures.push((name.to_owned(), format!("{error:#}")));
                self.outcome.findings.retain(|(of, _)| of != name);
            }
        }
        Ok(())
    }

    /// At the begin: the last ten seconds count, in which nothing of ours has worked.
    fn wait_until_calm(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let Pressure { avg10, .. } = Pressure::now()?;
            if avg10 <= BUSY || self.even_if_busy {
                self.note(avg10);
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!(
                    "the machine is busy ({avg10} % of /proc/pressure/cpu): its figures would be worth nothing; --even-if-busy takes them all the same"
                );
            }
            thread::sleep(Duration::from_secs(1));
        }
    }

    /// Before a round: our own last round still stands in the averages, so the pressure is watched anew.
    fn wait_until_quiet(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let pressure = machine::pressure_for(WATCH)?;
            if pressure <= BUSY || self.even_if_busy {
                self.note(pressure);
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("the machine became busy ({pressure:.0} % of /proc/pressure/cpu) and stays so");
            }
        }
    }

    fn note(&mut self, pressure: f64) {
        self.outcome.pressure = self.outcome.pressure.max(pressure);
    }
}

/// A path that holds wherever a program is started. Links stay as they are: redis-server and a virtual
/// environment's Python look at the name by which they are called.
///
/// # Errors
/// Nothing is there.
pub fn present(path: PathBuf) -> Result<PathBuf> {
    ensure!(path.exists(), "there is no {}", path.display());
    Ok(std::path::absolute(path)?)
}
