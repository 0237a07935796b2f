//! One posts, many receive.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Clocks, Finding};
use crate::{figures::percentile, plan::Plan, server::Server, swarm::Swarm, wire::Wire};

/// Messages that are posted at once in the bursts.
pub const BURST: usize = 16;
/// A message that takes longer than this to reach everybody is lost.
const WITHIN: Duration = Duration::from_secs(180);
/// Messages of a phase at least.
const AT_LEAST: usize = 3;

/// Message by message, each when the one before has reached everybody; then bursts.
///
/// # Errors
/// Anything is wrong with what arrived or was stored.
pub fn fanout(server: Server, receivers: usize, plan: &Plan) -> Result<Vec<Finding>> {
    let posters = if let Wire::Typed { .. } = server.wire { BURST } else { 0 };
    let mut swarm = Swarm::new(server.address, server.wire.clone(), server.cookies.clone(), receivers, posters)?;
    swarm.until(WITHIN, "the posters are connected", Swarm::all_free)?;
    if posters > 0 {
        swarm.post(0, Instant::now())?;
        swarm.until(WITHIN, "a message is acknowledged", Swarm::all_free)?;
    }
    swarm.connect(plan.connect_within)?;
    swarm.rest(plan.pause)?;
    let steady = phase(&server, &mut swarm, "fan-out, one at a time", receivers, 1, plan.phase)?;
    swarm.rest(plan.pause)?;
    let burst = phase(&server, &mut swarm, "fan-out, bursts of 16", receivers, BURST, plan.phase)?;
    server.stop_and_audit(&swarm.leave())?;
    Ok(vec![steady, burst])
}

fn phase(
    server: &Server,
    swarm: &mut Swarm,
    what: &'static str,
    receivers: usize,
    at_once: usize,
    time: Duration,
) -> Result<Finding> {
    swarm.until(WITHIN, "the posters are connected", Swarm::all_free)?;
    let (from, bytes, writes) = (swarm.book.posted(), swarm.bytes, server.writes()?);
    let clocks = Clocks::start(server)?;
    while swarm.book.posted() < from + AT_LEAST || clocks.begun.elapsed() < time {
        swarm.burst(at_once)?;
        swarm.until(WITHIN, "everybody has the message", |swarm| swarm.book.settled() && swarm.all_free())?;
    }
    let cost = clocks.stop()?;
    let messages = swarm.book.posted() - from;
    let deliveries = (messages * receivers) as f64;
    let writes = server.writes()?.zip(writes).map(|(after, before)| (after - before) as f64 / deliveries);
    let ms = swarm.book.delivery_ms(from);
    Ok(Finding::new(what, server, receivers)
        .with("cpu_us_per_delivery", cost.server * 1e6 / deliveries)
        .with("deliveries_per_s", deliveries / cost.seconds)
        .with("p50_ms", percentile(&ms, 0.5))
        .with("p99_ms", percentile(&ms, 0.99))
        .with("writes_per_delivery", writes)
        .with("bytes_per_delivery", (swarm.bytes - bytes) as f64 / deliveries)
        .with("messages", messages as f64)
        .with("generator_cores", cost.generator)
        .with("others_cores", cost.others))
}
