//! The whole document of a page, as the server sends it.

use std::collections::BTreeSet;

use axum::http::request::Parts;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{
    App,
    parts::Part,
    request::{Assets, Request},
};

/// While somebody works on the program: loads the page again when another server answers. The
/// browser itself tries again for as long as none does.
const RELOAD: &str = "let first; new EventSource('/dev/started').onmessage = \
    ({ data }) => { if (first && first !== data) location.reload(); first = data; };";

/// The document around [`App`].
///
/// A page that answers a form that was not done is sent without the client: it stands at the form's address,
/// and its forms work plainly.
pub fn shell(request: &Request) -> impl IntoView + use<> {
    let live = request.returned.is_none();
    let assets = request.assets.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=request.theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=assets.css.clone()/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                {live.then(|| {
                    let start = format!(
                        "import init, {{ hydrate }} from '{}'; await init({{ module_or_path: '{}' }}); hydrate();",
                        assets.js, assets.wasm
                    );
                    view! {
                        <link rel="modulepreload" href=assets.js.clone() nonce=use_nonce()/>
                        <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin=""/>
                        {parts(&assets)
                            .into_iter()
                            .map(|file| view! { <link rel="preload" href=file r#as="fetch" crossorigin=""/> })
                            .collect_view()}
                        <script type="module" nonce=use_nonce()>{start}</script>
                    }
                })}
                {request.dev.then(|| view! { <script nonce=use_nonce()>{RELOAD}</script> })}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The files of the client's parts that the page being rendered needs before it is live.
fn parts(assets: &Assets) -> BTreeSet<String> {
    let request = use_context::<Parts>();
    let parts =
        request.map_or(&[][..], |request| Part::of_page(request.uri.path(), request.uri.query().unwrap_or_default()));
    parts.iter().filter_map(|part| assets.parts.get(part.name())).flatten().cloned().collect()
}
