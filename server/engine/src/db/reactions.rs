//! The emoji under messages.

use std::collections::HashMap;

use protocol::{MessageId, Person, Reaction, UserId, limits::REACTED};

use super::{Tx, sql};
use crate::Result;

/// Puts an emoji under a message; 0 where this person's is there.
pub(crate) async fn add(tx: &mut Tx, message: MessageId, emoji: &str, user: UserId, now: i64) -> Result<u64> {
    sql!(run tx,
        "insert into reactions (message_id, emoji, user_id, at) values ($1, $2, $3, $4) on conflict do nothing",
        message, emoji, user, now)
}

/// Takes an emoji back; 0 where this person's is not there.
pub(crate) async fn remove(tx: &mut Tx, message: MessageId, emoji: &str, user: UserId) -> Result<u64> {
    sql!(run tx,
        "delete from reactions where message_id = $1 and emoji = $2 and user_id = $3", message, emoji, user)
}

/// How many other emoji are under a message.
pub(crate) async fn others(tx: &mut Tx, message: MessageId, emoji: &str) -> Result<i64> {
    let (count,): (i64,) = sql!(one tx,
        "select count(distinct emoji) from reactions where message_id = $1 and emoji <> $2", message, emoji)?;
    Ok(count)
}

#[derive(sqlx::FromRow)]
struct Row {
    message_id: MessageId,
    emoji: String,
    count: i64,
    id: UserId,
    username: String,
    display_name: String,
}

/// What is under messages, each emoji with the first people who put it there.
pub(crate) async fn of(tx: &mut Tx, messages: &[MessageId]) -> Result<HashMap<MessageId, Vec<Reaction>>> {
    let rows: Vec<Row> = sql!(all_in messages, tx,
        "select x.message_id, x.emoji, x.count, u.id, u.username, u.display_name from
         (select r.message_id, r.emoji, r.user_id,
                 count(*) over (partition by r.message_id, r.emoji) as count,
                 min(r.at) over (partition by r.message_id, r.emoji) as since,
                 row_number() over (partition by r.message_id, r.emoji order by r.at, r.user_id) as nth
          from reactions r where r.message_id in ({ids})) x
         join users u on u.id = x.user_id where x.nth <= $1
         order by x.message_id, x.since, x.emoji, x.nth",
        REACTED)?;
    let mut under: HashMap<MessageId, Vec<Reaction>> = HashMap::new();
    for Row { message_id, emoji, count, id, username, display_name } in rows {
        let reactions = under.entry(message_id).or_default();
        let person = Person { id, username, display_name };
        match reactions.last_mut().filter(|last| last.emoji == emoji) {
            Some(last) => last.people.push(person),
            None => reactions.push(Reaction { emoji, count, people: vec![person] }),
        }
    }
    Ok(under)
}

/// The emoji that a person has put under messages.
pub(crate) async fn mine(tx: &mut Tx, user: UserId, messages: &[MessageId]) -> Result<HashMap<MessageId, Vec<String>>> {
    let rows: Vec<(MessageId, String)> = sql!(all_in messages, tx,
        "select message_id, emoji from reactions where user_id = $1 and message_id in ({ids}) order by at, emoji", user)?;
    let mut mine: HashMap<MessageId, Vec<String>> = HashMap::new();
    for (message, emoji) in rows {
        mine.entry(message).or_default().push(emoji);
    }
    Ok(mine)
}
