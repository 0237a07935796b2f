//! Who did what, as lines under their days.

use leptos::prelude::*;
use protocol::{
    BoardId, TaskId,
    activity::{ActivityPage, Entry, Phrase},
    page::PageQuery,
};

use crate::{
    store::{Live, Store},
    ui::{Avatar, Empty, list, loaded, page},
};

/// The days of a page, the newest first, each with what was done on it.
#[component]
pub fn Days(
    /// What was done, newest first.
    entries: Vec<Entry>,
    /// How deep the headings of the days are: under the page's own, or under another.
    #[prop(optional)]
    deeper: bool,
) -> impl IntoView {
    let days: Vec<Vec<Entry>> =
        entries.chunk_by(|newer, older| newer.clock.day == older.clock.day).map(<[Entry]>::to_vec).collect();
    let days = StoredValue::new(days);
    list(
        move || days.get_value(),
        // A day may be there twice, where clocks disagree.
        |entries| entries.first().map(|entry| entry.seq),
        move |entries| view! { <Day entries deeper/> },
    )
}

#[component]
fn Day(entries: Vec<Entry>, deeper: bool) -> impl IntoView {
    let day = entries.first().map(|entry| entry.clock.day_text.clone());
    let heading = if deeper {
        view! { <h3 class="activity-day">{day}</h3> }.into_any()
    } else {
        view! { <h2 class="activity-day">{day}</h2> }.into_any()
    };
    let entries = StoredValue::new(entries);
    view! {
        {heading}
        <ul class="activity">
            {list(move || entries.get_value(), |entry| entry.seq, |entry| view! { <Line entry/> })}
        </ul>
    }
}

/// "Bo moved #12 Paint the railing from “To do” to “Doing” and marked it done".
#[component]
fn Line(entry: Entry) -> impl IntoView {
    let Entry { by, thing, phrases, clock, .. } = entry;
    let who = by.as_ref().map_or_else(|| "Someone".to_owned(), |by| by.display_name.clone());
    let (head, tail) = sentence(phrases, thing.is_some());
    let link = thing.map(|thing| view! { <a class="activity-thing" href=thing.address>{thing.name}</a> });
    let moment = format!("{} {}", clock.day, clock.time);
    view! {
        <li class="activity-line">
            <Avatar person=by/>
            <p class="activity-words"><b>{who}</b> {head} {link} {tail}</p>
            <time class="activity-time" datetime=moment>{clock.time}</time>
        </li>
    }
}

/// What was done, as words before the name of what it was done to, and those after it. It is named once; where
/// nothing is named, all of it comes before.
fn sentence(phrases: Vec<Phrase>, has_name: bool) -> (String, Option<String>) {
    let (mut head, mut tail) = (String::new(), None::<String>);
    let (mut met, last) = (false, phrases.len().saturating_sub(1));
    for (at, Phrase { before, named, after }) in phrases.into_iter().enumerate() {
        let words = tail.as_mut().unwrap_or(&mut head);
        words.push_str(match at {
            0 => " ",
            _ if at == last => " and ",
            _ => ", ",
        });
        words.push_str(&before);
        match named {
            true if !met && has_name => {
                words.push(' ');
                tail = Some(String::new());
            }
            true => words.push_str(if met { " it" } else { " this task" }),
            false => {}
        }
        met |= named;
        if !after.is_empty() {
            let words = tail.as_mut().unwrap_or(&mut head);
            words.push(' ');
            words.push_str(&after);
        }
    }
    (head, tail.filter(|tail| !tail.is_empty()))
}

/// What was done to a task of late, in the part of a page that somebody has opened; kept up to date.
#[component]
pub fn Lately(board: BoardId, task: TaskId) -> impl IntoView {
    let content = page(move || Some(PageQuery::Activity { board, task: Some(task), before: None }));
    loaded(content, move |page: ActivityPage| {
        expect_context::<Store>().open(page.cursor, move |live| match live {
            // Who does not read the task any more is told so by the page around this.
            Live::Revoked => {}
            _ => content.refetch(),
        });
        view! { <Days entries=page.entries deeper=true/> }
    })
}

/// In place of an empty page.
#[component]
pub fn Nothing(
    /// Is it the first page?
    first: bool,
) -> impl IntoView {
    let (title, words) = if first {
        ("Nothing has happened yet", "What people do on this board is told here.")
    } else {
        ("Nothing older", "The newest is on the first page.")
    };
    view! { <Empty title=title>{words}</Empty> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(before: &str, named: bool, after: &str) -> Phrase {
        Phrase { before: before.to_owned(), named, after: after.to_owned() }
    }

    #[test]
    fn a_line_names_what_it_is_about_once() {
        let phrases =
            || vec![phrase("set", true, "to 50 %"), phrase("put “Bug” on", true, ""), phrase("archived", true, "")];
        let tail = Some(" to 50 %, put “Bug” on it and archived it".to_owned());
        assert_eq!(sentence(phrases(), true), (" set ".to_owned(), tail));
        let head = " set this task to 50 %, put “Bug” on it and archived it".to_owned();
        assert_eq!(sentence(phrases(), false), (head, None));
        assert_eq!(sentence(vec![phrase("archived", true, "")], true), (" archived ".to_owned(), None));
        let plain = vec![phrase("added the column “Later”", false, ""), phrase("left the board", false, "")];
        assert_eq!(sentence(plain, false), (" added the column “Later” and left the board".to_owned(), None));
    }
}
