//! Leaves of a page that look the same to everybody, made into HTML once.
//!
//! What Leptos does for a row of a list (an owner, a signal, a dozen small views, some fifty
//! allocations) costs the server more than everything else about it. A row that depends on nothing
//! but what it shows has the HTML that the same row had on another page; so that is kept, with all
//! that it was made from, and used for as long as that is equal.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use leptos::{prelude::*, tachys::html::InertElement};

/// Bytes of HTML that one collection keeps, about; what it was made from is twice as much.
const BYTES: usize = 1024 * 1024;

/// HTML by what it was made from.
pub struct Printed<K> {
    rows: Mutex<Option<Rows<K>>>,
}

struct Rows<K> {
    bytes: usize,
    by_hash: HashMap<u64, (K, Box<str>)>,
}

impl<K: PartialEq + 'static> Printed<K> {
    /// None yet.
    pub const fn new() -> Self {
        Self { rows: Mutex::new(None) }
    }

    /// The one element that `view` makes from `key`; it is not asked where an equal one was made.
    /// Of keys with the same `id` one is kept.
    pub fn element<V: IntoView>(&self, id: impl Hash, key: K, view: impl FnOnce(&K) -> V) -> AnyView {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(html) = self.find(hash, &key) {
            return InertElement::new(html).into_any();
        }
        let html = view(&key).into_view().to_html();
        self.keep(hash, key, &html);
        InertElement::new(html).into_any()
    }

    fn find(&self, hash: u64, key: &K) -> Option<String> {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, html) = rows.as_ref()?.by_hash.get(&hash)?;
        (of == key).then(|| html.to_string())
    }

    fn keep(&self, hash: u64, key: K, html: &str) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = rows.get_or_insert_with(|| Rows { bytes: 0, by_hash: HashMap::new() });
        if rows.bytes > BYTES {
            // What is still looked at is soon there again.
            *rows = Rows { bytes: 0, by_hash: HashMap::new() };
        }
        rows.bytes += html.len();
        if let Some((_, before)) = rows.by_hash.insert(hash, (key, html.into())) {
            rows.bytes -= before.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_made_once_for_what_it_shows() {
        let printed = Printed::<(i32, String)>::new();
        let html = |id: i32, name: &str, made: &mut i32| {
            printed
                .element(id, (id, name.to_owned()), |(_, name)| {
                    *made += 1;
                    view! { <li>{name.clone()}</li> }
                })
                .to_html()
        };
        let mut made = 0;
        let first = html(1, "<ana>", &mut made);
        assert_eq!((first.as_str(), made), (view! { <li>{"<ana>".to_owned()}</li> }.to_html().as_str(), 1));
        assert_eq!((html(1, "<ana>", &mut made), made), (first.clone(), 1));
        assert!(html(1, "bo", &mut made).contains("bo") && made == 2, "another name is another row");
        assert!(html(2, "<ana>", &mut made) == first && made == 3);
    }
}
