//! What is wanted on a quiet machine with two cores.

/// A figure of Boardwalk's and its bound.
pub struct Target {
    /// What it is, for the table.
    pub words: &'static str,
    /// Which finding.
    pub what: &'static str,
    /// Of which size.
    pub size: usize,
    /// Which figure of it.
    pub figure: &'static str,
    /// Is the bound above?
    pub at_most: bool,
    /// The bound.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
}

const fn at_most(
    words: &'static str,
    what: &'static str,
    size: usize,
    figure: &'static str,
    value: f64,
    unit: &'static str,
) -> Target {
    Target { words, what, size, figure, at_most: true, value, unit }
}

const fn at_least(
    words: &'static str,
    what: &'static str,
    size: usize,
    figure: &'static str,
    value: f64,
    unit: &'static str,
) -> Target {
    Target { words, what, size, figure, at_most: false, value, unit }
}

const STEADY: &str = "fan-out, one at a time";
const BURSTS: &str = "fan-out, bursts of 16";
const SENDS: &str = "durable sends";
const AT_RATE: &str = "durable sends at 200/s";
const RENDERED: &str = "room page, another person each time";

/// All of them.
pub const TARGETS: &[Target] = &[
    at_most(
        "server CPU per delivery, one frame a write, 1,000 sockets",
        STEADY,
        1000,
        "cpu_us_per_delivery",
        12.0,
        "µs",
    ),
    at_most("server CPU per delivery, bursts, 1,000 sockets", BURSTS, 1000, "cpu_us_per_delivery", 2.0, "µs"),
    at_least("deliveries per second, one at a time, 1,000 sockets", STEADY, 1000, "deliveries_per_s", 90_000.0, "/s"),
    at_least("deliveries per second, bursts, 1,000 sockets", BURSTS, 1000, "deliveries_per_s", 450_000.0, "/s"),
    at_most("post until all 1,000 received, p50", STEADY, 1000, "p50_ms", 20.0, "ms"),
    at_most("post until all 1,000 received, p99", STEADY, 1000, "p99_ms", 35.0, "ms"),
    at_most("send until durable ack at 200/s, p50", AT_RATE, 200, "p50_ms", 1.5, "ms"),
    at_most("send until durable ack at 200/s, p99", AT_RATE, 200, "p99_ms", 5.0, "ms"),
    at_least("durable sends per second, 64 writers", SENDS, 64, "sends_per_s", 4000.0, "/s"),
    at_least("durable sends per second, 64 writers: the prize", SENDS, 64, "sends_per_s", 10_000.0, "/s"),
    at_most("resident memory per idle signed-in socket", "memory of idle sockets", 5000, "kb_per_socket", 8.0, "kB"),
    at_most("5,000 connect, sign in, subscribe", "connect, sign in, subscribe", 5000, "seconds", 4.0, "s"),
    at_most("5,000 caught up after a restart, none lost", "restart after kill -9", 5000, "caught_up_s", 5.0, "s"),
    at_most("cold start", "cold start", 1, "ms", 120.0, "ms"),
    at_most("idle memory", "cold start", 1, "mb", 20.0, "MB"),
    at_least("room page, the same again, per core", "room page, same person", 50, "pages_per_core_s", 8000.0, "/s"),
    at_least("room page, rendered, per core", RENDERED, 50, "pages_per_core_s", 1500.0, "/s"),
];
