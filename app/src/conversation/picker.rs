//! Chooses an emoji: by its name, by keys, or from those used last.
//!
//! The field keeps the focus; arrows move through the emoji as they stand on the screen. The grid is
//! one piece of HTML, since two thousand views would be felt.

use std::{fmt::Write as _, sync::Arc};

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};
use protocol::{Error, MessageId};

use super::{
    emoji::{self, Emoji},
    talk::Talk,
};
use crate::{
    kept,
    ui::{Anchor, Floating, effect, hide},
};

/// So many of those used last are shown.
const RECENT: usize = 16;
/// So many are found at most.
const FOUND: usize = 80;
/// What is offered before anything was used.
const FIRST: &str = "👍 ❤️ 😂 🎉 😮 😢 🙏 👀";
/// Where those used last are kept, for whoever uses this browser.
const KEPT: &str = "emoji";
/// The id of the grid, and of the emoji that Enter takes.
const GRID: &str = "emoji-grid";
const CHOSEN: &str = "emoji-chosen";

/// The picker. What is chosen goes under message `id`, or into the text that is written.
#[component]
pub fn Picker(talk: Talk, id: Option<MessageId>, anchor: Anchor, close: Callback<()>) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    let field = NodeRef::<html::Input>::new();
    let grid = NodeRef::<html::Div>::new();
    let list = RwSignal::new(None::<Result<Arc<str>, Error>>);
    let query = RwSignal::new(String::new());
    let recent = kept::get(KEPT).unwrap_or_else(|| FIRST.to_owned());
    spawn_local(async move {
        let loaded = emoji::load().await;
        list.try_set(Some(loaded));
    });

    let html = Memo::new(move |_| list.with(|list| query.with(|query| cells(list.as_ref(), query, &recent))));
    effect(move |_| {
        html.track();
        // The rows are there when the effects of this change have run.
        request_animation_frame(move || choose(grid, first(grid)));
    });
    let pick = move |cell: &Element| {
        let Some(emoji) = cell.get_attribute("data-emoji") else { return };
        remember(&emoji);
        hide(element);
        match id {
            Some(id) => talk.react(id, emoji),
            None => {
                if let Some(insert) = talk.doing.insert.get_value() {
                    insert.run(emoji);
                }
            }
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let (dx, dy) = match event.key().as_str() {
            "ArrowRight" => (1, 0),
            "ArrowLeft" => (-1, 0),
            "ArrowDown" => (0, 1),
            "ArrowUp" => (0, -1),
            "Enter" => {
                event.prevent_default();
                if let Some(cell) = chosen(grid) {
                    pick(&cell);
                }
                return;
            }
            _ => return,
        };
        // In a text that is being searched for, left and right belong to the caret.
        if dx != 0 && query.with_untracked(|query| !query.is_empty()) {
            return;
        }
        event.prevent_default();
        choose(grid, next(grid, dx, dy));
    };
    let click = move |event: MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(cell) = target.and_then(|target| target.closest("[data-emoji]").ok().flatten()) {
            pick(&cell);
        }
    };
    let typed = move |_| query.set(field.get_untracked().map(|field| field.value()).unwrap_or_default());
    let said = move || match list.get() {
        None => "Loading…".to_owned(),
        Some(Err(error)) => format!("The list of emoji could not be loaded. {error}"),
        Some(Ok(_)) if html.with(String::is_empty) => "No emoji has such a name.".to_owned(),
        Some(Ok(_)) => String::new(),
    };
    view! {
        <Floating anchor label="Emoji" class="picker" close element>
            <input
                class="input picker-search"
                type="text"
                role="combobox"
                placeholder="Search"
                aria-label="Search for an emoji"
                aria-controls=GRID
                aria-expanded="true"
                aria-activedescendant=CHOSEN
                autocomplete="off"
                autofocus=true
                node_ref=field
                on:input=typed
                on:keydown=key
            />
            <p class="picker-said" role="status">{said}</p>
            <div class="picker-grid" id=GRID role="listbox" aria-label="Emoji" node_ref=grid inner_html=html on:click=click></div>
        </Floating>
    }
}

/// The HTML of what is shown: all by group, or what fits.
fn cells(list: Option<&Result<Arc<str>, Error>>, query: &str, recent: &str) -> String {
    let mut html = String::new();
    match list {
        Some(Ok(list)) if !query.trim().is_empty() => {
            emoji::search(list, query, FOUND).into_iter().for_each(|emoji| cell(&mut html, emoji));
        }
        Some(Ok(list)) => {
            let used =
                recent.split(' ').filter_map(|emoji| emoji::all(list).find(|other| other.emoji == emoji)).collect();
            group(&mut html, "Used last", used);
            emoji::groups(list).into_iter().for_each(|(name, all)| group(&mut html, name, all));
        }
        _ => {}
    }
    html
}

fn group(html: &mut String, name: &str, all: Vec<Emoji<'_>>) {
    // Writing to a text can't fail.
    let _ =
        write!(html, r#"<div role="group" aria-label="{name}"><p class="picker-group" aria-hidden="true">{name}</p>"#);
    all.into_iter().for_each(|emoji| cell(html, emoji));
    html.push_str("</div>");
}

/// One emoji. The list is our own file, with nothing in it that HTML would take for its own.
fn cell(html: &mut String, emoji: Emoji<'_>) {
    let name = if emoji.description.is_empty() { emoji.name().replace('_', " ") } else { emoji.description.to_owned() };
    let Emoji { emoji: sign, .. } = emoji;
    let short = emoji.name();
    // Writing to a text can't fail.
    let _ = write!(
        html,
        r#"<span class="picker-emoji" role="option" aria-selected="false" data-emoji="{sign}" aria-label="{name}" title="{name} :{short}:">{sign}</span>"#
    );
}

fn all_cells(grid: NodeRef<html::Div>) -> Vec<HtmlElement> {
    let Some(Ok(cells)) = grid.try_get_untracked().flatten().map(|grid| grid.query_selector_all("[data-emoji]")) else {
        return Vec::new();
    };
    (0..cells.length()).filter_map(|index| cells.item(index)?.dyn_into().ok()).collect()
}

fn first(grid: NodeRef<html::Div>) -> Option<HtmlElement> {
    let grid = grid.try_get_untracked().flatten()?;
    grid.query_selector("[data-emoji]").ok().flatten()?.dyn_into().ok()
}

fn chosen(grid: NodeRef<html::Div>) -> Option<Element> {
    grid.try_get_untracked().flatten()?.query_selector(&format!("#{CHOSEN}")).ok().flatten()
}

/// Makes a cell the one that Enter takes.
fn choose(grid: NodeRef<html::Div>, cell: Option<HtmlElement>) {
    let Some(cell) = cell else { return };
    if let Some(before) = chosen(grid) {
        before.remove_attribute("id").and_then(|()| before.set_attribute("aria-selected", "false")).unwrap_or_default();
    }
    cell.set_id(CHOSEN);
    cell.set_attribute("aria-selected", "true").unwrap_or_default();
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    cell.scroll_into_view_with_scroll_into_view_options(&options);
}

/// The cell beside, above or below the chosen one, as they stand on the screen.
fn next(grid: NodeRef<html::Div>, dx: isize, dy: i32) -> Option<HtmlElement> {
    let cells = all_cells(grid);
    let now = cells.iter().position(|cell| cell.id() == CHOSEN)?;
    if dx != 0 {
        return cells.into_iter().nth(now.saturating_add_signed(dx));
    }
    let (left, top) = (cells[now].offset_left(), cells[now].offset_top());
    let line = if dy > 0 {
        cells[now..].iter().map(|cell| cell.offset_top()).find(|other| *other > top)?
    } else {
        cells[..now].iter().rev().map(|cell| cell.offset_top()).find(|other| *other < top)?
    };
    let on_line = cells.into_iter().filter(|cell| cell.offset_top() == line);
    on_line.min_by_key(|cell| (cell.offset_left() - left).abs())
}

/// Puts an emoji before those used last.
fn remember(emoji: &str) {
    let before = kept::get(KEPT).unwrap_or_else(|| FIRST.to_owned());
    let others = before.split(' ').filter(|other| *other != emoji);
    let recent: Vec<&str> = std::iter::once(emoji).chain(others).take(RECENT).collect();
    // A browser that keeps nothing offers the first ones again.
    let _kept = kept::set(KEPT, &recent.join(" "));
}
