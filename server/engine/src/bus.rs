//! What nodes tell each other, through Redis where `REDIS_URL` names one.
//!
//! It carries what is true in the database already, or what is not kept at all; so whatever gets
//! lost here is found in the database, or is true again with the next heartbeat. Nothing outside
//! this file and its folder knows Redis.

mod counters;
mod redis;
mod said;

use std::time::Duration;

use protocol::UserId;

pub(crate) use redis::{Ears, Heard, Redis};
pub(crate) use said::{Lease, NodeId, Said};

/// The way to the other nodes; a clone is the same way.
#[derive(Clone, Default)]
pub(crate) enum Bus {
    /// There is nobody to tell: one node, or nodes that look into the database only.
    #[default]
    Local,
    /// Redis.
    Redis(Redis),
}

/// Do the other nodes hear?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// There is no bus.
    None,
    /// They do: this node hears itself through it.
    Up,
    /// Redis is away or stalled; nodes follow each other by the database.
    Away,
}

impl Bus {
    /// Starts to connect, and goes on trying for ever; whether Redis is there shows later.
    ///
    /// # Errors
    /// The address is none of Redis'.
    pub(crate) fn open(url: Option<&str>) -> anyhow::Result<(Self, Option<Ears>)> {
        match url {
            None => Ok((Self::Local, None)),
            Some(url) => {
                let (redis, ears) = Redis::open(url)?;
                Ok((Self::Redis(redis), Some(ears)))
            }
        }
    }

    /// Tells the other nodes. Never waits: what finds no room is dropped, and counted.
    pub(crate) fn say(&self, said: Said) {
        if let Self::Redis(redis) = self {
            redis.say(said);
        }
    }

    /// Is there somebody to tell?
    pub(crate) fn carries(&self) -> bool {
        matches!(self, Self::Redis(_))
    }

    /// Do the other nodes hear?
    pub(crate) fn link(&self) -> Link {
        match self {
            Self::Local => Link::None,
            Self::Redis(redis) if redis.is_up() => Link::Up,
            Self::Redis(_) => Link::Away,
        }
    }

    /// Counts a message of somebody's on all nodes together: `None` where that can't be said now,
    /// else how long they must wait, or zero.
    pub(crate) async fn count_post(&self, user: UserId, burst: u32, time: Duration) -> Option<Duration> {
        match self {
            Self::Local => None,
            Self::Redis(redis) => redis.count_post(user, burst, time).await,
        }
    }

    /// Counts a board that somebody makes of a file, as [`Bus::count_post`] does a message.
    pub(crate) async fn count_import(&self, user: UserId, burst: u32, time: Duration) -> Option<Duration> {
        match self {
            Self::Local => None,
            Self::Redis(redis) => redis.count_import(user, burst, time).await,
        }
    }

    /// Counts a new account from an address, as [`Bus::count_post`] does a message.
    pub(crate) async fn count_sign_up(&self, address: &str, burst: u32, time: Duration) -> Option<Duration> {
        match self {
            Self::Local => None,
            Self::Redis(redis) => redis.count_sign_up(address, burst, time).await,
        }
    }

    /// Counts a try to sign in on all nodes together, as [`Bus::count_post`] does a message.
    pub(crate) async fn count_try(&self, pair: &str) -> Option<Duration> {
        match self {
            Self::Local => None,
            Self::Redis(redis) => redis.count_try(pair).await,
        }
    }

    /// Forgets the failed tries of a pair.
    pub(crate) async fn forget_tries(&self, pair: &str) {
        if let Self::Redis(redis) = self {
            redis.forget_tries(pair).await;
        }
    }

    /// Says what waits to be said, for a moment at most, and hangs up.
    pub(crate) async fn close(&self) {
        if let Self::Redis(redis) = self {
            redis.close().await;
        }
    }
}
