//! The palette: goes anywhere and does anything, by what one types of its name.
//!
//! What the browser knows is shown at once, without a server too; what the server finds is folded in,
//! below what is chosen, so that nothing moves under it.

mod known;
mod panel;
mod rows;

use gloo_timers::future::TimeoutFuture;
use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent},
    prelude::*,
    task::spawn_local,
    web_sys,
};
use leptos_router::hooks::{use_location, use_navigate};
use protocol::palette::Typed;

use crate::{
    api,
    copies::Copies,
    keys::{Deed, Keys},
    store::Store,
    ui::{Icon, Sign, effect, list, live},
};
pub use panel::Panel;
use rows::{Does, Row};

/// The id of the list.
const LIST: &str = "palette-list";
/// After so long without a further letter the server is asked, in milliseconds.
const PAUSE_MS: u32 = 80;

/// What is typed and what is shown for it.
#[derive(Clone, Copy)]
struct Choosing {
    /// All that is known, from which rows are chosen.
    known: StoredValue<Vec<Row>>,
    rows: RwSignal<Vec<Row>>,
    /// The row that Enter takes, by its id.
    chosen: RwSignal<Option<String>>,
    /// What is typed.
    text: StoredValue<String>,
    /// Counts the questions: only the answer to the last one counts.
    question: StoredValue<u32>,
    /// Could the server not be asked?
    away: RwSignal<bool>,
    keys: Keys,
    store: Store,
}

impl Choosing {
    fn new() -> Self {
        let (keys, store) = (expect_context::<Keys>(), expect_context::<Store>());
        let path = use_location().pathname.get_untracked();
        let known = known::rows(store, expect_context::<Copies>().user(), &path);
        let choosing = Self {
            known: StoredValue::new(known),
            rows: RwSignal::default(),
            chosen: RwSignal::default(),
            text: StoredValue::default(),
            question: StoredValue::new(0),
            away: RwSignal::new(false),
            keys,
            store,
        };
        choosing.show(choosing.ranked());
        choosing
    }

    fn ranked(self) -> Vec<Row> {
        self.text.with_value(|text| self.known.with_value(|known| rows::ranked(known, text)))
    }

    fn show(self, rows: Vec<Row>) {
        self.chosen.set(rows.first().map(|row| row.id.clone()));
        self.rows.set(rows);
    }

    /// Something else was typed.
    fn typed(self, text: String) {
        self.text.set_value(text.clone());
        self.question.update_value(|question| *question += 1);
        self.show(self.ranked());
        let question = self.question.get_value();
        if Typed::of(&text).is_empty() {
            self.away.set(false);
            return;
        }
        let board = self.store.board.with_untracked(|board| board.as_ref().map(|board| board.board.board.id));
        spawn_local(async move {
            TimeoutFuture::new(PAUSE_MS).await;
            if self.question.try_get_value() != Some(question) {
                return;
            }
            let found = api::look_up(board, text).await;
            // What is known is enough where the server says nothing; the list says so.
            self.away.try_set(found.is_err());
            let Some(found) = found.ok().filter(|_| !self.known.is_disposed()) else { return };
            let found = rows::of_found(found, board);
            self.known.update_value(|known| rows::learn(known, found));
            if self.question.get_value() == question {
                self.fold_in();
            }
        });
    }

    /// More is known of what is typed: what is chosen, and all above it, stays where it is.
    fn fold_in(self) {
        let (shown, chosen) = (self.rows.get_untracked(), self.chosen.get_untracked());
        let held = shown.iter().position(|row| Some(&row.id) == chosen.as_ref()).filter(|at| !shown[*at].last);
        let rows = rows::folded_in(shown, held, self.ranked());
        if held.is_none() {
            self.chosen.set(rows.first().map(|row| row.id.clone()));
        }
        self.rows.set(rows);
    }

    /// Chooses the next row, or with -1 the one before, around the ends.
    fn step(self, by: isize) {
        let next = self.rows.with_untracked(|rows| {
            let at = self.chosen.with_untracked(|chosen| rows.iter().position(|row| Some(&row.id) == chosen.as_ref()));
            let next = at.map_or(0, |at| (at as isize + by).rem_euclid(rows.len() as isize) as usize);
            rows.get(next).map(|row| row.id.clone())
        });
        self.choose(next);
    }

    fn choose(self, row: Option<String>) {
        if self.chosen.with_untracked(|chosen| *chosen != row) {
            self.chosen.set(row);
        }
    }

    /// Does what the chosen row says.
    fn take(self, navigate: &dyn Fn(&str)) {
        let chosen = self.chosen.get_untracked();
        let row = self.rows.with_untracked(|rows| rows.iter().find(|row| Some(&row.id) == chosen.as_ref()).cloned());
        let Some(row) = row else { return };
        self.keys.close();
        match row.does {
            Does::Go(address) => navigate(&address),
            Does::Key(deed) => self.keys.carry_out(deed),
            Does::Press(name) => known::press(&name),
            Does::SignOut => known::sign_out(),
            Does::Theme(theme) => spawn_local(known::set_theme(theme)),
            Does::ReadAll => spawn_local(async {
                // Where it can't be done the inbox stays as it is, which its number says.
                let _read = api::read_all_notifications().await;
            }),
        }
    }
}

/// The dialog: a field, and the list of what it could mean.
#[component]
pub fn Palette() -> impl IntoView {
    let choosing = Choosing::new();
    let navigate = use_navigate();
    let navigate = StoredValue::new_local(move |address: &str| navigate(address, Default::default()));
    let take = move || navigate.with_value(|navigate| choosing.take(navigate));
    let key = move |event: KeyboardEvent| {
        // Enter and the arrows of an input method are its own.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => choosing.step(1),
            "ArrowUp" => choosing.step(-1),
            "Enter" => take(),
            _ => return,
        }
        event.prevent_default();
    };
    let active = move || choosing.chosen.get().map(dom_id);
    effect(move |_| {
        let chosen = active();
        // The row may be on its way into the list.
        request_animation_frame(move || {
            if let Some(row) = chosen.and_then(|id| document().get_element_by_id(&id)) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
    let said = move || match choosing.rows.with(Vec::len) {
        0 => "Nothing fits.".to_owned(),
        1 => "1 row. Enter takes it.".to_owned(),
        rows => format!("{rows} rows. Up and Down choose, Enter takes one."),
    };
    let press = Callback::new(move |()| take());
    let draw = move |row: Row| view! { <Choice row choosing press/> };
    view! {
        <Panel deed=Deed::Palette label="Go to or do" class="palette">
            <div class="palette-head">
                <Icon sign=Sign::Search/>
                <input
                    class="palette-field"
                    type="text"
                    autofocus=true
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="go"
                    placeholder="Go to or do…"
                    role="combobox"
                    aria-label="Go to or do"
                    aria-autocomplete="list"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-activedescendant=active
                    on:keydown=key
                    on:input=move |event| choosing.typed(event_target_value(&event))
                />
                <button
                    class="button button-quiet button-icon"
                    type="button"
                    aria-label="Close"
                    on:click=move |_| choosing.keys.close()
                >
                    <Icon sign=Sign::Close/>
                </button>
            </div>
            <ul class="palette-list" id=LIST role="listbox" aria-label="Places and actions">
                {list(move || choosing.rows.get(), |row| (row.id.clone(), row.name.clone()), draw)}
            </ul>
            {live(move || {
                choosing
                    .away
                    .get()
                    .then(|| view! { <p class="palette-note">"Without the server: only what this browser knows."</p> })
            })}
            <span class="visually-hidden" role="status">{move || said()}</span>
        </Panel>
    }
}

/// A row of the list.
#[component]
fn Choice(row: Row, choosing: Choosing, press: Callback<()>) -> impl IntoView {
    let Row { id, name, more, sign, .. } = row;
    let id = StoredValue::new(id);
    let chosen = move || choosing.chosen.with(|chosen| id.with_value(|id| chosen.as_ref() == Some(id)));
    let point = move |event: PointerEvent| {
        // A list that scrolls under the pointer chooses nothing.
        if event.movement_x() != 0 || event.movement_y() != 0 {
            choosing.choose(Some(id.get_value()));
        }
    };
    let click = move |_| {
        choosing.choose(Some(id.get_value()));
        press.run(());
    };
    view! {
        <li
            class="palette-row"
            id=dom_id(id.get_value())
            role="option"
            aria-selected=move || if chosen() { "true" } else { "false" }
            on:pointermove=point
            on:mousedown=|event: MouseEvent| {
                // The caret stays in the field.
                event.prevent_default();
            }
            on:click=click
        >
            <Icon sign/>
            <span class="palette-name">{name}</span>
            <span class="palette-more">{more}</span>
        </li>
    }
}

fn dom_id(row: String) -> String {
    format!("palette-{row}")
}
