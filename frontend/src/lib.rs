//! The browser's entry: takes over the page that the server rendered.

use leptos::task::spawn_local;
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes the page live. Its module script calls this once, after `init`.
#[wasm_bindgen]
pub fn hydrate() {
    // In a release a panic has no words.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    // Only a second one is refused.
    let _begun = any_spawner::Executor::init_wasm_bindgen();
    spawn_local(async {
        // Without its part the page stays plain: its links and forms work.
        if app::parts::load_page().await.is_ok() {
            leptos::mount::hydrate_body(app::App);
        }
    });
}
