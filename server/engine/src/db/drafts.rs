//! What people have begun to write and not sent.

use protocol::{Draft, MessageId, Stream, UserId};

use super::{Tx, sql};
use crate::{Result, write::internal};

/// What a draft is for that is no reply.
const NONE: MessageId = MessageId(0);

/// Keeps a draft in the place of the one before.
pub(crate) async fn put(tx: &mut Tx, user: UserId, draft: &Draft) -> Result<u64> {
    sql!(run tx,
        "insert into drafts (user_id, stream, parent_id, source, at) values ($1, $2, $3, $4, $5)
         on conflict (user_id, stream, parent_id) do update set source = excluded.source, at = excluded.at
         where drafts.source <> excluded.source",
        user, draft.place.to_string(), draft.parent.unwrap_or(NONE), draft.text.as_str(), draft.at)
}

/// Forgets a draft; 0 where there is none.
pub(crate) async fn remove(tx: &mut Tx, user: UserId, place: Stream, parent: Option<MessageId>) -> Result<u64> {
    sql!(run tx,
        "delete from drafts where user_id = $1 and stream = $2 and parent_id = $3",
        user, place.to_string(), parent.unwrap_or(NONE))
}

/// Forgets a person's oldest drafts but for so many.
pub(crate) async fn trim(tx: &mut Tx, user: UserId, kept: i64) -> Result<u64> {
    sql!(run tx,
        "delete from drafts where user_id = $1 and at <
         (select at from drafts where user_id = $1 order by at desc limit 1 offset $2)",
        user, kept - 1)
}

/// A person's drafts in a place, its threads included, the newest first.
pub(crate) async fn of(tx: &mut Tx, user: UserId, place: Stream) -> Result<Vec<Draft>> {
    let rows: Vec<(String, MessageId, String, i64)> = sql!(all tx,
        "select stream, parent_id, source, at from drafts where user_id = $1 and stream = $2 order by at desc, parent_id",
        user, place.to_string())?;
    let draft = |(stream, parent, text, at): (String, MessageId, String, i64)| {
        let place = stream.parse().map_err(internal)?;
        Ok(Draft { place, parent: Some(parent).filter(|parent| *parent != NONE), text, at })
    };
    rows.into_iter().map(draft).collect()
}
