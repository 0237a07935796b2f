//! Cards, and columns by their heads, that are dragged: with a mouse or a pen after a few pixels, by touch after a
//! long press, so that a finger still scrolls.
//!
//! What a drag does for each frame is small: it reads no more than two scroll positions, finds the gap
//! among the cards in view, which were measured when the column was entered or scrolled, and writes two
//! transforms.

mod carry;
mod column;
mod held;

use std::time::Duration;

use leptos::{
    ev::{Event, MouseEvent},
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, PointerEvent},
};
use protocol::{ColumnId, TaskId};
use send_wrapper::SendWrapper;

use super::{fly, moves::Moves};
use carry::{Carry, Landed, task_of};
use column::CarriedColumn;
use held::{Grasp, Held};

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
    Shifting(Box<CarriedColumn>),
}

/// What a pointer can lift.
#[derive(Clone, Copy)]
enum Thing {
    Card(TaskId),
    Column(ColumnId),
}

/// A pointer is down on a card, or on the head of a column.
struct Press {
    grasp: Grasp,
    thing: Thing,
    /// By touch: lifts it.
    timer: Option<TimeoutHandle>,
}

impl Hand {
    fn pointer(&self) -> i32 {
        match self {
            Self::Pressed(press) => press.grasp.pointer,
            Self::Carrying(card) => card.held.pointer,
            Self::Shifting(column) => column.held.pointer,
        }
    }

    /// What is carried.
    fn held(&mut self) -> Option<&mut Held> {
        match self {
            Self::Pressed(_) => None,
            Self::Carrying(card) => Some(&mut card.held),
            Self::Shifting(column) => Some(&mut column.held),
        }
    }

    fn show(&mut self, moves: Moves) -> bool {
        match self {
            Self::Pressed(_) => false,
            Self::Carrying(card) => card.show(moves),
            Self::Shifting(column) => column.show(moves),
        }
    }
}

impl Drag {
    /// Nothing is dragged.
    pub fn new(moves: Moves) -> Self {
        Self { moves, hand: StoredValue::default(), ended: StoredValue::default() }
    }

    /// Is something being carried?
    pub fn carries(self) -> bool {
        self.hand.try_with_value(|hand| matches!(hand.as_deref(), Some(Hand::Carrying(_) | Hand::Shifting(_))))
            == Some(true)
    }

    /// A pointer goes down in the row of columns.
    pub fn press(self, event: &PointerEvent) {
        if self.carries() || event.button() != 0 || !event.is_primary() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let Some(row) = event.current_target().and_then(|row| row.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(thing) = thing_at(event) else { return };
        let pointer = event.pointer_id();
        let timer = (event.pointer_type() == "touch")
            .then(|| set_timeout_with_handle(move || self.lift(pointer), LONG_PRESS).ok())
            .flatten();
        let grasp = Grasp { pointer, at: place_of(event), row };
        self.take(Some(Hand::Pressed(Press { grasp, thing, timer })));
    }

    /// A pointer moves.
    pub fn drag(self, event: &PointerEvent) {
        let at = place_of(event);
        let mut lifts = None;
        let mut lets_go = false;
        self.hand.update_value(|hand| match hand.as_deref_mut() {
            Some(Hand::Pressed(press)) if press.grasp.pointer == event.pointer_id() => {
                let far = (at.0 - press.grasp.at.0).hypot(at.1 - press.grasp.at.1);
                if event.buttons() == 0 || press.timer.is_some() && far > TREMBLE {
                    lets_go = true;
                } else if press.timer.is_none() && far > SLACK {
                    lifts = Some(press.grasp.pointer);
                }
            }
            Some(hand) if hand.pointer() == event.pointer_id() => {
                if let Some(held) = hand.held() {
                    held.at = at;
                    if !std::mem::replace(&mut held.frame, true) {
                        request_animation_frame(move || self.frame());
                    }
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

    /// A pointer goes up: what it carries lands.
    pub fn drop(self, event: &PointerEvent) {
        let Some(mut hand) = self.hand_of(event.pointer_id()) else { return };
        if hand.held().is_some() {
            self.end_click();
        }
        // What has moved since the last frame counts.
        hand.show(self.moves);
        match hand {
            Hand::Pressed(_) => {}
            Hand::Carrying(carry) => self.land(carry.put_down()),
            Hand::Shifting(carried) => {
                if let (Some((column, after)), Some(board)) = (carried.put_down(), self.moves.board()) {
                    self.moves.place_column(board, column, after);
                }
            }
        }
    }

    fn land(self, Landed { task, tasks, copy, spot }: Landed) {
        if let Some(to) = spot.filter(|_| tasks.len() > 1) {
            self.moves.begin_several(&tasks, to, Some(task));
            self.moves.say_where(task, &format!("Dropped {} tasks with", tasks.len()));
            return fly::land(copy, task);
        }
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

    /// The pointer is lost, or the person wants it back: what it carried is where it was.
    pub fn cancel(self) {
        match self.take(None) {
            Some(Hand::Carrying(carry)) => {
                let Landed { task, copy, .. } = carry.put_down();
                fly::land(copy, task);
            }
            Some(Hand::Shifting(column)) => _ = column.put_down(),
            _ => {}
        }
    }

    /// The pointer of a touch or a drag is taken away by the browser.
    pub fn lose(self, event: &PointerEvent) {
        if self.is_of(event.pointer_id()) {
            self.cancel();
        }
    }

    /// While something is carried a finger does not scroll, nor does a long press open a menu.
    pub fn hold_still(self, event: &Event) {
        let touched = self.hand.with_value(|hand| match hand.as_deref() {
            Some(Hand::Pressed(press)) => press.timer.is_some() && event.type_() == "contextmenu",
            Some(Hand::Carrying(_) | Hand::Shifting(_)) => true,
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
        self.hand.try_with_value(|hand| hand.as_deref().is_some_and(|hand| hand.pointer() == pointer)) == Some(true)
    }

    fn hand_of(self, pointer: i32) -> Option<Hand> {
        self.is_of(pointer).then(|| self.take(None)).flatten()
    }

    /// Lifts what is pressed.
    fn lift(self, pointer: i32) {
        let Some(Hand::Pressed(Press { grasp, thing, .. })) = self.hand_of(pointer) else { return };
        let hand = match thing {
            Thing::Card(task) => {
                Carry::begin(grasp, task, self.moves.cards.meant(task)).map(|card| Hand::Carrying(Box::new(card)))
            }
            Thing::Column(column) => {
                CarriedColumn::begin(grasp, column, self.moves).map(|column| Hand::Shifting(Box::new(column)))
            }
        };
        let Some(hand) = hand else { return };
        self.moves.cards.held.set(None);
        self.take(Some(hand));
        self.frame();
    }

    /// Once for each frame in which the pointer has moved, or something scrolls.
    fn frame(self) {
        let mut again = false;
        self.hand.try_update_value(|hand| {
            let Some(hand) = hand.as_deref_mut() else { return };
            again = hand.show(self.moves);
            if let Some(held) = hand.held() {
                held.frame = again;
            }
        });
        if again {
            request_animation_frame(move || self.frame());
        }
    }
}

/// Where a pointer is, in pixels of the window.
fn place_of(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// The card, or the column by its head, that an event is about; none where something inside it is to be pressed.
fn thing_at(event: &Event) -> Option<Thing> {
    let target: Element = event.target()?.dyn_into().ok()?;
    if target.closest("button, input, select, textarea, summary").ok()?.is_some() {
        return None;
    }
    if let Some(card) = target.closest(".card").ok()? {
        return task_of(&card).map(Thing::Card);
    }
    // Of a column that this person may move.
    let head = target.closest(".column-movable > .column-head").ok()??;
    head.parent_element()?.get_attribute("data-column")?.parse().ok().map(Thing::Column)
}
