//! What the palette finds, of what a person may read at this moment and is in use. Each question begins with the
//! boards that the person is on, so that what others have costs nothing.

use protocol::{
    BoardId, Person, RoomId, TaskId, UserId,
    palette::{FoundRoom, FoundTask},
};

use super::{Tx, literal, rooms::PersonRow, sql};
use crate::Result;

/// How names are asked for: those with a word inside, best first as [`protocol::palette::Fit`] has it.
pub(crate) struct Names {
    inside: String,
    starts: String,
    begins_a_word: String,
}

impl Names {
    /// Those in which `word` is, of all the words that are typed.
    pub(crate) fn with(word: &str, words: &[String]) -> Self {
        let (word, start) = (literal(word), literal(&words.join(" ")));
        Self { inside: format!("%{word}%"), starts: format!("{start}%"), begins_a_word: format!("% {word}%") }
    }
}

const NUMBERED: &str = "select t.id, t.board_id, b.name, t.number, t.title from board_members me
     join boards b on b.id = me.board_id and b.archived_at is null join tasks t on t.board_id = me.board_id and t.number = $2 and t.deleted_at is null
     where me.user_id = $1 order by case when t.board_id = $3 then 0 else 1 end, t.id desc limit $4";

const ROOMS: &str = r"select r.id, r.name, r.private, b.name from board_members me
     join boards b on b.id = me.board_id and b.archived_at is null join rooms r on r.board_id = me.board_id
     left join room_members m on m.room_id = r.id and m.user_id = me.user_id
     where me.user_id = $1 and (not r.private or m.user_id is not null) and r.name_key like $2 escape '\'
     order by case when r.name_key like $3 escape '\' then 0 when ' ' || r.name_key like $4 escape '\' then 1 else 2 end,
              r.name_key, r.id limit $5";

const PEOPLE: &str = r"select u.id, u.username, u.display_name, u.name_key from board_members me
     join board_members b on b.board_id = me.board_id join users u on u.id = b.user_id and u.deactivated_at is null
     where me.user_id = $1 and u.name_key like $2 escape '\'
     group by u.id, u.username, u.display_name, u.name_key
     order by case when u.name_key like $3 escape '\' then 0 when ' ' || u.name_key like $4 escape '\' then 1 else 2 end,
              u.name_key, u.id limit $5";

/// The tasks of a number on all boards of a person, those of `board` first.
pub(crate) async fn numbered(
    tx: &mut Tx,
    user: UserId,
    number: i64,
    board: Option<BoardId>,
    limit: i64,
) -> Result<Vec<FoundTask>> {
    let rows: Vec<(TaskId, BoardId, String, i64, String)> = sql!(all tx, NUMBERED, user, number, board, limit)?;
    let task = |(id, board, board_name, number, title)| FoundTask { id, board, board_name, number, title };
    Ok(rows.into_iter().map(task).collect())
}

/// The rooms of such names that a person may read, best first.
pub(crate) async fn rooms(tx: &mut Tx, user: UserId, names: &Names, limit: i64) -> Result<Vec<FoundRoom>> {
    let Names { inside, starts, begins_a_word } = names;
    let rows: Vec<(RoomId, String, bool, String)> =
        sql!(all tx, ROOMS, user, inside.as_str(), starts.as_str(), begins_a_word.as_str(), limit)?;
    let room = |(id, name, private, board_name)| FoundRoom { id, name, private, board_name };
    Ok(rows.into_iter().map(room).collect())
}

/// The people of such names on a person's boards, themselves too, best first.
pub(crate) async fn people(tx: &mut Tx, user: UserId, names: &Names, limit: i64) -> Result<Vec<Person>> {
    let Names { inside, starts, begins_a_word } = names;
    let rows: Vec<PersonRow> =
        sql!(all tx, PEOPLE, user, inside.as_str(), starts.as_str(), begins_a_word.as_str(), limit)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::db::search::plans;

    type Step = (i64, i64, i64, String);

    /// Nothing is read but by an index, and the index begins with the person.
    fn is_narrow(steps: Vec<Step>) {
        let steps: Vec<String> = steps.into_iter().map(|(.., step)| step).collect();
        assert!(steps[0].starts_with("SEARCH me USING"), "{steps:#?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{steps:#?}");
    }

    #[tokio::test]
    async fn what_others_have_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let engine = plans::engine(&folder, None).await;
        let mut tx = engine.db().read().await.unwrap();
        let plan = |text: &str| AssertSqlSafe(format!("explain query plan {text}"));
        let (user, limit) = (UserId(1), 50_i64);
        is_narrow(sql!(all &mut tx, plan(NUMBERED), user, 12_i64, BoardId(1), limit).unwrap());
        for text in [ROOMS, PEOPLE] {
            is_narrow(sql!(all &mut tx, plan(text), user, "%a%", "a%", "% a%", limit).unwrap());
        }
        drop(tx);
        engine.close().await;
    }
}
