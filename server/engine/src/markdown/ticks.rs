//! Items of task lists, ticked where they stand: in the source and in what was rendered of it, so that
//! neither needs the other.

use pulldown_cmark::{Event, Parser};

use super::options;

/// An item of a task list as it is rendered.
pub(super) const OPEN: &str = r#"<input type="checkbox" disabled="" aria-label="Not done">"#;
/// One that is ticked.
pub(super) const DONE: &str = r#"<input type="checkbox" disabled="" checked="" aria-label="Done">"#;

/// A source and its HTML with one item of their task lists, counted from 0, ticked or not; nothing where they
/// have no such item.
pub fn ticked(source: &str, html: &str, item: usize, done: bool) -> Option<(String, String)> {
    Some((in_source(source, item, done)?, in_html(html, item, done)?))
}

fn in_source(source: &str, item: usize, done: bool) -> Option<String> {
    let markers = Parser::new_ext(source, options()).into_offset_iter();
    let mut markers = markers.filter(|(event, _)| matches!(event, Event::TaskListMarker(_)));
    let (_, range) = markers.nth(item)?;
    let mark = range.start + source.get(range)?.find('[')? + 1;
    let mut ticked = source.to_owned();
    ticked.replace_range(mark..mark + 1, if done { "x" } else { " " });
    Some(ticked)
}

fn in_html(html: &str, item: usize, done: bool) -> Option<String> {
    // No text of anybody holds `<`: it is escaped.
    let (start, _) = html.match_indices("<input ").nth(item)?;
    let end = start + html[start..].find('>')? + 1;
    Some([&html[..start], if done { DONE } else { OPEN }, &html[end..]].concat())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::markdown::parse;

    fn rendered(source: &str) -> String {
        parse(source).render(&HashMap::new()).html
    }

    fn checked(source: &str, item: usize, done: bool, expected: &str) {
        let (ticked, html) = ticked(source, &rendered(source), item, done).unwrap();
        assert_eq!(ticked, expected);
        assert_eq!(html, rendered(expected));
    }

    #[test]
    fn an_item_is_ticked_where_it_stands() {
        checked("- [ ] a\n- [x] b", 0, true, "- [x] a\n- [x] b");
        checked("- [ ] a\n- [X] b", 1, false, "- [ ] a\n- [ ] b");
        checked("> 1. [ ] a\n>    - [ ] _b_ https://x.y/_c_", 1, true, "> 1. [ ] a\n>    - [x] _b_ https://x.y/_c_");
        checked("```\n- [ ] no\n```\n\n* [x] yes", 0, false, "```\n- [ ] no\n```\n\n* [ ] yes");
        for source in ["", "- a", "[ ] a", "`- [ ] a`", "<input type=checkbox>"] {
            assert_eq!(ticked(source, &rendered(source), 0, true), None, "{source}");
        }
    }

    proptest! {
        #[test]
        fn source_and_html_agree_after_it(
            lines in proptest::collection::vec(
                prop_oneof![
                    Just("- [ ] todo"), Just("- [x] done"), Just("  - [ ] deeper @ana_b_"), Just("1. [X] one"),
                    Just("text [ ] here"), Just("```"), Just("> - [ ] quoted"), Just(""), Just("<input >"),
                ],
                0..12,
            ),
            item in 0_usize..6,
            done: bool,
        ) {
            let source = lines.join("\n");
            let html = rendered(&source);
            match ticked(&source, &html, item, done) {
                Some((source, html)) => prop_assert_eq!(html, rendered(&source)),
                None => prop_assert!(html.matches("<input ").count() <= item),
            }
        }
    }
}
