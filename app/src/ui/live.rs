//! Views that change, as few types: Leptos compiles what keeps a view current once for each type.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex},
};

use leptos::{prelude::*, tachys::reactive_graph::SharedReactiveFunction};

/// What `view` says, built again whenever something it reads changes.
pub fn live<V: IntoView + 'static>(mut view: impl FnMut() -> V + Send + 'static) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(move || view().into_any()))
}

/// `view` while `condition` holds; built again when it begins to, not with every change of what it
/// reads.
pub fn when<V: IntoView + 'static>(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> V + Send + 'static,
) -> SharedReactiveFunction<AnyView> {
    let holds = memo(Box::new(condition));
    live(move || holds.get().then(&view))
}

fn memo(condition: Box<dyn Fn() -> bool + Send + Sync>) -> Memo<bool> {
    Memo::new(move |_| condition())
}

/// In the browser: runs `effect` and runs it again whenever something it reads changes. It is given
/// what it returned before.
pub fn effect<T: 'static>(mut effect: impl FnMut(Option<T>) -> T + 'static) {
    let mut before = None;
    let run: Box<dyn FnMut()> = Box::new(move || before = Some(effect(before.take())));
    Effect::new(run);
}

/// A row of a [`list`] that is yet to be drawn.
struct Row {
    key: u64,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// A view for each of `items`. One whose `key` was there before is moved, not built again.
///
/// Rows are told apart by a hash of their keys in 64 bits: among the 300 rows of the longest list two
/// agree once in 10^14 times.
pub fn list<T, K, V>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    key: fn(&T) -> K,
    draw: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    K: Hash + 'static,
    V: IntoView + 'static,
{
    let draw = Arc::new(draw);
    let row = move |item: T| {
        let mut hasher = DefaultHasher::new();
        key(&item).hash(&mut hasher);
        let draw = draw.clone();
        Row { key: hasher.finish(), draw: Box::new(move || draw(item).into_any()) }
    };
    rows(Box::new(move || items().into_iter().map(&row).collect()))
}

fn rows(rows: Box<dyn Fn() -> Vec<Row> + Send + Sync>) -> impl IntoView {
    view! { <For each=rows key=|row| row.key children=|row: Row| (row.draw)()/> }
}
