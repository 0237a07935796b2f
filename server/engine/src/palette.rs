//! What one goes to from the palette: tasks, rooms and people, found as a name is typed.

use protocol::{
    BoardId,
    palette::{FOUND, Found, FoundRoom, FoundTask, Typed},
    text::fold,
};

use crate::{
    Actor, Engine, Result,
    db::{
        self, Tx,
        search::{Asked, Wanted},
    },
    search::{Phrase, tags},
};

/// Rows of one kind that are ranked, at most.
const RANKED: i64 = 50;

/// What fits `text` among all that a person may read, the tasks of `board` first where it is a number.
///
/// # Errors
/// Asked too often.
pub async fn look_up(engine: &Engine, actor: &Actor, board: Option<BoardId>, text: &str) -> Result<Found> {
    let typed = Typed::of(text);
    let Some(longest) = typed.words().iter().max_by_key(|word| word.len()) else { return Ok(Found::default()) };
    engine.limits().look_up(actor.id())?;
    let names = db::palette::Names::with(longest, typed.words());
    let mut tx = engine.db().read().await?;
    let tasks = tasks(&mut tx, actor, board, &typed).await?;
    let rooms = db::palette::rooms(&mut tx, actor.id(), &names, RANKED).await?;
    let people = db::palette::people(&mut tx, actor.id(), &names, RANKED).await?;
    Ok(Found {
        tasks,
        rooms: best(&typed, rooms, |room: &FoundRoom| room.name.clone()),
        people: best(&typed, people, |person| format!("{} {}", person.display_name, person.username)),
    })
}

/// The tasks of a number first, then those with words of their title that begin so.
async fn tasks(tx: &mut Tx, actor: &Actor, board: Option<BoardId>, typed: &Typed) -> Result<Vec<FoundTask>> {
    let mut tasks = match typed.number() {
        Some(number) => db::palette::numbered(tx, actor.id(), number, board, FOUND as i64).await?,
        None => Vec::new(),
    };
    let titled = best(typed, titled(tx, actor, typed).await?, |task: &FoundTask| task.title.clone());
    tasks.extend(titled.into_iter().filter(|task| Some(task.number) != typed.number()));
    tasks.truncate(FOUND);
    Ok(tasks)
}

/// The newest tasks in whose titles each word that is typed begins one.
async fn titled(tx: &mut Tx, actor: &Actor, typed: &Typed) -> Result<Vec<FoundTask>> {
    let phrases = typed.words().iter().filter_map(|word| Phrase::of(word));
    let words: Vec<String> = phrases.flat_map(|phrase| phrase.words).collect();
    let mut boards = db::boards::mine(tx, actor.id()).await?;
    boards.retain(|mine| !mine.board.archived);
    if words.is_empty() || boards.is_empty() {
        return Ok(Vec::new());
    }
    let on_my_boards =
        |word: &String| -> Vec<String> { boards.iter().map(|mine| tags::titled(mine.board.id, word)).collect() };
    let begins = words.iter().map(on_my_boards).collect();
    let asked = Asked {
        user: actor.id(),
        wanted: Wanted { begins, ..Wanted::default() },
        before: i64::MAX,
        from: i64::MIN,
        until: i64::MAX,
        limit: RANKED,
        length: 0,
    };
    let found = db::search::tasks(tx, &asked).await?.into_iter().map(|found| FoundTask {
        id: found.id,
        board: found.board_id,
        board_name: found.board_name,
        number: found.number,
        title: found.title,
    });
    Ok(found.collect())
}

/// Those that fit, best first.
fn best<T>(typed: &Typed, rows: Vec<T>, name: impl Fn(&T) -> String) -> Vec<T> {
    let mut fitting: Vec<_> = rows.into_iter().filter_map(|row| Some((typed.fit(&fold(&name(&row)))?, row))).collect();
    fitting.sort_by_key(|(fit, _)| *fit);
    fitting.into_iter().map(|(_, row)| row).take(FOUND).collect()
}
