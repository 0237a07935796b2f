//! The keys: one table of what they do where, and the ear that hears those of every page.
//!
//! What the ear does not do itself (a card is lifted, a message edited) is looked up in the table too,
//! by what does it, so that the map of keys can't say what is not so.

pub mod ahead;
mod deeds;
mod map;
mod walk;

use futures::FutureExt;
use gloo_timers::future::TimeoutFuture;
use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::Element,
};
use leptos_router::hooks::use_location;

use crate::{
    clock,
    conversation::Mark,
    parts,
    store::{Connection, Store},
    ui::{effect, live},
};
pub use deeds::{address, carry_out};
pub use walk::step;

/// After a G the letter of a place is waited for so long, in milliseconds.
const LEAD_MS: i64 = 1500;
/// Ctrl, or ⌘ where there is one.
const COMMAND: &str = "Mod+";

/// Where a key does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// On every page.
    Everywhere,
    /// On a page that is a list.
    List,
    /// On a board.
    Board,
    /// On a card of a board.
    Card,
    /// With a card that is held.
    Held,
    /// In the field of a message, a comment or a description.
    Composer,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Opens the palette, or closes it.
    Palette,
    /// Shows the map of keys.
    Map,
    /// Leads to the search.
    Search,
    /// Begins a new task.
    NewTask,
    /// Goes to a place.
    Go(Place),
    /// Down a list.
    Next,
    /// Up a list.
    Previous,
    /// To the card above, or moves the one that is held up.
    Up,
    /// To the card below.
    Down,
    /// To a card of the column before.
    Before,
    /// To a card of the column behind.
    After,
    /// Leads to the filter of a board.
    Filter,
    /// Archives a card.
    Archive,
    /// Selects a card, or takes it out.
    Pick,
    /// Nothing is selected any more.
    PickNothing,
    /// Picks a card up.
    Lift,
    /// Puts it down.
    Drop,
    /// Puts it back where it was.
    PutBack,
    /// Undoes the last move.
    Undo,
    /// Sends what is written.
    Send,
    /// Edits one's last message.
    EditLast,
    /// Makes something of what is selected.
    Mark(Mark),
}

/// A place that a letter leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// All boards.
    Home,
    /// The board one is on, or was on last.
    Board,
    /// Its rooms.
    Rooms,
    /// Its members.
    Members,
    /// The inbox.
    Inbox,
    /// My tasks, of all boards.
    MyTasks,
    /// What is sent later.
    Scheduled,
    /// The account.
    Account,
}

/// What keys do: where, which keys, what. A key is named as the browser names it, a letter in lower
/// case, with `Mod+` or `Shift+` before it or, after a G, `g `.
pub static KEYS: [(At, &[&str], Deed); 37] = [
    (At::Everywhere, &["Mod+k"], Deed::Palette),
    (At::Everywhere, &["/"], Deed::Search),
    (At::Everywhere, &["c"], Deed::NewTask),
    (At::Everywhere, &["?"], Deed::Map),
    (At::Everywhere, &["g h"], Deed::Go(Place::Home)),
    (At::Everywhere, &["g i"], Deed::Go(Place::Inbox)),
    (At::Everywhere, &["g t"], Deed::Go(Place::MyTasks)),
    (At::Everywhere, &["g b"], Deed::Go(Place::Board)),
    (At::Everywhere, &["g r"], Deed::Go(Place::Rooms)),
    (At::Everywhere, &["g m"], Deed::Go(Place::Members)),
    (At::Everywhere, &["g l"], Deed::Go(Place::Scheduled)),
    (At::Everywhere, &["g a"], Deed::Go(Place::Account)),
    (At::List, &["j"], Deed::Next),
    (At::List, &["k"], Deed::Previous),
    (At::Board, &["f"], Deed::Filter),
    (At::Card, &["j", "ArrowDown"], Deed::Down),
    (At::Card, &["k", "ArrowUp"], Deed::Up),
    (At::Card, &["ArrowLeft"], Deed::Before),
    (At::Card, &["ArrowRight"], Deed::After),
    (At::Card, &[" "], Deed::Lift),
    (At::Card, &["e"], Deed::Archive),
    (At::Card, &["x"], Deed::Pick),
    (At::Card, &["Escape"], Deed::PickNothing),
    (At::Card, &["Mod+z"], Deed::Undo),
    (At::Held, &["ArrowDown"], Deed::Down),
    (At::Held, &["ArrowUp"], Deed::Up),
    (At::Held, &["ArrowLeft"], Deed::Before),
    (At::Held, &["ArrowRight"], Deed::After),
    (At::Held, &[" ", "Enter"], Deed::Drop),
    (At::Held, &["Escape"], Deed::PutBack),
    (At::Composer, &["Enter", "Mod+Enter"], Deed::Send),
    (At::Composer, &["ArrowUp"], Deed::EditLast),
    (At::Composer, &["Mod+b"], Deed::Mark(Mark::Bold)),
    (At::Composer, &["Mod+i"], Deed::Mark(Mark::Italic)),
    (At::Composer, &["Mod+e"], Deed::Mark(Mark::Code)),
    (At::Composer, &["Mod+Shift+x"], Deed::Mark(Mark::Strike)),
    (At::Composer, &["Mod+k"], Deed::Mark(Mark::Link)),
];

/// What a key does there.
pub fn meant(at: At, key: &str) -> Option<Deed> {
    KEYS.iter().find(|(there, keys, _)| *there == at && keys.contains(&key)).map(|(.., deed)| *deed)
}

/// What the table calls a key that was pressed; nothing where an input method is at work, or Alt is held.
pub fn name(event: &KeyboardEvent) -> Option<String> {
    // Safari says by the code alone that an input method is at work.
    if event.is_composing() || event.key_code() == 229 || event.alt_key() {
        return None;
    }
    let command = event.ctrl_key() || event.meta_key();
    Some(named(&event.key(), &event.code(), command, event.shift_key()))
}

fn named(key: &str, code: &str, command: bool, shift: bool) -> String {
    // On a keyboard of another script a letter is the key in its place.
    let letter = if key.is_ascii() { None } else { code.strip_prefix("Key") }.unwrap_or(key);
    let is_letter = letter.len() == 1 && letter.as_bytes()[0].is_ascii_alphabetic();
    // A sign is the same with Shift or without, as the keyboard has it.
    let shift = if shift && (is_letter || letter.len() > 1) { "Shift+" } else { "" };
    let command = if command { COMMAND } else { "" };
    let letter = if is_letter { letter.to_ascii_lowercase() } else { letter.to_owned() };
    format!("{command}{shift}{letter}")
}

/// Where the keys of a page do something; what does them itself is left out.
pub fn places(path: &str) -> Vec<At> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut places = vec![At::Everywhere];
    match parts[..] {
        ["messaging"]
        | ["messaging", "notifications"]
        | ["messaging", "board", _, "rooms"]
        | ["search"]
        | ["tasks"] => {
            places.push(At::List);
        }
        ["boards", _, "archive"] => places.push(At::List),
        ["boards", _] => places.extend([At::Board, At::Card, At::Held]),
        ["boards", _, "tasks", _] => places.extend([At::Board, At::Card, At::Held, At::Composer]),
        ["messaging", "task", ..] => places.push(At::Composer),
        ["messaging", "room", _] => places.push(At::Composer),
        _ => {}
    }
    places
}

/// What the keys of the pages of the frame do, in their context.
#[derive(Clone, Copy)]
pub struct Keys {
    /// What opened the panel that is open: the palette or the map.
    pub panel: RwSignal<Option<Deed>>,
    /// Until when the letter of a place is waited for.
    lead: StoredValue<i64>,
    frame: StoredValue<Option<Owner>>,
    /// Is the palette or the map on its way?
    opening: StoredValue<bool>,
    store: Store,
}

impl Keys {
    /// In the browser: hears the keys for as long as the calling component is there. What they do is
    /// done as by that component.
    pub fn begin(store: Store) {
        let keys = Self {
            panel: RwSignal::new(None),
            lead: StoredValue::new(0),
            frame: StoredValue::new(None),
            opening: StoredValue::new(false),
            store,
        };
        provide_context(keys);
        let path = use_location().pathname;
        let frame = Owner::current();
        effect(move |_| {
            // In the browser alone: on the server it would keep itself for ever.
            keys.frame.set_value(frame.clone());
            let heard = window_event_listener(ev::keydown, move |event| {
                if !event.default_prevented() && keys.hear(&event, &path.get_untracked()) {
                    event.prevent_default();
                }
            });
            on_cleanup(move || heard.remove());
        });
    }

    /// Is the key one of ours?
    fn hear(self, event: &KeyboardEvent, path: &str) -> bool {
        let Some(key) = name(event) else { return false };
        if ahead::enters(event) {
            return true;
        }
        let command = key.starts_with(COMMAND);
        let key = if !command && self.lead.get_value() > clock::now() { format!("g {key}") } else { key };
        self.lead.set_value(0);
        if !command && (is_elsewhere(event) || self.panel.with_untracked(Option::is_some)) {
            return false;
        }
        if key == "g" {
            self.lead.set_value(clock::now() + LEAD_MS);
            return true;
        }
        let there = places(path).into_iter().filter(|at| matches!(at, At::Everywhere | At::List));
        let Some(deed) = there.filter_map(|at| meant(at, &key)).next() else { return false };
        // A list is walked for as long as a key is down; all else happens once.
        if !event.repeat() || matches!(deed, Deed::Next | Deed::Previous) {
            self.carry_out(deed);
        }
        true
    }

    /// Does what a key does, as soon as the part of the client that knows how is here.
    pub fn carry_out(self, deed: Deed) {
        let opens = matches!(deed, Deed::Palette | Deed::Map);
        if opens {
            if self.panel.get_untracked() == Some(deed) {
                return self.close();
            }
            // A question is open over the page, or one that was asked for before is yet to come.
            if self.opening.get_value() || document().query_selector("dialog[open]").ok().flatten().is_some() {
                return;
            }
            self.opening.set_value(true);
        }
        match deed {
            Deed::Palette => ahead::begin("Go to or do"),
            Deed::Search => ahead::begin("Search"),
            Deed::NewTask => ahead::begin("New task"),
            _ => {}
        }
        spawn_local(async move {
            if parts::load_palette().await.is_err() {
                drop(ahead::take());
                self.opening.try_set_value(false);
                // A server that answers has another version of the client, which begins with a whole page.
                if self.store.connection.try_get_untracked() == Some(Connection::Live) {
                    let _left = location().set_href("/search/");
                }
                return;
            }
            if opens {
                // What was open goes first, with all that it hears.
                while self.panel.try_get_untracked().flatten().is_some() {
                    TimeoutFuture::new(0).await;
                }
                TimeoutFuture::new(0).await;
                self.opening.try_set_value(false);
                self.panel.try_set(Some(deed));
            } else if let Some(Some(frame)) = self.frame.try_get_value() {
                // Nothing of it is shown.
                let _done = frame.with(|| parts::palette(deed).now_or_never());
            }
        });
    }

    /// Closes the palette, or the map.
    pub fn close(self) {
        if let Some(dialog) = document().query_selector(".panel[open]").ok().flatten() {
            // The focus goes back to where it was; what is open is told by the dialog.
            dialog.unchecked_into::<leptos::web_sys::HtmlDialogElement>().close();
        }
    }
}

/// The palette or the map of keys, while one is open.
#[component]
pub fn Panel() -> impl IntoView {
    let keys = expect_context::<Keys>();
    live(move || {
        let deed = keys.panel.get()?;
        // It was loaded before it was opened.
        parts::palette(deed).now_or_never()?.ok()
    })
}

/// Does what is pressed go into a text, or to something that floats above the page?
fn is_elsewhere(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        let elsewhere = "input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, :popover-open, \
                         [contenteditable]:not([contenteditable=false])";
        target.closest(elsewhere).ok().flatten().is_some()
    })
}

/// The key that is held with a letter, as it is called on this machine.
pub fn command() -> &'static str {
    let agent = window().navigator().user_agent().unwrap_or_default();
    if ["Mac", "iPhone", "iPad"].iter().any(|name| agent.contains(name)) { "⌘" } else { "Ctrl" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_does_one_thing_in_a_place() {
        let rows: Vec<_> = KEYS.iter().flat_map(|(at, keys, _)| keys.iter().map(move |key| (*at, *key))).collect();
        for (index, row) in rows.iter().enumerate() {
            assert!(!rows[..index].contains(row), "{row:?} is there twice");
        }
    }

    #[test]
    fn keys_are_told_apart_on_every_keyboard() {
        for (key, code, command, shift, expected) in [
            ("k", "KeyK", true, false, "Mod+k"),
            ("K", "KeyK", true, false, "Mod+k"),
            ("K", "KeyK", true, true, "Mod+Shift+k"),
            ("j", "KeyJ", false, false, "j"),
            // The lock is on.
            ("J", "KeyJ", false, false, "j"),
            ("J", "KeyJ", false, true, "Shift+j"),
            ("о", "KeyJ", false, false, "j"),
            // A German keyboard has the slash above the seven.
            ("/", "Digit7", false, true, "/"),
            ("?", "Slash", false, true, "?"),
            ("ArrowUp", "ArrowUp", false, false, "ArrowUp"),
            ("Tab", "Tab", false, true, "Shift+Tab"),
            (" ", "Space", false, false, " "),
        ] {
            assert_eq!(named(key, code, command, shift), expected, "{key} {code} {command} {shift}");
        }
    }

    #[test]
    fn a_page_has_the_keys_of_what_is_on_it() {
        for (path, expected) in [
            ("/messaging/", &[At::Everywhere, At::List][..]),
            ("/messaging/board/7/rooms/", &[At::Everywhere, At::List]),
            ("/messaging/board/7/rooms/create/", &[At::Everywhere]),
            ("/boards/7/", &[At::Everywhere, At::Board, At::Card, At::Held]),
            ("/boards/7/tasks/31/", &[At::Everywhere, At::Board, At::Card, At::Held, At::Composer]),
            ("/boards/7/archive/", &[At::Everywhere, At::List]),
            ("/tasks/", &[At::Everywhere, At::List]),
            ("/messaging/room/12/", &[At::Everywhere, At::Composer]),
            ("/accounts/", &[At::Everywhere]),
        ] {
            assert_eq!(places(path), expected, "{path}");
        }
    }
}
