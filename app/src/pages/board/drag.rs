//! Cards that are dragged: with a mouse or a pen after a few pixels, by touch after a long press, so that
//! a finger still scrolls.
//!
//! What a drag does for each frame is small: it reads no more than two scroll positions, finds the gap
//! among the cards in view, which were measured when the column was entered or scrolled, and writes two
//! transforms.

mod carry;

use std::time::Duration;

use leptos::{
    ev::{Event, MouseEvent},
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, PointerEvent},
};
use protocol::TaskId;
use send_wrapper::SendWrapper;

use super::{fly, moves::Moves};
use carry::{Carry, Landed, task_of};

/// So far, in pixels, a pressed pointer moves before it lifts the card.
const SLACK: f64 = 5.0;
/// So far a finger may tremble during a long press.
const TREMBLE: f64 = 10.0;
/// So long a finger presses before it lifts the card.
const LONG_PRESS: Duration = Duration::from_millis(320);
/// What a pointer does with the cards of a board.
#[derive(Clone, Copy)]
pub struct Drag {
    moves: Moves,
    // Only the browser has any, and it has one thread.
    hand: StoredValue<Option<SendWrapper<Hand>>>,
    /// The click that ends a drag is none.
    ended: StoredValue<bool>,
}

enum Hand {
    Pressed(Press),
    Carrying(Box<Carry>),
}

/// A pointer is down on a card.
struct Press {
    pointer: i32,
    task: TaskId,
    x: f64,
    y: f64,
    /// By touch: lifts the card.
    timer: Option<TimeoutHandle>,
    row: HtmlElement,
}

impl Drag {
    /// Nothing is dragged.
    pub fn new(moves: Moves) -> Self {
        Self { moves, hand: StoredValue::default(), ended: StoredValue::default() }
    }

    /// Is a card being carried?
    pub fn carries(self) -> bool {
        self.hand.try_with_value(|hand| matches!(hand.as_deref(), Some(Hand::Carrying(_)))) == Some(true)
    }

    /// A pointer goes down in the row of columns.
    pub fn press(self, event: &PointerEvent) {
        if self.carries() || event.button() != 0 || !event.is_primary() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let Some(row) = event.current_target().and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(task) = task_at(event) else { return };
        let pointer = event.pointer_id();
        let timer = (event.pointer_type() == "touch")
            .then(|| set_timeout_with_handle(move || self.lift(pointer), LONG_PRESS).ok())
            .flatten();
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        self.take(Some(Hand::Pressed(Press { pointer, task, x, y, timer, row })));
    }

    /// A pointer moves.
    pub fn drag(self, event: &PointerEvent) {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        let mut lifts = None;
        let mut lets_go = false;
        self.hand.update_value(|hand| match hand.as_deref_mut() {
            Some(Hand::Pressed(press)) if press.pointer == event.pointer_id() => {
                let far = (x - press.x).hypot(y - press.y);
                if event.buttons() == 0 || press.timer.is_some() && far > TREMBLE {
                    lets_go = true;
                } else if press.timer.is_none() && far > SLACK {
                    lifts = Some(press.pointer);
                }
            }
            Some(Hand::Carrying(carry)) if carry.pointer == event.pointer_id() => {
                carry.at = (x, y);
                if !std::mem::replace(&mut carry.frame, true) {
                    request_animation_frame(move || self.frame());
                }
            }
            _ => {}
        });
        if lets_go {
            self.take(None);
        }
        if let Some(pointer) = lifts {
            self.lift(pointer);
            self.drag(event);
        }
    }

    /// A pointer goes up: the card that it carries lands.
    pub fn drop(self, event: &PointerEvent) {
        if let Some(Hand::Carrying(mut carry)) = self.hand_of(event.pointer_id()) {
            self.end_click();
            // What has moved since the last frame counts.
            carry.show(self.moves);
            let Landed { task, copy, spot } = carry.put_down();
            let to = spot.map(|spot| self.moves.cards.exact(task, spot));
            if let (Some(to), Some(from)) = (to, self.moves.cards.spot(task))
                && to != from
            {
                fly::take_off(&[]);
                self.moves.begin(task, from, to);
                self.moves.say_where(task, "Dropped");
            }
            fly::land(copy, task);
        }
    }

    /// The pointer is lost, or the person wants it back: the card is where it was.
    pub fn cancel(self) {
        if let Some(Hand::Carrying(carry)) = self.take(None) {
            let Landed { task, copy, .. } = carry.put_down();
            fly::land(copy, task);
        }
    }

    /// The pointer of a touch or a drag is taken away by the browser.
    pub fn lose(self, event: &PointerEvent) {
        if self.is_of(event.pointer_id()) {
            self.cancel();
        }
    }

    /// While a card is carried a finger does not scroll, nor does a long press open a menu.
    pub fn hold_still(self, event: &Event) {
        let touched = self.hand.with_value(|hand| match hand.as_deref() {
            Some(Hand::Pressed(press)) => press.timer.is_some() && event.type_() == "contextmenu",
            Some(Hand::Carrying(_)) => true,
            None => false,
        });
        if touched && event.cancelable() {
            event.prevent_default();
        }
    }

    /// The click that ends a drag opens nothing.
    pub fn click(self, event: &MouseEvent) {
        if self.ended.get_value() {
            event.prevent_default();
            event.stop_propagation();
        }
    }

    fn end_click(self) {
        self.ended.set_value(true);
        // It comes right after the pointer went up.
        set_timeout(
            move || {
                self.ended.try_update_value(|ended| *ended = false);
            },
            Duration::from_millis(50),
        );
    }

    /// Takes something else into the hand; what was in it.
    fn take(self, hand: Option<Hand>) -> Option<Hand> {
        let before = self.hand.try_update_value(|held| std::mem::replace(held, hand.map(SendWrapper::new))).flatten();
        let before = before.map(SendWrapper::take);
        if let Some(Hand::Pressed(Press { timer: Some(timer), .. })) = &before {
            timer.clear();
        }
        before
    }

    /// Is it this pointer that presses or carries?
    fn is_of(self, pointer: i32) -> bool {
        // A finger may press for longer than the board is shown.
        let is = self.hand.try_with_value(|hand| match hand.as_deref() {
            Some(Hand::Pressed(press)) => press.pointer == pointer,
            Some(Hand::Carrying(carry)) => carry.pointer == pointer,
            None => false,
        });
        is == Some(true)
    }

    fn hand_of(self, pointer: i32) -> Option<Hand> {
        self.is_of(pointer).then(|| self.take(None)).flatten()
    }

    /// Lifts the card that is pressed.
    fn lift(self, pointer: i32) {
        let Some(Hand::Pressed(press)) = self.hand_of(pointer) else { return };
        let Some(carry) = Carry::begin(press, self.moves) else { return };
        self.moves.cards.held.set(None);
        self.take(Some(Hand::Carrying(Box::new(carry))));
        self.frame();
    }

    /// Once for each frame in which the pointer has moved, or something scrolls.
    fn frame(self) {
        let mut again = false;
        self.hand.try_update_value(|hand| {
            if let Some(Hand::Carrying(carry)) = hand.as_deref_mut() {
                carry.frame = false;
                again = carry.show(self.moves);
                carry.frame = again;
            }
        });
        if again {
            request_animation_frame(move || self.frame());
        }
    }
}

/// The task of the card that an event is about; none where something inside it is to be pressed.
fn task_at(event: &Event) -> Option<TaskId> {
    let target: Element = event.target()?.dyn_into().ok()?;
    if target.closest("button, input, select, textarea, summary").ok()?.is_some() {
        return None;
    }
    task_of(&target.closest(".card").ok()??)
}
