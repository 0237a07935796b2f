//! What was opened of late, kept in this browser for the palette.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use protocol::{Stream, UserId};

use crate::{
    clock,
    copies::Copies,
    kept::{self, Kind},
    ui::effect,
};

/// So many places are kept.
const KEPT: usize = 20;
/// A page that stays so long was opened, rather than passed, in milliseconds.
const SETTLED_MS: u32 = 1000;
/// So many times it is waited for a page that does not come.
const PATIENCE: u32 = 30;
/// What stands behind the name of a page in the browser's tab.
const TAIL: &str = " · Boardwalk";

/// A place that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Tells places apart, as [`id_of`] does.
    pub id: String,
    /// Its page.
    pub path: String,
    /// As the page was called.
    pub title: String,
}

/// In the browser: keeps which places are opened, for as long as the calling component is there.
pub fn follow(copies: Copies) {
    let path = use_location().pathname;
    effect(move |_| {
        let path = path.get();
        spawn_local(async move {
            for _ in 0..PATIENCE {
                TimeoutFuture::new(SETTLED_MS).await;
                if location().pathname().ok().as_ref() != Some(&path) {
                    return;
                }
                // Until its page is here, the tab says where one was before.
                let waits = document().query_selector("main .skeleton").ok().flatten().is_some();
                if let Some(user) = copies.user().filter(|_| !waits) {
                    return note(user, &path);
                }
            }
        });
    });
}

/// The places that somebody opened of late, the last one first.
pub fn all(user: UserId) -> Vec<Opened> {
    dated(user).into_iter().map(|(_, opened)| opened).collect()
}

fn dated(user: UserId) -> Vec<(i64, Opened)> {
    let prefix = Kind::Recent.prefix(user);
    let read = |key: &String| {
        let value = kept::get(key)?;
        let (at, rest) = value.split_once(' ')?;
        let (path, title) = rest.split_once(' ')?;
        let id = key.strip_prefix(&prefix)?.to_owned();
        Some((at.parse().ok()?, Opened { id, path: path.to_owned(), title: title.to_owned() }))
    };
    let mut opened: Vec<(i64, Opened)> = kept::keys(&prefix).iter().filter_map(read).collect();
    opened.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    opened
}

/// Keeps that the page at `path` is open.
fn note(user: UserId, path: &str) {
    let Some(id) = id_of(path) else { return };
    let key = |id: &str| format!("{}{id}", Kind::Recent.prefix(user));
    if document().query_selector("main .error-panel").ok().flatten().is_some() {
        return kept::remove(&key(&id));
    }
    let title = name_of(&document().title());
    // Where nothing can be kept, the palette offers what else it knows.
    let _kept = kept::set(&key(&id), &format!("{} {path} {title}", clock::now()));
    dated(user).into_iter().skip(KEPT).for_each(|(_, old)| kept::remove(&key(&old.id)));
}

/// Forgets that a place was opened, since it is gone.
pub fn forget(user: UserId, place: Stream) {
    kept::remove(&format!("{}{}", Kind::Recent.prefix(user), place.to_string().replace(':', "-")));
}

/// The board, room or task that a page is of, whichever of its pages it is.
pub fn id_of(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        ["boards", board] => Some(format!("board-{board}")),
        ["boards", _, "tasks", task] | ["messaging", "task", task, "comments"] => Some(format!("task-{task}")),
        ["messaging", "room", room] => Some(format!("room-{room}")),
        _ => None,
    }
}

/// What the browser's tab calls a page, without what is around its name.
fn name_of(title: &str) -> String {
    let name = title.strip_suffix(TAIL).unwrap_or(title);
    let counted = name.strip_prefix('(').and_then(|rest| rest.split_once(") "));
    match counted {
        Some((count, name)) if count.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+') => name.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_same_on_each_of_its_pages() {
        for (path, expected) in [
            ("/boards/7/", Some("board-7")),
            ("/boards/7/tasks/31/", Some("task-31")),
            ("/messaging/task/31/comments/", Some("task-31")),
            ("/messaging/room/12/", Some("room-12")),
            ("/messaging/room/12/settings/", None),
            ("/boards/7/members/", None),
            ("/messaging/", None),
        ] {
            assert_eq!(id_of(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_page_is_called_as_in_the_tab() {
        for (title, expected) in [
            ("general · Boardwalk", "general"),
            ("(3) #12 Ship it · Boardwalk", "#12 Ship it"),
            ("(99+) (a) b · Boardwalk", "(a) b"),
            ("(a) b · Boardwalk", "(a) b"),
        ] {
            assert_eq!(name_of(title), expected);
        }
    }
}
