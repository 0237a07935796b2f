//! The address of a page, and the ids in it.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::{
    PartialPathMatch, PathSegment, PossibleRouteMatch,
    hooks::{use_params_map, use_query_map},
};

/// A path as the routes know it, where `:name` stands for any one segment. One type for all: Leptos
/// has one for each, and compiles a matcher for each.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub &'static str);

impl Address {
    fn segments(self) -> impl Iterator<Item = &'static str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }
}

impl PossibleRouteMatch for Address {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let (mut rest, mut params) = (path, Vec::new());
        for segment in self.segments() {
            let after = rest.strip_prefix('/')?;
            let (value, next) = after.split_at(after.find('/').unwrap_or(after.len()));
            match segment.strip_prefix(':') {
                Some(name) if !value.is_empty() => params.push((name.into(), value.to_owned())),
                None if segment == value => {}
                _ => return None,
            }
            rest = next;
        }
        Some(PartialPathMatch::new(rest, params, &path[..path.len() - rest.len()]))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.extend(self.segments().map(|segment| match segment.strip_prefix(':') {
            Some(name) => PathSegment::Param(name.into()),
            None => PathSegment::Static(segment.into()),
        }));
    }
}

/// The id that stands in the address under `name`, when it is one.
pub fn id_in_address<T>(name: &'static str) -> Memo<Option<T>>
where
    T: FromStr + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str(name)?.parse().ok()))
}

/// The number that stands in the query of the address under `name`, when it is one.
pub fn number_in_address<T>(name: &'static str) -> Memo<Option<T>>
where
    T: FromStr + PartialEq + Send + Sync + 'static,
{
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get_str(name)?.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &'static str, path: &str, expected: Option<(&str, &str)>) {
        let found = Address(address).test(path).map(|found| {
            let (matched, rest) = (found.matched().to_owned(), found.remaining().to_owned());
            let params: Vec<String> = found.params().iter().map(|(name, value)| format!("{name}={value}")).collect();
            (format!("{matched} {}", params.join(" ")).trim_end().to_owned(), rest)
        });
        assert_eq!(found.as_ref().map(|(found, rest)| (found.as_str(), rest.as_str())), expected, "{address} {path}");
    }

    #[test]
    fn an_address_matches_its_segments_and_leaves_the_rest() {
        check("/boards/:board", "/boards/7/tasks/31/", Some(("/boards/7 board=7", "/tasks/31/")));
        check("/tasks/:task", "/tasks/31/", Some(("/tasks/31 task=31", "/")));
        check(
            "/messaging/room/:room/settings",
            "/messaging/room/ü/settings",
            Some(("/messaging/room/ü/settings room=ü", "")),
        );
        check("", "/messaging/", Some(("", "/messaging/")));
        check("", "/", Some(("", "/")));
        for path in ["/board/7", "/boards", "/boards/", "/boards//x", "boards/7", "", "/Boards/7"] {
            check("/boards/:board", path, None);
        }
        check("/messaging", "/messagings/", None);
        check("/messagings", "/messaging/", None);
    }
}
