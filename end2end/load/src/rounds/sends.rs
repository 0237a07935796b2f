//! Durable posts over HTTP, nobody listening.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anyhow::Result;

use super::{Clocks, Finding};
use crate::{
    figures::percentile,
    plan::Plan,
    server::{Server, Template},
    swarm::Swarm,
};

/// Writers of the rounds that post as fast as they can.
pub const WRITERS: [usize; 3] = [1, 16, 64];
/// Posts a second of the round with a given rate, and the connections they are spread over.
pub const RATE: usize = 200;
const CONNECTIONS: usize = 32;
/// A post that takes longer is lost.
const WITHIN: Duration = Duration::from_secs(30);

/// Each writer posts when its last post is acknowledged; then a given rate.
///
/// # Errors
/// Anything is wrong with what was acknowledged or stored.
pub fn sends(template: &Template, plan: &Plan) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for writers in WRITERS {
        let server = Server::boardwalk(template, writers, false)?;
        let mut swarm = writers_of(&server, writers)?;
        warm_up(&mut swarm, writers)?;
        let from = swarm.book.posted();
        let clocks = Clocks::start(&server)?;
        while clocks.begun.elapsed() < plan.phase {
            for writer in 0..writers {
                if swarm.is_free(writer) {
                    swarm.post(writer, Instant::now())?;
                }
            }
            swarm.turn(Duration::from_millis(100))?;
        }
        swarm.until(WITHIN, "everything is acknowledged", |swarm| swarm.book.settled())?;
        findings.push(finding("durable sends", server, writers, swarm, from, clocks)?);
    }
    findings.push(at_rate(template, plan)?);
    Ok(findings)
}

/// Posts by the clock: one that waits for a free connection has waited since it was due.
fn at_rate(template: &Template, plan: &Plan) -> Result<Finding> {
    let server = Server::boardwalk(template, CONNECTIONS, false)?;
    let mut swarm = writers_of(&server, CONNECTIONS)?;
    warm_up(&mut swarm, CONNECTIONS)?;
    let from = swarm.book.posted();
    let clocks = Clocks::start(&server)?;
    let every = Duration::from_secs(1) / RATE as u32;
    let mut due = VecDeque::new();
    let mut next = clocks.begun;
    while next < clocks.begun + plan.phase || !due.is_empty() {
        let now = Instant::now();
        while next <= now && next < clocks.begun + plan.phase {
            due.push_back(next);
            next += every;
        }
        while let Some(at) = due.front().copied() {
            let Some(writer) = (0..CONNECTIONS).find(|writer| swarm.is_free(*writer)) else { break };
            due.pop_front();
            swarm.post(writer, at)?;
        }
        swarm.turn(next.saturating_duration_since(Instant::now()))?;
    }
    swarm.until(WITHIN, "everything is acknowledged", |swarm| swarm.book.settled())?;
    finding("durable sends at 200/s", server, RATE, swarm, from, clocks)
}

fn writers_of(server: &Server, writers: usize) -> Result<Swarm> {
    let mut swarm = Swarm::new(server.address, server.wire.clone(), server.cookies.clone(), 0, writers)?;
    swarm.until(WITHIN, "the writers are connected", Swarm::all_free)?;
    Ok(swarm)
}

/// A few posts that are audited and not measured.
fn warm_up(swarm: &mut Swarm, writers: usize) -> Result<()> {
    for _ in 0..5 {
        (0..writers).try_for_each(|writer| swarm.post(writer, Instant::now()))?;
        swarm.until(WITHIN, "everything is acknowledged", |swarm| swarm.book.settled())?;
    }
    Ok(())
}

fn finding(
    what: &'static str,
    server: Server,
    size: usize,
    swarm: Swarm,
    from: usize,
    clocks: Clocks,
) -> Result<Finding> {
    let cost = clocks.stop()?;
    let sent = (swarm.book.posted() - from) as f64;
    let ms = swarm.book.ack_ms(from);
    let finding = Finding::new(what, &server, size)
        .with("sends_per_s", sent / cost.seconds)
        .with("p50_ms", percentile(&ms, 0.5))
        .with("p99_ms", percentile(&ms, 0.99))
        .with("cpu_us_per_ack", cost.server * 1e6 / sent)
        .with("messages", sent)
        .with("generator_cores", cost.generator)
        .with("others_cores", cost.others);
    server.stop_and_audit(&swarm.leave())?;
    Ok(finding)
}
