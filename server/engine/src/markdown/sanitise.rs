//! The second wall: an exact list of what may be in rendered HTML, whatever the writer did.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

use super::{highlight, html};

/// The HTML with nothing in it but what [`html`] means to write. Leaves that as it is.
pub(super) fn clean(html: &str) -> String {
    static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(cleaner);
    CLEANER.clean(html).to_string()
}

/// The address of a task, and the way to a message, alone of all on this site.
fn only_ours(url: &str) -> Option<Cow<'_, str>> {
    if html::is_permalink(url) {
        return Some(Cow::Borrowed(url));
    }
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (board, task) = url.strip_prefix("/boards/")?.strip_suffix('/')?.split_once("/tasks/")?;
    (number(board) && number(task)).then_some(Cow::Borrowed(url))
}

fn cleaner() -> Builder<'static> {
    let tags = "a blockquote br code del div em h3 h4 h5 h6 hr input li ol p pre span strong \
                table tbody td th thead tr ul";
    let attributes = [
        ("a", "href target"),
        ("div", "tabindex"),
        ("input", "aria-label checked disabled type"),
        ("ol", "start"),
        ("pre", "tabindex"),
        ("span", "data-user"),
    ];
    let classes = [
        ("a", vec!["task-link"]),
        ("div", vec!["table"]),
        ("span", [&["mention", "mention-group"], highlight::CLASSES].concat()),
        ("td", html::ALIGNMENTS.to_vec()),
        ("th", html::ALIGNMENTS.to_vec()),
    ];

    let mut cleaner = Builder::empty();
    cleaner
        .tags(tags.split_whitespace().collect())
        .tag_attributes(attributes.map(|(tag, names)| (tag, names.split(' ').collect())).into())
        .allowed_classes(classes.map(|(tag, names)| (tag, HashSet::from_iter(names))).into())
        .set_tag_attribute_values(HashMap::from([("input", HashMap::from([("type", "checkbox"), ("disabled", "")]))]))
        .link_rel(Some(html::REL))
        .url_schemes(html::SCHEMES.into())
        .url_relative(UrlRelative::Custom(Box::new(only_ours)))
        .attribute_filter(|_, name, value| match name {
            "tabindex" => (value == "0").then_some(Cow::Borrowed("0")),
            "target" => (value == "_blank").then_some(Cow::Borrowed("_blank")),
            "start" | "data-user" => value.parse::<i64>().is_ok().then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    cleaner
}
