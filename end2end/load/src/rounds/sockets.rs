//! Many sockets: coming, staying, coming back.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Clocks, Finding};
use crate::{plan::Plan, server::Server, swarm::Swarm, wire::Wire};

/// How long anything may take here.
const WITHIN: Duration = Duration::from_secs(120);
/// Messages a second that are posted while the server is restarted.
const RATE: u32 = 50;
/// Messages that are posted before the kill, and at least after it.
const BEFORE: usize = 20;
const AFTER: usize = 5;

/// Connects so many, weighs them, and (where it is Boardwalk) kills the server under them and waits
/// until all have come back and have everything.
///
/// # Errors
/// Anything is wrong with what arrived or was stored.
pub fn sockets(mut server: Server, sockets: usize, plan: &Plan) -> Result<Vec<Finding>> {
    let posters = usize::from(matches!(server.wire, Wire::Typed { .. }));
    let mut swarm = Swarm::new(server.address, server.wire.clone(), server.cookies.clone(), sockets, posters)?;
    swarm.until(WITHIN, "the poster is connected", Swarm::all_free)?;
    if posters > 0 {
        swarm.post(0, Instant::now())?;
        swarm.until(WITHIN, "a message is acknowledged", Swarm::all_free)?;
    }
    swarm.rest(plan.settle / 2)?;
    let before = server.resident()?;

    let clocks = Clocks::start(&server)?;
    let took = swarm.connect(plan.connect_within)?;
    let cost = clocks.stop()?;
    let connect = Finding::new("connect, sign in, subscribe", &server, sockets)
        .with("seconds", took.as_secs_f64())
        .with("cpu_us_per_socket", cost.server * 1e6 / sockets as f64)
        .with("generator_cores", cost.generator)
        .with("others_cores", cost.others);

    swarm.rest(plan.settle)?;
    ensure!(swarm.live() == sockets, "{} of {sockets} sockets are left", swarm.live());
    let growth = server.resident()? as f64 - before as f64;
    let idle = Finding::new("memory of idle sockets", &server, sockets)
        .with("kb_per_socket", growth / 1000.0 / sockets as f64)
        .with("mb_without_sockets", before as f64 / 1e6);

    let mut findings = vec![connect, idle];
    if posters > 0 {
        findings.push(restart(&mut server, &mut swarm, sockets)?);
    }
    server.stop_and_audit(&swarm.leave())?;
    Ok(findings)
}

/// Somebody posts all the time, and what is not acknowledged goes again under its key.
fn restart(server: &mut Server, swarm: &mut Swarm, sockets: usize) -> Result<Finding> {
    let every = Duration::from_secs(1) / RATE;
    let mut next = Instant::now();
    let mut step = |swarm: &mut Swarm| -> Result<()> {
        if swarm.is_free(0) && Instant::now() >= next {
            swarm.post(0, Instant::now())?;
            next = Instant::now() + every;
        }
        swarm.turn(every / 4)
    };
    while swarm.book.posted() < BEFORE {
        step(swarm)?;
    }
    swarm.forgiving = true;
    let killed = Instant::now();
    server.crash_and_start()?;
    let restarted = Instant::now();
    let mut answered = None;
    let acked = swarm.book.acked();
    // Everybody is back, somebody could post again, and all of it has reached everybody.
    let caught_up = loop {
        step(swarm)?;
        if answered.is_none() && swarm.book.acked() > acked {
            answered = Some(killed.elapsed());
        }
        if answered.is_some() && swarm.live() == sockets && swarm.book.posted() >= BEFORE + AFTER {
            let posted = swarm.book.posted();
            swarm.until(WITHIN, "everybody has everything", |swarm| swarm.book.complete() >= posted)?;
            break killed.elapsed();
        }
        ensure!(killed.elapsed() < WITHIN, "after {WITHIN:?} not everybody is back: {}", swarm.account());
    };
    swarm.until(WITHIN, "everything is acknowledged and has arrived", |swarm| swarm.book.settled())?;
    swarm.forgiving = false;
    Ok(Finding::new("restart after kill -9", server, sockets)
        .with("caught_up_s", caught_up.as_secs_f64())
        .with("first_ack_s", answered.unwrap_or_default().as_secs_f64())
        .with("down_s", (restarted - killed).as_secs_f64())
        .with("messages", swarm.book.posted() as f64))
}
