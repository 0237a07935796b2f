//! What must be taken back from readers, on every node.

use protocol::{SessionId, Stream, UserId};
use serde::{Deserialize, Serialize};

/// Somebody who may read something no longer, from the commit on.
///
/// A node that does not know one of these follows nothing that comes after it until it is upgraded, rather than pass
/// over it: while nodes are upgraded one by one, what a release adds here should not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Revocation {
    /// These streams.
    Streams(UserId, Vec<Stream>),
    /// Everybody: who may read it still begins anew.
    Stream(Stream),
    /// Everybody, as these are deleted.
    Gone(Vec<Stream>),
    /// Everything, by way of these sign-ins.
    Sessions(Vec<SessionId>),
}

/// Something that readers have no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Withdrawal {
    /// The right to read.
    Reading(Revocation),
    /// What stood at these numbers: it was hidden.
    Text(Vec<(Stream, i64)>),
    /// Their history: it is another one from here on, of this epoch.
    History(String),
}

impl Withdrawal {
    /// Is there nothing to take back?
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Reading(Revocation::Streams(_, streams)) => streams.is_empty(),
            Self::Reading(Revocation::Gone(streams)) => streams.is_empty(),
            Self::Reading(Revocation::Sessions(sessions)) => sessions.is_empty(),
            Self::Text(texts) => texts.is_empty(),
            Self::Reading(Revocation::Stream(_)) | Self::History(_) => false,
        }
    }
}

/// A withdrawal at its place in the order in which they were committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Revoked {
    /// Its dense number.
    pub(crate) seq: i64,
    /// What was taken back.
    pub(crate) what: Withdrawal,
}
