//! Tells the server the time zone of this browser, so that it words moments as the reader's wall does.

use js_sys::{Array, Intl::DateTimeFormat, Object, Reflect};
use leptos::{prelude::document, wasm_bindgen::JsValue};

/// Seconds that the cookie is kept: a year.
const KEPT_S: u32 = 365 * 24 * 60 * 60;

/// Writes the cookie `tz` when it is not this browser's zone. In the browser alone.
pub fn remember() {
    let Some(zone) = zone() else { return };
    let key = JsValue::from_str("cookie");
    let known = Reflect::get(&document(), &key).ok().and_then(|cookies| cookies.as_string()).unwrap_or_default();
    let mine = format!("tz={zone}");
    if !known.split("; ").any(|cookie| cookie == mine) {
        let cookie = format!("{mine}; path=/; max-age={KEPT_S}; samesite=lax");
        // A browser that refuses cookies reads moments in UTC.
        let _set = Reflect::set(&document(), &key, &cookie.into());
    }
}

/// The name of this browser's zone, like `Europe/Berlin`.
fn zone() -> Option<String> {
    let options = DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str("timeZone")).ok()?.as_string()
}
