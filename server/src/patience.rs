//! How long the server waits for the other side of a connection.

use std::time::Duration;

use protocol::limits::{DEAD_S, HEARTBEAT_S};

/// Times, and how much at once. Production uses the default.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until the headers of its first request are in, a connection may take this long.
    pub headers_within: Duration,
    /// Between two requests, a connection may take this long, the second one's headers included.
    pub kept_for: Duration,
    /// Handshakes of sockets at once; the next waits.
    pub handshakes: usize,
    /// How long a handshake may take, and may wait for its turn before it is refused.
    pub handshake_within: Duration,
    /// A socket is asked so often whether its other side is there, and told the newest numbers.
    pub heartbeat: Duration,
    /// A socket whose other side says nothing for so long is ended; more than two heartbeats.
    pub dead_after: Duration,
    /// How long a write to a socket may take.
    pub write_within: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            headers_within: Duration::from_secs(10),
            kept_for: Duration::from_secs(75),
            handshakes: 256,
            handshake_within: Duration::from_secs(5),
            heartbeat: Duration::from_secs(HEARTBEAT_S),
            dead_after: Duration::from_secs(DEAD_S),
            write_within: Duration::from_secs(30),
        }
    }
}
