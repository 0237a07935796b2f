//! What the browser knows by itself: places, what was opened of late, what can be done.

use gloo_net::http::Request;
use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlFormElement},
};
use protocol::UserId;

use super::rows::{Does, Kind, Row};
use crate::{
    keys::{Deed, Place, address},
    recent::{self, Opened},
    request::Theme,
    store::Store,
    ui::Sign,
};

/// What can be pressed at the head of the page one is on.
const HERE: &str = "main .page-actions a, main .page-actions button, main .page-head > a.button, \
                    main .page-head form button, main .room-head > a, main .room-head > button, \
                    main .ways a:not([aria-current])";
/// What can be done to the task that is open, which stands folded away.
const OF_TASK: &str = "main .task-more button[title]";

/// All of it, on the page at `path`.
pub fn rows(store: Store, user: Option<UserId>, path: &str) -> Vec<Row> {
    let mut known = boards(store);
    known.extend(rooms(store));
    known.extend(cards());
    let opened = user.map(recent::all).unwrap_or_default();
    let archived = archived(store);
    let elsewhere = opened
        .into_iter()
        .filter(|opened| recent::id_of(path).as_ref() != Some(&opened.id) && !archived.contains(&opened.id));
    for (nth, opened) in elsewhere.enumerate() {
        match known.iter_mut().find(|row| row.id == opened.id) {
            Some(row) => row.recent = Some(nth),
            None => known.push(remembered(opened).opened(nth)),
        }
    }
    let here: Vec<Row> = here().into_iter().chain(to_other_boards()).chain(filters()).collect();
    let others = actions(store).into_iter().filter(|row| here.iter().all(|same| same.name != row.name));
    known.extend(others.collect::<Vec<_>>());
    known.extend(here);
    known
}

/// The ids of the boards that are archived: what was opened of late may be one of them.
fn archived(store: Store) -> Vec<String> {
    let archived = store.boards.get_untracked().into_iter().filter(|mine| mine.board.archived);
    archived.map(|mine| format!("board-{}", mine.board.id)).collect()
}

fn boards(store: Store) -> Vec<Row> {
    let boards = store.boards.get_untracked().into_iter().filter(|mine| !mine.board.archived);
    let row = |mine: protocol::MyBoard| {
        let does = Does::Go(format!("/boards/{}/", mine.board.id));
        Row::new(format!("board-{}", mine.board.id), Kind::Board, Sign::Board, &mine.board.name, "Board", does)
    };
    boards.map(row).collect()
}

fn rooms(store: Store) -> Vec<Row> {
    let Some(board) = store.board.get_untracked() else { return Vec::new() };
    let row = |entry: protocol::RoomEntry| {
        let sign = if entry.room.private { Sign::Lock } else { Sign::Room };
        let does = Does::Go(format!("/messaging/room/{}/", entry.room.id));
        Row::new(format!("room-{}", entry.room.id), Kind::Room, sign, &entry.room.name, &board.board.board.name, does)
    };
    board.rooms.into_iter().map(row).collect()
}

/// The cards of the board that is shown.
fn cards() -> Vec<Row> {
    let text = |card: &Element, class| {
        let part = card.query_selector(class).ok().flatten();
        part.and_then(|part| part.text_content()).unwrap_or_default()
    };
    let row = |card: Element| {
        let id = card.id().strip_prefix("card-").map(|id| format!("task-{id}"))?;
        let name = format!("{} {}", text(&card, ".card-number"), text(&card, ".card-title"));
        let row = Row::new(id, Kind::Task, Sign::Check, &name, "On this board", Does::Go(card.get_attribute("href")?));
        Some(row.on_this_board())
    };
    all("main a.card-link").into_iter().filter_map(|card| row(card.into())).collect()
}

/// A place as its page was called when it was last open.
fn remembered(opened: Opened) -> Row {
    let (kind, sign) = match opened.id.split_once('-') {
        Some(("board", _)) => (Kind::Board, Sign::Board),
        Some(("room", _)) => (Kind::Room, Sign::Room),
        _ => (Kind::Task, Sign::Check),
    };
    Row::new(opened.id, kind, sign, &opened.title, "Opened of late", Does::Go(opened.path))
}

/// What can be done on the page, as it stands there.
fn here() -> Vec<Row> {
    let row = |(nth, element): (usize, HtmlElement)| {
        let name = name_of(&element);
        let does = Does::Press(name.clone());
        let row = Row::new(format!("here-{nth}"), Kind::Here, Sign::Move, &name, "On this page", does);
        (!name.is_empty()).then_some(row)
    };
    pressable().enumerate().filter_map(row).collect()
}

/// The filters that one has saved of the board that is shown.
fn filters() -> impl Iterator<Item = Row> {
    let row = |(nth, link): (usize, HtmlElement)| {
        let name = format!("Filter: {}", name_of(&link));
        let does = Does::Go(link.get_attribute("href")?);
        Some(Row::new(format!("filter-{nth}"), Kind::Here, Sign::Check, &name, "On this page", does))
    };
    all("main .filter-saved a.pick:not(.filter-manage)").into_iter().enumerate().filter_map(row)
}

/// What leads to where tasks are moved to another board: the one that is open, and those that are selected.
fn to_other_boards() -> impl Iterator<Item = Row> {
    let row = |id: &str, name: &str, address: String| {
        Row::new(id.to_owned(), Kind::Here, Sign::Move, name, "On this page", Does::Go(address))
    };
    let open = document().query_selector("main .task-more a[href*='/transfer/']").ok().flatten();
    let open = open.and_then(|link| Some(row("elsewhere", &link.get_attribute("title")?, link.get_attribute("href")?)));
    let picked = picked().map(|(count, address)| {
        let what = if count == 1 { "the selected task".to_owned() } else { format!("{count} selected tasks") };
        row("elsewhere-picked", &format!("Move {what} to another board…"), address)
    });
    open.into_iter().chain(picked)
}

/// How many tasks are selected, and where they are moved to another board.
fn picked() -> Option<(usize, String)> {
    let picked = all("main .picked .card-link");
    // As `/boards/7/tasks/12/?label=3`.
    let href = picked.first()?.get_attribute("href")?;
    let (board, rest) = href.split_once("tasks/")?;
    let query = rest.split_once('?').map(|(_, query)| format!("&{query}")).unwrap_or_default();
    let tasks: Vec<String> =
        picked.iter().filter_map(|card| Some(format!("tasks={}", card.id().strip_prefix("card-")?))).collect();
    Some((tasks.len(), format!("{board}transfer/?{}{query}", tasks.join("&"))))
}

/// Presses what [`here`] found by its name; nothing where it has gone meanwhile.
pub fn press(name: &str) {
    if let Some(element) = pressable().find(|element| name_of(element) == name) {
        element.click();
    }
}

fn pressable() -> impl Iterator<Item = HtmlElement> {
    all(HERE).into_iter().filter(|element| element.offset_parent().is_some()).chain(all(OF_TASK))
}

fn name_of(element: &HtmlElement) -> String {
    let words = element.get_attribute("title").or_else(|| element.text_content()).unwrap_or_default();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What can be done anywhere.
fn actions(store: Store) -> Vec<Row> {
    let row = |id: &str, sign, name: &str, words: &str, does| {
        Row::new(format!("do-{id}"), Kind::Action, sign, name, "", does).also(words)
    };
    let go = |id: &str, sign, name: &str, words: &str, place| {
        address(place).map(|address| row(id, sign, name, words, Does::Go(address)))
    };
    let theme =
        |theme: Theme, name: &str| row(theme.as_str(), Sign::Settings, name, "colours dark mode", Does::Theme(theme));
    let writes = store.board.get_untracked().filter(|board| board.board.writes());
    let new = writes.into_iter().flat_map(|board| {
        let rooms = format!("/messaging/board/{}/rooms/create/", board.board.board.id);
        [
            row("task", Sign::Plus, "New task", "add card", Does::Key(Deed::NewTask)),
            row("room", Sign::Plus, "New room", "add channel", Does::Go(rooms)),
        ]
    });
    let places = [
        go("inbox", Sign::Inbox, "Inbox", "notifications", Place::Inbox),
        go("my-tasks", Sign::Check, "My tasks", "assigned to me due", Place::MyTasks),
        go("boards", Sign::Board, "Your boards", "home new board", Place::Home),
        go("members", Sign::People, "Members of the board", "people invite", Place::Members),
        go("scheduled", Sign::Clock, "Messages sent later", "scheduled", Place::Scheduled),
        go("account", Sign::Settings, "My account", "profile password settings", Place::Account),
    ];
    let others = [
        row("search", Sign::Search, "Search", "find", Does::Key(Deed::Search)),
        row("read", Sign::Check, "Mark all read", "inbox notifications", Does::ReadAll),
        row("keys", Sign::More, "Map of keys", "keyboard shortcuts help", Does::Key(Deed::Map)),
        theme(Theme::Light, "Light theme"),
        theme(Theme::Dark, "Dark theme"),
        theme(Theme::System, "Theme of the system"),
        row("leave", Sign::Leave, "Sign out", "log out leave", Does::SignOut),
    ];
    new.chain(places.into_iter().flatten()).chain(others).collect()
}

/// Signs out by the form of the sidebar, so that what is not sent is asked about.
pub fn sign_out() {
    let form = document().query_selector("form[action='/accounts/logout/']").ok().flatten();
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        // Refused only where the form is incomplete, and it has no fields to fill.
        let _sent = form.request_submit();
    }
}

/// Sets the theme, on this page at once. Where the server can't be told it lasts as long as the page.
pub async fn set_theme(theme: Theme) {
    if let Some(html) = document().document_element() {
        // No name of ours is refused.
        let _set = match theme.attribute() {
            Some(name) => html.set_attribute("data-theme", name),
            None => html.remove_attribute("data-theme"),
        };
    }
    let request = Request::post("/accounts/theme/")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header("Accept", "application/json")
        .body(format!("theme={}", theme.as_str()));
    if let Ok(request) = request {
        let _told = request.send().await;
    }
}

fn all(selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|nth| found.get(nth)?.dyn_into().ok()).collect()
}
