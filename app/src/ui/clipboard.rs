//! What goes to the clipboard.

use leptos::{
    prelude::*,
    wasm_bindgen::{JsValue, closure::Closure},
};

/// The address of a place here goes to the clipboard. Says so, or, where that is not allowed, what it is; what was
/// pressed may be gone by then.
pub fn copy_link(path: &str, copied: Box<dyn FnOnce()>, shown: Box<dyn FnOnce(String)>) {
    let origin = location().origin().unwrap_or_default();
    let address = format!("{origin}{path}");
    let words = format!("Copy this link: {address}");
    // Without a secure address a browser has no clipboard for pages.
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return shown(words);
    }
    let copying = window().navigator().clipboard().write_text(&address);
    let done = Closure::once(move |_: JsValue| copied());
    let refused = Closure::once(move |_: JsValue| shown(words));
    // What they answer is of no interest.
    let _answered = copying.then2(&done, &refused);
    [done, refused].into_iter().for_each(Closure::forget);
}
