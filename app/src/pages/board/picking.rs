//! Cards that are selected, by clicks with Ctrl or Shift, by boxes and by keys.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement},
};
use protocol::{TaskId, limits};

use super::{
    keys::{Keys, task_of},
    moves::Word,
};

impl Keys {
    /// A click among the cards: on the box of one, or with Ctrl or Shift on one.
    pub fn click(self, event: &MouseEvent) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        if !self.writes.get_value() || event.default_prevented() {
            return;
        }
        let cards = self.moves.cards;
        if let Some(tick) = target.dyn_ref::<HtmlInputElement>().filter(|tick| tick.name() == "tasks") {
            let Ok(task) = tick.value().parse() else { return };
            if event.shift_key() {
                self.pick_to(task);
            } else if cards.pick(task, tick.checked()) != tick.checked() {
                tick.set_checked(false);
            }
            return;
        }
        let link = target.closest(".card-link").ok().flatten();
        let Some(task) = link.as_ref().and_then(task_of) else { return };
        if event.shift_key() {
            self.pick_to(task);
        } else if event.ctrl_key() || event.meta_key() {
            self.pick(task);
        } else {
            return;
        }
        // It opens no tab.
        event.prevent_default();
        event.stop_propagation();
    }

    /// Selects a card, or takes it out, and says so.
    pub fn pick(self, task: TaskId) {
        let cards = self.moves.cards;
        let wanted = cards.picked.with_untracked(|picked| !picked.contains(&task));
        let on = cards.pick(task, wanted);
        if on == wanted {
            self.say_picked(task, on);
        } else {
            self.moves.tell(Word::Said(format!("At most {} tasks are selected at once.", limits::SEVERAL)));
        }
    }

    fn pick_to(self, task: TaskId) {
        self.moves.cards.pick_to(task);
        self.say_picked(task, true);
    }

    fn say_picked(self, task: TaskId, on: bool) {
        let cards = self.moves.cards;
        let count = cards.picked.with_untracked(|picked| picked.len());
        let did = if on { "Selected" } else { "No longer selected:" };
        self.moves.announced.set(format!("{did} “{}”. {count} selected.", cards.title(task)));
    }

    /// Nothing is selected any more; was it Escape that meant this?
    pub fn pick_nothing(self, event: &KeyboardEvent) -> bool {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let elsewhere = target.is_some_and(|target| target.closest(".pane, form, dialog").ok().flatten().is_some());
        if elsewhere || self.moves.cards.picked.with_untracked(|picked| picked.is_empty()) {
            return false;
        }
        self.moves.cards.pick_nothing();
        self.moves.announced.set("Nothing is selected.".to_owned());
        true
    }
}
