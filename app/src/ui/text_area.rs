//! A text of several lines.

/// What `inner_html` of a `<textarea>` must be, so that it begins with `value`, whatever stands in it.
///
/// Leptos writes the children of `<textarea>` unescaped on the server; here the text goes in as
/// escaped inner HTML, which means the same on both sides and is left alone by hydration.
pub fn area_text(value: &str) -> String {
    // A parser drops one line break after the tag; setting the property drops none.
    let first = if cfg!(feature = "ssr") && value.starts_with(['\n', '\r']) { "\n" } else { "" };
    format!("{first}{}", super::escape(value))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;

    use super::*;

    #[test]
    fn a_text_can_not_end_its_text_area() {
        let html =
            view! { <textarea name="content" inner_html=area_text("</textarea><script>alert(1)</script>")></textarea> }
                .to_html();
        assert!(html.contains(">&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;</textarea>"), "{html}");
    }

    #[test]
    fn a_first_empty_line_is_kept() {
        let html = view! { <textarea name="content" inner_html=area_text("\n\nfirst & last")></textarea> }.to_html();
        assert!(html.contains(">\n\n\nfirst &amp; last</textarea>"), "{html}");
    }
}
