//! Whose turn it is to send: one tab of a person at a time.
//!
//! By Web Locks, which browsers have on `https` and on the machine itself; elsewhere by a lease in
//! the storage that the tabs share. Should two tabs send in spite of it, the client ids still make
//! each message happen once.

use futures::channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use protocol::UserId;
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::{clock, kept};

/// A lease holds so long unless it is renewed; longer than a request may take, in milliseconds.
const LEASE_MS: i64 = 40_000;
/// Where another tab has the lease, it is asked for again after so long, in milliseconds.
const AGAIN_MS: u32 = 1_000;

/// The turn, until it is dropped.
pub enum Turn {
    /// Calling it gives the lock back.
    Lock(Function),
    /// The key of the lease, to be removed.
    Lease(String),
}

impl Turn {
    /// Waits for the turn of this tab.
    pub async fn take(user: UserId, tab: Uuid) -> Self {
        let name = format!("turn/{user}");
        match lock(&name).await {
            Some(turn) => turn,
            None => lease(name, tab).await,
        }
    }

    /// The turn goes on: another message is sent in it.
    pub fn renew(&self, tab: Uuid) {
        if let Self::Lease(key) = self {
            write(key, tab);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        match self {
            Self::Lock(release) => {
                // A function that resolves a promise doesn't throw.
                let _ = release.call0(&JsValue::NULL);
            }
            Self::Lease(key) => kept::remove(key),
        }
    }
}

/// `navigator.locks.request(name, …)`: the lock is ours until the promise of the callback resolves.
async fn lock(name: &str) -> Option<Turn> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let (sender, granted) = oneshot::channel();
    let mut sender = Some(sender);
    let callback = Closure::once_into_js(move |_lock: JsValue| {
        Promise::new(&mut |resolve, _| {
            // If nobody waits for it any more, the lock is given back at once.
            if let Some(Err(resolve)) = sender.take().map(|sender| sender.send(resolve)) {
                let _ = resolve.call0(&JsValue::NULL);
            }
        })
    });
    request.call2(&locks, &name.into(), &callback).ok()?;
    granted.await.ok().map(Turn::Lock)
}

/// The lease, as soon as no other tab has it.
async fn lease(key: String, tab: Uuid) -> Turn {
    loop {
        let others = kept::get(&key).is_some_and(|held| is_held(&held, tab, clock::now()));
        if !others {
            write(&key, tab);
            return Turn::Lease(key);
        }
        TimeoutFuture::new(AGAIN_MS).await;
    }
}

fn write(key: &str, tab: Uuid) {
    // Where nothing is kept there is nothing to share either: each tab has its own messages.
    let _ = kept::set(key, &format!("{tab} {}", clock::now() + LEASE_MS));
}

/// Has another tab the lease? One that reaches further than a lease can is of a clock set back.
fn is_held(held: &str, tab: Uuid, now: i64) -> bool {
    let Some((holder, until)) = held.split_once(' ') else { return false };
    let until: i64 = until.parse().unwrap_or(0);
    holder != tab.to_string() && until > now && until <= now + LEASE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_holds_for_others_until_it_ends() {
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let held = format!("{other} 50000");
        assert!(is_held(&held, mine, 20_000));
        assert!(!is_held(&held, other, 20_000), "it is its own");
        assert!(!is_held(&held, mine, 50_000), "it has ended");
        assert!(!is_held(&held, mine, 5_000), "no lease reaches so far");
        assert!(!is_held("nonsense", mine, 0));
    }
}
