//! The first board of an installation: it explains itself.

use std::collections::HashMap;

use protocol::{Me, SessionId, Template};

use crate::{
    Actor, Result, boards, db, markdown,
    rooms::{self, NewRoom},
    tasks,
    write::Write,
};

const NAME: &str = "Welcome to Boardwalk";

/// Column, title, description.
const TASKS: [(usize, &str, &str); 7] = [
    (
        0,
        "Bring your team in",
        "People make their own account at the address of this page: send it to them. Then open **Members** above the \
         board and add them by username.\n\n\
         - an *owner* runs the board: its name, its people\n\
         - a *member* writes: tasks, rooms, messages\n\
         - a *viewer* reads",
    ),
    (
        0,
        "Say hello in General",
        "Every board has rooms. **General** is in the sidebar; what is said there everybody on this board can read.\n\n\
         Make a room of its own for each subject. A *private* room shows only to the people in it.",
    ),
    (
        0,
        "Mention somebody",
        "Type `@` in a message, a comment or a description and choose a name. Whoever is mentioned finds it in their \
         inbox, and nobody else is disturbed.",
    ),
    (
        0,
        "Comment on a task",
        "Below this text is the conversation about this task. Everybody who takes part in it, and whoever made the \
         task, is told of new comments. A reply stays with the comment it answers.",
    ),
    (
        1,
        "Write something in Markdown",
        "Messages, comments and descriptions know **bold**, *italic*, `code`, lists, quotes, links and tables:\n\n\
         | you type | you get |\n|---|---|\n| `**bold**` | **bold** |\n| `> said before` | a quote |\n| `- [x] done` | a ticked box |\n\n\
         Code between two lines of three backticks keeps its shape:\n\n\
         ```rust\nfn main() {\n    println!(\"Hello, Boardwalk\");\n}\n```",
    ),
    (1, "Move this card to Done", "Open it and choose **Move to…**. Everybody who has the board open sees it move."),
    (
        2,
        "Make the first account",
        "That was you: you are the admin of this installation. Everybody after you is an ordinary member.\n\n\
         When you need this board no longer, give it another name and begin with your own work.",
    ),
];

/// Makes the first board, with somebody as its owner.
pub(crate) async fn welcome(w: &mut Write, me: &Me) -> Result<()> {
    let actor = Actor { me: me.clone(), session: SessionId::default() };
    let board = boards::found(w, actor.id(), NAME, Template::Plain).await?.board.id;
    let columns = db::columns::of_board(&mut w.tx, board).await?;
    for (column, title, description) in TASKS {
        let draft = tasks::Draft {
            board,
            column: columns.get(column).map(|column| column.id),
            top: false,
            title: title.to_owned(),
            description: description.to_owned(),
            html: markdown::parse(description).render(&HashMap::new()).html,
        };
        tasks::store(w, &actor, draft).await?;
    }
    let general = NewRoom {
        name: "General".to_owned(),
        topic: "What concerns everybody on this board".to_owned(),
        private: false,
        members: Vec::new(),
    };
    rooms::found(w, &actor, board, general).await?;
    Ok(())
}
