//! The map of keys: what they do on the page one is on, read from the table by which they do it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{At, Deed, KEYS, Keys, Place, command, places};
use crate::{conversation::Mark, palette::Panel};

/// The dialog.
#[component]
pub fn Map() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    let here = places(&path);
    let keys = expect_context::<Keys>();
    view! {
        <Panel deed=Deed::Map label="Keys" class="keys-panel">
            <div class="keys-head">
                <h2 class="dialog-title" id="keys-title">"Keys"</h2>
                <button class="button" type="button" autofocus=true on:click=move |_| keys.close()>"Close"</button>
            </div>
            <div class="keys-groups" tabindex="0" role="group" aria-labelledby="keys-title">
                {here.into_iter().map(|at| view! { <Group at/> }).collect_view()}
            </div>
        </Panel>
    }
}

/// What keys do in one place.
#[component]
fn Group(at: At) -> impl IntoView {
    let title = match at {
        At::Everywhere => "Everywhere",
        At::List => "In this list",
        At::Board => "On the board",
        At::Card => "On a card",
        At::Held => "With a card picked up",
        At::Composer => "Writing",
    };
    let rows = KEYS.iter().filter(move |(there, ..)| *there == at);
    view! {
        <section class="keys-group">
            <h3 class="keys-title">{title}</h3>
            <dl class="keys-list">
                {rows
                    .map(|(_, keys, deed)| {
                        view! {
                            <div class="keys-row">
                                <dt>{words(*deed)}</dt>
                                <dd>{keys.iter().map(|key| view! { <Key key=*key/> }).collect_view()}</dd>
                            </div>
                        }
                    })
                    .collect_view()}
            </dl>
        </section>
    }
}

/// A key, or two of them one after the other or together.
#[component]
fn Key(
    /// As the table names it.
    key: &'static str,
) -> impl IntoView {
    view! { <span class="keys-key">{caps(key).into_iter().map(|cap| view! { <kbd>{cap}</kbd> }).collect_view()}</span> }
}

/// What stands on the keys.
fn caps(key: &str) -> Vec<String> {
    if let Some(key) = key.strip_prefix("Mod+") {
        return std::iter::once(command().to_owned()).chain(caps(key)).collect();
    }
    if let Some(key) = key.strip_prefix("Shift+") {
        return std::iter::once("Shift".to_owned()).chain(caps(key)).collect();
    }
    let cap = |key: &str| match key {
        "" => "Space".to_owned(),
        "ArrowUp" => "↑".to_owned(),
        "ArrowDown" => "↓".to_owned(),
        "ArrowLeft" => "←".to_owned(),
        "ArrowRight" => "→".to_owned(),
        "Escape" => "Esc".to_owned(),
        key if key.len() == 1 => key.to_uppercase(),
        key => key.to_owned(),
    };
    match key.split_once(' ').filter(|(lead, _)| !lead.is_empty()) {
        Some((lead, key)) => vec![cap(lead), cap(key)],
        None => vec![cap(key.trim())],
    }
}

fn words(deed: Deed) -> &'static str {
    match deed {
        Deed::Palette => "Go anywhere, do anything",
        Deed::Map => "This map of keys",
        Deed::Search => "Search",
        Deed::NewTask => "New task",
        Deed::Go(Place::Home) => "All boards",
        Deed::Go(Place::Board) => "The board",
        Deed::Go(Place::Rooms) => "Its rooms",
        Deed::Go(Place::Members) => "Its members",
        Deed::Go(Place::Inbox) => "Inbox",
        Deed::Go(Place::MyTasks) => "My tasks",
        Deed::Go(Place::Scheduled) => "Messages sent later",
        Deed::Go(Place::Account) => "Account",
        Deed::Next => "Next row",
        Deed::Previous => "Row before",
        Deed::Up => "Up",
        Deed::Down => "Down",
        Deed::Before => "To the column before",
        Deed::After => "To the next column",
        Deed::Filter => "Look for cards",
        Deed::Archive => "Archive it",
        Deed::Pick => "Select it, or not; also with a click and Ctrl or Shift",
        Deed::PickNothing => "Select nothing",
        Deed::Lift => "Pick it up",
        Deed::Drop => "Put it down",
        Deed::PutBack => "Put it back",
        Deed::Undo => "Undo the last move",
        Deed::Send => "Send; with Shift a new line",
        Deed::EditLast => "In an empty field: edit your last message",
        Deed::Mark(mark) => match mark {
            Mark::Bold => "Bold",
            Mark::Italic => "Italic",
            Mark::Strike => "Strikethrough",
            Mark::Code => "Code",
            Mark::Link => "Make what is selected a link",
            Mark::Bullets => "List",
            Mark::Numbers => "Numbered list",
            Mark::Quote => "Quote",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_as_they_stand_on_a_keyboard() {
        for (key, expected) in [
            ("g i", &["G", "I"][..]),
            ("c", &["C"]),
            ("ArrowUp", &["↑"]),
            (" ", &["Space"]),
            ("?", &["?"]),
            ("Enter", &["Enter"]),
            ("Shift+x", &["Shift", "X"]),
        ] {
            assert_eq!(caps(key), expected, "{key}");
        }
    }
}
