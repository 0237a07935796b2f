//! The title of the page, as the browser's tab shows it.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::store::Store;

/// Names the page in the browser's tab: "Inbox · Boardwalk", and before it the number of unread rows
/// of the inbox: "(3) general · Boardwalk".
///
/// `leptos_meta` writes the text of `<title>` unescaped on the server and sets it as a property in
/// the browser, so it is escaped on the server alone.
#[component]
pub fn PageTitle(
    /// What the page is about.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let unread = use_context::<Store>().map(|store| store.unread);
    let first = text.get_untracked();
    let words = move || {
        // The title outlives the page that gave it, until the next one gives its own.
        let text = text.try_get().unwrap_or_else(|| first.clone());
        let text = if cfg!(feature = "ssr") { super::escape(&text) } else { text };
        match unread.and_then(|unread| unread.try_get()).unwrap_or(0) {
            ..=0 => format!("{text} · Boardwalk"),
            unread @ 1..=99 => format!("({unread}) {text} · Boardwalk"),
            _ => format!("(99+) {text} · Boardwalk"),
        }
    };
    view! { <Title text=words/> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use any_spawner::Executor;
    use futures::{StreamExt, executor::block_on, stream};
    use leptos_meta::{ServerMetaContext, provide_meta_context};

    use super::*;

    #[test]
    fn a_title_can_not_end_the_title_element() {
        Executor::init_futures_executor().expect("nothing else in this test has started one");
        let (meta, output) = ServerMetaContext::new();
        Owner::new().with(|| {
            provide_context(meta);
            provide_meta_context();
            let _html = view! { <PageTitle text="</title><script>alert(1)</script>"/> }.to_html();
        });
        let page = stream::iter([String::from("<html><head></head><body></body></html>")]);
        let html: String = block_on(async { output.inject_meta_context(page).await.collect().await });
        assert!(html.contains("<title>&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }
}
