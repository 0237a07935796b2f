//! Passwords: what they may be, and hashing them without starving everything else.

use std::{sync::Arc, time::Duration};

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use protocol::{Error, limits, text};
use tokio::{sync::Semaphore, time::timeout};

use crate::{Result, cores, write::internal};

/// Argon2id: 19 MiB, two passes, one lane (OWASP's first recommendation); 25 to 30 ms.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// Passwords that wait for each core; beyond, people are told to come back.
const WAITING: usize = 64;
/// How long one may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The most common passwords of at least eight characters, one a line, sorted.
static COMMON: &str = include_str!("passwords/common.txt");

/// Is this password good enough for this person?
///
/// # Errors
/// [`Error::Invalid`] naming `password`.
pub(crate) fn check(password: &str, username: &str) -> Result<()> {
    text::no_nul("password", password)?;
    let (least, most) = limits::PASSWORD;
    let refuse = |message: String| Err(Error::invalid("password", message));
    let length = password.chars().count();
    if length < least {
        return refuse(format!("A password has at least {least} characters."));
    }
    if length > most {
        return refuse(format!("A password has at most {most} characters."));
    }
    let folded = password.to_lowercase();
    if folded == username.to_lowercase() {
        return refuse("Your username is the first thing anybody would try. Choose another password.".into());
    }
    let mut first = folded.chars();
    let same = first.next().is_some_and(|c| first.all(|other| other == c));
    if same || COMMON.lines().any(|common| common == folded) {
        return refuse("Many people use this password, so it is among the first to be tried. Choose another.".into());
    }
    Ok(())
}

/// Hashes passwords, as many at once as there are cores.
pub(crate) struct Pool {
    turns: Arc<Semaphore>,
    queue: Semaphore,
}

impl Pool {
    /// A pool of this machine's size.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, Into::into);
        Self { turns: Arc::new(Semaphore::new(cores)), queue: Semaphore::new(cores * WAITING) }
    }

    /// The hash of a new password, as a PHC string.
    ///
    /// # Errors
    /// [`Error::TooMany`] and [`Error::Unavailable`] when too many wait.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = password.to_owned();
        self.run(move || Ok(argon2()?.hash_password(password.as_bytes()).map_err(internal)?.to_string())).await
    }

    /// Is this the password of that hash? Without a hash the same work is done for nothing, so that
    /// a name that nobody has takes as long as one that somebody has.
    ///
    /// # Errors
    /// As [`Pool::hash`].
    pub(crate) async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let Some(hash) = hash else {
            self.hash(password).await?;
            return Ok(false);
        };
        let password = password.to_owned();
        self.run(move || Ok(argon2()?.verify_password(password.as_bytes(), hash.as_str()).is_ok())).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _place = self.queue.try_acquire().map_err(|_| Error::TooMany { retry_after: 1 })?;
        let turn = timeout(PATIENCE, self.turns.clone().acquire_owned()).await.map_err(|_| Error::Unavailable)?;
        let turn = turn.map_err(internal)?;
        let work = move || {
            let done = work();
            // Given back by the work itself: a caller that goes away doesn't start another.
            drop(turn);
            done
        };
        cores::apart(work).await.map_err(internal)?
    }
}

fn argon2() -> Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    Ok(Argon2::from(Params::new(memory, passes, lanes, None).map_err(internal)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_not_everybodys() {
        for good in ["correct horse battery", "ümläut-pass", "12345679", &"é".repeat(127).replacen('é', "x", 1)] {
            assert_eq!(check(good, "ana"), Ok(()), "{good}");
        }
        for bad in
            ["", "short", "1234567", "password", "PassWord", "iloveyou", "aaaaaaaa", "zzzzzzzzzzzz", "with\0nul-in-it"]
        {
            assert!(check(bad, "ana").is_err(), "{bad}");
        }
        assert!(check(&"xy".repeat(64), "ana").is_ok());
        assert!(check(&"xy".repeat(65), "ana").is_err());
        assert!(check("Marcus.Chen", "marcus.chen").is_err());
    }

    #[test]
    fn the_list_of_common_passwords_is_usable() {
        for line in COMMON.lines() {
            assert!(line.len() >= 8 && line == line.to_lowercase() && line == line.trim(), "{line:?}");
        }
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_only() {
        let pool = Pool::new();
        let hash = pool.hash("correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(pool.verify("correct horse", Some(hash.clone())).await, Ok(true));
        assert_eq!(pool.verify("battery staple", Some(hash)).await, Ok(false));
        assert_eq!(pool.verify("battery staple", None).await, Ok(false));
    }
}
