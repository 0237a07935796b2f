//! How much is measured: sizes, rounds, times.

use std::time::Duration;

use clap::ValueEnum;

/// What can be measured, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Name {
    /// One posts, many receive: Boardwalk against the floor
    Fanout,
    /// The same over the original's socket: Boardwalk against Django Channels
    Peers,
    /// Durable posts
    Send,
    /// Connecting, idle memory, restart
    Sockets,
    /// The page of a room
    Page,
    /// Cold start
    Start,
}

/// How thorough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Depth {
    /// A few seconds each: does the measurement work?
    Tiny,
    /// Every row in about ten minutes
    Quick,
    /// More rounds and longer ones, in less than twenty
    Full,
}

/// Sizes, rounds and times of one run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rounds of everything.
    pub rounds: usize,
    /// Receivers of the fan-out against the floor.
    pub fanout: Vec<usize>,
    /// Receivers of the fan-out against the peer.
    pub peers: Vec<usize>,
    /// Rounds of the peer's largest fan-out, which takes a minute each.
    pub largest_peer_rounds: usize,
    /// Sockets that connect, idle and come back.
    pub sockets: usize,
    /// The same for the original's socket, without coming back.
    pub peer_sockets: usize,
    /// Starts of each round.
    pub starts: usize,
    /// People of the seed.
    pub people: usize,
    /// Messages of the seed.
    pub messages: usize,
    /// How long a phase measures.
    pub phase: Duration,
    /// Rest between phases.
    pub pause: Duration,
    /// Rest after which memory no longer moves.
    pub settle: Duration,
    /// How long all may take to connect.
    pub connect_within: Duration,
}

impl Depth {
    /// The plan of this depth.
    pub fn plan(self) -> Plan {
        let seconds = Duration::from_secs_f64;
        match self {
            Self::Tiny => Plan {
                rounds: 2,
                fanout: vec![10, 40],
                peers: vec![10],
                largest_peer_rounds: 1,
                sockets: 100,
                peer_sockets: 20,
                starts: 1,
                people: 100,
                messages: 200,
                phase: seconds(0.5),
                pause: seconds(0.1),
                settle: seconds(0.5),
                connect_within: seconds(60.0),
            },
            Self::Quick => Plan {
                rounds: 3,
                fanout: vec![100, 1000, 5000],
                peers: vec![100, 1000, 5000],
                largest_peer_rounds: 1,
                sockets: 5000,
                peer_sockets: 1000,
                starts: 1,
                people: 5000,
                messages: 5000,
                phase: seconds(2.0),
                pause: seconds(0.5),
                settle: seconds(4.0),
                connect_within: seconds(180.0),
            },
            Self::Full => {
                Plan { rounds: 5, starts: 2, phase: seconds(3.0), settle: seconds(6.0), ..Self::Quick.plan() }
            }
        }
    }
}
