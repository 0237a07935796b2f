//! Whether what somebody was told goes to their devices now: the rule.

use std::time::Duration;

use protocol::limits;

use crate::hub::Attention;

/// How long is waited for what; of the figures in [`limits`], but in tests.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// After the start, before anything is decided: pages connect again meanwhile, and whatever only looks in, as the
    /// command line does, has gone again.
    pub start: Duration,
    /// Before it is decided for the first time.
    pub after: Duration,
    /// Between two looks at somebody who is active.
    pub again: Duration,
    /// After the last page was closed.
    pub grace: Duration,
    /// For somebody active to read it.
    pub until: Duration,
    /// Without activity before who has a page open counts as away.
    pub away: Duration,
    /// Before what a push service could not take is sent again; doubled each time.
    pub retry: Duration,
    /// Between two looks for what there is to do.
    pub every: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(limits::LEASE_S),
            after: Duration::from_secs(limits::OUTSIDE_AFTER_S),
            again: Duration::from_secs(limits::OUTSIDE_AGAIN_S),
            grace: Duration::from_secs(limits::OUTSIDE_GRACE_S),
            until: Duration::from_secs(limits::OUTSIDE_UNTIL_S),
            away: Duration::from_secs(limits::AWAY_S),
            retry: Duration::from_secs(30),
            every: Duration::from_secs(5),
        }
    }
}

impl Pace {
    /// For tests: nobody is waited for long.
    pub fn trial() -> Self {
        let soon = Duration::from_millis(300);
        Self { start: soon, after: soon, again: soon, grace: soon, retry: soon, every: soon / 3, ..Self::default() }
    }
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It goes out now.
    Send,
    /// It is looked at again after so long.
    Later(Duration),
    /// It stays in the inbox.
    Never,
}

/// What becomes of something that its person was told so long ago and has not read.
pub(super) fn verdict(attention: Attention, told: Duration, pace: &Pace) -> Verdict {
    match attention {
        // The page shows it. Who has just left the desk will count as away.
        Attention::Active if told < pace.until => Verdict::Later(pace.again),
        Attention::Active => Verdict::Never,
        Attention::Left(since) if since < pace.grace => Verdict::Later(pace.grace - since),
        Attention::Idle | Attention::Left(_) | Attention::Gone => Verdict::Send,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_is_decided_as_it_is_documented() {
        let (pace, s) = (Pace::default(), Duration::from_secs);
        for (attention, told, expected) in [
            // Nobody there.
            (Attention::Gone, 10, Verdict::Send),
            // An idle desktop.
            (Attention::Idle, 10, Verdict::Send),
            // At the page.
            (Attention::Active, 10, Verdict::Later(s(60))),
            (Attention::Active, 14 * 60, Verdict::Later(s(60))),
            // Saw it and let it be.
            (Attention::Active, 15 * 60, Verdict::Never),
            // A laptop that was just closed.
            (Attention::Left(s(4)), 10, Verdict::Later(s(26))),
            (Attention::Left(s(30)), 36, Verdict::Send),
            (Attention::Left(s(59)), 10, Verdict::Send),
        ] {
            assert_eq!(verdict(attention, s(told), &pace), expected, "{attention:?} after {told} s");
        }
    }
}
