//! The title of the page, as the browser's tab shows it.

use leptos::prelude::*;
use leptos_meta::Title;

/// Names the page in the browser's tab: "Inbox · Boardwalk".
///
/// `leptos_meta` writes the text of `<title>` unescaped on the server and sets it as a property in
/// the browser, so it is escaped on the server alone.
#[component]
pub fn PageTitle(
    /// What the page is about.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let words = move || {
        let text = text.get();
        format!("{} · Boardwalk", if cfg!(feature = "ssr") { super::escape(&text) } else { text })
    };
    view! { <Title text=words/> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use futures::{StreamExt, executor::block_on, stream};
    use leptos_meta::{ServerMetaContext, provide_meta_context};

    use super::*;

    #[test]
    fn a_title_can_not_end_the_title_element() {
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
