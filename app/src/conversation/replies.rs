//! A thread of a room: the message that it is under, and its replies.

use std::sync::Arc;

use leptos::prelude::*;
use protocol::{
    MessageId, Stream,
    page::{History, ThreadPage},
};

use super::{
    Conversation, Start, Talk,
    row::first_of_thread,
    thread::{Entry, Shape, Thread},
    told::told,
};
use crate::{
    clock,
    references::References,
    store::{Live, Store},
    ui::live,
};

/// The message that a thread is under, and the events that change it.
#[derive(Clone, Copy)]
struct Root(RwSignal<Thread>, MessageId);

impl Root {
    fn entry(self) -> Option<Arc<Entry>> {
        self.0.with(|thread| thread.entry(self.1))
    }
}

/// A thread, and the older page of it that was asked for.
#[component]
pub fn ThreadView(page: (ThreadPage, Option<History>)) -> impl IntoView {
    let (page, older) = page;
    let mut start = Start::thread(&page);
    expect_context::<References>().learn(start.history.refs.as_ref());
    start.history = older.unwrap_or(start.history);
    let talk = Talk::open(start);
    let id = page.root.message.id;
    let root = Root(RwSignal::new(alone(&page, talk)), id);
    provide_context(root);
    // Known on the server too: there is no field then either.
    let look = move || talk.beheaded.set(untrack(|| root.entry()).is_some_and(|entry| entry.message.deleted));
    look();
    expect_context::<Store>().open(page.cursor, move |live| {
        let Live::Event(stored) = live else { return };
        if let Some(stored) = told(Stream::Room(page.room.id), stored) {
            root.0.update(|thread| thread.apply(&stored, clock::local));
            look();
        }
    });
    view! { <Conversation talk head=first/> }
}

/// The first message as the only row, to which nothing is added.
fn alone(page: &ThreadPage, talk: Talk) -> Thread {
    let history = History { rows: vec![page.root.clone()], older: true, newer: true, refs: None };
    let mut thread = Thread::new(Shape::Flat, history, 0, talk.my_id());
    thread.away = true;
    thread
}

fn first(talk: Talk) -> AnyView {
    let root = expect_context::<Root>();
    let entry = Memo::new(move |_| root.entry());
    live(move || entry.get().map(|entry| first_of_thread(talk, &entry))).into_any()
}
