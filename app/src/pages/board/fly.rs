//! Cards that are seen to move: from where they were to where they are now.
//!
//! What moves is a copy above the page, by `transform` alone. The card itself is in its new column at
//! once, whose list would cut it off on its way.

use std::time::Duration;

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{DomRect, Element, HtmlElement},
};
use protocol::TaskId;

use super::keys::is_field;

/// As long as the transition of `.card-flying`, and a little more.
const FLIGHT: Duration = Duration::from_millis(220);
/// So many cards are seen to move at once; of more, one would see nothing.
const MANY: usize = 6;
/// Stands on a card while its copy flies to it.
const AWAITED: &str = "card-awaited";

/// The element of a card, which leads to its task.
pub fn link_of(task: TaskId) -> Option<HtmlElement> {
    document().get_element_by_id(&format!("card-{task}"))?.dyn_into().ok()
}

fn card_of(task: TaskId) -> Option<Element> {
    link_of(task)?.closest(".card").ok()?
}

/// To be called before these cards get other places: they are seen to move there, and what had the focus
/// keeps it.
pub fn take_off(tasks: &[TaskId]) {
    let focused = document().active_element().filter(|element| element.class_list().contains("card-link"));
    let focused = focused.map(|element| element.id());
    let from: Vec<(TaskId, DomRect)> = if tasks.len() > MANY || still() || document().hidden() {
        Vec::new()
    } else {
        tasks.iter().filter_map(|task| Some((*task, card_of(*task)?.get_bounding_client_rect()))).collect()
    };
    if focused.is_none() && from.is_empty() {
        return;
    }
    request_animation_frame(move || {
        if let Some(id) = focused {
            focus_again(&id);
        }
        let cards: Vec<(Element, DomRect)> =
            from.into_iter().filter_map(|(task, from)| Some((card_of(task)?, from))).collect();
        // All of them before one is measured, which lays out the columns: that costs the most, and once is enough.
        for (card, _) in &cards {
            let _marked = card.class_list().add_1(AWAITED);
        }
        for (card, from) in cards {
            match is_elsewhere(&card, &from).then(|| copy_of(&card)).flatten() {
                Some(copy) => {
                    move_to(&copy, from.left(), from.top());
                    fly(copy, &card);
                }
                None => {
                    let _unmarked = card.class_list().remove_1(AWAITED);
                }
            }
        }
    });
}

/// Lets a copy that was carried to its place land on the card, once that is there.
pub fn land(copy: HtmlElement, task: TaskId) {
    request_animation_frame(move || match card_of(task) {
        Some(card) if !still() => fly(copy, &card),
        _ => copy.remove(),
    });
}

/// Gives a card the focus once it is where it goes, and brings it into view. Who types meanwhile goes on typing.
pub fn focus(task: TaskId) {
    request_animation_frame(move || {
        if !document().active_element().is_some_and(|active| is_field(&active)) {
            focus_now(task);
        }
    });
}

/// Gives a card that stays where it is the focus, for the key that comes next, and brings it into view.
pub fn focus_now(task: TaskId) {
    if let Some(link) = link_of(task) {
        // Refused only for what can't have the focus.
        let _focused = link.focus();
    }
}

/// A copy of a card that floats above the page, where the card is.
pub fn copy_of(card: &Element) -> Option<HtmlElement> {
    let rect = card.get_bounding_client_rect();
    let copy: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    copy.set_class_name("card card-copy");
    let inside = card.first_element_child()?.clone_node_with_deep(true).ok()?;
    inside.unchecked_ref::<Element>().remove_attribute("id").ok()?;
    copy.append_child(&inside).ok()?;
    // It is to be seen, and nothing else.
    copy.set_attribute("inert", "").ok()?;
    copy.set_attribute("aria-hidden", "true").ok()?;
    copy.style().set_property("inline-size", &format!("{}px", rect.width())).ok()?;
    move_to(&copy, rect.left(), rect.top());
    document().body()?.append_child(&copy).ok()?;
    Some(copy)
}

/// Says on a copy how many cards it stands for.
pub fn count_on(copy: &HtmlElement, count: usize) {
    if let Ok(badge) = document().create_element("span") {
        badge.set_class_name("card-count");
        badge.set_text_content(Some(&count.to_string()));
        // Refused only where it would contain itself.
        let _put = copy.append_child(&badge);
    }
}

/// Puts something that floats above the page there, in pixels of the window.
pub fn move_to(floating: &HtmlElement, x: f64, y: f64) {
    // Fails for a property without a name.
    let _set = floating.style().set_property("transform", &format!("translate({x}px, {y}px)"));
}

fn fly(copy: HtmlElement, card: &Element) {
    let _marked = card.class_list().add_1(AWAITED);
    let to = card.get_bounding_client_rect();
    let _flying = copy.class_list().add_1("card-flying");
    move_to(&copy, to.left(), to.top());
    let card = card.clone();
    set_timeout(
        move || {
            copy.remove();
            let _unmarked = card.class_list().remove_1(AWAITED);
        },
        FLIGHT,
    );
}

/// Is a card where one would see it move to, and not where it was?
fn is_elsewhere(card: &Element, from: &DomRect) -> bool {
    let to = card.get_bounding_client_rect();
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let seen = |rect: &DomRect| rect.bottom() > 0.0 && rect.top() < height;
    (to.left() - from.left()).abs() + (to.top() - from.top()).abs() > 2.0 && (seen(from) || seen(&to))
}

/// A card that was moved in the page has lost the focus, if it had it. The page stays where it is.
fn focus_again(id: &str) {
    let nowhere = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    let Some(link) = document().get_element_by_id(id).filter(|_| nowhere) else { return };
    let options = js_sys::Object::new();
    let set = js_sys::Reflect::set(&options, &"preventScroll".into(), &true.into());
    let focus = js_sys::Reflect::get(&link, &"focus".into());
    if let (Ok(_), Some(focus)) = (set, focus.ok().and_then(|focus| focus.dyn_into::<js_sys::Function>().ok())) {
        // Refused only for what can't have the focus.
        let _focused = focus.call1(&link, &options);
    }
}

/// Does this person want nothing to move?
fn still() -> bool {
    let asked = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    asked.is_some_and(|asked| asked.matches())
}
