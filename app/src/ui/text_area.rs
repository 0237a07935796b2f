//! A text of several lines.

use leptos::prelude::*;

/// A `<textarea>` that begins with `value`, whatever stands in it. Attributes and listeners are
/// added where it is used.
///
/// Leptos writes the children of `<textarea>` unescaped on the server; here the text goes in as
/// escaped inner HTML, which means the same on both sides and is left alone by hydration.
#[component]
pub fn TextArea(
    /// Name of the field.
    name: &'static str,
    /// The text to begin with.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    // A parser drops one line break after the tag; setting the property drops none.
    let first = if cfg!(feature = "ssr") && value.starts_with(['\n', '\r']) { "\n" } else { "" };
    view! { <textarea name=name inner_html=format!("{first}{}", super::escape(&value))></textarea> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_not_end_its_text_area() {
        let html = view! { <TextArea name="content" value="</textarea><script>alert(1)</script>"/> }.to_html();
        assert!(html.contains(">&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>"), "{html}");
    }

    #[test]
    fn a_first_empty_line_is_kept() {
        let html = view! { <TextArea name="content" value="\n\nfirst & last"/> }.to_html();
        assert!(html.contains(">\n\n\nfirst &amp; last</textarea>"), "{html}");
    }
}
